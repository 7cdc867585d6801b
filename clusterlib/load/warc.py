"""The pages of web archives: WARC, and WET, which holds their text."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

from clusterlib.load import html, pages
from clusterlib.load.decode import DecodeError, decode
from clusterlib.load.faults import Faults
from clusterlib.load.files import File
from clusterlib.load.record import Record

# A page of more bytes is none; a packed one could unpack to anything.
MOST = 20_000_000
KINDS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}


def warc(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    """Read the pages of a web archive.

    Parameters
    ----------
    file : File
        Its name leads the ids.
    data : bytes
        The archive, unpacked.
    faults : Faults
        Takes pages that cannot be read, by their number in the archive, and
        how many records are no pages.

    Yields
    ------
    Record
        Of each answer that is HTML or plain text, and each text that was taken
        from one; ``line`` is the number of the record, ``source`` its address.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    left: Counter[str] = Counter()
    number = 0
    try:
        for number, found in enumerate(ArchiveIterator(io.BytesIO(data)), start=1):
            if found.rec_type not in ("response", "conversion"):
                continue
            form, why = _form(found)
            if form:
                yield from _page(found, form, number, file, faults)
            else:
                left[why] += 1
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        message = f"no archive from record {number + 1} on: {error}"
        faults.error(file.name, "broken file", message, number + 1)
    if not number:
        faults.error(file.name, "empty", "holds no record of an archive")
    for why, count in sorted(left.items()):
        faults.warn(file.name, "not read", f"{count} record(s) left out: {why}")


def _form(found: Any) -> tuple[str | None, str]:
    """Return how a record is read, or why it is not."""
    if found.rec_type == "conversion":
        return "text", ""
    head = found.http_headers
    if head is None:
        return None, "not an answer of a web server"
    if head.get_statuscode() != "200":
        return None, f"status {head.get_statuscode()}"
    kind = str(head.get_header("Content-Type") or "no type").split(";")[0].strip().lower()
    return KINDS.get(kind), kind


def _page(found: Any, form: str, number: int, file: File, faults: Faults) -> Iterator[Record]:
    """Read one page, unpacked if the server packed it."""
    body = found.content_stream().read(MOST + 1)
    if len(body) > MOST:
        faults.error(file.name, "too large", f"a page of more than {MOST:,} bytes", number)
        return
    if getattr(found.raw_stream, "limit", 0) > 0:
        faults.error(file.name, "broken file", "the archive breaks off in this record", number)
        return
    try:
        text, encoding = decode(body, html=form == "html")
    except DecodeError as error:
        faults.error(file.name, error.fault, f"not readable as text: {error}", number)
        return
    page = html.html(text) if form == "html" else pages.plain(text)
    if not page.text.strip():
        faults.error(file.name, "no main text", "no main text found in this page", number)
        return
    said = page.said | {"encoding": encoding}
    if address := found.rec_headers.get_header("WARC-Target-URI"):
        said["source"] = address
    digest = hashlib.sha256(body).hexdigest()
    yield Record(file.name, number, page.text, digest, form, said)
