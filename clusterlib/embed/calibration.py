"""What of a vector is language or form: offsets and their removal, and the scatter of form."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.metrics import euclidean_distances
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted, validate_data

from clusterlib import schema
from clusterlib.embed import cache
from clusterlib.embed.encoder import DEFAULT, Encoder, EncoderKey

# With fewer texts the offset is more chance than language.
FEWEST = 10
# Length explains little of the variance of sentences, so it counts this much.
LENGTH = 10.0
DATA = Path(__file__).parents[1] / "data"

Rows = NDArray[np.float32]


class LanguageCenterer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Remove from vectors what tells their language: its mean over reference text.

    It is fitted on text that has nothing to do with the corpus, ideally on translations of the same
    sentences, and then applied to the corpus. In a pipeline that is fitted on the corpus it
    therefore stands fitted, as ``sklearn.frozen.FrozenEstimator(centerer)``.

    Attributes
    ----------
    languages_ : numpy.ndarray
        The languages that have an offset, sorted.
    offsets_ : numpy.ndarray
        Their offsets, shape (languages, dim), of the type of the vectors.
    n_features_in_ : int
        The length of a vector.

    See Also
    --------
    clusterlib.embed.vectors : the same on tables, with the calibration sentences.

    Examples
    --------
    >>> X = np.array([[1.0, 0.2], [1.0, -0.2], [0.2, 1.0], [-0.2, 1.0]])
    >>> langs = ["de", "de", "nl", "nl"]
    >>> LanguageCenterer().fit(X, langs).offsets_.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    >>> LanguageCenterer().fit_transform(X, langs).round(2).tolist()
    [[0.0, 1.0], [0.0, -1.0], [1.0, 0.0], [-1.0, 0.0]]
    """

    languages_: NDArray[Any]
    offsets_: NDArray[np.floating]
    n_features_in_: int

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> LanguageCenterer:
        """Learn the offset of each language.

        Parameters
        ----------
        X : array-like of shape (n, dim)
            Vectors of reference text, as the encoder makes them.
        y : array-like of shape (n,)
            Their languages.
        """
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        self.languages_ = np.unique(y)
        means = [X[y == lang].mean(axis=0, dtype=np.float64) for lang in self.languages_]
        self.offsets_ = np.stack(means).astype(X.dtype)
        return self

    def transform(self, X: NDArray[Any], langs: NDArray[Any] | None = None) -> NDArray[np.floating]:
        """Subtract the offset of the language from each row, and scale it to length 1.

        Parameters
        ----------
        X : array-like of shape (n, dim)
            Vectors as the encoder makes them.
        langs : array-like of shape (n,), optional
            Their languages; by default that whose offset is nearest to the row. Within
            scikit-learn's meta-estimators it is metadata: ``set_transform_request(langs=True)``.

        Returns
        -------
        numpy.ndarray
            Shape (n, dim), unit rows of the type of ``X``. A row of a language without offset keeps
            its direction; one that is its offset, as all are of a language whose texts are all the
            same, stays as it is.
        """
        check_is_fitted(self)
        types = [np.float64, np.float32]
        X = validate_data(self, X, dtype=types, reset=False, ensure_min_samples=0)
        if langs is None:
            langs = self.languages_[euclidean_distances(X, self.offsets_).argmin(axis=1)]
        langs = np.asarray(langs)
        check_consistent_length(X, langs)
        moved = X.astype(np.float64)
        for lang, offset in zip(self.languages_, self.offsets_, strict=True):
            moved[langs == lang] -= offset
        norms = np.linalg.norm(moved, axis=1, keepdims=True)
        same = norms[:, 0] < 1e-6
        moved[same], norms[same] = X[same], 1
        unit: NDArray[np.floating] = (moved / norms).astype(X.dtype)
        return unit

    def fit_transform(
        self, X: NDArray[Any], y: NDArray[Any], langs: NDArray[Any] | None = None
    ) -> NDArray[np.floating]:
        """Fit, and transform the same rows by their languages."""
        return self.fit(X, y).transform(X, y if langs is None else langs)

    @classmethod
    def of(cls, offsets: Mapping[str, Rows], dim: int) -> LanguageCenterer:
        """Return one with offsets that are there already, by language."""
        centerer = cls()
        centerer.languages_ = np.array(sorted(offsets), dtype=np.str_)
        rows = [offsets[lang] for lang in sorted(offsets)]
        centerer.offsets_ = np.array(rows, dtype=np.float32).reshape(-1, dim)
        centerer.n_features_in_ = dim
        return centerer

    def by_language(self) -> dict[str, Rows]:
        """Return the offsets by language."""
        return dict(zip(self.languages_.tolist(), self.offsets_, strict=True))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def calibration() -> pd.DataFrame:
    """Return the calibration sentences.

    Returns
    -------
    pandas.DataFrame
        One row a sentence and language: passage (``nl-009``), row (the same number for translations
        of one another), lang and text. Sorted by row and language.

    Examples
    --------
    >>> calibration().query("row == 9 and lang == 'nl'")["text"].item()
    'Het proces wordt volgende week voortgezet.'
    """
    return _calibration().copy()


