"""How much of the texts of each year, quarter or month a topic, theme or code takes up.

In come what passages are assigned to and the dates of their texts, out go shares by period.
"""

import numpy as np
import pandas as pd

from clusterlib import schema
from clusterlib.compare import shares
from clusterlib.schema.contracts import UNDATED

# The letters of pandas for each period, and how much of an ISO date says which it is.
PERIODS = {"year": ("Y", 4), "quarter": ("Q", 7), "month": ("M", 7)}


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
    assigned : pandas.DataFrame
        ``topics.weights``, ``themes.members`` or the table of codes.
    passages : pandas.DataFrame
        Those that were assigned: passage, doc and lang.
    documents : pandas.DataFrame
        doc and published, an ISO date that may lack its day or its month.
    every : str
        ``"year"``, ``"quarter"`` or ``"month"``.
    random_state : int
        Seed of the draws.

    Returns
    -------
    pandas.DataFrame
        One row a period and category: period (2024, 2024Q3 or 2024-07), category (topic, theme or
        code), kind (which of the three), documents and passages (of the period), share (of the
        passages, 0 to 1), low and high (95 % interval). A period between others that has no text is
        there with 0 documents, its share missing. Texts that have no date, or none that says which
        period, are the last: ``"no date"``.

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
    assignment = shares.read(
        assigned, passages.assign(period=passages["doc"].map(period)), "period"
    )
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
            drawn = shares.draws(sums, unit, random_state, padding)
            low, high = np.quantile(drawn[:, :-1] / drawn[:, -1:], shares.ENDS, axis=0)
        values = {"documents": len(sums), "passages": int(inside.sum()), "share": share}
        values |= {"low": np.minimum(low, share), "high": np.maximum(high, share)}
        names = {"period": unit, "category": assignment.names, "kind": assignment.kind}
        parts.append(pd.DataFrame(names | values))
    table = pd.concat(parts, ignore_index=True).round({"share": 4, "low": 4, "high": 4})
    return schema.check(table, "shares by time")
