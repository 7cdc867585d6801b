"""From one file to its texts: a page is one text, a table is one text a row."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from clusterlib.load import pages
from clusterlib.load.decode import DecodeError, decode
from clusterlib.load.faults import Faults
from clusterlib.load.files import File

# What columns and keys of other people's tables are called, and what they are here.
ALIASES = {
    "id": "doc",
    "language": "lang",
    "date": "published",
    "url": "source",
    "content": "text",
    "body": "text",
}


@dataclass(frozen=True)
class Record:
    """One text with what its file says of it."""

    file: str
    line: int | None
    text: str
    sha256: str
    format: str
    said: dict[str, str] = field(default_factory=dict)


def records(file: File, faults: Faults, max_mb: float | None) -> list[Record]:
    """Read the texts of one file.

    Parameters
    ----------
    file : File
        What to read; its suffix tells how.
    faults : Faults
        Takes every reason why the file or a row of it cannot be used.
    max_mb : float or None
        Files of more megabytes are refused.

    Returns
    -------
    list of Record
        Empty where nothing of the file can be used.
    """
    try:
        size = file.path.stat().st_size
        if max_mb is not None and size > max_mb * 1e6:
            message = f"{size / 1e6:.1f} MB is over the limit of {max_mb:g} MB; "
            faults.error(file.name, "too large", message + "raise max_mb, or None lifts it")
            return []
        data = file.path.read_bytes()
    except OSError as error:
        faults.error(file.name, "not readable", f"{error.strerror or error}; check permissions")
        return []
    suffix = file.path.suffix.lower()
    reader = READERS[suffix]
    try:
        found = list(reader(file, data, faults))
    except DecodeError as error:
        faults.error(file.name, "binary", f"not readable as text: {error}")
        return []
    return [record for record in found if _usable(record, faults)]


def _usable(record: Record, faults: Faults) -> bool:
    place = {"file": record.file, "line": record.line}
    if not record.text.strip():
        faults.error(fault="empty", message="holds no text", **place)  # type: ignore[arg-type]
        return False
    try:
        record.text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"character {error.start} is half of a surrogate pair, not a character"
        faults.error(fault="not Unicode", message=message, **place)  # type: ignore[arg-type]
        return False
    return True


def _page(
    extract: Callable[[str], pages.Page], form: str
) -> Callable[[File, bytes, Faults], Iterator[Record]]:
    """Make a reader of files that hold one text each."""

    def read(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
        text, encoding = decode(data, html=form == "html")
        page = extract(text)
        if page.set_aside:
            message = f"{page.set_aside} characters outside the main text were set aside"
            faults.warn(file.name, "main text only", message)
        digest = hashlib.sha256(data).hexdigest()
        said = {ALIASES.get(key, key): value for key, value in page.said.items()}
        yield Record(file.name, None, page.text, digest, form, said | {"encoding": encoding})

    return read


def _jsonl(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    text, encoding = decode(data)
    rows: list[tuple[int, object]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except (ValueError, RecursionError) as error:
            faults.error(file.name, "not JSON", f"{error}", number)
    if not rows and text.strip() == "":
        faults.error(file.name, "empty", "holds no text")
    yield from _rows(file, rows, encoding, faults)


def _csv(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    text, encoding = decode(data)
    head = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    previous = csv.field_size_limit(max(len(text), 1))
    rows: list[tuple[int, object]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        names = [name.strip().lower() for name in next(reader, [])]
        if not {
            "text",
            *(key for key, name in ALIASES.items() if name == "text"),
        } & set(names):
            message = f"no column 'text'; found {', '.join(names) or 'nothing'}"
            faults.error(file.name, "missing column", message, 1)
            return
        line = reader.line_num + 1
        for values in reader:
            if len(values) == len(names):
                rows.append((line, dict(zip(names, values, strict=True))))
            elif values:
                message = f"{len(values)} fields where the header has {len(names)}"
                faults.error(file.name, "broken row", message, line)
            line = reader.line_num + 1
    except csv.Error as error:
        faults.error(file.name, "broken row", f"not readable as CSV: {error}", reader.line_num)
    finally:
        csv.field_size_limit(previous)
    yield from _rows(file, rows, encoding, faults)


def _parquet(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    try:
        table = pd.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:
        faults.error(file.name, "broken file", f"not readable as Parquet: {error}")
        return
    if not {"text", "content", "body"} & set(table.columns):
        message = f"no column 'text'; found {', '.join(map(str, table.columns)) or 'nothing'}"
        faults.error(file.name, "missing column", message)
        return
    rows = enumerate(table.astype(object).to_dict("records"), start=1)
    yield from _rows(file, rows, "parquet", faults)


def _rows(
    file: File, rows: Iterable[tuple[int, object]], encoding: str, faults: Faults
) -> Iterator[Record]:
    """Turn rows of a table into records; `text` is taken as it is, the rest is stripped."""
    for line, row in rows:
        if not isinstance(row, dict):
            faults.error(file.name, "not a row", "expected an object with a 'text'", line)
            continue
        known = {ALIASES.get(str(key).lower(), str(key).lower()): row[key] for key in row}
        text = known.pop("text", None)
        if not isinstance(text, str):
            faults.error(file.name, "no text", f"expected text, found {text!r:.60}", line)
            continue
        said = {key: str(value).strip() for key, value in known.items() if _filled(value)}
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield Record(file.name, line, text, digest, "row", said | {"encoding": encoding})


def _filled(value: object) -> bool:
    return isinstance(value, str | int | float) and not pd.isna(value) and str(value).strip() != ""


READERS: dict[str, Callable[[File, bytes, Faults], Iterable[Record]]] = {
    ".txt": _page(pages.plain, "text"),
    ".md": _page(pages.markdown, "markdown"),
    ".html": _page(pages.html, "html"),
    ".htm": _page(pages.html, "html"),
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}
