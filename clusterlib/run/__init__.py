"""Run every stage on a source, resume what was interrupted, and say what was done."""

import errno
import hashlib
import importlib.metadata
import json
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import filelock
from threadpoolctl import threadpool_limits

from clusterlib import load
from clusterlib.embed.files import replace
from clusterlib.load.files import find
from clusterlib.problems import Problems
from clusterlib.progress import bar
from clusterlib.run.memory import release
from clusterlib.run.options import FAST, Options
from clusterlib.run.publish import publish
from clusterlib.run.report import report
from clusterlib.run.stages import STAGES, Stage
from clusterlib.run.store import RunError, Store, digest

__all__ = ["FAST", "STAGES", "Mapper", "Options", "RunError", "Store", "run"]

# Does work for every item and yields results as they are ready, in any order.
Mapper: TypeAlias = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
PACKAGES = "clusterlib numpy onnxruntime pandas pyarrow scikit-learn tokenizers trafilatura".split()
# Part of every key: raise it when a stage makes other tables of the same input.
METHOD = 5
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
        Where to write: ``report/index.html``, ``tables/*.parquet``,
        ``manifest.json``, and ``stages``, from which an interrupted run goes on.
    mapper : callable
        Does the parts of a stage; by default one after another. See
        `clusterlib.scale`.
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
    options.try_out()
    store, inputs = Store(folder), fingerprint(options)
    # What stood for a finished run no longer does, until this one is finished.
    (folder / "manifest.json").unlink(missing_ok=True)
    for stage in _used(options):
        _do(stage, store, options, inputs, mapper, tell)
        if stage.name == "read":
            _refuse_change(inputs, options)
    publish(store, [stage.name for stage in _used(options)])
    said, anew = report(folder, options)
    count = f"{said['findings']:,} findings in {folder / said['page']}"
    tell(f"report: {count if anew else 'kept from an earlier run'}")
    _refuse_change(inputs, options)
    manifest = _manifest(store, options, inputs) | {"report": said}
    told = json.dumps(manifest, indent=1, ensure_ascii=False)
    replace(folder / "manifest.json", told.encode())
    return folder / "manifest.json"


def _used(options: Options) -> list[Stage]:
    return [stage for stage in STAGES if stage.name != "words" or options.encoder == FAST]


def _do(
    stage: Stage,
    store: Store,
    options: Options,
    inputs: dict[str, str],
    mapper: Mapper,
    tell: Callable[[str], None],
) -> None:
    """Do a stage, unless it was done on the same inputs with the same options."""
    key = _key(stage, store, options, inputs)
    if store.entry(stage.name).get("key") == key:
        broken = store.damaged(stage.name)
        if not broken:
            tell(f"{stage.name}: kept from an earlier run")
            return
        tell(f"{stage.name}: {broken[0]} is damaged ({len(broken)} file(s)); made anew")
    store.begin(stage.name, key)
    try:
        made: Any = stage.whole(store, options) if stage.whole else None
        if stage.part is None:
            entries = [store.write(stage.name, tables, part) for part, tables in enumerate(made)]
        else:
            entries = _parts(stage, store, options, made, mapper)
    except (OSError, RunError):
        raise
    except (ValueError, ImportError) as error:
        raise RunError(f"{stage.name}: {error}") from error
    store.finish(stage.name, key, entries)
    del made
    options.rest()
    release()
    rows = store.entry(stage.name)["rows"]
    tell(f"{stage.name}: " + ", ".join(f"{name} {count:,}" for name, count in rows.items()))


def _parts(
    stage: Stage, store: Store, options: Options, made: Any, mapper: Mapper
) -> list[dict[str, Any]]:
    """Do the parts that an interrupted run has not done."""
    # What is made of the files of a source has no input that would be divided already.
    sizes = store.sizes(*stage.counted) if stage.inputs else [len(files) for files, _ in made]
    found = {part: store.written(stage.name, part) for part in range(len(sizes))}
    model = store.keep(stage.name, made)
    tasks = [(store, stage.name, options, model, part) for part in found if not found[part]]
    done = sum(size for part, size in enumerate(sizes) if found[part])
    unit = f" {stage.counted[1]}"
    with bar(total=sum(sizes), initial=done, desc=stage.name, unit=unit) as progress:
        for part, entry in mapper(_part, tasks):
            found[part] = entry
            progress.update(sizes[part])
    return [entry for _, entry in sorted(found.items()) if entry]


def _part(task: tuple[Store, str, Options, str, int]) -> tuple[int, dict[str, Any]]:
    """Do one part, here or in another process; doing it twice writes the same files."""
    store, name, options, model, part = task
    stage = next(stage for stage in STAGES if stage.name == name)
    assert stage.part is not None
    # The number of threads would change last digits, and differs from process to process.
    with threadpool_limits(1):
        tables = stage.part(store, options, _model(store, name, model), part)
    written = store.write(name, tables, part)
    del tables
    release()
    return part, written


_latest: dict[str, Any] = {}


def _model(store: Store, stage: str, name: str) -> Any:
    """Return what was fitted; a process reads it once."""
    if name not in _latest:
        _latest.clear()
        _latest[name] = store.kept(stage, name)
    return _latest[name]


def fingerprint(options: Options) -> dict[str, str]:
    """Return name and SHA-256 of every file of a source."""
    source = list(options.source) or load.seeds()
    files = find(source, Problems())
    return {file.name: digest(file.path) or "not readable" for file in files}


def _refuse_change(inputs: dict[str, str], options: Options) -> None:
    """Refuse to go on where files changed while they were read."""
    now = fingerprint(options)
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
        base = options.base()
        chosen["model"] = [base.name, str(base.revision)]
    told = {
        "stage": stage.name,
        "method": METHOD,
        "version": importlib.metadata.version("clusterlib"),
        "options": chosen,
        "inputs": {
            used.name: _content(store, used.name)
            for used in _used(options)
            if used.name in stage.inputs
        },
        "files": inputs if not stage.inputs else {},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _content(store: Store, stage: str) -> str:
    files = store.entry(stage).get("files", {})
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _manifest(store: Store, options: Options, inputs: dict[str, str]) -> dict[str, Any]:
    """Say what was run on what, with which versions, and what came of it."""
    rules: Counter[str] = Counter()
    for ledger in store.each("clean", "ledger"):
        rules.update(ledger["rule"].tolist())
    faults = store.whole("load", "faults")
    encoder = options.base()
    stages = {stage.name: store.entry(stage.name) for stage in _used(options)}
    sampled = min(options.sample, stages["clean"]["rows"]["passages"])
    return {
        "versions": {"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in PACKAGES},
        "options": asdict(options),
        "encoder": {"model": encoder.name, "revision": encoder.revision, "mode": options.encoder},
        "inputs": inputs,
        "stages": {
            name: {"key": told["key"], "parts": told["parts"], "rows": told["rows"]}
            for name, told in stages.items()
        },
        "passages that topics and themes are fitted on": sampled,
        "ledger": dict(sorted(rules.items())),
        "faults": faults["fault"].value_counts().sort_index().to_dict(),
    }
