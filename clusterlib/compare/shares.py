"""How much of a text each topic, theme or code takes up, by what its passages are assigned to.

A sample that was read corrects the shares. Of passages drawn with known probabilities the mean of
reading less machine, weighted by the inverse of these probabilities, is added to the machine's
mean. So a share is right on average however the machine errs, and the better the machine, the
narrower the interval.

The mean is that of prediction-powered inference (Angelopoulos et al. 2023,
doi:10.1126/science.adi6000), of which as much is used as the machine foretells of the reading
(Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453), for unequal probabilities as in
design-based supervised learning (Egami et al. 2023, arXiv:2306.04746), with the weights and the
variance of Hájek.
"""

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv
from scipy.stats import beta, norm, t

from clusterlib import embed, schema
from clusterlib.codes.sheets import inverse_probabilities
from clusterlib.schema.contracts import UNDATED

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
        One row a unit (the value of ``by``) and category, as the contract ``shares`` has it. If the
        codes are marked, relied_on. With a reading, passages_read (of the unit).

    Raises
    ------
    ValueError
        If the two tables are not of the same passages, a passage has no value in ``by``, or a
        reading is not of codes, of none of the passages, or of one not for every code.

    Notes
    -----
    The interval is a Bayesian bootstrap over passages (Rubin 1981, doi:10.1214/aos/1176345338), to
    which half a passage with and half one without are added; for yes and no that is Jeffreys'
    interval, which is computed and not drawn. So the interval of what a text never mentions is not
    empty, as resampling alone would have it.

    With a reading (the module names the sources; probability, a column of `clusterlib.codes.teach`,
    stands for the codes if it is there) the interval is of the share among the passages of the
    unit, and of a beta distribution, which is Jeffreys' where the machine knows nothing. A unit
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


@dataclass(frozen=True)
class Corrected:
    """What the shares of a unit may be, by code."""

    share: Rows
    # Pulled to one half by half a passage with the code and half one without (Jeffreys).
    center: Rows
    # Of the passages there are, and as if they were draws, as where units are compared.
    variance: Rows
    variance_of_draws: Rows
    read: int
    size: int
    given: Rows

    def interval(self) -> tuple[Rows, Rows]:
        """Return both ends of the 95 % interval; what was read is certain."""
        low, high = self.quantiles(np.array([0.025, 0.975]))
        # What the reading saw nowhere may be nowhere; what it saw everywhere, everywhere.
        low = np.where(self.given == 0, 0, np.maximum(low, self.given / self.size))
        without = self.read - self.given
        return low, np.where(without == 0, 1, np.minimum(high, 1 - without / self.size))

    def quantiles(self, at: Rows, of_draws: bool = False) -> Rows:
        """Return quantiles of the share of each code: those of a beta distribution."""
        variance = self.variance_of_draws if of_draws else self.variance
        size = np.maximum(self.center * (1 - self.center) / variance - 1, 0.01)
        # A variance that is known from few passages is known badly.
        few = (norm.ppf(0.975) / t.ppf(0.975, max(self.read - 1, 1))) ** 2
        size = np.where(size > 1, np.maximum(few * size, 1), size)
        values: Rows = beta.ppf(at[:, None], self.center * size, (1 - self.center) * size)
        return values


def correct(
    predicted: Rows, names: list[str], passages: pd.DataFrame, reading: pd.DataFrame
) -> tuple[Rows, dict[str, Corrected]]:
    """Correct the shares of each unit by those of its passages that were read."""
    schema.check(reading, "codings")
    judged = reading[reading["passage"].isin(passages["passage"]) & reading["code"].isin(names)]
    wide = judged.astype({"coded": float}).pivot(index="passage", columns="code", values="coded")
    given = wide.reindex(index=passages["passage"], columns=names).to_numpy(np.float64)
    is_read = ~np.isnan(given).all(axis=1)
    lacking = np.argwhere(np.isnan(given) & is_read[:, None])
    if not is_read.any():
        first = reading[["passage", "code"]].head(1).to_numpy().tolist()
        raise ValueError(f"the reading has to judge some of these passages and codes, not {first}")
    if len(lacking):
        place = f"{passages['passage'].iloc[lacking[0, 0]]!r} for {names[lacking[0, 1]]!r}"
        raise ValueError(f"the reading has to judge a passage for every code; not judged: {place}")
    units = passages["unit"].to_numpy(str)
    weight = inverse_probabilities(judged, passages["passage"], units)
    tuning, error = _tune(predicted[is_read], given[is_read], weight[is_read], units[is_read])
    machine = predicted * tuning
    corrected = {}
    for unit in sorted(set(units.tolist())):
        inside = units == unit
        chosen = inside & is_read
        errors = given[chosen] - machine[chosen]
        corrected[unit] = _of_unit(machine[inside], given[chosen], errors, weight[chosen], error)
    return given, corrected


def _of_unit(machine: Rows, given: Rows, errors: Rows, weight: Rows, error: Rows) -> Corrected:
    read, size = len(errors), len(machine)
    parts = weight / weight.sum() if read else weight
    mean = parts @ errors
    count = given.sum(axis=0)
    share = np.clip(machine.mean(axis=0) + mean, count / size, 1 - (read - count) / size)
    center = (read * share + 0.5) / (read + 1)
    # What was certain to be drawn adds nothing; the half passages are foretold as others are, but
    # at most by half, since a machine that has not erred yet may err.
    spread = read**2 * ((1 - 1 / weight) * parts**2) @ (errors - mean) ** 2
    halves = ((1 - center) ** 2 + center**2) / 2 * (1 - read / size) * np.maximum(error, 0.5)
    variance = (spread + halves) / ((read + 1) * (read + 2))
    of_draws = variance + center * (1 - center) / (size + 2)
    return Corrected(share, center, variance, of_draws, read, size, count)


