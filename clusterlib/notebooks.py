"""Execute notebooks, copies for the report or in place, and check that a rerun can repeat them.

Notebooks come in, and go out with the outputs of a clean kernel each, or with their faults.
"""

import argparse
import asyncio
import importlib.resources
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import joblib
import nbformat
import pandas as pd
from nbclient import NotebookClient

import clusterlib
from clusterlib import progress

# Only what a rerun on another machine would write as well.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TIMEOUT = 600
# What no rerun repeats, in blocks of a name, an expression and what stands for it.
SANITISE = importlib.resources.files("clusterlib") / "data" / "sanitise.cfg"
BLOCK = re.compile(r"^(?:\[(.+)\]\n)?regex: (.*)\nreplace: (.*)$", re.MULTILINE)
# With these nbval is told not to compare a cell.
MARKERS = re.compile(r"#\s*(?:NBVAL|PYTEST_VALIDATE)|nbval-|raises-exception")
# The exit status of a process that was interrupted.
STOPPED = 130


class FailedCellError(RuntimeError):
    """A notebook does not run to its end; the message names the notebook and the cell."""


class _Loop(asyncio.SelectorEventLoop):
    """A loop in which nbclient handles no signals: an interruption is one of the whole run."""

    def add_signal_handler(self, *arguments: object) -> None:
        raise NotImplementedError


def find_faults(notebook: nbformat.NotebookNode, sanitise: str = "") -> list[str]:
    """Say for each code cell, by its number, what a rerun would not repeat, or would not notice.

    Text is known by its form, as that of a time of day; what has none only a rerun shows. What
    ``sanitise`` replaces, the content of a file for ``--nbval-sanitize-with``, is no fault.

    >>> from nbformat import v4
    >>> output = v4.new_output("stream", text="done at 12:30:59")
    >>> cell = v4.new_code_cell("run()", execution_count=2, outputs=[output])
    >>> for fault in find_faults(v4.new_notebook(cells=[cell])):
    ...     print(fault)
    code cell 1: runs as 2, so not from the top, once, in order
    code cell 1: shows a time of day, '12:30:59'
    """
    cells = [one for one in notebook.cells if one.cell_type == "code" and one.source.strip()]
    faults = []
    for number, cell in enumerate(cells, start=1):
        count = cell.execution_count
        if count != number:
            run = f"runs as {count}" if count else "was not run"
            faults.append(f"code cell {number}: {run}, so not from the top, once, in order")
        if MARKERS.search(" ".join([cell.source, *cell.metadata.get("tags", [])])):
            faults.append(f"code cell {number}: has a mark that keeps it from being compared")
        for output in cell.outputs:
            faults += [f"code cell {number}: {fault}" for fault in _faults_of(output, sanitise)]
    return list(dict.fromkeys(faults))


def _faults_of(output: nbformat.NotebookNode, sanitise: str) -> Iterator[str]:
    if output.output_type == "error":
        yield f"ends in {output.ename}"
        return
    if output.get("name") == "stderr":
        yield "writes a warning, or other text to stderr"
    data = output.get("data", {})
    if any("widget" in kind for kind in data):
        yield "shows a widget, which has other names in each run"
    for text in (output.get("text"), *data.values()):
        # Pictures are compared as pixels, if at all.
        if not isinstance(text, str) or text in (data.get("image/png"), data.get("image/jpeg")):
            continue
        for _, expression, replacement in BLOCK.findall(sanitise):
            text = re.sub(expression, replacement, text)
        for name, expression, _ in BLOCK.findall(SANITISE.read_text(encoding="utf-8")):
            if match := re.search(expression, text):
                yield f"shows {name}, {match[0]!r}"


def _check(options: argparse.Namespace) -> int:
    """Print the faults of all notebooks, or that there are none."""
    if options.sanitise and not options.sanitise.exists():
        options.sanitise.write_text(SANITISE.read_text("utf-8"), encoding="utf-8", newline="\n")
    sanitise = options.sanitise.read_text(encoding="utf-8") if options.sanitise else ""
    paths = [
        path
        for place in options.places
        for path in (sorted(place.rglob("*.ipynb")) if place.is_dir() else [place])
        if ".ipynb_checkpoints" not in path.parts
    ]
    faults = [
        f"{path}, {fault}"
        for path in paths
        for fault in find_faults(nbformat.read(path, as_version=4), sanitise)
    ]
    for fault in faults:
        print(fault)
    print(f"{len(paths)} notebook(s), {len(faults)} fault(s)")
    return 1 if faults or not paths else 0


