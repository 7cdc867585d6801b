"""How much of a text each topic, theme or code takes up, by what its passages are assigned to."""

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, schema
from clusterlib.compare.corrected import Corrected, correct

KINDS = ("topic", "theme", "code")
# Draws of an interval, and how many are made at once.
DRAWS, AT_ONCE = 2000, 100
ENDS = (0.025, 0.975)
TOO_LITTLE = "too little evidence"

Rows = NDArray[np.float64]


def shares(
    assigned: pd.DataFrame,
    passages: pd.DataFrame,
    by: str = "doc",
    random_state: int = 0,
    reading: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure which part of each text every topic, theme or code takes up.

    Parameters
    ----------
    assigned : pandas.DataFrame
        ``topics.weights``, ``themes.members`` or the table of codes.
    passages : pandas.DataFrame
        Those that were assigned: passage, lang and the column ``by``.
    by : str
        What is compared: ``"doc"``, or any other column of the passages, such as ``"initiative"``
        from ``passages.merge(documents[["doc", "initiative"]], on="doc")``.
    random_state : int
        Seed of the draws for weights; what is given or not needs none.
    reading : pandas.DataFrame, optional
        As `clusterlib.codes.read_sheet` returns it, of a sample of the passages: the shares of
        codes are corrected by it. Without one they are what the machine says.

    Returns
    -------
    pandas.DataFrame
        One row a unit and category: unit (the value of ``by``), category (topic, theme or code),
        kind (which of the three), passages (of the unit), share (of them, 0 to 1), low and high (95
        % interval); four decimals. If the codes are marked, relied_on. With a reading,
        passages_read (of the unit).

    Raises
    ------
    ValueError
        If the two tables are not of the same passages, or a passage has no value in ``by``; if
        there is a reading of something else than codes, or of none of the passages, or one of them
        was not read for every code.

    Notes
    -----
    The interval is a Bayesian bootstrap over passages (Rubin 1981, doi:10.1214/aos/1176345338), to
    which half a passage with and half one without are added; for yes and no that is Jeffreys'
    interval, which is computed and not drawn. So the interval of what a text never mentions is not
    empty, as resampling alone would have it.

    A sample that was read corrects the machine by how it errs on it (prediction-powered inference;
    `clusterlib.compare.corrected` names the sources), with the codes' column probability if
    `clusterlib.codes.teach` has made it. The interval is then of the share among the passages of
    the unit, and of a beta distribution, which is Jeffreys' where the machine knows nothing. A unit
    that was read as a whole is as its reading says.

    Examples
    --------
    >>> members = pd.DataFrame({"passage": ["a-1", "a-2"], "theme": ["x", "y"]})
    >>> passages = pd.DataFrame({"passage": ["a-1", "a-2"], "doc": "a", "lang": "de"})
    >>> shares(members, passages)[["unit", "category", "share", "low", "high"]].round(1)
      unit category  share  low  high
    0    a        x    0.5  0.1   0.9
    1    a        y    0.5  0.1   0.9
    """
    assignment, corrected = read_corrected(assigned, passages, by, reading)
    parts = []
    for unit in assignment.units:
        rows, one = assignment.of(unit), corrected.get(unit)
        values: dict[str, Any] = {"passages": len(rows)}
        if one and one.read < one.size:
            share, (low, high) = one.share, one.interval()
        else:
            share = rows.mean(axis=0)
            low, high = quantiles(rows, unit, np.array(ENDS), random_state)
        values |= {"share": share, "low": np.minimum(low, share), "high": np.maximum(high, share)}
        values |= {"passages_read": one.read} if one else {}
        parts.append(
            pd.DataFrame(
                {"unit": unit, "category": assignment.names, "kind": assignment.kind, **values}
            )
        )
    table = pd.concat(parts, ignore_index=True).round({"share": 4, "low": 4, "high": 4})
    return schema.check(mark_reliance(table, assigned), "shares")


@dataclass(frozen=True)
class Assigned:
    """Passages beside what they are assigned to."""

    kind: str
    names: list[str]
    rows: Rows
    passages: pd.DataFrame

    @property
    def units(self) -> list[str]:
        """What is compared, sorted by name."""
        return sorted(set(self.passages["unit"].tolist()))

    def of(self, unit: str) -> Rows:
        """Return the rows of a unit."""
        rows: Rows = self.rows[(self.passages["unit"] == unit).to_numpy(bool)]
        return rows


def read(assigned: pd.DataFrame, passages: pd.DataFrame, by: str) -> Assigned:
    """Lay weights of topics, members of themes, or codes out as a matrix beside their passages."""
    kind = next((name for name in KINDS if name in assigned), "")
    if not kind:
        columns = ", ".join(map(str, assigned.columns))
        raise ValueError(f"expected a column topic, theme or code; found {columns}")
    value = {"topic": "weight", "code": "coded"}.get(kind)
    absent = [name for name in ("passage", value) if name and name not in assigned]
    if absent:
        raise ValueError(f"the table of {kind}s has no column {', '.join(map(repr, absent))}")
    schema.check(passages, "coded passages")
    units = units_of(passages, by)
    row, names = pd.factorize(assigned["passage"], sort=True)
    strange = pd.Index(names).symmetric_difference(pd.Index(passages["passage"]))
    if len(strange):
        raise ValueError(
            f"the two tables differ in {len(strange)} passage(s), such as {strange[0]!r}; "
            "give the passages that were assigned"
        )
    # Codes keep the order of the codebook; the others are sorted by name.
    column, categories = pd.factorize(assigned[kind], sort=kind != "code")
    if (row < 0).any() or (column < 0).any():
        message = f"{int(((row < 0) | (column < 0)).sum())} rows name no passage or no {kind}"
        raise ValueError(f"{message}; leave them out")
    rows = np.zeros((len(names), len(categories)))
    # Pivoting would hold several copies of a table that has a row for every passage and code.
    np.add.at(rows, (row, column), 1.0 if value is None else assigned[value].to_numpy(np.float64))
    ordered = passages.assign(unit=units, lang=embed.languages(passages))
    ordered = ordered.sort_values("passage", ignore_index=True)[["passage", "unit", "lang"]]
    return Assigned(kind, categories.tolist(), rows, ordered)


def read_corrected(
    assigned: pd.DataFrame, passages: pd.DataFrame, by: str, reading: pd.DataFrame | None
) -> tuple[Assigned, dict[str, Corrected]]:
    """Lay assignments out, with the reading in their place, and what it makes of each unit."""
    assignment = read(assigned, passages, by)
    if reading is None:
        return assignment, {}
    if assignment.kind != "code":
        raise ValueError(f"a reading corrects codes; these are {assignment.kind}s")
    predicted = assignment.rows
    if "probability" in assigned:
        predicted = read(assigned.assign(coded=assigned["probability"]), passages, by).rows
    given, corrected = correct(predicted, assignment.names, assignment.passages, reading)
    rows = np.where(np.isnan(given), assignment.rows, given)
    return replace(assignment, rows=rows), corrected


def units_of(passages: pd.DataFrame, by: str) -> "pd.Series[str]":
    """Return of each passage the unit that it belongs to, or say how the passages get one."""
    if by not in passages:
        message = f"there is no column {by!r} in the passages, which says what is compared"
        way = f'passages.merge(documents[["doc", "{by}"]], on="doc")'
        raise ValueError(f"{message}; take it from the texts: {way}" if by != "doc" else message)
    lacking = passages.loc[passages[by].isna(), "passage"]
    if len(lacking):
        message = f"{len(lacking)} passage(s) have no {by!r}, such as {lacking.iloc[0]!r}"
        raise ValueError(f"{message}; it says what is compared: fill it in or leave them out")
    return passages[by].astype(str)


def quantiles(
    rows: Rows, unit: str, at: NDArray[np.float64], random_state: int
) -> NDArray[np.float64]:
    """Return quantiles of the share of each column: exact for yes and no, else of draws."""
    from scipy.special import betaincinv

    values = np.empty((len(at), rows.shape[1]))
    plain = ((rows == 0) | (rows == 1)).all(axis=0)
    given = rows[:, plain].sum(axis=0) + 0.5
    values[:, plain] = betaincinv(given, len(rows) + 1 - given, at[:, None])
    if not plain.all():
        drawn = draws(rows[:, ~plain], unit, random_state)
        values[:, ~plain] = np.quantile(drawn, at, axis=0)
    return values


def draws(rows: Rows, unit: str, random_state: int, padding: Rows | None = None) -> Rows:
    """Return draws of the shares of a unit; the same whatever other units there are."""
    draw = np.random.default_rng([random_state, zlib.crc32(unit.encode())])
    # One passage with everything and one without, half each.
    extremes = np.vstack([np.ones(rows.shape[1]), np.zeros(rows.shape[1])])
    padded = np.vstack([rows, extremes if padding is None else padding])
    shape = np.append(np.ones(len(rows)), [0.5, 0.5])
    parts = []
    for _ in range(0, DRAWS, AT_ONCE):
        weights = draw.standard_gamma(shape, size=(AT_ONCE, len(shape)))
        parts.append(weights @ padded / weights.sum(axis=1, keepdims=True))
    return np.vstack(parts)


def mark_reliance(table: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """Say of each code whether it is to be relied on, where that is known."""
    if "relied_on" not in assigned:
        return table
    relied_on = assigned.drop_duplicates("code").set_index("code")["relied_on"]
    return table.assign(relied_on=table["category"].map(relied_on).astype(bool))
