"""From a source (folder, file, glob or list) to the files to read, in a stable order."""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clusterlib.load.faults import Faults

SUFFIXES = (".txt", ".md", ".html", ".htm", ".jsonl", ".csv", ".parquet")
REGISTRY = "registry.csv"

Source = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True, order=True)
class File:
    """A file to read: the name that faults show, its path, and where it may lie."""

    name: str
    path: Path
    root: Path


def find(source: Source, faults: Faults) -> tuple[list[File], list[File]]:
    """List the files of a source.

    Parameters
    ----------
    source : path, glob, or iterable of them
        Folders are searched recursively. A folder that holds ``registry.csv``
        is described by it: its files come from there.
    faults : Faults
        Takes what does not exist, is not readable as text, or leaves its folder.

    Returns
    -------
    files, registries : list of File
        Each sorted by name; a file is listed once however often it is named.
    """
    files: dict[Path, File] = {}
    registries: dict[Path, File] = {}
    for path in _expand(source, faults):
        found = _walk(path) if path.is_dir() else [File(path.name, path, path.parent)]
        for file in found:
            chosen = registries if file.path.name == REGISTRY else files
            if _usable(file, faults):
                chosen.setdefault(file.path.resolve(), file)
    return sorted(files.values()), sorted(registries.values())


def _expand(source: Source, faults: Faults) -> Iterator[Path]:
    """Turn a source into existing paths."""
    items = [source] if isinstance(source, str | os.PathLike) else list(source)
    if not items:
        faults.error("(source)", "nothing to load", "the list of sources is empty")
    for item in items:
        path = Path(item).expanduser()
        if path.exists():
            yield path
        elif matches := sorted(glob.glob(str(path), recursive=True)):
            yield from map(Path, matches)
        else:
            faults.error(
                str(item),
                "missing",
                "no such file or folder, and no file matches it as a glob",
            )


def _walk(folder: Path) -> Iterator[File]:
    """Walk a folder; a registry takes over its folder and all below it."""
    for here, folders, names in os.walk(folder):
        if REGISTRY in names:
            folders.clear()
            names = [REGISTRY]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(here, name)
            yield File(path.relative_to(folder).as_posix(), path, folder)


def _usable(file: File, faults: Faults) -> bool:
    """Tell whether a file may be read, and note why not."""
    if file.path.is_symlink() and not inside(file.path, file.root):
        faults.error(
            file.name,
            "outside",
            "a symbolic link that leaves its folder; copy the file",
        )
        return False
    if file.path.suffix.lower() not in SUFFIXES:
        wanted = ", ".join(SUFFIXES)
        faults.warn(file.name, "not read", f"its kind is not read; expected one of {wanted}")
        return False
    return True


def inside(path: Path, root: Path) -> bool:
    """Tell whether a path, with links followed, stays below a folder."""
    return path.resolve().is_relative_to(root.resolve())
