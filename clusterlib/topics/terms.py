"""The terms that set a topic apart within each language."""

import functools
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed
from clusterlib.topics import words

# Terms listed for each topic, language and kind.
LISTED = 8
# A topic that has less of a language than this has no terms in it.
LEAST = 1.5
# Weight of what is known of a language before looking, in words.
PRIOR = 50.0


def rank(passages: pd.DataFrame, weights: pd.DataFrame, stop: words.Stop = None) -> pd.DataFrame:
    """Rank the terms of each topic in each language: topic, lang, kind, term, weight and rank.

    The weight says how many standard errors a term is more frequent in the topic than elsewhere in
    its language, the calibration sentences included: the log-odds ratio with an informative prior
    (Monroe, Colaresi and Quinn, 2008). A term within another that ranks higher is left out.
    """
    wide = weights.pivot(index="passage", columns="topic", values="weight")
    rows = []
    for lang, part in words.table(passages, stop).groupby("lang", sort=True):
        present = wide.columns[wide.loc[part["passage"].unique()].sum() >= LEAST]
        if len(present):
            table, inside = _count(part, wide[present], str(lang))
            rows += [
                (topic, str(lang), *term)
                for topic in present
                for term in _choose(table, inside[topic].to_numpy())
            ]
    columns = ["topic", "lang", "kind", "term", "weight", "rank"]
    kinds = dict.fromkeys(columns[:4], "str") | {"weight": "float64", "rank": "int64"}
    terms = pd.DataFrame(rows, columns=columns).astype(kinds)
    return terms.sort_values(["topic", "lang", "kind", "rank"], ignore_index=True)


def _count(
    part: pd.DataFrame, weights: pd.DataFrame, lang: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the terms of one language: all, in neutral sentences, and inside each topic.

    Longer terms come first, since of equal ones they are chosen.
    """
    keys = [part[key].to_numpy() for key in ("kind", "term", "words")]
    inside = weights.loc[part["passage"]].mul(part["count"].to_numpy(float), axis=0)
    inside = inside.groupby(keys).sum()
    table = part["count"].groupby(keys).sum().rename_axis(["kind", "term", "words"]).reset_index()
    table["neutral"] = table["term"].map(_neutral(lang)).fillna(0)
    order = table.sort_values(["words", "term"], ascending=[False, True], kind="stable").index
    return table.loc[order], inside.iloc[order]


def _choose(
    table: pd.DataFrame, inside: NDArray[np.float64]
) -> Iterator[tuple[str, str, float, int]]:
    """Score the terms of one language for one topic; yield kind, term, weight and rank."""
    outside = table["count"].to_numpy(float) - inside + table["neutral"].to_numpy(float)
    prior = PRIOR * (inside + outside) / (inside + outside).sum()
    # Of a single term there is no other to hold it against.
    odds = [
        np.log((part + prior) / np.maximum(part.sum() + PRIOR - part - prior, 1e-9))
        for part in (inside, outside)
    ]
    error = np.sqrt(1 / (inside + prior) + 1 / (outside + prior))
    weight = np.round((odds[0] - odds[1]) / error, 2)
    order = np.argsort(-weight, kind="stable")
    order = order[(weight[order] > 0) & (inside[order] >= 0.5)]
    kinds, listed = table["kind"].to_numpy(object)[order], table["term"].to_numpy(object)[order]
    for kind in ("term", "name"):
        # None is a part of another that is chosen.
        rank, seen = 0, set[str]()
        for place in np.flatnonzero(kinds == kind):
            parts = set(listed[place].split())
            if rank < LISTED and not parts & seen:
                rank, seen = rank + 1, seen | parts
                yield kind, listed[place], float(weight[order[place]]), rank


@functools.cache
def _neutral(lang: str) -> dict[str, int]:
    """Return how often each term occurs in the calibration sentences of a language."""
    table = embed.calibration()
    sentences = table[table["lang"] == lang]
    if sentences.empty:
        return {}
    counted = words.table(sentences).groupby("term")["count"].sum()
    return {str(term): int(count) for term, count in counted.items()}
