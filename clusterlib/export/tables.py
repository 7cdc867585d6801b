"""Tables as CSV and Parquet.

Tables of any make come in; files go out that no spreadsheet runs, and cells for the workbook.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# A spreadsheet reads a cell that begins so as a formula, and a formula can fetch and send.
# The apostrophe is among them so that taking one away restores every cell.
_FORMULA = "=+-@\t\r＝＋－＠'"


def tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> pd.DataFrame:
    """Write each table as CSV and Parquet.

    Lists in cells become JSON text in CSV and stay lists in Parquet. In the
    text columns of the CSV, a cell that begins with ``=``, ``+``, ``-``, ``@``,
    a tab, a carriage return or an apostrophe gets an apostrophe in front, so
    that no spreadsheet runs it; take one leading apostrophe away to read it
    back. Numbers are untouched, and Parquet holds every text as it is.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The names become file names. An index with a name becomes a column.
    folder : str or pathlib.Path
        Made if it does not exist.

    Returns
    -------
    pandas.DataFrame
        One row a table: name, rows, columns.

    Raises
    ------
    ValueError
        If a name is not fit for a file.

    Examples
    --------
    >>> import tempfile
    >>> notes = pd.DataFrame({"doc": ["nl", "fr"], "note": ["=1+1", "plain"], "n": [-1, 2]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tables({"notes": notes}, folder)
    ...     print((Path(folder) / "notes.csv").read_text())
        name  rows  columns
    0  notes     2        3
    doc,note,n
    nl,'=1+1,-1
    fr,plain,2
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, given in tables.items():
        if not re.fullmatch(r"[A-Za-z0-9][\w-]*", name, flags=re.ASCII):
            raise ValueError(f"{name!r} is no name for a file; use letters, digits, - and _")
        table = flat(given)
        table.to_parquet(place / f"{name}.parquet", index=False)
        # With \r in the line end, a bare \r inside a cell is quoted as well.
        text = csv(table).to_csv(index=False, lineterminator="\r\n")
        (place / f"{name}.csv").write_bytes(text.encode("utf-8"))
        rows.append((name, len(table), table.shape[1]))
    return pd.DataFrame(rows, columns=["name", "rows", "columns"])


def csv(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as its CSV holds it: lists as JSON, no cell that a spreadsheet would run.

    >>> csv(pd.DataFrame({"claim": ["@a"], "evidence": [[{"doc": "nl"}]]})).iloc[0].to_list()
    ["'@a", '[{"doc": "nl"}]']
    """
    shown = {_plain(str(name)): _plain_column(column) for name, column in table.items()}
    return pd.DataFrame(shown, index=table.index)


def cell(value: Any) -> Any:
    """Return a value as one cell holds it: tables, lists, dicts and arrays as JSON.

    >>> cell(np.array(["a", "é"])), cell(1.5)
    ('["a", "é"]', 1.5)
    """
    if isinstance(value, pd.DataFrame):
        return value.to_json(orient="records", force_ascii=False)
    if isinstance(value, list | tuple | dict | np.ndarray):
        return json.dumps(value, ensure_ascii=False, default=_json)
    return value


def flat(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose index is in its columns if it says anything, named by strings.

    >>> flat(pd.DataFrame([[0.5]], index=pd.Index(["nl-001"], name="passage")))
      passage    0
    0  nl-001  0.5
    """
    named = any(name is not None for name in table.index.names)
    whole = table.reset_index() if named else table
    return whole.set_axis([str(name) for name in whole.columns], axis=1)


def _plain_column(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column without what a spreadsheet would run."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.where(~column.str.startswith(tuple(_FORMULA), na=False), "'" + column)
    text = column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype)
    return column.map(_plain) if text else column


def _plain(value: Any) -> Any:
    """Return a cell without what a spreadsheet would run; lists and dicts as JSON."""
    value = cell(value)
    return "'" + value if isinstance(value, str) and value.startswith(tuple(_FORMULA)) else value


def _json(value: Any) -> Any:
    """Return what JSON can hold of numpy's arrays and numbers, and the text of all else."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else str(value)
