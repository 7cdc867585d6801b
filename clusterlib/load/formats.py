"""From one file to its texts: a page is one text, a table or an archive of pages holds many.

A reader yields the texts of a file. What it can do without it notes as a problem; what makes the
whole file unusable it raises, and `read` says of which file.
"""

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
from functools import partial
from typing import Any

import pandas as pd

from clusterlib import inputs
from clusterlib.inputs import decode
from clusterlib.load import office
from clusterlib.load.files import (
    ALIASES,
    NAMED,
    PACKED,
    File,
    fields_of,
    kind,
    missing_columns,
    require_columns,
)
from clusterlib.load.html import Page, html, markdown
from clusterlib.load.pdf import pdf
from clusterlib.problems import InputError, Problems, refusal

# A page of an archive with more bytes is none; a packed one could unpack to anything.
LARGEST_PAGE = 20_000_000
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


@dataclass(frozen=True)
class Content:
    """The bytes of a file, where to note problems, and how many bytes its parts may have."""

    file: File
    data: bytes
    problems: Problems
    most: int | None

    def warn(self, fault: str, message: str, line: int | None = None) -> None:
        """Note something that deserves a look."""
        self.problems.warn(self.file.name, fault, message, line)

    def error(self, fault: str, message: str, line: int | None = None) -> None:
        """Note that a part of the file cannot be used."""
        self.problems.error(self.file.name, fault, message, line)


Reader = Callable[[Content], Iterable[Record]]
# A row of a table, with its number.
Row = tuple[int, object]


def read(
    file: File, problems: Problems, max_mb: float | None, expected: str | None = None
) -> list[Record]:
    """Read the texts of one file, whose suffix tells how; none where nothing of it can be used.

    ``expected`` is the sha256 that it shall have.
    """
    before, suffix = len(problems.rows), kind(file.path.name)
    most = None if max_mb is None else int(max_mb * 1e6)
    try:
        data = _unpacked(file, most)
        digest = hashlib.sha256(data).hexdigest()
        if expected and digest != expected.lower():
            message = f"its content changed: sha256 is {digest[:12]}…, registry.csv expects "
            message += f"{expected[:12]}…; restore the file, or register the new hash"
            raise refusal("changed", message)
        office.refuse_another_kind(data, suffix)
        records = list(READERS[suffix](Content(file, data, problems, most)))
    except InputError as error:
        problems.add(error.faults.assign(file=file.name))
        return []
    except Exception as error:  # whatever a parser stumbles over, the other files are read
        message = f"could not be read: {type(error).__name__}: {error}"
        problems.error(file.name, "not readable", message)
        return []
    if not records and len(problems.rows) == before:
        problems.error(file.name, "empty", "holds no text")
    return [record for record in records if _is_usable(record, problems)]


