"""Groups of passages, topics and themes alike: when to believe one, and what languages it has."""

import numpy as np
from numpy.typing import NDArray

# Jaccard indices from which a group counts as stable, below which as doubtful, and below which
# it is mostly other rows in each new sample: dissolved (Hennig, 2007).
STABLE, DOUBTFUL, DISSOLVED = 0.75, 0.6, 0.5
# A bias by chance is what so many of the random groups stay below.
MOST = 0.95

Counts = NDArray[np.int64]


def verdict(stability: float) -> str:
    """Say in words how far a group can be believed.

    >>> verdict(0.8), verdict(0.65), verdict(0.4)
    ('stable', 'a pattern', 'too little evidence')
    """
    if stability >= STABLE:
        return "stable"
    return "a pattern" if stability >= DOUBTFUL else "too little evidence"


def language_bias(inside: Counts, whole: Counts) -> float:
    """Return the part of a group that would have to change its language.

    Parameters
    ----------
    inside, whole : numpy.ndarray
        Passages of each language in the group and in the corpus.

    Returns
    -------
    float
        Half the sum of absolute differences between the shares of languages:
        0, the same shares, towards 1, a language of its own.

    Examples
    --------
    >>> language_bias(np.array([4, 0]), np.array([10, 10]))
    0.5
    """
    shares = inside / max(int(inside.sum()), 1)
    return float(np.abs(shares - whole / whole.sum()).sum() / 2)


def bias_by_chance(whole: Counts, size: int, draws: int, draw: np.random.Generator) -> float:
    """Return what the bias of random groups stays below in 95 of 100 cases.

    Parameters
    ----------
    whole : numpy.ndarray
        Passages of each language in the corpus.
    size : int
        Passages of each group.
    draws : int
        How many groups are drawn.
    draw : numpy.random.Generator
        What draws them.

    Returns
    -------
    float

    Examples
    --------
    >>> bias_by_chance(np.array([10, 10]), 20, 100, np.random.default_rng(0))
    0.0
    """
    drawn = draw.multivariate_hypergeometric(whole, size, draws) / size
    biases = np.abs(drawn - whole / whole.sum()).sum(axis=1) / 2
    return float(np.quantile(biases, MOST))
