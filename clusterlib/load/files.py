"""From a source (folder, file, glob or list) to the files in it, in a stable order."""

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clusterlib.problems import Problems, printable

SUFFIXES = tuple(
    ".txt .md .html .htm .xhtml .docx .odt .pdf .rtf .epub .eml .xml .jsonl .json .csv .tsv .xlsx "
    ".parquet .warc .wet".split()
)
PACKED = ".gz"
REGISTRY = "registry.csv"

Source = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True)
class File:
    """A file: the name that faults show, its path, the folder that it was reached from.

    ``named`` tells that it was given as a path of its own, not met in a folder
    or by a glob; ``columns`` what columns of documents are called in tables.
    """

    name: str
    path: Path
    root: Path
    named: bool = False
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


def find(source: Source, problems: Problems) -> list[File]:
    """List the files of a source, of every kind, each once and sorted by name."""
    by_path: dict[Path, File] = {}
    for path, named in _expand(source, problems):
        if path.is_dir():
            files = list(_walk(path.resolve(), problems))
        else:
            root = path.parent.resolve()
            files = [File(path.name, root / path.name, root, named)]
        for file in files:
            if _is_nameable(file, problems):
                _keep_better(by_path, file)
    return sorted(_with_distinct_names(list(by_path.values())), key=lambda file: file.name)


def _is_nameable(file: File, problems: Problems) -> bool:
    """Tell whether the name of a file is text; tables cannot hold others."""
    if printable(str(file.path)) == str(file.path):
        return True
    note = problems.error if kind(file.path.name) in SUFFIXES else problems.warn
    note(file.name, "not Unicode", "the name of the file or its folder is no UTF-8; rename it")
    return False


def _keep_better(by_path: dict[Path, File], file: File) -> None:
    """Of two ways to one file keep the direct one, from the outermost folder."""
    real = file.path.resolve() if file.path.is_symlink() else file.path
    other = by_path.get(real, file)
    first, second = sorted(
        (file, other), key=lambda way: (way.path != real, -way.name.count("/"), way.name)
    )
    by_path[real] = replace(first, named=first.named or second.named)


def _with_distinct_names(files: list[File]) -> list[File]:
    """Lead names by parent folders until no two files have the same."""
    led = dict.fromkeys((file.root for file in files), 0)
    while True:
        names = [
            "/".join([*file.root.parts[len(file.root.parts) - led[file.root] :], file.name])
            for file in files
        ]
        shared = Counter(names)
        roots = {file.root for file, name in zip(files, names, strict=True) if shared[name] > 1}
        roots = {root for root in roots if led[root] < len(root.parts)}
        if not roots:
            return [replace(file, name=name) for file, name in zip(files, names, strict=True)]
        for root in roots:
            led[root] += 1


def _expand(source: Source, problems: Problems) -> Iterator[tuple[Path, bool]]:
    """Turn a source into existing paths, and tell which were given as such."""
    items: list[object] = [source]
    if isinstance(source, Iterable) and not isinstance(source, str | bytes | os.PathLike):
        items = list(source)
    if not items:
        problems.error("(source)", "nothing to load", "the list of sources is empty")
    for item in items:
        if not isinstance(item, str | os.PathLike):
            raise TypeError(f"a source is a path, a glob or a list of them; found {item!r:.60}")
        path = Path(item).expanduser()
        if not os.fspath(item).strip():
            problems.error("(source)", "nothing to load", "a source is an empty name")
        elif path.exists():
            yield (path.parent if path.name == REGISTRY else path), True
        elif matches := sorted(glob.glob(str(path), recursive=True)):
            for match in map(Path, matches):
                yield (match.parent if match.name == REGISTRY else match), False
        else:
            message = "no such file or folder, and no file matches it as a glob"
            problems.error(str(item), "missing", message)


def _walk(folder: Path, problems: Problems) -> Iterator[File]:
    """Yield the files below a folder; what is passed over is noted."""
    readable, before = False, problems.count_errors()

    def note(error: OSError) -> None:
        message = f"{error.strerror}; check permissions"
        problems.error(str(error.filename), "not readable", message)

    for here, folders, names in os.walk(folder, onerror=note):
        below = Path(here).relative_to(folder)
        folders[:] = [
            name
            for name in sorted(folders)
            if _enters(Path(here, name), (below / name).as_posix(), folder, problems)
        ]
        for name in sorted(names):
            if not name.startswith("."):
                readable = readable or kind(name) in SUFFIXES
                yield File((below / name).as_posix(), Path(here, name), folder)
            elif kind(name) in SUFFIXES:
                problems.warn((below / name).as_posix(), "hidden", "hidden files are not loaded")
    if not readable and problems.count_errors() == before:
        message = f"no file to read in this folder; expected {', '.join(SUFFIXES)}"
        problems.error(str(folder), "nothing to load", message)


def _enters(path: Path, name: str, root: Path, problems: Problems) -> bool:
    """Tell whether a folder is entered; one that is not, though texts may be in it, is noted."""
    if path.is_symlink():
        if not inside(path, root):
            problems.warn(name, "not followed", "a link to a folder; give that folder as a source")
    elif _is_of_a_run(path):
        problems.warn(name, "results", "the results of a run are not loaded")
    elif path.name.startswith("."):
        inner = (name for _, _, names in os.walk(path) for name in names)
        if any(kind(name) in SUFFIXES for name in inner):
            problems.warn(name, "hidden", "hidden folders are not loaded")
    else:
        return True
    return False


def _is_of_a_run(path: Path) -> bool:
    """Tell whether a folder is one that `clusterlib.run` writes to, from its first stage on."""
    return (path / "stages" / "read").is_dir()


def why_not(file: File, root: Path) -> tuple[str, str] | None:
    """Return why a file may not be read, as fault and message; None if it may."""
    if not file.path.is_file():
        return "missing", "a link to nothing" if file.path.is_symlink() else "not a regular file"
    if not inside(file.path, root):
        return "outside", "a link that leads out of its folder; copy the file"
    if kind(file.path.name) not in SUFFIXES:
        expected = f"expected one of {', '.join(SUFFIXES)}, packed or not"
        return "not read", f"its kind is not read; {expected}"
    return None


def kind(name: str) -> str:
    """Return the suffix that tells how a file is read, packed or not."""
    return Path(name.lower().removesuffix(PACKED)).suffix


def inside(path: Path, root: Path) -> bool:
    """Tell whether a path, with links followed, stays below a folder."""
    return path.resolve().is_relative_to(root.resolve())
