"""How many topics passages carry: the number whose topics hold together best."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, groups, progress
from clusterlib.topics import mixture, trust

# Numbers that are tried, and passages that each topic should have at least.
FEWEST, MOST, PER_TOPIC = 2, 10, 8
# Mixtures of one trial, and the rows that trials are made on.
VOTERS, TRIAL = 7, 1500
# Stability that is this much above that of structureless rows is more than chance.
ABOVE = 0.2


def curve(
    coordinates: NDArray[np.float64],
    rows: NDArray[np.floating],
    docs: NDArray[np.str_],
    n_topics: int | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure stability and coherence over a range of numbers of topics.

    Parameters
    ----------
    coordinates : numpy.ndarray
        Distinct rows on subject axes, shape (n, axes).
    rows : numpy.ndarray
        The unit vectors of the same passages, shape (n, dim).
    docs : numpy.ndarray
        Their documents, shape (n,).
    n_topics : int, optional
        Measure this number only.
    random_state : int
        Seed.

    Returns
    -------
    pandas.DataFrame
        One row a number: n_topics; stability, the mean over topics weighted by
        size; weakest, the least of them; floor, the stability that rows
        without structure, drawn from one Gaussian of the same mean and
        covariance, reach; coherence; stable, whether each topic holds
        together, the mean is 0.2 or more above the floor and passages of one
        topic are more alike than others.
    """
    seen = axes.sample(len(coordinates), TRIAL, random_state)
    own = coordinates[seen][:, : mixture.axes_range(len(seen))[1]]
    most = max(FEWEST, min(MOST, len(own) // PER_TOPIC))
    numbers = [n_topics] if n_topics else list(range(FEWEST, most + 1))
    found = []
    with progress.bar(total=len(numbers), desc="number of topics", unit="trial") as bar:
        for number in numbers:
            found.append(_trial(own, rows[seen], docs[seen], number, random_state))
            bar.update()
    table = pd.DataFrame(found).round(2)
    table["stable"] = _stable(table)
    return table


def settle(
    trials: pd.DataFrame, coordinates: NDArray[np.float64], random_state: int = 0
) -> tuple[pd.DataFrame, mixture.Vote]:
    """Choose the number of topics, and confirm it with all mixtures and all rows.

    Parameters
    ----------
    trials : pandas.DataFrame
        As `curve` returns it.
    coordinates : numpy.ndarray
        Distinct rows on subject axes, shape (n, axes).
    random_state : int
        Seed.

    Returns
    -------
    pandas.DataFrame
        The trials with a column chosen; stability and weakest of what was
        confirmed, or not, are those of all mixtures.
    Vote
        Of the chosen number: of those that are stable the one that exceeds
        its floor most (of equals the fewest topics), or else the fewest topics.
    """
    trials = trials.reset_index(drop=True)
    votes: dict[int, mixture.Vote] = {}
    while True:
        excess = (trials["stability"] - trials["floor"]).round(2).where(trials["stable"])
        place = int(excess.fillna(-1.0).to_numpy().argmax())
        if place in votes:
            return trials.assign(chosen=trials.index == place), votes[place]
        vote = mixture.vote(coordinates, int(trials["n_topics"].iloc[place]), random_state)
        votes[place] = vote
        trials.loc[place, ["stability", "weakest"]] = _mean(vote), float(vote.stability.min())
        trials = trials.round(2)
        trials["stable"] &= _stable(trials)


def _stable(trials: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which numbers hold together, above chance and coherently."""
    above = (trials["stability"] - trials["floor"]).round(2) >= ABOVE
    return (trials["weakest"] >= groups.DISSOLVED) & above & (trials["coherence"] > 0)


def _trial(
    coordinates: NDArray[np.float64],
    rows: NDArray[np.floating],
    docs: NDArray[np.str_],
    number: int,
    random_state: int,
) -> dict[str, float]:
    """Fit one number of topics on the rows, and on rows without structure."""
    vote = mixture.vote(coordinates, number, random_state, VOTERS)
    draw = np.random.default_rng([random_state, number, 1])
    spread = np.atleast_2d(np.cov(coordinates.T))
    blank = draw.multivariate_normal(coordinates.mean(axis=0), spread, len(rows), method="eigh")
    nothing = mixture.vote(blank, number, random_state, VOTERS)
    belongs = vote.weights.argmax(axis=1)
    sizes = np.bincount(belongs, minlength=number)
    return {
        "n_topics": number,
        "stability": float(np.average(vote.stability, weights=sizes)),
        "weakest": float(vote.stability.min()),
        "floor": _mean(nothing),
        "coherence": float(np.average(trust.coherence(rows, docs, belongs, number), weights=sizes)),
    }


def _mean(vote: mixture.Vote) -> float:
    """Return the stability of a vote's topics, weighted by size."""
    sizes = np.bincount(vote.weights.argmax(axis=1), minlength=len(vote.stability))
    return float(np.average(vote.stability, weights=sizes))
