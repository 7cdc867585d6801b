"""Execute the notebooks: copies of them for the report, or in place to refresh their outputs.

Notebooks come in, and go out with the outputs of a clean kernel each.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
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
# The exit status of a process that was interrupted.
STOPPED = 130


class FailedCellError(RuntimeError):
    """A notebook does not run to its end; the message names the notebook and the cell."""


class _Loop(asyncio.SelectorEventLoop):
    """A loop in which nbclient handles no signals: an interruption is one of the whole run."""

    def add_signal_handler(self, *arguments: object) -> None:
        raise NotImplementedError


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
    """Run the command line: ``run --out FOLDER NOTEBOOK…`` or ``refresh NOTEBOOK…``."""
    options = _parser().parse_args(arguments)
    begun = time.monotonic()
    # Progress bars would be outputs, which differ between two runs.
    os.environ.setdefault(progress.QUIET, "1")
    if options.command == "run" and options.tables:
        _remove_tables(options.tables)
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
        provenance = _provenance() if tables else None
        index = clusterlib.export.report(
            written, options.out, tables, provenance=provenance, paragraphs=True
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


def _remove_tables(folder: Path) -> None:
    """Remove the tables of an earlier run, which this one may not write again."""
    for pattern in ("*.parquet", "*.csv"):
        for path in folder.glob(pattern):
            path.unlink()


def _read_tables(folder: Path | None) -> dict[str, pd.DataFrame] | None:
    paths = sorted(folder.glob("*.parquet")) if folder else []
    return {path.stem: pd.read_parquet(path) for path in paths} or None


def _provenance() -> "clusterlib.export.Provenance":
    """Return what notebooks use beside the texts, unless one says otherwise."""
    encoder = clusterlib.embed.load_encoder()
    seeds = sorted(clusterlib.load.seeds().glob("*.csv"))
    settings = {"Encoder": f"{encoder.name}, revision {encoder.revision}"}
    files = (*seeds, *clusterlib.export.site.package_data())
    return clusterlib.export.Provenance(settings, files)


if __name__ == "__main__":
    sys.exit(main())
