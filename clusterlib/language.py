"""The language of texts, and of vectors: how much of it they show, and pairs across languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib.load.languages import identify

if TYPE_CHECKING:
    from clusterlib import embed

__all__ = ["audit", "check_translations", "identify", "pairs"]

# Measures that depend on chance are means over these.
SEEDS = range(5)
# Megabytes that distances may fill at a time.
MEMORY = 64
# So many nearest rows of other languages are looked at.
NEAREST = 10

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
        A column of ``passages``; passages with the same value stay in one fold of the classifier.
        For translations: the column that they share.

    Returns
    -------
    pandas.DataFrame
        One row a measure: measure, value, spread (standard deviation over seeds), chance (what the
        measure would be if vectors had nothing to do with language), and passages, their number.
        ``classifier``: share of passages whose language a linear classifier (ridge) tells,
        five-fold. ``neighbour``: share whose nearest neighbour is in the same language.
        ``clusters``: normalised mutual information of k-means, with as many groups as languages,
        and language.

    Raises
    ------
    ValueError
        If a vector has no passage, or there are fewer than two languages, or fewer than two
        passages of one.

    Notes
    -----
    Where each language speaks of its own subject, as in a corpus with one text a language, all
    three stay above chance however well language is removed; on translations of the same sentences
    they should not. After ``calibrate="corpus"`` the classifier is below chance whatever the
    vectors say, since each passage is part of the mean that was removed.

    Examples
    --------
    >>> import clusterlib as cl
    >>> sentences = cl.embed.calibration().query("lang in ['de', 'fr']")
    >>> table = audit(cl.embed.vectors(sentences), sentences, groups="row")
    >>> table["measure"].tolist()
    ['classifier', 'neighbour', 'clusters']
    """
    from clusterlib import embed

    vectors = vectors.sort_index()
    passages = _aligned(vectors, passages)
    langs = embed.languages(passages)
    sizes = Counter(langs.tolist())
    if len(sizes) < 2 or min(sizes.values()) < 2:
        counts = ", ".join(f"{name}: {sizes[name]}" for name in sorted(sizes))
        raise ValueError(f"an audit needs two languages with two passages each; found {counts}")
    rows = embed.matrix(vectors)
    folded = np.arange(len(langs)) if groups is None else passages[groups].to_numpy()
    same = langs[neighbours(rows)] == langs
    likely = sum(size * (size - 1) for size in sizes.values()) / (len(langs) * (len(langs) - 1))
    classified = [_classified(rows, langs, folded, seed) for seed in SEEDS]
    measures = {
        "classifier": (classified, max(sizes.values()) / len(langs)),
        "neighbour": ([float(same.mean())], likely),
        "clusters": _clustered(rows, langs),
    }
    lines = [
        (name, np.mean(values), np.std(values), chance, len(langs))
        for name, (values, chance) in measures.items()
    ]
    columns = ["measure", "value", "spread", "chance", "passages"]
    return pd.DataFrame(lines, columns=columns).round(2)


