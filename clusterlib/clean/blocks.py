"""From a text to its blocks: lines, with the lines of hard-wrapped paragraphs joined."""

import itertools
import re

from clusterlib.clean.repair import Block, repair

LINE = re.compile(r"[^\n\r\v\f\u2028\u2029]+")
# The columns at which programs wrap text.
NARROWEST, WIDEST = 50, 100

Span = tuple[int, int]


def blocks(text: str, lang: str = "und") -> list[Block]:
    r"""Divide a text into repaired blocks.

    Parameters
    ----------
    text : str
        A source text.
    lang : str
        Its language.

    Returns
    -------
    list of Block
        In order, without blank ones. A block is a line, or the lines of a
        paragraph that was wrapped at a fixed width.

    Examples
    --------
    >>> [block.text for block in blocks("Menu\n\nThe  text.")]
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
    return [repair(text, start, end, lang) for start, end in spans]


def _unwrapped(text: str, lines: list[Span]) -> list[Span]:
    """Join lines that are pieces of one wrapped paragraph.

    A program ends a line where the next word would not have fitted; a line with
    room for that word was ended by a person.
    """
    width = max((end - start for start, end in lines), default=0)
    if len(lines) < 2 or not NARROWEST <= width <= WIDEST:
        return lines
    pieces = [[lines[0]]]
    for (start, end), following in itertools.pairwise(lines):
        word = text[following[0] : following[1]].split(maxsplit=1)[0]
        if end - start + 1 + len(word) > width:
            pieces[-1].append(following)
        else:
            pieces.append([following])
    spans: list[Span] = []
    for piece in pieces:
        going_on = sum(text[start:end].lstrip()[:1].islower() for start, end in piece[1:])
        wrapped = len(piece) > 1 and going_on >= max(1, (len(piece) - 1) / 4)
        spans += [(piece[0][0], piece[-1][1])] if wrapped else piece
    return spans
