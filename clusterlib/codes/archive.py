"""Open a REFI-QDA project that a stranger may have made, and tell its codes and coders."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import refi
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
        self.entries: dict[str, zipfile.ZipInfo] = {}
        problems = Problems()
        for entry in self._zip.infolist():
            name = entry.filename.lower()
            parts = name.replace("\\", "/").split("/")
            if ".." in parts or not parts[0] or ":" in parts[0]:
                problems.error(entry.filename, "outside", "leaves the project's folder")
            elif name in self.entries:
                problems.error(entry.filename, "duplicate file", "is there twice")
            elif entry.flag_bits & 1:
                problems.error(entry.filename, "encrypted", "is encrypted")
            self.entries[name] = entry
        problems.raise_errors(SUBJECT)

    def read(self, name: str, largest: int = WHOLE) -> bytes:
        """Return the content of a file; what it claims to be long is not believed."""
        largest = min(largest, self._left)
        try:
            with self._zip.open(self.entries[name]) as stream:
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


NS = f"{{{refi.PROJECT}}}"
UNNAMED = "somebody unnamed"


def guid_of(text: str | None) -> str:
    """Return an identifier in small letters, without braces."""
    return (text or "").strip("{} ").lower()


def project_file(archive: Archive) -> str:
    """Return the name of the one file that describes the project."""
    names = [name for name in archive.entries if name.endswith(".qde") and "/" not in name]
    if len(names) != 1:
        message = f"{len(names)} files have this ending; expected 1"
        raise refusal("project.qde", "no project", message)
    return names[0]


def codes_of(root: Element, book: pd.DataFrame) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the codebook's code of each identifier (None: passed over), and names of the rest."""
    if root.tag != f"{NS}Project":
        message = f"begins with {root.tag!r:.80}, not with a Project"
        raise refusal("project.qde", "no project", message)
    by_guid = {refi.guid("code", code): code for code in book["code"]}
    by_name = {name.casefold(): code for name, code in zip(book["code"], book["code"], strict=True)}
    by_name |= {name.casefold(): code for code, name in refi.names(book).items()}
    aside = {name: refi.guid("folder", name) for name in (refi.THEMES, refi.FACTS, refi.ACTORS)}
    codes: dict[str, str | None] = {}
    unknown: dict[str, str] = {}
    stack = [(code, False) for code in root.iterfind(f"{NS}CodeBook/{NS}Codes/{NS}Code")]
    while stack:
        element, ours = stack.pop()
        guid, name = guid_of(element.get("guid")), " ".join((element.get("name") or "").split())
        ours = ours or name in aside or guid in aside.values()
        code = by_guid.get(guid) or by_name.get(name.casefold())
        if ours or code:
            codes[guid] = None if ours else code
        else:
            unknown[guid] = name
        stack += [(child, ours) for child in element.iterfind(f"{NS}Code")]
    return codes, unknown


@dataclass
class Coders:
    """Whose codings count, and whose there are.

    Attributes
    ----------
    names : dict of str to str
        The name of each coder, by identifier.
    asked : str or None
        The coder who is asked for by name; if there is none, people count, and
        what `clusterlib.export.qdpx` wrote does not.
    counted, passed : set of str
        Who has coded: those whose codings count, and those whose do not.

    Examples
    --------
    >>> coders = Coders({"1": "Ann", refi.guid("coder", "clusterlib"): "clusterlib"})
    >>> [coders.count(guid) for guid in coders.names], coders.counted
    ([True, False], {'Ann'})
    """

    names: dict[str, str]
    asked: str | None = None
    counted: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Element, asked: str | None) -> Self:
        """Return the coders of a project; the one who is asked for has to be there."""
        users = root.iter(f"{NS}User")
        names = {guid_of(user.get("guid")): user.get("name") or UNNAMED for user in users}
        if asked is not None and asked not in names.values():
            there = ", ".join(sorted(set(names.values()))) or "nobody"
            raise refusal("users", "unknown coder", f"{asked!r} is not there; found {there}")
        return cls(names, asked)

    def count(self, guid: str) -> bool:
        """Note that a coder has coded, and tell whether that counts."""
        name = self.names.get(guid, UNNAMED)
        # What `clusterlib.export.qdpx` wrote is told by either, for programs keep one of them.
        machine = name.casefold() == refi.CODER or guid == refi.guid("coder", name)
        counts = not machine if self.asked is None else name == self.asked
        (self.counted if counts else self.passed).add(name)
        return counts

    def check(self, problems: Problems) -> None:
        """Note it as a fault if the machine alone has coded."""
        if self.asked is None and self.passed and not self.counted:
            message = "nobody has coded: cl.export.qdpx wrote all codings that are there"
            hint = f"{_or(self.passed)} reads them"
            problems.error("users", "no coding", f"{message}; {hint}")

    def remarks(self) -> Iterator[str]:
        """Say where codings of several are read as one, and whose are left out."""
        if self.asked is not None:
            return
        if len(self.counted) > 1:
            names = ", ".join(sorted(self.counted))
            yield f"codings of several people are read as one: {names}; coder= reads one alone"
        if self.passed:
            message = "the codings that cl.export.qdpx wrote are left out"
            yield f"{message}; {_or(self.passed)} reads them"


def _or(names: set[str]) -> str:
    return " or ".join(f"coder={name!r}" for name in sorted(names))
