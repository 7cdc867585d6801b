"""The tables of fitted topics, in a stated order."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, groups, schema
from clusterlib.topics import trust

# A passage whose first topic leads its second by less belongs to none clearly.
MARGIN = 0.2


def tables(
    weights: NDArray[np.float64],
    stability: NDArray[np.float64],
    rows: NDArray[np.floating],
    source: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return weights, passages, trust and languages of topics, the largest first.

    Parameters
    ----------
    weights : numpy.ndarray
        Shape (passages, topics).
    stability : numpy.ndarray
        Shape (topics,).
    rows : numpy.ndarray
        Vectors of the passages.
    source : pandas.DataFrame
        The passages, in the order of the rows.

    Returns
    -------
    tuple of pandas.DataFrame
        As `clusterlib.topics.Topics` holds them. A topic that is the first of
        no passage is left out.
    """
    weights, order = _ordered(weights)
    belongs = weights.argmax(axis=1)
    names = np.array([f"topic-{place}" for place in range(1, len(order) + 1)], dtype=object)
    long, passages = weighed(weights, names, source)
    langs = trust.languages(belongs, embed.languages(source), len(order))
    table = pd.DataFrame(
        {
            "topic": names,
            "passages": np.bincount(belongs, minlength=len(order)),
            "share": weights.mean(axis=0),
            "stability": stability[order],
            "coherence": trust.coherence(rows, source["doc"].to_numpy(str), belongs, len(order)),
            "language_bias": langs.pop("language_bias"),
            "bias_by_chance": langs.pop("bias_by_chance"),
        }
    ).round(2)
    table["verdict"] = table["stability"].map(groups.verdict)
    langs.insert(0, "topic", names)
    return schema.check(long, "topic weights"), passages, table, langs


def weighed(
    weights: NDArray[np.float64], names: NDArray[np.object_], source: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of weights and of passages.

    Parameters
    ----------
    weights : numpy.ndarray
        Shape (passages, topics), three decimals where topics were fitted.
    names : numpy.ndarray
        Of the topics.
    source : pandas.DataFrame
        The passages, in the order of the rows.
    """
    weights = _summing_to_one(weights)
    passages = source[["passage", "doc", "lang"]].assign(
        topic=pd.Series(names[weights.argmax(axis=1)], index=source.index, dtype="str"),
        weight=weights.max(axis=1),
    )
    ranked = np.sort(weights, axis=1)
    second = ranked[:, -2] if weights.shape[1] > 1 else 0.0
    passages["margin"] = np.round(ranked[:, -1] - second, 3)
    passages["clear"] = passages["margin"] >= MARGIN
    wide = pd.DataFrame(weights, index=source["passage"], columns=names)
    long = wide.reset_index().melt("passage", var_name="topic", value_name="weight")
    long = long.astype({"passage": "str", "topic": "str"})
    return long.sort_values(["passage", "topic"], ignore_index=True), passages


def _ordered(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Round weights so that rows sum to 1, and order topics by size, then first passage."""
    weights = np.round(weights, 3)
    first = weights.argmax(axis=1)
    sizes = np.bincount(first, minlength=weights.shape[1])
    start = [
        np.append(np.flatnonzero(first == topic), len(first))[0] for topic in range(len(sizes))
    ]
    order = np.array([t for t in np.lexsort((start, -sizes)) if sizes[t]], dtype=np.intp)
    return _summing_to_one(weights[:, order]), order


def _summing_to_one(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round weights, and give what is left of 1 to the largest of each row."""
    weights = np.round(weights, 3)
    places = np.arange(len(weights))
    weights[places, weights.argmax(axis=1)] += 1 - weights.sum(axis=1)
    return np.round(weights, 3)
