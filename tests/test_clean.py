"""Cleaning: labelled pages, sentences and repairs, and what holds of any text."""

import re

import ftfy
import pandas as pd
import pytest
from conftest import ROOT, cases, labelled, refused
from hypothesis import example, given, settings
from hypothesis import strategies as st

import clusterlib as cl
from clusterlib.clean.repair import FTFY, apply, is_sound
from clusterlib.clean.sentences import abbreviations, clean_text, openers, split
from clusterlib.problems import InputError
from clusterlib.spelling import CYRILLIC_LATIN, find_mixed, mend

SENTENCE = re.compile(r"[.!?][\"'»”“’)]*$")


def table(text, lang="en", doc="x"):
    return pd.DataFrame({"doc": [doc], "lang": [lang], "text": [text]}).astype("str")


def kept_lines(text, lang):
    """For each line that is not blank: whether a passage overlaps it."""
    spans = [(sentence.start, sentence.end) for sentence in clean_text(text, lang).sentences]
    position, kept = 0, []
    for line in text.split("\n"):
        if line.strip():
            end = position + len(line)
            kept.append((line, any(start < end and stop > position for start, stop in spans)))
        position += len(line) + 1
    return kept


def test_lines_of_labelled_pages():
    agree = total = 0
    lost = []
    for page in cases("pages"):
        lines = kept_lines(page["text"], page["lang"])
        for (line, kept), keep in zip(lines, page["keep"], strict=True):
            agree += kept == keep
            total += 1
            if keep and not kept and SENTENCE.search(line.strip()):
                lost.append((page["name"], line))
    assert lost == []
    assert agree / total >= 0.95


@pytest.mark.parametrize("case", cases("cleaned"), ids=lambda case: case["comment"])
def test_a_text_is_cleaned_as_labelled(case):
    check_invariants(case["text"], case["lang"])
    cleaned = clean_text(case["text"], case["lang"])
    assert [sentence.text for sentence in cleaned.sentences] == case["passages"]
    assert [edit.rule for edit in cleaned.edits] == case["rules"]
    kinds = [sentence.kind for sentence in cleaned.sentences]
    assert kinds == case.get("kinds", kinds)


@pytest.mark.parametrize("case", cases("sentences"), ids=lambda case: case["comment"])
def test_sentences(case):
    text = " ".join(case["sentences"])
    assert [text[start:end] for start, end in split(text, case["lang"])] == case["sentences"]


@given(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
        st.text("аеёРСÐÃÂÅä«“é ø", max_size=20),
        st.text("éàôíłčбяЖ’« ", max_size=20).map(
            lambda text: text.encode().decode("cp1252", errors="ignore")
        ),
    ),
    st.sampled_from(["fr", "pt", "bg", "nb", "pl", "und"]),
)
@settings(max_examples=300, deadline=None)
@example("énergieÂ : un", "fr")
@example("Ã beira", "pt")
def test_sound_texts_are_those_that_ftfy_leaves(text, lang):
    if is_sound(text, lang):
        assert ftfy.fix_and_explain(text, FTFY).text == text


def test_tables_do_not_depend_on_the_order_of_texts_and_are_typed_without_any(
    documents, passages, ledger
):
    shuffled = documents.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(cl.clean.passages(shuffled), passages)
    pd.testing.assert_frame_equal(cl.clean.ledger(shuffled), ledger)
    assert cl.clean.passages(documents[:0]).empty
    assert cl.clean.ledger(documents[:0])["start"].dtype == "int64"


def check_invariants(text, lang):
    documents = table(text, lang)
    passages, ledger = cl.clean.tables(documents)
    cleaned = cl.clean.text(documents)
    assert (cl.clean.replay(documents, ledger) == cleaned).all()
    assert all(text[row.start : row.end] == row.text for row in ledger.itertuples())
    assert (ledger["start"].to_numpy()[1:] >= ledger["end"].to_numpy()[:-1]).all()
    edits = clean_text(text, lang).edits
    for row in passages.itertuples():
        inside = [edit for edit in edits if row.start <= edit.start and edit.end <= row.end]
        assert apply(text[row.start : row.end], inside, row.start) == row.text
    assert "".join("".join(passages["text"]).split()) == "".join(cleaned["x"].split())
    spans = cl.clean.spans(documents)
    assert (spans["end"] - spans["start"]).sum() == len(text)


def test_invariants_hold_on_seeds_and_labelled_pages(documents):
    for row in documents.itertuples():
        check_invariants(row.text, row.lang)
    for page in cases("pages"):
        check_invariants(page["text"], page["lang"])


