"""Tables that a person has filled in: their cells by the lines of a spreadsheet, and faults."""

import bisect
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import pandas as pd

from clusterlib.load.decode import DecodeError, decode
from clusterlib.load.delimited import parse
from clusterlib.load.faults import Faults


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


# The line, if it is not the whole file, and what is wrong with it.
Broken = tuple[int | None, str]


def read(source: str | Path | pd.DataFrame) -> tuple[pd.DataFrame, list[Broken]]:
    r"""Read a table that a person has filled in.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        A CSV file (commas, semicolons or tabs between cells, UTF-8 or an older
        encoding), or a table that was read already.

    Returns
    -------
    table : pandas.DataFrame
        Every cell as text, the columns of a file in small letters; the index is
        the line, with the header as 1.
    broken : list of tuple
        Line and fault of the rows that are left out; the line is missing, and the
        table without columns, where no table can be read at all.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "notes.csv"
    ...     written = path.write_bytes("Passage;Note\nnl-001;één\n".encode("cp1252"))
    ...     read(path)[0].to_dict("index")
    {2: {'passage': 'nl-001', 'note': 'één'}}
    """
    if isinstance(source, pd.DataFrame):
        return source.set_axis(range(2, len(source) + 2)).fillna("").astype(str), []
    return _file(Path(source))


def _file(path: Path) -> tuple[pd.DataFrame, list[Broken]]:
    """Read a file in any encoding, with the sign between cells that a spreadsheet has chosen."""
    faults = Faults()
    try:
        given = parse(decode(path.read_bytes())[0], path.name, faults)
        if not given.names and not faults.rows:
            raise DecodeError("empty", "it is empty")
    except (OSError, DecodeError) as error:
        return pd.DataFrame(), [(None, f"{path} is no table that can be read: {error}")]
    if not given.names:
        return pd.DataFrame(), [(line, message) for _, line, _, _, message in faults.rows]
    # A spreadsheet counts the lines inside a cell with its row.
    starts = [line for line, _ in given.rows]
    within = [sum(cell.count("\n") for cell in row.values()) for _, row in given.rows]
    before = [0, *itertools.accumulate(within)]
    index = [line - more for line, more in zip(starts, before, strict=False)]
    broken: list[Broken] = [
        (line - before[bisect.bisect_left(starts, line)], message)
        for _, line, _, _, message in faults.rows
        if line is not None
    ]
    columns = {name: [row[name] for _, row in given.rows] for name in given.names}
    table = pd.DataFrame(columns, index)
    unnamed = "" in table and not any(map(str.strip, columns[""]))
    return table.drop(columns="") if unnamed else table, broken