def _tune(predicted: Rows, given: Rows, weight: Rows, units: NDArray[np.str_]) -> tuple[Rows, Rows]:
    """Return by code how much of what is predicted to use, and what part of variance it leaves."""
    squares = np.zeros((3, predicted.shape[1]))
    for unit in np.unique(units):
        x, y, w = (rows[units == unit] for rows in (predicted, given, weight))
        x, y = x - np.average(x, axis=0, weights=w), y - np.average(y, axis=0, weights=w)
        squares += [w @ x**2, w @ (x * y), w @ y**2]
    x, both, y = squares
    tuning = np.clip(both / np.maximum(x, 1e-9), 0, 1)
    error = (y - 2 * tuning * both + tuning**2 * x) / np.maximum(y, 1e-9)
    return tuning, np.where(y > 0, error, 1)


def corrected_p_values(a: Corrected, b: Corrected) -> Rows:
    """Return how likely so wide a difference would be where two units have the same share."""
    error = np.sqrt(a.variance_of_draws + b.variance_of_draws)
    tails: Rows = 2 * t.sf(np.abs(a.share - b.share) / error, max(min(a.read, b.read) - 1, 1))
    return tails


# The letters of pandas for each period, and how much of an ISO date says which it is.
PERIODS = {"year": ("Y", 4), "quarter": ("Q", 7), "month": ("M", 7)}


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


def by_time(
    assigned: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    every: str = "year",
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure which part of each period's texts every topic, theme or code takes up.

    Parameters
    ----------
    assigned, passages, random_state
        As for `shares`.
    documents : pandas.DataFrame
        doc and published, an ISO date that may lack its day or its month.
    every : str
        ``"year"``, ``"quarter"`` or ``"month"``.

    Returns
    -------
    pandas.DataFrame
        One row a period and category, as the contract ``shares by time`` has it. A period between
        others that has no text is there with 0 documents, its share missing. Texts that have no
        date, or none that says which period, are the last: ``"no date"``.

    Raises
    ------
    ValueError
        If there is no such period, the two tables are not of the same passages, or a passage is of
        no document.

    Notes
    -----
    Passages of one text are not independent, so the interval is a Bayesian bootstrap over texts:
    each counts with all its passages or not at all. Half a text with the category in every passage
    and half one without are added, each of mean length, so that the interval of a period with one
    text says how little that is.

    Examples
    --------
    >>> members = pd.DataFrame({"passage": ["a-1", "b-1"], "theme": ["x", "y"]})
    >>> passages = pd.DataFrame({"passage": ["a-1", "b-1"], "doc": ["a", "b"], "lang": "de"})
    >>> documents = pd.DataFrame({"doc": ["a", "b"], "published": ["2022-05", "2024"]})
    >>> table = by_time(members, passages, documents)
    >>> table.loc[table["category"] == "x", ["period", "documents", "share"]].values.tolist()
    [['2022', 1, 1.0], ['2023', 0, nan], ['2024', 1, 0.0]]
    """
    if every not in PERIODS:
        raise ValueError(f"every={every!r}; expected one of {', '.join(PERIODS)}")
    schema.check(documents, "dated texts")
    strange = passages.loc[~passages["doc"].isin(documents["doc"]), "doc"]
    if len(strange):
        raise ValueError(f"there is no document {strange.iloc[0]!r}; give those of the passages")
    frequency, digits = PERIODS[every]
    dates = documents.set_index("doc")["published"]
    dated = dates[dates.str.len() >= digits]
    named = pd.PeriodIndex(dated.str[:10], freq=frequency).astype(str)
    period = pd.Series(named, dated.index).reindex(dates.index, fill_value=UNDATED)
    assignment = read(assigned, passages.assign(period=passages["doc"].map(period)), "period")
    docs = passages.sort_values("passage")["doc"].to_numpy()
    spoken = sorted(set(named) & set(assignment.units))
    units = sorted({UNDATED} & set(assignment.units))
    if spoken:
        units = [*pd.period_range(spoken[0], spoken[-1], freq=frequency).astype(str), *units]
    parts = []
    for unit in units:
        inside = (assignment.passages["unit"] == unit).to_numpy(bool)
        rows = pd.DataFrame(assignment.rows[inside]).assign(passages=1.0)
        sums = rows.groupby(docs[inside]).sum().to_numpy()
        share = rows.drop(columns="passages").mean().to_numpy()
        low = high = share
        if len(sums):
            # One text of mean length with everything and one without; draws make half of each.
            length = sums[:, -1].mean()
            padding = np.full((2, sums.shape[1]), length)
            padding[1, :-1] = 0
            drawn = draws(sums, unit, random_state, padding)
            low, high = np.quantile(drawn[:, :-1] / drawn[:, -1:], ENDS, axis=0)
        values = {"documents": len(sums), "passages": int(inside.sum()), "share": share}
        values |= {"low": np.minimum(low, share), "high": np.maximum(high, share)}
        names = {"period": unit, "category": assignment.names, "kind": assignment.kind}
        parts.append(pd.DataFrame(names | values))
    table = pd.concat(parts, ignore_index=True).round({"share": 4, "low": 4, "high": 4})
    return schema.check(table, "shares by time")
