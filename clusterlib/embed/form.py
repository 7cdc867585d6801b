"""What differs between sentences of one meaning: the form that is no part of the subject."""

import functools
import importlib.resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import recent
from clusterlib.embed import cache
from clusterlib.embed.encoder import DEFAULT, Encoder
from clusterlib.embed.models import load_encoder
from clusterlib.embed.offsets import DATA, calibrated, calibration_for, own_offsets, removed

# Length explains little of the variance of sentences, so it counts this much.
LENGTH = 10.0


def form(encoder: Encoder | None = None, shipped: bool = True) -> NDArray[np.float64]:
    """Return the scatter of vectors that form causes and subject does not.

    Parameters
    ----------
    encoder : Encoder, optional
        By default multilingual-e5-small.
    shipped : bool
        Take the default encoder's from the package instead of embedding the
        calibration sentences; they are the same.

    Returns
    -------
    numpy.ndarray
        Shape (dim, dim), symmetric: the covariance between translations of one
        calibration sentence after the offsets are removed, and the direction in
        which vectors move with the length of a sentence.

    Examples
    --------
    >>> form().shape
    (384, 384)
    """
    name = DEFAULT if encoder is None else encoder.name
    if shipped and name == DEFAULT:
        return _shipped().to_numpy(np.float64)
    chosen = encoder or load_encoder()
    return recent.result(("form", *calibrated(chosen)), lambda: _measured(chosen)).copy()


def form_of(
    rows: NDArray[np.floating], encoder: Encoder | None = None
) -> NDArray[np.float64] | None:
    """Return the form for vectors, or None if they are not the default encoder's.

    Parameters
    ----------
    rows : numpy.ndarray
        Vectors, shape (n, dim).
    encoder : Encoder, optional
        That they come from; vectors of another length than the default
        encoder's need it.

    Returns
    -------
    numpy.ndarray or None
        Shape (dim, dim).

    Examples
    --------
    >>> form_of(np.ones((2, 384))).shape, form_of(np.ones((2, 5)))
    ((384, 384), None)
    """
    if encoder is None and rows.shape[1] != len(_shipped()):
        return None
    return form(encoder)


@functools.cache
def _shipped() -> pd.DataFrame:
    """Return the default encoder's matrix, which comes with the package."""
    with importlib.resources.as_file(DATA / "form.parquet") as path:
        return pd.read_parquet(path)


def _measured(encoder: Encoder) -> NDArray[np.float64]:
    """Measure the scatter on the calibration sentences."""
    table = calibration_for(encoder)
    rows = cache.encode(table["text"].tolist(), encoder)
    langs = table["lang"].to_numpy(str)
    unit = removed(rows, langs, own_offsets(rows, langs)).astype(np.float64)
    sentences = pd.DataFrame(unit).groupby(table["row"].to_numpy())
    apart = unit - sentences.transform("mean").to_numpy()
    length = np.log(table["text"].str.len().to_numpy(np.float64))
    length = (length - length.mean()) / length.std()
    along = length @ unit / len(unit)
    between: NDArray[np.float64] = apart.T @ apart / (len(unit) - sentences.ngroups)
    return between + LENGTH * np.outer(along, along)
