"""Texts, codes and what is coded as a REFI-QDA project (`.qdpx`), and a codebook alone (`.qdc`).

The tables of the stages come in; files go out that programs of qualitative analysis import.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
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
CREATED = "2000-01-01T00:00:00Z"
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
    REFI-QDA codebook exchange 1.0 (www.qdasoftware.org). A dimension becomes a folder, a parent
    holds its codes, and a code's description has its definition, when to use it and when not, and
    its probes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     qdc(f"{folder}/book.qdc").read_text(encoding="utf-8").count('isCodable="true"')
    30
    """
    root = ElementTree.Element("CodeBook", {"xmlns": refi.CODEBOOK, "origin": ORIGIN})
    _write_codes(ElementTree.SubElement(root, "Codes"), coding.read(codebook), themes)
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
) -> Path:
    """Write a project for programs of qualitative analysis.

    Parameters
    ----------
    path : str or pathlib.Path
        Where to write; by convention it ends on ``.qdpx``.
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it: the sources.
    passages : pandas.DataFrame, optional
        passage, doc, start and end; english if there is a translation. Needed for codes and themes.
    codes : pandas.DataFrame, optional
        passage, code and coded; score and threshold go into the notes.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; by default that of the seeds. It is there without
        ``codes`` too, for a person to code texts that are blank, independent of the machine.
    themes : Themes, optional
        As `clusterlib.themes.fit` returns it.
    facts, mentions : pandas.DataFrame, optional
        As `clusterlib.facts.find` and `clusterlib.facts.mentions` return them.
    name : str
        Of the project.
    coder : str
        Whose codings these are. `clusterlib.codes.read_qdpx` leaves them out unless it is asked
        for this coder.

    Returns
    -------
    pathlib.Path
        The file, of the same bytes for the same tables.

    Raises
    ------
    ValueError
        With every passage that is unknown, every span outside its text, every code that the
        codebook lacks.

    Notes
    -----
    REFI-QDA project exchange 1.0, standard 1.5 (www.qdasoftware.org). Positions count Unicode code
    points from 0 (section 10.2); the end is the place after the last character. Programs count CRLF
    as one or as two, of which the standard says nothing: in the project every line ends with a line
    feed, after a blank where there was CRLF, so that all count alike and no place moves. A span
    that several codes share is one selection with several codings.

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
    book, members = coding.read(codebook), None if themes is None else themes.members
    table = annotations(documents, passages, codes, members, facts, mentions)
    # Themes, facts and actors bring their codes with them.
    require_codes(sorted(set(table.loc[table["kind"] == "code", "key"]) - set(book["code"])))
    english = _english(passages)
    user = refi.guid("coder", coder)
    audit = {"creatingUser": user, "creationDateTime": CREATED}
    head = {"xmlns": refi.PROJECT, "name": refi.plain(name), "origin": ORIGIN}
    head |= {"creatingUserGUID": user, "creationDateTime": CREATED}
    root = ElementTree.Element("Project", head)
    users = ElementTree.SubElement(root, "Users")
    ElementTree.SubElement(users, "User", {"guid": user, "name": refi.plain(coder)})
    written = ElementTree.SubElement(root, "CodeBook")
    _write_codes(ElementTree.SubElement(written, "Codes"), book, themes, facts, mentions)
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


def _write_codes(
    root: ElementTree.Element,
    book: pd.DataFrame,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> None:
    """Write codes: a folder a dimension, then those of themes, kinds of facts and actors, if given.

    A code stands under its parent, wherever that one is. Each outermost element, and what is in
    it, has a colour.
    """
    names, below = refi.names(book), defaultdict[str, list[Row]](list)
    for row in book.to_dict("records"):
        below[row["parent"] if row["parent"] in names else ""].append(row)

    def add_codes(parent: ElementTree.Element, rows: Sequence[Row]) -> None:
        for row in rows:
            code = _add(parent, "code", row["code"], names[row["code"]], _describe(row))
            add_codes(code, below[row["code"]])

    for dimension in book["dimension"].unique():
        rows = [row for row in below[""] if row["dimension"] == dimension]
        name = dimension.capitalize()
        add_codes(_add(root, "dimension", name, name) if dimension and rows else root, rows)
    folders: dict[str, list[tuple[str, ...]]] = {}
    if themes is not None:
        folders[refi.THEMES] = [
            ("theme", name, f"{name}: {label}", f"Found by clustering: {size} passages.")
            for name, label, size in themes.summary[["theme", "label", "size"]].to_numpy().tolist()
        ]
    if facts is not None:
        folders[refi.FACTS] = [("fact", kind, f"Fact: {kind}") for kind in sorted({*facts["kind"]})]
    if mentions is not None:
        actors = mentions.drop_duplicates("actor").sort_values("actor")
        named = zip(actors["actor"], actors["type"], strict=True)
        folders[refi.ACTORS] = [("actor", name, f"Actor: {name}", kind) for name, kind in named]
    for name, entries in folders.items():
        folder = _add(root, "folder", name, name) if entries else root
        for entry in entries:
            _add(folder, *entry)


def _add(
    parent: ElementTree.Element, kind: str, key: str, name: str, about: str = ""
) -> ElementTree.Element:
    """Add a code or a folder of codes below an element; kind and key make its identifier."""
    codable = "false" if kind in ("folder", "dimension") else "true"
    colour = parent.get("color") or COLOURS[len(parent) % len(COLOURS)]
    attributes = {"guid": refi.guid(kind, key), "name": " ".join(refi.plain(name).split())}
    attributes |= {"isCodable": codable, "color": colour}
    element = ElementTree.SubElement(parent, "Code", attributes)
    if about:
        ElementTree.SubElement(element, "Description").text = refi.plain(about)
    return element


def _describe(row: Row) -> str:
    """Return all that the definition of a code says."""
    lines = [row["definition"]]
    lines += [f"Use when: {row['use_when']}"] if row["use_when"] else []
    lines += [f"Not when: {row['not_when']}"] if row["not_when"] else []
    return "\n".join([*lines, f"Code: {row['code']}. Probes: {row['probes']}"])


def _english(passages: pd.DataFrame | None) -> dict[Any, str]:
    """Return the translation of each span of a passage, as far as there is one."""
    if passages is None or "english" not in passages:
        return {}
    places = passages.dropna(subset="english").set_index(["doc", "start", "end"])
    return places["english"].to_dict()


def _source(
    row: Row,
    selections: Mapping[tuple[int, int], Sequence[Sequence[str]]],
    english: Mapping[Any, str],
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
