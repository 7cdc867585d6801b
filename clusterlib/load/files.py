"""From a source (folder, file, glob or list) to the files to read, in a stable order.

A `registry.csv` says which files of its folder count, and what is stated about them. What columns
of tables are called, by their users and here, says each file.
"""

import functools
import glob
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from clusterlib import inputs
from clusterlib.problems import Problems, printable, refusal

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
    if isinstance(source, Iterable) and not isinstance(
        source, str | bytes | os.PathLike | pd.DataFrame | Mapping
    ):
        items = list(source)
    if not items:
        problems.error("(source)", "nothing to load", "the list of sources is empty")
    for item in items:
        if not isinstance(item, str | os.PathLike):
            found = f"{item!r:.60}"
            if isinstance(item, Mapping | pd.DataFrame):
                way = 'table.to_parquet("my-texts.parquet")'
                found = f"a {type(item).__name__}: write a table of texts to a file first, as {way}"
            raise TypeError(f"a source is a path, a glob or a list of them; found {found}")
        path = Path(item).expanduser()
        if not os.fspath(item).strip():
            problems.error("(source)", "nothing to load", "a source is an empty name")
            continue
        named = path.exists()
        matches = [path] if named else map(Path, sorted(glob.glob(str(path), recursive=True)))
        paths = [one.parent if one.name == REGISTRY else one for one in matches]
        yield from ((one, named) for one in paths)
        if not paths:
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
    elif (path / "stages" / "read").is_dir():  # `clusterlib.run` writes here
        problems.warn(name, "results", "the results of a run are not loaded")
    elif path.name.startswith("."):
        inner = (name for _, _, names in os.walk(path) for name in names)
        if any(kind(name) in SUFFIXES for name in inner):
            problems.warn(name, "hidden", "hidden folders are not loaded")
    else:
        return True
    return False


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


COLUMNS = (
    "doc initiative country region lang lang_identified title published "
    "source file line format encoding sha256 text"
).split()
# What columns and keys of other people's tables are called, and what they are here.
ALIASES = {
    "id": "doc",
    "language": "lang",
    "date": "published",
    "url": "source",
    "content": "text",
    "body": "text",
}


def name_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """Return what columns of documents are called in a user's tables, checked."""
    if not isinstance(columns, Mapping):
        raise TypeError(f'columns={columns!r:.60}; expected a mapping such as {{"text": "tekst"}}')
    named = {ALIASES.get(name, name): column for name, column in columns.items()}
    if strange := sorted(set(named) - set(COLUMNS)):
        fields = ", ".join([*ALIASES, *COLUMNS])
        raise ValueError(f"columns={strange[0]!r}: no field of a text; expected one of {fields}")
    return named


@functools.lru_cache(maxsize=256)
def fields_of(names: tuple[str, ...], file: File) -> dict[str, str]:
    """Return the column of each field: that which a user names, or of its name, or of another.

    Of several that mean the same it is the first by its name.
    """
    by_user = {theirs.lower(): ours for ours, theirs in file.columns.items()}
    fields: dict[str, str] = {}
    for known in (by_user, dict(zip(COLUMNS, COLUMNS, strict=True)), ALIASES):
        for name in sorted(names):
            ours = known.get(name.lower())
            if ours and (known is by_user or ours not in file.columns):
                fields.setdefault(ours, name)
    return fields


def missing_columns(names: Iterable[object], file: File) -> list[str]:
    """Return the columns that a table lacks of those that it must have."""
    there = fields_of(tuple(map(str, names)), file)
    needed = dict.fromkeys(["text", *file.columns])
    return [file.columns.get(name, name) for name in needed if name not in there]


def require_columns(names: Iterable[object], file: File, line: int | None = None) -> None:
    """Raise if a table lacks columns that it must have, with those that it has."""
    if missing := missing_columns(names := list(names), file):
        asked, there = ", ".join(map(repr, missing)), ", ".join(map(str, names)) or "nothing"
        raise refusal("missing column", f"no column {asked}; found {there}{NAMED}", line=line)


