"""What other programs save: the encoding of texts, rows of CSV and its kin, archives and XML.

In come bytes, out come texts without a character lost or invented, rows with their lines, the files
of an archive (ZIP) and the elements of XML. Nothing that a stranger may have made is believed: what
is hostile or broken is refused as a fault of its kind, and nothing is unpacked to disk.
"""

import bisect
import codecs
import csv
import functools
import importlib.resources
import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring

import pandas as pd

from clusterlib.problems import InputError, Problems, refusal

CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([-\w]{3,20})""", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these names as the encodings of Windows that contain them.
AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
# Python knows codecs that no page is in (utf-7, idna, undefined): only these are believed.
DECLARABLE = re.compile(
    r"cp(125\d|874|866|932|949)|iso8859-\d+|koi8-[ru]|mac-cyrillic|gb18030|big5|euc_jp|iso2022_jp"
)
# Those that European pages use. Text that looks more like one of the others is refused.
LEGACY = (
    "cp1252 cp1251 cp1250 cp1253 cp1254 cp1257 koi8_r koi8_u "
    "iso8859_15 iso8859_2 iso8859_5 iso8859_7 iso8859_9 iso8859_13 iso8859_1"
).split()
OTHERS = (
    "cp932 cp949 gb18030 big5 euc_kr shift_jis_2004 euc_jis_2004 "
    "cp437 cp850 cp852 cp866 mac_roman mac_latin2 mac_cyrillic"
).split()
WELL_FORMED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
SAMPLE = 65_536


def decode(data: bytes, html: bool = False) -> tuple[str, str]:
    """Decode the bytes of a whole file; return the text and its encoding.

    A byte order mark, which is no part of the text, decides; then UTF-8, then the charset that an
    HTML page declares (as browsers understand its name), then UTF-16 without a mark, then the
    legacy encoding that chardet takes it for, if pages are in it. A file that is UTF-8 except for
    a few bytes is refused, not guessed at, as is one that looks binary. Line ends are kept as
    they are.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    if b"\0" in data:
        encoding = _utf16_without_mark(data)
        return _strict(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(data, error)
    for encoding in filter(None, (_declared(data) if html else None, _guess(data))):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding), encoding
    raise _refusal("unknown encoding", "no text encoding fits; save it as UTF-8")


def _refusal(fault: str, message: str, line: int | None = None) -> InputError:
    return refusal(fault, f"not readable as text: {message}", line=line)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count("\n".encode(encoding)[-1:], 0, error.start) + 1
        message = f"it begins like {encoding}, but byte {error.start} does not fit"
        raise _refusal("broken encoding", message, line) from None


def _refuse_broken_utf8(data: bytes, error: UnicodeDecodeError) -> None:
    """Raise if most of what is beyond ASCII is UTF-8: a legacy text hardly ever looks so."""
    runs = BEYOND_ASCII.findall(data)
    good = sum(len(WELL_FORMED.findall(run)) for run in runs)
    bad = sum(len(WELL_FORMED.sub(b"", run)) for run in runs)
    if good <= bad:
        return
    message = f"UTF-8 except for {bad or 1} byte(s), the first being byte {error.start} "
    message += f"(0x{data[error.start]:02x}); repair it at its source, for a guess would falsify it"
    line = data.count(b"\n", 0, error.start) + 1
    raise _refusal("broken encoding", message, line) from None


