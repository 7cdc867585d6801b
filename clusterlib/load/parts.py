"""Load in parts: which files there are, what each of them holds, and all of them together.

Only the second takes long, and needs no other file; so a run does it in many processes.
"""

import json
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clusterlib import schema
from clusterlib.load import ids, language, published
from clusterlib.load.faults import Faults, listed
from clusterlib.load.files import File, Source, find
from clusterlib.load.read import records
from clusterlib.load.record import COLUMNS, Record
from clusterlib.load.registry import choose

FILES = ["file", "path", "said", "registered", "sha256"]
KINDS = {"line": "Int64"} | {name: "str" for name in (*COLUMNS, "registered") if name != "line"}


def files(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the files of a source that are to be read.

    Parameters
    ----------
    source : path, glob, or list of them
        As `clusterlib.load.documents` takes it.

    Returns
    -------
    files : pandas.DataFrame
        file (its name) and path; said (what a registry says of it, as JSON),
        registered (where it does) and sha256 (that it expects).
    faults : pandas.DataFrame
        As `read` returns them.
    """
    faults = Faults()
    rows = [
        (entry.file.name, str(entry.file.path), json.dumps(entry.said), entry.place, entry.sha256)
        for entry in choose(find(source, faults), faults)
    ]
    table = pd.DataFrame(rows, columns=FILES, dtype="str")
    return table, faults.table().assign(of_text=False)


def read(files: pd.DataFrame, max_mb: float | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read files, each for itself.

    Parameters
    ----------
    files : pandas.DataFrame
        Some of those that `files` lists.
    max_mb : float or None
        As `clusterlib.load.documents` takes it.

    Returns
    -------
    texts : pandas.DataFrame
        As documents, with the id that is declared if there is one, and registered.
    faults : pandas.DataFrame
        Those of a text (column of_text) count only where it gets an id.
    """
    of_files, of_texts, rows = Faults(), Faults(), []
    for row in files.astype(object).to_dict("records"):
        file = File(row["file"], Path(row["path"]), Path(row["path"]).parent)
        expected = None if pd.isna(row["sha256"]) else row["sha256"]
        found = records(file, of_files, max_mb, expected)
        if said := json.loads(row["said"]):
            found = [_described(record, said, row["registered"], len(found)) for record in found]
        rows += [_row(record, of_texts) for record in found]
    texts = pd.DataFrame(rows, columns=[*COLUMNS, "registered"]).astype(KINDS)
    parts = [of_files.table().assign(of_text=False), of_texts.table().assign(of_text=True)]
    return texts, pd.concat(parts, ignore_index=True)


def joined(texts: pd.DataFrame, faults: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the texts of all files their ids, and note which occur twice.

    Parameters
    ----------
    texts, faults : pandas.DataFrame
        As `read` returns them, of all files in the order in which they are listed;
        faults also of `files`.

    Returns
    -------
    documents, faults : pandas.DataFrame
        As `clusterlib.load.documents` returns them.
    """
    own = Faults()
    columns = ["file", "line", "doc", "registered"]
    found = [
        Record(file, _known(line), "", "", "", {} if pd.isna(doc) else {"doc": doc}, registered)
        for file, line, doc, registered in texts[columns].astype(object).to_numpy().tolist()
    ]
    kept = ids.give(found, own)
    table = texts.iloc[list(kept)].assign(doc=pd.Series(kept, dtype="str"))[COLUMNS]
    table = table.sort_values("doc", ignore_index=True)
    _note_copies(table, own)
    refused = {(record.file, record.line) for n, record in enumerate(found) if n not in kept}
    places = faults[["file", "line"]].astype(object).to_numpy().tolist()
    gone = np.array([(file, _known(line)) in refused for file, line in places], dtype=bool)
    rest = faults[~(faults["of_text"].to_numpy() & gone)].drop(columns="of_text")
    told = pd.concat([rest, own.table()], ignore_index=True)
    return schema.check(table, "documents"), listed(told)


def _known(line: Any) -> int | None:
    return None if pd.isna(line) else int(line)


def _described(record: Record, said: dict[str, str], place: str, rows: int) -> Record:
    """Add what the registry says; of a table with many rows, its id leads theirs."""
    both = record.said | said
    if rows > 1:
        own = record.said.get("doc") or f"{record.line:06d}"
        both["doc"] = f"{said['doc']}-{own}"
    return replace(record, said=both, registered=place)


def _row(record: Record, faults: Faults) -> dict[Hashable, object]:
    """Make a row of the table, checking what is declared against the text."""
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
        "registered": record.registered,
    }


def _note_copies(table: pd.DataFrame, faults: Faults) -> None:
    """Note texts that occur more than once; each stays, under its own id."""
    first: dict[str, str] = {}
    columns = ["doc", "file", "line", "text"]
    for doc, file, line, text in table[columns].astype(object).to_numpy().tolist():
        if text in first:
            message = f"the text of {doc!r} is the same as that of {first[text]!r}"
            faults.warn(file, "duplicate text", message, _known(line))
        first.setdefault(text, doc)
