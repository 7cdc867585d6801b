"""Cut a text into words, numbers and signs, each with its place."""

import re
import unicodedata
from typing import NamedTuple

LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
# Articles and prepositions that French and Italian join to the next word.
ELISION = r"(?:[cdjlmnst]|qu|jusqu|dell|nell|all|dall|sull|un)['’]"
BLANK = " \u00a0\u2009\u202f"
NUMBER = (
    rf"[0-9]{{1,3}}(?:[{BLANK}][0-9]{{3}}){{1,4}}(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,:/'’‐‑–—−-][0-9]+)*"
)
TOKEN = re.compile(
    rf"(?P<number>{NUMBER})|(?P<word>{ELISION}(?={LETTER})"
    rf"|{LETTER}+(?:['’‐‑·_-]{LETTER}+)*(?:-(?=\s))?)|(?P<sign>\S)",
    re.IGNORECASE,
)
# One apostrophe and one hyphen; the dot that folding leaves above the Turkish capital I.
SAME = str.maketrans({"’": "'", "‑": "-", "\u0307": None})
STOPS = frozenset(".!?:…")
QUOTES = frozenset("\"'“”„«»‘’‹›([-–—*•")
# A line of a wrapped paragraph is at least so long; shorter ones are labels or rows.
WRAPPED = 50


class Token(NamedTuple):
    """A word, a number or a sign: its place, how it is written, and what stands before it."""

    start: int
    end: int
    kind: str
    text: str
    low: str
    spaced: bool
    line: bool
    first: bool


def fold(text: str) -> str:
    """Fold a word for comparison: composed, without case, with one kind of apostrophe.

    >>> fold("D’Énergie")
    "d'énergie"
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).casefold().translate(SAME)


def tokenise(text: str) -> list[Token]:
    """Cut a text into tokens.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of Token
        ``line`` tells that a token opens a line of its own (not one of a
        wrapped paragraph), ``first`` that a sentence or a quotation opens with it.

    Examples
    --------
    >>> [token.text for token in tokenise("Près de 300 000 PME (d’ici 2030)")]
    ['Près', 'de', '300 000', 'PME', '(', 'd’', 'ici', '2030', ')']
    """
    tokens: list[Token] = []
    position, opened, first = 0, 0, True
    for found in TOKEN.finditer(text):
        start, end = found.span()
        gap = text[position:start]
        line = position == 0 or _breaks(gap, position - opened)
        if "\n" in gap:
            opened = start
        kind, word = str(found.lastgroup), found[0]
        first = first or line
        tokens.append(Token(start, end, kind, word, fold(word), bool(gap), line, first))
        first = word in STOPS or (first and word in QUOTES)
        position = end
    return tokens


def _breaks(gap: str, length: int) -> bool:
    """Tell whether a gap ends a line for good, given the length of the line before it."""
    ends = gap.count("\n") + gap.count("\r") - gap.count("\r\n")
    return ends > 1 or (ends == 1 and length < WRAPPED)
