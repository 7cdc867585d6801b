"""When to believe a group of passages, topics and themes alike, and how many groups there are.

A grouping is fitted again on bootstrap samples: what is a group in most of them is one,
and what is not is a chance of this corpus. Agreement costs nothing where rows have no
structure at all, so each number of groups is held against such rows. Which number there is
says the Bayesian information criterion of Gaussian mixtures, for topics and themes alike.

In come estimators that group rows, out go tables on their groups and their number.
"""

import functools
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed, progress
from clusterlib.axes import SAMPLES, bic_by_n
from clusterlib.embed.cache import remember

__all__ = ["group_stability", "stability_by_n", "verdict"]

# Jaccard indices from which a group counts as stable, below which as doubtful, and below which
# it is mostly other rows in each new sample: dissolved (Hennig, 2007).
STABLE, DOUBTFUL, DISSOLVED = 0.75, 0.6, 0.5
# The stability of a number of groups must exceed that of rows without structure by so much.
EXCESS = 0.15
# Numbers of groups that are tried; so many rows carry a group each, more where they are over ten.
NUMBERS = (*range(2, 11), 12, 14, 17, 20, 24, 28, 33, 40)
PER_GROUP, TEN, PER_GROUP_BEYOND = 8, 10, 50
# How many steps from a stable number the votes of samples may be, in the numbers tried.
NEAR = 1
# Rows on which the stability of groups is tried at most.
TRIAL = 500
# A bias by chance is what this part of random groups stays below, of so many that are drawn.
QUANTILE, DRAWS = 0.95, 1000

Rows = NDArray[np.float64]
Labels = NDArray[np.intp]


def verdict(stability: float) -> str:
    """Say in words how far a group can be believed.

    Parameters
    ----------
    stability : float
        As `group_stability` returns it for the group.

    Returns
    -------
    str
        ``"stable"`` from 0.75, ``"a pattern"`` from 0.6, else ``"too little evidence"``.

    Examples
    --------
    >>> verdict(0.8), verdict(0.65), verdict(0.4)
    ('stable', 'a pattern', 'too little evidence')
    """
    if stability >= STABLE:
        return "stable"
    return "a pattern" if stability >= DOUBTFUL else "too little evidence"


def group_stability(labels: Labels, resampled: Iterable[Labels], n_groups: int) -> Rows:
    """Return how well each group returns in groupings that were fitted on other samples.

    Parameters
    ----------
    labels : numpy.ndarray
        The group of each row, from 0, shape (n,).
    resampled : iterable of numpy.ndarray
        The groups of the same rows by models fitted on bootstrap samples, each of shape (n,).
    n_groups : int
        How many groups there are.

    Returns
    -------
    numpy.ndarray
        For each group the mean, over samples, of the largest Jaccard index that it has with
        a group of the sample, shape (n_groups,); missing where there is no sample.

    Notes
    -----
    Hennig (2007), Cluster-wise assessment of cluster stability: groups below 0.5 dissolve,
    those of 0.75 and more are stable.

    Examples
    --------
    >>> labels = np.array([0, 0, 1, 1])
    >>> group_stability(labels, [np.array([1, 1, 0, 0]), np.array([0, 0, 0, 1])], 2).round(2)
    array([0.83, 0.75])
    """
    one_hot = (labels[:, None] == np.arange(n_groups)).astype(np.float64)
    indices: list[Rows] = []
    for other in resampled:
        theirs = (other[:, None] == np.unique(other)).astype(np.float64)
        both = one_hot.T @ theirs
        either = one_hot.sum(axis=0)[:, None] + theirs.sum(axis=0) - both
        indices.append((both / np.maximum(either, 1)).max(axis=1))
    return np.mean(indices, axis=0) if indices else np.full(n_groups, np.nan)


def null_reference(rows: Rows, random_state: int) -> Rows:
    """Draw rows without structure: from one Gaussian of the same mean and covariance."""
    draw = np.random.default_rng(random_state)
    covariance = np.atleast_2d(np.cov(rows.T))
    drawn = draw.multivariate_normal(rows.mean(axis=0), covariance, len(rows), method="eigh")
    return np.asarray(np.round(drawn, 6))


