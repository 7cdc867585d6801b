"""Load texts: from a folder, a file, a glob or a list, in any common format, to one table."""

import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal, overload

import pandas as pd

from clusterlib import dates, schema
from clusterlib.load import language
from clusterlib.load.faults import Faults, LoadError, LoadWarning
from clusterlib.load.files import Source, find
from clusterlib.load.read import Record, records
from clusterlib.load.registry import entries

__all__ = ["LoadError", "LoadWarning", "documents", "seeds"]

COLUMNS = (
    "doc initiative country region lang lang_identified title published "
    "source file line format encoding sha256 text"
).split()
# A page states its date near its top or at its very end, not in between.
TOP, BOTTOM = 12, 4


def seeds() -> Path:
    """Return the folder of the five seed texts.

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
        Folders are read recursively: ``.txt .md .html .jsonl .csv .parquet``.
        A ``registry.csv`` in a folder says which files count and what is known
        of them; without one, ids come from file names and the language is
        identified. None loads the five seed texts.
    errors : {"raise", "report"}
        ``"raise"`` stops on any fault, with all of them in one message;
        ``"report"`` goes on with the good texts and also returns the faults.
    max_mb : float or None
        Larger files are faults; None lifts the limit.

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
        the text, a text occurs twice, or a file was left out.

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
    rows = [_row(record, faults) for record in _with_ids(found, faults)]
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
    files, registries = find(source, faults)
    found: list[Record] = []
    for registry in registries:
        for file, entry in entries(registry, faults):
            found += [_described(record, entry, faults) for record in records(file, faults, max_mb)]
    for file in files:
        found += records(file, faults, max_mb)
    return found


def _described(record: Record, entry: dict[str, str], faults: Faults) -> Record:
    """Add what the registry says, and check the hash that it remembers."""
    expected = entry.get("sha256", record.sha256)
    if expected != record.sha256:
        message = (
            f"its content changed: sha256 is {record.sha256[:12]}…, registry.csv expects "
            f"{expected[:12]}…; restore the file, or register the new hash"
        )
        faults.error(record.file, "changed", message, record.line)
    said = record.said | {
        key: value for key, value in entry.items() if key not in ("file", "sha256")
    }
    return replace(record, said=said)


def _with_ids(found: list[Record], faults: Faults) -> list[Record]:
    """Give every record its id: declared, or made from its file name; refuse repeated ones."""
    short = {record.file: record.file.rsplit(".", 1)[0].replace("/", "-") for record in found}
    shared = Counter(short.values())
    kept: dict[str, Record] = {}
    for record in found:
        stem = short[record.file]
        name = stem if shared[stem] == 1 else record.file.replace("/", "-").replace(".", "-")
        doc = record.said.get("doc") or (
            name if record.line is None else f"{name}-{record.line:06d}"
        )
        if doc in kept:
            first = kept[doc]
            place = first.file if first.line is None else f"{first.file}, line {first.line}"
            message = f"the id {doc!r} is taken by {place}; ids must differ"
            faults.error(record.file, "duplicate id", message, record.line)
        else:
            kept[doc] = replace(record, said=record.said | {"doc": doc})
    return list(kept.values())


def _row(record: Record, faults: Faults) -> dict[str, object]:
    """Make a row of the documents table, checking what is declared against the text."""
    said = record.said
    lang, identified = language.settle(record, faults)
    return {
        **{name: said.get(name) for name in ("doc", "initiative", "country", "region", "title")},
        "lang": lang,
        "lang_identified": identified,
        "published": _published(record, lang, faults),
        "source": said.get("source", record.file),
        "file": record.file,
        "line": record.line,
        "format": record.format,
        "encoding": said["encoding"],
        "sha256": record.sha256,
        "text": record.text,
    }


def _published(record: Record, lang: str, faults: Faults) -> str | None:
    """Return the declared date, else the one that the text states."""
    lines = [line for line in record.text.splitlines() if line.strip()]
    edge = lines[:TOP] + lines[max(TOP, len(lines) - BOTTOM) :]
    stated = next((found.iso for line in edge if (found := dates.stated(line, lang))), None)
    declared = record.said.get("published")
    if declared is None:
        return stated
    iso = dates.normal(declared, lang)
    if iso is None:
        message = f"published is {declared!r}; expected a date such as 2023-10-31 or 2023-10"
        faults.warn(record.file, "unclear date", message, record.line)
        return stated
    if stated and not (stated.startswith(iso) or iso.startswith(stated)):
        message = f"published is {iso}, but the text states {stated}; {iso} is used"
        faults.warn(record.file, "date disagrees", message, record.line)
    return iso


def _warn_of_copies(table: pd.DataFrame, faults: Faults) -> None:
    """Note texts that occur more than once; each stays, under its own id."""
    first: dict[str, str] = {}
    columns = ["doc", "file", "line", "text"]
    for doc, file, line, text in table[columns].astype(object).to_numpy().tolist():
        if text in first:
            message = f"the text of {doc!r} is the same as that of {first[text]!r}"
            faults.warn(file, "duplicate text", message, None if pd.isna(line) else line)
        first.setdefault(text, doc)