# What to do where columns have names of their own.
NAMED = "; name yours by --text, --id, --title and so on, or columns="
REQUIRED = ("doc", "file")
# What stands beside texts to describe them.
COMPANION = re.compile(r"(readme|license|licence)\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """A file to read, with what a registry says of it and where it says so."""

    file: File
    metadata: dict[str, str]
    place: str = ""
    sha256: str | None = None


def choose(files: list[File], problems: Problems) -> list[Entry]:
    """Choose which files to read: first those that a registry lists, then those beside none."""
    registries = {file.path.parent: file for file in files if file.path.name == REGISTRY}
    covered: dict[Path, list[File]] = {folder: [] for folder in registries}
    free: list[File] = []
    for file in files:
        above = [folder for folder in file.path.parents if folder in registries]
        # The outermost registry counts.
        (covered[above[-1]] if above else free).append(file)
    entries: list[Entry] = []
    for folder, registry in registries.items():
        if registry in covered[folder]:
            rows = _read_registry(registry, problems)
            if rows is None:
                continue
            paths: dict[str, int] = {}
            beside = {file.path: file for file in covered[folder]}
            entries += _enter_rows(registry, rows, beside, paths, problems)
            listed = {*paths, str(registry.path)}
            rest = [file for file in covered[folder] if str(file.path) not in listed]
            free += [file for file in rest if file.named]
            _warn_of_unlisted([file for file in rest if not file.named], problems)
    for file in free:
        if fault := why_not(file, file.root):
            note = problems.warn if fault[0] == "not read" else problems.error
            note(file.name, *fault)
        else:
            entries.append(Entry(file, {}))
    return entries


def _read_registry(file: File, problems: Problems) -> pd.DataFrame | None:
    """Read the rows of a registry; None where it is none."""
    broken = Problems()
    table = inputs.read(file.path, file.name, broken, "; expected the columns doc and file")
    absent = [name for name in REQUIRED if name not in table]
    if absent and not broken.rows:
        message = f"the registry lacks the column(s) {', '.join(absent)}; found "
        message += ", ".join(map(str, table)) or "nothing"
        problems.error(file.name, "missing column", message, 1)
    elif table.empty and not broken.rows:
        problems.error(file.name, "empty", "the registry lists no file")
    problems.rows += broken.rows
    return None if absent else table


def _enter_rows(
    registry: File,
    rows: pd.DataFrame,
    beside: dict[Path, File],
    paths: dict[str, int],
    problems: Problems,
) -> Iterator[Entry]:
    """Yield the entries of a registry, noting every fault of each; ``paths`` are those it lists."""
    docs: dict[str, int] = {}
    for line, row in zip(rows.index.tolist(), rows.to_dict("records"), strict=True):
        metadata = {str(key): word for key, value in row.items() if (word := value.strip())}
        name, sha256 = metadata.pop("file", ""), metadata.pop("sha256", None)
        doc, before = metadata.get("doc"), len(problems.rows)
        if not name or not doc:
            problems.error(registry.name, "missing value", "doc and file must be filled", line)
        file = _listed_file(registry, name, beside, line, problems) if name else None
        path = str(file.path) if file else None
        for seen, key, fault, what in (
            (paths, path, "duplicate file", f"the file {name!r}"),
            (docs, doc, "duplicate id", f"the doc {doc!r}"),
        ):
            if key in seen:
                message = f"{what} is listed on line {seen[key]} already; list it once"
                problems.error(registry.name, fault, message, line)
            elif key:
                seen[key] = line
        if file and len(problems.rows) == before:
            yield Entry(file, metadata, f"{registry.name}, line {line}", sha256)


def _listed_file(
    registry: File, name: str, beside: dict[Path, File], line: int, problems: Problems
) -> File | None:
    folder = registry.path.parent
    if not inside(folder / name, folder):
        problems.error(registry.name, "outside", f"{name!r} leaves the registry's folder", line)
    elif not (folder / name).is_file():
        message = f"the listed file {name!r} does not exist"
        problems.error(registry.name, "missing", message, line)
    else:
        path = (folder / name).resolve()
        shown = registry.name.removesuffix(REGISTRY) + path.relative_to(folder).as_posix()
        file = beside.get(path, File(shown, path, folder))
        if fault := why_not(file, folder):
            problems.error(registry.name, fault[0], f"{name!r}: {fault[1]}", line)
        return file
    return None


def holds_texts(file: File) -> bool:
    """Tell whether a file holds texts; a table does by its columns alone.

    A table with a column ``passage`` (a translation, codes, facts) speaks of
    passages of texts that are elsewhere.
    """
    suffix = file.path.suffix.lower()
    names: list[str] = []
    try:
        if suffix == ".csv":
            with file.path.open("rb") as stream:
                head = stream.readline(65_536).decode("utf-8-sig", errors="replace")
            names = inputs.parse(head, file.name, Problems()).names
        elif suffix == ".parquet":
            from pyarrow.parquet import read_schema  # type: ignore[import-untyped]

            names = [name.lower() for name in read_schema(file.path).names]
        else:
            return True
    except (OSError, ValueError):
        return True
    return "passage" not in names and not missing_columns(names, file)


def _warn_of_unlisted(files: list[File], problems: Problems) -> None:
    """Note files that the registry passes over, but for what describes the texts."""
    for file in files:
        if file.path.name == REGISTRY:
            message = "not used: the registry of a folder above it counts"
            problems.warn(file.name, "not listed", message)
        elif not COMPANION.fullmatch(file.path.name) and holds_texts(file):
            message = f"not loaded: {REGISTRY} of its folder does not list it"
            problems.warn(file.name, "not listed", message)
