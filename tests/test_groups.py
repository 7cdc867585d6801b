"""Topics and themes: planted ones are found, whatever the order, the sizes and the repetitions.

Their stability, coherence and language bias, their words and English, labels and cards.
"""

import dataclasses
import functools

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, frame, labelled, passages_of, refused, scattered
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl
from clusterlib import stability
from clusterlib.axes import SubjectAxes
from clusterlib.themes import WardThemes
from clusterlib.topics import TopicMixture, english, words

TABLES = ("summary", "curve", "weights", "passages", "trust", "languages", "members", "tree")


@pytest.fixture(scope="module", params=[cl.topics, cl.themes], ids=["topics", "themes"])
def room(request):
    return request.param


@pytest.fixture(scope="module")
def groups(room, planted):
    return room.fit(*planted)


def assigned(groups):
    """Return the topic or theme of each passage."""
    table = groups.passages if groups.kind == "topic" else groups.members
    return table.set_index("passage")[groups.kind]


def likeness(groups, passages):
    return adjusted_rand_score(passages["subject"], assigned(groups)[passages["passage"]])


def test_planted_groups_are_found_and_counted(planted, groups):
    summary, kind = groups.summary, groups.kind
    assert groups.stable
    assert groups.curve.query("chosen")[f"n_{kind}s"].tolist() == [3]
    assert summary["size"].tolist() == [60, 30, 15]
    assert summary[kind].tolist() == [f"{kind}-{number}" for number in (1, 2, 3)]
    assert summary["stability"].min() > 0.9
    assert (summary["language_bias"] <= summary["bias_by_chance"] + 0.1).all()
    assert likeness(groups, planted[0]) == 1


def test_the_order_of_passages_and_vectors_changes_nothing(room, planted, groups):
    passages, vectors = planted
    again = room.fit(passages.sample(frac=1, random_state=1), vectors[::-1])
    for name in TABLES:
        if hasattr(groups, name):
            pd.testing.assert_frame_equal(getattr(groups, name), getattr(again, name))
    assert again.cards()._repr_html_() == groups.cards()._repr_html_()


def test_repeated_passages_count_once_and_share_a_group(room, planted, groups):
    passages, vectors = planted
    copies = passages[passages["subject"] == 2].assign(passage=lambda table: "z" + table["passage"])
    more = vectors.loc[copies["passage"].str[1:]].set_axis(copies["passage"])
    every = pd.concat([passages, copies])
    doubled = room.fit(every, pd.concat([vectors, more]))
    assert doubled.curve.equals(groups.curve)
    assert sorted(doubled.summary["size"]) == [30, 30, 60]
    assert likeness(doubled, every) == 1


def test_rows_without_structure_are_not_called_stable(room):
    rows = np.random.default_rng(3).normal(size=(120, 24))
    passages = passages_of([f"word{place}" for place in range(120)], ["de", "fr"] * 60)
    groups = room.fit(passages, frame(rows, passages))
    assert not groups.stable
    assert len(groups.summary) == 2


@labelled("groups", "too few")
def test_too_few_distinct_passages_are_refused(room, count, times, number, fault):
    rows = np.repeat(np.random.default_rng(0).normal(size=(count, 24)), times, axis=0)
    passages = passages_of([f"word{place % count}" for place in range(len(rows))])
    refused(ValueError, fault, getattr(cl, room).fit, passages, frame(rows, passages), number)


def test_other_passages_than_the_vectors_are_named(planted):
    passages, vectors = planted
    fault = "differ in 1 passages, such as 'p-"
    refused(ValueError, fault, cl.topics.fit, passages.iloc[1:], vectors)
    refused(ValueError, "no vector: p-000", cl.themes.fit, passages, vectors.drop("p-000"))


def test_a_large_corpus_is_grouped_by_a_part_of_it(planted, monkeypatch):
    monkeypatch.setattr(stability, "TRIAL", 50)
    assert likeness(cl.themes.fit(*planted), planted[0]) > 0.95


def test_groups_that_return_are_stable_and_others_are_not():
    labels = np.repeat([0, 1], 10)
    half = np.where(np.arange(20) % 2, 2, labels)
    index = stability.group_stability(labels, [labels, 1 - labels], 2)
    assert index.tolist() == [1, 1]
    assert stability.group_stability(labels, [half], 2).tolist() == [0.5, 0.5]
    assert np.isnan(stability.group_stability(labels, [], 2)).all()


