"""What is wrong with a file that a person has filled in: every fault in one error."""

from collections.abc import Iterable
from typing import ClassVar

import pandas as pd


class FaultsError(ValueError):
    """A file has faults; each kind of file has an error of its own.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row a fault: line (as a spreadsheet counts, the header is 1; missing
        where the whole file is meant) and message, among other columns.
    """

    kind: ClassVar[str]
    # Those of the table of faults, and by which it is sorted.
    columns: ClassVar[tuple[str, ...]]
    order: ClassVar[tuple[str, ...]] = ("line",)

    def __init__(self, faults: Iterable[tuple[object, ...]]) -> None:
        table = pd.DataFrame(list(faults), columns=list(self.columns))
        table = table.astype({"line": "Int64"}).drop_duplicates()
        self.faults = table.sort_values(list(self.order), ignore_index=True, kind="stable")
        lines = [
            f"  {self.kind if pd.isna(line) else f'line {line}'}: {message}"
            for line, message in self.faults[["line", "message"]].astype(object).to_numpy().tolist()
        ]
        head = f"the {self.kind} has {len(self.faults)} fault(s):"
        super().__init__("\n".join([head, *lines]))
