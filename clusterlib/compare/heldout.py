"""The calibration sentences as if they were passages: what of them is not in their own offsets."""

import functools

import pandas as pd

from clusterlib import codes, embed
from clusterlib.codes import runs
from clusterlib.codes.book import from_csv
from clusterlib.embed import LanguageCenterer, cache
from clusterlib.embed.encoder import EncoderKey

# Parts that the calibration sentences are split into; the offsets of one are from the others.
FOLDS = 5


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
    return table, _centered(table, table["row"], _centerers(table, encoder), encoder)


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
    return _coded(EncoderKey.of(encoder), tuple(sorted(langs)), book.to_csv(index=False)).copy()


@functools.lru_cache(maxsize=16)
def _coded(key: EncoderKey, langs: tuple[str, ...], csv: str) -> pd.DataFrame:
    table, book, encoder = _sentences([*langs]), from_csv(csv), key.encoder
    centerers = _centerers(table, encoder)
    rows = table.set_index("passage")["row"]
    cut = runs.cut(table)
    parts = _centered(cut, cut["whole"].map(rows), centerers, encoder).assign(
        whole=cut["whole"].array
    )
    vectors = _centered(table, table["row"], centerers, encoder)
    found = codes.apply(table, vectors, book, encoder, parts=parts)
    return found.assign(row=found["passage"].map(rows))


def _sentences(langs: list[str]) -> pd.DataFrame:
    table = embed.calibration()
    return table[table["lang"].isin(langs)].reset_index(drop=True)


def _centerers(table: pd.DataFrame, encoder: embed.Encoder) -> list[LanguageCenterer]:
    """Return for each fold what removes offsets that are from the sentences of the other folds."""
    rows, langs = cache.encode(table["text"].tolist(), encoder), table["lang"].to_numpy(str)
    if not len(table):
        return []
    inside = (table["row"] % FOLDS).to_numpy()
    return [
        LanguageCenterer().fit(rows[inside != fold], langs[inside != fold]) for fold in range(FOLDS)
    ]


def _centered(
    texts: pd.DataFrame,
    rows: "pd.Series[int]",
    centerers: list[LanguageCenterer],
    encoder: embed.Encoder,
) -> pd.DataFrame:
    """Embed texts that belong to rows of the sentences, with the offsets of the row's fold."""
    vectors, langs = cache.encode(texts["text"].tolist(), encoder), texts["lang"].to_numpy(str)
    inside = (rows % FOLDS).to_numpy()
    for fold, centerer in enumerate(centerers):
        own = inside == fold
        vectors[own] = centerer.transform(vectors[own], langs[own])
    return pd.DataFrame(vectors, index=texts["passage"])
