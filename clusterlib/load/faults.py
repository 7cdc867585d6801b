"""What was wrong with the input: collected while reading, reported together."""

import functools
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pandas as pd

Severity = Literal["error", "warning"]
Row: TypeAlias = tuple[str, int | None, Severity, str, str]
KINDS = {"file": "str", "line": "Int64", "severity": "str", "fault": "str", "message": "str"}


class LoadError(ValueError):
    """Some of the input cannot be used.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row per fault: file, line (missing where the whole file is meant),
        severity, fault and message. Remarks on texts that could be loaded are
        among them, with the severity "warning".

    Examples
    --------
    >>> import clusterlib as cl
    >>> try:
    ...     cl.load.documents("no-such-folder")
    ... except LoadError as error:
    ...     print(error.faults[["file", "severity"]].to_dict("records"))
    [{'file': 'no-such-folder', 'severity': 'error'}]
    """

    def __init__(self, faults: pd.DataFrame) -> None:
        self.faults = faults
        wrong = faults["severity"] == "error"
        hint = 'errors="report" loads the rest and returns the faults as a table'
        parts = [f"{wrong.sum()} fault(s) in the input; {hint}:", _listing(faults[wrong])]
        if not wrong.all():
            parts += [f"and {(~wrong).sum()} remark(s):", _listing(faults[~wrong])]
        super().__init__("\n".join(parts))


class LoadWarning(UserWarning):
    """Something in the input deserves a look, though it could be loaded.

    Examples
    --------
    >>> faults = {"file": ["a.txt"], "line": [3], "message": ["the row has no text"]}
    >>> print(LoadWarning(pd.DataFrame(faults)))
    1 remark(s) on the input:
      a.txt, line 3: the row has no text
    """

    def __init__(self, faults: pd.DataFrame) -> None:
        super().__init__(f"{len(faults)} remark(s) on the input:\n{_listing(faults)}")


def _listing(faults: pd.DataFrame) -> str:
    lines = []
    columns = ["file", "line", "message"]
    for file, line, message in faults[columns].astype(object).to_numpy().tolist():
        place = file if pd.isna(line) else f"{file}, line {line}"
        lines.append(f"  {place}: {message}")
    return "\n".join(lines)


@dataclass
class Faults:
    """A list of faults that grows while the input is read."""

    rows: list[Row] = field(default_factory=list)

    def error(self, file: str, fault: str, message: str, line: int | None = None) -> None:
        """Note that a file or a row of it cannot be used."""
        self.rows.append((file, line, "error", fault, message))

    def warn(self, file: str, fault: str, message: str, line: int | None = None) -> None:
        """Note something that deserves a look but does not prevent the use."""
        self.rows.append((file, line, "warning", fault, message))

    def table(self) -> pd.DataFrame:
        """Return the faults as a table, in the order in which they were noted."""
        # Most files have no fault, and to lay out an empty table takes as long as any.
        return _table(self.rows) if self.rows else _empty().copy()


@functools.cache
def _empty() -> pd.DataFrame:
    return _table([])


def _table(rows: list[Row]) -> pd.DataFrame:
    # Of its types from the start: converting takes longer.
    return pd.DataFrame(
        {
            name: pd.Series([row[at] for row in rows], dtype=kind)
            for at, (name, kind) in enumerate(KINDS.items())
        }
    )


def listed(faults: pd.DataFrame) -> pd.DataFrame:
    """Return faults sorted by file and line, each once."""
    return faults.drop_duplicates().sort_values(
        ["file", "line", "fault", "message"], ignore_index=True
    )
