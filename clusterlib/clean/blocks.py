"""From a text to its blocks: lines, with the lines of hard-wrapped paragraphs joined."""

import re

from clusterlib.clean.repair import Block, repair

LINE = re.compile(r"[^\n\r\v\f\u2028\u2029]+")
# The columns at which programs wrap text; a wrapped line nearly fills its width.
NARROWEST, WIDEST, FILLED = 50, 100, 0.75

Span = tuple[int, int]


def blocks(text: str) -> list[Block]:
    """Divide a text into repaired blocks.

    Parameters
    ----------
    text : str
        A source text.

    Returns
    -------
    list of Block
        In order, without blank ones. A block is a line, or the lines of a
        paragraph that was wrapped at a fixed width.

    Examples
    --------
    >>> [block.text for block in blocks("Menu\\n\\nThe  text.")]
    ['Menu', 'The text.']
    """
    paragraphs: list[list[Span]] = [[]]
    for found in LINE.finditer(text):
        if found[0].isspace():
            paragraphs.append([])
            continue
        apart = paragraphs[-1] and text[paragraphs[-1][-1][1] : found.start()].count("\n") > 1
        if apart:
            paragraphs.append([])
        paragraphs[-1].append(found.span())
    spans = [span for lines in paragraphs for span in _unwrapped(text, lines)]
    found_blocks = (repair(text, start, end) for start, end in spans)
    return [block for block in found_blocks if block.text]


def _unwrapped(text: str, lines: list[Span]) -> list[Span]:
    """Join lines that are pieces of one wrapped paragraph."""
    if len(lines) < 2:
        return lines
    widths = [end - start for start, end in lines]
    width = max(widths)
    if not NARROWEST <= width <= WIDEST:
        return lines
    joined: list[list[Span]] = [[]]
    for span, size in zip(lines, widths, strict=True):
        joined[-1].append(span)
        if size < FILLED * width:
            joined.append([])
    spans: list[Span] = []
    for piece in filter(None, joined):
        going_on = sum(text[start:end].lstrip()[:1].islower() for start, end in piece[1:])
        wrapped = len(piece) > 1 and going_on >= max(1, (len(piece) - 1) / 3)
        spans += [(piece[0][0], piece[-1][1])] if wrapped else piece
    return spans
