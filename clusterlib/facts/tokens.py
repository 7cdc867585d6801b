"""Cut a text into words, numbers and signs, each with its place.

In comes a text, out goes a list of `Token`. A `Fact` says which of these tokens spell it, and
`select_longest` chooses among readings of the same words.
"""

import bisect
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
# Articles and prepositions that French and Italian join to the next word.
ELISION = r"(?:[cdjlmnst]|qu|jusqu|dell|nell|all|dall|sull|un)['’]"
BLANK = " \u00a0\u2009\u202f"
DASHES = "-–—−‐‑"
NUMBER = (
    rf"[0-9]{{1,3}}(?:[{BLANK}][0-9]{{3}}){{1,4}}(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,:/'’‐‑–—−-][0-9]+)*"
)
# An address of the web or of mail is one sign: what stands in it is no word and no date.
ADDRESS = (
    r"(?:https?://|www\.)\S*[\w/]|[\w.+-]{1,64}@[\w.-]*\w"
    r"|(?:[\w-]{1,63}\.){1,4}[a-z]{2,}/(?=\S{0,200}\d)\S*[\w/]"
)
PLAIN = (
    rf"(?P<number>{NUMBER})|(?P<word>(?<!°){ELISION}(?={LETTER})"
    rf"|{LETTER}+(?:['’‐‑·_-]{LETTER}+)*(?:-(?=\s))?)|(?P<sign>\S)"
)
TOKEN = re.compile(PLAIN, re.IGNORECASE)
WITH_ADDRESSES = re.compile(rf"(?P<address>(?<!\w)(?:{ADDRESS}))|{PLAIN}", re.IGNORECASE)
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


class Fact(NamedTuple):
    """What a text says, and the tokens (``start`` up to ``end``) that say it."""

    kind: str
    value: str
    start: int
    end: int
    value_end: str = ""
    unit: str = ""
    unit_english: str = ""
    hedge: str = ""


def fold(text: str) -> str:
    """Fold a word for comparison: composed, without case, with one kind of apostrophe.

    >>> fold("D’Énergie")
    "d'énergie"
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).casefold().translate(SAME)


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens.

    ``line`` tells that a token opens a line of its own (not one of a wrapped paragraph),
    ``first`` that a sentence or a quotation opens with it.

    >>> [token.text for token in tokenize("Près de 300 000 PME (d’ici 2030)")]
    ['Près', 'de', '300 000', 'PME', '(', 'd’', 'ici', '2030', ')']
    """
    tokens: list[Token] = []
    position, opening, first = 0, 0, True
    addressed = any(sign in text for sign in ("/", "@", "www.", "WWW."))
    for match in (WITH_ADDRESSES if addressed else TOKEN).finditer(text):
        start, end = match.span()
        gap = text[position:start]
        breaks = gap.count("\n") + gap.count("\r") - gap.count("\r\n")
        # A single break may wrap a paragraph, if the line before it is long.
        line = position == 0 or breaks > 1 or (breaks == 1 and position - opening < WRAPPED)
        if "\n" in gap:
            opening = start
        kind, word = str(match.lastgroup), match[0]
        first = first or line
        tokens.append(Token(start, end, kind, word, fold(word), bool(gap), line, first))
        first = word in STOPS or (first and word in QUOTES)
        position = end
    return tokens


def spell(tokens: Sequence[Token]) -> str:
    """Write tokens as they stand, with single spaces."""
    return "".join(" " * token.spaced + token.text for token in tokens).removeprefix(" ")


def select_longest(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return which spans to keep so that none overlap: the longest, of equals the first.

    >>> select_longest([(2, 3), (0, 3), (4, 6)])
    [1, 2]
    """
    kept: list[tuple[int, int, int]] = []
    order = sorted(range(len(spans)), key=lambda index: (spans[index][0] - spans[index][1], index))
    for index in order:
        start, end = spans[index]
        place = bisect.bisect(kept, (start,))
        before = kept[place - 1][1] if place else start
        after = kept[place][0] if place < len(kept) else end
        if before <= start and end <= after:
            kept.insert(place, (start, end, index))
    return [index for _, _, index in kept]
