"""`registry.csv`: what is known about the files of a folder."""

import csv
import io

from clusterlib.load.decode import DecodeError, decode
from clusterlib.load.faults import Faults
from clusterlib.load.files import REGISTRY, File, inside

REQUIRED = ("doc", "file")


def entries(registry: File, faults: Faults) -> list[tuple[File, dict[str, str]]]:
    """Read a registry.

    Parameters
    ----------
    registry : File
        A CSV file with at least the columns ``doc`` and ``file`` (relative to
        the registry's folder); further columns of the documents table are used
        where they are filled.
    faults : Faults
        Takes missing columns and files, files outside the folder, duplicates,
        and texts that the registry does not list.

    Returns
    -------
    list of (File, dict)
        Each listed file that exists, with its row.
    """
    try:
        text, _ = decode(registry.path.read_bytes())
    except (OSError, DecodeError) as error:
        faults.error(registry.name, "not readable", f"the registry cannot be read: {error}")
        return []
    reader = csv.DictReader(io.StringIO(text, newline=""))
    absent = [name for name in REQUIRED if name not in (reader.fieldnames or [])]
    if absent:
        message = f"the registry lacks the column(s) {', '.join(absent)}"
        faults.error(registry.name, "missing column", message, line=1)
        return []
    found = []
    seen: set[str] = set()
    for row in reader:
        entry = {key: value.strip() for key, value in row.items() if key and value}
        file = _listed(entry, registry, seen, faults, reader.line_num)
        if file:
            found.append((file, entry))
    _warn_of_unlisted(registry, {file.path for file, _ in found}, faults)
    return found


def _listed(
    entry: dict[str, str], registry: File, seen: set[str], faults: Faults, line: int
) -> File | None:
    """Return the file of a registry row, or note why it cannot be used."""
    folder = registry.path.parent
    name = entry.get("file", "")
    path = folder / name
    if not name or not entry.get("doc"):
        faults.error(registry.name, "missing value", "doc and file must be filled", line)
    elif not inside(path, folder):
        faults.error(registry.name, "outside", f"{name!r} leaves the registry's folder", line)
    elif not path.is_file():
        faults.error(registry.name, "missing", f"the listed file {name!r} does not exist", line)
    elif entry["doc"] in seen:
        message = f"the doc {entry['doc']!r} is listed twice; ids must differ"
        faults.error(registry.name, "duplicate id", message, line)
    else:
        seen.add(entry["doc"])
        return File(name, path, folder)
    return None


def _warn_of_unlisted(registry: File, listed: set[object], faults: Faults) -> None:
    folder = registry.path.parent
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".txt", ".html", ".htm"} and path not in listed:
            name = path.relative_to(folder).as_posix()
            faults.warn(name, "not listed", f"not loaded: {REGISTRY} beside it does not list it")