def chosen(make, rows, numbers=(2, 3, 4, 5)):
    """Return the number of groups that is chosen for rows, and whether it is stable."""
    curve = stability.stability_by_n(make, rows, [*numbers], "n", 0)
    ((number, stable),) = curve.loc[curve["chosen"], ["n", "stable"]].to_numpy().tolist()
    return number, stable


@pytest.mark.parametrize("grouping", [TopicMixture, WardThemes])
def test_the_planted_number_is_chosen_and_rows_without_structure_have_none(grouping):
    make = functools.partial(grouping, random_state=0)
    assert chosen(make, scattered((40, 30, 20), 6, 0.1)[0]) == (3, True)
    noise = np.random.default_rng(1).normal(size=(90, 6))
    assert chosen(make, noise) == (2, False)
    # One row apart from all others returns in most samples, and is no group.
    noise = SubjectAxes(12).fit_transform(np.random.default_rng(2).normal(size=(150, 40)))
    assert not stability.stability_by_n(make, noise, [2, 3, 4], "n", 0)["stable"].any()
    rows = np.random.default_rng(0).normal(size=(200, 10))
    assert make(6).fit(rows).stability_.mean() < stability.DISSOLVED


def test_a_number_with_a_group_that_has_no_rows_is_not_stable():
    class OneMore(WardThemes):
        def fit(self, X, y=None):
            super().fit(X)
            self.stability_ = np.append(self.stability_, 0.0)
            return self

    rows, _ = scattered((40, 30, 20), 6, 0.1)
    for grouping, stable in ((WardThemes, True), (OneMore, False)):
        assert chosen(grouping, rows, (2, 3, 4))[1] == stable


