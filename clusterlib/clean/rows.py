"""Tables in a text, a line a row between bars: each row says what its cells are."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clusterlib.clean.boilerplate import Verdict
from clusterlib.clean.repair import Block, Edit, blocks, repair

ROW = re.compile(r"\s*\|.*\|\s*", re.DOTALL)
# What stands under the names of the columns.
RULER = re.compile(r"\s*\|(?:\s*:?-{2,}:?\s*\|)+\s*")
CELL = re.compile(r"[^\s|](?:[^|]*[^\s|])?")
HEAD = Verdict(None, "table head", "names the columns of the rows below it")
ROW_RULE, ROW_REASON = "table row", "bar between cells, as the name of the column"


def read_rows(
    source: str, page: Sequence[Block], lang: str
) -> tuple[list[Block], dict[int, Verdict]]:
    r"""Spell out the rows of tables.

    Parameters
    ----------
    source : str
        The text.
    page : sequence of Block
        Its blocks.
    lang : str
        Its language.

    Returns
    -------
    list of Block
        With the rows spelled out.
    dict of int to Verdict
        What becomes of the blocks that belong to tables, by their place.

    Examples
    --------
    >>> from clusterlib.clean.repair import blocks
    >>> text = "| Year | Firms |\n|---|---|\n| 2021 | 54 |"
    >>> page, verdicts = read_rows(text, blocks(text), "en")
    >>> page[2].text, verdicts[2].kind, verdicts[0].rule
    ('Year: 2021; Firms: 54', 'body', 'table head')
    """
    spelled = list(page)
    verdicts: dict[int, Verdict] = {}
    for place, names in _rows(source, page, lang):
        block = page[place] if names is None else _spell(source, page[place], names, lang)
        if names is None:
            verdicts[place] = HEAD
        elif block.text:
            spelled[place], verdicts[place] = block, Verdict("body")
    return spelled, verdicts


def find_named_cells(source: str, lang: str) -> Iterator[tuple[int, int, str]]:
    r"""Yield start and end of each cell of a table, and the name of its column.

    Examples
    --------
    >>> list(find_named_cells("| Year | Firms |\n|---|---|\n| 2021 | 54 |", "en"))
    [(29, 33, 'Year'), (36, 38, 'Firms')]
    """
    if "|--" not in source.replace(" ", ""):
        return
    page = blocks(source, lang)
    for place, names in _rows(source, page, lang):
        for column, start, end in _cells(source, page[place]) if names else ():
            if names and column < len(names) and names[column]:
                yield start, end, names[column]


def _rows(source: str, page: Sequence[Block], lang: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield the place of each row, and the names of its cells: none, or it names those below."""
    if source.count("|") < 2:
        return
    raw = [source[block.start : block.end] for block in page]
    for is_row, group in itertools.groupby(range(len(page)), lambda n: bool(ROW.fullmatch(raw[n]))):
        places = list(group)
        rulers = {place for place in places if RULER.fullmatch(raw[place])}
        # Rows of a menu have bars, too; those of a table have as many each.
        widths = {raw[place].strip().count("|") for place in places}
        if not is_row or not (rulers or (len(places) > 1 and len(widths) == 1 and max(widths) > 2)):
            continue
        names: list[str] = []
        for place in places:
            if place + 1 in rulers:
                names = list(_names(source, page[place], lang))
            yield place, None if place in rulers or place + 1 in rulers else names


def _cells(source: str, block: Block) -> Iterator[tuple[int, int, int]]:
    """Yield the column of each cell that holds something, and its place in the source."""
    raw = source[block.start : block.end]
    bars = [match.start() for match in re.finditer(r"\|", raw)]
    for column, (left, right) in enumerate(itertools.pairwise(bars)):
        if cell := CELL.search(raw, left + 1, right):
            yield column, block.start + cell.start(), block.start + cell.end()


def _names(source: str, block: Block, lang: str) -> Iterator[str]:
    cells = {
        column: repair(source, start, end, lang).text
        for column, start, end in _cells(source, block)
    }
    for column in range(max(cells, default=-1) + 1):
        yield cells.get(column, "")


def _spell(source: str, block: Block, names: Sequence[str], lang: str) -> Block:
    """Write a row as its cells, each with the name of its column."""
    edits: list[Edit] = []
    parts: list[str] = []
    position = block.start
    for column, start, end in _cells(source, block):
        name = names[column] if column < len(names) else ""
        gap = ("; " if parts else "") + (f"{name}: " if name else "")
        cell = repair(source, start, end, lang)
        edits += [Edit(position, start, gap, ROW_RULE, ROW_REASON), *cell.edits]
        parts += [gap, cell.text]
        position = end
    edits.append(Edit(position, block.end, "", ROW_RULE, ROW_REASON))
    return replace(block, text="".join(parts), edits=tuple(edits))
