"""From one file to its texts: a page is one text, a table or an archive of pages holds many."""

import datetime
import gzip
import hashlib
import io
import json
import math
import numbers
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from clusterlib import cells
from clusterlib.cells import decode
from clusterlib.load import office
from clusterlib.load.files import (
    ALIASES,
    COLUMNS,
    NAMED,
    PACKED,
    File,
    field_of,
    have_columns,
    have_named,
    kind,
    listed_columns,
    missing_columns,
    required,
)
from clusterlib.load.html import Page, html, markdown
from clusterlib.load.pdf import pdf
from clusterlib.problems import InputError, Problems

# A page of an archive with more bytes is none; a packed one could unpack to anything.
LARGEST_PAGE = 20_000_000
# A first line that is no longer, in characters, may be a headline.
HEADLINE = 200
PAGES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}


@dataclass(frozen=True)
class Record:
    """One text with what its file, or the registry, says of it.

    ``registered`` names the place in a registry, if one describes the file.
    """

    file: str
    line: int | None
    text: str
    sha256: str
    format: str
    metadata: dict[str, str] = field(default_factory=dict)
    registered: str = ""

    def declared(self) -> str:
        """Return where faults of what is declared can be mended, as a remark."""
        return f" (declared in {self.registered})" if self.registered else ""


def read(
    file: File, problems: Problems, max_mb: float | None, expected: str | None = None
) -> list[Record]:
    """Read the texts of one file, whose suffix tells how; none where nothing of it can be used."""
    data = _bytes(file, problems, max_mb)
    if data is None or (expected and not _is_unchanged(data, expected, file, problems)):
        return []
    suffix, most = kind(file.path.name), _limit(max_mb)
    try:
        office.refuse_another_kind(data, suffix)
        records = list(READERS[suffix](file, data, problems, most))
    except InputError as error:
        problems.add(error.faults.assign(file=file.name))
        return []
    except Exception as error:  # whatever a parser stumbles over, the other files are read
        message = f"could not be read: {type(error).__name__}: {error}"
        problems.error(file.name, "not readable", message)
        return []
    return [record for record in records if _is_usable(record, problems)]


def _limit(max_mb: float | None) -> int | None:
    return None if max_mb is None else int(max_mb * 1e6)


def _bytes(file: File, problems: Problems, max_mb: float | None) -> bytes | None:
    """Return the bytes of a file, unpacked, but never more than the limit."""
    most = _limit(max_mb)
    hint = "raise max_mb, or None lifts it"
    try:
        size = file.path.stat().st_size
        if most is not None and size > most:
            message = f"{size:,} bytes are over the limit of {most:,}; {hint}"
            problems.error(file.name, "too large", message)
            return None
        data = file.path.read_bytes()
    except OSError as error:
        problems.error(file.name, "not readable", f"{error.strerror or error}; check permissions")
        return None
    if not file.name.lower().endswith(PACKED):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            data = stream.read() if most is None else stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        problems.error(file.name, "broken file", f"cannot be unpacked: {error}")
        return None
    if most is not None and len(data) > most:
        message = f"it unpacks to more than the limit of {most:,} bytes; {hint}"
        problems.error(file.name, "too large", message)
        return None
    return data


def _is_unchanged(data: bytes, expected: str, file: File, problems: Problems) -> bool:
    digest = hashlib.sha256(data).hexdigest()
    if digest == expected.lower():
        return True
    message = (
        f"its content changed: sha256 is {digest[:12]}…, registry.csv expects "
        f"{expected[:12]}…; restore the file, or register the new hash"
    )
    problems.error(file.name, "changed", message)
    return False


def _is_usable(record: Record, problems: Problems) -> bool:
    if not record.text.strip():
        problems.error(record.file, "empty", "holds no text", record.line)
        return False
    try:
        record.text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"character {error.start} is half of a surrogate pair, not a character"
        problems.error(record.file, "not Unicode", message, record.line)
        return False
    return True


# Takes also how many bytes all parts of a file that is an archive may have.
Reader = Callable[[File, bytes, Problems, int | None], Iterable[Record]]


def _page(extract: Callable[[str], Page], form: str) -> Reader:

    def read_page(
        file: File, data: bytes, problems: Problems, _most: int | None
    ) -> Iterator[Record]:
        text, encoding = decode(data, file.name, html=form == "html")
        yield from _whole(file, data, extract(text), form, encoding, problems)

    return read_page


def _whole(
    file: File, data: bytes, page: Page, form: str, encoding: str, problems: Problems
) -> Iterator[Record]:
    """Make the record of a file that holds one text, and say what was left out."""
    if page.set_aside and not page.text:
        message = f"no main text found among {page.set_aside} visible words; save it as .txt"
        problems.error(file.name, "no main text", message)
        return
    if page.set_aside:
        message = (
            f"{page.set_aside} word(s) outside the main text were set aside, "
            f"beginning {page.beginning!r}"
        )
        problems.warn(file.name, "main text only", message)
    if page.remark:
        problems.warn(file.name, "not read", f"not read: {page.remark}")
    digest = hashlib.sha256(data).hexdigest()
    metadata = {ALIASES.get(key, key): value for key, value in page.metadata.items()}
    if "title" not in metadata and (title := _headline(page.text)):
        metadata["title"] = title
    yield Record(file.name, None, page.text, digest, form, metadata | {"encoding": encoding})


