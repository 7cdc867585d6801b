"""Read a codebook, and report all of its faults together."""

import io
import re
from pathlib import Path

import pandas as pd

from clusterlib import cells, load
from clusterlib.codes import exchange
from clusterlib.problems import InputError, Problems

NEEDED = ("code", "label", "definition", "probes")
COLUMNS = ("code", "parent", "dimension", "label", "definition", "use_when", "not_when", "probes")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARKUP = re.compile(r"<\s*[a-zA-Z!/?][^>]*>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
FEWEST = 2
# How faults call it.
BOOK, SUBJECT = "codebook", "the codebook"


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
        With every fault: columns that are missing or stand twice, rows with more or fewer cells
        than the header, empty cells, names that are no slugs, codes named twice, parents that are
        unknown or lead in a circle, empty probes, markup in a text.

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
    if isinstance(given, Path) and given.suffix.lower() in exchange.SUFFIXES:
        table = _read_exchange(given)
    else:
        table = cells.read(given, BOOK, problems, wanted)
    broken = problems.count_errors()
    if broken and not len(table.columns):
        problems.raise_errors(SUBJECT)
    table = table.apply(lambda column: column.str.split().str.join(" "))
    _check_columns(table, problems)
    if problems.count_errors() == broken:
        _check_empty(table, problems)
        _check_names(table, problems)
        _check_probes(table, problems)
        # A parent may stand on a row that is broken.
        if not broken:
            _check_parents(table, problems)
    _check_markup(table, problems)
    problems.raise_errors(SUBJECT)
    table = table.reset_index(drop=True)
    for column in COLUMNS:
        if column not in table:
            table[column] = ""
    others = [name for name in table.columns if name not in COLUMNS]
    return _inherited(table[[*COLUMNS, *others]].astype("str"))


def _read_exchange(path: Path) -> pd.DataFrame:
    try:
        return exchange.read_exchange(path)
    except InputError as error:
        raise InputError(error.faults, SUBJECT) from None


def from_csv(text: str) -> pd.DataFrame:
    """Return a codebook that was checked and written as CSV."""
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)


def _check_columns(table: pd.DataFrame, problems: Problems) -> None:
    names = table.columns.tolist()
    for name in NEEDED:
        if name not in names:
            message = f"the column {name!r} is missing; found {', '.join(map(str, names))}"
            problems.error(BOOK, "missing column", message, column=name)
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        message = f"the column {name!r} stands there {names.count(name)} times"
        problems.error(BOOK, "duplicate column", message, column=name)
    if len(table) < FEWEST:
        message = f"{len(table)} code(s); a codebook needs {FEWEST} to tell apart"
        problems.error(BOOK, "too few codes", message, column="code")


def _check_empty(table: pd.DataFrame, problems: Problems) -> None:
    for column in NEEDED:
        for line, code in _lines(table, table[column] == ""):
            message = f"{column} is empty{f' of {code!r}' if code else ''}"
            problems.error(BOOK, "missing value", message, line, column)


def _check_names(table: pd.DataFrame, problems: Problems) -> None:
    for line, code in _lines(table, table["code"] != ""):
        if not SLUG.fullmatch(code):
            message = f"the code {code!r} must be small letters, digits and single hyphens"
            problems.error(BOOK, "not a name", message, line, "code", code)
    for column in ("code", "label"):
        again = table[column].duplicated() & (table[column] != "")
        for line, _ in _lines(table, again):
            value = table[column].loc[line]
            first = (table[column] == value).idxmax()
            message = f"the {column} {value!r} is that of line {first} already"
            problems.error(BOOK, f"duplicate {column}", message, line, column, value)


def _check_parents(table: pd.DataFrame, problems: Problems) -> None:
    if "parent" not in table:
        return
    # Of a code that stands twice, the first counts.
    above = dict(zip(table["code"][::-1], table["parent"][::-1], strict=True))
    for line, code in _lines(table, table["parent"] != ""):
        parent = table["parent"].loc[line]
        if parent not in above:
            message = f"the parent {parent!r} of {code!r} is no code"
            problems.error(BOOK, "unknown code", message, line, "parent", parent)
            continue
        path = [code]
        while (up := above.get(path[-1], "")) and up not in path:
            path.append(up)
        if up == code:
            message = f"the parents of {code!r} lead in a circle: {' → '.join([*path, code])}"
            problems.error(BOOK, "circle", message, line, "parent", parent)


def _check_probes(table: pd.DataFrame, problems: Problems) -> None:
    for line, code in _lines(table, table["probes"] != ""):
        probes = table["probes"].loc[line]
        parts = [part.strip() for part in probes.split("|")]
        if not all(parts):
            message = f"a probe of {code!r} is empty; take the stray | away"
            problems.error(BOOK, "missing value", message, line, "probes", probes)
        if len(set(parts)) < len(parts):
            message = f"a probe of {code!r} stands there twice"
            problems.error(BOOK, "duplicate probe", message, line, "probes", probes)


def _check_markup(table: pd.DataFrame, problems: Problems) -> None:
    for place, column in enumerate(map(str, table.columns)):
        for line, text in zip(table.index.tolist(), table.iloc[:, place], strict=True):
            if markup := MARKUP.search(text):
                message = f"{column} holds markup, {markup.group()!r}; write plain text"
                problems.error(BOOK, "markup", message, line, column, text)


def _lines(table: pd.DataFrame, chosen: "pd.Series[bool]") -> list[tuple[int, str]]:
    """Return line and code of the rows chosen."""
    codes = table["code"][chosen]
    return list(zip(codes.index.tolist(), codes.tolist(), strict=True))


def _inherited(table: pd.DataFrame) -> pd.DataFrame:
    """Give codes without a dimension that of the nearest parent who has one."""
    above = dict(zip(table["code"], table["parent"], strict=True))
    dimensions = dict(zip(table["code"], table["dimension"], strict=True))
    inherited = []
    for code in table["code"]:
        while not dimensions[code] and above[code]:
            code = above[code]
        inherited.append(dimensions[code])
    return table.assign(dimension=inherited)


def descriptions(book: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences that describe each code, in order."""
    rows: list[tuple[str, str]] = []
    for _, entry in book.iterrows():
        texts = [part.strip() for part in entry["probes"].split("|")]
        texts += [entry["label"], entry["definition"], entry["use_when"]]
        rows += [(entry["code"], text) for text in texts if text]
    return pd.DataFrame(rows, columns=["code", "text"])