PIECES = (
    "The region pays. ¦Menu\n¦Head\n¦\n2\n\f¦\n\n¦« Oui. » ¦CO 2 -arm ¦Ã© ¦\u00a0¦\u00ad¦...¦\r\n"
    '¦\u2028¦שלום עולם. ¦📈¦a\u0301¦»¦"¦т.н. „¦3. 5. 2022\n¦date 2023-10 ¦Read more¦ | ¦\t¦\u200b'
    "¦&amp;¦ﬁ¦\x85¦\x0c¦1. "
).split("¦")
REVIEWED = (
    " ".join(
        f"Le rÃ©seau numÃ©ro {number} a signÃ© un accord avec la rÃ©gion." for number in range(60)
    )
    + " Le grand rÃ©seau de la rÃ©gion est le premier du pays entier." * 2
)
# Words that are cut, and letters of several alphabets.
CUTS = "Energie-|\n|und |Zusammen|-|arbeit|ﬁ|fi |veri |cation|\u00ad|\r\n|¬|A.|2020|бa| > |\x0c"
hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.text("aeоеοα TNбжΔ-1", max_size=40),
    *(
        st.lists(st.sampled_from(one), max_size=30).map("".join)
        for one in (PIECES, CUTS.split("|"))
    ),
)


@given(hostile, st.sampled_from(["fr", "de", "en", "el", "bg", "und", "ar"]))
@settings(max_examples=250, deadline=None)
@example(REVIEWED, "fr")
@example("0@. \x850", "fr")
@example("\x00", "en")
@example("\u00a0»", "fr")
@example("A.\u200b B.", "en")
@example("\x85date 2023-10 CO 2 -arm Menu\ndate 2023-10 ", "fr")
def test_invariants_hold_on_any_text(text, lang):
    check_invariants(text, lang)


@labelled("large_texts")
def test_large_and_odd_texts_are_cleaned(case):
    documents = table(case["piece"] * case["times"] + case["end"])
    ledger = cl.clean.ledger(documents)
    assert (cl.clean.replay(documents, ledger) == cl.clean.text(documents)).all()


def test_lone_surrogates_are_refused_by_name():
    documents = pd.DataFrame({"doc": ["x"], "lang": ["en"], "text": ["\ud800"]}, dtype=object)
    refused(InputError, "text", cl.clean.passages, documents)


ENDS = pd.read_csv(ROOT / "tests" / "cases" / "sentence_ends.csv")
LANGUAGES = sorted(set(pd.read_csv(ROOT / "clusterlib" / "data" / "calibration.csv")["lang"]))


def test_labelled_sentence_ends():
    wrong = []
    for row in ENDS.itertuples():
        sentences = row.text.split(" ¦ ")
        text = " ".join(sentences)
        if [text[start:end] for start, end in split(text, row.lang)] != sentences:
            wrong.append((row.lang, row.text))
    assert len(wrong) <= 0.05 * len(ENDS), wrong
    assert len(ENDS) >= 300
    assert set(ENDS["lang"]) >= set(LANGUAGES)


@pytest.mark.parametrize("lang", [*LANGUAGES, "nn", "bs"])
def test_each_language_has_abbreviations_and_openers(lang):
    table = abbreviations(lang)
    assert {"any", "number", "name", "nothing"} <= set(table.values())
    assert len(table) >= 40
    assert len(openers(lang)) >= 40


@pytest.mark.parametrize("case", cases("repairs"), ids=lambda case: case["comment"])
def test_labelled_repairs(case):
    cleaned = clean_text(case["text"], case["lang"])
    assert " ".join(sentence.text for sentence in cleaned.sentences) == case["repaired"]
    assert apply(case["text"], cleaned.edits, 0) == cleaned.text


LIKE = {pair[0]: pair[1] for pair in CYRILLIC_LATIN.split()}
OF_MEMBERS = "Всеки член на клъстера има право на един глас и получи пари през март 2022 г."


@given(st.lists(st.booleans(), min_size=len(OF_MEMBERS), max_size=len(OF_MEMBERS)))
@settings(max_examples=50, deadline=None)
def test_any_letters_of_another_alphabet_are_mended_where_the_rest_decides(swaps):
    pairs = zip(OF_MEMBERS, swaps, strict=True)
    text = "".join(LIKE.get(letter, letter) if swap else letter for letter, swap in pairs)
    mended = mend(text, "bg")
    assert len(mended) == len(text)
    for word, new, clean in zip(text.split(), mended.split(), OF_MEMBERS.split(), strict=True):
        if re.search("[бвгджзйлнптчъ]", word):
            assert new == clean
    for word in find_mixed(text, "bg"):
        assert text[word.start : word.end] == word.text
        assert len(word.new) in {0, len(word.text)}
    check_invariants(text, "bg")
