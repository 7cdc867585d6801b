"""Samples with replacement, as how often each unit is in each of them."""

import functools

import numpy as np
from numpy.typing import NDArray


@functools.lru_cache(maxsize=8)
def counts(size: int, among: int, times: int, seed: int) -> NDArray[np.int64]:
    """Draw samples; of the same kind they are the same, and drawn once for all that is measured.

    Parameters
    ----------
    size : int
        Units in a sample.
    among : int
        Units that are drawn from.
    times : int
        How many samples.
    seed : int
        Other seeds draw others.

    Returns
    -------
    numpy.ndarray
        Whole numbers, shape (times, among); a row sums to the size. Read only.

    Examples
    --------
    >>> counts(3, 2, 4, 0).sum(axis=1).tolist()
    [3, 3, 3, 3]
    """
    draw = np.random.default_rng(seed)
    found = draw.multinomial(size, np.full(among, 1 / among), size=times)
    found.setflags(write=False)
    return found
