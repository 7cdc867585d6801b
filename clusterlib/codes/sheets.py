"""Sheets for coding by hand: written without a trace of the machine, read back with all faults."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from clusterlib import schema
from clusterlib.codes import book as books
from clusterlib.codes import cells
from clusterlib.codes.cells import FaultsError

COLUMNS = ("passage", "codes")
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@")


class SheetError(FaultsError):
    """A filled coding sheet has faults.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row a fault: line (the header is 1; missing where the whole sheet is
        meant), passage and message.

    Examples
    --------
    >>> import tempfile
    >>> filled = pd.DataFrame({"passage": ["nl-001"], "codes": ["no-such-code"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     filled.to_csv(f"{folder}/sheet.csv", index=False)
    ...     try:
    ...         read_sheet(f"{folder}/sheet.csv")
    ...     except SheetError as error:
    ...         print(error.faults["line"].tolist())
    [2]
    """

    kind = "sheet"
    columns = ("line", "passage", "message")


Fault = tuple[int | None, str, str]


def sheet(passages: pd.DataFrame, path: str | Path | None = None) -> pd.DataFrame:
    """Make an empty coding sheet: texts without scores, to be filled in by a person.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage and text; doc, lang and english if known.
    path : str or pathlib.Path, optional
        Where to write it as CSV, in the encoding that spreadsheets recognise.
        There a text that a spreadsheet would take for a formula begins with an
        apostrophe.

    Returns
    -------
    pandas.DataFrame
        passage, doc, lang, text, english, and codes and note, both empty. Codes
        are written as ``code | code``; no code at all is an answer too.

    Raises
    ------
    clusterlib.schema.TableError
        If passage or text is missing, or a passage stands there twice.

    Examples
    --------
    >>> sheet(pd.DataFrame({"passage": ["a-001"], "text": ["A fair."]})).columns.tolist()
    ['passage', 'text', 'codes', 'note']
    """
    schema.check(passages, "passages to code")
    columns = [name for name in ("passage", "doc", "lang", "text", "english") if name in passages]
    table = passages.sort_values("passage", ignore_index=True)[columns].assign(codes="", note="")
    if path is not None:
        shown = table.fillna("").astype(str)
        shown = shown.map(lambda text: f"'{text}" if text.startswith(FORMULA) else text)
        shown.to_csv(path, index=False, encoding="utf-8-sig")
    return table


def read_sheet(
    source: str | Path | pd.DataFrame, codebook: object = None, passages: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read a coding sheet that a person has filled in.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        passage and codes (``code | code``); note if there is one. A file as any
        spreadsheet saves it.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `read` takes it.
    passages : pandas.DataFrame, optional
        Those that should have been coded, each once.

    Returns
    -------
    pandas.DataFrame
        One row a passage and code: passage, code, dimension, coded and note.

    Raises
    ------
    SheetError
        With every fault: columns that are missing, passages that are unknown,
        missing or coded twice, codes that the codebook does not have, a sheet
        without any code.

    Examples
    --------
    >>> import clusterlib as cl
    >>> coding = read_sheet(cl.load.seeds() / "coding.csv")
    >>> coding.query("passage == 'bg-002' and coded")["code"].tolist()
    ['electric-mobility', 'renewables', 'agreement']
    """
    book = books.read(codebook)  # type: ignore[arg-type]
    table, broken = _texts(source)
    names = None if passages is None else set(passages["passage"])
    absent = [name for name in COLUMNS if name not in table]
    faults = [*broken, *((None, "", f"the column {name!r} is missing") for name in absent)]
    faults += (
        [] if absent else [*_passages(table, names, not broken), *_codes(table, set(book["code"]))]
    )
    if faults:
        raise SheetError(faults)
    table = table.sort_values("passage", ignore_index=True)
    given = [set(_split(codes)) for codes in table["codes"]]
    notes = table["note"] if "note" in table else pd.Series("", index=table.index)
    rows = [
        (passage, code, dimension, code in coded, note)
        for passage, coded, note in zip(table["passage"], given, notes, strict=True)
        for code, dimension in zip(book["code"], book["dimension"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["passage", "code", "dimension", "coded", "note"])


def _texts(source: str | Path | pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return every cell as text, by line; and the rows that are broken."""
    table, broken = cells.read(source)
    faults: list[Fault] = [(line, "", fault) for line, fault in broken]
    if faults and not len(table.columns):
        raise SheetError(faults)
    cleaned: pd.DataFrame = table.apply(lambda column: column.str.strip())
    return cleaned, faults


def _passages(table: pd.DataFrame, names: set[str] | None, whole: bool) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for line, passage in zip(table.index.tolist(), table["passage"].tolist(), strict=True):
        if not passage:
            yield line, "", "the passage has no name"
        elif passage in seen:
            yield line, passage, f"{passage!r} is coded on line {seen[passage]} already"
        elif names is not None and passage not in names:
            yield line, passage, f"there is no passage {passage!r}"
        seen.setdefault(passage, line)
    # A passage may stand on a row that is broken.
    for passage in sorted((names or set()) - set(seen)) if whole else []:
        yield None, passage, f"the passage {passage!r} is missing"


def _codes(table: pd.DataFrame, codes_of_book: set[str]) -> Iterator[Fault]:
    import difflib

    columns = (table.index.tolist(), table["passage"].tolist(), table["codes"].tolist())
    for line, passage, codes in zip(*columns, strict=True):
        parts = _split(codes)
        for code in sorted(set(parts) - codes_of_book):
            near = difflib.get_close_matches(code, sorted(codes_of_book), 1)
            hint = f"; is it {near[0]!r}?" if near else ""
            yield line, passage, f"the codebook has no code {code!r}{hint}"
    if not table["codes"].str.strip(" |").any():
        yield None, "", "no passage has a code; is this the filled sheet?"


def _split(codes: str) -> list[str]:
    return [part.strip() for part in codes.split("|") if part.strip()]