def _headline(text: str) -> str:
    """Return the first line of a text if it is a headline: short, no sentence, others after it."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    short = " " in first and len(first) <= HEADLINE and first[-1] not in ".:;,…"
    return first if rest.strip() and short else ""


def _document(extract: Callable[[bytes, int | None], Page], form: str) -> Reader:

    def read_document(
        file: File, data: bytes, problems: Problems, most: int | None
    ) -> Iterator[Record]:
        yield from _whole(file, data, extract(data, most), form, form, problems)

    return read_document


def _workbook(file: File, data: bytes, problems: Problems, most: int | None) -> Iterator[Record]:
    """Read the sheets of a workbook that have a column of texts; of others, say so."""
    sheets = list(office.read_sheets(data, most))
    named = {sheet.name: not missing_columns(sheet.columns, file) for sheet in sheets}
    if not any(named.values()):
        seen = "; ".join(f"{sheet.name}: {', '.join(sheet.columns)}" for sheet in sheets)
        asked = listed_columns(required(file))
        message = f"no sheet has {asked}; found {seen or 'no sheet'}{NAMED}"
        problems.error(file.name, "missing column", message)
        return
    for number, sheet in enumerate(sheet for sheet in sheets if named[sheet.name]):
        for line, column in sheet.without_value:
            message = f"{column!r} is a formula without a value; open the file and save it again"
            note = problems.error if field_of(column, file) == "text" else problems.warn
            note(file.name, "formula", f"sheet {sheet.name!r}: {message}", line)
        if not sheet.rows and not sheet.without_value:
            problems.error(file.name, "empty", f"sheet {sheet.name!r} has a header but no rows")
        for record in _rows(file, sheet.rows, "xlsx", problems):
            metadata = record.metadata
            if number and "doc" not in metadata:
                # Another sheet has this number, too.
                stem = file.name.rsplit(".", 1)[0].replace("/", "-")
                metadata = metadata | {"doc": f"{stem}-{sheet.name}-{record.line:06d}"}
            yield replace(record, metadata=metadata)
    for name in (name for name, has_texts in named.items() if not has_texts):
        problems.warn(
            file.name, "not read", f"sheet {name!r} has not {listed_columns(required(file))}"
        )


def _json(file: File, data: bytes, problems: Problems, _most: int | None) -> Iterator[Record]:
    """Read a list of JSON objects, by itself or as the only list of an object, or one object."""
    text, encoding = decode(data, file.name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        problems.error(file.name, "not JSON", f"not JSON that can be read: {error}", line)
        return
    if isinstance(content, dict) and missing_columns(map(str, content), file):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else content
    rows = content if isinstance(content, list) else [content]
    if not rows:
        problems.error(file.name, "empty", "holds no text")
    elif not have_named(rows, file, problems):
        return
    yield from _rows(file, enumerate(rows, start=1), encoding, problems)


def _jsonl(file: File, data: bytes, problems: Problems, _most: int | None) -> Iterator[Record]:
    text, encoding = decode(data, file.name)
    rows: list[tuple[int, object]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except (ValueError, RecursionError) as error:
            message = f"not JSON that can be read: {error}"
            if isinstance(error, json.JSONDecodeError):
                message = f"not JSON: {error.msg} at column {error.colno}"
            problems.error(file.name, "not JSON", message, number)
    if not text.strip():
        problems.error(file.name, "empty", "holds no text")
    elif not have_named([row for _, row in rows], file, problems):
        return
    yield from _rows(file, rows, encoding, problems)


def _delimited(file: File, data: bytes, problems: Problems, _most: int | None) -> Iterator[Record]:
    text, encoding = decode(data, file.name)
    before = len(problems.rows)
    table = cells.parse(text, file.name, problems)
    if not table.names and len(problems.rows) > before:
        return
    if not have_columns(table.names, file, problems, line=1):
        return
    if not table.rows and len(problems.rows) == before:
        problems.error(file.name, "empty", "has a header but no rows")
    yield from _rows(file, table.rows, encoding, problems)


def _feed(file: File, data: bytes, problems: Problems, _most: int | None) -> Iterator[Record]:
    yield from _rows(file, enumerate(office.feed(data), start=1), "xml", problems)


def _parquet(file: File, data: bytes, problems: Problems, _most: int | None) -> Iterator[Record]:
    """Read a Parquet file; rows are numbered from 1."""
    try:
        table = pd.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:
        problems.error(file.name, "broken file", f"not readable as Parquet: {error}")
        return
    if not have_columns([str(name).lower() for name in table.columns], file, problems):
        return
    if table.empty:
        problems.error(file.name, "empty", "has columns but no rows")
    rows = enumerate(table.astype(object).to_dict("records"), start=1)
    yield from _rows(file, rows, "parquet", problems)


def _rows(
    file: File, rows: Iterable[tuple[int, object]], encoding: str, problems: Problems
) -> Iterator[Record]:
    """Turn rows of a table into records; `text` is taken as it is, the rest is stripped."""
    unused: set[str] = set()
    for line, row in rows:
        if not isinstance(row, dict):
            problems.error(file.name, "not a row", "expected an object with a 'text'", line)
            continue
        values = _values(row, file, unused)
        text = values.pop("text", None)
        if not isinstance(text, str):
            problems.error(file.name, "no text", f"expected text, found {text!r:.60}", line)
            continue
        metadata = {key: word for key, value in values.items() if (word := _word(value))}
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield Record(file.name, line, text, digest, "row", metadata | {"encoding": encoding})
    if unused:
        message = f"columns that are not used: {', '.join(sorted(unused))}"
        problems.warn(file.name, "not used", message)


def _values(row: dict[object, object], file: File, unused: set[str]) -> dict[str, object]:
    """Take the columns that documents have; of two that mean the same, the exact name wins."""
    values: dict[str, object] = {}
    theirs = {name.lower() for name in file.columns.values()}

    def rank(key: object) -> tuple[bool, bool, str]:
        name = str(key).lower()
        return name not in theirs, name in ALIASES, str(key)

    for key in sorted(row, key=rank):
        name = field_of(str(key), file)
        if name not in COLUMNS or (values.get(name) is not None and _word(row[key])):
            unused.add(str(key))
        elif values.get(name) is None:
            values[name] = row[key]
    return values


def _word(value: object) -> str:
    """Return a cell as a word: dates in ISO form, whole numbers without a point."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime.date):  # pandas' and Python's datetimes are dates, too
        return "" if isinstance(value, type(pd.NaT)) else value.isoformat()[:10]
    if isinstance(value, numbers.Real):
        number = float(value)
        return "" if math.isnan(number) else f"{value:.0f}" if number.is_integer() else str(value)
    return ""


