"""Write the tables of all stages where readers look for them: one file a table."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from clusterlib.embed.files import replace
from clusterlib.run.store import Store, digest, sync

# Stages that serve the run and no reader.
INNER = {"read", "words"}
ENTRY = "tables.json"


def publish(store: Store, stages: Sequence[str]) -> None:
    """Write ``tables/NAME.parquet`` for every table, a part at a time.

    A file is moved to its place when it is whole; one that is as it should be
    stays. Tables of an earlier run that this one does not have are removed.
    """
    folder = store.root / "tables"
    folder.mkdir(exist_ok=True)
    before = _known(folder / ENTRY)
    made: dict[str, list[str | None]] = {}
    for stage in (stage for stage in stages if stage not in INNER):
        entry = store.entry(stage)
        for table in sorted({Path(name).parent.name for name in entry["files"]}):
            path = folder / f"{table}.parquet"
            own = [
                name for file, name in sorted(entry["files"].items()) if file.split("/")[0] == table
            ]
            source = ",".join(own)
            was = before.get(table)
            if not was or was[0] != source or was[1] != digest(path):
                _write(store, stage, table, path)
            made[table] = [source, digest(path)]
    for stale in set(folder.glob("*.parquet")) - {folder / f"{table}.parquet" for table in made}:
        stale.unlink()
    replace(folder / ENTRY, json.dumps(made, indent=1, sort_keys=True).encode())


def _known(path: Path) -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def _write(store: Store, stage: str, table: str, path: Path) -> None:
    """Write the parts of a table one after another into one file."""
    parts = store.filled(stage, table)
    # A column that has no value in one part has its type from another.
    types = [store.types(stage, table, part) for part in parts]
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
