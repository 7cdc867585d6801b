"""Execute the notebooks: copies of them for the report, or in place to refresh their outputs."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import nbformat
import pandas as pd
from nbclient import NotebookClient

from clusterlib import embed, export, kernels, load
from clusterlib.export.site import package_data

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


def execute(path: Path) -> nbformat.NotebookNode:
    """Execute a copy of a notebook in a clean kernel.

    Parameters
    ----------
    path : pathlib.Path
        The notebook; cells run in its folder.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with new outputs, without times or versions.

    Raises
    ------
    FailedCellError
        If a cell fails.
    """
    return asyncio.run(_execute(path))


async def _execute(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    begun: list[int] = []
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        kernel_manager_class=kernels.manager(),
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=lambda cell, cell_index: begun.append(cell_index),
    )
    try:
        await client.async_execute()
    # Besides failing cells there are dead kernels, timeouts and kernels that do not start.
    except Exception as error:
        place = f"code cell {len(begun)}" if begun else "before the first cell"
        raise FailedCellError(f"{path.name}, {place}:\n{error}") from error
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


async def executed(
    paths: Sequence[Path], workers: int
) -> AsyncIterator[tuple[Path, nbformat.NotebookNode]]:
    """Execute notebooks, several at a time.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        None may need what another one writes.
    workers : int
        How many kernels run at a time.

    Yields
    ------
    pathlib.Path, nbformat.NotebookNode
        In the order of ``paths``, each as soon as it is there.

    Raises
    ------
    FailedCellError
        At the first cell that fails; the other kernels are shut down.
    """
    places = asyncio.Semaphore(workers)

    async def in_turn(path: Path) -> nbformat.NotebookNode:
        async with places:
            return await _execute(path)

    # The last notebooks take longest; begun last, they would leave processors idle at the end.
    tasks = [asyncio.ensure_future(in_turn(path)) for path in reversed(paths)][::-1]
    try:
        for path, task in zip(paths, tasks, strict=True):
            while not task.done():
                running = [other for other in tasks if not other.done()]
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for other in done:
                    other.result()  # one that failed stops all
            yield path, task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line: ``run --out FOLDER NOTEBOOK…`` or ``refresh NOTEBOOK…``."""
    chosen = _parser().parse_args(arguments)
    begun = time.monotonic()
    if chosen.command == "run" and chosen.tables:
        _clear(chosen.tables)
    try:
        written = asyncio.run(_write(chosen))
    except FailedCellError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    if chosen.command == "run":
        tables = _tables(chosen.tables)
        index = export.report(
            written, chosen.out, tables, provenance=_provenance() if tables else None
        )
        print(f"report: {index} ({time.monotonic() - begun:.0f} s)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clusterlib.notebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "refresh"):
        command = commands.add_parser(name)
        command.add_argument("notebooks", nargs="+", type=Path)
        if name == "run":
            command.add_argument("--out", type=Path, required=True, help="folder of the report")
            command.add_argument("--tables", type=Path, help="where notebooks write their tables")
    return parser


async def _write(chosen: argparse.Namespace) -> list[Path]:
    """Execute the chosen notebooks and write each, saying which are done."""
    written: list[Path] = []
    async for path, notebook in executed(chosen.notebooks, processors()):
        target = path if chosen.command == "refresh" else chosen.out / "notebooks" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        written.append(target)
        print(f"[{len(written)}/{len(chosen.notebooks)}] {path.stem}", flush=True)
    return written


def _clear(folder: Path) -> None:
    """Remove the tables of an earlier run, which this one may not write again."""
    for pattern in ("*.parquet", "*.csv"):
        for path in folder.glob(pattern):
            path.unlink()


def _tables(folder: Path | None) -> dict[str, pd.DataFrame] | None:
    paths = sorted(folder.glob("*.parquet")) if folder else []
    return {path.stem: pd.read_parquet(path) for path in paths} or None


def _provenance() -> export.Provenance:
    """Return what notebooks use beside the texts, unless one says otherwise."""
    encoder = embed.load_encoder()
    beside = sorted(load.seeds().glob("*.csv"))
    told = {"Encoder": f"{encoder.name}, revision {encoder.revision}"}
    return export.Provenance(told, (*beside, *package_data()))
