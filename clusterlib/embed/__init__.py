"""Embed passages in one space for all languages, with the offset of each language removed."""

import warnings
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import schema
from clusterlib.embed import cache
from clusterlib.embed.encoder import Encoder, load_encoder
from clusterlib.embed.offsets import calibration, offsets, own_offsets

__all__ = ["Encoder", "calibration", "load_encoder", "matrix", "offsets", "vectors"]

Calibration = Literal["reference", "corpus"]


def vectors(
    passages: pd.DataFrame,
    encoder: Encoder | None = None,
    calibrate: Calibration | None = "reference",
    reference: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Embed passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage, lang and text.
    encoder : Encoder, optional
        By default multilingual-e5-small; see `load_encoder`.
    calibrate : {"reference", "corpus", None}
        How the part of a vector that tells its language is removed.
        ``"reference"``: by the language's mean over the calibration sentences,
        which have nothing to do with the corpus. ``"corpus"``: by its mean over
        the passages themselves, which also removes what an initiative keeps
        saying. None: not at all.
    reference : pandas.DataFrame, optional
        Texts (lang, text) that take the place of the calibration sentences for
        the languages they are in; ideally translations of one another.

    Returns
    -------
    pandas.DataFrame
        Index passage; one float32 column a dimension (``v000``, …); unit rows.
        Where a language has no reference, its own mean is taken instead and a
        further column ``calibration`` says for each row which it was.

    Raises
    ------
    clusterlib.schema.TableError
        If ``passages`` lacks a column or a text.

    Warns
    -----
    UserWarning
        If a language has no reference text.

    Notes
    -----
    Vectors are cached on disk by model, revision, kind and text.

    Examples
    --------
    >>> import clusterlib as cl
    >>> found = vectors(cl.clean.passages(cl.load.documents()))
    >>> found.shape
    (96, 384)
    """
    schema.check(passages, "texts to embed")
    if calibrate not in ("reference", "corpus", None):
        raise ValueError(f"calibrate={calibrate!r}; expected 'reference', 'corpus' or None")
    encoder = encoder or load_encoder()
    rows = cache.encode(passages["text"].tolist(), encoder)
    langs = passages["lang"].str.split("-").str[0].replace({"no": "nb"}).to_numpy()
    own = own_offsets(rows, langs)
    known: Mapping[str, NDArray[np.float32]] = {}
    if calibrate == "reference":
        known = offsets(encoder, reference)
        _warn_of_missing(set(own) - set(known))
    chosen = {**own, **known} if calibrate else {}
    columns = [f"v{number:03d}" for number in range(encoder.dim)]
    table = pd.DataFrame(
        _calibrated(rows, langs, chosen), index=passages["passage"], columns=columns
    )
    if calibrate == "reference" and set(own) - set(known):
        ways = np.where(np.isin(langs, list(known)), "reference", "corpus")
        table["calibration"] = pd.Series(ways, index=table.index, dtype="str")
    return table


def matrix(vectors: pd.DataFrame) -> NDArray[np.float32]:
    """Return the numbers of a vectors table, whatever other columns it has.

    Parameters
    ----------
    vectors : pandas.DataFrame
        As `vectors` returns it.

    Returns
    -------
    numpy.ndarray
        float32, shape (passages, dimensions).
    """
    numbers: NDArray[np.float32] = vectors.select_dtypes("float32").to_numpy(np.float32)
    return numbers


def _calibrated(
    rows: NDArray[np.float32], langs: NDArray[np.object_], chosen: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Subtract from each row the offset of its language, and make it a unit row again."""
    moved = rows.astype(np.float64)
    for lang, offset in sorted(chosen.items()):
        moved[langs == lang] -= offset
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    # A language with a single passage has nothing left after its own mean is taken away.
    alone = norms[:, 0] < 1e-6
    moved[alone] = rows[alone]
    norms[alone] = 1
    unit: NDArray[np.float32] = (moved / norms).astype(np.float32)
    return unit


def _warn_of_missing(missing: set[str]) -> None:
    if missing:
        names = ", ".join(sorted(missing))
        warnings.warn(
            f"no calibration text for {names}: the mean of its own passages is removed instead. "
            "That hides whatever the passages of the language have in common, their subject "
            "included; pass reference=DataFrame(lang, text) with some sixty neutral sentences",
            stacklevel=3,
        )
