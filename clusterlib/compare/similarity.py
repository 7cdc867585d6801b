"""How alike texts are as wholes: a matrix, and a tree."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from clusterlib import embed, schema
from clusterlib.compare.noise import FOLDS, embed_heldout
from clusterlib.compare.shares import TOO_LITTLE, draws, units_of

Rows = NDArray[np.float64]
# Mean and likeness within a text, a row a draw.
Pooled = tuple[Rows, Rows]


@dataclass(frozen=True)
class Similarity:
    """How alike texts are.

    Attributes
    ----------
    pairs, nearest : pandas.DataFrame
        As the contracts ``similarity`` (0: nothing in common; 1: as alike as two passages of one
        text) and ``nearest`` have them.
    matrix : pandas.DataFrame
        The pairs as a square table, 1 on the diagonal.
    tree : pandas.DataFrame
        Merges by average linkage: merge, left, right and height (distance).

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents().query("doc in ['de', 'fr', 'nb']"))
    >>> similarity(passages, cl.embed.vectors(passages)).matrix.shape
    (3, 3)
    """

    pairs: pd.DataFrame
    matrix: pd.DataFrame
    nearest: pd.DataFrame
    tree: pd.DataFrame


def similarity(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    encoder: embed.Encoder | None = None,
    by: str = "doc",
    random_state: int = 0,
) -> Similarity:
    """Measure how alike texts are.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang and the column ``by``.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it for these passages.
    encoder : Encoder, optional
        The one that the vectors are from.
    by, random_state
        As for `shares`.

    Returns
    -------
    Similarity

    Raises
    ------
    ValueError
        If there are fewer than three texts of two passages, passages have no vector, or a passage
        has no value in ``by``.

    Notes
    -----
    The mean cosine of a passage of one text with a passage of the other, divided by what two
    passages of one text have (geometric mean of the two texts). The floor moves one text by what is
    left between translations of the same sentences after calibration, in each of five parts of the
    calibration set.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> alike = similarity(passages, cl.embed.vectors(passages))
    >>> alike.nearest["verdict"].unique().tolist()
    ['too little evidence']
    """
    schema.check(passages, "coded passages")
    units, rows, langs = _units(passages, vectors, by)
    once = {unit: _pooled(rows[unit]) for unit in units}
    often = {}
    for unit in units:
        weights = draws(np.eye(len(rows[unit])), unit, random_state)
        often[unit] = _pooled(rows[unit], weights / weights.sum(axis=1, keepdims=True))
    means = _language_means(langs, encoder)
    drawn, parts = {}, []
    for a, b in combinations(units, 2):
        value = _alike(once[a], once[b])[0]
        drawn[a, b] = drawn[b, a] = _alike(often[a], often[b])
        moved = [_alike(_pooled(rows[a] - shift), once[b])[0] for shift in means[a] - means[b]]
        floor = np.max(np.abs(np.array(moved) - value))
        parts.append((a, b, value, *np.quantile(drawn[a, b], [0.025, 0.975]), floor))
    columns = ["unit_a", "unit_b", "similarity", "low", "high", "floor"]
    table = pd.DataFrame(parts, columns=columns).round(4)
    # The pairs are in the order of scipy's condensed matrices.
    matrix = pd.DataFrame(squareform(table["similarity"]) + np.eye(len(units)), units, units)
    floors = pd.DataFrame(squareform(table["floor"]), units, units)
    return Similarity(table, matrix, _nearest(matrix, floors, drawn), _tree(table, units))


def _units(
    passages: pd.DataFrame, vectors: pd.DataFrame, by: str
) -> tuple[list[str], dict[str, Rows], dict[str, NDArray[np.str_]]]:
    ordered, matrix = embed.aligned(passages, vectors)
    langs = embed.languages(ordered)
    by_unit = ordered.groupby(units_of(ordered, by), sort=True).indices
    places = {str(unit): rows_of for unit, rows_of in by_unit.items()}
    units = [unit for unit, rows_of in places.items() if len(rows_of) > 1]
    if len(units) < 3:
        raise ValueError(f"{len(units)} text(s) of two passages or more; expected three to compare")
    rows = {unit: matrix[places[unit]].astype(np.float64) for unit in units}
    return units, rows, {unit: langs[places[unit]] for unit in units}


def _pooled(rows: Rows, weights: Rows | None = None) -> Pooled:
    """Return the mean of a text and how alike its own passages are, for each draw of weights."""
    parts = np.full((1, len(rows)), 1 / len(rows)) if weights is None else weights
    mean = parts @ rows
    # A passage with itself says nothing.
    itself = parts**2
    total = (mean**2).sum(axis=1) - itself @ (rows**2).sum(axis=1)
    within: Rows = np.maximum(total / (1 - itself.sum(axis=1)), 1e-6)
    return mean, within


def _alike(one: Pooled, two: Pooled) -> Rows:
    """Return the similarity of two texts, for each draw of weights."""
    between = (one[0] * two[0]).sum(axis=1)
    alike: Rows = between / np.sqrt(one[1] * two[1])
    return alike


def _language_means(
    langs: dict[str, NDArray[np.str_]], encoder: embed.Encoder | None
) -> dict[str, Rows]:
    """Return what calibration leaves of the languages of each text, a row for each fold."""
    names = sorted({lang for part in langs.values() for lang in part.tolist()})
    sentences, vectors = embed_heldout(names, encoder)
    folds = [sentences["lang"].to_numpy(str), (sentences["row"] % FOLDS).to_numpy()]
    means = vectors.astype(np.float64).groupby(folds).mean()
    rows = {lang: means.reindex([(lang, fold) for fold in range(FOLDS)]) for lang in names}
    return {
        unit: np.mean([rows[lang] for lang in part.tolist()], axis=0)
        for unit, part in langs.items()
    }


def _nearest(
    matrix: pd.DataFrame, floors: pd.DataFrame, drawn: dict[tuple[str, str], Rows]
) -> pd.DataFrame:
    rows = []
    for unit in matrix.index:
        others = matrix.loc[unit].drop(unit).sort_index()
        first, second = others.sort_values(ascending=False, kind="stable").index[:2]
        lead = round(float(others[first] - others[second]), 4)
        spread = drawn[unit, first] - drawn[unit, second]
        low, high = np.quantile(spread, [0.025, 0.975]).round(4).tolist()
        floor = max(floors.loc[unit, first], floors.loc[unit, second])
        verdict = first if low > 0 and lead > floor else TOO_LITTLE
        rows.append((unit, first, second, lead, low, high, floor, verdict))
    columns = ["unit", "nearest", "second", "lead", "low", "high", "floor", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _tree(pairs: pd.DataFrame, units: list[str]) -> pd.DataFrame:
    """Join units by average linkage of their distances."""
    distance = np.sqrt(2 * np.clip(1 - pairs["similarity"].to_numpy(np.float64), 0, None))
    tree = linkage(distance.round(4), "average")
    names, merges = dict(enumerate(units)), []
    for step, (one, two, height, _) in enumerate(tree.tolist()):
        names[len(units) + step] = f"merge-{step + 1}"
        merges.append((f"merge-{step + 1}", names[int(one)], names[int(two)], round(height, 2)))
    return pd.DataFrame(merges, columns=["merge", "left", "right", "height"])
