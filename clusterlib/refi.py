"""What REFI-QDA projects share, written and read: identifiers, and how codes are named in them.

After the REFI-QDA standard 1.5 (www.qdasoftware.org), sections 5, 8 and 11.
"""

import re
import uuid
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib.inputs import Archive
from clusterlib.problems import InputError, Problems, refusal

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
# Whose the machine's codings are, if nobody else is named.
CODER = "clusterlib"
# Folders of what is not of the analyst's codebook, by whose names they are told when read again.
THEMES, FACTS, ACTORS = "Found: themes", "Found: facts", "Found: actors"
# Bytes of a file, of all that is in it, and of the XML.
LARGEST, WHOLE, XML = 200 << 20, 256 << 20, 64 << 20
SUBJECT = "the project"
NS = f"{{{PROJECT}}}"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "clusterlib")
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def guid(*parts: object) -> str:
    """Return an identifier that follows from its parts alone."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(map(str, parts))))


# By either of these is told what is not of the analyst's codebook.
ASIDE = {THEMES, FACTS, ACTORS, *(guid("folder", name) for name in (THEMES, FACTS, ACTORS))}


def plain(text: object) -> str:
    """Return a text without the characters that XML does not allow."""
    return _FORBIDDEN.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def names(book: pd.DataFrame) -> dict[str, str]:
    """Return the name of each code: its label, with the code where others are labelled alike.

    Programs know codes by their names, and some drop the second of two that have the same.
    """
    rows = zip(book["code"].astype(str), book["label"], strict=True)
    labels = {code: " ".join(plain(label).split()) for code, label in rows}
    count = Counter(label.casefold() for label in labels.values())
    return {
        code: f"{label} ({code})" if count[label.casefold()] > 1 else label
        for code, label in labels.items()
    }


def codes_by_name(book: pd.DataFrame) -> dict[str, str]:
    """Return what a program may know each code by: identifier, code and name, in small letters."""
    rows = [(code, code) for code in book["code"]] + [(name, c) for c, name in names(book).items()]
    by_name = {name.casefold(): code for name, code in rows}
    return by_name | {guid("code", code): code for code in book["code"]}


def guid_of(text: str | None) -> str:
    """Return an identifier in small letters, without braces."""
    return (text or "").strip("{} ").lower()


def name_of(element: Element) -> str:
    """Return the name of an element, without stray blanks."""
    return " ".join((element.get("name") or "").split())


def refuse(place: str, fault: str, message: str) -> InputError:
    """Return the error that one fault makes a project unusable."""
    return refusal(fault, message, place, subject=SUBJECT)


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
