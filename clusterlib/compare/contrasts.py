"""Where two texts differ in a topic, theme or code by more than languages and chance allow."""

import functools
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, hypergeom

from clusterlib import schema
from clusterlib.compare.shares import (
    ENDS,
    TOO_LITTLE,
    Rows,
    corrected_p_values,
    mark_reliance,
    quantiles,
    read_corrected,
)

# Equally likely values that stand for a share where two are compared.
POINTS = 100
# Of the differences that are reported, so many may be none.
LEVEL = 0.05
# More units have too many pairs to be read.
MOST = 50


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
        As `floors` returns it for the same tables: category, unit_a, unit_b, floor. None for codes
        that a person gave by reading, which no space of vectors stands between; with a reading of a
        sample they are not used either.

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
        If the tables are not of the same passages, a floor is missing, there are more than 50
        units, or a passage has no value in ``by``.

    Notes
    -----
    The interval is of all pairs of 100 equally likely values of either share, as `shares` knows
    them. The p-value of codes and themes is Fisher's, less half the probability of what was found
    (mid-p; Lancaster 1961, doi:10.1080/01621459.1961.10482105), that of topics, whose weights are
    no counts, twice the part of the pairs on the rarer side of zero; that of corrected shares is of
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
    empty = pd.DataFrame(columns=["category", "kind", "unit_a", "unit_b"], dtype="str").assign(
        **dict.fromkeys(["share_a", "share_b", "difference", "low", "high", "p_value"], 0.0)
    )
    table = pd.concat(parts, ignore_index=True) if parts else empty
    keys = ["category", "unit_a", "unit_b"]
    # Without a reading, the machine's codes (those that need a floor) are borne out by nobody.
    read_by = "relied_on" in assigned or assignment.kind != "code" or floors is None
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
    adjusted = false_discovery_control(table["p_value"]) if len(table) else []
    table.insert(list(table).index("p_value") + 1, "p_adjusted", np.round(adjusted, 4))
    clear = table["p_adjusted"] <= LEVEL
    clear &= (table["difference"].abs() > table["floor"]) & relied_on
    verdict = pd.Series("less", index=table.index).where(table["difference"] < 0, "more")
    return table.assign(verdict=verdict.where(clear, TOO_LITTLE))
