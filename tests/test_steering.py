"""Steering: what a reader merges, renames and drops is kept, redone, refused by name, undone."""

import numpy as np
import pandas as pd
import pytest
from conftest import labelled, refused

import clusterlib as cl
from clusterlib import steering
from clusterlib.problems import InputError


@pytest.fixture(scope="module")
def topics(passages, vectors):
    return cl.topics.fit(passages, vectors, n_topics=5)


@pytest.fixture(scope="module")
def themes(passages, vectors):
    return cl.themes.fit(passages, vectors, n_themes=5)


def test_merged_topics_add_up_and_what_was_done_by_hand_is_marked(topics, themes):
    edited = topics.edit(merge={"topic-2": ["topic-4", "topic-5"]}, drop=["topic-3"])
    assert edited.summary["topic"].tolist() == ["topic-1", "topic-2"]
    wide = edited.weights.pivot(index="passage", columns="topic", values="weight")
    before = topics.weights.pivot(index="passage", columns="topic", values="weight")
    assert wide.sum(axis=1).round(6).eq(1).all()
    merged = before[["topic-2", "topic-4", "topic-5"]].sum(axis=1)
    left = 1 - before["topic-3"]
    known = left > 0.01
    assert np.allclose(wide["topic-2"][known], (merged / left)[known], atol=0.01)
    assert edited.summary["size"].sum() == topics.summary["size"].sum()
    assert edited.languages["topic"].tolist() == ["topic-1", "topic-2"]
    edited = topics.edit(merge={"topic-1": ["topic-2"]}, rename={"topic-3": "fairs"})
    assert edited.summary["by_hand"].tolist()[:2] == ["merged", "renamed"]
    assert edited.summary["verdict"].iloc[0] == "merged by hand"
    weakest = topics.summary["stability"].head(2).min()
    assert edited.summary["stability"].iloc[0] == weakest
    assert "topic-3: fairs\nrenamed by hand; " in str(edited.cards())
    edited = themes.edit(rename={"theme-1": "all else"})
    assert edited.summary["label"].iloc[0] == "all else"
    assert "theme-1: all else\nrenamed by hand; " in str(edited.cards())
    assert "by_hand" not in topics.summary and "by_hand" not in themes.summary


def test_an_edit_file_gives_a_rerun_the_same_groups(topics, themes, passages, vectors, tmp_path):
    file = tmp_path / "edits.csv"
    edited = topics.edit({"topic-1": ["topic-5"]}, {"topic-2": "visits"}, ["topic-4"])
    edited.edits.to_csv(file, index=False)
    again = cl.topics.fit(passages.sample(frac=1, random_state=0), vectors, n_topics=5)
    again = again.edit(source=file)
    pd.testing.assert_frame_equal(again.summary, edited.summary)
    pd.testing.assert_frame_equal(again.weights, edited.weights)
    by_theme = themes.edit({"theme-1": ["theme-3"]}, drop=["theme-5"])
    by_theme.edits.to_csv(file, index=False)
    again = cl.themes.fit(passages, vectors, n_themes=5).edit(source=file)
    pd.testing.assert_frame_equal(again.members, by_theme.members)
    pd.testing.assert_frame_equal(again.tree, by_theme.tree)


def test_edits_follow_one_another_and_are_undone(topics, themes):
    once = topics.edit(rename={"topic-1": "one"})
    twice = once.edit(merge={"topic-1": ["topic-2"]})
    both = topics.edit({"topic-1": ["topic-2"]}, {"topic-1": "one"})
    pd.testing.assert_frame_equal(twice.summary, both.summary)
    assert twice.unedited is topics and once.unedited is topics
    chained = themes.edit({"theme-1": ["theme-2"]}).edit({"theme-3": ["theme-1"]})
    assert chained.summary["theme"].tolist() == ["theme-3", "theme-4", "theme-5"]
    assert chained.unedited is themes


def test_passages_that_were_fitted_keep_what_they_have_edited_or_not(
    topics, themes, passages, vectors
):
    edited = topics.edit(merge={"topic-1": ["topic-2"]}, drop=["topic-3"])
    backwards = passages.iloc[::-1]
    for model in (topics, edited):
        weights, firsts = model.assign(backwards, vectors)
        pd.testing.assert_frame_equal(weights, model.weights)
        pd.testing.assert_frame_equal(firsts, model.passages)
    edited = themes.edit(merge={"theme-1": ["theme-2"]}, drop=["theme-3"])
    for model in (themes, edited):
        pd.testing.assert_frame_equal(model.assign(backwards, vectors), model.members)
    assert (themes.members["theme"] == "theme-3").sum() > 0
    assert set(edited.members["theme"]) == set(edited.summary["theme"])


@labelled("groups", "edits")
def test_edits_that_cannot_be_made_are_named(topics, changes, fault):
    refused(InputError, fault, topics.edit, **changes)


