"""Read a codebook, and report all of its faults together."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from clusterlib import load
from clusterlib.codes import cells
from clusterlib.codes.cells import FaultsError

NEEDED = ("code", "label", "definition", "probes")
COLUMNS = ("code", "parent", "dimension", "label", "definition", "use_when", "not_when", "probes")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARKUP = re.compile(r"<\s*[a-zA-Z!/?][^>]*>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
FEWEST = 2


class CodebookError(FaultsError):
    """A codebook has faults.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row a fault: line (as a spreadsheet counts, the header is 1; missing
        where the whole codebook is meant), code, column and message.

    Examples
    --------
    >>> try:
    ...     read(pd.DataFrame({"code": ["a"], "label": "A", "definition": "x", "probes": "y|z"}))
    ... except CodebookError as error:
    ...     print(error.faults["message"].tolist())
    ['1 code(s); a codebook needs 2 to tell apart']
    """

    kind = "codebook"
    columns = ("line", "code", "column", "message")
    order = ("line", "column")


Fault = tuple[int | None, str, str, str]


def read(source: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """Read a codebook.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame, optional
        A CSV file, as any spreadsheet saves it (commas, semicolons or tabs
        between cells, UTF-8 or an older encoding), or a table: code, label,
        definition and probes (``sentence | sentence``, one or more); parent,
        dimension, use_when and not_when if wanted. By default the codebook of
        the seeds.

    Returns
    -------
    pandas.DataFrame
        code, parent, dimension, label, definition, use_when, not_when and
        probes, as text without stray blanks; then the codebook's other columns,
        those of a file in small letters. A code without a dimension has that of
        its parent.

    Raises
    ------
    CodebookError
        With every fault: columns that are missing or stand twice, rows with
        more or fewer cells than the header, empty cells, names that are no slugs,
        codes named twice, parents that are unknown or lead in a circle, empty
        probes, markup in a text.

    Examples
    --------
    >>> read().query("dimension == 'aim'")["code"].tolist()
    ['competitiveness', 'innovation', 'networking', 'cooperation']
    """
    given: Path | pd.DataFrame = load.seeds() / "codebook.csv"
    if source is not None:
        given = source if isinstance(source, pd.DataFrame) else Path(source)
    return _checked(given)


def from_csv(text: str) -> pd.DataFrame:
    """Return a codebook that was checked and written as CSV."""
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)


def _checked(source: Path | pd.DataFrame) -> pd.DataFrame:
    """Return a codebook without faults, or report all that it has."""
    table, broken = _texts(source)
    faults = [*_columns(table)]
    if not faults:
        faults = [*_empty(table), *_names(table), *_probes(table)]
        # A parent may stand on a row that is broken.
        faults += [] if broken else _parents(table)
    faults += [*_markup(table), *broken]
    if faults:
        raise CodebookError(faults)
    table = table.reset_index(drop=True)
    for column in COLUMNS:
        if column not in table:
            table[column] = ""
    others = [name for name in table.columns if name not in COLUMNS]
    return _inherited(table[[*COLUMNS, *others]].astype("str"))


def _texts(source: Path | pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return every cell as text, blanks evened out, by line; and the rows that are broken."""
    table, broken = cells.read(source)
    if broken and not len(table.columns):
        wanted = f"; expected a CSV file with the columns {', '.join(NEEDED)}"
        raise CodebookError(
            (line, "", "", fault + (wanted if line is None else "")) for line, fault in broken
        )
    cleaned: pd.DataFrame = table.apply(lambda column: column.str.split().str.join(" "))
    return cleaned, [(line, "", "", fault) for line, fault in broken]


def _columns(table: pd.DataFrame) -> Iterator[Fault]:
    names = table.columns.tolist()
    for name in NEEDED:
        if name not in names:
            yield (
                None,
                "",
                name,
                f"the column {name!r} is missing; found {', '.join(map(str, names))}",
            )
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield None, "", name, f"the column {name!r} stands there {names.count(name)} times"
    if len(table) < FEWEST:
        yield None, "", "code", f"{len(table)} code(s); a codebook needs {FEWEST} to tell apart"


