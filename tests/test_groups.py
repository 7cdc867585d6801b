"""Topics and themes: planted ones are found, whatever the order, the sizes and the repetitions.

Then stability, coherence and language bias of groups whose answer is known.
"""

import functools

import numpy as np
import pandas as pd
import pytest
from conftest import frame, labelled, passages_of, refused, scattered
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl
from clusterlib import stability
from clusterlib.axes import SubjectAxes
from clusterlib.themes import WardThemes
from clusterlib.topics import TopicMixture

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
