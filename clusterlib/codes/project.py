"""Read a coding back from a REFI-QDA project (`.qdpx`)."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, overload
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import load, schema
from clusterlib.codes import book as books
from clusterlib.codes.archive import SUBJECT, XML, Archive, parse
from clusterlib.codes.cover import Coding, Left, laid_out, left_out
from clusterlib.codes.identity import NS, Coders, codes_of, guid_of, project_file
from clusterlib.codes.letters import Letters, letters
from clusterlib.problems import Problems

BOM = "\ufeff"

REPORT = 'errors="report" reads the rest and returns what is left out as a table'


@dataclass
class _Project:
    """A project as it is read: its codes, whose codings count, and what was wrong."""

    archive: Archive
    root: Element
    codes: dict[str, str | None]
    unknown: dict[str, str]
    coders: Coders
    left: list[Left] = field(default_factory=list)
    given: dict[str, list[Coding]] = field(default_factory=dict)

    def leave(self, place: str, message: str) -> None:
        """Note that something of the project cannot be read."""
        self.left.append(Left(place, message))


@overload
def read_qdpx(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = ...,
    codebook: str | Path | pd.DataFrame | None = ...,
    coder: str | None = ...,
    *,
    errors: Literal["raise"] = ...,
) -> pd.DataFrame: ...
@overload
def read_qdpx(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = ...,
    codebook: str | Path | pd.DataFrame | None = ...,
    coder: str | None = ...,
    *,
    errors: Literal["report"],
) -> tuple[pd.DataFrame, pd.DataFrame]: ...
def read_qdpx(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    codebook: str | Path | pd.DataFrame | None = None,
    coder: str | None = None,
    *,
    errors: Literal["raise", "report"] = "raise",
) -> pd.DataFrame | tuple[pd.DataFrame, pd.DataFrame]:
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
        Whose codings count; by default everybody's, except what
        `clusterlib.export.qdpx` wrote itself.
    errors : {"raise", "report"}
        ``"raise"`` stops on any fault, with all of them in one message;
        ``"report"`` goes on with what can be read, and also returns what is
        left out.

    Returns
    -------
    coding : pandas.DataFrame
        As `read_sheet` returns it, a row a passage and code: passage, code,
        dimension, coded and note (what is written at the selection). Passages
        of texts that the project lacks are left out: nobody has judged them.
    left : pandas.DataFrame
        Only with ``errors="report"``, a row for each coding or source that is
        left out, in text order: doc (the source's name where no document is
        known), passage (those that the coding covers, separated by a bar),
        start and end (code points of the document), code (as the project
        calls it) and message.

    Raises
    ------
    clusterlib.problems.InputError
        If an archive or XML is hostile or broken, if the coder who is asked for
        is not there, and if nobody has coded except `clusterlib.export.qdpx`.
        With ``errors="raise"`` also with every source whose text is not that of
        a document, every selection outside its text and every code that the
        codebook does not have.

    Warns
    -----
    UserWarning
        If no coder is asked for and several have coded, or what
        `clusterlib.export.qdpx` wrote is left out.

    Notes
    -----
    A coding is independent of the machine's if the person has not seen that:
    export the project without ``codes``. Where the machine's were there, the
    person's are read without them, and what the person has left of the
    machine's is read with ``coder="clusterlib"``.

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
    ...     again = read_qdpx(path, passages, coder="clusterlib")
    >>> bool((again["coded"] == coding["coded"]).all())
    True
    """
    if errors not in ("raise", "report"):
        raise ValueError(f"errors={errors!r}; expected 'raise' or 'report'")
    documents = load.documents() if documents is None else schema.check(documents, "texts")
    own = documents[documents["doc"].isin(passages["doc"])]
    book = books.read(codebook)
    archive = Archive(Path(path))
    root = parse(archive.read(project_file(archive), XML), "project.qde")
    project = _Project(archive, root, *codes_of(root, book), Coders.of(root, coder))
    _read_sources(project, own)
    if not project.given and not project.left:
        project.leave("sources", "none of them is one of the documents")
    problems = Problems()
    for one in project.left if errors == "raise" else []:
        problems.error(one.place, "left out", one.message)
    hint = REPORT if problems.rows else ""
    project.coders.check(problems)
    problems.raise_errors(SUBJECT, hint)
    for remark in project.coders.remarks():
        warnings.warn(remark, stacklevel=2)
    texts = {doc: letters(text) for doc, text in zip(own["doc"], own["text"], strict=True)}
    coding = laid_out(project.given, passages, texts, book)
    return (coding, left_out(project.left, passages, texts)) if errors == "report" else coding


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
                project.leave(name, "is no plain text; codes of it cannot be read")
            continue
        text = _text(project, source, name)
        if text is None:
            continue
        found = letters(text, origin)
        same = [doc for doc in known if visible[doc] == found.text]
        plain = name.removesuffix(".txt")
        doc = plain if plain in same else next(iter(same), None)
        if doc in project.given:
            project.leave(name, f"has the text of {doc!r}, and so has another source")
        elif doc is not None:
            if text[:1] == BOM and known[doc][:1] != BOM:
                found = letters(text[1:], origin)  # a mark of the encoding, not of the text
            project.given[doc] = list(_codings(project, source, (name, doc), found))
        elif plain in known:
            project.leave(name, "its text is not the one that was loaded")
        elif coded:
            told = "its text is none of the documents' (without documents=, the seeds')"
            project.leave(name, told)


