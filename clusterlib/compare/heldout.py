"""The calibration sentences as if they were passages: what of them is not in their own offsets."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import codes, embed, recent
from clusterlib.codes import runs
from clusterlib.embed import cache
from clusterlib.embed.offsets import own_offsets, removed

# Parts that the calibration sentences are split into; the offsets of one are from the others.
FOLDS = 5

Offsets = Mapping[str, NDArray[np.float32]]


def heldout(
    langs: list[str], encoder: embed.Encoder | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Embed the calibration sentences, each fifth with offsets from the other four.

    Parameters
    ----------
    langs : list of str
        Languages; those without calibration sentences are left out.
    encoder : Encoder, optional
        By default multilingual-e5-small.

    Returns
    -------
    sentences : pandas.DataFrame
        passage, row, lang and text.
    vectors : pandas.DataFrame
        Index passage; float32 columns, unit rows.
    """
    encoder = encoder or embed.load_encoder()
    table = _sentences(langs)
    return table, _moved(table, table["row"], _offsets(table, encoder), encoder)


def coded(
    langs: list[str], codebook: object = None, encoder: embed.Encoder | None = None
) -> pd.DataFrame:
    """Code the calibration sentences as passages are coded, each fifth with offsets of the others.

    Parameters
    ----------
    langs, encoder
        As for `heldout`.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.apply` takes it.

    Returns
    -------
    pandas.DataFrame
        As `clusterlib.codes.apply` returns it, with row, the same for translations
        of one another. Empty where no language has calibration sentences.
    """
    encoder = encoder or embed.load_encoder()
    table = _sentences(langs)
    if not len(table):
        return pd.DataFrame(columns=["passage", "lang", "code", "score", "coded", "row"])
    book = codes.read(codebook)  # type: ignore[arg-type]
    key = ("sentences", encoder.name, encoder.revision, *sorted(langs), book.to_csv())
    return recent.result(key, lambda: _coded(table, book, encoder)).copy()


def _coded(table: pd.DataFrame, book: pd.DataFrame, encoder: embed.Encoder) -> pd.DataFrame:
    known = _offsets(table, encoder)
    rows = table.set_index("passage")["row"]
    cut = runs.cut(table)
    parts = _moved(cut, cut["whole"].map(rows), known, encoder).assign(whole=cut["whole"].array)
    vectors = _moved(table, table["row"], known, encoder)
    found = codes.apply(table, vectors, book, encoder, parts=parts)
    return found.assign(row=found["passage"].map(rows))


def _sentences(langs: list[str]) -> pd.DataFrame:
    table = embed.calibration()
    return table[table["lang"].isin(langs)].reset_index(drop=True)


def _offsets(table: pd.DataFrame, encoder: embed.Encoder) -> list[Offsets]:
    """Return for each fold the offsets from the sentences of the other folds."""
    rows, langs = cache.encode(table["text"].tolist(), encoder), table["lang"].to_numpy(str)
    inside = (table["row"] % FOLDS).to_numpy()
    return [own_offsets(rows[inside != fold], langs[inside != fold]) for fold in range(FOLDS)]


def _moved(
    texts: pd.DataFrame, rows: "pd.Series[int]", known: list[Offsets], encoder: embed.Encoder
) -> pd.DataFrame:
    """Embed texts that belong to rows of the sentences, with the offsets of the row's fold."""
    found, langs = cache.encode(texts["text"].tolist(), encoder), texts["lang"].to_numpy(str)
    inside = (rows % FOLDS).to_numpy()
    for fold in range(FOLDS):
        own = inside == fold
        found[own] = removed(found[own], langs[own], known[fold])
    return pd.DataFrame(found, index=texts["passage"])
