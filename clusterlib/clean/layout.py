"""Texts with a layout: tables, a line a row between bars, and pages, each ended by a form feed.

The rows of a table say what their cells are. Running heads and page numbers stand apart, and
paragraphs go on from page to page.
"""

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clusterlib.clean.boilerplate import Verdict
from clusterlib.clean.repair import BREAK, Block, Edit, Span, apply, blocks, repair
from clusterlib.load.pdf import PAGE_END

ROW = re.compile(r"\s*\|.*\|\s*", re.DOTALL)
# What stands under the names of the columns.
RULER = re.compile(r"\s*\|(?:\s*:?-{2,}:?\s*\|)+\s*")
CELL = re.compile(r"[^\s|](?:[^|]*[^\s|])?")
HEAD = Verdict(None, "table head", "names the columns of the rows below it")
ROW_RULE, ROW_REASON = "table row", "bar between cells, as the name of the column"


def read_rows(
    source: str, page: Sequence[Block], lang: str
) -> tuple[list[Block], dict[int, Verdict]]:
    """Spell out the rows of tables among the blocks of a text.

    With the blocks comes what becomes of those that belong to tables, by their place.
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
    """Yield start and end of each cell of a table, and the name of its column."""
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
    raw = source[block.start : block.end]
    bars = [match.start() for match in re.finditer(r"\|", raw)]
    for column, (opening, closing) in enumerate(itertools.pairwise(bars)):
        if cell := CELL.search(raw, opening + 1, closing):
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


# So many lines at the edge of a page may be none of its text.
EDGE = 2
# In how many of the pages a running head stands at least; heads of left and right pages differ.
SHARE = 0.3
LONGEST_HEAD = 120
LINE = re.compile(r"[^\n\r\v\f\u2028\u2029]+")
NUMBER = re.compile(r"\d+")
# "Seite 3 von 12", "- 3 -", "стр. 3", "3/12", "iv".
PAGE_NUMBER = re.compile(
    r"[\W_]*(?:[^\W\d_]{1,7}\.?\s*)?(?:\d{1,4}|[ivxl]{1,6})"
    r"(?:\s*(?:/|[^\W\d_]{1,3})\s*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
BULLET = re.compile(r"\s*(?:[•·▪◦‣*–—-]|\(?\d{1,2}[.)]|\(?[a-zа-я]\))\s")
# A line that is shorter than this part of the usual width ends its paragraph.
SHORT = 0.72
RULES = {
    "running head": "stands at the edge of several pages",
    "page number": "counts the pages",
}
BREAK_RULE = "page break"


def read_pages(source: str, lang: str) -> tuple[list[Block], dict[int, Verdict]]:
    """Divide a text with form feeds into repaired blocks that go on from page to page.

    They are paragraphs, and the running heads and page numbers that stand in none; what becomes of
    the latter comes with them, by their place.
    """
    around = _find_edges(source)
    ends = [match.span() for match in re.finditer(PAGE_END, source)]
    without = sorted([*around, *ends])
    view = _leave_out(source, without)
    blocks = [
        _restore(repair(view.text, *span, lang), source, view, without)
        for span in _join_lines(view.text)
    ]
    starts = [block.start for block in blocks]
    alone = []
    for start, end in around:
        at = bisect.bisect_right(starts, start) - 1
        if at < 0 or start >= blocks[at].end:
            alone.append(Block(start, end, source[start:end]))
    page = sorted([*blocks, *alone], key=lambda block: block.start)
    rules = {block.start: around[block.start, block.end] for block in alone}
    verdicts = {
        place: Verdict(None, rules[block.start], RULES[rules[block.start]])
        for place, block in enumerate(page)
        if block.start in rules
    }
    return page, verdicts


def _find_edges(source: str) -> dict[Span, str]:
    """Return the lines at the edges of pages that are no text, with their rule."""
    pages = [
        [match.span() for match in LINE.finditer(source, *place) if not match[0].isspace()]
        for place in _places(source)
    ]
    filled = [lines for lines in pages if lines]
    fewest = max(2, SHARE * len(filled))
    around: dict[Span, str] = {}
    for top, depth in itertools.product((True, False), range(EDGE)):
        edges: dict[str, list[Span]] = defaultdict(list)
        for lines in filled:
            ordered = lines if top else lines[::-1]
            # A line further in counts only behind one that is none of the text.
            if depth < len(lines) and all(line in around for line in ordered[:depth]):
                start, end = ordered[depth]
                # Numbers aside, a head is the same on every page.
                key = " ".join(NUMBER.sub("#", source[start:end].casefold()).split())
                edges[key].append((start, end))
        alike = [spans for key, spans in edges.items() if key and len(spans) >= fewest]
        for span in itertools.chain.from_iterable(alike):
            if span[1] - span[0] <= LONGEST_HEAD:
                numbered = PAGE_NUMBER.fullmatch(source[slice(*span)])
                around[span] = "page number" if numbered else "running head"
        # Roman numbers are all written otherwise.
        spans = itertools.chain.from_iterable(edges.values())
        lone = [span for span in spans if PAGE_NUMBER.fullmatch(source[slice(*span)])]
        if len(lone) >= fewest:
            around |= dict.fromkeys(lone, "page number")
    # What the first page begins with is a title, though later pages repeat it.
    first = filled[0][0] if filled else None
    if first and around.get(first) == "running head":
        del around[first]
    return around


def _places(source: str) -> list[Span]:
    ends = [match.start() for match in re.finditer(PAGE_END, source)]
    return list(zip([0, *(end + 1 for end in ends)], [*ends, len(source)], strict=True))


def _leave_out(source: str, without: Sequence[Span]) -> Block:
    """Return a text without some of its lines; the end of a page stands for each."""
    edits: list[Edit] = []
    for start, end in without:
        # The space around goes, too.
        while start and source[start - 1].isspace():
            start -= 1
        while end < len(source) and source[end].isspace():
            end += 1
        if edits and start <= edits[-1].end:
            start = edits.pop().start
        edits.append(Edit(start, end, PAGE_END, BREAK_RULE, ""))
    return Block(0, len(source), apply(source, edits, 0), tuple(edits))


def _restore(block: Block, source: str, view: Block, without: Sequence[Span]) -> Block:
    """Return a block of a view, which leaves lines of the source out, as one of the source."""
    edits = []
    for edit in block.edits:
        moved = replace(edit, start=view.place(edit.start), end=view.place(edit.end))
        inside = [span for span in without if moved.start <= span[0] < moved.end]
        if inside:
            words = " ".join(" ".join(source[slice(*span)].split()) for span in inside)
            reason = f"between two pages: {words}"[:120].rstrip(": ")
            moved = replace(moved, rule=BREAK_RULE, reason=reason)
        edits.append(moved)
    start, end = view.place(block.start), view.place(block.end, at_end=True)
    return Block(start, end, block.text, tuple(edits))


def _join_lines(text: str) -> list[Span]:
    """Join the lines of each paragraph; a short one ends it, unless the sentence goes on."""
    lines = [match.span() for match in LINE.finditer(text) if not match[0].isspace()]
    widths = sorted(end - start for start, end in lines)
    usual = widths[len(widths) * 3 // 4] if widths else 0
    spans: list[Span] = []
    for number, (start, end) in enumerate(lines):
        if number and _goes_on(text, lines[number - 1], (start, end), usual):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _goes_on(text: str, above: Span, line: Span, usual: int) -> bool:
    """Tell whether a line goes on with the paragraph of that above it."""
    before, this = text[slice(*above)].rstrip(), text[slice(*line)]
    between = text[above[1] : line[0]]
    if BULLET.match(this) or "|" in (before[:1], this[:1]):
        return False
    lower = this.lstrip()[:1].islower()
    open_end = before[-1:] not in ".!?:;…"
    if BREAK.match(text, above[0] + len(before) - 1):
        return True
    if between.count("\n") > 1:
        return False
    full = len(before) >= SHORT * usual
    return open_end and (lower or full) if PAGE_END in between else full or (lower and open_end)
