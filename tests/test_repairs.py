"""Words that scans, PDFs and other alphabets have broken, in labelled rows and as properties."""

import re

import pytest
from conftest import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from test_clean import check_invariants

from clusterlib.clean.repair import apply
from clusterlib.clean.sentences import clean_text
from clusterlib.spelling import CYRILLIC_LATIN, find_mixed, mend


@pytest.mark.parametrize("case", cases("repairs"), ids=lambda case: case["comment"])
def test_labelled_repairs(case):
    cleaned = clean_text(case["text"], case["lang"])
    assert " ".join(sentence.text for sentence in cleaned.sentences) == case["repaired"]
    assert apply(case["text"], cleaned.edits, 0) == cleaned.text


LIKE = {pair[0]: pair[1] for pair in CYRILLIC_LATIN.split()}
SENTENCE = "Всеки член на клъстера има право на един глас и получи пари през март 2022 г."


@given(st.lists(st.booleans(), min_size=len(SENTENCE), max_size=len(SENTENCE)))
@settings(max_examples=50, deadline=None)
def test_any_letters_of_another_alphabet_are_mended_where_the_rest_decides(swaps):
    pairs = zip(SENTENCE, swaps, strict=True)
    text = "".join(LIKE.get(letter, letter) if swap else letter for letter, swap in pairs)
    mended = mend(text, "bg")
    assert len(mended) == len(text)
    for word, new, clean in zip(text.split(), mended.split(), SENTENCE.split(), strict=True):
        if re.search("[бвгджзйлнптчъ]", word):
            assert new == clean
    for word in find_mixed(text, "bg"):
        assert text[word.start : word.end] == word.text
        assert len(word.new) in {0, len(word.text)}
    check_invariants(text, "bg")
