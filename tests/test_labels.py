"""Subject headings and labels: planted subjects are named, chance and what is unknown is not."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, passages_of

import clusterlib as cl
from clusterlib import subjects
from clusterlib.topics import labels


@pytest.fixture
def take_headings(tmp_path, monkeypatch):
    """Return what takes headings of invented words in place of the list."""
    monkeypatch.setattr(subjects, "FILE", tmp_path / "subjects.csv")

    def take(*rows):
        subjects.FILE.write_text("\n".join(["heading,scope,broader", *rows]), "utf-8")

    return take


@pytest.fixture
def short_list(take_headings):
    """Take four headings, and some of other fields that no passage is about."""
    words = "alp bor cis dun".split()
    others = "eft fop gim hob irk jut kex".split()
    take_headings(
        *(f"{word} things,{word} {word}ish {word}ly," for word in words),
        *(f"{word} matters,{word} and {word}ness," for word in others),
    )


def planted(words, encoder, seed=0):
    """Return passages of words of three planted headings, their rows and vectors, and groups."""
    draw = np.random.default_rng(seed)
    groups = np.repeat(np.arange(3), 20)
    passages = passages_of(
        [
            f"{word} {word}ish {word}ly w{draw.integers(99)} w{draw.integers(99)}"
            for word in np.array(words)[groups]
        ]
    )
    vectors = cl.embed.vectors(passages, encoder)
    return passages, vectors, cl.embed.matrix(vectors), groups


def label(rows, groups, names, find_words, encoder):
    """Label groups of rows, of which each counts."""
    named, every = pd.Series(np.array(names)[groups]), np.ones(len(rows), bool)
    return labels.label_groups(rows, named, names, every, find_words, encoder)


def test_planted_headings_are_found_in_any_order_and_random_groups_have_none(words, short_list):
    passages, vectors, rows, groups = planted(["bor", "dun", "alp"], words)
    table = subjects.name_groups(rows, groups, 3, encoder=words)
    assert table["heading"].tolist() == ["bor things", "dun things", "alp things"]
    assert (table["heading_score"] > table["heading_by_chance"]).all()
    order = np.random.default_rng(1).permutation(len(groups))
    again = subjects.name_groups(rows[order], groups[order], 3, encoder=words)
    assert again["heading"].equals(table["heading"])
    themes = cl.themes.fit(passages, vectors, 3, encoder=words)
    of_theme = themes.summary.set_index("theme")["label"]
    named = themes.members.set_index("passage")["theme"].map(of_theme)[passages["passage"]]
    assert named.tolist() == np.repeat(table["heading"], 20).tolist()
    # Passages that are clearly of a group stand for it.
    wrong = np.where(np.arange(60) % 20 < 9, (groups + 1) % 3, groups)
    scores = [
        subjects.name_groups(rows, wrong, 3, clear, words)["heading_score"]
        for clear in (None, wrong == groups)
    ]
    assert (scores[1] > scores[0] + 0.1).all()
    # Random groups rarely have a heading.
    draw = np.random.default_rng(2)
    table = pd.concat(
        subjects.name_groups(rows, draw.permutation(groups), 3, encoder=words) for _ in range(60)
    )
    named = table[table["heading"] != ""]
    assert len(named) < 0.1 * len(table)
    assert (named["heading_score"] > 1.5 * named["heading_by_chance"]).all()


def test_groups_that_share_a_heading_are_told_apart_by_words(words, short_list):
    *_, rows, groups = planted(["bor", "bor", "alp"], words)
    asked = []

    def find_words(wordy):
        asked.extend(wordy)
        return {"first": "rain", "second": "sun"}

    table = label(rows, groups, ["first", "second", "third", "empty"], find_words, words)
    shared = ["bor things: rain", "bor things: sun", "alp things", "no sure words"]
    assert table["label"].tolist() == shared
    assert table["heading"].tolist() == ["bor things", "bor things", "alp things", ""]
    assert asked == ["first", "second", "empty"]


def test_a_group_of_several_narrow_subjects_has_the_broader_heading(take_headings, monkeypatch):
    """Unless three fifths of it are about one of them."""
    narrow, axis = "bor cis dun mal nep rud".split(), np.eye(8)
    rows = [f"{word} things,,some things | more things" for word in narrow]
    take_headings(*rows, "alp things,,more things", "some things,,", "more things,,")
    places = dict(zip(["alp", *narrow], axis, strict=False))
    some = sum(places[word] for word in narrow) / 6**0.5
    vectors = {f"{word} things": vector for word, vector in places.items()}
    vectors |= {"some things": some, "more things": axis[7]}
    headings = np.array([vectors[name] for name in subjects.headings()["heading"]])

    def named(*groups):
        passages = np.array([places[word] for group in groups for word in group.split()])
        monkeypatch.setattr(subjects, "place", lambda *_: (passages, headings))
        labels = np.repeat(range(len(groups)), [len(group.split()) for group in groups])
        return subjects.name_groups(passages, labels, len(groups))["heading"].tolist()

    bor, mixed, alp = "bor " * 20, "bor cis dun mal nep rud " * 4, "alp " * 30
    assert named(bor, alp) == ["bor things", "alp things"]
    assert named(mixed, alp) == ["some things", "alp things"]
    assert named(bor * 2 + mixed, alp) == ["bor things", "alp things"]


def test_a_group_of_two_subjects_has_the_headings_of_both(words, short_list):
    *_, rows, groups = planted(["bor", "dun", "alp"], words)
    places = np.minimum(groups, 1)
    table = label(rows, places, ["one", "two"], lambda _: {}, words)
    assert table["heading"].tolist() == ["bor things", "alp things | dun things"]
    assert table["label"].tolist() == ["bor things", "alp things; dun things"]
    # Three fifths of the passages are enough, so that twelve of 32 do not count.
    again = subjects.name_groups(rows, places, 2, np.arange(60) < 52, words)
    assert again["heading"].tolist() == ["bor things", "dun things"]


def test_a_few_passages_much_like_a_heading_do_not_name_a_group(take_headings, monkeypatch):
    words = "alp", "bor", "cis", "dun", "eft"
    take_headings(*(f"{word} things,," for word in words))
    alp, _, cis, dun, _, none = np.eye(6)
    much, little = [alp] * 10, [none] * 50
    passages = np.array(much + little + [0.3 * cis] * 60 + [0.3 * dun] * 60)
    monkeypatch.setattr(subjects, "place", lambda *_: (passages, np.eye(6)[:5]))
    table = subjects.name_groups(passages, np.repeat([0, 1, 2], 60), 3)
    assert table["heading"].tolist() == ["", "cis things", "dun things"]
    assert table["heading_score"].iloc[0] > 1.5 * table["heading_by_chance"].iloc[0]


def test_sentences_of_six_languages_are_named():
    cases = pd.read_csv(ROOT / "tests" / "cases" / "subject_sentences.csv")
    groups, accepted = cases["headings"].factorize()
    rows = cl.embed.matrix(
        cl.embed.vectors(passages_of(cases["text"].tolist(), cases["lang"].tolist()))
    )
    for heading, those in zip(
        subjects.name_groups(rows, groups, 3)["heading"], accepted, strict=True
    ):
        assert heading in those.split(" | ")


def test_the_headings_can_be_told_apart(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from labels import faults

    found, _ = faults(cl.embed.load_encoder())
    assert found == []
    table = subjects.headings()
    assert 600 <= len(table) <= 800
    assert table["heading"].is_unique
    above = table.set_index("heading")["broader"].str.split(" | ", regex=False).explode()
    assert set(above) <= {"", *table["heading"]}
    assert (above.index != above).all()
    assert table["heading"].str.fullmatch(r"[a-z' -]+").all()
    assert table["heading"].str.split().str.len().between(1, 4).all()


def test_words_that_name_no_subject_fill_no_label():
    """Unless there is nothing else."""
    terms = pd.DataFrame({"kind": "term", "english": ["various", "successes", "battery"]})
    terms = terms.assign(confidence=1.0, weight=[0.9, 0.8, 0.1])
    assert labels.join_words(terms) == "battery"
    assert labels.join_words(terms.head(2)) == "various, successes"
    assert labels.join_words(terms.assign(confidence=0.2)) == labels.NO_TERMS
    most = pd.concat([terms, terms.assign(english=["port", "rail", "ferry"], weight=0.05)])
    assert labels.join_words(most) == "battery, ferry, port"
