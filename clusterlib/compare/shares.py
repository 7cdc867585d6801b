"""How much of a text each topic, theme or code takes up, and where two texts differ."""

import zlib
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import schema
from clusterlib.compare.assigned import read

# Draws of an interval, and how many are made at once.
DRAWS, AT_ONCE = 2000, 100
ENDS = (0.025, 0.975)
# Equally likely values that stand for a share where two are compared.
POINTS = 100
# More units have too many pairs to be read.
MOST = 50
TOO_LITTLE = "too little evidence"

Rows = NDArray[np.float64]


def shares(
    assigned: pd.DataFrame, passages: pd.DataFrame, by: str = "doc", random_state: int = 0
) -> pd.DataFrame:
    """Measure which part of each text every topic, theme or code takes up.

    Parameters
    ----------
    assigned : pandas.DataFrame
        ``topics.weights``, ``themes.members`` or the table of codes.
    passages : pandas.DataFrame
        Those that were assigned: passage, lang and the column ``by``.
    by : str
        What is compared: ``"doc"``, or any other column of the passages, such as
        ``"initiative"`` from ``passages.merge(documents[["doc", "initiative"]],
        on="doc")``.
    random_state : int
        Seed of the draws for weights; what is given or not needs none.

    Returns
    -------
    pandas.DataFrame
        One row a unit and theme: doc (the value of ``by``), theme (topic, theme
        or code), kind (which of the three), passages (of the unit), share (of
        them, 0 to 1), low and high (95 % interval); four decimals. If the codes
        are marked, relied_on.

    Raises
    ------
    ValueError
        If the two tables are not of the same passages, or a passage has no value
        in ``by``.

    Notes
    -----
    The interval is a Bayesian bootstrap over passages (Rubin 1981,
    doi:10.1214/aos/1176345338), to which half a passage with and half one
    without are added; for yes and no that is Jeffreys' interval, which is computed
    and not drawn. So the interval of what a text never mentions is not empty, as
    resampling alone would have it.

    Examples
    --------
    >>> members = pd.DataFrame({"passage": ["a-1", "a-2"], "theme": ["x", "y"]})
    >>> passages = pd.DataFrame({"passage": ["a-1", "a-2"], "doc": "a", "lang": "de"})
    >>> shares(members, passages)[["doc", "theme", "share", "low", "high"]].round(1)
      doc theme  share  low  high
    0   a     x    0.5  0.1   0.9
    1   a     y    0.5  0.1   0.9
    """
    own = read(assigned, passages, by)
    parts = []
    for unit in own.units:
        rows = own.of(unit)
        share = rows.mean(axis=0)
        low, high = quantiles(rows, unit, np.array(ENDS), random_state)
        values = {"passages": len(rows), "share": share}
        values |= {"low": np.minimum(low, share), "high": np.maximum(high, share)}
        parts.append(pd.DataFrame({"doc": unit, "theme": own.names, "kind": own.kind, **values}))
    table = pd.concat(parts, ignore_index=True).round({"share": 4, "low": 4, "high": 4})
    return schema.check(_marked(table, assigned), "shares")


