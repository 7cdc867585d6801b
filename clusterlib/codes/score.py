"""Score every passage by every code, and set each code's threshold on neutral sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed, schema
from clusterlib.codes import book as books
from clusterlib.embed import cache

# At most this share of the neutral sentences may be coded.
SHARE = 0.05
# Chosen by benchmarks/codes.py: the penalty of the weights, what a neutral sentence counts
# beside a description, and how many passages it takes to half believe in their own mean.
PENALTY, NEUTRAL, BELIEF = 20.0, 1.0, 5.0

Rows = NDArray[np.float64]


def apply(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    share: float = SHARE,
) -> pd.DataFrame:
    """Code passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage and lang; doc if known.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it for these passages.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `read` takes it; by default the codebook of the seeds.
    encoder : Encoder, optional
        The one that the vectors are from; by default multilingual-e5-small.
    share : float
        Largest share of the neutral calibration sentences, in English and the
        languages of the passages, that a code may be given; 0.05 or less.

    Returns
    -------
    pandas.DataFrame
        One row a passage and code, sorted by passage and in the order of the
        codebook: passage, doc, lang, code, dimension, label, score, threshold
        (four decimals) and coded: whether the score is above the threshold.

    Raises
    ------
    CodebookError
        With every fault of the codebook.
    ValueError
        If passages have no vector, the vectors are another encoder's, or the
        share is not above 0 and at most 0.05.

    Notes
    -----
    A code is described by its probes, label, definition and when to use it, all
    in English. A ridge regression learns from the descriptions of all codes
    which directions of the space tell a code from the others and from neutral
    English sentences; no passage takes part in that. What the passages have in
    common is set aside first, and so is what the neutral sentences have in
    common: in a corpus about clusters, all of it is a little about companies.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> found = apply(passages, cl.embed.vectors(passages))
    >>> found.query("passage == 'bg-001' and coded")["code"].tolist()
    ['electric-mobility', 'renewables', 'energy-infrastructure']
    """
    own, rows = _aligned(passages, vectors)
    langs = frozenset(embed.languages(own).tolist())
    known = pd.DataFrame(rows, index=own["passage"])
    return Coder.of(known, langs, codebook, encoder, share).apply(own, known)


@dataclass(frozen=True)
class Coder:
    """Codes that are ready to be given, to a part of a corpus at a time.

    Attributes
    ----------
    book : pandas.DataFrame
        The codebook.
    even, weights, threshold : numpy.ndarray
        The map that sets form aside, what tells each code, and its threshold.
    shared : numpy.ndarray
        What the passages of the corpus have in common.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> vectors = cl.embed.vectors(passages)
    >>> coder = Coder.of(vectors, frozenset(["bg", "de", "fr", "nb", "nl"]))
    >>> part = passages.head(10)
    >>> len(coder.apply(part, vectors.head(10))) == 10 * len(coder.book)
    True
    """

    book: pd.DataFrame
    even: Rows
    weights: Rows
    threshold: Rows
    shared: Rows

    @classmethod
    def of(
        cls,
        vectors: pd.DataFrame,
        langs: frozenset[str],
        codebook: object = None,
        encoder: embed.Encoder | None = None,
        share: float = SHARE,
    ) -> Coder:
        """Learn the codes.

        Parameters
        ----------
        vectors : pandas.DataFrame
            Of the corpus or a sample of it, to know what its passages have in common.
        langs : frozenset of str
            The primary languages of the corpus.
        codebook, encoder, share
            As `apply` takes them.
        """
        if not 0 < share <= SHARE:
            raise ValueError(f"share={share!r}; expected a share above 0 and at most {SHARE}")
        chosen = books.read(codebook)  # type: ignore[arg-type]
        encoder = encoder or embed.load_encoder()
        rows = embed.matrix(vectors).astype(np.float64)
        if rows.shape[1] != encoder.dim:
            told = f"{rows.shape[1]} dimensions; those of {encoder.name!r} have {encoder.dim}"
            raise ValueError(f"the vectors have {told}: pass the encoder that they are from")
        even = axes.whitening(embed.form(encoder))
        weights = _weights(chosen, encoder, even)
        neutral = _neutral(encoder, langs)
        found = _scores(neutral, even, weights, _shared(neutral, even))
        return cls(chosen, even, weights, thresholds(found, share), _shared(rows, even))

    def apply(self, passages: pd.DataFrame, vectors: pd.DataFrame) -> pd.DataFrame:
        """Code passages, as the function `apply` does."""
        own, rows = _aligned(passages, vectors)
        scores = _scores(rows.astype(np.float64), self.even, self.weights, self.shared)
        return _table(own, self.book, scores, self.threshold)


def by_initiative(codes: pd.DataFrame) -> pd.DataFrame:
    """Count the passages of each text that carry each code.

    Parameters
    ----------
    codes : pandas.DataFrame
        As `apply` returns it, with doc.

    Returns
    -------
    pandas.DataFrame
        One row a code, in the order of the codebook: dimension, code, relied_on
        where it is known, and a column a doc.

    Examples
    --------
    >>> rows = {"code": "jobs", "dimension": "aim", "doc": list("aab"), "coded": [1, 1, 0]}
    >>> by_initiative(pd.DataFrame(rows)).values.tolist()
    [['aim', 'jobs', 2, 0]]
    """
    keys = [name for name in ("dimension", "code", "relied_on") if name in codes]
    counted = codes.groupby([*keys, "doc"], sort=False)["coded"].sum().unstack(fill_value=0)
    counted = counted[sorted(counted.columns)].astype(int).rename_axis(columns=None)
    return counted.reset_index()


def thresholds(neutral: Rows, share: float) -> Rows:
    """Return for each code the score that at most a share of neutral sentences exceed.

    >>> thresholds(np.arange(20.0)[:, None], 0.05).tolist()
    [18.0]
    """
    most = int(np.floor(share * len(neutral) + 1e-9))
    # With no sentence to spare, the highest score is what has to be exceeded.
    found: Rows = np.sort(neutral, axis=0)[::-1][most]
    return found


def _aligned(
    passages: pd.DataFrame, vectors: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.float32]]:
    """Return the passages in the order of their names, with their vectors."""
    schema.check(passages, "coded passages")
    if not len(passages):
        raise ValueError("there are no passages to code")
    return embed.aligned(passages, vectors)


def _weights(book: pd.DataFrame, encoder: embed.Encoder, even: Rows) -> Rows:
    """Learn from the descriptions which directions tell each code; one column a code."""
    described = books.descriptions(book)
    texts = embed.calibration().query("lang == 'en'")["text"].tolist()
    # Descriptions are asked for, not told: the encoder knows them as queries.
    neutral = cache.encode(texts, encoder, "query").astype(np.float64)
    offset = neutral.mean(axis=0)
    asked = cache.encode(described["text"].tolist(), encoder, "query") - offset
    rows = np.vstack([_centred(part, even) for part in (_unit(asked), _unit(neutral - offset))])
    counts = np.repeat([1.0, NEUTRAL], [len(asked), len(neutral)])
    codes = np.append(described["code"].to_numpy(str), np.repeat("", len(neutral)))
    wanted = (codes[:, None] == book["code"].to_numpy(str)[None, :]).astype(np.float64)
    wanted -= counts @ wanted / counts.sum()
    weighed = rows * counts[:, None]
    found: Rows = np.linalg.solve(
        weighed.T @ rows + PENALTY * np.eye(rows.shape[1]), weighed.T @ wanted
    )
    return found


def _neutral(encoder: embed.Encoder, langs: frozenset[str]) -> Rows:
    """Return calibrated vectors of the neutral sentences in English and these languages."""
    table = embed.calibration()
    table = table[table["lang"].isin(langs | {"en"})]
    return embed.matrix(embed.vectors(table, encoder)).astype(np.float64)


def _scores(rows: Rows, even: Rows, weights: Rows, shared: Rows) -> Rows:
    return np.round(_unit(_unit(rows @ even) - shared) @ weights, 4) + 0.0


def _centred(rows: Rows, even: Rows) -> Rows:
    """Set aside form, and what rows have in common."""
    return _unit(_unit(rows @ even) - _shared(rows, even))


def _shared(rows: Rows, even: Rows) -> Rows:
    """Return what rows have in common, each distinct row counted once."""
    distinct = np.unique(np.round(_unit(rows @ even), 5) + 0.0, axis=0)
    share = len(distinct) / (len(distinct) + BELIEF)
    found: Rows = share * distinct.mean(axis=0)
    return found


def _unit(rows: Rows) -> Rows:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Rows = rows / np.where(norms > 1e-9, norms, 1)
    return unit


def _table(own: pd.DataFrame, book: pd.DataFrame, scores: Rows, threshold: Rows) -> pd.DataFrame:
    """Lay scores out, a row a passage and code."""
    known = [name for name in ("passage", "doc", "lang") if name in own]
    left = own[known].loc[own.index.repeat(len(book))].reset_index(drop=True)
    right = pd.concat([book[["code", "dimension", "label"]]] * len(own), ignore_index=True)
    table = pd.concat([left, right], axis=1)
    table["score"], table["threshold"] = scores.ravel(), np.tile(threshold, len(own))
    return table.assign(coded=table["score"] > table["threshold"])
