"""Tell the text of a page from what stands around it, by the form of its lines.

The rules know nothing of particular sites: they look at length, sentence ends,
ellipses, repetition, position, the density of short lines, and the multilingual
phrase list.
"""

from bisect import bisect_right
from collections.abc import Sequence

from clusterlib.clean.lines import COLON, SITE, Line, Verdict, judge_alone, repeat_key
from clusterlib.load import phrases

# Fewest words of a title that stands above the text, among labels and menus.
TITLE_WORDS = 4
# Fewest words of the items of a list without marks; those of a menu or of tags are shorter.
ITEM_WORDS = 3
# A line of so many words is a paragraph, even if its full stop is missing or it breaks off.
PARAGRAPH = 12
# What opens an annex (comments, other articles), and how much of the text may follow it at most.
ANNEX = ("reading", "related")
ANNEX_SHARE = 0.15


def judge(texts: Sequence[str], lang: str, raw: Sequence[str] | None = None) -> list[Verdict]:
    """Decide which blocks of a page are its text.

    Parameters
    ----------
    texts : sequence of str
        Repaired blocks in page order.
    lang : str
        The language of the page.
    raw : sequence of str, optional
        The blocks before repair, whose tabs and gaps tell a row of links.

    Returns
    -------
    list of Verdict
        One for each block.

    Examples
    --------
    >>> page = ["Home", "Region signs an agreement on storage", "The region pays for it."]
    >>> [verdict.kind for verdict in judge(page, "en")]
    [None, 'headline', 'body']
    """
    lines = [Line(text, lang, was) for text, was in zip(texts, raw or texts, strict=True)]
    for line in lines:
        judge_alone(line)
    _drop_repeats(lines)
    _drop_teasers(lines)
    first, last = _extent(lines)
    _judge_top(lines[:first])
    _judge_middle(lines[first:last])
    for line in lines[last:]:
        line.drop("after the text", "stands after the last sentence of the text")
    return [line.verdict or Verdict("body") for line in lines]


def _drop_repeats(lines: Sequence[Line]) -> None:
    """Keep the first full occurrence of a line, also where a truncated one stands before it."""
    seen: set[str] = set()
    keys = {line.key for line in lines}
    for line in lines:
        name, *site = SITE.split(line.text, maxsplit=1)
        if line.key in seen and line.key and not line.bullet:
            line.drop("repeat", "repeats an earlier line")
        elif site and not line.sentence and len(name.split()) > 1 and repeat_key(name) in keys:
            line.drop("repeat", "is the headline with the name of the site")
        elif not line.truncated:
            seen.add(line.key)
    full = sorted(seen)
    for line in lines:
        stem = line.key.rstrip(" .…[]()")
        if line.truncated and line.words >= TITLE_WORDS:
            place = bisect_right(full, stem)
            if place < len(full) and full[place].startswith(stem):
                line.drop("repeat", "is the truncated form of a line that stands in full")


def _drop_teasers(lines: Sequence[Line]) -> None:
    """Drop the truncated texts that stand for other pages, with the titles above them."""
    if not lines:
        return
    ends = phrases.patterns(lines[0].lang, "end")
    last = max((index for index, line in enumerate(lines) if _is_text(line)), default=-1)
    several = sum(line.truncated for line in lines) > 1
    for index, line in enumerate(lines):
        above = lines[index - 1] if index else None
        titled = above is not None and not above.running and above.words >= 1
        cut = line.truncated and titled and (several or index > last)
        more = bool(ends.search(line.text)) and not line.sentence
        if cut or more or (line.truncated and line.words < PARAGRAPH):
            line.drop("teaser", "is the truncated start of another page")
            if titled and above is not None and not above.sentence:
                above.drop("teaser", "is the title of a truncated text")


def _extent(lines: Sequence[Line]) -> tuple[int, int]:
    """Return where running text begins and where it ends."""
    running = [index for index, line in enumerate(lines) if _is_text(line)]
    if not running:
        return len(lines), len(lines)
    first, last = running[0], running[-1] + 1
    while last < len(lines) and (size := _goes_on(lines[last:])):
        last += size
    return first, _before_annex(lines, first, last)


def _goes_on(lines: Sequence[Line]) -> int:
    """Count the lines with which a text goes on after its last full sentence.

    They are a short sentence, a paragraph without a full stop, list items and
    facts, or a heading above some of these.
    """
    head = 1 if lines[0].open and lines[0].words < PARAGRAPH and not _belongs(lines[0]) else 0
    run = 0
    for line in lines[head : head + 3]:
        run += _belongs(line)
    enough = run >= (2 if head else 1)
    return head + 1 if enough and head < len(lines) and _belongs(lines[head]) else 0


def _belongs(line: Line) -> bool:
    listed = (line.bullet or line.fact) and line.words >= ITEM_WORDS
    return line.open and (line.sentence or listed or line.words >= PARAGRAPH)


def _before_annex(lines: Sequence[Line], first: int, last: int) -> int:
    """Return where comments or other pages' texts begin, if little text follows them."""
    total = sum(line.words for line in lines[first:last] if _is_text(line))
    above = 0
    for index in range(first, last):
        verdict = lines[index].verdict
        if verdict and verdict.rule in ANNEX and total - above <= ANNEX_SHARE * total:
            return index
        above += lines[index].words if _is_text(lines[index]) else 0
    return last


def _is_text(line: Line) -> bool:
    kept = line.verdict is not None and line.verdict.kind is not None
    return kept or (line.open and line.running)


def _judge_top(lines: Sequence[Line]) -> None:
    """Find the title among the labels and menus above the text."""
    open_lines = [line for line in lines if line.open]
    titles = [line for line in open_lines if line.words >= TITLE_WORDS or line.sentence]
    nearest = [line for line in open_lines[-1:] if line.words > 1]
    for line in titles or nearest:
        line.keep("headline")
    for line in lines:
        line.drop("label", "is a short line above the text")


def _judge_middle(lines: Sequence[Line]) -> None:
    """Keep the text, the headings in it and its lists; drop labels and menus between."""
    shorts: list[Line] = []
    above: Line | None = None
    for line in lines:
        if not line.open and not _is_text(line):
            continue
        paragraph = line.truncated and line.words >= PARAGRAPH
        if line.open and not (line.running or line.sentence or line.bullet or paragraph):
            shorts.append(line)
            continue
        _judge_shorts(shorts, listed=above is not None and bool(COLON.search(above.text)))
        line.keep("body")
        shorts, above = [], line


def _judge_shorts(shorts: Sequence[Line], listed: bool) -> None:
    """Judge successive short lines that stand between two pieces of text."""
    items = len(shorts) >= 3 and min(line.words for line in shorts[1:]) >= ITEM_WORDS
    items = items or sum(line.fact for line in shorts) >= 3
    listed = listed or any(COLON.search(line.text) for line in shorts[:-1])
    if listed or items:
        for line in shorts[:-1]:
            line.keep("body")
    elif len(shorts) == 2 and shorts[0].words >= ITEM_WORDS:
        shorts[0].keep("headline")
    for line in shorts[-1:]:
        line.keep("headline")
    for line in shorts:
        line.drop("label", "is one of several short lines between paragraphs")