def contrasts(
    assigned: pd.DataFrame,
    passages: pd.DataFrame,
    floors: pd.DataFrame,
    by: str = "doc",
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare each pair of texts in each topic, theme or code.

    Parameters
    ----------
    assigned, passages, by, random_state
        As for `shares`.
    floors : pandas.DataFrame
        As `floors` returns it for the same tables: theme, doc_a, doc_b, floor.

    Returns
    -------
    pandas.DataFrame
        One row a theme and pair: theme, kind, doc_a, doc_b, share_a, share_b,
        difference (share of a less share of b), low and high (95 % interval),
        floor (what translations of the same sentences differ by) and verdict:
        ``"more"`` (in a), ``"less"``, or ``"too little evidence"`` where the
        difference is not above the floor, the interval holds zero, no floor is
        known, or the code is marked as not to be relied on (relied_on).

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
    `shares` knows them. Each row stands for itself: of 100 pairs that do not
    differ, up to five may be reported, fewer the higher the floor.

    Examples
    --------
    >>> members = pd.DataFrame({"passage": list("abcdefgh"), "theme": list("xxxxyyyy")})
    >>> passages = pd.DataFrame({"passage": list("abcdefgh"), "doc": list("mmmmnnnn")})
    >>> passages["lang"] = "de"
    >>> floors = pd.DataFrame({"theme": ["x", "y"], "doc_a": "m", "doc_b": "n", "floor": 0.1})
    >>> contrasts(members, passages, floors)[["theme", "difference", "verdict"]].values.tolist()
    [['x', 1.0, 'more'], ['y', -1.0, 'less']]
    """
    own = read(assigned, passages, by)
    if len(own.units) > MOST:
        told = f"{len(own.units)} units have too many pairs; expected {MOST} or fewer"
        raise ValueError(f'{told}: compare by a wider column, such as by="country"')
    schema.check(floors, "floors")
    middles = (np.arange(POINTS) + 0.5) / POINTS
    spread = {unit: quantiles(own.of(unit), unit, middles, random_state) for unit in own.units}
    means = {unit: own.of(unit).mean(axis=0) for unit in own.units}
    parts = []
    for a, b in combinations(own.units, 2):
        # Texts are independent, so each value of the one goes with each of the other.
        apart = (spread[a][:, None] - spread[b][None]).reshape(POINTS**2, -1)
        low, high = np.quantile(apart, ENDS, axis=0)
        values = {"share_a": means[a], "share_b": means[b], "difference": means[a] - means[b]}
        pair = {"theme": own.names, "kind": own.kind, "doc_a": a, "doc_b": b}
        parts.append(pd.DataFrame({**pair, **values, "low": low, "high": high}))
    empty = pd.DataFrame(columns=["theme", "kind", "doc_a", "doc_b"], dtype="str").assign(
        **dict.fromkeys(["share_a", "share_b", "difference", "low", "high"], 0.0)
    )
    table = pd.concat(parts, ignore_index=True) if parts else empty
    keys = ["theme", "doc_a", "doc_b"]
    table = table.merge(floors[[*keys, "floor"]], on=keys, how="left", indicator=True)
    if (table["_merge"] != "both").any():
        row = table[table["_merge"] != "both"].iloc[0]
        told = f"{row['doc_a']!r} and {row['doc_b']!r}"
        raise ValueError(f"there is no floor for {row['theme']!r} between {told}")
    return schema.check(_judged(table.drop(columns="_merge"), assigned), "contrasts")


def quantiles(
    rows: Rows, unit: str, at: NDArray[np.float64], random_state: int
) -> NDArray[np.float64]:
    """Return quantiles of the share of each column: exact for yes and no, else of draws."""
    from scipy.special import betaincinv

    found = np.empty((len(at), rows.shape[1]))
    plain = ((rows == 0) | (rows == 1)).all(axis=0)
    given = rows[:, plain].sum(axis=0) + 0.5
    found[:, plain] = betaincinv(given, len(rows) + 1 - given, at[:, None])
    if not plain.all():
        drawn = draws(rows[:, ~plain], unit, random_state)
        found[:, ~plain] = np.quantile(drawn, at, axis=0)
    return found


def draws(rows: Rows, unit: str, random_state: int) -> Rows:
    """Return draws of the shares of a unit; the same whatever other units there are."""
    draw = np.random.default_rng([random_state, zlib.crc32(unit.encode())])
    # One passage with everything and one without, half each.
    padded = np.vstack([rows, np.ones(rows.shape[1]), np.zeros(rows.shape[1])])
    shape = np.append(np.ones(len(rows)), [0.5, 0.5])
    found = []
    for _ in range(0, DRAWS, AT_ONCE):
        weights = draw.standard_gamma(shape, size=(AT_ONCE, len(shape)))
        found.append(weights @ padded / weights.sum(axis=1, keepdims=True))
    return np.vstack(found)


def _judged(table: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """Round, and say what each difference amounts to."""
    table = _marked(table, assigned)
    numbers = ["share_a", "share_b", "difference", "low", "high", "floor"]
    table[numbers] = table[numbers].astype(float).round(4) + 0.0
    clear = (table["low"] > 0) | (table["high"] < 0)
    clear &= (table["difference"].abs() > table["floor"]) & table.get("relied_on", True)
    verdict = pd.Series("less", index=table.index).where(table["difference"] < 0, "more")
    return table.assign(verdict=verdict.where(clear, TOO_LITTLE))


def _marked(table: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """Say of each code whether it is to be relied on, where that is known."""
    if "relied_on" not in assigned:
        return table
    known = assigned.drop_duplicates("code").set_index("code")["relied_on"]
    return table.assign(relied_on=table["theme"].map(known).astype(bool))
