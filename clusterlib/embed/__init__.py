"""Embed passages in one space for all languages, with the offset of each language removed."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import schema
from clusterlib.embed import cache
from clusterlib.embed.calibration import (
    LanguageCenterer,
    calibration,
    form,
    offsets,
    primary,
)
from clusterlib.embed.encoder import Encoder, load_encoder
from clusterlib.problems import warn

__all__ = [
    "Encoder",
    "LanguageCenterer",
    "aligned",
    "calibration",
    "form",
    "languages",
    "load_encoder",
    "matrix",
    "offsets",
    "vectors",
]

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
        How the part of a vector that tells its language is removed. ``"reference"``: by the
        language's mean over the calibration sentences, which have nothing to do with the corpus.
        ``"corpus"``: by its mean over the passages themselves, which also removes what an
        initiative keeps saying. None: not at all.
    reference : pandas.DataFrame, optional
        Texts (lang, text) that take the place of the calibration sentences for the languages they
        are in; ideally translations of one another.

    Returns
    -------
    pandas.DataFrame
        Index passage; one float32 column a dimension (``v000``, …); unit rows. Where a language
        has no reference, a further column ``calibration`` says for each row what was taken instead:
        reference, corpus, or none for a language with a single passage.

    Raises
    ------
    clusterlib.problems.InputError
        If ``passages`` or ``reference`` lacks a column or a text.
    ValueError
        If a language has too few reference texts, or the encoder returns something else than finite
        vectors.

    Warns
    -----
    UserWarning
        If a language has no reference text, or a single passage.

    Notes
    -----
    Vectors are cached on disk by model, revision, kind and text.

    Examples
    --------
    >>> import clusterlib as cl
    >>> vectors(cl.clean.passages(cl.load.documents())).shape
    (96, 384)
    """
    schema.check(passages, "texts to embed")
    if calibrate not in ("reference", "corpus", None):
        raise ValueError(f"calibrate={calibrate!r}; expected 'reference', 'corpus' or None")
    if reference is not None and calibrate != "reference":
        raise ValueError('reference text is used with calibrate="reference" only')
    encoder = encoder or load_encoder()
    rows = cache.encode(passages["text"].tolist(), encoder)
    langs = languages(passages)
    names, counts = np.unique(langs, return_counts=True)
    # The mean of a single passage is the passage: nothing would be left of it.
    several = {str(name) for name, count in zip(names, counts, strict=True) if count > 1}
    referenced = offsets(encoder, reference) if calibrate == "reference" else {}
    centered = center(rows, langs, several if calibrate else set(), referenced)
    columns = [f"v{number:03d}" for number in range(encoder.dim)]
    table = pd.DataFrame(centered, index=passages["passage"], columns=columns)
    if calibrate and (missing := {*map(str, names)} - (set(referenced) or several)):
        _warn_of_missing(missing, several)
        ways = dict.fromkeys(several, "corpus") | dict.fromkeys(referenced, "reference")
        sources = [ways.get(str(lang), "none") for lang in langs]
        table["calibration"] = pd.Series(sources, index=table.index, dtype="str")
    return table


def center(
    rows: NDArray[np.float32],
    langs: NDArray[np.str_],
    several: set[str],
    referenced: dict[str, NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Remove offsets from unit rows, by language.

    Where a language of several passages has no offset, its own mean is removed instead.
    """
    inside = np.isin(langs, sorted(several))
    measured = LanguageCenterer().fit(rows[inside], langs[inside]).by_language() if several else {}
    centerer = LanguageCenterer.of(measured | referenced, rows.shape[1])
    return centerer.transform(rows, langs).astype(np.float32)


def languages(passages: pd.DataFrame) -> NDArray[np.str_]:
    """Return the language of each passage as calibration knows it.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs lang (BCP 47).

    Returns
    -------
    numpy.ndarray
        Primary languages: ``"de"`` for ``"de-AT"``, ``"nb"`` for ``"no"``.

    Examples
    --------
    >>> languages(pd.DataFrame({"lang": ["de-AT", "no"]})).tolist()
    ['de', 'nb']
    """
    return np.asarray(primary(passages).tolist(), dtype=np.str_)


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

    Examples
    --------
    >>> matrix(pd.DataFrame({"x": [1.0, 0.0], "note": ["a", "b"]})).tolist()
    [[1.0], [0.0]]
    """
    numbers: NDArray[np.float32] = vectors.select_dtypes("number").to_numpy(np.float32)
    return numbers


def aligned(
    passages: pd.DataFrame, vectors: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.float32]]:
    """Return passages in the order of their names, and the numbers of their vectors.

    Parameters
    ----------
    passages, vectors : pandas.DataFrame
        passage, and as `vectors` returns them, of these passages and possibly of others.

    Returns
    -------
    tuple of pandas.DataFrame and numpy.ndarray

    Raises
    ------
    ValueError
        If a passage has no vector, or two.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage": ["b", "a"]})
    >>> ordered, rows = aligned(passages, pd.DataFrame({"x": [1, 2]}, index=["a", "b"]))
    >>> ordered["passage"].tolist(), rows.tolist()
    (['a', 'b'], [[1.0], [2.0]])
    """
    missing = sorted(set(passages["passage"]) - set(vectors.index))
    if missing:
        raise ValueError(f"{len(missing)} passage(s) have no vector: {', '.join(missing[:5])}")
    if not vectors.index.is_unique:
        raise ValueError("a passage has two vectors; embed each once")
    ordered = passages.sort_values("passage", ignore_index=True)
    return ordered, matrix(vectors.loc[ordered["passage"]])


def _warn_of_missing(missing: set[str], several: set[str]) -> None:
    names = ", ".join(sorted(missing))
    alone = ", ".join(sorted(missing - several))
    message = (
        f"no calibration text for {names}: the mean of its own passages is removed instead. "
        "That hides whatever the passages of the language have in common, their subject "
        "included; pass reference=DataFrame(lang, text) with some sixty neutral sentences"
    )
    if alone:
        message += f". Of {alone} there is one passage only, which stays as it is"
    warn(message, stacklevel=3)
