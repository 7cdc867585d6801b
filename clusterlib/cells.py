"""Tables as spreadsheets save them (CSV and its kin), row by row, with the line of each row."""

import bisect
import csv
import functools
import importlib.resources
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from clusterlib.encoding import decode
from clusterlib.problems import InputError, Problems

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@")

QUOTED = re.compile(r'"(?:[^"]|"")*"')
SEPARATOR = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)


@functools.cache
def read_data(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that comes with the library, by its name."""
    path = importlib.resources.files("clusterlib") / "data" / f"{name}.csv"
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


@dataclass
class Table:
    """A header in lower case, and the rows with their line numbers."""

    names: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def parse(text: str, file: str, problems: Problems) -> Table:
    """Parse a delimited table; the delimiter is the sign that the header has most of.

    A first line ``sep=;`` is understood. Without a usable header there are no names.

    A row with a broken quote becomes a fault, and reading goes on: with the
    next line, if the lines that the open quote swallowed are rows themselves;
    else behind them, because they belong to the broken row. Neither the reader
    of pandas nor that of csv does that.
    """
    # Unlike str.splitlines, this splits where csv does.
    lines = list(io.StringIO(text, newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return Table()
    delimiter = max(",;\t|", key=QUOTED.sub("", lines[start]).count)
    if declared := SEPARATOR.fullmatch(lines[start]):
        delimiter, start = declared[1], start + 1
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        rows = list(_rows(lines, start, delimiter, file, problems))
    finally:
        csv.field_size_limit(limit)
    at, header = rows[0] if rows else (0, [])
    names = [name.strip().lower() for name in header]
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        message = f"the column(s) {', '.join(twice)} occur twice"
        problems.error(file, "duplicate column", message, at)
        return Table()
    table = Table(names)
    for line, values in rows[1:]:
        if len(values) == len(names):
            table.rows.append((line, dict(zip(names, values, strict=True))))
        elif values:
            message = f"{len(values)} fields where the header has {len(names)}"
            problems.error(file, "broken row", message, line)
    return table


def _rows(
    lines: list[str], start: int, delimiter: str, file: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line, and note those that are broken."""
    first, fields = start, 0

    def is_row(number: int) -> bool | None:
        """Tell whether a line is a row by itself; None where its quotes are not in order."""
        try:
            row = next(csv.reader([lines[number]], delimiter=delimiter, strict=True), [])
            return len(row) in (0, fields)
        except csv.Error:
            return None

    while first < len(lines):
        begin = first
        rest = map(lines.__getitem__, range(begin, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        try:
            for values in reader:
                fields = fields or len(values)
                yield first + 1, values
                first = begin + reader.line_num
            return
        except csv.Error as error:
            end = begin + reader.line_num
            unclosed = end == len(lines) and "end of data" in str(error)
            message = f"not readable as CSV: {error}"
        alone = [is_row(number) for number in range(first + 1, end)]
        # The line that closed the quote wrongly may itself open one: a row, too.
        if alone and alone[-1] is None and not unclosed:
            alone.pop()
        if fields > 1 and all(alone):
            end = first + 1
        elif end > first + 2:
            message += f"; its quote runs on, and lines {first + 1} to {end} were not read"
        problems.error(file, "broken row", message, first + 1)
        first = end


def read(
    source: str | Path | pd.DataFrame, name: str, problems: Problems, wanted: str = ""
) -> pd.DataFrame:
    """Read a table that a person has filled in: a CSV file, or a table that was read already.

    Every cell is a text, the columns of a file are in small letters; the index is the line, as a
    spreadsheet counts, with the header as 1. Where no table can be read there are no columns.
    ``name`` is what faults call it, ``wanted`` what they say is expected of it.
    """
    if isinstance(source, pd.DataFrame):
        return source.set_axis(range(2, len(source) + 2)).fillna("").astype(str)
    path, broken = Path(source), Problems()
    unreadable = f"{path} is no table that can be read: "
    try:
        given = parse(decode(path.read_bytes())[0], name, broken)
    except (OSError, InputError) as error:
        why = error.faults["message"].item() if isinstance(error, InputError) else str(error)
        problems.error(name, "not readable", unreadable + why + wanted)
        return pd.DataFrame()
    if not given.names and not broken.rows:
        problems.error(name, "empty", f"{unreadable}it is empty{wanted}")
    # A spreadsheet counts the lines inside a cell with its row.
    starts = [line for line, _ in given.rows]
    within = [sum(cell.count("\n") for cell in row.values()) for _, row in given.rows]
    before = [0, *itertools.accumulate(within)]
    for _, line, _, _, _, fault, message in broken.rows:
        shown = line - before[bisect.bisect_left(starts, line)]
        problems.error(name, fault, message, shown)
    index = [line - more for line, more in zip(starts, before, strict=False)]
    columns = {column: [row[column] for _, row in given.rows] for column in given.names}
    table = pd.DataFrame(columns, index)
    unnamed = "" in table and not any(map(str.strip, columns[""]))
    return table.drop(columns="") if unnamed else table


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table that a person is to fill in, as CSV that spreadsheets open.

    Missing cells are empty; a text that a spreadsheet would take for a formula begins with an
    apostrophe.
    """
    shown = table.fillna("").astype(str)
    shown = shown.map(lambda text: f"'{text}" if text.startswith(FORMULA) else text)
    shown.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
