"""Codes that are ready to be given: what tells each, and its threshold on neutral sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed, recent, schema
from clusterlib.codes import book as books
from clusterlib.codes import directions, runs
from clusterlib.embed.sample import by_digest

# At most this share of the neutral sentences may be coded.
SHARE = 0.05
# Passages whose parts show what the parts of all have in common.
COMMON = 1000

Rows = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Coder:
    """Codes that are ready to be given, to a part of a corpus at a time.

    Attributes
    ----------
    book : pandas.DataFrame
        The codebook.
    even, weights, threshold : numpy.ndarray
        The map that sets form aside, what tells each code, and its threshold.
    shared, shared_parts : numpy.ndarray
        What the passages of the corpus have in common, and what their parts have.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> vectors, parts = cl.embed.vectors(passages), cl.codes.parts(passages)
    >>> coder = Coder.of(vectors, parts, frozenset(["bg", "de", "fr", "nb", "nl"]))
    >>> part = passages.head(10)
    >>> len(coder.apply(part, vectors.head(10), parts)) == 10 * len(coder.book)
    True
    """

    book: pd.DataFrame
    even: Rows
    weights: Rows
    threshold: Rows
    shared: Rows
    shared_parts: Rows

    @classmethod
    def of(
        cls,
        vectors: pd.DataFrame,
        parts: pd.DataFrame,
        langs: frozenset[str],
        codebook: object = None,
        encoder: embed.Encoder | None = None,
        share: float = SHARE,
    ) -> Coder:
        """Learn the codes.

        Parameters
        ----------
        vectors, parts : pandas.DataFrame
            Of the corpus or a sample of it, to know what its passages, and the parts
            of them, have in common.
        langs : frozenset of str
            The primary languages of the corpus.
        codebook, encoder, share
            As `apply` takes them.
        """
        if not 0 < share <= SHARE:
            raise ValueError(f"share={share!r}; expected a share above 0 and at most {SHARE}")
        chosen = books.read(codebook)  # type: ignore[arg-type]
        encoder = encoder or embed.load_encoder()
        key = ("coder", encoder.name, encoder.revision, langs, share, chosen.to_csv())
        known = recent.result(key, lambda: cls._of_neutral(chosen, langs, encoder, share))
        shared, of_parts = _in_common(vectors, parts, known.even)
        return replace(known, shared=shared, shared_parts=of_parts)

    @classmethod
    def _of_neutral(
        cls, book: pd.DataFrame, langs: frozenset[str], encoder: embed.Encoder, share: float
    ) -> Coder:
        """Learn the codes, with thresholds from the neutral sentences as if they were a corpus."""
        even = axes.whitening(embed.form(encoder))
        weights = directions.weights(book, encoder, even)
        table = embed.calibration()
        table = table[table["lang"].isin(langs | {"en"})]
        vectors, parts = embed.vectors(table, encoder), runs.parts(table, encoder)
        coder = cls(book, even, weights, np.empty(0), *_in_common(vectors, parts, even))
        found = coder.scores(*aligned(table, vectors), parts)
        return replace(coder, threshold=thresholds(found, share))

    def apply(
        self, passages: pd.DataFrame, vectors: pd.DataFrame, parts: pd.DataFrame
    ) -> pd.DataFrame:
        """Code passages, as the function `apply` does."""
        own, rows = aligned(passages, vectors)
        return _table(own, self.book, self.scores(own, rows, parts), self.threshold)

    def scores(self, passages: pd.DataFrame, rows: Floats, parts: pd.DataFrame) -> Rows:
        """Score passages by every code: a row a passage, in their order, and a column a code."""
        if not len(passages):
            return np.empty((0, len(self.book)))
        place = pd.Index(passages["passage"]).get_indexer(parts["whole"])
        order = np.argsort(place, kind="stable")[np.count_nonzero(place < 0) :]
        found, starts = np.unique(place[order], return_index=True)
        if len(found) < len(passages):
            missing = len(passages) - len(found)
            raise ValueError(f"{missing} passage(s) have no parts: make them of all passages")
        whole = directions.scores(rows, self.even, self.weights, self.shared)
        own = embed.matrix(parts)[order]
        own_scores = directions.scores(own, self.even, self.weights, self.shared_parts)
        return np.round((whole + runs.best_two(own_scores, starts)) / 2, 4) + 0.0


def thresholds(neutral: Rows, share: float) -> Rows:
    """Return for each code the score that at most a share of neutral sentences exceed.

    >>> thresholds(np.arange(20.0)[:, None], 0.05).tolist()
    [18.0]
    """
    most = int(np.floor(share * len(neutral) + 1e-9))
    # With no sentence to spare, the highest score is what has to be exceeded.
    found: Rows = np.sort(neutral, axis=0)[::-1][most]
    return found


def aligned(passages: pd.DataFrame, vectors: pd.DataFrame) -> tuple[pd.DataFrame, Floats]:
    """Return the passages in the order of their names, with their vectors."""
    schema.check(passages, "texts to embed")
    return embed.aligned(passages, vectors)


def exemplary(passages: pd.DataFrame) -> pd.DataFrame:
    """Return the passages whose parts show what the parts of all have in common.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage.

    Returns
    -------
    pandas.DataFrame
        Its rows of a thousand passages at most, drawn by their names.

    Examples
    --------
    >>> exemplary(pd.DataFrame({"passage": ["nl-001", "nl-002", "nl-003"]}))["passage"].tolist()
    ['nl-001', 'nl-003', 'nl-002']
    """
    return by_digest(passages).head(COMMON)


def _in_common(vectors: pd.DataFrame, parts: pd.DataFrame, even: Rows) -> tuple[Rows, Rows]:
    """Return what passages have in common, and what their parts have."""
    names = exemplary(pd.DataFrame({"passage": parts["whole"].unique()}))["passage"]
    chosen = embed.matrix(parts[parts["whole"].isin(names)])
    return directions.shared(embed.matrix(vectors), even), directions.shared(chosen, even)


def _table(own: pd.DataFrame, book: pd.DataFrame, scores: Rows, threshold: Rows) -> pd.DataFrame:
    """Lay scores out, a row a passage and code."""
    known = [name for name in ("passage", "doc", "lang") if name in own]
    left = own[known].loc[own.index.repeat(len(book))].reset_index(drop=True)
    repeated = np.tile(np.arange(len(book)), len(own))
    right = book[["code", "dimension", "label"]].iloc[repeated].reset_index(drop=True)
    table = pd.concat([left, right], axis=1)
    table["score"], table["threshold"] = scores.ravel(), np.tile(threshold, len(own))
    return table.assign(coded=table["score"] > table["threshold"])
