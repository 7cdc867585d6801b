"""Documents of office programs, books, letters, feeds: DOCX, ODT, RTF, XLSX, EPUB, e-mail, RSS.

In come the bytes of a file; out comes its text as a `Page`, paragraphs apart by an empty line and
tables a line a row; of a workbook, its sheets. What is no part of the text (running heads,
comments, attachments) is counted and said, and what must not be opened (macros, passwords,
another kind of file) is refused.
"""

import io
import posixpath
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from clusterlib.inputs import Archive, parse_xml
from clusterlib.load.html import Page, flow
from clusterlib.load.simplify import write_table
from clusterlib.problems import refusal

# What files begin with, and the suffix that says so.
SIGNATURES = (
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"),
)
OLD = (
    "it is encrypted, or of the Office of before 2007; save it without a password as .docx or .xlsx"
)
MACROS = ("vbaproject.bin", "basic/script-lc.xml")
# Parts of paragraphs that are no text: deleted or moved words, and the copy for old programs.
NO_TEXT = frozenset(
    "del moveFrom Fallback pPr rPr annotation tracked-changes note-citation".split()
)
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}
SPACES = re.compile(r"[ \t\r\n]+")
BOXES = frozenset("txbxContent text-box".split())
# A table with more characters in a cell is a layout of paragraphs.
LONGEST_CELL = 300
QUOTED_WORDS = 8
# Where feeds have their texts and dates, the fullest first.
FEED_TEXTS = "encoded content description summary".split()
FEED_DATES = "pubDate published date updated".split()


ZIPPED = (".docx", ".odt", ".epub", ".xlsx")


def open_package(data: bytes, suffix: str, most: int | None) -> Archive:
    """Open an archive that is of the kind that its suffix says."""
    package = Archive(data, "", most, "; raise max_mb")
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise refusal("encrypted", "is encrypted; save it without a password")
    if any(name.endswith(MACROS) for name in package.files):
        raise refusal("macros", "it holds macros; save it without them")
    kind = _kind(package)
    if kind != suffix:
        what = f"it is {kind[1:].upper()}" if kind else "it is another archive"
        hint = f"; name it {kind}" if kind else ""
        raise refusal("wrong suffix", f"{what}, not {suffix[1:].upper()}{hint}")
    return package


def _kind(package: Archive) -> str:
    """Return the suffix that says what an archive is; an empty one where it is none of these."""
    mimetype = package.read("mimetype")[:100].decode("ascii", "replace").strip()
    kinds = {"application/epub+zip": ".epub", "application/vnd.oasis.opendocument.text": ".odt"}
    if mimetype in kinds:
        return kinds[mimetype]
    folders = {name.split("/")[0] for name in package.files}
    return ".docx" if "word" in folders else ".xlsx" if "xl" in folders else ""


def refuse_another_kind(data: bytes, suffix: str) -> None:
    """Refuse a file that begins as one of another kind does."""
    start = data[:1024].lstrip()
    kind = next((kind for mark, kind in SIGNATURES if start.startswith(mark)), "")
    expected = "zip" if suffix in ZIPPED else suffix if suffix in (".pdf", ".rtf") else ""
    if kind == "old":
        raise refusal("encrypted", OLD)
    if kind == expected or (expected == ".pdf" and b"%PDF-" in data[:1024]):
        return
    if kind == "zip":
        message = "it is an archive, such as Office and zip programs write"
    elif kind:
        message = f"it is {kind[1:].upper()}; name it {kind}"
    elif not data.strip():
        raise refusal("empty", "holds no text")
    elif suffix == ".parquet" or not expected:
        return
    else:
        message = f"it does not begin as {suffix[1:].upper()} does, but with {data[:20]!r}"
    raise refusal("wrong suffix", message)


@dataclass
class _Text:
    """Paragraphs in order; those of notes follow the text."""

    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, element: Any, listed: bool = False) -> None:
        for child in element:
            name = _name(child)
            if name in ("p", "h"):
                self._add_paragraph(child, name == "p" and (listed or _is_item(child)))
            elif name in ("tbl", "table"):
                self.blocks += _table(child)
            elif name not in NO_TEXT:
                self.add(child, listed or name == "list-item")

    def _add_paragraph(self, element: Any, listed: bool) -> None:
        boxes: list[Any] = []
        text = "".join(self._words(element, boxes)).strip()
        if text:
            self.blocks.append(f"- {text}" if listed else text)
        for box in boxes:
            self.add(box)

    def _words(self, element: Any, boxes: list[Any]) -> Iterator[str]:
        """Yield the words of a paragraph; boxes in it are texts of their own."""
        # In Word's format only this holds text; in the other, whatever stands in a paragraph.
        mixed = "opendocument" in element.tag
        if mixed or _name(element) == "t":
            yield SPACES.sub(" ", element.text or "") if mixed else element.text or ""
        for child in element:
            name = _name(child)
            if name in BOXES:
                boxes.append(child)
            elif name in BREAKS:
                yield BREAKS[name]
            elif name == "s":
                counts = (n for key, n in child.items() if key.rsplit("}", 1)[-1] == "c")
                count = next(counts, "1")
                yield " " * min(int(count) if count.isdecimal() else 1, 20)
            elif name == "note":
                note = _Text()
                note.add(child)
                self.notes += note.blocks
            elif name not in NO_TEXT:
                yield from self._words(child, boxes)
            if mixed:
                yield SPACES.sub(" ", child.tail or "")


