"""Texts, codes and what is coded as a REFI-QDA project (`.qdpx`), and a codebook alone (`.qdc`).

The tables of the stages come in; files go out that programs of qualitative analysis import.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pandas as pd

from clusterlib import __version__, refi
from clusterlib import codes as coding
from clusterlib.cards import ANNOTATED, annotations

if TYPE_CHECKING:
    from clusterlib.themes import Themes

Row = Mapping[Hashable, Any]
# No clock is asked: the same tables give the same bytes.
CREATED = datetime(2000, 1, 1, tzinfo=UTC)
ORIGIN = f"clusterlib {__version__}"
# Letters of a quotation by which programs list it.
LONGEST = 100
# Okabe and Ito's colours: a folder each, in turn.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def qdc(
    path: str | Path,
    codebook: str | Path | pd.DataFrame | None = None,
    themes: "Themes | None" = None,
) -> Path:
    """Write a codebook for programs of qualitative analysis.

    Parameters
    ----------
    path : str or pathlib.Path
        Where to write; by convention it ends on ``.qdc``.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; by default that of the seeds.
    themes : Themes, optional
        As `clusterlib.themes.fit` returns it; a folder of their own.

    Returns
    -------
    pathlib.Path
        The file, of the same bytes for the same codebook.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault of the codebook.

    Notes
    -----
    REFI-QDA codebook exchange 1.0 (www.qdasoftware.org). A dimension becomes a
    folder, a parent holds its codes, and the description of a code has its
    definition, when to use it and when not, and its probes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = qdc(f"{folder}/book.qdc").read_text(encoding="utf-8")
    >>> text.count('isCodable="true"')
    30
    """
    root = ElementTree.Element("CodeBook", {"xmlns": refi.CODEBOOK, "origin": ORIGIN})
    _write_nodes(ElementTree.SubElement(root, "Codes"), code_tree(coding.read(codebook), themes))
    path = Path(path)
    path.write_bytes(_to_bytes(root))
    return path


def qdpx(
    path: str | Path,
    documents: pd.DataFrame,
    passages: pd.DataFrame | None = None,
    *,
    codes: pd.DataFrame | None = None,
    codebook: str | Path | pd.DataFrame | None = None,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    name: str = "Initiatives",
    coder: str = refi.CODER,
    created: datetime = CREATED,
) -> Path:
    """Write a project for programs of qualitative analysis.

    Parameters
    ----------
    path : str or pathlib.Path
        Where to write; by convention it ends on ``.qdpx``.
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it: the sources.
    passages : pandas.DataFrame, optional
        passage, doc, start and end; english if there is a translation. Needed
        for codes and themes.
    codes : pandas.DataFrame, optional
        passage, code and coded; score and threshold go into the notes.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; by default that of the seeds. It is
        there without ``codes`` too: then a person codes texts that are blank,
        which alone is independent of the machine.
    themes : Themes, optional
        As `clusterlib.themes.fit` returns it.
    facts, mentions : pandas.DataFrame, optional
        As `clusterlib.facts.find` and `clusterlib.facts.mentions` return them.
    name : str
        Of the project.
    coder : str
        Whose codings these are. `clusterlib.codes.read_qdpx` leaves them out
        unless it is asked for this coder.
    created : datetime
        The date of everything in the project, in the time zone it names.

    Returns
    -------
    pathlib.Path
        The file, of the same bytes for the same tables.

    Raises
    ------
    ValueError
        With every passage that is unknown, every span outside its text, every
        code that the codebook lacks; if ``created`` names no time zone.

    Notes
    -----
    REFI-QDA project exchange 1.0, standard 1.5 (www.qdasoftware.org). Positions
    count Unicode code points from 0, as its section 10.2 asks; the end is the
    place after the last character, as in its examples. The standard says
    nothing of line ends, and programs count CRLF as one or as two: in the
    project every line ends with a line feed, after a blank where there was
    CRLF, so that all count alike and no place moves. A span that several codes share
    is one selection with several codings.

    Examples
    --------
    >>> import tempfile
    >>> import clusterlib as cl
    >>> documents = cl.load.documents()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = qdpx(f"{folder}/seeds.qdpx", documents, facts=cl.facts.find(documents))
    ...     print(len(zipfile.ZipFile(path).namelist()))
    6
    """
    if created.tzinfo is None:
        raise ValueError("created names no time zone; say for instance tzinfo=datetime.UTC")
    members = None if themes is None else themes.members
    table = annotations(documents, passages, codes, members, facts, mentions)
    nodes = code_tree(coding.read(codebook), themes, facts, mentions)
    pairs = set(table[["kind", "key"]].itertuples(index=False, name=None))
    require_codes(sorted(key for _, key in pairs - {(n.kind, n.key) for n in _walk(nodes)}))
    english = _english(passages)
    when = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    user = refi.guid("coder", coder)
    audit = {"creatingUser": user, "creationDateTime": when}
    head = {"xmlns": refi.PROJECT, "name": refi.plain(name), "origin": ORIGIN}
    head |= {"creatingUserGUID": user, "creationDateTime": when}
    root = ElementTree.Element("Project", head)
    users = ElementTree.SubElement(root, "Users")
    ElementTree.SubElement(users, "User", {"guid": user, "name": refi.plain(coder)})
    book = ElementTree.SubElement(root, "CodeBook")
    _write_nodes(ElementTree.SubElement(book, "Codes"), nodes)
    sources = ElementTree.Element("Sources")
    files, selections = {}, defaultdict[str, dict[tuple[int, int], list[list[str]]]](dict)
    for doc, start, end, *coded in table[ANNOTATED].to_numpy().tolist():
        selections[doc].setdefault((start, end), []).append(coded)
    for row in documents.sort_values("doc").to_dict("records"):
        element = _source(row, selections[row["doc"]], english, audit)
        sources.append(element)
        files[f"sources/{element.get('guid')}.txt"] = _end_lines(row["text"]).encode("utf-8")
    root.extend([sources] if files else [])
    path = Path(path)
    path.write_bytes(_zip({"project.qde": _to_bytes(root)} | files))
    return path


def require_codes(unknown: Sequence[str]) -> None:
    """Refuse what passages are given and the codebook does not have."""
    if unknown:
        raise ValueError(f"the codebook has no {', '.join(map(repr, unknown[:10]))}")


@dataclass(frozen=True)
class Node:
    """A code or a folder of codes; ``kind`` and ``key`` make its identifier."""

    kind: str
    key: str
    name: str
    description: str = ""
    children: tuple["Node", ...] = ()


def code_tree(
    book: pd.DataFrame,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> list[Node]:
    """Return the tree of codes: a folder a dimension, then themes, kinds of facts and actors.

    Each of the tables makes a folder, if given; a code stands under its parent,
    wherever that one is.
    """
    nodes: list[Node] = []
    names, below = refi.names(book), defaultdict[str, list[Row]](list)
    for row in book.to_dict("records"):
        below[row["parent"] if row["parent"] in names else ""].append(row)
    for dimension in book["dimension"].unique().tolist():
        outer = [row for row in below[""] if row["dimension"] == dimension]
        children = [_code(row, below, names) for row in outer]
        name = dimension.capitalize()
        nodes += _folder("dimension", name, children) if dimension else children
    if themes is not None:
        columns = ["theme", "label", "size"]
        children = [
            Node("theme", name, f"{name}: {label}", f"Found by clustering: {size} passages.")
            for name, label, size in themes.summary[columns].itertuples(index=False)
        ]
        nodes += _folder("folder", refi.THEMES, children)
    if facts is not None:
        kinds = sorted(set(facts["kind"]))
        children = [Node("fact", kind, f"Fact: {kind}") for kind in kinds]
        nodes += _folder("folder", refi.FACTS, children)
    if mentions is not None:
        rows = mentions.drop_duplicates("actor").sort_values("actor").to_dict("records")
        children = [Node("actor", r["actor"], f"Actor: {r['actor']}", r["type"]) for r in rows]
        nodes += _folder("folder", refi.ACTORS, children)
    return nodes


def _folder(kind: str, name: str, children: Sequence[Node]) -> list[Node]:
    """Return a folder, unless nothing is in it."""
    return [Node(kind, name, name, "", tuple(children))] if children else []


def _code(row: Row, below: Mapping[str, list[Row]], names: Mapping[str, str]) -> Node:
    """Return a code with all that its definition says, and its children."""
    lines = [row["definition"]]
    lines += [f"Use when: {row['use_when']}"] if row["use_when"] else []
    lines += [f"Not when: {row['not_when']}"] if row["not_when"] else []
    lines += [f"Code: {row['code']}. Probes: {row['probes']}"]
    children = tuple(_code(child, below, names) for child in below.get(row["code"], []))
    return Node("code", row["code"], names[row["code"]], "\n".join(lines), children)


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield all nodes of a tree, the outer ones first."""
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _write_nodes(parent: ElementTree.Element, nodes: Sequence[Node], colour: str = "") -> None:
    """Write codes below an element, each outermost one and what is in it in a colour."""
    for place, node in enumerate(nodes):
        shade = colour or COLOURS[place % len(COLOURS)]
        codable = "false" if node.kind in ("folder", "dimension") else "true"
        name, guid = " ".join(refi.plain(node.name).split()), refi.guid(node.kind, node.key)
        attributes = {"guid": guid, "name": name, "isCodable": codable, "color": shade}
        element = ElementTree.SubElement(parent, "Code", attributes)
        if node.description:
            ElementTree.SubElement(element, "Description").text = refi.plain(node.description)
        _write_nodes(element, node.children, shade)


