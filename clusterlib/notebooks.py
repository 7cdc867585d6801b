"""Execute the notebooks: copies of them for the report, or in place to refresh their outputs."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from clusterlib import export

# Only what a rerun on another machine would write as well.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TIMEOUT = 600


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
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line: ``run --out FOLDER NOTEBOOK…`` or ``refresh NOTEBOOK…``."""
    parser = argparse.ArgumentParser(prog="python -m clusterlib.notebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "refresh"):
        command = commands.add_parser(name)
        command.add_argument("notebooks", nargs="+", type=Path)
        if name == "run":
            command.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    executed: list[Path] = []
    for number, path in enumerate(chosen.notebooks, start=1):
        begun = time.monotonic()
        print(f"[{number}/{len(chosen.notebooks)}] {path.stem} … ", end="", flush=True)
        try:
            notebook = execute(path)
        except CellExecutionError as error:
            print(f"failed\n{error}", file=sys.stderr)
            return 1
        target = path if chosen.command == "refresh" else chosen.out / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        executed.append(target)
        print(f"{time.monotonic() - begun:.1f} s", flush=True)
    if chosen.command == "run":
        print(f"report: {export.report(executed, chosen.out)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
