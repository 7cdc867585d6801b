"""The report of a run: its findings, the texts that they quote, and its tables."""

import hashlib
import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from clusterlib import load
from clusterlib.embed.files import replace
from clusterlib.run.options import FAST, Options
from clusterlib.run.publish import ENTRY
from clusterlib.run.store import digest, sync

if TYPE_CHECKING:
    from clusterlib.export import Provenance

MADE = "made.json"
# Pages of texts that nobody quotes, and rows of a table that a reader opens as CSV.
PAGES, ROWS = 200, 200_000
# Too long to be read, or in the report already as what it leaves out.
NOT_SHOWN = {"vectors", "left_out"}


def report(root: Path, options: Options | None = None) -> tuple[dict[str, Any], bool]:
    """Write the report of the tables of a run, unless it stands there unharmed.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the run, with its tables.
    options : Options, optional
        What was run: the report says with which encoder, seed and codebook. By
        default it says nothing of them, and takes the codebook for that of the
        seeds.

    Returns
    -------
    dict
        page, findings, the texts with a page, and what was left out.
    bool
        Whether it was written.
    """
    used = _used(options)
    folder, key = root / "report", _key(root, used)
    known = _known(folder, key)
    if known is not None:
        return known, False
    # A report that is not whole is never in its place.
    beside = root / ".report"
    shutil.rmtree(beside, ignore_errors=True)
    told = _write(root / "tables", beside, used, options.book if options else None)
    files = {path.relative_to(beside).as_posix(): digest(path) for path in _files(beside)}
    entry = {"key": key, "told": told, "files": files}
    replace(beside / MADE, json.dumps(entry, indent=1, sort_keys=True).encode())
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    sync(root)
    return told, True


def _used(options: Options | None) -> "Provenance":
    """Return what a reader has to know of the options, and the tables that they name."""
    # Imported here and below: runs in other processes have no use for templates.
    from clusterlib.export import Provenance
    from clusterlib.export.site import package_data

    if options is None:
        return Provenance(files=tuple(package_data()))
    encoder = options.base()
    found = "the most stable number"
    told = {
        "Encoder": f"{encoder.name}, revision {encoder.revision}",
        "Vectors": "of words, added up" if options.encoder == FAST else "of whole passages",
        "Seed": str(options.seed),
        "Topics": str(options.topics or found),
        "Themes": str(options.themes or found),
        "Sample": f"{options.sample:,} passages at most, on which these are fitted",
    }
    book = options.book or Path(load.seeds()) / "codebook.csv"
    told["Codebook"] = book.name if options.book else "that of the package"
    reading = [Path(options.reading)] if options.reading else []
    return Provenance(told, (book, *reading, *package_data()))


def _write(source: Path, folder: Path, used: "Provenance", codebook: Path | None) -> dict[str, Any]:
    from clusterlib import export

    tables, notes = {}, []
    for path in sorted(source.glob("*.parquet")):
        rows = pq.ParquetFile(path).metadata.num_rows
        if path.stem in NOT_SHOWN:
            continue
        if rows > ROWS and path.stem not in ("documents", "passages", "ledger", "claims"):
            notes.append(
                f"the table {path.stem} has {rows:,} rows: see the folder tables of the run"
            )
            continue
        tables[path.stem] = pd.read_parquet(path)
    left = pd.read_parquet(source / "left_out.parquet")
    remarks = pd.concat([tables["remarks"], left], ignore_index=True)
    tables["remarks"] = remarks
    notes = [*remarks["remark"].tolist(), *notes]
    export.report([], folder, tables, notes, PAGES, codebook, used)
    pages = len(list((folder / "texts").glob("*.html")))
    # In the order in which it is read back, so that a kept report is told alike.
    return {
        "findings": len(tables["claims"]),
        "left out": notes,
        "page": "report/index.html",
        "texts with a page": pages,
    }


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MADE)


def _key(root: Path, used: "Provenance") -> str:
    """Return the hash of all that a report depends on."""
    told = [importlib.metadata.version("clusterlib"), dict(used.settings), used.hashes()]
    data = (root / "tables" / ENTRY).read_bytes() + json.dumps(told).encode()
    return hashlib.sha256(data).hexdigest()


def _known(folder: Path, key: str) -> dict[str, Any] | None:
    """Return what was told of a report that is what was written for these tables."""
    try:
        entry = json.loads((folder / MADE).read_bytes())
    except (OSError, ValueError):
        return None
    if entry["key"] != key:
        return None
    whole = all(digest(folder / name) == known for name, known in entry["files"].items())
    told: dict[str, Any] = entry["told"]
    return told if whole else None