def test_all_edits_that_no_longer_fit_are_named_together(topics, tmp_path):
    members = topics.passages.rename(columns={"topic": "group", "weight": "strength"})
    edits = steering.record(members, {"topic-1": ["topic-2"]}, {"topic-3": "fairs"}, [])
    gone = " | ".join(f"xx-{place}" for place in range(10))
    edits.loc[edits["group"] == "topic-3", "passages"] = gone
    edits.loc[edits["group"] == "topic-2", "passages"] = edits["passages"].iloc[0]
    file = tmp_path / "edits.csv"
    edits.to_csv(file, index=False)
    error = refused(InputError, "", topics.edit, source=file)
    assert set(error.faults["fault"]) == {"dissolved", "no longer apart"}
    file.write_text("action,group\ndrop,topic-1\n", "utf-8")
    refused(InputError, r"no column 'value'", topics.edit, source=file)


def test_edits_of_topics_are_refused_by_themes_and_the_other_way_round(topics, themes, tmp_path):
    file = tmp_path / "edits.csv"
    for one, other, kind in ((topics, themes, "topic"), (themes, topics, "theme")):
        one.edit(rename={f"{kind}-1": "visits"}).edits.to_csv(file, index=False)
        refused(InputError, f"'{kind}-1' is none of these", other.edit, source=file)


def test_anchors_draw_passages_and_are_marked_in_tables_and_cards(passages, vectors):
    anchors = ["electric mobility", "The minister appoints five coordinators of clusters."]
    free = cl.topics.fit(passages, vectors, n_topics=4)
    topics = cl.topics.fit(passages, vectors, n_topics=4, anchors=anchors)
    assert "anchor" not in free.summary
    assert sorted(filter(None, topics.summary["anchor"])) == sorted(anchors)
    assert np.allclose(topics.weights.groupby("passage")["weight"].sum(), 1)
    drawn = topics.summary.set_index("anchor")["topic"][anchors[0]]
    assert f"drawn to {anchors[0]}; " in str(topics.cards(most=1))
    near = topics.model["anchors"].nearest(topics.vectors) == 0
    together = (topics.passages["topic"][near] == drawn).mean()
    before = free.passages["topic"][near].value_counts(normalize=True).max()
    assert together >= max(before, 0.8)
    weights, _ = topics.assign(passages.tail(6), vectors)
    kept = topics.weights.merge(weights, on=["passage", "topic"])
    assert np.allclose(kept["weight_x"], kept["weight_y"])
    merged = topics.edit(merge={"topic-1": ["topic-2", "topic-3", "topic-4"]})
    assert merged.summary["anchor"].item() == " | ".join(anchors)
    themes = cl.themes.fit(passages, vectors, n_themes=4, anchors=anchors)
    assert set(anchors) <= set(" | ".join(themes.summary["anchor"]).split(" | "))
    assert len(themes.assign(passages.tail(6), vectors)) == 6


def test_an_anchor_that_no_passage_is_like_is_a_named_fault(passages, vectors):
    for anchors in (["pregnancy and babies"], ["electric mobility", "The striker scored twice."]):
        with pytest.raises(InputError, match=f"no passage is like '{anchors[-1]}'"):
            cl.topics.fit(passages, vectors, n_topics=3, anchors=anchors)
    with pytest.raises(ValueError, match=r"give a list, such as \['hydrogen'\]"):
        cl.themes.fit(passages, vectors, n_themes=3, anchors="hydrogen")


def test_readers_stop_words_are_in_no_term_and_no_label_of_words(passages, vectors, topics):
    named = topics.terms.query("lang == 'de' and rank <= 2")
    words = sorted({part for term in named["term"] for part in term.split()})
    listed = cl.topics.fit(passages, vectors, n_topics=5, stop=words)
    assert listed.weights.equals(topics.weights)
    assert not set(words) & {part for term in listed.terms["term"] for part in term.split()}
    table = pd.DataFrame({"word": words, "lang": "fi"})
    assert cl.topics.fit(passages, vectors, n_topics=5, stop=table).terms.equals(topics.terms)
    unnamed = topics.summary.query("heading == ''")["label"]
    english = sorted({word for label in unnamed for word in label.split(", ")})
    labels = cl.topics.fit(passages, vectors, n_topics=5, stop=iter(english)).summary["label"]
    assert not {word for label in labels for word in label.split(", ")} & set(english)
    themes = cl.themes.fit(passages, vectors, n_themes=4, stop=["cluster", "clusters"])
    assert not themes.summary["label"].str.contains(r"\bclusters?\b").any()
    for stop in ("cluster", pd.DataFrame({"word": ["cluster"]})):
        with pytest.raises(ValueError, match=r"give a list of words|lang"):
            cl.topics.fit(passages, vectors, n_topics=5, stop=stop)
