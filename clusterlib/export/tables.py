"""Tables as CSV, as Parquet, and in one Excel workbook with a data dictionary.

Tables of any make come in; files go out that no spreadsheet runs: in each a text is a text.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clusterlib import schema

# A spreadsheet reads a cell that begins so as a formula, and a formula can fetch and send.
# The apostrophe is among them so that taking one away restores every cell.
_FORMULA = "=+-@\t\r＝＋－＠'"


def tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> pd.DataFrame:
    """Write each table as CSV and Parquet.

    Lists in cells become JSON text in CSV and stay lists in Parquet. In the CSV, a text that begins
    with ``=``, ``+``, ``-``, ``@``, a tab, a carriage return or an apostrophe gets an apostrophe in
    front, so that no spreadsheet runs it; take one leading apostrophe away to read it back.

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
    ...     listing = tables({"notes": notes}, folder)
    ...     print((Path(folder) / "notes.csv").read_text())
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


# What Excel takes: rows of a sheet, letters of a cell and of a sheet's name.
ROWS, LETTERS, NAME = 1_048_576, 32_767, 31
CUT = " […] cut: Excel takes no more"
NARROW, WIDE = 10, 60
DICTIONARY = "dictionary"
# Of more rows than these with a decision or a weight, those are shown that give a code or have
# a weight: nobody reads the others.
DECISIONS = 5_000
GIVEN = {"coded": "give a code", "weight": "have a weight"}
# Whatever a text holds, it stays a text: no formula, link or number comes of it.
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def workbook(tables: Mapping[str, pd.DataFrame], path: str | Path) -> Path:
    """Write tables into one Excel workbook, a sheet each, the first being the data dictionary.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tables by name; with the names of `clusterlib.schema` the dictionary says what each
        column means. An index with a name becomes a column.
    path : str or pathlib.Path
        Where to write; by convention it ends on ``.xlsx``.

    Returns
    -------
    pathlib.Path
        The file, of the same bytes for the same tables.

    Raises
    ------
    ValueError
        With every table that Excel has no room for, and every name that two sheets would share.

    Notes
    -----
    Texts are stored as texts, even those that look like formulas, links or numbers;
    missing values are empty cells. A table or list in a cell, such as the evidence of a claim, is
    written as JSON. A text of more than 32,767 letters is cut, and says so. Of more than 5,000
    decisions on codes, the sheet has those that give a code, and the dictionary says so. CSV and
    Parquet have the whole.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = workbook({"texts": pd.DataFrame({"text": ["=1+1"]})}, f"{folder}/all.xlsx")
    ...     path.stat().st_size > 0
    True
    """
    names = _names(tables)
    given = {table: _given(flat(tables[table])) for table in names}
    notes = [(table, note) for table, (_, note) in given.items() if note]
    cut = pd.DataFrame(notes, columns=["table", "meaning"], dtype="str")
    sheets = {DICTIONARY: pd.concat([dictionary(tables), cut], ignore_index=True)}
    sheets |= {names[table]: rows for table, (rows, _) in given.items()}
    options = {"engine": "xlsxwriter", "engine_kwargs": {"options": OPTIONS}}
    with pd.ExcelWriter(path, **options) as writer:  # type: ignore[call-overload]
        # A fixed date: the same tables give the same bytes.
        about = {"created": datetime(2000, 1, 1), "title": "Tables of the analysis"}
        writer.book.set_properties(about)
        body = writer.book.add_format({"text_wrap": True, "valign": "top"})
        head = writer.book.add_format({"bold": True, "bottom": 1})
        for name, table in sheets.items():
            shown = table.map(_as_cell)
            shown.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0), inf_rep="inf")
            for place, column in enumerate(shown):
                longest = shown.iloc[:, place].astype(str).str.len().max() if len(shown) else 0
                width = min(max(NARROW, len(str(column)) + 2, longest + 1), WIDE)
                writer.sheets[name].set_column(place, place, width, body)
            writer.sheets[name].set_row(0, None, head)
            if len(shown.columns):
                writer.sheets[name].autofilter(0, 0, len(shown), len(shown.columns) - 1)
    return Path(path)


def dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Describe the columns of tables, an index with a name among them: what they hold and mean.

    >>> dictionary({"texts": pd.DataFrame({"lang": ["fr"]})})[["type", "meaning"]].values.tolist()
    [['text', 'language of the text, as a BCP 47 tag such as fr or nb']]
    """
    rows = []
    for name, table in tables.items():
        promised = schema.promised(name)
        for column, values in flat(table).items():
            meaning = schema.meaning(str(column), name)
            rows.append((name, column, _type(values), column in promised, meaning))
    return pd.DataFrame(rows, columns=["table", "column", "type", "promised", "meaning"])


def _given(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the rows of a long table of decisions that give something, and say so."""
    column = next((column for column in GIVEN if column in table), "")
    if len(table) <= DECISIONS or not column:
        return table, ""
    given = table[table[column].astype(bool)]
    return given, f"the {len(given):,} of {len(table):,} rows that {GIVEN[column]}; CSV has all"


def _type(values: "pd.Series[Any]") -> str:
    if pd.api.types.is_bool_dtype(values):
        return "yes/no"
    if pd.api.types.is_integer_dtype(values):
        return "whole number"
    return "number" if pd.api.types.is_float_dtype(values) else "text"


def _names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return a name that Excel takes for each table, or report all that do not fit."""
    names = {table: re.sub(r"[\[\]:*?/\\]", " ", table).strip("' ")[:NAME] for table in tables}
    faults = [f"{table!r}: has no name that Excel takes" for table in names if not names[table]]
    seen = {DICTIONARY: "the data dictionary", "history": "Excel"}
    for table, name in names.items():
        if name and name.lower() in seen:
            faults.append(f"{table!r}: the sheet {name!r} is taken by {seen[name.lower()]}")
        seen.setdefault(name.lower(), repr(table))
    for table, frame in tables.items():
        if len(frame) >= ROWS:
            faults.append(f"{table!r}: has {len(frame)} rows; Excel takes {ROWS - 1} and a header")
    if faults:
        raise ValueError("\n".join([f"{len(faults)} table(s) do not fit:", *faults]))
    return names


def _as_cell(value: Any) -> Any:
    """Return a value as the workbook holds it: numbers and yes or no as such, all else as text."""
    value = cell(value)
    if isinstance(value, bool | int | float | np.bool_ | np.number):
        return value
    return value if not isinstance(value, str) and pd.isna(value) else _shorten(str(value))


def _shorten(text: str) -> str:
    """Cut a text that Excel would refuse; it counts a character beyond U+FFFF twice.

    >>> len(_shorten("a" * 40_000))
    32767
    """
    if 2 * len(text) <= LETTERS or len(text.encode("utf-16-le", "replace")) <= 2 * LETTERS:
        return text
    units = text.encode("utf-16-le", "replace")[: 2 * (LETTERS - len(CUT))]
    return units.decode("utf-16-le", "ignore") + CUT
