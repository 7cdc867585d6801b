"""How far a topic can be trusted: its coherence, and whether it is a language in disguise."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import groups

# Draws of as many passages at random, for what a topic's languages would be by chance.
DRAWS = 1000


def coherence(
    rows: NDArray[np.floating], docs: NDArray[np.str_], belongs: NDArray[np.intp], n_topics: int
) -> NDArray[np.float64]:
    """Return for each topic how much more alike its passages are than any passages.

    Parameters
    ----------
    rows : numpy.ndarray
        Calibrated unit vectors, shape (n, dim).
    docs : numpy.ndarray
        The document of each row: pairs within one document do not count,
        unless there is one document only.
    belongs : numpy.ndarray
        The topic of each row, from 0.
    n_topics : int
        How many topics there are.

    Returns
    -------
    numpy.ndarray
        Mean cosine of pairs within the topic less that of all pairs, shape
        (n_topics,); 0 where a topic has no pair that counts.
    """
    kept = docs if len(np.unique(docs)) > 1 else np.arange(len(docs)).astype(str)
    everywhere = _likeness(rows, kept)
    found = [_likeness(rows[belongs == topic], kept[belongs == topic]) for topic in range(n_topics)]
    return np.array([0.0 if np.isnan(value) else value - everywhere for value in found])


def _likeness(rows: NDArray[np.floating], docs: NDArray[np.str_]) -> float:
    """Return the mean cosine of pairs of rows from different documents."""
    sums = pd.DataFrame(rows.astype(np.float64)).groupby(docs).sum().to_numpy()
    sizes = pd.Series(docs).value_counts().to_numpy()
    pairs = len(rows) ** 2 - (sizes**2).sum()
    total = sums.sum(axis=0)
    return float((total @ total - (sums**2).sum()) / pairs) if pairs else float("nan")


def languages(
    belongs: NDArray[np.intp], langs: NDArray[np.str_], n_topics: int, random_state: int = 0
) -> pd.DataFrame:
    """Compare the languages of each topic with those of all passages.

    Parameters
    ----------
    belongs, langs : numpy.ndarray
        Topic, from 0, and language of each passage.
    n_topics : int
        How many topics there are.
    random_state : int
        Seed of the draws.

    Returns
    -------
    pandas.DataFrame
        One row a topic: language_bias, half the sum of absolute differences
        between its shares of languages and those of all passages (0: the same,
        towards 1: a language of its own); bias_by_chance, which 95 % of as
        many passages drawn at random stay below; and one column a language
        with its share in the topic.
    """
    names = np.unique(langs)
    marks = (langs[:, None] == names[None, :]).astype(np.int64)
    whole = marks.sum(axis=0)
    draw = np.random.default_rng(random_state)
    found = []
    for topic in range(n_topics):
        inside = marks[belongs == topic].sum(axis=0)
        size = max(int(inside.sum()), 1)
        bias = groups.language_bias(inside, whole)
        chance = groups.bias_by_chance(whole, size, DRAWS, draw)
        own = dict(zip(names.tolist(), inside / size, strict=True))
        found.append({"language_bias": bias, "bias_by_chance": chance, **own})
    return pd.DataFrame(found).round(2)
