"""Topics as a vote of Gaussian mixtures, each fitted on passages drawn anew.

The components of one mixture share a covariance, so it finds the directions that
separate subjects as linear discriminant analysis would. One mixture depends on its
start and on which passages it saw; what many of them agree on depends on neither, and
their disagreement says how far a topic can be trusted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusterlib import threads
from clusterlib.topics import gauss

Rows = NDArray[np.float64]
# Mixtures of one vote, and the rows that each is fitted on.
VOTERS, DRAW = 32, 2000
ITERATIONS, STARTS = 100, 5
MOST_AXES = 20
ROUNDS = 10


@dataclass(frozen=True)
class Vote:
    """What the mixtures agree on.

    Attributes
    ----------
    weights : numpy.ndarray
        How often each row falls in with the rows of each topic, as shares,
        shape (rows, topics).
    stability : numpy.ndarray
        For each topic, the mean Jaccard index of its rows and those of the
        matched component of each mixture, shape (topics,).
    """

    weights: Rows
    stability: Rows


def axes_range(n_rows: int) -> tuple[int, int]:
    """Return the fewest and the most axes that mixtures of so many rows are fitted in."""
    return int(np.clip(n_rows // 16, 2, 8)), int(np.clip(n_rows // 6, 3, MOST_AXES))


def vote(rows: Rows, n_topics: int, random_state: int = 0, voters: int = VOTERS) -> Vote:
    """Fit mixtures on bootstrap samples and let them vote.

    Parameters
    ----------
    rows : numpy.ndarray
        Distinct rows on subject axes, the most telling axis first, shape
        (rows, axes).
    n_topics : int
        Components of each mixture.
    random_state : int
        Seed of samples, numbers of axes and starts.
    voters : int
        How many mixtures.

    Returns
    -------
    Vote

    Notes
    -----
    Bagged clustering (Dudoit and Fridlyand, 2003) with a consensus by shared
    membership (Strehl and Ghosh, 2002); stability after Hennig (2007).
    """
    draw = np.random.default_rng([random_state, n_topics])
    low, high = axes_range(len(rows))
    high = min(high, rows.shape[1])
    low = min(low, high)
    members = []
    # Small products: threads would cost more than the work, and change digits.
    with threads.one():
        for _ in range(voters):
            seen = draw.choice(len(rows), min(len(rows), DRAW))
            own = rows[:, : int(draw.integers(low, high + 1))]
            even = 1e-4 * float(own.var())
            start = np.random.RandomState(int(draw.integers(2**31)))
            members.append(gauss.mixture(own[seen], own, n_topics, start, even, ITERATIONS))
        return _agreed(members, n_topics, random_state)


def _agreed(members: list[Rows], n_topics: int, seed: int) -> Vote:
    """Group rows that fall in together, and weigh each row by how often it falls in with each."""
    together = np.hstack(members) / np.sqrt(len(members))
    belongs = _first_groups(together, n_topics, seed)
    for _ in range(ROUNDS):
        marks = np.eye(n_topics)[belongs]
        likeness = together @ (together.T @ (marks / np.maximum(marks.sum(axis=0), 1.0)))
        before, belongs = belongs, np.round(likeness, 6).argmax(axis=1)
        if (before == belongs).all():
            break
    own = np.eye(n_topics)[belongs]
    shared = [_jaccard(own, _hard(one[:, _matched(own, one)])) for one in members]
    return Vote(likeness / likeness.sum(axis=1, keepdims=True), np.mean(shared, axis=0))


def _first_groups(together: Rows, n_topics: int, seed: int) -> NDArray[np.intp]:
    """Group rows by k-means on the leading singular vectors of their memberships."""
    sized = together / np.sqrt(np.maximum(together.sum(axis=0), 1e-9))
    axes = np.linalg.eigh(sized.T @ sized)[1][:, ::-1][:, :n_topics]
    places = sized @ axes
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12)
    return gauss.k_means(np.round(places, 6), n_topics, np.random.RandomState(seed), STARTS)


def _matched(one: Rows, other: Rows) -> NDArray[np.intp]:
    """Return for each column of the one its column of the other, by their joint overlap."""
    from scipy.optimize import linear_sum_assignment

    return np.asarray(linear_sum_assignment(-np.round(one.T @ other, 6))[1])


def _hard(weights: Rows) -> Rows:
    """Return 1 for the largest weight of each row, 0 for the others."""
    marks: Rows = np.eye(weights.shape[1])[weights.argmax(axis=1)]
    return marks


def _jaccard(one: Rows, other: Rows) -> Rows:
    """Return for each column the rows that both mark over those that either marks."""
    both = (one * other).sum(axis=0)
    either = np.maximum(one, other).sum(axis=0)
    shared: Rows = both / np.maximum(either, 1.0)
    return shared
