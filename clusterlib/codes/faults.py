"""What is wrong with a file that a person has filled in: every fault in one error."""

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

    def __init__(self, faults: pd.DataFrame) -> None:
        self.faults = faults
        lines = [
            f"  {self.kind if pd.isna(line) else f'line {line}'}: {message}"
            for line, message in faults[["line", "message"]].astype(object).to_numpy().tolist()
        ]
        super().__init__("\n".join([f"the {self.kind} has {len(faults)} fault(s):", *lines]))