def numbers_to_try(n_rows: int) -> list[int]:
    """Return the numbers of groups that so many distinct rows may have.

    >>> numbers_to_try(9), numbers_to_try(50), numbers_to_try(5000)[-3:]
    ([2], [2, 3, 4, 5, 6], [28, 33, 40])
    """
    most = max(2, min(TEN, n_rows // PER_GROUP), n_rows // PER_GROUP_BEYOND)
    return [number for number in NUMBERS if number <= most]


def select_number(rows: Rows, numbers: list[int], random_state: int) -> int:
    """Return the number of groups of the lowest criterion, as `stability_by_n` chooses it."""
    if len(numbers) == 1:
        return numbers[0]
    with progress.bar(total=len(numbers) + 1, desc="number of groups") as bar:
        return numbers[_lowest(bic_by_n(rows, numbers, random_state, bar.update))]


def _lowest(bic: Rows) -> int:
    """Return the place of the number that is chosen: the first if one group is better than all."""
    mean = bic.mean(axis=0).round(1)
    return int(mean.argmin()) if mean.min() < 0 else 0


def stability_by_n(
    make: Callable[[int], Any], rows: Rows, numbers: list[int], name: str, random_state: int
) -> pd.DataFrame:
    """Measure how well each number of groups describes rows, and how stable it is.

    Parameters
    ----------
    make : callable
        Returns an estimator for a number of groups, which has labels_ and stability_ once fitted.
    rows, numbers, random_state
        As for `clusterlib.axes.bic_by_n`; the seed is that of rows without structure, too.
    name : str
        Of the column of numbers, such as n_topics.

    Returns
    -------
    pandas.DataFrame
        One row a number: the number; bic, see `clusterlib.axes.bic_by_n`, less that of one
        group, the mean over five samples; votes, the part of the samples in which the number
        has the lowest; stability, the mean over groups weighted by their size; weakest, that of
        the least stable group; null, the stability that rows without structure reach; stable;
        and chosen: the number of the lowest bic, or the fewest groups if that of one group is
        lower. A number is stable if those of all samples are it or next to it, its
        stability is 0.6 or more and exceeds null by 0.15 or more, no group is without rows
        (weakest 0), and one group would not describe all as well (bic below 0). One weak group
        does not keep a number from being stable. Of more than 500 rows only numbers that are
        chosen, or that a sample votes for, have a stability.

    Examples
    --------
    >>> import clusterlib as cl
    >>> rows = np.repeat(np.eye(3), 10, axis=0) + np.random.default_rng(0).normal(0, 0.05, (30, 3))
    >>> curve = stability_by_n(cl.themes.WardThemes, rows, [2, 3, 4], "n_themes", 0)
    >>> curve.loc[curve["chosen"], "n_themes"].item()
    3
    """
    seen = rows[axes.sample(len(rows), TRIAL, random_state)]
    null, content, table = null_reference(seen, random_state), seen.tobytes(), []
    # A class of a notebook stands in no file and may change: its numbers are not kept.
    file = getattr(sys.modules[type(make(numbers[0])).__module__], "__file__", None)
    code = [__file__, axes.__file__, str(file)]
    with progress.bar(total=2 * len(numbers) + 1, desc=name.replace("n_", "number of ")) as bar:
        bic = bic_by_n(rows, numbers, random_state, bar.update)
        curve = pd.DataFrame({name: numbers, "bic": bic.mean(axis=0).round(1)})
        votes = bic.argmin(axis=1)
        best = _lowest(bic)
        for place, number in enumerate(numbers):
            if len(rows) <= TRIAL or place == best or place in votes:
                measure = functools.partial(_measure, make, number, seen, null)
                asked = f"stability {make(number)!r} {random_state} {seen.shape}"
                kept = remember(asked, content, measure, code) if file else measure()
                table.append(kept)
            else:
                table.append([np.nan] * 3)
            bar.update()
    curve["votes"] = np.bincount(votes, minlength=len(numbers)) / SAMPLES
    measured = ["stability", "weakest", "null"]
    curve[measured] = np.round(table, 2)
    apart = np.abs(np.subtract.outer(np.arange(len(numbers)), votes)).max(axis=1)
    excess = (curve["stability"] - curve["null"]).round(2)
    curve["stable"] = (apart <= NEAR) & (curve["stability"] >= DOUBTFUL) & (excess >= EXCESS)
    curve["stable"] &= (curve["weakest"] > 0) & (curve["bic"] < 0)
    return curve.assign(chosen=curve.index == best)


def _measure(make: Callable[[int], Any], number: int, seen: Rows, null: Rows) -> list[float]:
    """Return the stability of groups, that of the weakest, and that of rows without structure."""
    grouping = make(number).fit(seen)
    return [_mean(grouping), float(grouping.stability_.min()), _mean(make(number).fit(null))]


def _mean(grouping: Any) -> float:
    """Return the stability of groups, weighted by their size."""
    sizes = np.bincount(grouping.labels_, minlength=len(grouping.stability_))
    return float(np.average(grouping.stability_, weights=sizes))


def describe(
    labels: Labels, stability: Rows, rows: NDArray[np.floating], passages: pd.DataFrame, name: str
) -> pd.DataFrame:
    """Describe groups, the largest first; of equals, the one whose first passage comes first.

    ``rows`` are the calibrated unit vectors of the passages, ``labels`` their groups, from 0, and
    ``name`` is topic or theme. A row a group that has passages: its name, size, stability,
    coherence, language_bias, bias_by_chance (which 95 % of random groups of the size stay below),
    verdict on its stability, and group, its number in ``labels``.

    >>> passages = pd.DataFrame({"passage": ["a", "b", "c"], "lang": ["de", "fr", "fr"]})
    >>> groups = describe(np.array([1, 0, 0]), np.ones(2), np.eye(3), passages, "theme")
    >>> groups[["theme", "size", "group"]].to_numpy().tolist()
    [['theme-1', 2, 0], ['theme-2', 1, 1]]
    """
    langs = embed.languages(passages)
    one_hot = (langs[:, None] == np.unique(langs)).astype(np.int64)
    docs = passages["doc"].to_numpy(str) if "doc" in passages else np.arange(len(rows)).astype(str)
    draw = np.random.default_rng(0)
    cohesion = coherence(rows, docs, labels, len(stability))
    sizes = np.bincount(labels, minlength=len(stability))
    first = [int((labels == group).argmax()) for group in range(len(sizes))]
    groups = sorted(np.flatnonzero(sizes).tolist(), key=lambda group: (-sizes[group], first[group]))
    width = len(str(len(groups)))
    table = [
        (
            # Names of one width sort as their numbers do.
            f"{name}-{place:0{width}d}",
            sizes[group],
            stability[group],
            cohesion[group],
            language_bias(one_hot[labels == group].sum(axis=0), one_hot.sum(axis=0)),
            bias_by_chance(one_hot.sum(axis=0), int(sizes[group]), draw),
            verdict(float(np.round(stability[group], 2))),
            group,
        )
        for place, group in enumerate(groups, start=1)
    ]
    columns = "size stability coherence language_bias bias_by_chance verdict group".split()
    described = pd.DataFrame(table, columns=[name, *columns]).round(2)
    # What is just below nought is nought when it is rounded.
    return described.assign(coherence=described["coherence"] + 0.0)


def coherence(
    rows: NDArray[np.floating], docs: NDArray[np.str_], labels: Labels, n_groups: int
) -> Rows:
    """Return for each group how much more alike its passages are than any passages.

    The mean cosine of pairs within the group less that of all pairs; pairs within one document do
    not count, unless there is one only. 0 where a group has no pair that counts.

    >>> rows = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> coherence(rows, np.array(["a", "b", "b"]), np.array([0, 0, 1]), 2).tolist()
    [0.5, 0.0]
    """
    kept = docs if len(np.unique(docs)) > 1 else np.arange(len(docs)).astype(str)
    everywhere = _mean_cosine(rows, kept)
    within = [
        _mean_cosine(rows[labels == group], kept[labels == group]) for group in range(n_groups)
    ]
    return np.array([0.0 if np.isnan(value) else value - everywhere for value in within])


def _mean_cosine(rows: NDArray[np.floating], docs: NDArray[np.str_]) -> float:
    """Return the mean cosine of pairs of rows from different documents."""
    sums = pd.DataFrame(rows.astype(np.float64)).groupby(docs).sum().to_numpy()
    sizes = pd.Series(docs).value_counts().to_numpy()
    pairs = len(rows) ** 2 - (sizes**2).sum()
    total = sums.sum(axis=0)
    return float((total @ total - (sums**2).sum()) / pairs) if pairs else float("nan")


def language_bias(inside: NDArray[np.int64], corpus: NDArray[np.int64]) -> float:
    """Return the part of a group that would have to change its language to be as the corpus is.

    >>> language_bias(np.array([4, 0]), np.array([10, 10]))
    0.5
    """
    shares = inside / max(int(inside.sum()), 1)
    return float(np.abs(shares - corpus / corpus.sum()).sum() / 2)


def bias_by_chance(corpus: NDArray[np.int64], size: int, draw: np.random.Generator) -> float:
    """Return what the bias of random groups of a size stays below in 95 of 100 cases."""
    drawn = draw.multivariate_hypergeometric(corpus, size, DRAWS) / size
    biases = np.abs(drawn - corpus / corpus.sum()).sum(axis=1) / 2
    return float(np.quantile(biases, QUANTILE))
