"""Samples with replacement, as how often each unit is in each; and orders that names decide."""

import functools
import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@functools.lru_cache(maxsize=8)
def counts(size: int, among: int, times: int, seed: int) -> NDArray[np.int64]:
    """Draw so many samples of a size; of the same kind they are the same, and drawn once.

    A row of the table, which is read only, is a sample: how often each of the units is in it.
    """
    draw = np.random.default_rng(seed)
    drawn = draw.multinomial(size, np.full(among, 1 / among), size=times)
    drawn.setflags(write=False)
    return drawn


def by_digest(passages: pd.DataFrame) -> pd.DataFrame:
    """Return passages in an order that neither theirs nor the other passages change."""
    order = passages["passage"].map(lambda name: hashlib.sha256(name.encode()).hexdigest())
    return passages.iloc[order.to_numpy(str).argsort(kind="stable")]
