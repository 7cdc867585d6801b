"""Keep what a run makes: tables of stages in checked parts, and one file a table for readers.

A folder counts as whole by its entry, ``stage.json``, written last: the key of all that the folder
is made from, and the hash of every file. A part of a stage has an entry of its own,
``00000.json``. (`joblib.Memory` keeps results as well, but does not see that one is damaged.)
"""

import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from clusterlib.embed import cache

ENTRY = "stage.json"
# Stages that serve the run and no reader.
INNER = {"read"}
Tables = dict[str, pd.DataFrame]


class RunError(Exception):
    """A run cannot go on; the message says why and what to do.

    Examples
    --------
    >>> raise RunError("no space is left to write to; free some and run again")
    Traceback (most recent call last):
    clusterlib.run.store.RunError: no space is left to write to; free some and run again
    """


@dataclass(frozen=True)
class Store:
    """The stages of one run, in the folder that it writes to."""

    root: Path

    def folder(self, stage: str) -> Path:
        """Return where a stage is."""
        return self.root / "stages" / stage

    def entry(self, stage: str) -> dict[str, Any]:
        """Return key, parts, rows and files of a stage, or nothing where it is not finished."""
        return read_json(self.folder(stage) / ENTRY)

    def sizes(self, stage: str, table: str) -> list[int]:
        """Return how many rows each part of a table has."""
        return [rows.get(table, 0) for rows in self.entry(stage)["sizes"]]

    def read(
        self, stage: str, table: str, part: int, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Read one part of a table, or some columns, if every byte is as it was written."""
        rows: pd.DataFrame = self._read_part(stage, table, part, columns).to_pandas()
        return rows

    def whole(self, stage: str, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return a table, or some of its columns, in one piece."""
        parts = self.filled(stage, table)
        return pd.concat(
            [self.read(stage, table, part, columns) for part in parts], ignore_index=True
        )

    def filled(self, stage: str, table: str) -> list[int]:
        """Return the parts of a table that have rows, or the first if none has."""
        return [part for part, rows in enumerate(self.sizes(stage, table)) if rows] or [0]

    def _read_part(
        self, stage: str, table: str, part: int, columns: list[str] | None = None
    ) -> Any:
        name = _name(table, part)
        path = self.folder(stage) / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RunError(f"{path}: {error.strerror}; run again to make it anew") from None
        if hashlib.sha256(data).hexdigest() != self.entry(stage)["files"].get(name):
            raise RunError(f"{path} is damaged; run again to make it anew")
        # Of small files, twice as fast as with pandas' own reader.
        return pq.ParquetFile(io.BytesIO(data)).read(columns)

    def begin(self, stage: str) -> None:
        """Make a stage count as unfinished; its parts stay."""
        self.folder(stage).mkdir(parents=True, exist_ok=True)
        (self.folder(stage) / ENTRY).unlink(missing_ok=True)

    def write(self, stage: str, key: str, tables: Tables, part: int) -> dict[str, Any]:
        """Write one part of the tables of a stage, and then the entry that makes it count."""
        folder, hashes = self.folder(stage), {}
        for name, table in tables.items():
            path = folder / _name(name, part)
            path.parent.mkdir(exist_ok=True)
            rows = pa.Table.from_pandas(table, preserve_index=False)
            hashes[_name(name, part)] = _write_table(path, rows)
        entry = {
            "key": key,
            "files": hashes,
            "rows": {name: len(table) for name, table in tables.items()},
        }
        write_json(folder / f"{part:05d}.json", entry)
        return entry

    def written(self, stage: str, key: str, part: int) -> dict[str, Any] | None:
        """Return the entry of a part that was made from the same, if it is whole."""
        entry = read_json(self.folder(stage) / f"{part:05d}.json")
        same = entry.get("key") == key and not changed_files(self.folder(stage), entry)
        return entry if same else None

    def keep_model(self, stage: str, model: object) -> str:
        """Keep what was fitted for those who apply it; return its name."""
        data = pickle.dumps(model)
        name = f"{hashlib.sha256(data).hexdigest()}.model"
        cache.replace(self.folder(stage) / name, data)
        return name

    def read_model(self, stage: str, name: str) -> Any:
        """Return what was fitted."""
        data = (self.folder(stage) / name).read_bytes()
        if f"{hashlib.sha256(data).hexdigest()}.model" != name:
            raise RunError(f"the model of {stage} is damaged; run again to make it anew")
        return pickle.loads(data)

    def finish(self, stage: str, key: str, entries: list[dict[str, Any]]) -> None:
        """Make a stage count, and remove what is not of it."""
        folder, sizes = self.folder(stage), [entry["rows"] for entry in entries]
        hashes = {name: sha256 for entry in entries for name, sha256 in entry["files"].items()}
        kept = {*hashes, *(f"{part:05d}.json" for part in range(len(entries)))}
        for path in list(folder.rglob("*")):
            if path.is_file() and path.relative_to(folder).as_posix() not in kept:
                path.unlink()
        names = dict.fromkeys(name for rows in sizes for name in rows)
        totals = {name: sum(rows.get(name, 0) for rows in sizes) for name in names}
        summary = {"key": key, "parts": len(entries), "rows": totals, "sizes": sizes}
        write_json(folder / ENTRY, {**summary, "files": hashes})

    def publish(self, stages: Sequence[str]) -> None:
        """Write ``tables/NAME.parquet`` for every table, unless all are as they should be."""
        stages = [stage for stage in stages if stage not in INNER]

        def write(folder: Path) -> dict[str, Any]:
            # Of two tables of one name, that of the later stage stays.
            for stage in stages:
                for table in self.entry(stage)["rows"]:
                    parts = [self._read_part(stage, table, n) for n in self.filled(stage, table)]
                    # A column that has no value in one part has its type from another.
                    rows = pa.concat_tables(parts, promote_options="permissive")
                    _write_table(folder / f"{table}.parquet", rows)
            return {}

        keep(self.root / "tables", hash_json([self.entry(s)["files"] for s in stages]), write)


def keep(folder: Path, key: str, write: Callable[[Path], Any]) -> tuple[Any, bool]:
    """Have a folder written, unless it stands there unharmed, made from the same.

    Returns what was said of it when it was written, and whether it was written now.
    """
    entry = read_json(folder / ENTRY)
    if entry.get("key") == key and "summary" in entry and not changed_files(folder, entry):
        return entry["summary"], False
    # One that is not whole is never in its place.
    beside = folder.with_name(f".{folder.name}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    summary = write(beside)
    paths = sorted(path for path in beside.rglob("*") if path.is_file())
    hashes = {path.relative_to(beside).as_posix(): digest(path) for path in paths}
    write_json(beside / ENTRY, {"key": key, "summary": summary, "files": hashes})
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    return summary, True


def _name(table: str, part: int) -> str:
    return f"{table}/{part:05d}.parquet"


def _write_table(path: Path, rows: Any) -> str:
    """Write a table in one step; return the hash of its file."""
    stream = io.BytesIO()
    pq.write_table(rows, stream)
    cache.replace(path, stream.getvalue())
    return hashlib.sha256(stream.getvalue()).hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """Return what a file says, or nothing where it is absent or broken."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file in one step."""
    cache.replace(path, json.dumps(content, indent=1, ensure_ascii=False).encode())


def hash_json(content: Any) -> str:
    """Return the SHA-256 of what can be written as JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None where it cannot be read."""
    try:
        return cache.digest(path)
    except OSError:
        return None


def changed_files(folder: Path, entry: dict[str, Any]) -> list[str]:
    """Return the files of an entry that are not what was written."""
    return [name for name, sha256 in entry["files"].items() if digest(folder / name) != sha256]