def _warc(file: File, data: bytes, problems: Problems, _most: int | None) -> Iterator[Record]:
    """Read the pages of a web archive (WARC), or the texts taken from them (WET)."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    skipped: Counter[str] = Counter()
    number = 0
    try:
        for number, entry in enumerate(ArchiveIterator(io.BytesIO(data)), start=1):
            if entry.rec_type not in ("response", "conversion"):
                continue
            form, reason = _form(entry)
            if form:
                yield from _archived_page(entry, form, number, file, problems)
            else:
                skipped[reason] += 1
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        message = f"no archive from record {number + 1} on: {error}"
        problems.error(file.name, "broken file", message, number + 1)
    if not number:
        problems.error(file.name, "empty", "holds no record of an archive")
    for reason, count in sorted(skipped.items()):
        problems.warn(file.name, "not read", f"{count} record(s) left out: {reason}")


def _form(entry: Any) -> tuple[str | None, str]:
    """Return how a record of an archive is read, or why it is not."""
    if entry.rec_type == "conversion":
        return "text", ""
    head = entry.http_headers
    if head is None:
        return None, "not an answer of a web server"
    if head.get_statuscode() != "200":
        return None, f"status {head.get_statuscode()}"
    mime = str(head.get_header("Content-Type") or "no type").split(";")[0].strip().lower()
    return PAGES.get(mime), mime


def _archived_page(
    entry: Any, form: str, number: int, file: File, problems: Problems
) -> Iterator[Record]:
    """Read one page of an archive, unpacked if the server packed it."""
    body = entry.content_stream().read(LARGEST_PAGE + 1)
    if len(body) > LARGEST_PAGE:
        message = f"a page of more than {LARGEST_PAGE:,} bytes"
        problems.error(file.name, "too large", message, number)
        return
    if getattr(entry.raw_stream, "limit", 0) > 0:
        message = "the archive breaks off in this record"
        problems.error(file.name, "broken file", message, number)
        return
    try:
        text, encoding = decode(body, file.name, html=form == "html")
    except InputError as error:
        problems.add(error.faults.assign(line=number))
        return
    page = html(text) if form == "html" else Page(text)
    if not page.text.strip():
        problems.error(file.name, "no main text", "no main text found in this page", number)
        return
    metadata = page.metadata | {"encoding": encoding}
    if address := entry.rec_headers.get_header("WARC-Target-URI"):
        metadata["source"] = address
    digest = hashlib.sha256(body).hexdigest()
    yield Record(file.name, number, page.text, digest, form, metadata)


READERS: dict[str, Reader] = {
    ".txt": _page(Page, "text"),
    ".md": _page(markdown, "markdown"),
    ".html": _page(html, "html"),
    ".htm": _page(html, "html"),
    ".xhtml": _page(html, "html"),
    ".xml": _feed,
    ".jsonl": _jsonl,
    ".json": _json,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".docx": _document(office.docx, "docx"),
    ".odt": _document(office.odt, "odt"),
    ".pdf": _document(pdf, "pdf"),
    ".rtf": _document(office.rtf, "rtf"),
    ".epub": _document(office.epub, "epub"),
    ".eml": _document(office.eml, "eml"),
    ".warc": _warc,
    ".wet": _warc,
}
