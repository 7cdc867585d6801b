"""Open a REFI-QDA project that a stranger may have made, and tell its codes and coders."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import refi
from clusterlib.archives import Archive
from clusterlib.problems import InputError, Problems, refusal

# Bytes of a file, of all that is in it, and of the XML.
LARGEST, WHOLE, XML = 200 << 20, 256 << 20, 64 << 20
SUBJECT = "the project"
NS = f"{{{refi.PROJECT}}}"
UNNAMED = "somebody unnamed"


def guid_of(text: str | None) -> str:
    """Return an identifier in small letters, without braces."""
    return (text or "").strip("{} ").lower()


def refuse(place: str, fault: str, message: str) -> InputError:
    """Return the error that one fault makes a project unusable."""
    return refusal(place, fault, message, SUBJECT)


def open_project(path: Path) -> tuple[Archive, Element]:
    """Open a project; return its files, and what the one file says that describes it."""
    if path.stat().st_size > LARGEST:
        raise refuse(path.name, "too large", f"is larger than {LARGEST >> 20} MB")
    archive, problems = Archive(path.read_bytes(), path.name, WHOLE), Problems()
    for name in archive.files:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:
            problems.error(name, "outside", "leaves the project's folder")
    if archive.has_repeated:
        problems.error(path.name, "duplicate file", "one of its files is there twice")
    problems.raise_errors(SUBJECT)
    names = [name for name in archive.files if name.endswith(".qde") and "/" not in name]
    if len(names) != 1:
        message = f"{len(names)} files have the ending .qde; expected 1"
        raise refuse(path.name, "no project", message)
    return archive, archive.parse(names[0], XML)


def codes_of(root: Element, book: pd.DataFrame) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the codebook's code of each identifier (None: passed over), and names of the rest."""
    if root.tag != f"{NS}Project":
        message = f"begins with {root.tag!r:.80}, not with a Project"
        raise refuse("project.qde", "no project", message)
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
            raise refuse("users", "unknown coder", f"{asked!r} is not there; found {there}")
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
