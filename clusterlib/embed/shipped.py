"""Vectors that come with the package: those of its own texts, which most corpora need."""

import functools
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parents[1] / "data" / "vectors.npy"
# The length of a key: see `clusterlib.embed.cache.key_of`.
KEY = 32


def find(keys: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
    """Return the vectors that the package has, by their keys in the cache.

    Parameters
    ----------
    keys : iterable of bytes
        As `clusterlib.embed.cache.key_of` makes them.

    Returns
    -------
    dict of bytes to numpy.ndarray
        float32, shape (dim,); of other texts, and of other encoders than the
        default one, there is none.
    """
    table = read(FILE)
    wanted = sorted(set(keys))
    if not len(table) or not wanted:
        return {}
    asked = np.array(wanted, f"S{KEY}")
    places = np.searchsorted(table["key"], asked).clip(max=len(table) - 1)
    known = table["key"][places] == asked
    return {
        key: np.array(table["vector"][place])
        for key, place, has in zip(wanted, places, known, strict=True)
        if has
    }


def packed(vectors: dict[bytes, NDArray[np.float32]]) -> NDArray[np.void]:
    """Return vectors as the file keeps them, in the order of their keys.

    >>> packed({b"b": np.ones(2, "f4"), b"a": np.zeros(2, "f4")})["key"].tolist()
    [b'a', b'b']
    """
    keys = sorted(vectors)
    rows = np.stack([vectors[key] for key in keys])
    table = np.empty(len(keys), [("key", f"S{KEY}"), ("vector", "<f4", rows.shape[1])])
    table["key"], table["vector"] = keys, rows
    return table


@functools.cache
def read(file: Path) -> NDArray[np.void]:
    """Map a file into memory, which processes share; without one, nothing is known."""
    if not file.is_file():
        return np.empty(0, np.void)
    table: NDArray[np.void] = np.load(file, mmap_mode="r")
    return table
