"""The directions of the space that tell a code from the others and from neutral sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed
from clusterlib.codes import book as books
from clusterlib.embed import cache

# Chosen by benchmarks/codes.py: the penalty of the weights, and how many passages it takes to
# half believe in their own mean.
PENALTY, BELIEF = 20.0, 5.0
# Rows that are scored at a time.
BLOCK = 20_000

Rows = NDArray[np.float64]


def weights(book: pd.DataFrame, encoder: embed.Encoder, even: Rows) -> Rows:
    """Learn from the descriptions which directions tell each code; one column a code."""
    from sklearn.linear_model import Ridge

    described = books.descriptions(book)
    texts = embed.calibration().query("lang == 'en'")["text"].tolist()
    # Descriptions are asked for, not told: the encoder knows them as queries.
    neutral = cache.encode(texts, encoder, "query").astype(np.float64)
    offset = neutral.mean(axis=0)
    asked = cache.encode(described["text"].tolist(), encoder, "query") - offset
    rows = np.vstack(
        [_centred(part, even) for part in (axes.unit(asked), axes.unit(neutral - offset))]
    )
    codes = np.append(described["code"].to_numpy(str), np.repeat("", len(neutral)))
    wanted = (codes[:, None] == book["code"].to_numpy(str)[None, :]).astype(np.float64)
    ridge = Ridge(PENALTY, fit_intercept=False).fit(rows, wanted - wanted.mean(axis=0))
    found: Rows = ridge.coef_.T
    return found


def scores(rows: NDArray[np.float32], even: Rows, weights: Rows, shared: Rows) -> Rows:
    """Score rows by every code, to four decimals; one column a code."""
    found = np.empty((len(rows), weights.shape[1]))
    for start in range(0, len(rows), BLOCK):
        own = axes.unit(rows[start : start + BLOCK].astype(np.float64) @ even)
        found[start : start + BLOCK] = np.round(axes.unit(own - shared) @ weights, 4) + 0.0
    return found


def _centred(rows: Rows, even: Rows) -> Rows:
    """Set aside form, and what rows have in common."""
    return axes.unit(axes.unit(rows @ even) - shared(rows, even))


def shared(rows: NDArray[np.floating], even: Rows) -> Rows:
    """Return what rows have in common, each distinct row counted once."""
    distinct = np.unique(np.round(axes.unit(rows @ even), 5) + 0.0, axis=0)
    share = len(distinct) / (len(distinct) + BELIEF)
    found: Rows = share * distinct.mean(axis=0)
    return found
