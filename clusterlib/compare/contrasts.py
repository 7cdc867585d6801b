"""Where two texts differ in a topic, theme or code by more than languages and chance allow."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from clusterlib import schema
from clusterlib.compare.shares import ENDS, TOO_LITTLE, mark_reliance, quantiles, read

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
) -> pd.DataFrame:
    """Compare each pair of texts in each topic, theme or code.

    Parameters
    ----------
    assigned, passages, by, random_state
        As for `shares`.
    floors : pandas.DataFrame, optional
        As `floors` returns it for the same tables: category, unit_a, unit_b, floor. None
        for codes that a person gave by reading, which no space of vectors stands between.

    Returns
    -------
    pandas.DataFrame
        One row a category and pair: category (topic, theme or code), kind, unit_a,
        unit_b, share_a, share_b, difference (share of a less share of b), low and
        high (95 % interval), p_value, p_adjusted (for the number of rows), floor (what
        translations of the same sentences differ by) and verdict: ``"more"`` (in a),
        ``"less"``, or ``"too little evidence"`` where p_adjusted is above 0.05, the
        difference is not above the floor, no floor is known, or the code is marked as not
        to be relied on (relied_on).

    Raises
    ------
    clusterlib.problems.InputError
        If the floors lack a column.
    ValueError
        If the tables are not of the same passages, a floor is missing, there are
        more than 50 units, or a passage has no value in ``by``.

    Notes
    -----
    The interval is of all pairs of 100 equally likely values of either share, as
    `shares` knows them; the p-value is twice the part of them on the rarer side of zero.
    It is adjusted by Benjamini and Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x):
    of the differences that are reported, one in twenty is expected to be none. Passages of
    one text are no independent draws, so that intervals are too narrow rather than too wide.

    Examples
    --------
    >>> members = pd.DataFrame({"passage": list("abcdefgh"), "theme": list("xxxxyyyy")})
    >>> passages = pd.DataFrame({"passage": list("abcdefgh"), "doc": list("mmmmnnnn")})
    >>> passages["lang"] = "de"
    >>> floors = pd.DataFrame({"category": ["x", "y"], "unit_a": "m", "unit_b": "n", "floor": 0.1})
    >>> contrasts(members, passages, floors)[["category", "difference", "verdict"]].values.tolist()
    [['x', 1.0, 'more'], ['y', -1.0, 'less']]
    """
    assignment = read(assigned, passages, by)
    if len(assignment.units) > MOST:
        message = f"{len(assignment.units)} units have too many pairs; expected {MOST} or fewer"
        raise ValueError(f'{message}: compare by a wider column, such as by="country"')
    middles = (np.arange(POINTS) + 0.5) / POINTS
    spread = {
        unit: quantiles(assignment.of(unit), unit, middles, random_state)
        for unit in assignment.units
    }
    means = {unit: assignment.of(unit).mean(axis=0) for unit in assignment.units}
    parts = []
    for a, b in combinations(assignment.units, 2):
        # Texts are independent, so each value of the one goes with each of the other.
        apart = (spread[a][:, None] - spread[b][None]).reshape(POINTS**2, -1)
        low, high = np.quantile(apart, ENDS, axis=0)
        beyond = np.minimum((apart <= 0).mean(axis=0), (apart >= 0).mean(axis=0))
        values = {"share_a": means[a], "share_b": means[b], "difference": means[a] - means[b]}
        values |= {"low": low, "high": high, "p_value": np.clip(2 * beyond, 1 / POINTS**2, 1)}
        pair = {"category": assignment.names, "kind": assignment.kind, "unit_a": a, "unit_b": b}
        parts.append(pd.DataFrame({**pair, **values}))
    empty = pd.DataFrame(columns=["category", "kind", "unit_a", "unit_b"], dtype="str").assign(
        **dict.fromkeys(["share_a", "share_b", "difference", "low", "high", "p_value"], 0.0)
    )
    table = pd.concat(parts, ignore_index=True) if parts else empty
    if floors is None:
        return schema.check(_judge(table.assign(floor=0.0), assigned), "contrasts")
    schema.check(floors, "floors")
    keys = ["category", "unit_a", "unit_b"]
    table = table.merge(floors[[*keys, "floor"]], on=keys, how="left", indicator=True)
    if (table["_merge"] != "both").any():
        row = table[table["_merge"] != "both"].iloc[0]
        message = f"{row['unit_a']!r} and {row['unit_b']!r}"
        raise ValueError(f"there is no floor for {row['category']!r} between {message}")
    return schema.check(_judge(table.drop(columns="_merge"), assigned), "contrasts")


def _judge(table: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """Round, and say what each difference amounts to."""
    table = mark_reliance(table, assigned)
    numbers = ["share_a", "share_b", "difference", "low", "high", "p_value", "floor"]
    table[numbers] = table[numbers].astype(float).round(4) + 0.0
    adjusted = false_discovery_control(table["p_value"]) if len(table) else []
    table.insert(list(table).index("p_value") + 1, "p_adjusted", np.round(adjusted, 4))
    clear = table["p_adjusted"] <= LEVEL
    clear &= (table["difference"].abs() > table["floor"]) & table.get("relied_on", True)
    verdict = pd.Series("less", index=table.index).where(table["difference"] < 0, "more")
    return table.assign(verdict=verdict.where(clear, TOO_LITTLE))
