"""Delimited tables (CSV and its kin), row by row, with the line each row begins on."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from clusterlib.load.faults import Faults

QUOTED = re.compile(r'"(?:[^"]|"")*"')
SEPARATOR = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)


@dataclass
class Table:
    """A header in lower case, and the rows with their line numbers."""

    names: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def parse(text: str, file: str, faults: Faults) -> Table:
    r"""Parse a delimited table; the delimiter is the sign that the header has most of.

    A row with a broken quote becomes a fault, and reading goes on: with the
    next line, if the lines that the open quote swallowed are rows themselves;
    else behind them, because they belong to the broken row.

    Parameters
    ----------
    text : str
        The whole file; a first line ``sep=;`` is understood.
    file : str
        The name that faults show.
    faults : Faults
        Takes broken rows and repeated columns.

    Returns
    -------
    Table
        Without names where there is no usable header.

    Examples
    --------
    >>> parse("ID;Text\na;one\n", "x.csv", Faults()).rows
    [(2, {'id': 'a', 'text': 'one'})]
    """
    # Unlike str.splitlines, this splits where csv does.
    lines = list(io.StringIO(text, newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return Table()
    delimiter = max(",;\t|", key=QUOTED.sub("", lines[start]).count)
    if said := SEPARATOR.fullmatch(lines[start]):
        delimiter, start = said[1], start + 1
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        return _table(_Rows(lines, delimiter, file, faults, start))
    finally:
        csv.field_size_limit(limit)


def _table(rows: "_Rows") -> Table:
    """Name the fields of each row by the header; refuse rows of another length."""
    found = iter(rows)
    at, header = next(found, (0, []))
    names = [name.strip().lower() for name in header]
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        message = f"the column(s) {', '.join(twice)} occur twice"
        rows.faults.error(rows.file, "duplicate column", message, at)
        return Table()
    table = Table(names)
    rows.fields = len(names)
    for line, values in found:
        if len(values) == len(names):
            table.rows.append((line, dict(zip(names, values, strict=True))))
        elif values:
            message = f"{len(values)} fields where the header has {len(names)}"
            rows.faults.error(rows.file, "broken row", message, line)
    return table


@dataclass
class _Rows:
    """The rows of a table as lists, each with the number of its first line."""

    lines: list[str]
    delimiter: str
    file: str
    faults: Faults
    start: int
    fields: int = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        first = self.start
        while first < len(self.lines):
            begin = first
            reader = csv.reader(self._from(begin), delimiter=self.delimiter, strict=True)
            try:
                for values in reader:
                    yield first + 1, values
                    first = begin + reader.line_num
                return
            except csv.Error as error:
                first = self._resume(first, begin + reader.line_num, str(error))

    def _from(self, begin: int) -> Iterator[str]:
        return map(self.lines.__getitem__, range(begin, len(self.lines)))

    def _resume(self, first: int, end: int, error: str) -> int:
        """Note a broken row of the lines ``first:end``, and return the line to go on with."""
        unclosed = end == len(self.lines) and "end of data" in error
        taken = range(first + 1, end)
        message = f"not readable as CSV: {error}"
        rows = [self._is_row(number) for number in taken]
        # The line that closed the quote wrongly may itself open one: a row, too.
        if rows and rows[-1] is None and not unclosed:
            rows.pop()
        if self.fields > 1 and all(rows):
            end = first + 1
        elif end > first + 2:
            message += f"; its quote runs on, and lines {first + 1} to {end} were not read"
        self.faults.error(self.file, "broken row", message, first + 1)
        return end

    def _is_row(self, number: int) -> bool | None:
        """Tell whether a line is a row by itself; None where its quotes are not in order."""
        try:
            row = next(csv.reader([self.lines[number]], delimiter=self.delimiter, strict=True), [])
            return len(row) in (0, self.fields)
        except csv.Error:
            return None
