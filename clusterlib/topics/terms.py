"""The terms that set a topic apart within each language."""

import numpy as np
import pandas as pd

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
    listed = words.table(passages, stop)
    parts = []
    for lang, part in listed.groupby("lang", sort=True):
        present = wide.loc[part["passage"].unique()].sum()
        topics = [topic for topic in wide.columns if present[topic] >= LEAST]
        calibration = _neutral(str(lang)) if topics else {}
        parts += [
            _scored(part, wide[topic], calibration).assign(lang=str(lang), topic=topic)
            for topic in topics
        ]
    columns = ["topic", "lang", "kind", "term", "weight", "rank"]
    if not parts:
        table = pd.DataFrame(columns=columns).astype(dict.fromkeys(columns, "str"))
        return table.astype({"weight": float, "rank": int})
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(["topic", "lang", "kind", "rank"], ignore_index=True)
    return table[columns]


def _scored(
    counts_of_lang: pd.DataFrame, weight: "pd.Series[float]", calibration: dict[str, int]
) -> pd.DataFrame:
    """Score and choose the terms of one language for one topic."""
    counts = counts_of_lang.assign(
        inside=counts_of_lang["count"] * counts_of_lang["passage"].map(weight)
    )
    table = counts.groupby(["kind", "term", "words"], as_index=False)[["count", "inside"]].sum()
    neutral = table["term"].map(calibration).fillna(0).to_numpy(float)
    inside = table["inside"].to_numpy(float)
    outside = table["count"].to_numpy(float) - inside + neutral
    prior = PRIOR * (inside + outside) / (inside + outside).sum()
    # Of a single term there is no other to hold it against.
    odds = [
        np.log((part + prior) / np.maximum(part.sum() + PRIOR - part - prior, 1e-9))
        for part in (inside, outside)
    ]
    error = np.sqrt(1 / (inside + prior) + 1 / (outside + prior))
    table["weight"] = np.round((odds[0] - odds[1]) / error, 2)
    table = table[(table["weight"] > 0) & (table["inside"] >= 0.5)]
    table = table.sort_values(["weight", "words", "term"], ascending=[False, False, True])
    chosen = [_apart(table[table["kind"] == kind]) for kind in ("term", "name")]
    return pd.concat(chosen)


def _apart(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the best terms, none of which is a part of another that is kept."""
    kept: list[int] = []
    seen: list[set[str]] = []
    for index, term in table["term"].items():
        parts = set(str(term).split())
        if len(kept) < LISTED and not any(parts & other for other in seen):
            kept.append(int(str(index)))
            seen.append(parts)
    chosen = table.loc[kept]
    return chosen.assign(rank=range(1, len(chosen) + 1))


def _neutral(lang: str) -> dict[str, int]:
    """Return how often each term occurs in the calibration sentences of a language."""
    table = embed.calibration()
    sentences = table[table["lang"] == lang]
    if sentences.empty:
        return {}
    counted = words.table(sentences).groupby("term")["count"].sum()
    return {str(term): int(count) for term, count in counted.items()}
