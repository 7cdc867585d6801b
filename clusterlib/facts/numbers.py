"""Read numbers: in digits with any separators, in words, with scales such as million."""

import functools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words, words

LONGEST = 20
MOST_TOKENS = 14
DASHES = "-–—−‐‑"
PLAIN = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?|[0-9]{1,3}(?P<mark>[.,'’ \u00a0\u2009\u202f])[0-9]{3}"
    r"(?:(?P=mark)[0-9]{3})*(?:[.,][0-9]+)?"
)
RANGE = re.compile(rf"(?P<low>[0-9.,]+)[{DASHES}](?P<high>[0-9.,]+)")
GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
HUNDRED, THOUSAND, MILLION = Decimal(100), Decimal(1000), Decimal(10) ** 6


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
    >>> read(tokenise("2,5 Millionen Euro"), 0, words("de")).value
    Decimal('2500000.0')
    """
    token = tokens[place]
    if token.kind == "number":
        number = _digits(token, place, told)
    elif token.kind == "word":
        number = _written(tokens, place, told)
    else:
        return None
    return _scaled(tokens, number, told) if number else None


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
        found = told.match("scale", tokens, number.end)
        if not found or here.kind != "word" or (len(here.text) == 1 and here.spaced):
            break
        scale = Decimal(found[1])
        high = None if number.high is None else number.high * scale
        number = number._replace(
            value=number.value * scale, high=high, end=found[0], scale=number.scale * scale
        )
    return number


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
    if end == place or only_one or not sum_.value:
        return None
    return Number(sum_.value, None, place, end, True, Decimal(1))


def _steps(
    tokens: list[Token], place: int, told: Words
) -> Iterator[tuple[int, int, tuple[Decimal, ...], bool]]:
    """Yield the numerals that follow, each with its tokens, skipping single words between."""
    here = place
    while here < min(len(tokens), place + MOST_TOKENS):
        token = tokens[here]
        if here > place and (token.line or not token.spaced):
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


class Sum:
    """A number in words as it is being heard."""

    def __init__(self, total: Decimal = Decimal(0), part: Decimal = Decimal(0)) -> None:
        self.total, self.part = total, part

    @property
    def value(self) -> Decimal:
        """What has been heard so far."""
        return self.total + self.part

    def copy(self) -> "Sum":
        """Return a sum that can be tried without harm to this one."""
        return Sum(self.total, self.part)

    def fits(self, value: Decimal) -> bool:
        """Tell whether a value after "and" can belong to the number."""
        tens = self.part % HUNDRED
        most = 20 if tens == 60 else 10
        below = value < HUNDRED and (tens == 0 or (tens >= 20 and tens % 10 == 0 and value < most))
        return bool(self.value) and (below or (0 < tens < 10 and value % 10 == 0 and value < 100))

    def add(self, value: Decimal, joined: bool, lang: str) -> bool:
        """Add or multiply by the next value; tell whether the two make a number."""
        if value >= MILLION:
            fits = bool(self.value)
            self.total, self.part = (self.total + self.part) * value, Decimal(0)
            return fits
        if value == THOUSAND:
            fits = self.total % MILLION == 0
            self.total, self.part = self.total + (self.part or 1) * value, Decimal(0)
            return fits
        if value == HUNDRED:
            fits = self.part < 20
            self.part = (self.part or 1) * value
            return fits
        tens = self.part % HUNDRED
        scores = lang == "fr" and tens in (60, 80) and value < 20
        fits = tens == 0 if value >= 10 else tens == 0 or (tens >= 20 and tens % 10 == 0)
        reverse = joined and 0 < tens < 10 and value >= 20 and value % 10 == 0
        above = value > HUNDRED and self.part
        self.part += value
        return bool((fits or scores or reverse) and not above)


@functools.lru_cache(maxsize=20000)
def compound(word: str, lang: str) -> tuple[Decimal, ...] | None:
    """Return the numerals that a word is made of, or None.

    >>> compound("femogtyve", "da"), compound("vingt-cinq", "fr")
    ((Decimal('5'), Decimal('20')), (Decimal('20'), Decimal('5')))
    """
    told = words(lang)
    if word in told.numerals:
        return (told.numerals[word],)
    if not 4 <= len(word) <= 45:
        return None
    parts = word.split("-")
    if len(parts) > 1:
        return _hyphened(parts, told)
    pieces = _pieces(word, told.parts, {})
    values = tuple(value for value in pieces or () if value is not None)
    sum_ = Sum()
    if len(values) < 2 or not all(sum_.add(value, True, lang) for value in values):
        return None
    return values


def _hyphened(parts: list[str], told: Words) -> tuple[Decimal, ...] | None:
    """Read parts between hyphens, two together where they make one numeral."""
    values: list[Decimal] = []
    while parts:
        pair = " ".join(parts[:2])
        if len(parts) > 1 and pair in told.numerals:
            values.append(told.numerals[pair])
            parts = parts[2:]
            continue
        found = told.parts.get(parts[0], compound(parts[0], told.lang) if parts[0] else None)
        if found is None and parts[0] not in told.inner and not told.has("and", parts[0]):
            return None
        values += [] if found is None else found if isinstance(found, tuple) else [found]
        parts = parts[1:]
    return tuple(values) or None


def _pieces(
    word: str, parts: dict[str, Decimal | None], known: dict[str, list[Decimal | None] | None]
) -> list[Decimal | None] | None:
    """Cut a word into numerals without rest, the longest pieces first."""
    if not word:
        return []
    if word not in known:
        known[word] = None
        for length in range(len(word), 0, -1):
            if word[:length] in parts and len(word[:length]) > 1 or word[:length] == "a":
                rest = _pieces(word[length:], parts, known) if word[:length] in parts else None
                if rest is not None:
                    known[word] = [parts[word[:length]], *rest]
                    break
    return known[word]
