"""The grid that a comparison of initiatives starts from: what each text says of each attribute.

Qualitative analysts call it a framework matrix. A cell is a short value in English with the
words that it rests on and their place, or "not stated", which is a finding too. Cells are read
and not computed: in comes a table that somebody has filled in, out goes the same, checked
against the texts. `grid_sheet` proposes passages for each cell of a corpus of one's own.
"""

from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clusterlib import clean, embed, inputs, load, schema
from clusterlib.embed import cache
from clusterlib.problems import InputWarning, Problems, warn

NOT_STATED = "not stated"
COLUMNS = ("doc", "attribute", "value", "quote")
# Passages that a sheet proposes for a cell.
PROPOSED = 3
# How faults call it.
GRID, SUBJECT = "grid", "the grid"


def attributes() -> pd.DataFrame:
    """Return the attributes by which initiatives are set side by side.

    Returns
    -------
    pandas.DataFrame
        attribute and question (what a cell of it answers), in the order of the grid.

    Examples
    --------
    >>> attributes()["attribute"].head(3).tolist()
    ['trigger', 'initiator', 'stage']
    """
    return pd.DataFrame(inputs.read_data("attributes"), dtype="str")


def grid(documents: pd.DataFrame, source: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """Read a grid, and check every quotation against the texts.

    Parameters
    ----------
    documents : pandas.DataFrame
        doc, initiative and text.
    source : str, pathlib.Path or pandas.DataFrame, optional
        A filled grid: doc, attribute, value and quote, and start if known; by default that of the
        seeds. A value may be ``not stated``, with no quote; a cell without both is not read yet.

    Returns
    -------
    pandas.DataFrame
        One row a cell that is read, in the order of the source, as the contract ``grid`` has it;
        start and end are missing where nothing is quoted.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault: columns or values that are missing, texts that do not exist, cells that
        stand twice, quotations that the text does not have, has more than once, or has at another
        place, and a grid of which no cell is read.

    Warns
    -----
    clusterlib.problems.InputWarning
        If some cells are not read yet: it is not known whether the text states what they ask.

    Examples
    --------
    >>> import clusterlib as cl
    >>> wide = grid(cl.load.documents()).pivot(index="attribute", columns="doc", values="value")
    >>> wide.loc["money"].tolist()[:3], wide.loc["stage", "fr"]
    (['not stated', 'not stated', 'not stated'], 'being created')
    """
    problems = Problems(of_cells=True)
    table = inputs.read(load.seeds() / "grid.csv" if source is None else source, GRID, problems)
    for column in [name for name in COLUMNS if name not in table]:
        problems.error(GRID, "missing column", f"there is no column {column!r}", column=column)
    problems.raise_errors(SUBJECT)
    table = table.fillna("").map(lambda cell: str(cell).strip())
    asked = dict.fromkeys(filter(None, table["attribute"]))
    table = table[(table["value"] != "") | (table["quote"] != "")]
    _check_cells(table, documents, problems)
    _note_unread(table, asked, documents, problems)
    texts = documents.set_index("doc")["text"]
    spans = [
        _span(str(texts.get(row["doc"], "")), row, line, problems)
        for line, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    problems.raise_errors(SUBJECT)
    if problems.rows:
        warn(InputWarning(problems.table()), stacklevel=2)
    table["start"], table["end"] = (
        pd.array(list(one), "Int64") for one in zip(*spans, strict=True)
    )
    table["initiative"] = table["doc"].map(documents.set_index("doc")["initiative"])
    columns = ["initiative", "attribute", "value", "doc", "start", "end", "quote"]
    grid = table[columns].reset_index(drop=True).astype({"initiative": "str"})
    return schema.check(grid, GRID)


def _check_cells(table: pd.DataFrame, documents: pd.DataFrame, problems: Problems) -> None:
    """Note cells without a value, of no text, or twice there."""
    docs = set(documents["doc"])
    places: dict[tuple[str, str], object] = {}
    for line, doc, attribute, value in table[list(COLUMNS[:3])].itertuples(name=None):
        if doc not in docs:
            message = f"there is no text {doc!r}; expected one of {', '.join(sorted(docs))}"
            problems.error(GRID, "unknown text", message, line, "doc", doc)
        for column, cell in (("attribute", attribute), ("value", value)):
            if not cell:
                message = f"{column} is empty; write {NOT_STATED!r} where the text says nothing"
                problems.error(GRID, "missing value", message, line, column)
        if (doc, attribute) in places:
            message = f"{attribute!r} of {doc!r} stands on line {places[doc, attribute]} already"
            problems.error(GRID, "duplicate cell", message, line, "attribute", attribute)
        places.setdefault((doc, attribute), line)


def _note_unread(
    table: pd.DataFrame, asked: Iterable[str], documents: pd.DataFrame, problems: Problems
) -> None:
    """Note the cells that nobody has read: what was not looked for is not said to be missing."""
    cells = pd.MultiIndex.from_product([asked, sorted(documents["doc"])])
    unread = cells.difference(pd.MultiIndex.from_frame(table[["attribute", "doc"]]), sort=False)
    if not len(table):
        problems.error(GRID, "missing value", "no cell has a value; fill in those that you read")
    elif len(unread):
        attribute, doc = unread[0]
        message = f"{len(unread)} cell(s) are not read yet, such as {attribute!r} of {doc!r}; "
        problems.warn(GRID, "unread cell", message + f"{NOT_STATED!r} is for what you looked for")


def _span(
    text: str, row: Mapping[Hashable, Any], line: object, problems: Problems
) -> tuple[int | None, int | None]:
    """Return where a quotation stands, and note what is wrong with it."""
    quote, value = row["quote"], row["value"]
    if not quote:
        if value and value != NOT_STATED:
            message = f"{value!r} rests on no words; quote them, or write {NOT_STATED!r}"
            problems.error(GRID, "missing quotation", message, line, "quote")
        return None, None
    count, first = text.count(quote), text.find(quote)
    given = row.get("start", "")
    if given.isdigit() and text.startswith(quote, int(given)):
        return int(given), int(given) + len(quote)
    if not count:
        message = "these words are not in the text; copy them as they stand there"
    elif given:
        message = f"these words do not stand at {given}, but at {first} to {first + len(quote)}"
    elif count > 1:
        message = f"these words stand {count} times in the text; give the start, such as {first}"
    else:
        return first, first + len(quote)
    problems.error(GRID, "quotation", message, line, "quote", quote)
    return None, None


def grid_sheet(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    attributes: pd.DataFrame | None = None,
    path: str | Path | None = None,
    encoder: embed.Encoder | None = None,
) -> pd.DataFrame:
    """Make a sheet for the grid of one's own corpus, with passages that may answer each cell.

    Parameters
    ----------
    passages, vectors : pandas.DataFrame
        passage, doc and text, english if known; and as `clusterlib.embed.vectors` returns them.
    attributes : pandas.DataFrame, optional
        attribute and question, in English; by default those of the seeds' grid.
    path : str or pathlib.Path, optional
        Where to write it as CSV, in the encoding that spreadsheets recognise.
    encoder : Encoder, optional
        That the vectors come from; by default multilingual-e5-small.

    Returns
    -------
    pandas.DataFrame
        One row a cell: doc, attribute, question, value and quote (both empty, to be filled in and
        read back by `grid`), and proposed: the three passages of the text that are nearest to the
        question, the nearest first, each with its name.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents().query("doc == 'nb'"))
    >>> sheet = grid_sheet(passages, cl.embed.vectors(passages)).set_index("attribute")
    >>> sheet.loc["money", "proposed"].split(":")[0]
    'nb-015'
    """
    if attributes is None:
        attributes = pd.DataFrame(inputs.read_data("attributes"), dtype="str")
    encoder = encoder or embed.load_encoder()
    # A heading names what follows and answers nothing.
    passages = passages[~clean.section_headings(passages)]
    sorted_passages, rows = embed.aligned(passages, vectors)
    asked = cache.encode(attributes["question"].tolist(), encoder, "query")
    # What all questions have in common tells no attribute.
    likeness = np.round(rows @ (asked - asked.mean(axis=0)).T, 5)
    shown = sorted_passages["passage"] + ": " + sorted_passages["text"]
    if "english" in sorted_passages:
        english = sorted_passages["english"].fillna("")
        shown += (" = " + english).where(english != "", "")
    sheet = [
        (doc, attribute, question, "", "", "\n".join(shown.iloc[places[nearest]]))
        for doc, places in sorted(sorted_passages.groupby("doc").indices.items())
        for (attribute, question), nearest in zip(
            attributes[["attribute", "question"]].to_numpy().tolist(),
            np.argsort(-likeness[places].T, kind="stable")[:, :PROPOSED],
            strict=True,
        )
    ]
    columns = ["doc", "attribute", "question", "value", "quote", "proposed"]
    table = pd.DataFrame(sheet, columns=columns, dtype="str")
    if path is not None:
        inputs.write(table, path)
    return table
