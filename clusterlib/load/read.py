"""From one file to its texts: a page is one text, a table is one text a row."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator

from clusterlib.load import html, pages, tables, warc
from clusterlib.load.decode import DecodeError, decode
from clusterlib.load.faults import Faults
from clusterlib.load.files import PACKED, File, kind
from clusterlib.load.record import ALIASES, Record

Reader = Callable[[File, bytes, Faults], Iterable[Record]]


def records(
    file: File, faults: Faults, max_mb: float | None, expected: str | None = None
) -> list[Record]:
    """Read the texts of one file.

    Parameters
    ----------
    file : File
        What to read; its suffix tells how.
    faults : Faults
        Takes every reason why the file or a row of it cannot be used.
    max_mb : float or None
        Files of more megabytes are refused.
    expected : str, optional
        The SHA-256 that the file should have; another one is a fault.

    Returns
    -------
    list of Record
        Empty where nothing of the file can be used.
    """
    data = _bytes(file, faults, max_mb)
    if data is None or (expected and not _is_unchanged(data, expected, file, faults)):
        return []
    try:
        found = list(READERS[kind(file.path.name)](file, data, faults))
    except DecodeError as error:
        faults.error(file.name, error.fault, f"not readable as text: {error}", error.line)
        return []
    except Exception as error:  # whatever a parser stumbles over, the other files are read
        message = f"could not be read: {type(error).__name__}: {error}"
        faults.error(file.name, "not readable", message)
        return []
    return [record for record in found if _is_usable(record, faults)]


def _bytes(file: File, faults: Faults, max_mb: float | None) -> bytes | None:
    try:
        size = file.path.stat().st_size
        if max_mb is not None and size > max_mb * 1e6:
            message = f"{size:,} bytes are over the limit of {max_mb * 1e6:,.0f}; "
            faults.error(file.name, "too large", message + "raise max_mb, or None lifts it")
            return None
        data = file.path.read_bytes()
    except OSError as error:
        faults.error(file.name, "not readable", f"{error.strerror or error}; check permissions")
        return None
    return _unpacked(data, file, faults, max_mb) if file.name.lower().endswith(PACKED) else data


def _unpacked(data: bytes, file: File, faults: Faults, max_mb: float | None) -> bytes | None:
    """Unpack a file, but never beyond the limit: little data can unpack to very much."""
    most = None if max_mb is None else int(max_mb * 1e6)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = stream.read() if most is None else stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        faults.error(file.name, "broken file", f"cannot be unpacked: {error}")
        return None
    if most is not None and len(found) > most:
        message = f"it unpacks to more than the limit of {most:,} bytes; "
        faults.error(file.name, "too large", message + "raise max_mb, or None lifts it")
        return None
    return found


def _is_unchanged(data: bytes, expected: str, file: File, faults: Faults) -> bool:
    digest = hashlib.sha256(data).hexdigest()
    if digest == expected.lower():
        return True
    message = (
        f"its content changed: sha256 is {digest[:12]}…, registry.csv expects "
        f"{expected[:12]}…; restore the file, or register the new hash"
    )
    faults.error(file.name, "changed", message)
    return False


def _is_usable(record: Record, faults: Faults) -> bool:
    if not record.text.strip():
        faults.error(record.file, "empty", "holds no text", record.line)
        return False
    try:
        record.text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"character {error.start} is half of a surrogate pair, not a character"
        faults.error(record.file, "not Unicode", message, record.line)
        return False
    return True


def _page(extract: Callable[[str], pages.Page], form: str) -> Reader:
    """Make a reader of files that hold one text each."""

    def read(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
        text, encoding = decode(data, html=form == "html")
        page = extract(text)
        if page.set_aside and not page.text:
            message = f"no main text found among {page.set_aside} visible words; save it as .txt"
            faults.error(file.name, "no main text", message)
            return
        if page.set_aside:
            message = (
                f"{page.set_aside} word(s) outside the main text were set aside, "
                f"beginning {page.beginning!r}"
            )
            faults.warn(file.name, "main text only", message)
        digest = hashlib.sha256(data).hexdigest()
        said = {ALIASES.get(key, key): value for key, value in page.said.items()}
        yield Record(file.name, None, page.text, digest, form, said | {"encoding": encoding})

    return read


READERS: dict[str, Reader] = {
    ".txt": _page(pages.plain, "text"),
    ".md": _page(pages.markdown, "markdown"),
    ".html": _page(html.html, "html"),
    ".htm": _page(html.html, "html"),
    ".jsonl": tables.jsonl,
    ".csv": tables.delimited,
    ".parquet": tables.parquet,
    ".warc": warc.warc,
    ".wet": warc.warc,
}