def test_rows_without_structure_have_the_same_mean_and_covariance():
    rows, _ = scattered((4000, 2000), 6, 0.1)
    null = stability.null_reference(rows, 0)
    np.testing.assert_allclose(null.mean(axis=0), rows.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(np.cov(null.T), np.cov(rows.T), atol=0.03)


def test_coherence_leaves_pairs_within_a_document_out():
    rows, groups = np.repeat(np.eye(3), 4, axis=0), np.repeat(np.arange(3), 4)
    mixed = stability.coherence(rows, np.tile(["a", "b"], 6), groups, 3)
    np.testing.assert_allclose(mixed, 1 - 1 / 3, atol=0.05)
    assert stability.coherence(rows, np.repeat(["a", "b", "c"], 4), groups, 3)[0] == 0


def describe(labels, langs, size=5):
    passages = pd.DataFrame({"passage": range(len(langs)), "lang": langs})
    trust = np.arange(size) / size
    return stability.describe(labels, trust, np.eye(len(langs)), passages, "topic")


def test_a_language_in_disguise_is_seen_and_a_group_without_passages_is_left_out():
    langs = np.repeat(["bg", "de", "fr", "nb", "nl"], 20)
    disguised = describe(np.repeat(np.arange(5), 20), langs)
    assert (disguised["language_bias"] == 0.8).all()
    assert (describe(np.tile(np.arange(5), 20), langs)["language_bias"] == 0).all()
    assert disguised["bias_by_chance"].between(0.1, 0.4).all()
    table = describe(np.array([3, 1, 1, 0, 0, 3]), ["fr"] * 6, 4)
    assert table["group"].tolist() == [3, 1, 0]
    assert table["topic"].tolist() == ["topic-1", "topic-2", "topic-3"]
    assert table["verdict"].tolist() == ["stable", *["too little evidence"] * 2]


SIZES = (60, 30, 15)


@pytest.fixture(scope="module")
def themes(planted):
    return cl.themes.fit(*planted)


def test_the_tables_keep_their_contracts(planted):
    themes = cl.themes.fit(*planted, n_themes=4)
    cl.schema.check(themes.members, "themes members")
    cl.schema.check(themes.summary, "themes summary")
    assert len(themes.tree) == 3
    assert themes.tree["height"].is_monotonic_increasing
    assert themes.tree["size"].iloc[-1] == len(themes.members)
    assert themes.curve["chosen"].tolist() == [True]


WORDS = np.array(["Bicycles on roads", "Batteries in storage", "Glaciers in summer"])


def test_words_alone_are_the_label_where_no_heading_is_known(planted, themes):
    passages, vectors = planted
    english = passages.assign(english=WORDS[passages["subject"]])
    summary = cl.themes.fit(english, vectors).summary
    assert summary["heading"].eq("").all()
    assert summary["heading_score"].isna().all()
    labels = ["roads, bicycles", "batteries, storage", "summer, glaciers"]
    assert summary["label"].tolist() == labels
    assert themes.summary["label"].tolist() == ["no sure words"] * 3
    read = passages.assign(text=WORDS[passages["subject"]], lang="en")
    terms = cl.themes.fit(read, vectors).terms
    assert set(terms.loc[terms["theme"] == "theme-2", "term"]) == {"batteries", "storage"}


def test_cards_show_each_theme_with_its_trust_and_the_passages_that_are_asked_for(themes):
    cards = themes.cards(most=1)
    assert themes._repr_html_() == themes.cards()._repr_html_()
    assert cards._repr_html_().count('<section class="cl-card">') == 3
    assert cards._repr_html_().count("<blockquote>") == len(cards.passages) == 6
    assert set(themes.summary["central"]) <= set(cards.passages["passage"])
    assert cards.facts["text"].str.findall(r" (\d+) of ").map(
        lambda n: sum(map(int, n))
    ).sum() == sum(SIZES)
    first = themes.summary.iloc[0]
    trust = (
        f"60 passages; stability {first['stability']:.2f} (stable), "
        f"coherence {first['coherence']:.2f}, language bias {first['language_bias']:.2f} "
        f"(by chance up to {first['bias_by_chance']:.2f})"
    )
    assert str(cards).splitlines()[:2] == [f"theme-1: {first['label']}", trust]
    assert trust in cards._repr_html_()
    many = themes.cards(most=3).passages.groupby(["theme", "lang"])
    assert many.size().eq(3).all()
    rest = many["margin"].apply(lambda margin: margin.iloc[1:].is_monotonic_decreasing)
    assert rest.all()
    refused(ValueError, "most=0; expected 1 or more", themes.cards, most=0)
    # Equals stand by name.
    members = themes.members.assign(margin=0.5)
    even = dataclasses.replace(themes, members=members).cards(most=60)
    rest = even.passages[~even.passages["central"]].groupby(["theme", "lang"])["passage"]
    assert rest.apply(lambda names: names.is_monotonic_increasing).all()


def test_cards_escape_texts_and_show_english_and_places_where_they_are_known(planted):
    passages, vectors = planted
    text = '<script>alert("x")</script> & {{ 7 * 7 }}'
    hostile = passages.assign(text=text, english=text, doc=text, start=0, end=9)
    hostile["text"] += hostile["passage"]
    shown = cl.themes.fit(hostile, vectors, n_themes=2)._repr_html_()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 3 * shown.count("<blockquote>")
    assert "&quot;x&quot;" in shown
    bare = str(cl.themes.fit(passages[["passage", "lang", "text"]], vectors).cards(most=1))
    assert " = " not in bare
    assert "–" not in bare
    full = passages.assign(english="A bicycle.", start=3, end=9)
    full.loc[full["lang"] == "fr", "english"] = None
    quotes = str(cl.themes.fit(full, vectors).cards(most=1)).split("\n\n")[0].splitlines()[3:]
    assert [line for line in quotes if " = " in line] == ["    = A bicycle."]
    assert ", de 3–9, margin" in quotes[0]


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


def test_content_words_leave_out_stop_words_numbers_and_mark_names():
    dutch = list(words.content("In Zeeland helpen de 5 clusterregisseurs de industrie.", "nl"))
    names = {"Zeeland": True, "helpen": False, "clusterregisseurs": False, "industrie": False}
    assert {word.spelling: word.name for word in dutch} == names


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


def test_english_without_translations_is_as_sure_as_it_says_and_not_chosen_by_spelling():
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
    asked = [("de", "Busch", "bus"), ("fr", "fer", "ferry"), ("de", "Forscher", "forest")]
    asked += [("fr", "pôle", "policy"), ("ro", "lege", "leg"), ("sv", "elbil", "bill")]
    alike = [("nl", "energie", "energy"), ("de", "Batterie", "battery"), ("fr", "gaz", "gas")]
    table = pd.DataFrame([*asked, *alike], columns=["lang", "term", "english"])
    glosses = gloss(table)
    sure = glosses["english"].where(glosses["confidence"] >= 0.4, "")
    assert not (sure == table["english"]).head(len(asked)).any()
    assert (sure == table["english"]).tail(len(alike)).all()
