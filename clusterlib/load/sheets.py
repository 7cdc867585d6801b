"""Workbooks (XLSX): each sheet as rows under the names of its columns."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clusterlib.load.office import RefusedError, open_package


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet, with the number that the program shows, and what could not be had.

    ``without_value`` holds line and column of formulas whose value was never computed.
    """

    name: str
    columns: list[str]
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    without_value: list[tuple[int, str]] = field(default_factory=list)


def read_sheets(data: bytes, most: int | None) -> Iterator[Sheet]:
    """Read the sheets of a workbook; of a formula the value that was computed last.

    Parameters
    ----------
    data : bytes
        The file.
    most : int or None
        Bytes that all its parts together may have.

    Yields
    ------
    Sheet
        The first row that holds something names the columns.

    Raises
    ------
    RefusedError
        If it is no workbook, holds macros, is encrypted or too large.

    Examples
    --------
    >>> import openpyxl
    >>> book, file = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["id", "text"], [1, "Ein Text."], [2, "=1+1"]):
    ...     book.active.append(row)
    >>> book.save(file)
    >>> [(sheet.rows, sheet.without_value) for sheet in read_sheets(file.getvalue(), None)]
    [([(2, {'id': 1, 'text': 'Ein Text.'})], [(3, 'text')])]
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    open_package(data, ".xlsx", most)
    with warnings.catch_warnings():
        # Of what is no cell: pictures, rules of validation.
        warnings.simplefilter("ignore")
        try:
            values, formulas = (
                openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=only)
                for only in (True, False)
            )
        except (InvalidFileException, KeyError, ValueError, OSError) as error:
            raise RefusedError("broken file", f"no workbook that can be read: {error}") from None
        for sheet in values.worksheets:
            pairs = zip(sheet.iter_rows(), formulas[sheet.title].iter_rows(), strict=True)
            yield _read_sheet(sheet.title, pairs)


def _read_sheet(name: str, pairs: Iterator[tuple[Any, Any]]) -> Sheet:
    found = Sheet(name, [])
    for number, (cells, written) in enumerate(pairs, start=1):
        values = [cell.value for cell in cells]
        if not found.columns:
            found.columns.extend("" if value is None else str(value).strip() for value in values)
            if not any(found.columns):
                found.columns.clear()
            continue
        missing = {
            column
            for column, cell, value in zip(found.columns, written, values, strict=False)
            if cell.data_type == "f" and value is None
        }
        found.without_value.extend((number, column) for column in sorted(missing))
        row = {
            column: value
            for column, value in zip(found.columns, values, strict=False)
            if column and value is not None
        }
        if row and not any(column.lower() in ("text", "content", "body") for column in missing):
            found.rows.append((number, row))
    return found
