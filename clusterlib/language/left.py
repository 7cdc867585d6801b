"""How much of the language vectors still show."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed

# Measures that depend on chance are means over these.
SEEDS = range(5)
# Megabytes that distances may fill at a time.
MEMORY = 64

Rows = NDArray[np.floating]


def audit(vectors: pd.DataFrame, passages: pd.DataFrame, groups: str | None = None) -> pd.DataFrame:
    """Measure how much of the language can still be told from the vectors.

    Parameters
    ----------
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it.
    passages : pandas.DataFrame
        Needs passage and lang; rows in any order.
    groups : str, optional
        A column of ``passages``; passages with the same value stay in one fold
        of the classifier. For translations: the column that they share.

    Returns
    -------
    pandas.DataFrame
        One row a measure: measure, value, spread (standard deviation over
        seeds), chance (what the measure would be if vectors had nothing to do
        with language), and passages, their number. ``classifier``: share of
        passages whose language a linear classifier (ridge) tells, five-fold.
        ``neighbour``: share whose nearest neighbour is in the same language.
        ``clusters``: normalised mutual information of k-means, with as many
        groups as languages, and language.

    Raises
    ------
    ValueError
        If a vector has no passage, or there are fewer than two languages, or
        fewer than two passages of one.

    Notes
    -----
    Where each language speaks of its own subject, as in a corpus with one text
    a language, all three stay above chance however well language is removed.
    On translations of the same sentences they should not. After
    ``calibrate="corpus"`` the classifier is below chance whatever the vectors
    say, since each passage is part of the mean that was removed.

    Examples
    --------
    >>> import clusterlib as cl
    >>> sentences = embed.calibration().query("lang in ['de', 'fr']")
    >>> found = audit(embed.vectors(sentences), sentences, groups="row")
    >>> found["measure"].tolist()
    ['classifier', 'neighbour', 'clusters']
    """
    vectors = vectors.sort_index()
    passages = aligned(vectors, passages)
    langs = embed.languages(passages)
    sizes = Counter(langs.tolist())
    if len(sizes) < 2 or min(sizes.values()) < 2:
        told = ", ".join(f"{name}: {sizes[name]}" for name in sorted(sizes))
        raise ValueError(f"an audit needs two languages with two passages each; found {told}")
    rows = embed.matrix(vectors)
    kept = np.arange(len(langs)) if groups is None else passages[groups].to_numpy()
    same = langs[neighbours(rows)] == langs
    likely = sum(size * (size - 1) for size in sizes.values()) / (len(langs) * (len(langs) - 1))
    measures = {
        "classifier": (
            [_classified(rows, langs, kept, seed) for seed in SEEDS],
            max(sizes.values()) / len(langs),
        ),
        "neighbour": ([float(same.mean())], likely),
        "clusters": _clustered(rows, langs),
    }
    table = pd.DataFrame(
        [
            (name, np.mean(values), np.std(values), chance, len(langs))
            for name, (values, chance) in measures.items()
        ],
        columns=["measure", "value", "spread", "chance", "passages"],
    )
    return table.round({"value": 2, "spread": 2, "chance": 2})


def aligned(vectors: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Return the passages in the order of their vectors."""
    own = passages.set_index("passage")
    missing = vectors.index.difference(own.index)
    if len(missing):
        raise ValueError(
            f"vectors of {len(missing)} passages that are not given: {missing[0]!r}, …"
        )
    return own.loc[vectors.index]


def neighbours(rows: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each row the index of its nearest other row, by cosine.

    Parameters
    ----------
    rows : numpy.ndarray
        Unit rows, shape (n, dim).

    Returns
    -------
    numpy.ndarray
        Shape (n,); among equals the first.

    Examples
    --------
    >>> neighbours(np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)).tolist()
    [2, 2, 0]
    """
    nearest = []
    for start, distances in cosine_distances(rows, rows, decimals=6):
        np.fill_diagonal(distances[:, start:], np.inf)
        nearest.append(distances.argmin(axis=1))
    return np.concatenate(nearest)


def cosine_distances(X: Rows, Y: Rows, decimals: int) -> Iterator[tuple[int, Rows]]:
    """Yield distances of some rows to all of the others, and which is the first of these rows."""
    from sklearn.metrics import pairwise_distances_chunked

    start = 0
    for distances in pairwise_distances_chunked(X, Y, metric="cosine", working_memory=MEMORY):
        # The last digits depend on how many rows are taken at a time.
        yield start, distances.round(decimals)
        start += len(distances)


def nearest_first(distances: Rows, count: int) -> NDArray[np.intp]:
    """Return the places of the smallest distances of each row; of equals, the first."""
    rows, found = np.arange(len(distances)), []
    # A few times the smallest is quicker than any sorting.
    for _ in range(min(count, distances.shape[1])):
        found.append(distances.argmin(axis=1))
        distances[rows, found[-1]] = np.inf
    return np.stack(found, axis=1)


def _classified(
    rows: NDArray[np.float32], langs: NDArray[np.str_], kept: NDArray[np.generic], seed: int
) -> float:
    from sklearn.linear_model import RidgeClassifier
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    folds = min(5, *Counter(langs.tolist()).values())
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    told = cross_val_predict(RidgeClassifier(alpha=0.1), rows, langs, cv=split, groups=kept)
    return float((told == langs).mean())


def _clustered(rows: NDArray[np.float32], langs: NDArray[np.str_]) -> tuple[list[float], float]:
    """Return NMI of clusters with language for each seed, and its mean over permuted languages."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import normalized_mutual_info_score as nmi

    values, chances = [], []
    for seed in SEEDS:
        groups = KMeans(len(np.unique(langs)), n_init=5, random_state=seed).fit_predict(rows)
        values.append(float(nmi(langs, groups)))
        draw = np.random.default_rng(seed)
        chances += [nmi(draw.permutation(langs), groups) for _ in range(4)]
    return values, float(np.mean(chances))