def _name(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _is_item(paragraph: Any) -> bool:
    """Tell an item of a list, which a numbered heading is not."""
    marks = [child for part in paragraph if _name(part) == "pPr" for child in part]
    styles = [value for mark in marks if _name(mark) == "pStyle" for value in mark.attrib.values()]
    titled = any(
        re.match(r"(?i)heading|title|[\w-]*berschrift|titre|kop|overskrift", s) for s in styles
    )
    return any(_name(mark) == "numPr" for mark in marks) and not titled


def _table(element: Any) -> list[str]:
    """Return a table, a line a row between bars; of a mere layout, its paragraphs."""
    rows: list[list[str]] = []
    paragraphs: list[str] = []
    for row in _rows(element):
        cells = []
        for cell in row:
            if _name(cell) in ("tc", "table-cell", "sdt"):
                inside = _Text()
                inside.add(cell)
                paragraphs += [*inside.blocks, *inside.notes]
                cells.append(" ".join(" ".join(inside.blocks).replace("|", "/").split()))
        if any(cells):
            rows.append(cells)
    width = max(map(len, rows), default=0)
    if width < 2 or len(rows) < 2 or max(len(cell) for row in rows for cell in row) > LONGEST_CELL:
        return paragraphs
    names, *others = [[*row, *[""] * (width - len(row))] for row in rows]
    return ["\n".join(write_table(names, others))]


def _rows(element: Any) -> Iterator[Any]:
    for child in element:
        if _name(child) in ("tr", "table-row"):
            yield child
        elif _name(child) not in NO_TEXT:
            yield from _rows(child)


def _page(blocks: Iterable[str], metadata: dict[str, str], aside: Iterable[str] = ()) -> Page:
    words = [word for text in aside for word in text.split()]
    metadata = {key: value.strip() for key, value in metadata.items() if value and value.strip()}
    return Page("\n\n".join(blocks), metadata, len(words), " ".join(words[:QUOTED_WORDS]))


def _texts(package: Archive, pattern: str) -> Iterator[str]:
    for name in sorted(package.files):
        if re.fullmatch(pattern, name):
            text = _Text()
            text.add(package.parse(name))
            yield from text.blocks


def _title(package: Archive, name: str) -> str:
    titles = (part.text or "" for part in package.parse(name).iter() if _name(part) == "title")
    return next(titles, "")


def docx(data: bytes, most: int | None) -> Page:
    """Take the text of a document of Word: paragraphs, lists, tables, boxes and notes."""
    package = open_package(data, ".docx", most)
    targets = [
        part.get("Target", "").lstrip("/")
        for part in package.parse("_rels/.rels")
        if part.get("Type", "").endswith("/officeDocument")
    ]
    main = next((name for name in targets if name.lower() in package.files), "word/document.xml")
    if main.lower() not in package.files:
        raise refusal("broken file", f"its text, {main}, is missing")
    text = _Text()
    text.add(package.parse(main))
    notes = _texts(package, r"word/(?:footnotes|endnotes)\.xml")
    aside = _texts(package, r"word/(?:header\d*|footer\d*|comments)\.xml")
    return _page([*text.blocks, *notes], {"title": _title(package, "docProps/core.xml")}, aside)


def odt(data: bytes, most: int | None) -> Page:
    """Take the text of a document of LibreOffice: paragraphs, lists, tables, boxes and notes."""
    package = open_package(data, ".odt", most)
    content = package.parse("content.xml")
    bodies = [part for part in content.iter() if _name(part) == "text" and len(part)]
    text = _Text()
    for body in bodies[:1]:
        text.add(body)
    styles = package.parse("styles.xml").iter()
    aside = _Text()
    for part in styles:
        if _name(part) in ("header", "footer"):
            aside.add(part)
    metadata = {"title": _title(package, "meta.xml")}
    return _page([*text.blocks, *text.notes], metadata, aside.blocks)


def rtf(data: bytes, most: int | None) -> Page:
    """Take the text of a document in rich text format."""
    from striprtf.striprtf import rtf_to_text

    # Pictures are most of a file, and no text.
    source = re.sub(rb"[0-9a-fA-F\r\n]{2000,}", b"", data).decode("latin-1")
    text = rtf_to_text(source, errors="replace").replace("\x00", "")
    page = _page((line.strip() for line in text.split("\n") if line.strip()), {})
    aside = re.search(rb"\\\\(?:header|footer|annotation)[lrf]?\b", data)
    return replace(page, remark="running heads or comments" if aside else "")


def epub(data: bytes, most: int | None) -> Page:
    """Take the text of a book, chapter by chapter."""
    package = open_package(data, ".epub", most)
    roots = [
        part.get("full-path", "")
        for part in package.parse("META-INF/container.xml").iter()
        if _name(part) == "rootfile"
    ]
    if not roots or roots[0].lower() not in package.files:
        raise refusal("broken file", "it does not say which its chapters are")
    book = package.parse(roots[0])
    items = {part.get("id"): part for part in book.iter() if _name(part) == "item"}
    spine = [items.get(part.get("idref")) for part in book.iter() if _name(part) == "itemref"]
    folder = posixpath.dirname(roots[0])
    names = [
        posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in spine
        if item is not None and "nav" not in item.get("properties", "").split()
    ]
    locked = package.read("META-INF/encryption.xml").decode("utf-8", "replace")
    if any(name in locked for name in names):
        raise refusal("encrypted", "it is protected against copying")
    if missing := [name for name in names if name.lower() not in package.files]:
        raise refusal("broken file", f"the chapter(s) {', '.join(missing[:5])} are missing")
    stated = {_name(part): part.text or "" for part in reversed(list(book.iter()))}
    metadata = {"title": stated.get("title", ""), "published": stated.get("date", "")[:10]}
    metadata |= {"lang": stated.get("language", ""), "source": stated.get("publisher", "")}
    return _page((flow(package.read(name)) for name in names), metadata)


def eml(data: bytes, most: int | None) -> Page:
    """Take the text of an e-mail; attachments are named."""
    import email
    import email.policy

    message = email.message_from_bytes(data, policy=email.policy.default)
    if not message.keys():
        raise refusal("broken file", "it is no e-mail: it has no head")
    body = message.get_body(("plain", "html"))
    text = "" if body is None else str(body.get_content())
    if body is not None and body.get_content_subtype() == "html":
        text = flow(text.encode("utf-8", "replace"))
    attached = [
        part.get_filename() or part.get_content_type() for part in message.iter_attachments()
    ]
    date = message["date"].datetime if message["date"] else None
    metadata = {
        "title": str(message["subject"] or ""),
        "published": date.date().isoformat() if date else "",
    }
    page = _page([text.strip("\r\n")], metadata)
    remark = f"attachment(s) of the e-mail: {', '.join(attached)}" if attached else ""
    return replace(page, remark=remark)


def feed(data: bytes) -> Iterator[dict[str, str]]:
    """Yield the entries of a feed (RSS or Atom), each as a row of a table."""
    root = parse_xml(data, "", "the feed")
    if _name(root) not in ("rss", "RDF", "feed"):
        message = f"XML of another kind, beginning with <{_name(root)}>; save its text as .txt"
        raise refusal("not read", message)
    for entry in (part for part in root.iter() if _name(part) in ("item", "entry")):
        stated = {_name(part): "".join(part.itertext()).strip() for part in entry}
        links = [part.get("href") or part.text or "" for part in entry if _name(part) == "link"]
        text = next((stated[name] for name in FEED_TEXTS if stated.get(name)), "")
        text = flow(text.encode("utf-8", "replace")) if "<" in text else text
        dates = (stated[name] for name in FEED_DATES if stated.get(name))
        title = stated.get("title", "")
        yield {
            "title": title,
            "text": "\n\n".join(filter(None, (title, text))),
            "published": _date(next(dates, "")),
            "source": next(iter(links), ""),
        }


def _date(value: str) -> str:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(value).date().isoformat()
    except ValueError:
        return value[:10]


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet, with the number that the program shows, and what could not be had.

    ``without_value`` holds line and column of formulas whose value was never computed.
    """

    name: str
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    without_value: list[tuple[int, str]] = field(default_factory=list)


def read_sheets(data: bytes, most: int | None) -> Iterator[Sheet]:
    """Read the sheets of a workbook; of a formula the value that was computed last.

    The first row that holds something names the columns.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    open_package(data, ".xlsx", most)
    with warnings.catch_warnings():
        # Of what is no cell: pictures, rules of validation.
        warnings.simplefilter("ignore")
        try:
            values, formulas = (
                openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=only)
                for only in (True, False)
            )
        except (InvalidFileException, KeyError, ValueError, OSError) as error:
            raise refusal("broken file", f"no workbook that can be read: {error}") from None
        for sheet in values.worksheets:
            read = Sheet(sheet.title)
            rows = zip(sheet.iter_rows(), formulas[sheet.title].iter_rows(), strict=True)
            for line, (cells, written) in enumerate(rows, start=1):
                if not any(read.columns):
                    names = ("" if cell.value is None else str(cell.value) for cell in cells)
                    read.columns[:] = map(str.strip, names)
                    continue
                filled = {
                    name: cell.value
                    for name, cell in zip(read.columns, cells, strict=False)
                    if name and cell.value is not None
                }
                if filled:
                    read.rows.append((line, filled))
                for name, cell in zip(read.columns, written, strict=False):
                    if name and cell.data_type == "f" and name not in filled:
                        read.without_value.append((line, name))
            yield read