def _unpacked(file: File, most: int | None) -> bytes:
    """Return the bytes of a file, unpacked, but never more than the limit."""
    hint = "raise max_mb, or None lifts it"
    try:
        size = file.path.stat().st_size
        if most is not None and size > most:
            message = f"{size:,} bytes are over the limit of {most:,}; {hint}"
            raise refusal("too large", message)
        data = file.path.read_bytes()
    except OSError as error:
        message = f"{error.strerror or error}; check permissions"
        raise refusal("not readable", message) from None
    if not file.name.lower().endswith(PACKED):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            data = stream.read(-1 if most is None else most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise refusal("broken file", f"cannot be unpacked: {error}") from None
    if most is not None and len(data) > most:
        message = f"it unpacks to more than the limit of {most:,} bytes; {hint}"
        raise refusal("too large", message)
    return data


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


def _read_page(extract: Callable[[str], Page], form: str, content: Content) -> Iterator[Record]:
    text, encoding = decode(content.data, html=form == "html")
    yield from _whole(content, extract(text), form, encoding)


def _read_document(
    extract: Callable[[bytes, int | None], Page], form: str, content: Content
) -> Iterator[Record]:
    yield from _whole(content, extract(content.data, content.most), form, form)


def _whole(content: Content, page: Page, form: str, encoding: str) -> Iterator[Record]:
    """Make the record of a file that holds one text, and say what was left out."""
    if page.set_aside and not page.text:
        message = f"no main text found among {page.set_aside} visible words; save it as .txt"
        raise refusal("no main text", message)
    if page.set_aside:
        message = f"{page.set_aside} word(s) outside the main text were set aside, "
        content.warn("main text only", f"{message}beginning {page.beginning!r}")
    if page.remark:
        content.warn("not read", f"not read: {page.remark}")
    digest = hashlib.sha256(content.data).hexdigest()
    metadata = {ALIASES.get(key, key): value for key, value in page.metadata.items()}
    metadata["encoding"] = encoding
    yield Record(content.file.name, None, page.text, digest, form, metadata)


def _workbook(content: Content) -> Iterator[Record]:
    """Read the sheets of a workbook that have a column of texts; of others, say so."""
    file = content.file
    sheets = list(office.read_sheets(content.data, content.most))
    lacking = {sheet.name: missing_columns(sheet.columns, file) for sheet in sheets}
    if all(lacking.values()):
        seen = "; ".join(f"{sheet.name}: {', '.join(sheet.columns)}" for sheet in sheets)
        asked = ", ".join(map(repr, missing_columns([], file)))
        message = f"no sheet has the column(s) {asked}; found {seen or 'no sheet'}{NAMED}"
        raise refusal("missing column", message)
    is_first = True
    for sheet in sheets:
        if lacking[sheet.name]:
            asked = ", ".join(map(repr, lacking[sheet.name]))
            content.warn("not read", f"sheet {sheet.name!r} has no column {asked}")
            continue
        texts = fields_of(tuple(sheet.columns), file)["text"]
        without = set()
        for line, column in sheet.without_value:
            message = f"{column!r} is a formula without a value; open the file and save it again"
            note = content.error if column == texts else content.warn
            note("formula", f"sheet {sheet.name!r}: {message}", line)
            without |= {line} if column == texts else set()
        rows = [(line, row) for line, row in sheet.rows if line not in without]
        if not rows and not without:
            content.error("empty", f"sheet {sheet.name!r} has a header but no rows")
        for record in _rows(content, rows, "xlsx"):
            # Another sheet has this number, too.
            stem = file.name.rsplit(".", 1)[0].replace("/", "-")
            name = {} if is_first else {"doc": f"{stem}-{sheet.name}-{record.line:06d}"}
            yield replace(record, metadata=name | record.metadata)
        is_first = False


def _json(content: Content) -> Iterator[Record]:
    """Read a list of JSON objects, by itself or as the only list of an object, or one object."""
    text, encoding = decode(content.data)
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"not JSON that can be read: {error}"
        raise refusal("not JSON", message, line=getattr(error, "lineno", None)) from None
    if isinstance(rows, dict) and missing_columns(rows, content.file):
        lists = [value for value in rows.values() if isinstance(value, list)]
        rows = lists[0] if len(lists) == 1 else rows
    numbered = enumerate(rows if isinstance(rows, list) else [rows], start=1)
    yield from _objects(content, list(numbered), encoding)


def _jsonl(content: Content) -> Iterator[Record]:
    text, encoding = decode(content.data)
    rows: list[Row] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            rows += [(number, json.loads(line))] if line.strip() else []
        except json.JSONDecodeError as error:
            content.error("not JSON", f"not JSON: {error.msg} at column {error.colno}", number)
        except (ValueError, RecursionError) as error:
            content.error("not JSON", f"not JSON that can be read: {error}", number)
    yield from _objects(content, rows, encoding)


def _objects(content: Content, rows: list[Row], encoding: str) -> Iterator[Record]:
    """Read objects, each column that a user names being in some of them."""
    if content.file.columns and rows:
        names = dict.fromkeys(key for _, row in rows if isinstance(row, dict) for key in row)
        require_columns(names, content.file)
    yield from _rows(content, rows, encoding)


def _delimited(content: Content) -> Iterator[Record]:
    text, encoding = decode(content.data)
    before = len(content.problems.rows)
    table = inputs.parse(text, content.file.name, content.problems)
    if table.names or len(content.problems.rows) == before:
        require_columns(table.names, content.file, 1)
        yield from _rows(content, table.rows, encoding)


def _feed(content: Content) -> Iterator[Record]:
    yield from _rows(content, enumerate(office.feed(content.data), start=1), "xml")


def _parquet(content: Content) -> Iterator[Record]:
    """Read a Parquet file; rows are numbered from 1."""
    try:
        table = pd.read_parquet(io.BytesIO(content.data))
    except (OSError, ValueError) as error:
        raise refusal("broken file", f"not readable as Parquet: {error}") from None
    require_columns(table.columns, content.file)
    rows = enumerate(table.astype(object).to_dict("records"), start=1)
    yield from _rows(content, rows, "parquet")


def _rows(content: Content, rows: Iterable[Row], encoding: str) -> Iterator[Record]:
    """Turn rows of a table into records; `text` is taken as it is, the rest is stripped."""
    unused: set[str] = set()
    for line, row in rows:
        if not isinstance(row, dict):
            content.error("not a row", "expected an object with a 'text'", line)
            continue
        values = {str(key): value for key, value in row.items() if value is not None}
        fields = fields_of(tuple(values), content.file)
        names = tuple(map(str, row))
        unused |= {*names} - {*fields.values(), *fields_of(names, content.file).values()}
        text = values[fields["text"]] if "text" in fields else None
        if not isinstance(text, str):
            content.error("no text", f"expected text, found {text!r:.60}", line)
            continue
        words = {ours: _word(values[theirs]) for ours, theirs in fields.items() if ours != "text"}
        metadata = {ours: word for ours, word in words.items() if word} | {"encoding": encoding}
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield Record(content.file.name, line, text, digest, "row", metadata)
    if unused:
        content.warn("not used", f"columns that are not used: {', '.join(sorted(unused))}")


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


def _warc(content: Content) -> Iterator[Record]:
    """Read the pages of a web archive (WARC), or the texts taken from them (WET)."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    skipped: Counter[str] = Counter()
    number = 0
    try:
        for number, entry in enumerate(ArchiveIterator(io.BytesIO(content.data)), start=1):
            if entry.rec_type not in ("response", "conversion"):
                continue
            form, reason = _form(entry)
            if not form:
                skipped[reason] += 1
                continue
            try:
                yield _archived_page(entry, form, number, content.file)
            except InputError as error:
                content.problems.add(error.faults.assign(file=content.file.name, line=number))
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        message = f"no archive from record {number + 1} on: {error}"
        content.error("broken file", message, number + 1)
    for reason, count in sorted(skipped.items()):
        content.warn("not read", f"{count} record(s) left out: {reason}")


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


def _archived_page(entry: Any, form: str, number: int, file: File) -> Record:
    """Read one page of an archive, unpacked if the server packed it."""
    body = entry.content_stream().read(LARGEST_PAGE + 1)
    if len(body) > LARGEST_PAGE:
        raise refusal("too large", f"a page of more than {LARGEST_PAGE:,} bytes")
    if getattr(entry.raw_stream, "limit", 0) > 0:
        raise refusal("broken file", "the archive breaks off in this record")
    text, encoding = decode(body, html=form == "html")
    page = html(text) if form == "html" else Page(text)
    if not page.text.strip():
        raise refusal("no main text", "no main text found in this page")
    metadata = page.metadata | {"encoding": encoding}
    if address := entry.rec_headers.get_header("WARC-Target-URI"):
        metadata["source"] = address
    digest = hashlib.sha256(body).hexdigest()
    return Record(file.name, number, page.text, digest, form, metadata)


READERS: dict[str, Reader] = {
    ".txt": partial(_read_page, Page, "text"),
    ".md": partial(_read_page, markdown, "markdown"),
    ".html": partial(_read_page, html, "html"),
    ".htm": partial(_read_page, html, "html"),
    ".xhtml": partial(_read_page, html, "html"),
    ".xml": _feed,
    ".jsonl": _jsonl,
    ".json": _json,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".docx": partial(_read_document, office.docx, "docx"),
    ".odt": partial(_read_document, office.odt, "odt"),
    ".pdf": partial(_read_document, pdf, "pdf"),
    ".rtf": partial(_read_document, office.rtf, "rtf"),
    ".epub": partial(_read_document, office.epub, "epub"),
    ".eml": partial(_read_document, office.eml, "eml"),
    ".warc": _warc,
    ".wet": _warc,
}
