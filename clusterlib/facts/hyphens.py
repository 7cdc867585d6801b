"""Hyphens around scale words, as in "a 27-million-euro plan": they count as spaces."""

import re

from clusterlib.facts.numbers import DASHES, Number
from clusterlib.facts.tokens import Token, fold
from clusterlib.facts.words import Words

PIECE = re.compile(rf"[^{DASHES}]+")


def parted(tokens: list[Token], told: Words) -> list[Token]:
    """Let a hyphen around a scale word after digits count as a space.

    >>> from clusterlib.facts.tokens import tokenise
    >>> from clusterlib.facts.words import words
    >>> [token.text for token in parted(tokenise("a 27-million-euro plan"), words("en"))]
    ['a', '27', 'million', 'euro', 'plan']
    """
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        found.append(tokens[place])
        place += 1
        if found[-1].kind != "number":
            continue
        glued = place < len(tokens) and tokens[place].text in DASHES and not tokens[place].spaced
        here = place + glued
        if here < len(tokens) and (parts := _parts_of_scale(tokens[here], glued, told)):
            found += parts
            place = here + 1
    return found


def hyphened(tokens: list[Token], number: Number) -> bool:
    """Tell whether a hyphen that `parted` drops stands within a number or right after it.

    Such a number describes the noun after it, and does not count it: "a 27-million plan".
    """
    last = min(number.end + 1, len(tokens))
    pairs = zip(tokens[number.start : last - 1], tokens[number.start + 1 : last], strict=True)
    return any(not after.spaced and after.start > before.end for before, after in pairs)


def _parts_of_scale(token: Token, glued: bool, told: Words) -> list[Token]:
    """Cut "million-a-year" at its hyphens, if it begins with a scale word after digits."""
    if token.kind != "word" or token.line or (glued and token.spaced):
        return []
    pieces = list(PIECE.finditer(token.text))
    scale = fold(pieces[0][0])
    if (
        len(scale) < 2
        or not told.has("scale", scale)
        or not (glued or len(scale) < len(token.text))
    ):
        return []
    return [
        token._replace(
            start=token.start + piece.start(),
            end=token.start + piece.end(),
            text=piece[0],
            low=fold(piece[0]),
            spaced=token.spaced and piece.start() == 0,
        )
        for piece in pieces
    ]
