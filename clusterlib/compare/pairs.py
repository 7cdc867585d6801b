"""Pairs of texts: where they differ beyond languages and chance, and how alike they are.

What passages are assigned to, and their vectors, come in; contrasts in topics, themes or codes go
out, and likeness as wholes, as a matrix and a tree.
"""

import functools
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform
from scipy.stats import false_discovery_control, hypergeom

from clusterlib import embed, schema
from clusterlib.compare.noise import FOLDS, embed_heldout
from clusterlib.compare.shares import (
    ENDS,
    TOO_LITTLE,
    Rows,
    corrected_p_values,
    draws,
    mark_reliance,
    quantiles,
    read_corrected,
    units_of,
)

# Equally likely values that stand for a share where two are compared.
POINTS = 100
# Of the differences that are reported, so many may be none.
LEVEL = 0.05
# More units have too many pairs to be read.
MOST = 50
# Passages from which it can be told how alike those of one text are, by which likeness is measured.
FEWEST = 5


def contrasts(
    assigned: pd.DataFrame,
    passages: pd.DataFrame,
    floors: pd.DataFrame | None = None,
    by: str = "doc",
    random_state: int = 0,
    reading: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare each pair of texts in each topic, theme or code.

    Parameters
    ----------
    assigned, passages, by, random_state, reading
        As for `shares`.
    floors : pandas.DataFrame, optional
        As `floors` returns it for the same tables. None for codes that a person gave by reading,
        which no space of vectors stands between; with a reading of a sample they are not used
        either.

    Returns
    -------
    pandas.DataFrame
        One row a category and pair, as the contract ``contrasts`` has it. The verdict is ``"too
        little evidence"`` where p_adjusted is above 0.05, the difference is not above the floor, no
        floor is known, the code is marked as not to be relied on (relied_on), or nobody has read
        whether it is (no such column, no reading). What a reading corrects needs no such mark.

    Raises
    ------
    clusterlib.problems.InputError
        If the floors lack a column.
    ValueError
        As `shares`, or if a floor is missing, or there are more than 50 units.

    Notes
    -----
    The interval is of all pairs of 100 equally likely values of either share. The
    p-value of codes and themes is Fisher's, less half the probability of what was found (mid-p;
    Lancaster 1961, doi:10.1080/01621459.1961.10482105), that of topics, whose weights are no
    counts, twice the part of the pairs on the rarer side of zero; that of corrected shares is of
    Student's t, with the passages taken for draws. It is adjusted for the number of rows (Benjamini
    and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x): of the differences that are
    reported, one in twenty is expected to be none. Passages of one text are no independent draws,
    so that intervals are too narrow rather than too wide.

    Examples
    --------
    >>> members = pd.DataFrame({"passage": list("abcdefgh"), "theme": list("xxxxyyyy")})
    >>> passages = pd.DataFrame({"passage": list("abcdefgh"), "doc": list("mmmmnnnn")})
    >>> passages["lang"] = "de"
    >>> floors = pd.DataFrame({"category": ["x", "y"], "unit_a": "m", "unit_b": "n", "floor": 0.1})
    >>> contrasts(members, passages, floors)[["category", "difference", "verdict"]].values.tolist()
    [['x', 1.0, 'more'], ['y', -1.0, 'less']]
    """
    assignment, corrected = read_corrected(assigned, passages, by, reading)
    if len(assignment.units) > MOST:
        message = f"{len(assignment.units)} units have too many pairs; expected {MOST} or fewer"
        raise ValueError(f'{message}: compare by a wider column, such as by="country"')
    middles = (np.arange(POINTS) + 0.5) / POINTS
    rows = {unit: assignment.of(unit) for unit in assignment.units}
    spread = {unit: quantiles(rows[unit], unit, middles, random_state) for unit in rows}
    means = {unit: rows[unit].mean(axis=0) for unit in rows}
    sampled = {unit: one for unit, one in corrected.items() if one.read < one.size}
    spread |= {unit: one.quantiles(middles, of_draws=True) for unit, one in sampled.items()}
    means |= {unit: one.share for unit, one in sampled.items()}
    parts = []
    for a, b in combinations(assignment.units, 2):
        # Texts are independent, so each value of the one goes with each of the other.
        apart = (spread[a][:, None] - spread[b][None]).reshape(POINTS**2, -1)
        low, high = np.quantile(apart, ENDS, axis=0)
        if {a, b} & sampled.keys():
            p_values = corrected_p_values(corrected[a], corrected[b])
        else:
            p_values = _p_values(rows[a], rows[b], apart)
        values = {"share_a": means[a], "share_b": means[b], "difference": means[a] - means[b]}
        values |= {"low": low, "high": high, "p_value": p_values}
        pair = {"category": assignment.names, "kind": assignment.kind, "unit_a": a, "unit_b": b}
        parts.append(pd.DataFrame({**pair, **values}))
    if not parts:
        none = no_pairs("contrasts").drop(columns="by")
        return mark_reliance(none, assigned)
    table = pd.concat(parts, ignore_index=True)
    keys = ["category", "unit_a", "unit_b"]
    # Without a reading, the machine's codes, which have scores, are borne out by nobody.
    read_by = "relied_on" in assigned or assignment.kind != "code" or "score" not in assigned
    floors = None if corrected else floors
    floors = table[keys].assign(floor=0.0) if floors is None else schema.check(floors, "floors")
    table = table.merge(floors[[*keys, "floor"]], on=keys, how="left", indicator=True)
    if (table["_merge"] != "both").any():
        row = table[table["_merge"] != "both"].iloc[0]
        message = f"{row['unit_a']!r} and {row['unit_b']!r}"
        raise ValueError(f"there is no floor for {row['category']!r} between {message}")
    table = mark_reliance(table.drop(columns="_merge"), assigned)
    relied_on = bool(corrected) | (table.get("relied_on", True) & read_by)
    return schema.check(_judge(table, relied_on), "contrasts")


def no_pairs(name: str) -> pd.DataFrame:
    """Return a table of comparisons without rows, of the types that it has with some."""
    table = schema.empty(name)
    table.insert(0, "by", table.pop("by").astype("str"))
    numbers = table.columns.intersection(["share_a", "share_b", "low", "high"])
    return table.astype(dict.fromkeys(numbers, "float64"))


def _p_values(rows_a: Rows, rows_b: Rows, apart: Rows) -> Rows:
    """Return how likely so wide a difference would be where two units have the same share."""
    beyond = np.minimum((apart <= 0).mean(axis=0), (apart >= 0).mean(axis=0))
    values: Rows = np.clip(2 * beyond, 1 / POINTS**2, 1)
    both = np.vstack([rows_a, rows_b])
    counts = np.vstack([rows_a.sum(axis=0), rows_b.sum(axis=0)]).round().astype(int)
    for column in np.flatnonzero(((both == 0) | (both == 1)).all(axis=0)):
        count_a, count_b = counts[:, column].tolist()
        values[column] = mid_p(count_a, len(rows_a), count_b, len(rows_b))
    return values


@functools.lru_cache(maxsize=100_000)
def mid_p(count_a: int, size_a: int, count_b: int, size_b: int) -> float:
    """Return the two-sided mid-p-value of two counts, of so many each."""
    total = count_a + count_b
    counts = np.arange(max(0, total - size_b), min(size_a, total) + 1)
    chances = hypergeom.pmf(counts, size_a + size_b, total, size_a).round(12)
    observed = chances[count_a - counts[0]]
    rarer, alike = chances[chances < observed].sum(), chances[chances == observed].sum()
    return float(rarer + alike / 2)


def _judge(table: pd.DataFrame, relied_on: "pd.Series[bool] | bool") -> pd.DataFrame:
    """Round, and say what each difference amounts to."""
    numbers = ["share_a", "share_b", "difference", "low", "high", "p_value", "floor"]
    table[numbers] = table[numbers].astype(float).round(4) + 0.0
    adjusted = false_discovery_control(table["p_value"])
    table.insert(list(table).index("p_value") + 1, "p_adjusted", np.round(adjusted, 4))
    clear = table["p_adjusted"] <= LEVEL
    clear &= (table["difference"].abs() > table["floor"]) & relied_on
    verdict = pd.Series("less", index=table.index).where(table["difference"] < 0, "more")
    return table.assign(verdict=verdict.where(clear, TOO_LITTLE))


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
    passages, by, random_state
        As for `shares`.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it for these passages.
    encoder : Encoder, optional
        The one that the vectors are from.

    Returns
    -------
    Similarity

    Raises
    ------
    ValueError
        If there are fewer than three texts of five passages, passages have no vector, or a passage
        has no value in ``by``.

    Notes
    -----
    The mean cosine of a passage of one text with a passage of the other, divided by what two
    passages of one text have (geometric mean of the two texts; those of fewer than five passages
    are left out). The floor moves one text by what is left between translations of the same
    sentences after calibration, in each of five parts of the calibration set.

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
    units = [unit for unit, rows_of in places.items() if len(rows_of) >= FEWEST]
    if len(units) < 3:
        message = f"{len(units)} text(s) of {FEWEST} passages or more; expected three to compare"
        raise ValueError(message)
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
