"""Read a coding back from a REFI-QDA project (`.qdpx`)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import load, schema
from clusterlib.codes import book as books
from clusterlib.codes.archive import XML, Archive, ProjectError, parse
from clusterlib.codes.cover import Coding, laid_out
from clusterlib.codes.identity import NS, coder_of, codes_of, guid_of, project_file
from clusterlib.codes.letters import Letters, letters

BOM = "\ufeff"

Fault = tuple[str, str]


@dataclass
class _Project:
    """A project as it is read: its codes, whose codings count, and what was wrong."""

    archive: Archive
    root: Element
    codes: dict[str, str | None]
    unknown: dict[str, str]
    coder: str | None
    faults: list[Fault] = field(default_factory=list)
    given: dict[str, list[Coding]] = field(default_factory=dict)


def read_qdpx(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    codebook: str | Path | pd.DataFrame | None = None,
    coder: str | None = None,
) -> pd.DataFrame:
    """Read what was coded in a program of qualitative analysis.

    Parameters
    ----------
    path : str or pathlib.Path
        A REFI-QDA project.
    passages : pandas.DataFrame
        passage, doc, start and end.
    documents : pandas.DataFrame, optional
        doc, lang and text, those that passages are from; by default the seeds.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `read` takes it.
    coder : str, optional
        Whose codings count; by default everybody's.

    Returns
    -------
    pandas.DataFrame
        As `read_sheet` returns it, a row a passage and code: passage, code,
        dimension, coded and note (what is written at the selection). Passages
        of texts that the project lacks are left out: nobody has judged them.

    Raises
    ------
    ProjectError
        With every fault: an archive or XML that is hostile or broken, sources
        whose text is not that of a document, selections outside their text,
        codes that the codebook does not have, a coder who is not there.

    Notes
    -----
    Nothing is unpacked to disk. A code is known by its identifier, or by its
    label or name where a program has changed that. Sources are known by their
    text, blanks and line ends aside. A selection, as a person draws it, codes
    every passage that it shares half of the letters with: half of the
    passage's or half of its own. A code given to a whole text codes all of its
    passages. Themes, facts and actors are passed over.

    Examples
    --------
    >>> import tempfile
    >>> import clusterlib as cl
    >>> documents = cl.load.documents()
    >>> passages = cl.clean.passages(documents)
    >>> coding = cl.codes.read_sheet(cl.load.seeds() / "coding.csv")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = cl.export.qdpx(f"{folder}/own.qdpx", documents, passages, codes=coding)
    ...     again = read_qdpx(path, passages)
    >>> bool((again["coded"] == coding["coded"]).all())
    True
    """
    documents = load.documents() if documents is None else schema.check(documents, "texts")
    own = documents[documents["doc"].isin(passages["doc"])]
    book = books.read(codebook)
    archive = Archive(Path(path))
    root = parse(archive.read(project_file(archive), XML), "project.qde")
    project = _Project(archive, root, *codes_of(root, book), coder_of(root, coder))
    _read_sources(project, own)
    if not project.given and not project.faults:
        project.faults.append(("sources", "none of them is one of the documents"))
    if project.faults:
        raise ProjectError(project.faults)
    texts = {doc: letters(text) for doc, text in zip(own["doc"], own["text"], strict=True)}
    return laid_out(project.given, passages, texts, book)


def _read_sources(project: _Project, documents: pd.DataFrame) -> None:
    """Note the codings of each source, or what is wrong with it."""
    known = dict(zip(documents["doc"], documents["text"], strict=True))
    visible = {doc: letters(text).text for doc, text in known.items()}
    origin = project.root.get("origin") or ""
    for source in project.root.iterfind(f"{NS}Sources/*"):
        name = source.get("name") or "unnamed source"
        coded = source.find(f".//{NS}Coding") is not None
        if source.tag != f"{NS}TextSource":
            if coded:
                project.faults.append((name, "is no plain text; codes of it cannot be read"))
            continue
        text = _text(project, source, name)
        if text is None:
            continue
        found = letters(text, origin)
        same = [doc for doc in known if visible[doc] == found.text]
        plain = name.removesuffix(".txt")
        doc = plain if plain in same else next(iter(same), None)
        if doc in project.given:
            project.faults.append((name, f"has the text of {doc!r}, and so has another source"))
        elif doc is not None:
            if text[:1] == BOM and known[doc][:1] != BOM:
                found = letters(text[1:], origin)  # a mark of the encoding, not of the text
            project.given[doc] = list(_codings(project, source, name, found))
        elif plain in known:
            project.faults.append((name, "its text is not the one that was loaded"))
        elif coded:
            told = "its text is none of the documents' (without documents=, the seeds')"
            project.faults.append((name, told))


def _text(project: _Project, source: Element, name: str) -> str | None:
    """Return the text of a source, or note why there is none."""
    content = source.findtext(f"{NS}PlainTextContent")
    if content is not None:
        return content
    path = (source.get("plainTextPath") or "").lower()
    found = f"sources/{path.removeprefix('internal://').lstrip('/')}"
    if not path.startswith("internal://") or found not in project.archive.names():
        project.faults.append((name, f"its text {path!r:.120} is not in the project"))
        return None
    try:
        return project.archive.read(found).decode("utf-8")
    except UnicodeDecodeError as error:
        project.faults.append((name, f"its text is not UTF-8: {error.reason}"))
        return None


def _codings(project: _Project, source: Element, name: str, found: Letters) -> Iterator[Coding]:
    """Return which letters each coding of a source covers, its code, and what is noted there."""
    whole = (0, len(found.text))
    spans = [(source, whole)]
    for selection in source.iterfind(f"{NS}PlainTextSelection"):
        places = [selection.get("startPosition"), selection.get("endPosition")]
        try:
            start, end = (int(place or "") for place in places)
        except ValueError:
            start, end = -1, -1
        if not 0 <= start <= end <= found.size:
            project.faults.append((name, f"the selection {places} is not inside the text"))
        else:
            spans.append((selection, found.span(start, end)))
    for element, (first, end) in spans:
        note = "" if element is source else element.findtext(f"{NS}Description") or ""
        for coding in element.iterfind(f"{NS}Coding"):
            if project.coder and guid_of(coding.get("creatingUser")) != project.coder:
                continue
            for reference in coding.iterfind(f"{NS}CodeRef"):
                guid = guid_of(reference.get("targetGUID"))
                if code := project.codes.get(guid):
                    yield first, end, code, note.strip()
                elif guid not in project.codes:
                    told = project.unknown.get(guid, guid)
                    project.faults.append((name, f"the codebook has no code {told!r:.120}"))
