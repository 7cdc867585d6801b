"""Stability, coherence and language bias of groups whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from conftest import scattered

from clusterlib import stability
from clusterlib.themes import WardThemes
from clusterlib.topics import TopicMixture

LANGS = ("bg", "de", "fr", "nb", "nl")


def test_groups_that_return_are_stable_and_others_are_not():
    labels = np.repeat([0, 1], 10)
    half = np.where(np.arange(20) % 2, 2, labels)
    index = stability.group_stability(labels, [labels, 1 - labels], 2)
    assert index.tolist() == [1, 1]
    assert stability.group_stability(labels, [half], 2).tolist() == [0.5, 0.5]
    assert np.isnan(stability.group_stability(labels, [], 2)).all()


@pytest.mark.parametrize("grouping", [TopicMixture, WardThemes])
def test_the_planted_number_is_chosen_and_rows_without_structure_have_none(grouping):
    def make(number):
        return grouping(number, random_state=0)

    curve = stability.stability_by_n(make, scattered((40, 30, 20), 6, 0.1)[0], [2, 3, 4, 5], "n", 0)
    assert curve.loc[curve["chosen"], ["n", "stable"]].to_numpy().tolist() == [[3, True]]
    noise = np.random.default_rng(1).normal(size=(90, 6))
    curve = stability.stability_by_n(make, noise, [2, 3, 4, 5], "n", 0)
    assert curve.loc[curve["chosen"], ["n", "stable"]].to_numpy().tolist() == [[2, False]]


@pytest.mark.parametrize("grouping", [TopicMixture, WardThemes])
def test_groups_of_rows_without_structure_dissolve(grouping):
    rows = np.random.default_rng(0).normal(size=(200, 10))
    assert grouping(6, random_state=0).fit(rows).stability_.mean() < stability.DISSOLVED


def test_rows_without_structure_have_the_same_mean_and_covariance():
    rows, _ = scattered((4000, 2000), 6, 0.1)
    null = stability.null_reference(rows, 0)
    np.testing.assert_allclose(null.mean(axis=0), rows.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(np.cov(null.T), np.cov(rows.T), atol=0.03)


def bias(labels, langs):
    passages = pd.DataFrame({"passage": range(len(langs)), "lang": langs})
    return stability.describe(labels, np.ones(5), np.eye(len(langs)), passages, "topic")


def test_a_language_in_disguise_is_seen():
    langs = np.repeat(LANGS, 20)
    disguised = bias(np.repeat(np.arange(5), 20), langs)
    assert (disguised["language_bias"] == 0.8).all()
    assert (bias(np.tile(np.arange(5), 20), langs)["language_bias"] == 0).all()
    assert disguised["bias_by_chance"].between(0.1, 0.4).all()


def test_coherence_leaves_pairs_within_a_document_out():
    rows, groups = np.repeat(np.eye(3), 4, axis=0), np.repeat(np.arange(3), 4)
    mixed = stability.coherence(rows, np.tile(["a", "b"], 6), groups, 3)
    np.testing.assert_allclose(mixed, 1 - 1 / 3, atol=0.05)
    assert stability.coherence(rows, np.repeat(["a", "b", "c"], 4), groups, 3)[0] == 0


def test_groups_are_described_by_size_and_empty_ones_left_out():
    passages = pd.DataFrame({"passage": range(6), "lang": "fr"})
    labels = np.array([3, 1, 1, 0, 0, 3])
    table = stability.describe(labels, np.arange(4) / 4, np.eye(6), passages, "theme")
    assert table["group"].tolist() == [3, 1, 0]
    assert table["theme"].tolist() == ["theme-1", "theme-2", "theme-3"]
    assert table["verdict"].tolist() == ["stable", *["too little evidence"] * 2]
