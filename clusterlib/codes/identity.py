"""Which codes and coders of a REFI-QDA project are ours, whatever a program has named them."""

from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import refi
from clusterlib.codes.archive import Archive, ProjectError

NS = f"{{{refi.PROJECT}}}"


def guid_of(text: str | None) -> str:
    """Return an identifier in small letters, without braces."""
    return (text or "").strip("{} ").lower()


def project_file(archive: Archive) -> str:
    """Return the name of the one file that describes the project."""
    found = [name for name in archive.names() if name.endswith(".qde") and "/" not in name]
    if len(found) != 1:
        raise ProjectError([("project.qde", f"{len(found)} files have this ending; expected 1")])
    return found[0]


def codes_of(root: Element, book: pd.DataFrame) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the codebook's code of each identifier (None: passed over), and names of the rest."""
    if root.tag != f"{NS}Project":
        raise ProjectError([("project.qde", f"begins with {root.tag!r:.80}, not with a Project")])
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


def coder_of(root: Element, coder: str | None) -> str | None:
    """Return the identifier of a coder, if one is asked for."""
    if coder is None:
        return None
    users = {user.get("name"): guid_of(user.get("guid")) for user in root.iter(f"{NS}User")}
    if coder not in users:
        there = ", ".join(sorted(str(name) for name in users)) or "nobody"
        raise ProjectError([("users", f"{coder!r} is not there; found {there}")])
    return users[coder]
