"""Load texts: from a folder, a file, a glob or a list, in any common format, to one table."""

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Literal, overload

import pandas as pd

from clusterlib import schema
from clusterlib.load import ids, language, published
from clusterlib.load.faults import Faults, LoadError, LoadWarning
from clusterlib.load.files import Source, find
from clusterlib.load.read import records
from clusterlib.load.record import COLUMNS, Record
from clusterlib.load.registry import Entry, choose

__all__ = ["LoadError", "LoadWarning", "documents", "seeds"]


def seeds() -> Path:
    """Return the folder of the five seed texts.

    Returns
    -------
    pathlib.Path
        That of the repository, or the copy that an installed package carries.

    Examples
    --------
    >>> sorted(path.name for path in seeds().glob("nl*.txt"))
    ['nl-clusterregisseurs.txt']
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"


@overload
def documents(
    source: Source | None = ...,
    *,
    errors: Literal["raise"] = ...,
    max_mb: float | None = ...,
) -> pd.DataFrame: ...
@overload
def documents(
    source: Source | None = ...,
    *,
    errors: Literal["report"],
    max_mb: float | None = ...,
) -> tuple[pd.DataFrame, pd.DataFrame]: ...
def documents(
    source: Source | None = None,
    *,
    errors: Literal["raise", "report"] = "raise",
    max_mb: float | None = 50,
) -> pd.DataFrame | tuple[pd.DataFrame, pd.DataFrame]:
    """Load texts into the documents table.

    Parameters
    ----------
    source : path, glob, or list of them, optional
        Folders are read recursively: ``.txt .md .html .jsonl .csv .parquet``,
        the web archives ``.warc .wet``, and all of them packed (``.gz``).
        A ``registry.csv`` in a folder says which files count, there and below,
        and what is known of them. None loads the five seed texts.
    errors : {"raise", "report"}
        ``"raise"`` stops on any fault, with all of them in one message;
        ``"report"`` goes on with the good texts and also returns the faults.
    max_mb : float or None
        Files that are larger, or unpack to more, are faults; None lifts the limit.

    Notes
    -----
    Without a registry the language is identified, and ids are made from file
    names: the path below the folder that was given, ``-`` for ``/``, without
    the suffix; rows of a table add the number of their line. Files that would
    share an id are told apart by their suffix, and files of several sources by
    their parent folders. A file that is reached twice counts once, under the
    outermost folder. So ids depend on which sources are loaded together, and
    never on their order.

    Returns
    -------
    documents : pandas.DataFrame
        One row per text, sorted by ``doc``: doc, initiative, country, region,
        lang (BCP 47), lang_identified, title, published (ISO, as precise as it
        is stated), source, file, line, format, encoding, sha256 (of the file,
        or of the text where a file holds many) and text.
    faults : pandas.DataFrame
        Only with ``errors="report"``: file, line, severity, fault, message.

    Raises
    ------
    LoadError
        With ``errors="raise"``, if any input is missing, empty, binary, too
        large, changed since it was registered, or lacks a column or an id.

    Warns
    -----
    LoadWarning
        With ``errors="raise"``, if a declared language or date disagrees with
        the text or cannot be read, a text occurs twice, or a file, a column or
        a part of a page was left out.

    Examples
    --------
    >>> documents()[["doc", "lang", "published"]].head(2)
      doc lang   published
    0  bg   bg  2022-03-31
    1  de   de         NaN
    """
    if errors not in ("raise", "report"):
        raise ValueError(f"errors={errors!r}; expected 'raise' or 'report'")
    faults = Faults()
    found = _gather(seeds() if source is None else source, faults, max_mb)
    rows = [_row(record, faults) for record in ids.give(found, faults)]
    table = pd.DataFrame(rows, columns=COLUMNS).astype(
        {"line": "Int64"} | {name: "str" for name in COLUMNS if name != "line"}
    )
    table = table.sort_values("doc", ignore_index=True)
    _warn_of_copies(table, faults)
    schema.check(table, "documents")
    if errors == "report":
        return table, faults.table()
    listed = faults.table()
    if (listed["severity"] == "error").any():
        raise LoadError(listed)
    if len(listed):
        warnings.warn(LoadWarning(listed), stacklevel=2)
    return table


def _gather(source: Source, faults: Faults, max_mb: float | None) -> list[Record]:
    """Read every file; what a registry says of a file goes before what the file says."""
    found: list[Record] = []
    for entry in choose(find(source, faults), faults):
        rows = records(entry.file, faults, max_mb, entry.sha256)
        found += [_described(record, entry, len(rows)) for record in rows] if entry.said else rows
    return found


def _described(record: Record, entry: Entry, rows: int) -> Record:
    """Add what the registry says; of a table with many rows, its id leads theirs."""
    said = record.said | entry.said
    if rows > 1:
        own = record.said.get("doc") or f"{record.line:06d}"
        said["doc"] = f"{entry.said['doc']}-{own}"
    return replace(record, said=said, registered=entry.place)


def _row(record: Record, faults: Faults) -> dict[str, object]:
    """Make a row of the documents table, checking what is declared against the text."""
    said = record.said
    lang, identified = language.settle(record, faults)
    return {
        **{name: said.get(name) for name in ("doc", "initiative", "country", "region", "title")},
        "lang": lang,
        "lang_identified": identified,
        "published": published.settle(record, lang, faults),
        "source": said.get("source", record.file),
        "file": record.file,
        "line": record.line,
        "format": record.format,
        "encoding": said["encoding"],
        "sha256": record.sha256,
        "text": record.text,
    }


def _warn_of_copies(table: pd.DataFrame, faults: Faults) -> None:
    """Note texts that occur more than once; each stays, under its own id."""
    first: dict[str, str] = {}
    columns = ["doc", "file", "line", "text"]
    for doc, file, line, text in table[columns].astype(object).to_numpy().tolist():
        if text in first:
            message = f"the text of {doc!r} is the same as that of {first[text]!r}"
            faults.warn(file, "duplicate text", message, None if pd.isna(line) else line)
        first.setdefault(text, doc)
