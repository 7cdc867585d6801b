"""Read what programs of qualitative analysis write: REFI-QDA projects and codebooks (`.qdc`).

A file that a stranger may have made is opened, and tells its codes and who has coded.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import refi
from clusterlib.archives import Archive, parse_xml
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
    """Whose codings count, and whose there are."""

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


SUFFIXES = (".qdc", ".qdpx")
COLUMNS = "code parent dimension label definition use_when not_when probes".split()
TAG = re.compile(r"<\s*[a-zA-Z!/?][^>]*>")
# How `clusterlib.export.qdc` writes what only our codebooks have.
OURS = re.compile(
    r"(?P<definition>.*?)(?:\nUse when: (?P<use_when>.*?))?(?:\nNot when: (?P<not_when>.*?))?"
    r"\nCode: (?P<code>[a-z0-9-]+)\. Probes: (?P<probes>.*)",
    re.DOTALL,
)
ASIDE = frozenset({refi.THEMES, refi.FACTS, refi.ACTORS})
# Letters that do not come apart into one of a to z and an accent.
LATIN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяђјљњћџαβγδεζηθικλμνξοπρσςτυφχψωßæœøđðþłı",
        (
            "a,b,v,g,g,d,e,ie,zh,z,i,i,i,y,k,l,m,n,o,p,r,s,t,u,f,h,ts,ch,sh,sht,a,y,,e,yu,ya,dj,j,lj,"
            "nj,c,dz,a,v,g,d,e,z,i,th,i,k,l,m,n,x,o,p,r,s,s,t,y,f,ch,ps,o,ss,ae,oe,o,d,d,th,l,i"
        ).split(","),
        strict=True,
    )
)


def read_exchange(path: Path) -> pd.DataFrame:
    """Read the codes of a codebook, or of a project, that another program wrote."""
    try:
        if path.suffix.lower() == ".qdpx":
            _, root = open_project(path)
        elif path.stat().st_size > XML:
            raise refuse(path.name, "too large", f"is larger than {XML >> 20} MB")
        else:
            root = parse_xml(path.read_bytes(), path.name)
    except OSError as error:
        raise refuse(path.name, "not readable", str(error.strerror or error)) from None
    book = root if _name(root) == "CodeBook" else next(_children(root, "CodeBook"), None)
    if book is None:
        message = f"begins with {_name(root)!r:.80}, not with the CodeBook of REFI-QDA"
        raise refuse(path.name, "no codebook", message)
    codes = [code for codes in _children(book, "Codes") for code in _children(codes, "Code")]
    dotted = (root.get("origin") or "").startswith("Taguette")
    table = pd.DataFrame(list(_rows(codes, dotted)), columns=COLUMNS, dtype="str")
    return table.set_axis(range(1, len(table) + 1))


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _rows(codes: list[Element], dotted: bool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of codes; dotted: names hold the hierarchy, "energy" and "energy.storage"."""
    taken: set[str] = set()
    labels: set[str] = set()
    by_label: dict[str, str] = {}
    names = {code.get("name") for code in codes}
    stack = [(code, "", "", "") for code in reversed(codes)]
    while stack:
        element, parent, dimension, above = stack.pop()
        name = " ".join((element.get("name") or "").split())
        inner = list(_children(element, "Code"))
        if name in ASIDE:
            continue
        if inner and element.get("isCodable", "true").lower() in ("false", "0"):
            folder = dimension or (_dimension(element, name) if not parent else "")
            stack += [(child, parent, folder, name) for child in reversed(inner)]
            continue
        prefix, _, last = name.rpartition(".")
        if dotted and prefix and last and prefix not in names:
            name, dimension = last, prefix
        row = _describe(element, name)
        code = row["code"] or _unique(_slug(name) or f"code-{len(taken) + 1}", taken)
        taken.add(code)
        label = name.removesuffix(f" ({code})")
        if label.casefold() in labels:
            label = f"{name} ({above})" if above else name
        labels.add(label.casefold())
        if not parent and "." in name:
            parent = by_label.get(prefix, "")
        by_label.setdefault(name, code)
        texts = (row[column] for column in COLUMNS[4:])
        yield code, parent, dimension, label, *texts
        stack += [(child, code, dimension, name) for child in reversed(inner)]


def _describe(element: Element, name: str) -> dict[str, str]:
    """Return what the description of a code says, in our terms."""
    description = next(_children(element, "Description"), None)
    text = "" if description is None else "".join(description.itertext()).strip()
    row = dict.fromkeys(["code", *COLUMNS[4:]], "")
    match = OURS.fullmatch(text)
    if match and guid_of(element.get("guid")) == refi.guid("code", match["code"]):
        return row | {key: value or "" for key, value in match.groupdict().items()}
    # Some programs write HTML.
    plain = " ".join(TAG.sub(" ", html.unescape(text)).split()) or name
    return row | {"definition": plain, "probes": plain.replace("|", "/")}


def _dimension(element: Element, name: str) -> str:
    """Return the dimension of a folder; `clusterlib.export.qdc` writes it with a capital."""
    ours = guid_of(element.get("guid")) == refi.guid("dimension", name)
    return name[:1].lower() + name[1:] if ours else name


def _slug(name: str) -> str:
    """Return a name in small letters of the Latin alphabet, with hyphens."""
    letters = "".join(LATIN.get(letter, letter) for letter in name.casefold())
    letters = "".join(LATIN.get(one, one) for one in unicodedata.normalize("NFKD", letters))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _unique(code: str, taken: set[str]) -> str:
    number = 2
    name = code
    while name in taken:
        name, number = f"{code}-{number}", number + 1
    return name
