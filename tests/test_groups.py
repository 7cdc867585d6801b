"""Topics and themes: planted ones are found, whatever the order, the sizes and the repetitions."""

import numpy as np
import pandas as pd
import pytest
from conftest import frame, passages_of
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl

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


@pytest.mark.parametrize(
    ("room", "count", "times", "number", "fault"),
    [
        (cl.topics, 1, 1, None, "1 distinct passages cannot carry any topics; expected 8"),
        (cl.topics, 7, 1, None, "7 distinct passages"),
        (cl.topics, 20, 1, 9, "20 distinct passages cannot carry 9 topics; expected 27"),
        (cl.topics, 20, 1, 1, "n_topics=1; expected 2 or more"),
        (cl.topics, 1, 30, None, "1 distinct passages"),
        (cl.themes, 1, 1, None, "8 passages with different texts; found 1"),
        (cl.themes, 7, 1, None, "8 passages with different texts; found 7"),
        (cl.themes, 20, 1, 60, "expected 2 to 10 for 20 passages"),
    ],
)
def test_too_few_distinct_passages_are_refused(room, count, times, number, fault):
    rows = np.repeat(np.random.default_rng(0).normal(size=(count, 24)), times, axis=0)
    passages = passages_of([f"word{place % count}" for place in range(len(rows))])
    with pytest.raises(ValueError, match=fault):
        room.fit(passages, frame(rows, passages), number)


def test_other_passages_than_the_vectors_are_named(planted):
    passages, vectors = planted
    with pytest.raises(ValueError, match="differ in 1 passages, such as 'p-"):
        cl.topics.fit(passages.iloc[1:], vectors)
    with pytest.raises(ValueError, match="no vector: p-000"):
        cl.themes.fit(passages, vectors.drop("p-000"))


def test_a_large_corpus_is_grouped_by_a_part_of_it(planted, monkeypatch):
    monkeypatch.setattr(cl.stability, "TRIAL", 50)
    assert likeness(cl.themes.fit(*planted), planted[0]) > 0.95
