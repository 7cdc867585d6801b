"""Run every stage on a source, resume what was interrupted, and say what was done.

In come files of texts and `Options`; out go ``tables``, ``report`` and ``manifest.json``. A part
of a stage is done by one function, and written to one file, wherever it is done and however
often, so tables are the same in one process, in many, and on machines of a Dask cluster.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import importlib.metadata
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import filelock
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits

from clusterlib import load
from clusterlib.load.files import find
from clusterlib.problems import COPIES, DATES, Problems, first_lines, unread
from clusterlib.progress import bar, ticking
from clusterlib.run.stages import STAGES, Options, Stage, check_reading
from clusterlib.run.store import (
    ENTRY,
    RunError,
    Store,
    changed_files,
    digest,
    hash_json,
    keep,
    write_json,
)
from clusterlib.run.workers import Mapper, start_workers

__all__ = ["Options", "RunError", "run", "start_workers"]

PACKAGES = "clusterlib numpy onnxruntime pandas pyarrow scikit-learn tokenizers trafilatura".split()
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def run(
    options: Options,
    folder: Path,
    mapper: Mapper = map,
    tell: Callable[[str], None] = lambda line: None,
) -> Path:
    """Run every stage from the files of a source to the report.

    Parameters
    ----------
    options : Options
        What to run on, and how.
    folder : pathlib.Path
        Where to write: ``report/index.html``, ``tables/*.parquet``, ``manifest.json``, and
        ``stages``, from which an interrupted run goes on; where no text can be used,
        ``faults.csv``.
    mapper : callable
        Does the parts of a stage; by default one after another. See `start_workers`.
    tell : callable
        Takes a line on each stage.

    Returns
    -------
    pathlib.Path
        The manifest.

    Raises
    ------
    RunError
        If the run cannot go on; finished parts are kept.

    Examples
    --------
    >>> run(Options(), load.seeds() / "registry.csv")
    Traceback (most recent call last):
    clusterlib.run.store.RunError: ...registry.csv is a file; name a folder to write to
    """
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file; name a folder to write to")
    if folder.resolve() in {Path(item).resolve() for item in options.source}:
        raise RunError(f"{folder} is where the texts are; name another folder to write to")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock", timeout=0):
            return _run(options, folder, mapper, tell)
    except filelock.Timeout:
        raise RunError(
            f"another run is writing to {folder}; wait for it or choose another"
        ) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        place = f" ({error.filename})" if error.filename else ""
        message = f"no space is left to write to{place}; free some and run again: "
        raise RunError(message + "what is finished is kept") from None


def _run(options: Options, folder: Path, mapper: Mapper, tell: Callable[[str], None]) -> Path:
    options.validate()
    store, inputs = Store(folder), _hash_files(options)
    # What stood for a finished run no longer does, until this one is finished.
    for name in ("manifest.json", "faults.csv"):
        (folder / name).unlink(missing_ok=True)
    for stage in STAGES:
        key = _key(stage, store, options, inputs)
        entry = store.entry(stage.name)
        same = entry.get("key") == key
        damaged = changed_files(store.folder(stage.name), entry) if same else []
        if same and not damaged:
            tell(f"{stage.name}: kept from an earlier run")
        else:
            if damaged:
                count = f"({len(damaged)} file(s))"
                tell(f"{stage.name}: {damaged[0]} is damaged {count}; made anew")
            try:
                _run_stage(stage, store, options, key, mapper)
            except RunError:
                if stage.name == "load":
                    faults = store.whole("read", "faults")
                    _tell_faults(faults, tell)
                    faults.to_csv(folder / "faults.csv", index=False)
                raise
            rows = store.entry(stage.name)["rows"].items()
            counts = ", ".join(f"{name} {count:,}" for name, count in rows)
            tell(f"{stage.name}: {counts or 'left out, since there are too few passages'}")
        if stage.name == "read":
            _refuse_change(inputs, options)
        if stage.name == "load":
            _tell_faults(store.whole("load", "faults"), tell)
        if stage.name == "clean":
            check_reading(store, options)
    store.publish([stage.name for stage in STAGES])
    with ticking("report"):
        summary, written = report(folder, options)
    count = f"{summary['findings']:,} finding(s) in {folder / summary['page']}"
    tell(f"report: {count if written else 'kept from an earlier run'}")
    _refuse_change(inputs, options)
    manifest = _manifest(store, options, inputs) | {"report": summary}
    write_json(folder / "manifest.json", manifest)
    return folder / "manifest.json"


def _tell_faults(faults: pd.DataFrame, tell: Callable[[str], None]) -> None:
    for line in unread(faults):
        tell(f"  not read: {line}")
    for about, kinds in (("date", DATES), ("repeated", COPIES)):
        for line in first_lines(faults[faults["fault"].isin(kinds)], 5):
            tell(f"  {about}: {line}")


def _run_stage(stage: Stage, store: Store, options: Options, key: str, mapper: Mapper) -> None:
    """Do the parts of a stage that no interrupted run has done."""
    store.begin(stage.name)
    try:
        with ticking(stage.name):
            whole: Any = stage.whole(store, options) if stage.whole else None
        if stage.part is None:
            parts = enumerate(whole)
            entries = [store.write(stage.name, key, tables, part) for part, tables in parts]
        else:
            entries = _map_parts(stage, store, options, key, whole, mapper)
    except (OSError, RunError):
        raise
    except (ValueError, ImportError) as error:
        raise RunError(f"{stage.name}: {error}") from error
    store.finish(stage.name, key, entries)
    del whole
    _release_memory()


def _map_parts(
    stage: Stage, store: Store, options: Options, key: str, whole: Any, mapper: Mapper
) -> list[dict[str, Any]]:
    # What is made of the files of a source has no input that would be divided already.
    sizes = store.sizes(*stage.counted) if stage.inputs else [len(files) for files, _ in whole]
    entries = {part: store.written(stage.name, key, part) for part in range(len(sizes))}
    model = store.keep_model(stage.name, whole)
    tasks = [
        (store, stage.name, options, key, model, part) for part in entries if not entries[part]
    ]
    done = sum(size for part, size in enumerate(sizes) if entries[part])
    unit = f" {stage.counted[1]}"
    with bar(total=sum(sizes), initial=done, desc=stage.name, unit=unit) as progress:
        for part, entry in mapper(_run_part, tasks):
            entries[part] = entry
            progress.update(sizes[part])
    return [entry for _, entry in sorted(entries.items()) if entry]


def _run_part(task: tuple[Store, str, Options, str, str, int]) -> tuple[int, dict[str, Any]]:
    """Do one part, here or in another process; doing it twice writes the same files."""
    store, name, options, key, model, part = task
    function = next(stage.part for stage in STAGES if stage.name == name)
    assert function is not None
    # The number of threads would change last digits, and differs from process to process.
    with threadpool_limits(1):
        tables = function(store, options, _read_model(store, name, model), part)
    entry = store.write(name, key, tables, part)
    del tables
    _release_memory()
    return part, entry


@functools.lru_cache(maxsize=1)
def _read_model(store: Store, stage: str, name: str) -> Any:
    """Return what was fitted; a process reads it once."""
    return store.read_model(stage, name)


def _release_memory() -> None:
    """Give back to the system what this process holds and does not use."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def _hash_files(options: Options) -> dict[str, str]:
    """Return name and SHA-256 of every file of a source."""
    files = find(list(options.source) or load.seeds(), Problems())
    return {file.name: digest(file.path) or "not readable" for file in files}


def _refuse_change(inputs: dict[str, str], options: Options) -> None:
    """Refuse to go on where files changed while they were read."""
    now = _hash_files(options)
    changed = sorted(
        name for name in inputs.keys() | now.keys() if inputs.get(name) != now.get(name)
    )
    if changed:
        more = f" (and {len(changed) - 1} more)" if len(changed) > 1 else ""
        raise RunError(f"{changed[0]}{more} changed during the run; run again to read it as it is")


def _key(stage: Stage, store: Store, options: Options, inputs: dict[str, str]) -> str:
    """Return the hash of all that the tables of a stage depend on."""
    chosen = {name: value for name, value in asdict(options).items() if name in stage.options}
    if "codebook" in chosen and options.book:
        chosen["codebook"] = digest(options.book)
    if "reading" in chosen and options.reading:
        chosen["reading"] = digest(Path(options.reading))
    if "encoder" in chosen:
        base = options.load_encoder()
        chosen["model"] = [base.name, str(base.revision)]
    return hash_json(
        {
            "stage": stage.name,
            "code": _code(),
            "options": chosen,
            "inputs": {n: hash_json(store.entry(n).get("files", {})) for n in stage.inputs},
            "files": inputs if not stage.inputs else {},
        }
    )


@functools.cache
def _code() -> str:
    """Return the hash of the package's own files, since other code may make other tables."""
    package = Path(__file__).parents[1]
    files = [path for path in package.rglob("*.*") if path.is_file() and path.suffix != ".pyc"]
    return hash_json({path.relative_to(package).as_posix(): digest(path) for path in sorted(files)})


def _manifest(store: Store, options: Options, inputs: dict[str, str]) -> dict[str, Any]:
    """Say what was run on what, with which versions, and what came of it."""
    encoder, entries = options.load_encoder(), {s.name: store.entry(s.name) for s in STAGES}
    return {
        "versions": {"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in PACKAGES},
        "options": asdict(options),
        "encoder": {"model": encoder.name, "revision": encoder.revision, "mode": options.encoder},
        "inputs": inputs,
        "stages": {
            stage: {name: entry[name] for name in ("key", "parts", "rows")}
            for stage, entry in entries.items()
        },
        "passages that topics and themes are fitted on": min(
            options.sample, entries["clean"]["rows"]["passages"]
        ),
        "ledger": _count_values(store, "clean", "ledger", "rule"),
        "faults": _count_values(store, "load", "faults", "fault"),
    }


def _count_values(store: Store, stage: str, table: str, column: str) -> dict[str, int]:
    counts = store.whole(stage, table, [column])[column].value_counts().sort_index()
    return {str(value): int(count) for value, count in counts.items()}


def report(root: Path, options: Options) -> tuple[dict[str, Any], bool]:
    """Write the report of the tables of a run, unless it stands there unharmed.

    Returns its page, the number of findings, the texts with a page and what was left out; and
    whether it was written.
    """
    # Imported here: runs in other processes have no use for templates.
    from clusterlib.export.site import hash_names, report_tables

    settings, files = options.provenance()
    made_of = [settings, hash_names(files), options.by, digest(root / "tables" / ENTRY)]

    def write(folder: Path) -> dict[str, Any]:
        tables, book = root / "tables", options.book
        return report_tables(tables, folder, book, settings, files, options.by)

    key = hash_json([importlib.metadata.version("clusterlib"), made_of])
    return keep(root / "report", key, write)
