"""`registry.csv`: which files of a folder count, and what is stated about them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from clusterlib import cells
from clusterlib.encoding import decode
from clusterlib.load.files import REGISTRY, File, inside, why_not
from clusterlib.load.formats import holds_texts
from clusterlib.problems import InputError, Problems

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
            reader = _Reader(registry, {file.path: file for file in covered[folder]}, problems)
            if not reader.read():
                continue
            listed = {*reader.paths, str(registry.path)}
            rest = [file for file in covered[folder] if str(file.path) not in listed]
            free += [file for file in rest if file.named]
            _warn_of_unlisted([file for file in rest if not file.named], problems)
            entries += reader.entries
    for file in free:
        if fault := why_not(file, file.root):
            note = problems.warn if fault[0] == "not read" else problems.error
            note(file.name, *fault)
        else:
            entries.append(Entry(file, {}))
    return entries


@dataclass
class _Reader:
    registry: File
    beside: dict[Path, File]
    problems: Problems
    docs: dict[str, int] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def read(self) -> bool:
        """Read the registry, and tell whether it is one."""
        before = len(self.problems.rows)
        try:
            text, _ = decode(self.registry.path.read_bytes(), self.registry.name)
        except InputError as error:
            self.problems.add(error.faults)
            return False
        except OSError as error:
            self._error("not readable", f"cannot be read: {error}", None)
            return False
        table = cells.parse(text, self.registry.name, self.problems)
        absent = [name for name in REQUIRED if name not in table.names]
        if absent and len(self.problems.rows) == before:
            present = ", ".join(table.names) or "nothing"
            message = f"the registry lacks the column(s) {', '.join(absent)}; found {present}"
            self._error("missing column", message, 1)
        elif not table.rows and len(self.problems.rows) == before:
            self._error("empty", "the registry lists no file", None)
        entries = (self.entry(line, row) for line, row in table.rows) if not absent else ()
        self.entries = [entry for entry in entries if entry]
        return not absent

    def entry(self, line: int, row: dict[str, str]) -> Entry | None:
        metadata = {key: word for key, value in row.items() if (word := value.strip())}
        name, sha256 = metadata.pop("file", ""), metadata.pop("sha256", None)
        before = len(self.problems.rows)
        place = f"{self.registry.name}, line {line}"
        if not name or "doc" not in metadata:
            self._error("missing value", "doc and file must be filled", line)
        file = self._file(name, line) if name else None
        if file:
            self._once(self.paths, str(file.path), "duplicate file", f"the file {name!r}", line)
        if doc := metadata.get("doc"):
            self._once(self.docs, doc, "duplicate id", f"the doc {doc!r}", line)
        if file is None or len(self.problems.rows) > before:
            return None
        return Entry(file, metadata, place, sha256)

    def _file(self, name: str, line: int) -> File | None:
        folder = self.registry.path.parent
        path = folder / name
        if not inside(path, folder):
            self._error("outside", f"{name!r} leaves the registry's folder", line)
        elif not path.is_file():
            self._error("missing", f"the listed file {name!r} does not exist", line)
        else:
            path = path.resolve()
            shown = self.registry.name.removesuffix(REGISTRY) + path.relative_to(folder).as_posix()
            file = self.beside.get(path, File(shown, path, folder))
            if fault := why_not(file, folder):
                self._error(fault[0], f"{name!r}: {fault[1]}", line)
            return file
        return None

    def _once(self, seen: dict[str, int], key: str, fault: str, what: str, line: int) -> None:
        if key in seen:
            message = f"{what} is listed on line {seen[key]} already; list it once"
            self._error(fault, message, line)
        seen.setdefault(key, line)

    def _error(self, fault: str, message: str, line: int | None) -> None:
        self.problems.error(self.registry.name, fault, message, line)


def _warn_of_unlisted(files: list[File], problems: Problems) -> None:
    """Note files that the registry passes over, but for what describes the texts."""
    for file in files:
        if file.path.name == REGISTRY:
            message = "not used: the registry of a folder above it counts"
            problems.warn(file.name, "not listed", message)
        elif not COMPANION.fullmatch(file.path.name) and holds_texts(file):
            message = f"not loaded: {REGISTRY} of its folder does not list it"
            problems.warn(file.name, "not listed", message)