@functools.cache
def _calibration() -> pd.DataFrame:
    table = pd.read_csv(DATA / "calibration.csv").sort_values(["row", "lang"], ignore_index=True)
    return table.assign(passage=table["lang"] + "-" + table["row"].astype("str").str.zfill(3))


def offsets(encoder: Encoder, reference: pd.DataFrame | None = None) -> dict[str, Rows]:
    """Return the offset of each language.

    Parameters
    ----------
    encoder : Encoder
        Whose vectors the offsets are for. Those of the default encoder come with the package.
    reference : pandas.DataFrame, optional
        Texts (lang, text) of some languages, which replace the calibration sentences of these.

    Returns
    -------
    dict of str to numpy.ndarray
        By language: float32, shape (dim,).

    Examples
    --------
    >>> from clusterlib.embed import load_encoder
    >>> by_language = offsets(load_encoder())
    >>> len(by_language), by_language["nl"].shape
    (28, (384,))
    """
    table = _shipped("offsets")
    table = table[(table["name"] == encoder.name) & (table["revision"] == encoder.revision)]
    rows = table.select_dtypes("float32").to_numpy(np.float32)
    by_language = dict(zip(table["lang"].tolist(), rows, strict=True))
    by_language = by_language or measure_offsets(EncoderKey.of(encoder)).by_language()
    if reference is not None:
        by_language |= _fitted(checked(reference), encoder).by_language()
    return by_language


@functools.cache
def _shipped(name: str) -> pd.DataFrame:
    """Return a table that comes with the package."""
    return pd.read_parquet(DATA / f"{name}.parquet")


@functools.lru_cache(maxsize=16)
def measure_offsets(key: EncoderKey) -> LanguageCenterer:
    """Return an encoder's centerer, fitted on the calibration sentences."""
    return _fitted(calibration(), key.encoder)


def _fitted(texts: pd.DataFrame, encoder: Encoder) -> LanguageCenterer:
    rows = cache.encode(texts["text"].tolist(), encoder)
    return LanguageCenterer().fit(rows, texts["lang"].to_numpy(str))


def primary(texts: pd.DataFrame) -> pd.Series[str]:
    """Return primary languages as calibration knows them: ``nb`` for ``no``."""
    return texts["lang"].str.split("-").str[0].replace({"no": "nb"})


def checked(reference: pd.DataFrame) -> pd.DataFrame:
    """Return reference text with languages as calibration knows them; refuse too little of it."""
    schema.check(reference, "reference")
    langs = primary(reference)
    counts = langs.value_counts()
    few = ", ".join(f"{lang} ({counts[lang]})" for lang in sorted(counts.index[counts < FEWEST]))
    if few:
        raise ValueError(f"too little reference text for {few}; expected {FEWEST} texts or more")
    return reference.assign(lang=langs)


def form(encoder: Encoder | None = None) -> NDArray[np.float64]:
    """Return the scatter of vectors that form causes and subject does not.

    Parameters
    ----------
    encoder : Encoder, optional
        By default multilingual-e5-small, whose form comes with the package.

    Returns
    -------
    numpy.ndarray
        Shape (dim, dim), symmetric: the covariance between translations of one calibration sentence
        after the offsets are removed, and the direction in which vectors move with the length of a
        sentence.

    Examples
    --------
    >>> form().shape
    (384, 384)
    """
    if encoder is None or encoder.name == DEFAULT:
        return _shipped("form").to_numpy(np.float64)
    return measure_form(EncoderKey.of(encoder)).copy()


def form_of(
    rows: NDArray[np.floating], encoder: Encoder | None = None
) -> NDArray[np.float64] | None:
    """Return the form for vectors, or None if they are of no encoder and not the default's."""
    if encoder is None and rows.shape[1] != len(_shipped("form")):
        return None
    return form(encoder)


@functools.lru_cache(maxsize=16)
def measure_form(key: EncoderKey) -> NDArray[np.float64]:
    """Measure the scatter on the calibration sentences."""
    table = calibration()
    rows = cache.encode(table["text"].tolist(), key.encoder)
    unit = LanguageCenterer().fit_transform(rows, table["lang"].to_numpy(str)).astype(np.float64)
    sentences = pd.DataFrame(unit).groupby(table["row"].to_numpy())
    apart = unit - sentences.transform("mean").to_numpy()
    length = np.log(table["text"].str.len().to_numpy(np.float64))
    length = (length - length.mean()) / length.std()
    along = length @ unit / len(unit)
    between: NDArray[np.float64] = apart.T @ apart / (len(unit) - sentences.ngroups)
    return between + LENGTH * np.outer(along, along)
