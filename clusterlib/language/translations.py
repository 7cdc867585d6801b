"""Whether translations are of the passages that they are said to be of."""

import numpy as np
import pandas as pd

from clusterlib import embed
from clusterlib.language.left import cosine_distances


def check_translations(
    passages: pd.DataFrame, english: pd.DataFrame, encoder: embed.Encoder | None = None
) -> pd.DataFrame:
    """Check that each English translation is nearest to its own original.

    Parameters
    ----------
    passages : pandas.DataFrame
        The originals: passage, lang and text.
    english : pandas.DataFrame
        passage and english.
    encoder : Encoder, optional
        As `clusterlib.embed.vectors` takes it.

    Returns
    -------
    pandas.DataFrame
        One row a translation: passage, cosine with its original, rank of the
        original among all originals (1 is nearest), nearest, and suspect: the
        original is not the nearest, or the cosine lies far below the others'
        (under the first quartile by three times the quartiles' distance).

    Raises
    ------
    ValueError
        If a translation is of a passage that does not exist.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> english = pd.read_csv(cl.load.seeds() / "english.csv")
    >>> int(check_translations(passages, english)["suspect"].sum())
    0
    """
    originals = embed.vectors(passages, encoder)
    texts = english[["passage", "english"]].rename(columns={"english": "text"}).assign(lang="en")
    translated = embed.vectors(texts, encoder)
    own = originals.index.get_indexer(translated.index)
    if (own < 0).any():
        strange = ", ".join(translated.index[own < 0][:5])
        raise ValueError(f"translations of passages that do not exist: {strange}")
    found = []
    for start, distances in cosine_distances(
        embed.matrix(translated), embed.matrix(originals), decimals=4
    ):
        distance = np.take_along_axis(distances, own[start : start + len(distances), None], axis=1)
        rank = (distances < distance).sum(axis=1) + 1
        nearest = originals.index.to_numpy(str)[distances.argmin(axis=1)]
        cosine = (1 - distance[:, 0]).round(4)
        found.append(pd.DataFrame({"cosine": cosine, "rank": rank, "nearest": nearest}))
    table = pd.concat(found, ignore_index=True)
    low, high = table["cosine"].quantile([0.25, 0.75])
    table.insert(0, "passage", translated.index.to_numpy(str))
    far = table["cosine"] < low - 3 * (high - low)
    return table.assign(suspect=(table["rank"] > 1) | far).round({"cosine": 2})
