"""Read a codebook, and report all of its faults together."""

import functools
import html
import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd

from clusterlib import inputs, load, refi
from clusterlib.inputs import parse_xml
from clusterlib.problems import InputError, Problems

NEEDED = ("code", "label", "definition", "probes")
COLUMNS = ("code", "parent", "dimension", "label", "definition", "use_when", "not_when", "probes")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARKUP = re.compile(r"<\s*[a-zA-Z!/?][^>]*>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
FEWEST = 2
# How faults call it.
BOOK, SUBJECT = "codebook", "the codebook"
# Its kind, what is wrong, and the line, column and value that are.
Fault = tuple[str, str, object, str, object]


def read(source: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """Read a codebook.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame, optional
        A CSV file, as any spreadsheet saves it (commas, semicolons or tabs between cells, UTF-8 or
        an older encoding), or a table: code, label, definition and probes (``sentence | sentence``,
        one or more); parent, dimension, use_when and not_when if wanted. Or a codebook that another
        program wrote (REFI-QDA, ``.qdc``), or that of its project (``.qdpx``): codes below a code
        have it as parent, an outermost folder is a dimension, and what describes a code is its
        definition and its probe. By default the codebook of the seeds.

    Returns
    -------
    pandas.DataFrame
        code, parent, dimension, label, definition, use_when, not_when and probes, as text without
        stray blanks; then the codebook's other columns, those of a file in small letters. A code
        without a dimension has that of its parent.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault of columns, rows, names, parents and probes, and any markup.

    Examples
    --------
    >>> read().query("dimension == 'aim'")["code"].tolist()
    ['competitiveness', 'innovation', 'networking', 'cooperation']
    """
    given: Path | pd.DataFrame = load.seeds() / "codebook.csv"
    if source is not None:
        given = source if isinstance(source, pd.DataFrame) else Path(source)
    problems = Problems(of_cells=True)
    wanted = f"; expected a CSV file with the columns {', '.join(NEEDED)}, or a .qdc (REFI-QDA)"
    if isinstance(given, Path) and given.suffix.lower() in SUFFIXES:
        try:
            table = read_exchange(given)
        except InputError as error:
            raise InputError(error.faults, SUBJECT) from None
    else:
        table = inputs.read(given, BOOK, problems, wanted)
    is_broken = bool(problems.count_errors())
    if is_broken and not len(table.columns):
        problems.raise_errors(SUBJECT)
    table = table.apply(lambda column: column.str.split().str.join(" "))
    faults = [*_faults_of_columns(table)]
    if not faults:
        table = table.assign(**{name: "" for name in COLUMNS if name not in table})
        # Of a code that stands twice, the first counts.
        above = dict(zip(table["code"][::-1], table["parent"][::-1], strict=True))
        # A parent may stand on a row that is broken.
        faults += _faults_of_rows(table, {} if is_broken else above)
    for fault in [*faults, *_markup(table)]:
        problems.error(BOOK, *fault)
    problems.raise_errors(SUBJECT)
    others = [name for name in table.columns if name not in COLUMNS]
    return _inherited(table[[*COLUMNS, *others]].reset_index(drop=True).astype("str"))


def from_csv(text: str) -> pd.DataFrame:
    """Return a codebook that was checked and written as CSV."""
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)


def _faults_of_columns(table: pd.DataFrame) -> Iterator[Fault]:
    names = table.columns.tolist()
    for name in NEEDED:
        if name not in names:
            message = f"the column {name!r} is missing; found {', '.join(map(str, names))}"
            yield "missing column", message, None, name, None
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        message = f"the column {name!r} stands there {names.count(name)} times"
        yield "duplicate column", message, None, name, None
    if len(table) < FEWEST:
        message = f"{len(table)} code(s); a codebook needs {FEWEST} to tell apart"
        yield "too few codes", message, None, "code", None


def _faults_of_rows(table: pd.DataFrame, above: dict[str, str]) -> Iterator[Fault]:
    first: dict[tuple[str, str], Any] = {}
    for line, row in table.to_dict("index").items():
        code = row["code"]
        for column in NEEDED:
            if not row[column]:
                message = f"{column} is empty{f' of {code!r}' if code else ''}"
                yield "missing value", message, line, column, None
        if code and not SLUG.fullmatch(code):
            message = f"the code {code!r} must be small letters, digits and single hyphens"
            yield "not a name", message, line, "code", code
        for key in (("code", code), ("label", row["label"])):
            if key[1] and first.setdefault(key, line) != line:
                message = f"the {key[0]} {key[1]!r} is that of line {first[key]} already"
                yield f"duplicate {key[0]}", message, line, *key
        yield from _faults_of_probes(code, row["probes"], line)
        if above and (parent := row["parent"]):
            path, up = _path(code, above)
            if parent not in above:
                message = f"the parent {parent!r} of {code!r} is no code"
                yield "unknown code", message, line, "parent", parent
            elif up == code:
                message = f"the parents of {code!r} lead in a circle: {' → '.join([*path, code])}"
                yield "circle", message, line, "parent", parent


def _faults_of_probes(code: str, probes: str, line: object) -> Iterator[Fault]:
    parts = [part.strip() for part in probes.split("|")]
    if probes and not all(parts):
        message = f"a probe of {code!r} is empty; take the stray | away"
        yield "missing value", message, line, "probes", probes
    if len(set(parts)) < len(parts):
        yield "duplicate probe", f"a probe of {code!r} stands there twice", line, "probes", probes


def _markup(table: pd.DataFrame) -> Iterator[Fault]:
    for column, texts in table.items():
        for line, text in texts.items():
            if markup := MARKUP.search(text):
                message = f"{column} holds markup, {markup.group()!r}; write plain text"
                yield "markup", message, line, str(column), text


def _path(code: str, above: dict[str, str]) -> tuple[list[str], str]:
    """Return a code with its parents, and what ends the path: nothing, or one that is in it."""
    path = [code]
    while (up := above.get(path[-1], "")) and up not in path:
        path.append(up)
    return path, up


def _inherited(table: pd.DataFrame) -> pd.DataFrame:
    """Give codes without a dimension that of the nearest parent who has one."""
    above = dict(zip(table["code"], table["parent"], strict=True))
    dimensions = dict(zip(table["code"], table["dimension"], strict=True))
    paths = (_path(code, above)[0] for code in table["code"])
    nearest = [next(filter(None, map(dimensions.get, path)), "") for path in paths]
    return table.assign(dimension=nearest)


def descriptions(book: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences that describe each code, in order."""
    rows: list[tuple[str, str]] = []
    for _, entry in book.iterrows():
        texts = [part.strip() for part in entry["probes"].split("|")]
        texts += [entry["label"], entry["definition"], entry["use_when"]]
        rows += [(entry["code"], text) for text in texts if text]
    return pd.DataFrame(rows, columns=["code", "text"])


SUFFIXES = (".qdc", ".qdpx")
TAG = re.compile(r"<\s*[a-zA-Z!/?][^>]*>")
# How `clusterlib.export.qdc` writes what only our codebooks have.
OURS = re.compile(
    r"(?P<definition>.*?)(?:\nUse when: (?P<use_when>.*?))?(?:\nNot when: (?P<not_when>.*?))?"
    r"\nCode: (?P<code>[a-z0-9-]+)\. Probes: (?P<probes>.*)",
    re.DOTALL,
)


def read_exchange(path: Path) -> pd.DataFrame:
    """Read the codes of a codebook, or of a project, that another program wrote."""
    try:
        if path.suffix.lower() == ".qdpx":
            _, root = refi.open_project(path)
        elif path.stat().st_size > refi.XML:
            raise refi.refuse(path.name, "too large", f"is larger than {refi.XML >> 20} MB")
        else:
            root = parse_xml(path.read_bytes(), path.name)
    except OSError as error:
        raise refi.refuse(path.name, "not readable", str(error.strerror or error)) from None
    book = root if _name(root) == "CodeBook" else next(_children(root, "CodeBook"), None)
    if book is None:
        message = f"begins with {_name(root)!r:.80}, not with the CodeBook of REFI-QDA"
        raise refi.refuse(path.name, "no codebook", message)
    codes = [code for codes in _children(book, "Codes") for code in _children(codes, "Code")]
    dotted = (root.get("origin") or "").startswith("Taguette")
    table = pd.DataFrame(list(_rows(codes, dotted)), columns=COLUMNS, dtype="str")
    return table.set_axis(range(1, len(table) + 1))


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _rows(codes: list[Element], dotted: bool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of codes; dotted: names hold the hierarchy, "energy" and "energy.storage"."""
    taken: set[str] = set()
    labels: set[str] = set()
    by_label: dict[str, str] = {}
    names = {code.get("name") for code in codes}
    stack = [(code, "", "", "") for code in reversed(codes)]
    while stack:
        element, parent, dimension, above = stack.pop()
        name = refi.name_of(element)
        inner = list(_children(element, "Code"))
        if name in refi.ASIDE:
            continue
        if inner and element.get("isCodable", "true").lower() in ("false", "0"):
            folder = dimension or (_dimension(element, name) if not parent else "")
            stack += [(child, parent, folder, name) for child in reversed(inner)]
            continue
        prefix, _, last = name.rpartition(".")
        if dotted and prefix and last and prefix not in names:
            name, dimension = last, prefix
        row = _describe(element, name)
        code = row["code"] or _unique(_slug(name) or f"code-{len(taken) + 1}", taken)
        taken.add(code)
        label = name.removesuffix(f" ({code})")
        if label.casefold() in labels:
            label = f"{name} ({above})" if above else name
        labels.add(label.casefold())
        if not parent and "." in name:
            parent = by_label.get(prefix, "")
        by_label.setdefault(name, code)
        texts = (row[column] for column in COLUMNS[4:])
        yield code, parent, dimension, label, *texts
        stack += [(child, code, dimension, name) for child in reversed(inner)]


def _describe(element: Element, name: str) -> dict[str, str]:
    """Return what the description of a code says, in our terms."""
    description = next(_children(element, "Description"), None)
    text = "" if description is None else "".join(description.itertext()).strip()
    row = dict.fromkeys(["code", *COLUMNS[4:]], "")
    match = OURS.fullmatch(text)
    if match and refi.guid_of(element.get("guid")) == refi.guid("code", match["code"]):
        return row | {key: value or "" for key, value in match.groupdict().items()}
    # Some programs write HTML.
    plain = " ".join(TAG.sub(" ", html.unescape(text)).split()) or name
    return row | {"definition": plain, "probes": plain.replace("|", "/")}


def _dimension(element: Element, name: str) -> str:
    """Return the dimension of a folder; `clusterlib.export.qdc` writes it with a capital."""
    ours = refi.guid_of(element.get("guid")) == refi.guid("dimension", name)
    return name[:1].lower() + name[1:] if ours else name


@functools.cache
def _latin() -> dict[str, str]:
    """Return letters that do not come apart into one of a to z and an accent."""
    return {row["letter"]: row["plain"] for row in inputs.read_data("latin")}


def _slug(name: str) -> str:
    """Return a name in small letters of the Latin alphabet, with hyphens."""
    letters = "".join(_latin().get(letter, letter) for letter in name.casefold())
    letters = "".join(_latin().get(one, one) for one in unicodedata.normalize("NFKD", letters))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _unique(code: str, taken: set[str]) -> str:
    number = 2
    name = code
    while name in taken:
        name, number = f"{code}-{number}", number + 1
    return name
