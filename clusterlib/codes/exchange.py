"""Read a codebook that a program of qualitative analysis wrote: REFI-QDA exchange 1.0 (`.qdc`)."""

import html
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import refi
from clusterlib.archives import parse_xml
from clusterlib.codes.archive import XML, guid_of, open_project, refuse

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
    """Read the codes of a codebook or a project that another program wrote.

    Parameters
    ----------
    path : pathlib.Path
        A ``.qdc``, or a ``.qdpx`` whose codebook is taken.

    Returns
    -------
    pandas.DataFrame
        A row a code, in the order of the file: code (made of the name), parent,
        dimension (an outermost folder of codes), label, definition, use_when,
        not_when and probes. A code without a description is described by its
        name. The index counts the codes.

    Raises
    ------
    clusterlib.problems.InputError
        If the file cannot be read, or is no REFI-QDA.
    """
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
    table = pd.DataFrame(list(_rows(codes)), columns=COLUMNS, dtype="str")
    return table.set_axis(range(1, len(table) + 1))


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _rows(codes: list[Element]) -> Iterator[tuple[str, ...]]:
    taken: set[str] = set()
    labels: set[str] = set()
    # Taguette writes a hierarchy into the names: "energy" and "energy.storage".
    by_label: dict[str, str] = {}
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
        row = _describe(element, name)
        code = row["code"] or _unique(_slug(name) or f"code-{len(taken) + 1}", taken)
        taken.add(code)
        label = name.removesuffix(f" ({code})")
        if label.casefold() in labels:
            label = f"{name} ({above})" if above else name
        labels.add(label.casefold())
        if not parent and "." in name:
            parent = by_label.get(name.rpartition(".")[0], "")
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
    """Return a name in small letters of the Latin alphabet, with hyphens.

    >>> _slug("Coopération régionale"), _slug("Съхранение на енергия")
    ('cooperation-regionale', 'sahranenie-na-energiya')
    """
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