def _text(project: _Project, source: Element, name: str) -> str | None:
    """Return the text of a source, or note why there is none."""
    content = source.findtext(f"{NS}PlainTextContent")
    if content is not None:
        return content
    path = (source.get("plainTextPath") or "").lower()
    found = f"sources/{path.removeprefix('internal://').lstrip('/')}"
    if not path.startswith("internal://") or found not in project.archive.names():
        project.leave(name, f"its text {path!r:.120} is not in the project")
        return None
    try:
        return project.archive.read(found).decode("utf-8")
    except UnicodeDecodeError as error:
        project.leave(name, f"its text is not UTF-8: {error.reason}")
        return None


def _codings(
    project: _Project, source: Element, named: tuple[str, str], found: Letters
) -> Iterator[Coding]:
    """Return which letters each coding of a source covers, its code, and what is noted there."""
    spans = [(source, (0, len(found.text)))]
    for selection in source.iterfind(f"{NS}PlainTextSelection"):
        places = [selection.get("startPosition"), selection.get("endPosition")]
        try:
            start, end = (int(place or "") for place in places)
        except ValueError:
            start, end = -1, -1
        if not 0 <= start <= end <= found.size:
            told = f"the selection {places} is not inside the text"
            codes = dict.fromkeys(name for name, _ in _codes(project, selection))
            project.left.append(Left(named[0], told, " | ".join(codes), named[1]))
        else:
            spans.append((selection, found.span(start, end)))
    for element, span in spans:
        note = "" if element is source else element.findtext(f"{NS}Description") or ""
        for name, known in _codes(project, element):
            if known:
                yield *span, name, note.strip()
            else:
                told = f"the codebook has no code {name!r:.120}"
                project.left.append(Left(named[0], told, name, named[1], span))


def _codes(project: _Project, element: Element) -> Iterator[tuple[str, bool]]:
    """Return each code that is given to an element and counts, and whether the codebook has it."""
    for coding in element.iterfind(f"{NS}Coding"):
        for reference in coding.iterfind(f"{NS}CodeRef"):
            guid = guid_of(reference.get("targetGUID"))
            code = project.codes.get(guid, "")
            if code is not None and project.coders.count(guid_of(coding.get("creatingUser"))):
                yield code or project.unknown.get(guid, guid), bool(code)
