"""What is wrong with an input: one table of faults and one error, for every stage.

A stage notes whatever it finds in `Problems` and goes on; at its end all faults are raised
together as an `InputError`, or returned as its table.
"""

import re
import sys
import warnings
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pandas as pd

__all__ = ["InputError", "InputWarning"]

COLUMNS = ("file", "line", "column", "value", "severity", "fault", "message")
# Warnings that a file was passed over, or a part of it.
UNREAD = ("not read", "not listed", "hidden", "not followed", "language not chosen", "not used")
# Warnings that a text repeats another, whole or nearly.
COPIES = ("duplicate text", "near duplicate")
# Warnings that the date of a text may be another, or none.
DATES = ("unclear date", "date disagrees")


class InputError(ValueError):
    """Some of the input cannot be used: a file, a row of it, or a table.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row a fault: file (or the name of a table, or a place in a project),
        line (from 1, the header of a table included; of a table in memory the
        label of the row; missing where the whole is meant), severity (error, or
        warning for remarks on what could be used), fault (its kind) and message.
        Where cells are checked, also column and value.

    Examples
    --------
    >>> import clusterlib as cl
    >>> try:
    ...     cl.load.documents("no-such-folder")
    ... except InputError as error:
    ...     print(error.faults[["file", "severity"]].to_dict("records"))
    [{'file': 'no-such-folder', 'severity': 'error'}]
    """

    def __init__(
        self,
        faults: pd.DataFrame,
        subject: str = "the input",
        hint: str = "",
        most: int | None = None,
    ) -> None:
        # All arguments, so that the error comes back whole from another process.
        super().__init__(faults, subject, hint, most)
        self.faults = faults

    def __str__(self) -> str:
        faults, subject, hint, most = self.args
        wrong = faults["severity"] == "error"
        head = f"{subject} has {wrong.sum()} fault(s)" + (f"; {hint}" if hint else "")
        lines = [f"{head}:", *_lines(faults[wrong].head(most), subject)]
        if most is not None and wrong.sum() > most:
            lines.append(f"  … and {wrong.sum() - most} more (see .faults)")
        if not wrong.all():
            lines += [f"and {(~wrong).sum()} remark(s):", *_lines(faults[~wrong], subject)]
        return "\n".join(lines)


class InputWarning(UserWarning):
    """Something in the input deserves a look, though it could be used.

    Examples
    --------
    >>> faults = {"file": ["a.txt"], "line": [3], "message": ["the row has no text"]}
    >>> print(InputWarning(pd.DataFrame(faults)))
    1 remark(s) on the input:
      a.txt, line 3: the row has no text
    """

    def __init__(self, faults: pd.DataFrame) -> None:
        head = f"{len(faults)} remark(s) on the input:"
        super().__init__("\n".join([head, *_lines(faults, "")]))


def warn(message: str | Warning, stacklevel: int = 1) -> None:
    """Warn of something, as `warnings.warn` does; in a notebook the place is the line of the cell.

    The file of a cell has another name whenever the notebook runs, and so would the output.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None and "ipykernel_" not in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is None:
        warnings.warn(message, stacklevel=stacklevel + 1)
        return
    category = type(message) if isinstance(message, Warning) else UserWarning
    warnings.warn_explicit(message, category, "cell", frame.f_lineno)


def unread(faults: pd.DataFrame, most: int = 20) -> list[str]:
    """Say what of an input was not read, a line each and why, errors first, then how many more."""
    gone = faults[(faults["severity"] == "error") | faults["fault"].isin(UNREAD)]
    return first_lines(gone.sort_values("severity", kind="stable"), most)


def first_lines(faults: pd.DataFrame, most: int) -> list[str]:
    """Return a line each of the first faults, without what was expected, then how many more."""
    lines = [line.strip().partition("; expected")[0] for line in _lines(faults.head(most), "")]
    more = len(faults) - len(lines)
    return [*lines, f"and {more:,} more, in the table faults"] if more else lines


def printable(name: str) -> str:
    """Return a name of a file with the bytes written out that are no UTF-8."""
    escaped = re.sub("[\udc80-\udcff]", lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", name)
    return escaped.encode("utf-8", "backslashreplace").decode("utf-8")


def _lines(faults: pd.DataFrame, subject: str) -> list[str]:
    """Return a line a fault, with its place unless the subject names it already."""
    lines = []
    columns = ["file", "line", "message"]
    for file, line, message in faults[columns].astype(object).to_numpy().tolist():
        place = file if pd.isna(line) else f"{file}, line {line}"
        lines.append(f"  {message}" if repr(file) in subject else f"  {place}: {message}")
    return lines


@dataclass
class Problems:
    """The faults of an input, noted one after another while it is read.

    ``of_cells`` tells whether faults name the column and the value that are wrong.
    """

    of_cells: bool = False
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def error(
        self,
        file: str,
        fault: str,
        message: str,
        line: object = None,
        column: str = "",
        value: object = None,
    ) -> None:
        """Note that a file, or a row or cell of it, cannot be used."""
        self.rows.append((printable(file), line, column, value, "error", fault, printable(message)))

    def warn(self, file: str, fault: str, message: str, line: int | None = None) -> None:
        """Note something that deserves a look but does not prevent the use."""
        self.rows.append((printable(file), line, "", None, "warning", fault, printable(message)))

    def add(self, faults: pd.DataFrame) -> None:
        """Note the faults of another error."""
        columns = faults.reindex(columns=list(COLUMNS)).astype(object)
        columns["line"] = columns["line"].where(columns["line"].notna(), None)
        self.rows += [tuple(row) for row in columns.to_numpy().tolist()]

    def count_errors(self) -> int:
        """Return how many faults are errors."""
        return sum(row[4] == "error" for row in self.rows)

    def table(self) -> pd.DataFrame:
        """Return the faults sorted by place, each once."""
        # A table or list in a cell has no other likeness than how it is written.
        rows = list({repr(row): row for row in self.rows}.values())
        whole = all(row[1] is None or isinstance(row[1], int) for row in rows)
        kinds = dict.fromkeys(COLUMNS, "str") | {"line": "Int64" if whole else "object"}
        table = pd.DataFrame(rows, columns=list(COLUMNS), dtype="object")
        table = table.astype(kinds | {"value": "object"})
        # Labels of rows may be of any kind.
        keys = table if whole else table.assign(line=table["line"].map(str))
        order = keys.sort_values(["file", "line", "column", "fault", "message"], kind="stable")
        table = table.loc[order.index].reset_index(drop=True)
        return table if self.of_cells else table.drop(columns=["column", "value"])

    def raise_errors(self, subject: str, hint: str = "", most: int | None = None) -> None:
        """Raise all faults together, if any is an error."""
        if self.count_errors():
            raise InputError(self.table(), subject, hint, most)


def refusal(
    fault: str, message: str, place: str = "", line: int | None = None, subject: str = "the input"
) -> InputError:
    """Return the error that one fault makes an input unusable; who knows its place may add it."""
    problems = Problems()
    problems.error(place, fault, message, line)
    return InputError(problems.table(), subject)
