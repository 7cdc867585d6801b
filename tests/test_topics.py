"""Topics on planted subjects, on the seeds, and on what cannot carry any."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, frame, passages_of, scattered
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl
from clusterlib import topics as module
from clusterlib.topics import english, words

LANGS = ("bg", "de", "fr", "nb", "nl")


def table(rows, langs="fr"):
    """Return passages of rows, each with a text of its own, and their vectors."""
    passages = passages_of([f"word{place}" for place in range(len(rows))], langs)
    return passages.assign(doc=passages["lang"]), frame(rows, passages)


@pytest.fixture(scope="module")
def planted():
    """Return passages of known subjects in five languages, unbalanced, and their vectors."""
    rows, subjects = scattered((40, 30, 20, 15, 12), 24, 0.1)
    often = [0.4, 0.25, 0.15, 0.12, 0.08]
    langs = np.random.default_rng(1).choice(LANGS, len(subjects), p=often)
    return *table(rows, langs), subjects


@pytest.fixture(scope="module")
def planted_topics(planted):
    passages, rows, truth = planted
    return cl.topics.fit(passages, rows), truth


@pytest.fixture(scope="module")
def of_seeds(translated):
    return cl.topics.fit(translated, cl.embed.vectors(translated), n_topics=4)


def test_planted_topics_are_found_and_counted_and_weights_rank_them(planted_topics):
    topics, truth = planted_topics
    assert topics.stable
    assert topics.trust["size"].tolist() == [40, 30, 20, 15, 12]
    assert adjusted_rand_score(truth, topics.passages["topic"]) > 0.95
    assert (topics.trust["verdict"] == "stable").all()
    assert topics.curve.query("chosen")["n_topics"].tolist() == [5]
    assert (topics.trust["language_bias"] <= topics.trust["bias_by_chance"] + 0.1).all()
    sums = topics.weights.groupby("passage")["weight"].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-9)
    best = topics.weights.sort_values("weight").groupby("passage").tail(1)
    assert best.set_index("passage")["topic"].sort_index().tolist() == (
        topics.passages["topic"].tolist()
    )


def test_repeated_passages_count_once_and_share_a_topic(planted):
    passages, rows, truth = planted
    doubled = np.vstack([rows, rows.iloc[:25]])
    langs = [*passages["lang"], *passages["lang"].iloc[:25]]
    topics = cl.topics.fit(*table(doubled, langs))
    named = topics.passages.set_index("passage")["topic"]
    assert named.iloc[:25].tolist() == named.iloc[len(truth) :].tolist()
    assert adjusted_rand_score(truth, named.iloc[: len(truth)]) > 0.95


def test_the_order_of_passages_changes_nothing(planted):
    passages, rows, _ = planted
    first = cl.topics.fit(passages, rows, n_topics=5)
    mixed = cl.topics.fit(
        passages.sample(frac=1, random_state=1), rows.sample(frac=1, random_state=2), n_topics=5
    )
    for name in ("weights", "passages", "trust", "languages", "curve"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(mixed, name))


def test_without_structure_the_result_says_so():
    draw = np.random.default_rng(3)
    topics = cl.topics.fit(*table(draw.normal(size=(120, 24)), draw.choice(LANGS, 120)))
    assert not topics.stable
    assert len(topics.trust) == module.FEWEST


@pytest.mark.parametrize(
    ("count", "times", "n_topics", "message"),
    [
        (1, 1, None, "1 distinct passages cannot carry any topics; expected 8"),
        (2, 1, None, "2 distinct passages"),
        (7, 1, None, "7 distinct passages"),
        (20, 1, 9, "20 distinct passages cannot carry 9 topics; expected 27"),
        (20, 1, 1, "n_topics=1; expected 2 or more"),
        (1, 30, None, "1 distinct passages"),
    ],
)
def test_too_few_distinct_passages_are_refused(count, times, n_topics, message):
    rows = np.repeat(np.random.default_rng(0).normal(size=(count, 24)), times, axis=0)
    with pytest.raises(ValueError, match=message):
        cl.topics.fit(*table(rows), n_topics)


def test_one_text_a_language_seen_once_and_a_larger_number_have_topics(planted):
    passages, rows, truth = planted
    alone = passages.assign(doc="only", lang=["de", *["fr"] * (len(truth) - 1)])
    topics = cl.topics.fit(alone, rows, n_topics=5)
    assert adjusted_rand_score(truth, topics.passages["topic"]) > 0.95
    assert topics.languages[["de", "fr"]].sum(axis=1).round(1).eq(1).all()
    assert len(cl.topics.fit(passages, rows, n_topics=8).trust) == 8
    with pytest.raises(ValueError, match="differ in 1 passages, such as 'p000'"):
        cl.topics.fit(passages.iloc[1:], rows)


def test_content_words_leave_out_stop_words_numbers_and_mark_names():
    dutch = list(words.content("In Zeeland helpen de 5 clusterregisseurs de industrie.", "nl"))
    assert [(word.spelling, word.name) for word in dutch] == [
        ("Zeeland", True),
        ("helpen", False),
        ("clusterregisseurs", False),
        ("industrie", False),
    ]


def test_phrases_are_those_that_recur():
    texts = ["La transition énergétique avance.", "Une transition énergétique juste."]
    table = words.table(passages_of(texts, "fr"))
    assert table.query("words == 2")["term"].unique().tolist() == ["transition énergétique"]


def test_terms_set_a_topic_apart():
    texts = ["Le stockage par batteries.", "Les batteries du stockage.", "Le vélo en ville."] * 2
    passages = passages_of(texts, "fr")
    first = passages[["passage"]].assign(topic="topic-1", weight=[0.9, 0.9, 0.1] * 2)
    weights = pd.concat([first, first.assign(topic="topic-2", weight=1 - first["weight"])])
    ranked = words.rank(passages, weights).groupby("topic")["term"].agg(list)
    assert set(ranked["topic-1"]) == {"stockage", "batteries"}
    assert ranked["topic-2"][0] in {"vélo", "ville"}


def test_english_comes_from_reading_translations(translated):
    asked = pd.DataFrame({"lang": ["bg", "nl"], "term": ["бизнес", "clusterregisseurs"]})
    glosses = english.gloss(asked.assign(topic="t", kind="term"), translated)
    glosses = glosses.set_index(["lang", "term"])["english"]
    assert glosses["bg", "бизнес"] == "business"
    assert glosses["nl", "clusterregisseurs"] == "cluster coordinators"


def gloss(table):
    """Return the English of terms, found in passages of one term each."""
    asked = table[["lang", "term"]].assign(topic="t", kind="term")
    return english.gloss(asked, passages_of(table["term"].tolist(), table["lang"].tolist()))


def test_english_without_translations_is_as_sure_as_it_says():
    cases = pd.read_csv(ROOT / "tests" / "cases" / "glosses.csv", keep_default_na=False)
    asked = cases[cases["lang"].isin(["de", "fr"])]
    glosses = gloss(asked)
    right = [
        word in accepted.split(" | ")
        for word, accepted in zip(glosses["english"], asked["english"], strict=True)
    ]
    sure = glosses["confidence"] >= 0.6
    assert np.mean(right) > 0.6
    assert np.array(right)[sure].mean() > 0.85


def test_a_gloss_is_not_chosen_by_spelling():
    asked = [("de", "Busch", "bus"), ("fr", "fer", "ferry"), ("de", "Forscher", "forest")]
    asked += [("fr", "pôle", "policy"), ("ro", "lege", "leg"), ("sv", "elbil", "bill")]
    alike = [("nl", "energie", "energy"), ("de", "Batterie", "battery"), ("fr", "gaz", "gas")]
    table = pd.DataFrame([*asked, *alike], columns=["lang", "term", "english"])
    glosses = gloss(table)
    sure = glosses["english"].where(glosses["confidence"] >= 0.4, "")
    assert not (sure == table["english"]).head(len(asked)).any()
    assert (sure == table["english"]).tail(len(alike)).all()


def test_every_passage_of_the_seeds_has_a_topic(of_seeds, passages):
    assert set(of_seeds.passages["passage"]) == set(passages["passage"])
    assert len(of_seeds.trust) == 4
    assert of_seeds.passages["clear"].any()
    assert not of_seeds.passages["clear"].all()


def test_cards_show_each_topic_in_plain_text_too(of_seeds):
    cards = of_seeds.cards(most=1)
    assert cards._repr_html_().count('<section class="cl-card">') == 4
    row = cards.passages.iloc[0]
    assert f"{row['doc']} {row['start']}–{row['end']}" in repr(cards)
    assert of_seeds._repr_html_() == of_seeds.cards()._repr_html_()
