"""What REFI-QDA projects and codebooks share: identifiers and the tree of codes.

Written after the REFI-QDA standard 1.5 (www.qdasoftware.org), sections 5, 8 and 11.
"""

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree

import pandas as pd

if TYPE_CHECKING:
    from clusterlib.themes import Themes

Row: TypeAlias = Mapping[Hashable, Any]
PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
# Whose the machine's codings are, if nobody else is named.
CODER = "clusterlib"
# What is not of the analyst's codebook; the folders are told by these names when read again.
THEMES, FACTS, ACTORS = "Found: themes", "Found: facts", "Found: actors"
_OWN = uuid.uuid5(uuid.NAMESPACE_DNS, "clusterlib")
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Okabe and Ito's colours: a folder each, in turn.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


@dataclass(frozen=True)
class Node:
    """A code or a folder of codes; ``kind`` and ``key`` make its identifier."""

    kind: str
    key: str
    name: str
    description: str = ""
    children: tuple["Node", ...] = ()

    @property
    def guid(self) -> str:
        """The identifier: always the same for the same code."""
        return guid(self.kind, self.key)


def guid(*parts: object) -> str:
    """Return an identifier that follows from its parts alone.

    Examples
    --------
    >>> guid("code", "storage") == guid("code", "storage")
    True
    """
    return str(uuid.uuid5(_OWN, "\n".join(map(str, parts))))


def plain(text: object) -> str:
    r"""Return a text without the characters that XML does not allow.

    Examples
    --------
    >>> plain("a\x00b")
    'a�b'
    """
    return _FORBIDDEN.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def names(book: pd.DataFrame) -> dict[str, str]:
    """Return the name of each code: its label, with the code where others are labelled alike.

    Programs know codes by their names, and some drop the second of two that have the same.

    Examples
    --------
    >>> labels = ["Other", "other", "Money"]
    >>> names(pd.DataFrame({"code": ["a", "b", "money"], "label": labels}))
    {'a': 'Other (a)', 'b': 'other (b)', 'money': 'Money'}
    """
    rows = zip(book["code"].astype(str), book["label"], strict=True)
    told = {code: " ".join(plain(label).split()) for code, label in rows}
    count = Counter(label.casefold() for label in told.values())
    return {
        code: f"{label} ({code})" if count[label.casefold()] > 1 else label
        for code, label in told.items()
    }


def tree(
    book: pd.DataFrame,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> list[Node]:
    """Return the tree of codes: a folder a dimension, then themes, kinds of facts and actors.

    Parameters
    ----------
    book : pandas.DataFrame
        As `clusterlib.codes.read` returns it.
    themes, facts, mentions
        As the stages return them; each makes a folder, if given.

    Returns
    -------
    list of Node
        The outermost folders and codes.
    """
    nodes: list[Node] = []
    known, below = names(book), defaultdict[str, list[Row]](list)
    for row in book.to_dict("records"):
        # A code stands under its parent, wherever that one is.
        below[row["parent"] if row["parent"] in known else ""].append(row)
    for dimension in book["dimension"].unique().tolist():
        outer = [row for row in below[""] if row["dimension"] == dimension]
        found = tuple(_code(row, below, known) for row in outer)
        nodes += [_folder("dimension", dimension.capitalize(), found)] if dimension else found
    if themes is not None:
        told = themes.summary[["theme", "label", "size"]].to_dict("records")
        found = tuple(
            Node("theme", row["theme"], f"{row['theme']}: {row['label']}", _about(row["size"]))
            for row in told
        )
        nodes.append(_folder("folder", THEMES, found))
    if facts is not None:
        kinds = sorted(set(facts["kind"]))
        found = tuple(Node("fact", kind, f"Fact: {kind}") for kind in kinds)
        nodes.append(_folder("folder", FACTS, found))
    if mentions is not None:
        about = mentions.drop_duplicates("actor").sort_values("actor").to_dict("records")
        found = tuple(
            Node("actor", row["actor"], f"Actor: {row['actor']}", row["type"]) for row in about
        )
        nodes.append(_folder("folder", ACTORS, found))
    return [node for node in nodes if node.kind == "code" or node.children]


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Return all nodes of a tree, the outer ones first."""
    for node in nodes:
        yield node
        yield from walk(list(node.children))


def write(parent: ElementTree.Element, nodes: list[Node]) -> None:
    """Write a tree of codes below an element, each outermost node in a colour."""
    below = ElementTree.SubElement(parent, "Codes")
    for place, node in enumerate(nodes):
        _write(below, node, _COLOURS[place % len(_COLOURS)])


def _write(parent: ElementTree.Element, node: Node, colour: str) -> None:
    codable = "false" if node.kind in ("folder", "dimension") else "true"
    name = " ".join(plain(node.name).split())
    told = {"guid": node.guid, "name": name, "isCodable": codable, "color": colour}
    element = ElementTree.SubElement(parent, "Code", told)
    if node.description:
        ElementTree.SubElement(element, "Description").text = plain(node.description)
    for child in node.children:
        _write(element, child, colour)


def _about(size: int) -> str:
    return f"Found by clustering: {size} passages. The label is from the most central one."


def _folder(kind: str, name: str, children: tuple[Node, ...]) -> Node:
    return Node(kind, name, name, "", children)


def _code(row: Row, below: Mapping[str, list[Row]], known: dict[str, str]) -> Node:
    """Return a code with all that its definition says, and its children."""
    told = [row["definition"]]
    told += [f"Use when: {row['use_when']}"] if row["use_when"] else []
    told += [f"Not when: {row['not_when']}"] if row["not_when"] else []
    told += [f"Code: {row['code']}. Probes: {row['probes']}"]
    children = tuple(_code(child, below, known) for child in below.get(row["code"], []))
    return Node("code", row["code"], known[row["code"]], "\n".join(told), children)
