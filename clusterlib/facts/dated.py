"""Place facts of time on the calendar."""

import pandas as pd

TIMES = ("date", "month", "quarter", "year", "period")
# The last month and day of what a value tells no more of.
QUARTERS = {
    f"-Q{number}": (f"-{3 * number - 2:02d}", f"-{3 * number:02d}") for number in range(1, 5)
}


def days(value: str) -> tuple[str, str] | None:
    """Return the first and the last day of a value, or None if its year is not told.

    >>> days("2024-Q2"), days("2023-02"), days("--05-23")
    (('2024-04-01', '2024-06-30'), ('2023-02-01', '2023-02-28'), None)
    """
    if value.startswith("-"):
        return None
    first, last = QUARTERS.get(value[4:], (value[4:], value[4:]))
    start = pd.Period(value[:4] + first)
    end = pd.Period(value[:4] + last)
    return f"{start.start_time:%Y-%m-%d}", f"{end.end_time:%Y-%m-%d}"


def place_in_time(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the facts of time with their first and last day, in order."""
    rows = []
    for row in facts[facts["kind"].isin(TIMES)].itertuples():
        low = days(str(row.value))
        high = days(str(row.value_end)) if row.value_end else low
        if low and high:
            told = " – ".join(str(end) for end in (row.value, row.value_end) if end)
            rows.append((row.doc, row.passage, row.kind, told, low[0], high[1], row.quote))
    columns = ["doc", "passage", "kind", "when", "first", "last", "quote"]
    table = pd.DataFrame(rows, columns=columns).astype("str")
    return table.sort_values(["doc", "first", "last", "passage"], ignore_index=True)
