"""Which codes and coders of a REFI-QDA project are ours, whatever a program has named them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import refi
from clusterlib.codes.archive import Archive, refusal
from clusterlib.problems import Problems

NS = f"{{{refi.PROJECT}}}"
UNNAMED = "somebody unnamed"


def guid_of(text: str | None) -> str:
    """Return an identifier in small letters, without braces."""
    return (text or "").strip("{} ").lower()


def project_file(archive: Archive) -> str:
    """Return the name of the one file that describes the project."""
    names = [name for name in archive.names() if name.endswith(".qde") and "/" not in name]
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
    known: dict[str, str | None] = {}
    unknown: dict[str, str] = {}
    stack = [(code, False) for code in root.iterfind(f"{NS}CodeBook/{NS}Codes/{NS}Code")]
    while stack:
        element, ours = stack.pop()
        guid, name = guid_of(element.get("guid")), " ".join((element.get("name") or "").split())
        ours = ours or name in aside or guid in aside.values()
        code = by_guid.get(guid) or by_name.get(name.casefold())
        if ours or code:
            known[guid] = None if ours else code
        else:
            unknown[guid] = name
        stack += [(child, ours) for child in element.iterfind(f"{NS}Code")]
    return known, unknown


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
        counts = name == self.asked if self.asked is not None else not self._machine(guid, name)
        (self.counted if counts else self.passed).add(name)
        return counts

    def _machine(self, guid: str, name: str) -> bool:
        """Tell whether `clusterlib.export.qdpx` wrote this coder; programs keep either."""
        return name.casefold() == refi.CODER or guid == refi.guid("coder", name)

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
            remark = "the codings that cl.export.qdpx wrote are left out"
            yield f"{remark}; {_or(self.passed)} reads them"


def _or(names: set[str]) -> str:
    return " or ".join(f"coder={name!r}" for name in sorted(names))
