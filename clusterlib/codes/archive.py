"""Open a REFI-QDA project that a stranger may have made: nothing is unpacked, all is bounded."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from clusterlib.problems import InputError, Problems

# Bytes of a file, of all that is read from it, and of the XML; elements of this, and their depth.
LARGEST, WHOLE, XML, ELEMENTS, DEPTH = 200 << 20, 256 << 20, 64 << 20, 1_000_000, 64


SUBJECT = "the project"


def refusal(place: str, fault: str, message: str) -> InputError:
    """Return the error that one fault makes a project unusable."""
    problems = Problems()
    problems.error(place, fault, message)
    return InputError(problems.table(), SUBJECT)


class Archive:
    """The files of a project, by their names in small letters.

    Raises
    ------
    clusterlib.problems.InputError
        If the file is no archive, is too large, or names files as none may be named.
    """

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > LARGEST:
            raise refusal(path.name, "too large", f"is larger than {LARGEST >> 20} MB")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            message = f"is no project that can be read: {error}"
            raise refusal(path.name, "broken file", message) from None
        self._left = WHOLE
        self._entries: dict[str, zipfile.ZipInfo] = {}
        problems = Problems()
        for entry in self._zip.infolist():
            name = entry.filename.lower()
            parts = name.replace("\\", "/").split("/")
            if ".." in parts or not parts[0] or ":" in parts[0]:
                problems.error(entry.filename, "outside", "leaves the project's folder")
            elif name in self._entries:
                problems.error(entry.filename, "duplicate file", "is there twice")
            elif entry.flag_bits & 1:
                problems.error(entry.filename, "encrypted", "is encrypted")
            self._entries[name] = entry
        problems.raise_errors(SUBJECT)

    def names(self) -> list[str]:
        """Return the names of all files."""
        return list(self._entries)

    def read(self, name: str, largest: int = WHOLE) -> bytes:
        """Return the content of a file; what it claims to be long is not believed."""
        largest = min(largest, self._left)
        try:
            with self._zip.open(self._entries[name]) as stream:
                content = stream.read(largest + 1)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise refusal(name, "not readable", f"cannot be read: {error}") from None
        except Exception as error:  # decompressors have errors of their own
            raise refusal(name, "broken file", f"cannot be unpacked: {error}") from None
        if len(content) > largest:
            raise refusal(name, "too large", f"unpacks to more than {largest >> 20} MB")
        self._left -= len(content)
        return content


def parse(content: bytes, name: str) -> ElementTree.Element:
    """Return the root of an XML document, without entities or a document type.

    Parameters
    ----------
    content : bytes
        The document.
    name : str
        What to call it in faults.

    Returns
    -------
    xml.etree.ElementTree.Element

    Raises
    ------
    clusterlib.problems.InputError
        If it is not well-formed, too large or too deep, or declares a type or entities.

    Examples
    --------
    >>> parse(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "project.qde")
    Traceback (most recent call last):
    ...
    clusterlib.problems.InputError: the project has 1 fault(s):
      project.qde: declares a document type or entities, which no project needs
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    root: ElementTree.Element | None = None
    depth, count = 0, 0
    try:
        steps = iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True)
        for event, element in steps:
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > DEPTH or count > ELEMENTS:
                message = f"nests deeper than {DEPTH} or has over {ELEMENTS:,} parts"
                raise refusal(name, "too large", message)
    except DefusedXmlException:
        message = "declares a document type or entities, which no project needs"
        raise refusal(name, "hostile XML", message) from None
    except (ElementTree.ParseError, LookupError) as error:
        raise refusal(name, "broken file", f"is no well-formed XML: {error}") from None
    assert root is not None
    return root
