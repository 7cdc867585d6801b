"""The terms that set a topic apart within each language."""

import functools

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
    """Rank the terms of each topic in each language.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang and text.
    weights : pandas.DataFrame
        passage, topic and weight, one row for each pair.
    stop : iterable of str or pandas.DataFrame, optional
        A reader's own stop words; see `clusterlib.topics.words.readers_stop_words`.

    Returns
    -------
    pandas.DataFrame
        topic, lang, kind (term or name), term, weight (how many standard
        errors the term is more frequent in the topic than elsewhere in its
        language, the calibration sentences included) and rank, from 1 within
        topic, language and kind.

    Notes
    -----
    Log-odds ratio with an informative prior (Monroe, Colaresi and Quinn,
    2008). A term within another that ranks higher is left out.
    """
    wide = weights.pivot(index="passage", columns="topic", values="weight")
    parts = []
    for lang, part in words.table(passages, stop).groupby("lang", sort=True):
        present = wide.columns[wide.loc[part["passage"].unique()].sum() >= LEAST]
        if len(present):
            table, inside = _count(part, wide[present], str(lang))
            parts += [
                _choose(table, inside[topic].to_numpy()).assign(lang=str(lang), topic=topic)
                for topic in present
            ]
    columns = ["topic", "lang", "kind", "term", "weight", "rank"]
    if not parts:
        table = pd.DataFrame(columns=columns).astype(dict.fromkeys(columns, "str"))
        return table.astype({"weight": float, "rank": int})
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(["topic", "lang", "kind", "rank"], ignore_index=True)
    return table[columns]


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


def _choose(table: pd.DataFrame, inside: NDArray[np.float64]) -> pd.DataFrame:
    """Score and choose the terms of one language for one topic."""
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
    scored = table[["kind", "term"]].iloc[order].assign(weight=weight[order])
    return pd.concat([_apart(scored[scored["kind"] == kind]) for kind in ("term", "name")])


def _apart(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the best terms, none of which is a part of another that is kept."""
    kept: list[int] = []
    seen: set[str] = set()
    for place, term in enumerate(table["term"].tolist()):
        parts = set(term.split())
        if not parts & seen:
            kept.append(place)
            seen |= parts
            if len(kept) == LISTED:
                break
    return table.iloc[kept].assign(rank=range(1, len(kept) + 1))


@functools.cache
def _neutral(lang: str) -> dict[str, int]:
    """Return how often each term occurs in the calibration sentences of a language."""
    table = embed.calibration()
    sentences = table[table["lang"] == lang]
    if sentences.empty:
        return {}
    counted = words.table(sentences).groupby("term")["count"].sum()
    return {str(term): int(count) for term, count in counted.items()}
