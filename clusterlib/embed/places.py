"""Vectors of words in their places: means of the encoder's hidden states over a sample."""

import functools
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from clusterlib.axes import unit
from clusterlib.embed import bags, cache
from clusterlib.embed.e5 import E5Encoder, States
from clusterlib.embed.encoder import Encoder, Kind
from clusterlib.embed.sample import Sample

# Of the regression that tells from a word alone what it is among others: a share of the
# mean variance of words.
TURN_RIDGE = 0.01
# What is told in this way counts as much as so many occurrences in the sample.
TOLD = 1
# Part of the revision: raise it when the same texts would give other vectors.
METHOD = 1

Rows = NDArray[np.float32]


class PlacedWords:
    """Encode words as the mean of what the model makes of their tokens wherever they occur.

    An encoder of its own, so that the vector cache keeps what it returns: the
    sample is read once. A word that has no token of its own there gets the
    vector of the word alone.

    Parameters
    ----------
    base : E5Encoder
        Reads the sample.
    texts : sequence of str
        The sample.
    """

    def __init__(self, base: E5Encoder, texts: Sequence[str]) -> None:
        self.base, self.texts = base, texts
        self.name, self.dim = f"words in place by {base.name}", base.dim
        raw = "\0".join([str(METHOD), *texts]).encode("utf-8", "surrogatepass")
        self.revision = f"{base.revision}-{hashlib.sha256(raw).hexdigest()[:16]}"

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Rows:
        """Return one unit row a word."""
        lacking = [word for word in texts if word not in self._means]
        found = self._means | dict(zip(lacking, self.base.encode(lacking), strict=True))
        return np.stack([found[word] for word in texts])

    @functools.cached_property
    def _means(self) -> dict[str, Rows]:
        """The unit mean of each word's tokens."""
        sums: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(self.dim))
        for states in self.base.states(self.texts):
            for word, rows in _tokens(states):
                sums[word] += rows.sum(axis=0, dtype=np.float64)
        return {word: (row / np.linalg.norm(row)).astype(np.float32) for word, row in sums.items()}


def _tokens(states: States) -> Iterator[tuple[str, Rows]]:
    """Yield the words of a text, each with the rows of the tokens that start or run on in it."""
    text, spans, rows = states
    if not (words := bags.places(text)) or not spans:
        return
    starts, ends = np.array(spans).T
    # A token belongs to the first word that reaches beyond its start.
    owner = np.searchsorted([end for _, _, end in words], starts, side="right")
    for place, (word, start, _) in enumerate(words):
        own = (owner == place) & (ends > start)
        if own.any():
            yield word, rows[own]


def among(
    names: list[str], alone: Rows, found: Sample, base: Encoder
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each word is among others, and the map that tells it from the word alone."""
    if not isinstance(base, E5Encoder):
        return np.zeros(alone.shape), np.zeros((1 + base.dim, base.dim))
    texts = [text for _, text in found.texts.values()]
    seen = bags.counts(texts)
    own = np.array([name in seen for name in names])
    known = [name for name in names if name in seen]
    placed = cache.encode(known, PlacedWords(base, texts))
    turn = _turn(alone[own].astype(np.float64), placed.astype(np.float64))
    rows = told(alone, turn)
    times = np.array([[seen[name]] for name in known])
    rows[own] = (times * placed + TOLD * rows[own]) / (times + TOLD)
    return unit(rows), turn


def _turn(alone: NDArray[np.float64], placed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Learn to tell words among others from words alone."""
    from sklearn.linear_model import Ridge

    # A corpus of one word has no scatter.
    alpha = max(TURN_RIDGE * len(alone) * float(alone.var(axis=0).mean()), 1e-12)
    with threadpool_limits(1):
        ridge = Ridge(alpha).fit(alone, placed)
    return np.vstack([ridge.intercept_, ridge.coef_.T])


def told(alone: Rows, turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit rows of words among others as told from words alone; zeros by an empty map."""
    return unit(alone @ turn[1:] + turn[0])
