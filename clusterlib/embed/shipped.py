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
    known, vectors = read(FILE)
    wanted = list(keys)
    if not len(known) or not wanted:
        return {}
    asked = np.array(wanted, known.dtype)
    places = np.searchsorted(known, asked).clip(max=len(known) - 1)
    return {
        key: np.array(vectors[place])
        for key, place, has in zip(wanted, places, known[places] == asked, strict=True)
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
def read(file: Path) -> tuple[NDArray[np.bytes_], NDArray[np.float32]]:
    """Return keys in their order, and vectors mapped into memory; without a file, none."""
    if not file.is_file():
        return np.empty(0, f"S{KEY}"), np.empty((0, 0), np.float32)
    table = np.load(file, mmap_mode="r")
    # Keys lie together, so that a search does not go through the whole file.
    return np.array(table["key"]), table["vector"]
