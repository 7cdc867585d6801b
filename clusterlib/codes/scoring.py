"""Score passages by codes: what tells a code is learned from its descriptions alone."""

from __future__ import annotations

import copy
import functools
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from clusterlib import axes, embed, schema
from clusterlib.axes import by_digest
from clusterlib.codes import book as books
from clusterlib.codes import windows
from clusterlib.embed import cache
from clusterlib.embed.encoder import EncoderKey

# At most this share of the neutral sentences may be coded.
SHARE = 0.05
# Passages whose parts show what the parts of all have in common.
COMMON = 1000
# Rows that are scored at a time.
BLOCK = 20_000

Rows = NDArray[np.float64]


class CodeScorer(BaseEstimator):
    """Score vectors by codes that are described and not exemplified.

    A ridge regression learns which directions tell a code from the other codes and from neutral
    sentences. What the rows of a corpus have in common is set aside before they are scored.

    Parameters
    ----------
    alpha : float
        Penalty of the ridge regression.
    whitening : numpy.ndarray, optional
        Map that sets form aside, shape (dim, dim), as `clusterlib.axes.whitening` returns it.
    belief : float
        How many distinct rows it takes to half believe in their mean.
    max_share : float
        Largest share of neutral rows that a code may be given.

    Attributes
    ----------
    classes_ : numpy.ndarray
        The codes, in the order of the columns of scores.
    coef_ : numpy.ndarray
        What tells each code, shape (codes, dim).
    common_, common_parts_ : numpy.ndarray
        What rows, and parts of rows, have in common; of the neutral rows until `adapt`.
    threshold_ : numpy.ndarray
        The score that a code has to exceed, shape (codes,).
    n_features_in_ : int
        The length of a vector.

    See Also
    --------
    apply : the same on tables, with descriptions from a codebook.

    Examples
    --------
    >>> X = np.vstack([np.eye(3), [[-1, -1, -1.0], [-1, -0.9, -1]]])
    >>> scorer = CodeScorer(alpha=1.0).fit(X, ["fair", "money", "jobs", "", ""])
    >>> scorer.classes_[scorer.decision_function(np.eye(3)).argmax(axis=1)].tolist()
    ['fair', 'money', 'jobs']
    """

    classes_: NDArray[Any]
    coef_: Rows
    common_: Rows
    common_parts_: Rows
    threshold_: Rows
    n_features_in_: int

    def __init__(
        self,
        alpha: float = 20.0,
        whitening: Rows | None = None,
        belief: float = 5.0,
        max_share: float = SHARE,
    ) -> None:
        self.alpha = alpha
        self.whitening = whitening
        self.belief = belief
        self.max_share = max_share

    def fit(self, X: NDArray[Any], Y: NDArray[Any]) -> CodeScorer:
        """Learn what tells each code from vectors of descriptions and of neutral sentences.

        ``Y`` has the code that each row describes, ``""`` for neutral sentences; or a column a
        code, 1 where it is described. If no row is neutral, thresholds are from all.
        """
        X, Y = validate_data(self, X, Y, dtype=np.float64, multi_output=True)
        if Y.ndim == 1:
            self.classes_ = np.array([code for code in np.unique(Y) if code != ""], dtype=Y.dtype)
            one_hot = (Y[:, None] == self.classes_).astype(np.float64)
        else:
            self.classes_, one_hot = np.arange(Y.shape[1]), Y.astype(np.float64)
        described = one_hot.any(axis=1)
        rows = np.empty_like(X)
        for part in (described, ~described):
            if part.any():
                rows[part] = self._centered(X[part], self._common(X[part]))
        ridge = Ridge(self.alpha, fit_intercept=False).fit(rows, one_hot - one_hot.mean(axis=0))
        self.coef_ = ridge.coef_.reshape(one_hot.shape[1], -1)
        neutral = X if described.all() else X[~described]
        return self.adapt(neutral).fit_threshold(neutral)

    def adapt(self, X: NDArray[Any], parts: NDArray[Any] | None = None) -> CodeScorer:
        """Set aside, from now on, what vectors of passages have in common, and of their parts.

        The rows are those of a corpus or a sample; by default each passage is its own part.
        """
        self.common_ = self._common(np.asarray(X))
        self.common_parts_ = self.common_ if parts is None else self._common(np.asarray(parts))
        return self

    def fit_threshold(
        self, X: NDArray[Any], parts: NDArray[Any] | None = None, rows: NDArray[Any] | None = None
    ) -> CodeScorer:
        """Learn the score of each code that at most ``max_share`` of neutral sentences exceed."""
        scores = self.decision_function(X, parts, rows)
        most = int(np.floor(self.max_share * len(scores) + 1e-9))
        # With no sentence to spare, the highest score is what has to be exceeded.
        self.threshold_ = np.sort(scores, axis=0)[::-1][most]
        return self

    def decision_function(
        self, X: NDArray[Any], parts: NDArray[Any] | None = None, rows: NDArray[Any] | None = None
    ) -> Rows:
        """Score passages by every code.

        Parameters
        ----------
        X : array-like of shape (n, dim)
            Vectors of passages.
        parts : array-like of shape (m, dim), optional
            Vectors of their parts. With them a score is that of the two best parts, with seven
            tenths of the weight, and that of the passage.
        rows : array-like of shape (m,), optional
            The row of X that each part is of.

        Returns
        -------
        numpy.ndarray
            Shape (n, codes), four decimals.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_min_samples=0)
        if not len(X):
            return np.empty((0, len(self.coef_)))
        scores = self._scores(X, self.common_)
        if parts is None:
            return scores
        owner = np.asarray(rows)
        order = np.argsort(owner, kind="stable")
        owners, starts = np.unique(owner[order], return_index=True)
        if len(owners) < len(X):
            missing = len(X) - len(owners)
            raise ValueError(f"{missing} passage(s) have no parts: make them of all passages")
        of_parts = self._scores(np.asarray(parts)[order], self.common_parts_)
        best = windows.best_two(of_parts, starts)
        return np.round((1 - windows.WEIGHT) * scores + windows.WEIGHT * best, 4) + 0.0

    def predict(
        self, X: NDArray[Any], parts: NDArray[Any] | None = None, rows: NDArray[Any] | None = None
    ) -> NDArray[np.bool_]:
        """Tell which codes each passage is given, shape (n, codes); see `decision_function`."""
        coded: NDArray[np.bool_] = self.decision_function(X, parts, rows) > self.threshold_
        return coded

    def _scores(self, X: NDArray[np.floating], common: Rows) -> Rows:
        scores = np.empty((len(X), len(self.coef_)))
        for batch in gen_batches(len(X), BLOCK):
            scores[batch] = self._centered(X[batch].astype(np.float64), common) @ self.coef_.T
        return np.round(scores, 4) + 0.0

    def _common(self, X: NDArray[np.floating]) -> Rows:
        """Return what rows have in common, each distinct row counted once."""
        distinct = np.unique(np.round(self._whitened(X), 5) + 0.0, axis=0)
        return np.asarray(len(distinct) / (len(distinct) + self.belief) * distinct.mean(axis=0))

    def _whitened(self, X: NDArray[np.floating]) -> Rows:
        return axes.unit(np.asarray(X if self.whitening is None else X @ self.whitening, float))

    def _centered(self, X: NDArray[np.floating], common: Rows) -> Rows:
        return axes.unit(self._whitened(X) - common)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags


def fit(
    vectors: pd.DataFrame,
    parts: pd.DataFrame,
    langs: frozenset[str],
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    share: float = SHARE,
) -> CodeScorer:
    """Learn the codes of a codebook for a corpus, to code it part by part with `apply`.

    Vectors and parts are of the corpus or a sample of it, which show what passages and parts have
    in common; ``langs`` are the primary languages of the corpus.

    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> vectors, parts = cl.embed.vectors(passages), cl.codes.parts(passages)
    >>> scorer = fit(vectors, parts, frozenset(["bg", "de", "fr", "nb", "nl"]))
    >>> codes = apply(passages.head(10), vectors, parts=parts, scorer=scorer)
    >>> len(codes) == 10 * len(cl.codes.read())
    True
    """
    if not 0 < share <= SHARE:
        raise ValueError(f"share={share!r}; expected a share above 0 and at most {SHARE}")
    csv = books.read(codebook).to_csv(index=False)  # type: ignore[arg-type]
    encoder = encoder or embed.load_encoder()
    with threadpool_limits(1):
        scorer = copy.copy(_fitted(EncoderKey.of(encoder), langs, share, csv))
        names = exemplary(pd.DataFrame({"passage": parts["whole"].unique()}))["passage"]
        chosen = embed.matrix(parts[parts["whole"].isin(names)])
        return scorer.adapt(embed.matrix(vectors), chosen)


@functools.lru_cache(maxsize=16)
def _fitted(key: EncoderKey, langs: frozenset[str], share: float, csv: str) -> CodeScorer:
    """Learn the codes, with thresholds from the neutral sentences as if they were a corpus."""
    encoder, book = key.encoder, books.from_csv(csv)
    described = books.descriptions(book)
    neutral = embed.calibration().query("lang == 'en'")["text"].tolist()
    # Descriptions are asked for, not told: the encoder knows them as queries.
    texts = [*described["text"], *neutral]
    X = cache.encode(texts, encoder, "query").astype(np.float64)
    english = np.repeat("en", len(texts))
    centerer = embed.LanguageCenterer().fit(X[len(described) :], english[len(described) :])
    codes = np.append(described["code"].to_numpy(str), np.repeat("", len(neutral)))
    one_hot = codes[:, None] == book["code"].to_numpy(str)
    scorer = CodeScorer(whitening=axes.whitening(embed.form(encoder)), max_share=share)
    scorer.fit(centerer.transform(X, english), one_hot)
    table = embed.calibration()
    table = table[table["lang"].isin(langs | {"en"})]
    passages, rows = embed.aligned(table, embed.vectors(table, encoder))
    parts = windows.parts(passages, encoder)
    owner = pd.Index(passages["passage"]).get_indexer(parts["whole"])
    chosen = parts["whole"].isin(exemplary(passages)["passage"]).to_numpy()
    matrix = embed.matrix(parts)
    return scorer.adapt(rows, matrix[chosen]).fit_threshold(rows, matrix, owner)


def apply(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    share: float = SHARE,
    parts: pd.DataFrame | None = None,
    scorer: CodeScorer | None = None,
) -> pd.DataFrame:
    """Code passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage, lang and text; doc if known.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it for these passages.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `read` takes it; by default the codebook of the seeds.
    encoder : Encoder, optional
        The one that the vectors are from; by default multilingual-e5-small.
    share : float
        Largest share of the neutral calibration sentences, in English and the languages of the
        passages, that a code may be given; 0.05 or less.
    parts : pandas.DataFrame, optional
        As the function `parts` returns it; by default with reference calibration.
    scorer : CodeScorer, optional
        As `clusterlib.codes.scoring.fit` returns it for a corpus that passages are a part of; by
        default one is fitted to the passages.

    Returns
    -------
    pandas.DataFrame
        One row a passage and code, sorted by passage and in the order of the codebook, as the
        contract ``codes`` has it; coded is a score above the threshold.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault of the codebook, or if the passages break their contract.
    ValueError
        If there are no passages to fit a scorer to, or passages without vector, the vectors are
        another encoder's, or the share is not above 0 and at most 0.05.

    Notes
    -----
    A `CodeScorer` learns a code from its probes, label, definition and when to use it, all in
    English, and from no passage. What the passages have in common is set aside first: in a corpus
    about clusters, all of it is a little about companies. A passage that speaks of several things
    is as a whole like none of them, so its two best parts make seven tenths of its score.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> codes = apply(passages, cl.embed.vectors(passages))
    >>> codes.query("passage == 'bg-001' and coded")["code"].tolist()
    ['storage', 'electric-mobility', 'renewables', 'energy-infrastructure']
    """
    ordered, rows = embed.aligned(schema.check(passages, "texts to embed"), vectors)
    if not len(ordered) and scorer is None:
        raise ValueError("there are no passages to code")
    if scorer is None or parts is None:
        encoder = encoder or embed.load_encoder()
        if rows.shape[1] != encoder.dim:
            theirs = f"those of {encoder.name!r} have {encoder.dim}"
            raise ValueError(
                f"the vectors have {rows.shape[1]} dimensions; {theirs}: "
                "pass the encoder that they are from"
            )
        parts = windows.parts(ordered, encoder) if parts is None else parts
    if scorer is None:
        langs = frozenset(embed.languages(ordered).tolist())
        corpus = pd.DataFrame(rows, index=ordered["passage"])
        scorer = fit(corpus, parts, langs, codebook, encoder, share)
    owner = pd.Index(ordered["passage"]).get_indexer(parts["whole"])
    inside = owner >= 0
    # More threads cost more time than they save, and change last digits.
    with threadpool_limits(1):
        scores = scorer.decision_function(rows, embed.matrix(parts)[inside], owner[inside])
    book = books.read(codebook)  # type: ignore[arg-type]
    return _table(ordered, book, scores, scorer.threshold_)


def _table(
    passages: pd.DataFrame, book: pd.DataFrame, scores: Rows, threshold: Rows
) -> pd.DataFrame:
    """Lay scores out, a row a passage and code."""
    names = [name for name in ("passage", "doc", "lang") if name in passages]
    table = passages[names].merge(book[["code", "dimension", "label"]], how="cross")
    table["score"], table["threshold"] = scores.ravel(), np.tile(threshold, len(passages))
    return table.assign(coded=table["score"] > table["threshold"])


def exemplary(passages: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a thousand passages at most, drawn by name, whose parts stand for all."""
    return by_digest(passages).head(COMMON)
