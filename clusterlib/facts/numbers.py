"""Read numbers: in digits with any separators, in words, with scales such as million."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from clusterlib.facts.numerals import Sum, compound
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

LONGEST = 20
MOST_TOKENS = 14
DASHES = "-–—−‐‑"
PLAIN = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?|[0-9]{1,3}(?P<mark>[.,'’ \u00a0\u2009\u202f])[0-9]{3}"
    r"(?:(?P=mark)[0-9]{3})*(?:[.,][0-9]+)?"
)
RANGE = re.compile(rf"(?P<low>[0-9.,]+)[{DASHES}](?P<high>[0-9.,]+)")
GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


class Number(NamedTuple):
    """A number and the tokens it is written with; ``high`` if it is a range in one token."""

    value: Decimal
    high: Decimal | None
    start: int
    end: int
    written: bool
    scale: Decimal


def parse(text: str, decimal: str) -> Decimal | None:
    """Read digits with separators; a comma or a point before three digits may group them.

    >>> parse("14,5", ","), parse("1.500", ","), parse("1 234 567,8", ",")
    (Decimal('14.5'), Decimal('1500'), Decimal('1234567.8'))
    """
    if len(text) > LONGEST or not PLAIN.fullmatch(text):
        return None
    if len(text) > 1 and text[0] == "0" and text[1].isdigit():
        return None
    marks = [char for char in text if char in ".,"]
    grouped = GROUP.fullmatch(text) and marks[0] != decimal
    point = marks[-1] if marks and len(set(marks)) == len(marks) and not grouped else ""
    whole, _, part = text.partition(point) if point and text.count(point) == 1 else (text, "", "")
    digits = "".join(char for char in whole if char.isdigit())
    return Decimal(f"{digits}.{part}" if part else digits)


def show(value: Decimal) -> str:
    """Write a number plainly.

    >>> show(Decimal("1.65E+8")), show(Decimal("14.50"))
    ('165000000', '14.5')
    """
    return f"{value.normalize():f}"


def read(tokens: list[Token], place: int, told: Words) -> Number | None:
    """Read the number that begins at a token, with the scale after it.

    >>> from clusterlib.facts.tokens import tokenise
    >>> from clusterlib.facts.words import words
    >>> read(tokenise("2,5 Millionen Euro"), 0, words("de")).value
    Decimal('2500000.0')
    """
    token = tokens[place]
    if token.kind == "number":
        number = _digits(token, place, told)
    elif token.kind == "word":
        number = _part_of_scale(tokens, place, told) or _written(tokens, place, told)
        number = number or _one_and_part(tokens, place, told)
    else:
        return None
    if number is None:
        return None
    return _and_part(tokens, _scaled(tokens, _and_part(tokens, number, told), told), told)


def _digits(token: Token, place: int, told: Words) -> Number | None:
    value, high = parse(token.text, told.decimal), None
    if value is None and (found := RANGE.fullmatch(token.text)):
        value, high = parse(found["low"], told.decimal), parse(found["high"], told.decimal)
        if high is None or value is None or high <= value:
            return None
    if value is None:
        return None
    return Number(value, high, place, place + 1, False, Decimal(1))


def _scaled(tokens: list[Token], number: Number, told: Words) -> Number:
    """Multiply by the scale words that follow."""
    while number.end < len(tokens) and not tokens[number.end].line:
        here = tokens[number.end]
        found = _short(tokens, number.end, told)
        if not found and (len(here.text) > 1 or not here.spaced):
            found = told.match("scale", tokens, number.end)
        if not found or here.kind != "word":
            break
        scale = Decimal(found[1])
        high = None if number.high is None else number.high * scale
        number = number._replace(
            value=number.value * scale, high=high, end=found[0], scale=number.scale * scale
        )
    return number


def _short(tokens: list[Token], place: int, told: Words) -> tuple[int, str] | None:
    """Read a letter for a scale that is joined to the sign of a currency, as in "4,2 M€"."""
    after = tokens[place + 1 : place + 2]
    signed = bool(after) and not after[0].spaced and unicodedata.category(after[0].text[0]) == "Sc"
    return told.match("short", tokens, place) if signed else None


def _part_of_scale(tokens: list[Token], place: int, told: Words) -> Number | None:
    """Read "half a" before a scale word; a part of anything else is no number."""
    found = told.match("fraction", tokens, place)
    if not found or not told.match("scale", tokens, found[0]):
        return None
    return Number(Decimal(found[1]), None, place, found[0], True, Decimal(1))


def _one_and_part(tokens: list[Token], place: int, told: Words) -> Number | None:
    """Read a one that a part goes with, as in "one and a half million" or "un million et demi"."""
    if tokens[place].low not in told.ones:
        return None
    one = Number(Decimal(1), None, place, place + 1, True, Decimal(1))
    found = told.match("andpart", tokens, one.end)
    scale = told.match("scale", tokens, found[0] if found else one.end)
    found = found or (told.match("andpart", tokens, scale[0]) if scale else None)
    return one if found and scale else None


def _and_part(tokens: list[Token], number: Number, told: Words) -> Number:
    """Add the part that follows: of one before a scale, or of the scale before it."""
    found = told.match("andpart", tokens, number.end)
    if not found or number.high is not None:
        return number
    before = told.before("scale", tokens, number.end)
    if told.match("scale", tokens, found[0]):
        whole = Decimal(1)
    elif before is not None and (scale := told.match("scale", tokens, before)):
        whole = Decimal(scale[1])
    else:
        return number
    return number._replace(value=number.value + Decimal(found[1]) * whole, end=found[0])


def _written(tokens: list[Token], place: int, told: Words) -> Number | None:
    """Read a number in words, as far as it goes."""
    sum_ = Sum()
    end = place
    only_one = True
    for first, last, values, joined in _steps(tokens, place, told):
        if first > end and not (first == end + 1 and told.has("and", tokens[end].low)):
            break
        if first > end and not sum_.fits(values[0]):
            break
        trial = sum_.copy()
        if not all(trial.add(value, joined or first > end, told.lang) for value in values):
            break
        sum_, end = trial, last
        alone = tokens[place].low in told.ones - set(told.numerals)
        only_one = only_one and alone and last == place + 1
    vague = end == place + 1 and told.has("vague", tokens[place].low)
    if end == place or only_one or vague or not sum_.value:
        return None
    return Number(sum_.value, None, place, end, True, Decimal(1))


def _steps(
    tokens: list[Token], place: int, told: Words
) -> Iterator[tuple[int, int, tuple[Decimal, ...], bool]]:
    """Yield the numerals that follow, each with its tokens, skipping single words between."""
    here = place
    while here < min(len(tokens), place + MOST_TOKENS):
        token = tokens[here]
        ended = here > place and (token.line or not token.spaced)
        if ended or told.match("andpart", tokens, here):
            return
        found = told.match("number", tokens, here)
        scale = told.match("scale", tokens, here) if here > place else None
        if found and found[0] > here + 1:
            yield here, found[0], (Decimal(found[1]),), False
        elif values := compound(token.low, told.lang):
            yield here, here + 1, values, True
        elif here > place and token.low in told.ones:
            yield here, here + 1, (Decimal(1),), False
        elif scale and token.kind == "word" and len(token.text) > 1:
            yield here, scale[0], (Decimal(scale[1]),), False
        elif here > place and told.has("and", token.low):
            pass
        elif not (here == place and token.low in told.ones):
            return
        elif here == place:
            yield here, here + 1, (Decimal(1),), False
        here = found[0] if found else scale[0] if scale else here + 1
