"""Passages of different languages side by side: the closest pairs, and all in a plane."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed
from clusterlib.language.left import Rows, aligned, cosine_distances, nearest_first

# So many nearest rows are looked at.
NEAREST = 10


def pairs(vectors: pd.DataFrame, passages: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """List the closest passages of different languages.

    Parameters
    ----------
    vectors, passages : pandas.DataFrame
        Calibrated vectors, and the passages they are of.
    most : int
        How many pairs, the closest first; a passage occurs in one pair only.

    Returns
    -------
    pandas.DataFrame
        passage_a, passage_b and cosine (two decimals).

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> pairs(embed.vectors(passages), passages, most=1).values.tolist()
    [['fr-001', 'nl-016', 0.58]]
    """
    vectors = vectors.sort_index()
    langs = embed.languages(aligned(vectors, passages))
    names = vectors.index.to_numpy(str)
    candidates = set()
    for first, second, cosine in _closest(embed.matrix(vectors), langs):
        pair = sorted((str(names[first]), str(names[second])))
        candidates.add((-cosine, pair[0], pair[1]))
    found: list[tuple[str, str, float]] = []
    used: set[str] = set()
    for cosine, one, other in sorted(candidates):
        if len(found) < most and not used & {one, other}:
            used |= {one, other}
            found.append((one, other, -cosine))
    return pd.DataFrame(found, columns=["passage_a", "passage_b", "cosine"]).round({"cosine": 2})


def _closest(rows: Rows, langs: NDArray[np.str_]) -> Iterator[tuple[int, int, float]]:
    """Yield for each row some of the nearest rows of other languages."""
    for start, distances in cosine_distances(rows, rows, decimals=4):
        distances[langs[start : start + len(distances), None] == langs] = np.inf
        for row, others in enumerate(nearest_first(distances.copy(), NEAREST)):
            for other in others[np.isfinite(distances[row, others])]:
                yield start + row, int(other), round(1 - float(distances[row, other]), 4)


def project(vectors: pd.DataFrame) -> pd.DataFrame:
    """Lay vectors out in a plane by their two largest principal components.

    Parameters
    ----------
    vectors : pandas.DataFrame
        At least two rows.

    Returns
    -------
    pandas.DataFrame
        Index passage; x and y, three decimals, and share, the part of all
        variance that the plane shows. A component points to where its
        largest coordinate is positive.

    Examples
    --------
    >>> numbers = pd.DataFrame([[1.0, 0], [-1, 0], [0, 0.5]], index=list("abc"))
    >>> project(numbers)[["x", "y"]].round(1).values.tolist()
    [[1.0, -0.2], [-1.0, -0.2], [0.0, 0.3]]
    """
    from sklearn.decomposition import PCA

    pca = PCA(n_components=2, svd_solver="full")
    plane = pca.fit_transform(embed.matrix(vectors).astype(np.float64))
    largest = np.abs(np.round(plane, 6)).argmax(axis=0)
    plane *= np.sign(plane[largest, [0, 1]])
    share = round(float(pca.explained_variance_ratio_.sum()), 3)
    table = pd.DataFrame(np.round(plane, 3) + 0.0, index=vectors.index, columns=["x", "y"])
    return table.assign(share=share)
