"""Samples with replacement, as how often each unit is in each; and orders that names decide."""

import functools
import hashlib

import numpy as np
import pandas as pd
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
    drawn = draw.multinomial(size, np.full(among, 1 / among), size=times)
    drawn.setflags(write=False)
    return drawn


def by_digest(passages: pd.DataFrame) -> pd.DataFrame:
    """Return passages in the order of a digest of their names: one that no order or part changes.

    Examples
    --------
    >>> by_digest(pd.DataFrame({"passage": ["nl-001", "nl-002", "nl-003"]}))["passage"].tolist()
    ['nl-001', 'nl-003', 'nl-002']
    """
    order = passages["passage"].map(lambda name: hashlib.sha256(name.encode()).hexdigest())
    return passages.iloc[order.to_numpy(str).argsort(kind="stable")]