def _english(passages: pd.DataFrame | None) -> dict[tuple[str, int, int], str]:
    """Return the translation of each span of a passage, as far as there is one."""
    if passages is None or "english" not in passages:
        return {}
    rows = passages[["doc", "start", "end", "english"]].dropna().astype(object).to_numpy().tolist()
    return {(doc, start, end): english for doc, start, end, english in rows}


def _source(
    row: Row,
    selections: Mapping[tuple[int, int], Sequence[Sequence[str]]],
    english: Mapping[tuple[str, int, int], str],
    audit: Mapping[str, str],
) -> ElementTree.Element:
    """Return a text with its selections."""
    doc, text = row["doc"], row["text"]
    guid = refi.guid("source", doc, text)
    place = {"guid": guid, "name": refi.plain(doc), "plainTextPath": f"internal://{guid}.txt"}
    source = ElementTree.Element("TextSource", {**place, **audit})
    about = [row.get(key) for key in ("initiative", "title", "lang", "published", "source")]
    description = "\n".join(str(part) for part in about if not pd.isna(part))
    ElementTree.SubElement(source, "Description").text = refi.plain(description)
    for (start, end), coded in selections.items():
        span = refi.guid("selection", guid, start, end)
        place = {"guid": span, "name": _shorten(text[start:end])}
        place |= {"startPosition": str(start), "endPosition": str(end)}
        selection = ElementTree.SubElement(source, "PlainTextSelection", {**place, **audit})
        notes = [english.get((doc, start, end), "")]
        notes += [f"{key}: {note}" for _, key, note in coded if note]
        if any(notes):
            lines = "\n".join(filter(None, notes))
            ElementTree.SubElement(selection, "Description").text = refi.plain(lines)
        for kind, key, _ in coded:
            code = refi.guid(kind, key)
            coding_id = {"guid": refi.guid("coding", span, code, audit["creatingUser"])}
            element = ElementTree.SubElement(selection, "Coding", {**coding_id, **audit})
            ElementTree.SubElement(element, "CodeRef", {"targetGUID": code})
    return source


def _end_lines(text: str) -> str:
    r"""Return a text of the same length whose lines all end with a line feed.

    >>> _end_lines("a\r\nb\rc")
    'a \nb\nc'
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _shorten(quote: str) -> str:
    """Return the beginning of a quotation, by which programs list it."""
    words = " ".join(refi.plain(quote).split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _to_bytes(root: ElementTree.Element) -> bytes:
    """Return an XML document, indented so that a person can read it."""
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Return an archive that holds nothing of the machine or the hour it is made on."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content, compresslevel=9)
    return stream.getvalue()
