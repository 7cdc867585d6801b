"""Texts, codes and what is coded as a REFI-QDA project (`.qdpx`)."""

import io
import zipfile
from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pandas as pd

from clusterlib import codes as coding
from clusterlib import refi
from clusterlib.annotations import annotations
from clusterlib.export.codebook import document, origin, refuse

if TYPE_CHECKING:
    from clusterlib.themes import Themes

# No clock is asked: the same tables give the same bytes.
CREATED = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST = 100


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
    table = annotations(documents, passages, codes, themes, facts, mentions)
    nodes = refi.tree(coding.read(codebook), themes, facts, mentions)
    _known(table, nodes)
    english = _english(passages)
    when = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    audit = {"creatingUser": refi.guid("coder", coder), "creationDateTime": when}
    root = _project(name, coder, audit)
    refi.write(ElementTree.SubElement(root, "CodeBook"), nodes)
    sources = ElementTree.Element("Sources")
    files = {}
    for row in documents.sort_values("doc").to_dict("records"):
        own = table[table["doc"] == row["doc"]]
        element = _source(row, own, english, audit)
        sources.append(element)
        files[f"sources/{element.get('guid')}.txt"] = _lines(row["text"]).encode("utf-8")
    root.extend([sources] if files else [])
    path = Path(path)
    path.write_bytes(_zipped({"project.qde": document(root)} | files))
    return path


def _known(table: pd.DataFrame, nodes: list[refi.Node]) -> None:
    known = {(node.kind, node.key) for node in refi.walk(nodes)}
    asked = set(table[["kind", "key"]].itertuples(index=False, name=None))
    refuse(sorted(key for kind, key in asked - known))


def _english(passages: pd.DataFrame | None) -> dict[tuple[str, int, int], str]:
    """Return the translation of each span of a passage, as far as there is one."""
    if passages is None or "english" not in passages:
        return {}
    rows = passages[["doc", "start", "end", "english"]].dropna().astype(object).to_numpy().tolist()
    return {(doc, start, end): english for doc, start, end, english in rows}


def _project(name: str, coder: str, audit: dict[str, str]) -> ElementTree.Element:
    user = audit["creatingUser"]
    told = {"name": refi.plain(name), "origin": origin(), "creatingUserGUID": user}
    told["creationDateTime"] = audit["creationDateTime"]
    root = ElementTree.Element("Project", {"xmlns": refi.PROJECT} | told)
    users = ElementTree.SubElement(root, "Users")
    ElementTree.SubElement(users, "User", {"guid": user, "name": refi.plain(coder)})
    return root


def _source(
    row: Mapping[Hashable, Any],
    table: pd.DataFrame,
    english: dict[tuple[str, int, int], str],
    audit: dict[str, str],
) -> ElementTree.Element:
    """Return a text with its selections."""
    text = row["text"]
    guid = refi.guid("source", row["doc"], text)
    told = {"guid": guid, "name": refi.plain(row["doc"]), "plainTextPath": f"internal://{guid}.txt"}
    source = ElementTree.Element("TextSource", told | audit)
    about = [row.get(key) for key in ("initiative", "title", "lang", "published", "source")]
    description = "\n".join(str(part) for part in about if not pd.isna(part))
    ElementTree.SubElement(source, "Description").text = refi.plain(description)
    for (start, end), own in _spans(table):
        place = {"startPosition": str(start), "endPosition": str(end)}
        span = refi.guid("selection", guid, start, end)
        shown = {"guid": span, "name": _name(text[start:end])}
        selection = ElementTree.SubElement(source, "PlainTextSelection", shown | place | audit)
        notes = [english.get((row["doc"], start, end), "")]
        notes += [f"{key}: {note}" for key, note in zip(own["key"], own["note"], strict=True)]
        notes = [note for note in notes if note and not note.endswith(": ")]
        if notes:
            ElementTree.SubElement(selection, "Description").text = refi.plain("\n".join(notes))
        for kind, key in zip(own["kind"], own["key"], strict=True):
            code = refi.guid(kind, key)
            told = {"guid": refi.guid("coding", span, code, audit["creatingUser"])}
            coded = ElementTree.SubElement(selection, "Coding", told | audit)
            ElementTree.SubElement(coded, "CodeRef", {"targetGUID": code})
    return source


def _lines(text: str) -> str:
    r"""Return a text of the same length whose lines all end with a line feed.

    >>> _lines("a\r\nb\rc")
    'a \nb\nc'
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _spans(table: pd.DataFrame) -> Iterator[tuple[tuple[int, int], pd.DataFrame]]:
    for _, own in table.groupby(["start", "end"], sort=False):
        yield (int(own["start"].iloc[0]), int(own["end"].iloc[0])), own


def _name(quote: str) -> str:
    """Return the beginning of a quotation, by which programs list it."""
    words = " ".join(refi.plain(quote).split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _zipped(files: dict[str, bytes]) -> bytes:
    """Return an archive that holds nothing of the machine or the hour it is made on."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content, compresslevel=9)
    return stream.getvalue()
