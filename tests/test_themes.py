"""Themes: planted ones are found, whatever the order, the sizes and the repetitions."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl
from clusterlib.themes import tree

SIZES = (60, 30, 15)


@pytest.fixture
def planted():
    """Return passages and vectors of three subjects of unlike size, in two languages."""
    draw = np.random.default_rng(0)
    subjects = np.repeat(np.arange(3), SIZES)
    rows = np.eye(40)[subjects] + draw.normal(scale=0.06, size=(len(subjects), 40))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    names = [f"p-{number:03d}" for number in draw.permutation(len(subjects))]
    texts = [f"Sentence {number} of subject {subject}." for number, subject in enumerate(subjects)]
    passages = pd.DataFrame({"passage": names, "text": texts, "subject": subjects})
    passages["lang"] = draw.choice(["de", "fr"], len(passages))
    passages["doc"] = passages["lang"]
    vectors = pd.DataFrame(rows.astype(np.float32), index=names)
    return passages, vectors


def likeness(themes, passages):
    both = themes.members.merge(passages, on="passage")
    return adjusted_rand_score(both["subject"], both["theme"])


def test_planted_themes_are_found_and_counted(planted):
    themes = cl.themes.fit(*planted)
    assert themes.stable
    assert themes.summary["size"].tolist() == list(SIZES)
    assert themes.summary["theme"].tolist() == ["theme-1", "theme-2", "theme-3"]
    assert themes.summary["stability"].min() > 0.9
    assert (themes.summary["language_bias"] <= themes.summary["chance"] + 0.05).all()
    assert likeness(themes, planted[0]) == 1


def test_the_tables_keep_their_contracts(planted):
    themes = cl.themes.fit(*planted, n_themes=4)
    cl.schema.check(themes.members, "themes members")
    cl.schema.check(themes.summary, "themes summary")
    assert len(themes.tree) == 3
    assert themes.tree["height"].is_monotonic_increasing
    assert themes.tree["size"].iloc[-1] == len(themes.members)
    assert themes.curve["chosen"].tolist() == [True]


def test_order_of_passages_and_vectors_changes_nothing(planted):
    passages, vectors = planted
    themes = cl.themes.fit(passages, vectors)
    again = cl.themes.fit(passages.sample(frac=1, random_state=1), vectors[::-1])
    for name in ("members", "summary", "tree", "curve"):
        pd.testing.assert_frame_equal(getattr(themes, name), getattr(again, name))


def test_repeated_passages_count_once_in_the_fit(planted):
    passages, vectors = planted
    copies = passages[passages["subject"] == 2].assign(passage=lambda own: "z" + own["passage"])
    more = vectors.loc[copies["passage"].str[1:]].set_axis(copies["passage"])
    themes = cl.themes.fit(pd.concat([passages, copies]), pd.concat([vectors, more]))
    assert themes.curve.equals(cl.themes.fit(passages, vectors).curve)
    assert sorted(themes.summary["size"]) == [30, 30, 60]
    assert likeness(themes, pd.concat([passages, copies])) == 1


def test_rows_without_structure_are_not_called_stable():
    draw = np.random.default_rng(3)
    rows = draw.normal(size=(150, 40))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    names = [f"p-{number:03d}" for number in range(150)]
    passages = pd.DataFrame({"passage": names, "lang": "de", "text": names, "doc": "a"})
    themes = cl.themes.fit(passages, pd.DataFrame(rows, index=names))
    assert not themes.stable
    assert len(themes.summary) == 2


@pytest.mark.parametrize("count", [1, 7])
def test_few_passages_are_refused(planted, count):
    passages, vectors = planted
    passages = passages.head(count)
    with pytest.raises(ValueError, match=f"need 8 passages with different texts; found {count}"):
        cl.themes.fit(passages, vectors)


def test_a_number_that_cannot_be_is_refused(planted):
    with pytest.raises(ValueError, match="expected 2 to 52 for 105 passages"):
        cl.themes.fit(*planted, n_themes=60)
    with pytest.raises(ValueError, match="no vector: p-000"):
        cl.themes.fit(planted[0], planted[1].drop("p-000"))


def test_a_large_corpus_is_grouped_by_a_part_of_it(planted, monkeypatch):
    monkeypatch.setattr(tree, "TREE", 50)
    monkeypatch.setattr(tree, "STABLE_ROWS", 50)
    assert likeness(cl.themes.fit(*planted), planted[0]) > 0.95


def test_labels_are_english_where_there_is_english(planted):
    passages, vectors = planted
    english = passages.assign(english="A long sentence, " * 8)
    labels = cl.themes.fit(english, vectors).summary["label"]
    assert labels.str.startswith("A long sentence").all()
    assert labels.str.len().max() <= 50


def test_the_table_of_initiatives_counts_every_passage(planted):
    counted = cl.themes.by_initiative(cl.themes.fit(*planted), planted[0])
    assert counted[["de", "fr"]].to_numpy().sum() == sum(SIZES)


def test_a_cut_is_the_one_of_scipy():
    from scipy.cluster.hierarchy import cut_tree

    rows = np.random.default_rng(0).normal(size=(40, 3))
    merged = tree.merges(rows)
    for number in (1, 2, 7, 40):
        theirs = cut_tree(merged, n_clusters=[number])[:, 0]
        assert adjusted_rand_score(theirs, tree.cut(merged, number)) == 1
