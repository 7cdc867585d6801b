"""Keep what a run makes: tables of stages in checked parts, and one file a table for readers.

A stage is a folder of tables, each in one file a part. ``00000.json`` makes a part count: it holds
the key of all that the part is made from and the hash of every file; ``stage.json`` makes the
stage count. (`joblib.Memory` keeps results as well, but does not see that one is damaged.)
"""

import hashlib
import io
import json
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from clusterlib.embed import files
from clusterlib.embed.files import replace

# What is kept of a stage, and of the published tables.
STAGE_ENTRY, TABLES_ENTRY = "stage.json", "tables.json"
# Stages that serve the run and no reader.
INNER = {"read", "words"}
Tables = dict[str, pd.DataFrame]


class RunError(Exception):
    """A run cannot go on; the message says why and what to do.

    Examples
    --------
    >>> import clusterlib as cl
    >>> try:
    ...     cl.run.run(cl.run.Options(), cl.load.seeds() / "registry.csv")
    ... except RunError as error:
    ...     print(str(error).rpartition("/")[2])
    registry.csv is a file; name a folder to write to
    """


@dataclass(frozen=True)
class Store:
    """The stages of one run.

    Attributes
    ----------
    root : pathlib.Path
        The folder that the run writes to.

    Examples
    --------
    >>> Store(Path("no-such-folder")).entry("load")
    {}
    """

    root: Path

    def folder(self, stage: str) -> Path:
        """Return where a stage is."""
        return self.root / "stages" / stage

    def entry(self, stage: str) -> dict[str, Any]:
        """Return key, parts, rows and files of a stage, or nothing where it is not finished."""
        return read_json(self.folder(stage) / STAGE_ENTRY)

    def damaged(self, stage: str) -> list[str]:
        """Return the files of a finished stage that are not what was written."""
        return changed_files(self.folder(stage), self.entry(stage)["files"])

    def sizes(self, stage: str, table: str) -> list[int]:
        """Return how many rows each part of a table has."""
        return [rows.get(table, 0) for rows in self.entry(stage)["sizes"]]

    def filled(self, stage: str, table: str) -> list[int]:
        """Return the parts of a table that have rows, or the first if none has."""
        return [part for part, rows in enumerate(self.sizes(stage, table)) if rows] or [0]

    def file(self, stage: str, table: str, part: int) -> pq.ParquetFile:
        """Open one part of a table, if every byte is as it was written."""
        name = _name(table, part)
        path = self.folder(stage) / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RunError(f"{path}: {error.strerror}; run again to make it anew") from None
        if hashlib.sha256(data).hexdigest() != self.entry(stage)["files"].get(name):
            raise _damage(path)
        # Of small files, twice as fast as with pandas' own reader.
        return pq.ParquetFile(io.BytesIO(data))

    def read(
        self, stage: str, table: str, part: int, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Read one part of a table, or some columns, if every byte is as it was written."""
        rows: pd.DataFrame = self.file(stage, table, part).read(columns).to_pandas()
        return rows

    def each(
        self, stage: str, table: str, columns: list[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield the parts of a table that have rows, in order, or the first if none has."""
        for part in self.filled(stage, table):
            yield self.read(stage, table, part, columns)

    def whole(self, stage: str, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return a table, or some of its columns, in one piece."""
        return pd.concat(self.each(stage, table, columns), ignore_index=True)

    def begin(self, stage: str) -> None:
        """Make a stage count as unfinished; its parts stay."""
        self.folder(stage).mkdir(parents=True, exist_ok=True)
        (self.folder(stage) / STAGE_ENTRY).unlink(missing_ok=True)

    def write(self, stage: str, key: str, tables: Tables, part: int) -> dict[str, Any]:
        """Write one part of the tables of a stage, and then the entry that makes it count."""
        entry: dict[str, Any] = {"key": key, "files": {}, "rows": {}}
        for name, table in tables.items():
            stream = io.BytesIO()
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), stream)
            path = self.folder(stage) / _name(name, part)
            path.parent.mkdir(exist_ok=True)
            replace(path, stream.getvalue())
            entry["files"][_name(name, part)] = hashlib.sha256(stream.getvalue()).hexdigest()
            entry["rows"][name] = len(table)
        replace(self.folder(stage) / f"{part:05d}.json", json.dumps(entry).encode())
        return entry

    def written(self, stage: str, key: str, part: int) -> dict[str, Any] | None:
        """Return the entry of a part that was made from the same, if it is whole."""
        entry = read_json(self.folder(stage) / f"{part:05d}.json")
        same = entry.get("key") == key and not changed_files(self.folder(stage), entry["files"])
        return entry if same else None

    def keep_model(self, stage: str, model: object) -> str:
        """Keep what was fitted for those who apply it; return its name."""
        data = pickle.dumps(model)
        name = f"{hashlib.sha256(data).hexdigest()}.model"
        replace(self.folder(stage) / name, data)
        return name

    def read_model(self, stage: str, name: str) -> Any:
        """Return what was fitted."""
        data = (self.folder(stage) / name).read_bytes()
        if f"{hashlib.sha256(data).hexdigest()}.model" != name:
            raise RunError(f"the model of {stage} is damaged; run again to make it anew")
        return pickle.loads(data)

    def finish(self, stage: str, key: str, entries: list[dict[str, Any]]) -> None:
        """Make a stage count, and remove what is not of it."""
        rows: dict[str, int] = {}
        for entry in entries:
            for name, count in entry["rows"].items():
                rows[name] = rows.get(name, 0) + count
        written = {name: sha256 for entry in entries for name, sha256 in entry["files"].items()}
        kept = {*written, *(f"{part:05d}.json" for part in range(len(entries)))}
        folder = self.folder(stage)
        for path in list(folder.rglob("*")):
            if path.is_file() and path.relative_to(folder).as_posix() not in kept:
                path.unlink()
        sizes = [entry["rows"] for entry in entries]
        summary = {"key": key, "parts": len(entries), "rows": rows, "files": written}
        write_json(folder / STAGE_ENTRY, {"stage": stage, **summary, "sizes": sizes})
        sync(folder)


def publish(store: Store, stages: Sequence[str]) -> None:
    """Write ``tables/NAME.parquet`` for every table, a part at a time.

    A file is moved to its place when it is whole; one that is as it should be
    stays. Tables of an earlier run that this one does not have are removed.
    """
    folder = store.root / "tables"
    folder.mkdir(exist_ok=True)
    before = read_json(folder / TABLES_ENTRY)
    published: dict[str, list[str | None]] = {}
    for stage in (stage for stage in stages if stage not in INNER):
        hashes: dict[str, list[str]] = {}
        for name, sha256 in sorted(store.entry(stage)["files"].items()):
            hashes.setdefault(name.split("/")[0], []).append(sha256)
        for table, parts in hashes.items():
            path = folder / f"{table}.parquet"
            if before.get(table) != [",".join(parts), digest(path)]:
                _join(store, stage, table, path)
            published[table] = [",".join(parts), digest(path)]
    for path in folder.glob("*.parquet"):
        if path.stem not in published:
            path.unlink()
    write_json(folder / TABLES_ENTRY, published)


def _join(store: Store, stage: str, table: str, path: Path) -> None:
    """Write the parts of a table one after another into one file."""
    parts = store.filled(stage, table)
    # A column that has no value in one part has its type from another.
    types = []
    for part in parts:
        name = store.folder(stage) / _name(table, part)
        try:
            types.append(pq.read_schema(name))
        except (OSError, pa.ArrowInvalid):
            raise _damage(name) from None
    schema = pa.unify_schemas(types, promote_options="permissive")
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        with pq.ParquetWriter(file, schema) as writer:
            for part in parts:
                writer.write_table(store.file(stage, table, part).read().cast(schema))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync(path.parent)


def _name(table: str, part: int) -> str:
    return f"{table}/{part:05d}.parquet"


def _damage(path: Path) -> RunError:
    return RunError(f"{path} is damaged; run again to make it anew")


def read_json(path: Path) -> dict[str, Any]:
    """Return what a file says, or nothing where it is absent or broken."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file in one step."""
    replace(path, json.dumps(content, indent=1, sort_keys=True).encode())


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None where it cannot be read."""
    try:
        return files.digest(path)
    except OSError:
        return None


def changed_files(folder: Path, hashes: dict[str, str]) -> list[str]:
    """Return the files that are not what was written."""
    return [name for name, sha256 in hashes.items() if digest(folder / name) != sha256]


def sync(folder: Path) -> None:
    """Make a rename in a folder last beyond a crash, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
