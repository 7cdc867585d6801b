"""Keep the tables of stages on disk: whole or not at all, checked whenever they are read.

A stage is a folder of tables, each in one file a part, and ``stage.json``, which says
what they were made from and the hash of every file. It is written beside its place and
moved there in one step. What is finished of a stage that was interrupted is kept.
"""

import hashlib
import io
import json
import os
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from clusterlib.embed import files
from clusterlib.embed.files import replace

ENTRY = "stage.json"
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

    def entry(self, stage: str) -> dict[str, Any]:
        """Return what ``stage.json`` says, or nothing where a stage is not finished."""
        try:
            found: dict[str, Any] = json.loads((self.folder(stage) / ENTRY).read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    def folder(self, stage: str) -> Path:
        """Return where a finished stage is."""
        return self.root / "stages" / stage

    def working(self, stage: str) -> Path:
        """Return where a stage is while it runs."""
        return self.root / "stages" / f".{stage}"

    def damaged(self, stage: str) -> list[str]:
        """Return the files of a finished stage that are not what was written."""
        files = self.entry(stage)["files"]
        return [name for name in files if digest(self.folder(stage) / name) != files[name]]

    def sizes(self, stage: str, table: str) -> list[int]:
        """Return how many rows each part of a table has."""
        return [rows.get(table, 0) for rows in self.entry(stage)["sizes"]]

    def filled(self, stage: str, table: str) -> list[int]:
        """Return the parts of a table that have rows, or the first if none has."""
        return [part for part, rows in enumerate(self.sizes(stage, table)) if rows] or [0]

    def read(
        self, stage: str, table: str, part: int, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Read one part of a table, or some columns, if every byte is as it was written."""
        found: pd.DataFrame = self.file(stage, table, part).read(columns).to_pandas()
        return found

    def file(self, stage: str, table: str, part: int) -> pq.ParquetFile:
        """Open one part of a table, if every byte is as it was written."""
        name = _name(table, part)
        path = self.folder(stage) / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RunError(f"{path}: {error.strerror}; run again to make it anew") from None
        if hashlib.sha256(data).hexdigest() != self.entry(stage)["files"].get(name):
            raise _damaged(path)
        # Of small files, twice as fast as with pandas' own reader.
        return pq.ParquetFile(io.BytesIO(data))

    def types(self, stage: str, table: str, part: int) -> pa.Schema:
        """Return the columns of one part of a table with their types, and read no rows."""
        path = self.folder(stage) / _name(table, part)
        try:
            return pq.read_schema(path)
        except (OSError, pa.ArrowInvalid):
            raise _damaged(path) from None

    def each(
        self, stage: str, table: str, columns: list[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield the parts of a table that have rows, in order, or the first if none has."""
        for part in self.filled(stage, table):
            yield self.read(stage, table, part, columns)

    def whole(self, stage: str, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return a table, or some of its columns, in one piece."""
        return pd.concat(self.each(stage, table, columns), ignore_index=True)

    def begin(self, stage: str, key: str) -> None:
        """Make the working folder, keeping what an interrupted run with the same key left."""
        folder = self.working(stage)
        known = folder / "key"
        if not known.is_file() or known.read_text() != key:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            replace(known, key.encode())

    def write(self, stage: str, tables: Tables, part: int) -> dict[str, Any]:
        """Write one part of the tables of a stage, and then the entry that makes it count."""
        files, rows = {}, {}
        for name, table in tables.items():
            stream = io.BytesIO()
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), stream)
            file = _name(name, part)
            path = self.working(stage) / file
            path.parent.mkdir(exist_ok=True)
            replace(path, stream.getvalue())
            files[file] = hashlib.sha256(stream.getvalue()).hexdigest()
            rows[name] = len(table)
        entry = {"files": files, "rows": rows}
        replace(self.working(stage) / f"{part:05d}.json", json.dumps(entry).encode())
        return entry

    def written(self, stage: str, part: int) -> dict[str, Any] | None:
        """Return the entry of a part that an interrupted run finished, if it is whole."""
        folder = self.working(stage)
        try:
            entry: dict[str, Any] = json.loads((folder / f"{part:05d}.json").read_bytes())
        except (OSError, ValueError):
            return None
        whole = all(digest(folder / name) == known for name, known in entry["files"].items())
        return entry if whole else None

    def keep(self, stage: str, model: object) -> str:
        """Keep what was fitted for those who apply it; return its name."""
        data = pickle.dumps(model)
        name = hashlib.sha256(data).hexdigest()
        replace(self.working(stage) / f"{name}.model", data)
        return name

    def kept(self, stage: str, name: str) -> Any:
        """Return what was fitted."""
        data = (self.working(stage) / f"{name}.model").read_bytes()
        if hashlib.sha256(data).hexdigest() != name:
            raise RunError(f"the model of {stage} is damaged; run again to make it anew")
        return pickle.loads(data)

    def finish(self, stage: str, key: str, entries: list[dict[str, Any]]) -> None:
        """Move a stage to its place."""
        files = {name: known for entry in entries for name, known in entry["files"].items()}
        rows: dict[str, int] = {}
        for entry in entries:
            for name, count in entry["rows"].items():
                rows[name] = rows.get(name, 0) + count
        told = {"stage": stage, "key": key, "parts": len(entries), "rows": rows, "files": files}
        told["sizes"] = [entry["rows"] for entry in entries]
        folder = self.working(stage)
        for path in [*folder.glob("*.json"), *folder.glob("*.model"), folder / "key"]:
            path.unlink()
        replace(folder / ENTRY, json.dumps(told, indent=1, sort_keys=True).encode())
        shutil.rmtree(self.folder(stage), ignore_errors=True)
        folder.rename(self.folder(stage))
        sync(folder.parent)


def _name(table: str, part: int) -> str:
    return f"{table}/{part:05d}.parquet"


def _damaged(path: Path) -> RunError:
    return RunError(f"{path} is damaged; run again to make it anew")


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None where it cannot be read."""
    try:
        return files.digest(path)
    except OSError:
        return None


def sync(folder: Path) -> None:
    """Make a rename in a folder last beyond a crash, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
