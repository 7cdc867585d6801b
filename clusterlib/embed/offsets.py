"""The offset of each language: its mean over sentences that all languages share."""

import functools
import importlib.resources
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import recent, schema
from clusterlib.embed import cache
from clusterlib.embed.encoder import Encoder

# With fewer texts the offset is more chance than language.
FEWEST = 10
DATA = importlib.resources.files("clusterlib") / "data"


def calibration() -> pd.DataFrame:
    """Return the calibration sentences.

    Returns
    -------
    pandas.DataFrame
        One row a sentence and language: passage (``nl-009``), row (the same
        number for translations of one another), lang and text. Sorted by row
        and language.

    Examples
    --------
    >>> calibration().query("row == 9 and lang == 'nl'")["text"].item()
    'Het proces wordt volgende week voortgezet.'
    """
    return _calibration().copy()


@functools.cache
def _calibration() -> pd.DataFrame:
    """Read the calibration sentences once."""
    with (DATA / "calibration.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file).sort_values(["row", "lang"], ignore_index=True)
    names = table["lang"] + "-" + table["row"].astype("str").str.zfill(3)
    return table.assign(passage=names)


@functools.cache
def _shipped() -> pd.DataFrame:
    """Return the offsets that come with the package; columns name, revision, lang, v000 to v383."""
    with importlib.resources.as_file(DATA / "offsets.parquet") as path:
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame()


def offsets(
    encoder: Encoder, reference: pd.DataFrame | None = None, shipped: bool = True
) -> Mapping[str, NDArray[np.float32]]:
    """Return the offset of each language.

    Parameters
    ----------
    encoder : Encoder
        Whose vectors the offsets are for.
    reference : pandas.DataFrame, optional
        Texts (lang, text) of some languages, which replace the calibration
        sentences of these.
    shipped : bool
        Take the default encoder's offsets from the package instead of
        embedding every language; they are the same.

    Returns
    -------
    dict of str to numpy.ndarray
        By language: float32, shape (dim,).

    Examples
    --------
    >>> from clusterlib.embed import load_encoder
    >>> found = offsets(load_encoder())
    >>> len(found), found["nl"].shape
    (28, (384,))
    """
    found = _from_package(encoder) if shipped else {}
    if not found:
        key = ("offsets", *calibrated(encoder))
        found = dict(recent.result(key, lambda: _means(calibration_for(encoder), encoder)))
    return found if reference is None else {**found, **_means(_checked(reference), encoder)}


def calibration_for(encoder: Encoder) -> pd.DataFrame:
    """Return the calibration sentences in the languages that an encoder is for; by default all."""
    table, langs = calibration(), getattr(encoder, "langs", None)
    return table if langs is None else table[table["lang"].isin(langs)].reset_index(drop=True)


def calibrated(encoder: Encoder) -> tuple[str, str, frozenset[str] | None]:
    """Return all that the vectors of the calibration sentences depend on."""
    return encoder.name, str(encoder.revision), getattr(encoder, "langs", None)


def primary(texts: pd.DataFrame) -> "pd.Series[str]":
    """Return primary languages as calibration knows them: ``nb`` for ``no``."""
    return texts["lang"].str.split("-").str[0].replace({"no": "nb"})


def _checked(reference: pd.DataFrame) -> pd.DataFrame:
    """Return reference text with languages as calibration knows them; refuse too little of it."""
    schema.check(reference, "reference")
    known = primary(reference)
    counts = known.value_counts()
    few = ", ".join(f"{lang} ({counts[lang]})" for lang in sorted(counts.index[counts < FEWEST]))
    if few:
        raise ValueError(f"too little reference text for {few}; expected {FEWEST} texts or more")
    return reference.assign(lang=known)


def own_offsets(
    rows: NDArray[np.float32], langs: NDArray[np.str_]
) -> dict[str, NDArray[np.float32]]:
    """Return the mean vector of each language over the rows themselves."""
    means = {str(lang): rows[langs == lang].mean(axis=0, dtype=np.float64) for lang in set(langs)}
    return {lang: means[lang].astype(np.float32) for lang in sorted(means)}


def removed(
    rows: NDArray[np.float32],
    langs: NDArray[np.str_],
    known: Mapping[str, NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Subtract from each row the offset of its language, if known, and make it a unit row again."""
    moved = rows.astype(np.float64)
    for lang, offset in sorted(known.items()):
        moved[langs == lang] -= offset
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    # Passages of a language that are all the same have nothing left once their mean is gone.
    same = norms[:, 0] < 1e-6
    moved[same] = rows[same]
    norms[same] = 1
    unit: NDArray[np.float32] = (moved / norms).astype(np.float32)
    return unit


def _means(texts: pd.DataFrame, encoder: Encoder) -> dict[str, NDArray[np.float32]]:
    rows = cache.encode(texts["text"].tolist(), encoder)
    return own_offsets(rows, texts["lang"].to_numpy(str))


def _from_package(encoder: Encoder) -> dict[str, NDArray[np.float32]]:
    table = _shipped()
    if not len(table):
        return {}
    own = table[(table["name"] == encoder.name) & (table["revision"] == encoder.revision)]
    rows = own.select_dtypes("float32").to_numpy(np.float32)
    return dict(zip(own["lang"].tolist(), rows, strict=True))