def _aligned(vectors: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    by_name = passages.set_index("passage")
    missing = vectors.index.difference(by_name.index)
    if len(missing):
        message = f"vectors of {len(missing)} passages that are not given: {missing[0]!r}, …"
        raise ValueError(message)
    return by_name.loc[vectors.index]


def neighbours(rows: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each unit row the place of the nearest other by cosine; of equals the first."""
    nearest = []
    for start, distances in cosine_distances(rows, rows, decimals=6):
        np.fill_diagonal(distances[:, start:], np.inf)
        nearest.append(distances.argmin(axis=1))
    return np.concatenate(nearest)


def cosine_distances(X: Rows, Y: Rows, decimals: int) -> Iterator[tuple[int, Rows]]:
    """Yield the cosine distances of rows, some rows at a time, with the place of the first of them.

    They are rounded: the last digits depend on how many rows are taken at a time.
    """
    from sklearn.metrics import pairwise_distances_chunked

    start = 0
    for distances in pairwise_distances_chunked(X, Y, metric="cosine", working_memory=MEMORY):
        yield start, distances.round(decimals)
        start += len(distances)


def nearest_first(distances: Rows, count: int) -> NDArray[np.intp]:
    """Return the places of the smallest distances of each row, which are changed on the way."""
    rows, places = np.arange(len(distances)), []
    # A few times the smallest is quicker than any sorting.
    for _ in range(min(count, distances.shape[1])):
        places.append(distances.argmin(axis=1))
        distances[rows, places[-1]] = np.inf
    return np.stack(places, axis=1)


def _classified(
    rows: NDArray[np.float32], langs: NDArray[np.str_], groups: NDArray[np.generic], seed: int
) -> float:
    from sklearn.linear_model import RidgeClassifier
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    folds = min(5, *Counter(langs.tolist()).values())
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    predicted = cross_val_predict(RidgeClassifier(alpha=0.1), rows, langs, cv=split, groups=groups)
    return float((predicted == langs).mean())


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
    >>> pairs(cl.embed.vectors(passages), passages, most=1).values.tolist()
    [['fr-001', 'nl-016', 0.58]]
    """
    from clusterlib import embed

    vectors = vectors.sort_index()
    langs = embed.languages(_aligned(vectors, passages))
    names = vectors.index.to_numpy(str)
    candidates = set()
    for first, second, cosine in _closest(embed.matrix(vectors), langs):
        one, other = sorted((str(names[first]), str(names[second])))
        candidates.add((-cosine, one, other))
    closest: list[tuple[str, str, float]] = []
    used: set[str] = set()
    for cosine, one, other in sorted(candidates):
        if len(closest) < most and not used & {one, other}:
            used |= {one, other}
            closest.append((one, other, -cosine))
    return pd.DataFrame(closest, columns=["passage_a", "passage_b", "cosine"]).round({"cosine": 2})


def _closest(rows: Rows, langs: NDArray[np.str_]) -> Iterator[tuple[int, int, float]]:
    """Yield for each row some of the nearest rows of other languages."""
    for start, distances in cosine_distances(rows, rows, decimals=4):
        distances[langs[start : start + len(distances), None] == langs] = np.inf
        for row, others in enumerate(nearest_first(distances.copy(), NEAREST)):
            for other in others[np.isfinite(distances[row, others])]:
                yield start + row, int(other), round(1 - float(distances[row, other]), 4)


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
        One row a translation: passage, cosine with its original, rank of the original among all
        originals (1 is nearest), nearest, and suspect: the original is not the nearest, or the
        cosine lies far below the others' (under the first quartile by three times the quartiles'
        distance).

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
    from sklearn.metrics import pairwise

    from clusterlib import embed

    originals = embed.vectors(passages, encoder)
    texts = english[["passage", "english"]].rename(columns={"english": "text"}).assign(lang="en")
    translated = embed.vectors(texts, encoder)
    places = originals.index.get_indexer(translated.index)
    if (places < 0).any():
        strange = ", ".join(translated.index[places < 0][:5])
        raise ValueError(f"translations of passages that do not exist: {strange}")
    rows = embed.matrix(translated), embed.matrix(originals)
    distances = pairwise.cosine_distances(*rows).round(4)
    distance = np.take_along_axis(distances, places[:, None], axis=1)
    table = pd.DataFrame({"passage": translated.index.to_numpy(str)})
    table["cosine"] = (1 - distance[:, 0]).round(4)
    table["rank"] = (distances < distance).sum(axis=1) + 1
    table["nearest"] = originals.index.to_numpy(str)[distances.argmin(axis=1)]
    low, high = table["cosine"].quantile([0.25, 0.75])
    far = table["cosine"] < low - 3 * (high - low)
    return table.assign(suspect=(table["rank"] > 1) | far).round({"cosine": 2})