def _empty(table: pd.DataFrame) -> Iterator[Fault]:
    for column in NEEDED:
        for line, code in _lines(table, table[column] == ""):
            yield line, code, column, f"{column} is empty{f' of {code!r}' if code else ''}"


def _names(table: pd.DataFrame) -> Iterator[Fault]:
    for line, code in _lines(table, table["code"] != ""):
        if not SLUG.fullmatch(code):
            message = f"the code {code!r} must be small letters, digits and single hyphens"
            yield line, code, "code", message
    for column in ("code", "label"):
        again = table[column].duplicated() & (table[column] != "")
        for line, code in _lines(table, again):
            value = table[column].loc[line]
            first = (table[column] == value).idxmax()
            yield line, code, column, f"the {column} {value!r} is that of line {first} already"


def _parents(table: pd.DataFrame) -> Iterator[Fault]:
    if "parent" not in table:
        return
    # Of a code that stands twice, the first counts.
    above = dict(zip(table["code"][::-1], table["parent"][::-1], strict=True))
    for line, code in _lines(table, table["parent"] != ""):
        parent = table["parent"].loc[line]
        if parent not in above:
            yield line, code, "parent", f"the parent {parent!r} of {code!r} is no code"
            continue
        path = [code]
        while (up := above.get(path[-1], "")) and up not in path:
            path.append(up)
        if up == code:
            circle = " → ".join([*path, code])
            yield line, code, "parent", f"the parents of {code!r} lead in a circle: {circle}"


def _probes(table: pd.DataFrame) -> Iterator[Fault]:
    for line, code in _lines(table, table["probes"] != ""):
        parts = [part.strip() for part in table["probes"].loc[line].split("|")]
        if not all(parts):
            yield line, code, "probes", f"a probe of {code!r} is empty; take the stray | away"
        if len(set(parts)) < len(parts):
            yield line, code, "probes", f"a probe of {code!r} stands there twice"


def _markup(table: pd.DataFrame) -> Iterator[Fault]:
    for place, column in enumerate(table.columns):
        for line, text in zip(table.index.tolist(), table.iloc[:, place], strict=True):
            if match := MARKUP.search(text):
                message = f"{column} holds markup, {match.group()!r}; write plain text"
                yield line, "", str(column), message


def _lines(table: pd.DataFrame, chosen: "pd.Series[bool]") -> list[tuple[int, str]]:
    """Return line and code of the rows chosen."""
    repeated = table["code"][chosen]
    return list(zip(repeated.index.tolist(), repeated.tolist(), strict=True))


def _inherited(table: pd.DataFrame) -> pd.DataFrame:
    """Give codes without a dimension that of the nearest parent who has one."""
    above = dict(zip(table["code"], table["parent"], strict=True))
    by_code = dict(zip(table["code"], table["dimension"], strict=True))
    dimensions = []
    for code in table["code"]:
        while not by_code[code] and above[code]:
            code = above[code]
        dimensions.append(by_code[code])
    return table.assign(dimension=dimensions)


def descriptions(book: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences that describe each code, in order.

    Parameters
    ----------
    book : pandas.DataFrame
        As `read` returns it.

    Returns
    -------
    pandas.DataFrame
        code and text: probes, label, definition and when to use it. When not
        to use it says what the code is not, so it is left out.

    Examples
    --------
    >>> descriptions(read()).query("code == 'money'")["text"].iloc[3]
    'Money and investment'
    """
    rows: list[tuple[str, str]] = []
    for _, entry in book.iterrows():
        texts = [part.strip() for part in entry["probes"].split("|")]
        texts += [entry["label"], entry["definition"], entry["use_when"]]
        rows += [(entry["code"], text) for text in texts if text]
    return pd.DataFrame(rows, columns=["code", "text"])