async def execute(path: Path) -> nbformat.NotebookNode:
    """Execute a copy of a notebook in a clean kernel and in its folder.

    It has new outputs, without times or versions. Raises FailedCellError if a
    cell fails.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    begun: list[int] = []
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=lambda cell, cell_index: begun.append(cell_index),
    )
    try:
        await client.async_execute()
    # Besides failing cells there are dead kernels, timeouts and kernels that do not start.
    except Exception as error:
        # An interrupted run ends its kernels, and nbclient complains of that.
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError from error
        place = f"code cell {len(begun)}" if begun else "before the first cell"
        raise FailedCellError(f"{path.name}, {place}:\n{error}") from error
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line: ``run --out FOLDER …``, ``refresh NOTEBOOK…`` or ``check FOLDER…``."""
    options = _parser().parse_args(arguments)
    if options.command == "check":
        return _check(options)
    begun = time.monotonic()
    # Progress bars would be outputs, which differ between two runs.
    os.environ.setdefault(progress.QUIET, "1")
    if options.command == "run":
        if options.tables:
            # Those of an earlier run, which this one may not write again.
            for path in [*options.tables.glob("*.parquet"), *options.tables.glob("*.csv")]:
                path.unlink()
        # The report is written when all kernels are done; what it imports need not wait for them.
        threading.Thread(target=_import_for_report, daemon=True).start()
    try:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            written = runner.run(_write(options))
    except ExceptionGroup as group:
        if not isinstance(error := group.exceptions[0], FailedCellError):
            raise
        print(f"failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    if options.command == "run":
        tables = _read_tables(options.tables)
        settings, files = _provenance() if tables else ({}, [])
        index = clusterlib.export.report(
            written, options.out, tables, settings=settings, files=files, paragraphs=True
        )
        print(f"report: {index} ({time.monotonic() - begun:.0f} s)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clusterlib.notebooks", description=(__doc__ or "").partition("\n")[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "refresh"):
        command = commands.add_parser(name)
        command.add_argument("notebooks", nargs="+", type=Path)
        if name == "run":
            command.add_argument("--out", type=Path, required=True, help="folder of the report")
            command.add_argument("--tables", type=Path, help="where notebooks write their tables")
    looks = "look at counts, errors, stderr, marks, widgets and for text in the form of addresses, "
    looks += "paths, times, durations, random identifiers and -0.0; pytest --nbval finds the rest"
    check = commands.add_parser("check", help=looks, description=looks)
    check.add_argument("places", nargs="+", type=Path, metavar="FOLDER", help="or notebooks")
    check.add_argument(
        "--sanitise",
        type=Path,
        metavar="FILE",
        help="a file for nbval: what it replaces is no fault; written if there is none",
    )
    return parser


async def _write(options: argparse.Namespace) -> list[Path]:
    """Execute the notebooks, one a processor at a time, and write each, saying which are done.

    None may need what another one writes. At the first cell that fails, the other
    kernels are shut down.
    """
    places = asyncio.Semaphore(joblib.cpu_count())
    paths, written = options.notebooks, []

    async def in_turn(path: Path) -> nbformat.NotebookNode:
        async with places:
            return await execute(path)

    async with asyncio.TaskGroup() as group:
        # The last notebooks take longest; begun last, they would leave processors idle at the end.
        tasks = [group.create_task(in_turn(path)) for path in reversed(paths)][::-1]
        for path, task in zip(paths, tasks, strict=True):
            notebook = await task
            target = path if options.command == "refresh" else options.out / "notebooks" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, target)
            written.append(target)
            print(f"[{len(written)}/{len(paths)}] {path.stem}", flush=True)
    return written


def _read_tables(folder: Path | None) -> dict[str, pd.DataFrame] | None:
    paths = sorted(folder.glob("*.parquet")) if folder else []
    return {path.stem: pd.read_parquet(path) for path in paths} or None


def _import_for_report() -> None:
    importlib.import_module("nbconvert.exporters.html")
    importlib.import_module("clusterlib.plot")
    clusterlib.embed.load_encoder()


def _provenance() -> tuple[dict[str, str], list[Path]]:
    """Return what notebooks use beside the texts, unless one says otherwise."""
    encoder = clusterlib.embed.load_encoder()
    seeds = sorted(clusterlib.load.seeds().glob("*.csv"))
    settings = {"Encoder": f"{encoder.name}, revision {encoder.revision}"}
    return settings, [*seeds, *clusterlib.export.site.package_data()]


if __name__ == "__main__":
    sys.exit(main())