def _declared(data: bytes) -> str | None:
    """Return the codec of the charset that a page declares, if it is one that pages are in."""
    charset = CHARSET.search(data[:4096])
    if not charset:
        return None
    try:
        name = codecs.lookup(charset[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    name = AS_BROWSERS_DO.get(name, name)
    return name if DECLARABLE.fullmatch(name) else None


def _utf16_without_mark(data: bytes) -> str:
    """Tell big from little endian by where the zero bytes of ASCII characters stand."""
    even, odd = data[0:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    zeros, total = even + odd, min(len(data), SAMPLE)
    lopsided = max(even, odd) > 20 * min(even, odd)
    if len(data) % 2 == 0 and lopsided and zeros > total / 20:
        return "utf-16-be" if even > odd else "utf-16-le"
    raise _refusal("binary", "it holds zero bytes: binary content, not text")


def _guess(data: bytes) -> str | None:
    """Return the legacy encoding that the bytes look like, if it is one that pages are in."""
    import chardet

    # Lines without a byte above 127 fit every candidate and say nothing.
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    guess = chardet.detect(sample, compat_names=False, include_encodings=LEGACY + OTHERS)
    name = (guess["encoding"] or "").replace("-", "_")
    return name if name in LEGACY else None


# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@")

QUOTED = re.compile(r'"(?:[^"]|"")*"')
SEPARATOR = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)


@functools.cache
def read_data(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that comes with the library, by its name."""
    path = importlib.resources.files("clusterlib") / "data" / f"{name}.csv"
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


@dataclass
class Table:
    """A header in lower case, and the rows with their line numbers."""

    names: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def parse(text: str, file: str, problems: Problems) -> Table:
    """Parse a delimited table; the delimiter is the sign that the header has most of.

    A first line ``sep=;`` is understood. Without a usable header there are no names.

    A row with a broken quote becomes a fault, and reading goes on: with the
    next line, if the lines that the open quote swallowed are rows themselves;
    else behind them, because they belong to the broken row. Neither the reader
    of pandas nor that of csv does that.
    """
    # Unlike str.splitlines, this splits where csv does.
    lines = list(io.StringIO(text, newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return Table()
    delimiter = max(",;\t|", key=QUOTED.sub("", lines[start]).count)
    if declared := SEPARATOR.fullmatch(lines[start]):
        delimiter, start = declared[1], start + 1
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        rows = list(_rows(lines, start, delimiter, file, problems))
    finally:
        csv.field_size_limit(limit)
    at, header = rows[0] if rows else (0, [])
    names = [name.strip().lower() for name in header]
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        message = f"the column(s) {', '.join(twice)} occur twice"
        problems.error(file, "duplicate column", message, at)
        return Table()
    table = Table(names)
    for line, values in rows[1:]:
        if len(values) == len(names):
            table.rows.append((line, dict(zip(names, values, strict=True))))
        elif values:
            message = f"{len(values)} fields where the header has {len(names)}"
            problems.error(file, "broken row", message, line)
    return table


def _rows(
    lines: list[str], start: int, delimiter: str, file: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line, and note those that are broken."""
    first, fields = start, 0

    def is_row(number: int) -> bool | None:
        """Tell whether a line is a row by itself; None where its quotes are not in order."""
        try:
            row = next(csv.reader([lines[number]], delimiter=delimiter, strict=True), [])
            return len(row) in (0, fields)
        except csv.Error:
            return None

    while first < len(lines):
        begin = first
        rest = map(lines.__getitem__, range(begin, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        try:
            for values in reader:
                fields = fields or len(values)
                yield first + 1, values
                first = begin + reader.line_num
            return
        except csv.Error as error:
            end = begin + reader.line_num
            unclosed = end == len(lines) and "end of data" in str(error)
            message = f"not readable as CSV: {error}"
        alone = [is_row(number) for number in range(first + 1, end)]
        # The line that closed the quote wrongly may itself open one: a row, too.
        if alone and alone[-1] is None and not unclosed:
            alone.pop()
        if fields > 1 and all(alone):
            end = first + 1
        elif end > first + 2:
            message += f"; its quote runs on, and lines {first + 1} to {end} were not read"
        problems.error(file, "broken row", message, first + 1)
        first = end


def read(
    source: str | Path | pd.DataFrame, name: str, problems: Problems, wanted: str = ""
) -> pd.DataFrame:
    """Read a table that a person has filled in: a CSV file, or a table that was read already.

    Every cell is a text, the columns of a file are in small letters; the index is the line, as a
    spreadsheet counts, with the header as 1. Where no table can be read there are no columns.
    ``name`` is what faults call it, ``wanted`` what they say is expected of it.
    """
    if isinstance(source, pd.DataFrame):
        return source.set_axis(range(2, len(source) + 2)).fillna("").astype(str)
    path, broken = Path(source), Problems()
    unreadable = f"{path.name} is no table that can be read: "
    try:
        given = parse(decode(path.read_bytes())[0], name, broken)
    except (OSError, InputError) as error:
        why = error.faults["message"].item() if isinstance(error, InputError) else str(error)
        problems.error(name, "not readable", unreadable + why + wanted)
        return pd.DataFrame()
    if not given.names and not broken.rows:
        problems.error(name, "empty", f"{unreadable}it is empty{wanted}")
    # A spreadsheet counts the lines inside a cell with its row.
    starts = [line for line, _ in given.rows]
    within = [sum(cell.count("\n") for cell in row.values()) for _, row in given.rows]
    before = [0, *itertools.accumulate(within)]
    for _, line, _, _, _, fault, message in broken.rows:
        shown = line - before[bisect.bisect_left(starts, line)]
        problems.error(name, fault, message, shown)
    index = [line - more for line, more in zip(starts, before, strict=False)]
    columns = {column: [row[column] for _, row in given.rows] for column in given.names}
    table = pd.DataFrame(columns, index)
    unnamed = "" in table and not any(map(str.strip, columns[""]))
    return table.drop(columns="") if unnamed else table


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table that a person is to fill in, as CSV that spreadsheets open.

    Missing cells are empty; a text that a spreadsheet would take for a formula begins with an
    apostrophe.
    """
    shown = table.fillna("").astype(str)
    shown = shown.map(lambda text: f"'{text}" if text.startswith(FORMULA) else text)
    shown.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


# Elements of an XML document, and how deep they may nest.
ELEMENTS, DEPTH = 2_000_000, 256


class Archive:
    """The files of an archive, by their names in small letters."""

    def __init__(self, data: bytes, place: str, most: int | None, hint: str = "") -> None:
        self.place = place
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise self.refusal("broken file", f"is no archive that can be read: {error}") from None
        entries = self._zip.infolist()
        self.files = {entry.filename.lower(): entry for entry in entries}
        self.has_repeated = len(self.files) < len(entries)
        # Nothing reads more of a file than it states.
        if most is not None and sum(entry.file_size for entry in entries) > most:
            message = f"unpacks to more than the limit of {most:,} bytes{hint}"
            raise self.refusal("too large", message)
        if any(entry.flag_bits & 1 for entry in entries):
            raise self.refusal("encrypted", "is encrypted; save it without a password")

    def refusal(self, fault: str, message: str) -> InputError:
        """Return the error that one fault makes the archive unusable."""
        return refusal(fault, message, self.place)

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return the content of a file; one that is not there is empty."""
        entry = self.files.get(name.lower())
        if entry is None:
            return b""
        if most is not None and entry.file_size > most:
            message = f"{name} unpacks to more than {most >> 20} MB"
            raise self.refusal("too large", message)
        try:
            with self._zip.open(entry) as stream:
                # Without a number, a piece would be unpacked as far as it goes.
                return stream.read(entry.file_size + 1)
        except Exception as error:  # decompressors have errors of their own
            message = f"{name} cannot be unpacked: {error}"
            raise self.refusal("broken file", message) from None

    def parse(self, name: str, most: int | None = None) -> Element:
        """Return the root of a file that is XML; of one that is not there, an empty element."""
        content = self.read(name, most)
        return parse_xml(content, self.place, name) if content else Element("nothing")


class _Builder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self.depth = self.count = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self.depth += 1
        self.count += 1
        if self.depth > DEPTH or self.count > ELEMENTS:
            raise ValueError(f"nests deeper than {DEPTH} or has over {ELEMENTS:,} parts")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self.depth -= 1
        return super().end(tag)

    def doctype(self, *declared: str | None) -> None:
        """Refuse what could name entities and other files."""
        raise ValueError("declares a document type or entities")


def parse_xml(content: bytes, place: str, name: str = "it") -> Element:
    """Return the root of an XML document, without entities or a document type."""
    try:
        return fromstring(content, XMLParser(target=_Builder()))
    except (ParseError, LookupError) as error:
        message = f"{name} is no well-formed XML: {error}"
    except ValueError as error:
        message = f"{name} {error}"
    raise refusal("broken file", message, place)
