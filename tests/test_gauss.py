"""The k-means and the mixture of topics, against scikit-learn's."""

import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors

from clusterlib import axes
from clusterlib.topics import gauss


def scattered(seed, count=300, width=5, centres=6):
    draw = np.random.default_rng(seed)
    goals = draw.normal(scale=1.5, size=(centres, width))
    return goals[draw.integers(centres, size=count)] + draw.normal(size=(count, width))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("starts", [1, 5])
def test_k_means_finds_the_same_groups(seed, starts):
    rows, number = scattered(seed), 2 + seed
    other = KMeans(number, n_init=starts, random_state=seed).fit_predict(rows)
    own = gauss.k_means(rows, number, np.random.RandomState(seed), starts)
    assert own.tolist() == other.tolist()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rounds", [3, 100])
def test_the_mixture_finds_the_same_components(seed, rounds):
    rows, number = scattered(seed), 2 + seed
    model = GaussianMixture(
        number, covariance_type="tied", max_iter=rounds, reg_covar=1e-3, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        other = model.fit(rows[:200]).predict_proba(rows)
    own = gauss.mixture(rows[:200], rows, number, np.random.RandomState(seed), 1e-3, rounds)
    np.testing.assert_allclose(own, other, atol=1e-8)


def test_more_groups_than_different_rows_are_no_error():
    rows = np.repeat(np.eye(3), 4, axis=0)
    groups = gauss.k_means(rows, 5, np.random.RandomState(0), starts=3)
    assert len(np.unique(groups)) >= 3
    likely = gauss.mixture(rows, rows, 5, np.random.RandomState(0), 1e-3, 10)
    np.testing.assert_allclose(likely.sum(axis=1), 1)


@pytest.mark.parametrize("memory", [64, 0])
def test_neighbours_are_the_nearest_by_cosine(monkeypatch, memory):
    monkeypatch.setattr(axes, "MEMORY", memory)
    rows = scattered(0)
    search = NearestNeighbors(n_neighbors=7, metric="cosine", algorithm="brute").fit(rows[:200])
    other = search.kneighbors(rows, return_distance=False)
    assert axes.neighbours(rows, rows[:200], 7).tolist() == other.tolist()
