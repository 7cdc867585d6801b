"""Highlight quotations in a text, however they overlap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Piece:
    """A part of a quotation that stands in one block of a page."""

    start: int
    end: int
    anchor: str
    first: bool = True


def pieces(spans: Iterable[tuple[int, int]], blocks: Iterable[tuple[int, int]]) -> list[Piece]:
    """Cut quotations where blocks end.

    Parameters
    ----------
    spans : iterable of (int, int)
        Start and end of each quotation.
    blocks : iterable of (int, int)
        The blocks of the page, in order.

    Returns
    -------
    list of Piece
        In the order of the page. The first piece of a quotation bears its anchor.

    Examples
    --------
    >>> [(piece.start, piece.end, piece.first) for piece in pieces([(3, 9)], [(0, 5), (6, 12)])]
    [(3, 5, True), (6, 9, False)]
    """
    seen: set[str] = set()
    found = []
    ordered = sorted(set(spans), key=lambda span: (span[0], -span[1]))
    for begin, stop in blocks:
        for start, end in ordered:
            if max(start, begin) < min(end, stop):
                anchor = f"q-{start}-{end}"
                cut = Piece(max(start, begin), min(end, stop), anchor, anchor not in seen)
                seen.add(anchor)
                found.append(cut)
    return found


def marked(text: str, start: int, end: int, inside: Iterable[Piece]) -> Markup:
    """Return a part of a text as HTML, with each quotation in a ``mark`` of its own.

    Parameters
    ----------
    text : str
        The whole text.
    start, end : int
        The part.
    inside : iterable of Piece
        Each within the part. Where two overlap without one holding the other,
        the later one is cut in two.

    Returns
    -------
    markupsafe.Markup
        All text is escaped.

    Examples
    --------
    >>> print(marked("a < b", 0, 5, [Piece(0, 3, "q-0-3"), Piece(2, 5, "q-2-5")]))
    <mark class="q-0-3" id="q-0-3">a <mark class="q-2-5"
    id="q-2-5">&lt;</mark></mark><mark class="q-2-5"> b</mark>
    """
    parts: list[Markup] = []
    waiting = sorted(inside, key=lambda piece: (piece.start, -piece.end))
    at = start
    while waiting:
        piece, *others = waiting
        within = [replace(p, end=min(p.end, piece.end)) for p in others if p.start < piece.end]
        cut = [
            replace(p, start=max(p.start, piece.end), first=p.first and p.start >= piece.end)
            for p in others
            if p.end > piece.end
        ]
        waiting = sorted(cut, key=lambda p: (p.start, -p.end))
        name = Markup(' id="{}"').format(piece.anchor) if piece.first else ""
        opened = Markup('<mark class="{}"{}>').format(piece.anchor, name)
        parts += [escape(text[at : piece.start]), opened]
        parts += [marked(text, piece.start, piece.end, within), Markup("</mark>")]
        at = piece.end
    return Markup("").join([*parts, escape(text[at:end])])
