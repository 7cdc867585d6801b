"""Sheets for coding by hand: written without a trace of the machine, read back with all faults."""

from pathlib import Path

import pandas as pd

from clusterlib import cells, schema
from clusterlib.codes import book as books
from clusterlib.problems import Problems

COLUMNS = ("passage", "codes")
# How faults call it.
SHEET, SUBJECT = "sheet", "the sheet"


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
    clusterlib.problems.InputError
        If passage or text is missing, or a passage stands there twice.

    Examples
    --------
    >>> sheet(pd.DataFrame({"passage": ["a-001"], "text": ["A fair."]})).columns.tolist()
    ['passage', 'text', 'codes', 'note']
    """
    schema.check(passages, "passages to code")
    names = [name for name in ("passage", "doc", "lang", "text", "english") if name in passages]
    table = passages.sort_values("passage", ignore_index=True)[names].assign(codes="", note="")
    if path is not None:
        cells.write(table, path)
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
    clusterlib.problems.InputError
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
    problems = Problems(of_cells=True)
    table = cells.read(source, SHEET, problems)
    broken = problems.count_errors()
    if broken and not len(table.columns):
        problems.raise_errors(SUBJECT)
    table = table.apply(lambda column: column.str.strip())
    absent = [name for name in COLUMNS if name not in table]
    for name in absent:
        problems.error(SHEET, "missing column", f"the column {name!r} is missing", column=name)
    if not absent:
        expected = None if passages is None else set(passages["passage"])
        _check_passages(table, expected, problems)
        # A passage may stand on a row that is broken.
        for passage in sorted((expected or set()) - set(table["passage"])) if not broken else []:
            message = f"the passage {passage!r} is missing"
            problems.error(SHEET, "missing passage", message, column="passage", value=passage)
        _check_codes(table, set(book["code"]), problems)
    problems.raise_errors(SUBJECT)
    table = table.sort_values("passage", ignore_index=True)
    given = [set(_split(codes)) for codes in table["codes"]]
    notes = table["note"] if "note" in table else pd.Series("", index=table.index)
    rows = [
        (passage, code, dimension, code in coded, note)
        for passage, coded, note in zip(table["passage"], given, notes, strict=True)
        for code, dimension in zip(book["code"], book["dimension"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["passage", "code", "dimension", "coded", "note"])


def _check_passages(table: pd.DataFrame, expected: set[str] | None, problems: Problems) -> None:
    seen: dict[str, int] = {}
    for line, passage in zip(table.index.tolist(), table["passage"].tolist(), strict=True):
        if not passage:
            problems.error(SHEET, "missing value", "the passage has no name", line, "passage")
        elif passage in seen:
            message = f"{passage!r} is coded on line {seen[passage]} already"
            problems.error(SHEET, "duplicate passage", message, line, "passage", passage)
        elif expected is not None and passage not in expected:
            message = f"there is no passage {passage!r}"
            problems.error(SHEET, "unknown passage", message, line, "passage", passage)
        seen.setdefault(passage, line)


def _check_codes(table: pd.DataFrame, codes: set[str], problems: Problems) -> None:
    import difflib

    for line, cell in zip(table.index.tolist(), table["codes"].tolist(), strict=True):
        for code in sorted(set(_split(cell)) - codes):
            near = difflib.get_close_matches(code, sorted(codes), 1)
            hint = f"; is it {near[0]!r}?" if near else ""
            message = f"the codebook has no code {code!r}{hint}"
            problems.error(SHEET, "unknown code", message, line, "codes", code)
    if not table["codes"].str.strip(" |").any():
        problems.error(SHEET, "empty", "no passage has a code; is this the filled sheet?")


def _split(codes: str) -> list[str]:
    return [part.strip() for part in codes.split("|") if part.strip()]
