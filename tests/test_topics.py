"""Topics on planted subjects, on the seeds, and on what cannot carry any."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, passages_of
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl
from clusterlib.topics import english, words


@pytest.fixture(scope="module")
def of_seeds(translated):
    return cl.topics.fit(translated, cl.embed.vectors(translated), n_topics=4)


def test_weights_rank_topics_of_one_text_and_of_a_language_seen_once_too(planted):
    passages, vectors = planted
    alone = passages.assign(doc="only", lang=["de", *["fr"] * 104])
    topics = cl.topics.fit(alone, vectors, n_topics=3)
    np.testing.assert_allclose(topics.weights.groupby("passage")["weight"].sum(), 1, atol=1e-9)
    best = topics.weights.sort_values("weight").groupby("passage").tail(1)
    named = topics.passages.set_index("passage")["topic"]
    assert best.set_index("passage")["topic"].sort_index().equals(named)
    assert adjusted_rand_score(passages["subject"], named[passages["passage"]]) == 1
    assert topics.languages[["de", "fr"]].sum(axis=1).round(1).eq(1).all()
    assert len(cl.topics.fit(passages, vectors, n_topics=8).trust) == 8


def test_phrases_are_those_that_recur_and_terms_set_a_topic_apart():
    texts = ["La transition énergétique avance.", "Une transition énergétique juste."]
    table = words.table(passages_of(texts, "fr"))
    assert table.query("words == 2")["term"].unique().tolist() == ["transition énergétique"]
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


def test_every_passage_of_the_seeds_has_a_topic_and_every_topic_a_card(of_seeds, passages):
    assert set(of_seeds.passages["passage"]) == set(passages["passage"])
    assert len(of_seeds.trust) == 4
    assert of_seeds.passages["clear"].any() and not of_seeds.passages["clear"].all()
    cards = of_seeds.cards(most=1)
    assert cards._repr_html_().count('<section class="cl-card">') == 4
    row = cards.passages.iloc[0]
    assert f"{row['doc']} {row['start']}–{row['end']}" in repr(cards)
    assert of_seeds._repr_html_() == of_seeds.cards()._repr_html_()
