"""Archives (ZIP) and XML that a stranger may have made: nothing that they say is believed.

In come bytes, out come the files of an archive and the elements of XML; what is hostile or broken
is refused as a fault of its kind. Nothing is unpacked to disk.
"""

import io
import zipfile
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring

from clusterlib.problems import InputError, refusal

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
        return refusal(self.place, fault, message)

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
    raise refusal(place, "broken file", message)
