"""Read points in time: a date, a month, a quarter, half a year, a year."""

import re
from collections.abc import Callable

from clusterlib.facts.points import YEAR, Moment, day_of, month_of, skip, year_after, year_of
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

NUMERIC = re.compile(
    rf"(?P<y1>{YEAR})(?P<s1>[-./])(?P<m1>\d\d?)(?:(?P=s1)(?P<d1>\d\d?))?"
    rf"|(?P<d2>\d\d?)(?P<s2>[-./])(?P<m2>\d\d?)(?P=s2)(?P<y2>{YEAR})"
    rf"|(?P<m3>\d\d)[./](?P<y3>{YEAR})"
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "і": 1, "іі": 2, "ііі": 3}
LETTERED = re.compile(r"(?:q|t|k|kv|ç|κ|т|к)")
# Names of months that are short in many languages and mean nothing else next to a number.
SHORT_MONTHS = frozenset("mai maj mei máj maí май мај mag".split())
# Languages that write the month before the day, also where no year is told.
MONTH_FIRST = frozenset(("hu", "lt"))


Reader = Callable[[list[Token], int, Words], "Moment | None"]


def moment(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read the point in time that begins at a token; the longest reading counts.

    >>> from clusterlib.facts.tokens import tokenise
    >>> from clusterlib.facts.words import words
    >>> moment(tokenise("tweede kwartaal van 2024"), 0, words("nl")).iso()
    '2024-Q2'
    """
    token = tokens[place]
    readers: tuple[Reader, ...] = (_by_ordinal, _by_month)
    if token.kind == "number":
        readers = (_numeric, _spaced, _by_day, _by_year, _by_ordinal)
    found = [reader(tokens, place, told) for reader in readers]
    good = [point for point in found if point and point.possible()]
    return max(good, key=lambda point: point.end, default=None)


def _numeric(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read 2022-03-30, 30.3.2022, 2023-04 or 04/2023; a day goes before a month."""
    found = NUMERIC.fullmatch(tokens[place].text)
    if not found:
        return None
    part = found.groupdict()
    year = int(part["y1"] or part["y2"] or part["y3"])
    month = int(part["m1"] or part["m2"] or part["m3"])
    day = int(part["d1"] or part["d2"] or 0)
    if month > 12 and 0 < day <= 12:
        month, day = day, month
    if month == 0 or (found["s1"] in {"/", "."} and not day):
        return None
    return Moment(place + 1, year, month, day)


def _spaced(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read 30. 3. 2022, or 30.3. 2022."""
    signs = tokens[place : place + 5]
    numbers = [token.text for token in signs if token.kind == "number"]
    shape = "".join("n" if token.kind == "number" else token.text for token in signs)
    if shape.startswith("n.n.n") and all(len(number) <= 2 for number in numbers[:2]):
        day, month, year = int(numbers[0]), int(numbers[1]), year_of(signs[4])
        return Moment(place + 5, year, month, day) if year and month else None
    if shape.startswith("n.n") and (found := re.fullmatch(r"(\d\d?)\.(\d\d?)", numbers[0])):
        day, month, year = int(found[1]), int(found[2]), year_of(signs[2])
        return Moment(place + 3, year, month, day) if year and month else None
    return None


def _by_day(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read a day, a month and perhaps a year."""
    found = day_of(tokens, place, told)
    if not found:
        return None
    here, day = found
    if linked := told.match("of", tokens, here):
        here = linked[0]
    named = month_of(tokens, here, told)
    if not named:
        return None
    if year := year_after(tokens, named[0], told):
        return Moment(year[0], year[1], named[1], day)
    name = tokens[here]
    clear = len(name.low) > 3 or (name.low in SHORT_MONTHS) or name.text == "May"
    return Moment(named[0], 0, named[1], day) if clear and told.lang != "und" else None


def _by_month(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read a month, perhaps a day, and a year."""
    named = month_of(tokens, place, told)
    if not named:
        return None
    if day := day_of(tokens, named[0], told):
        year = year_after(tokens, day[0], told)
        counting = told.lang not in MONTH_FIRST and counts_on(tokens, day[0])
        if year is None and told.lang in {"en", *MONTH_FIRST} and not counting:
            return Moment(day[0], 0, named[1], day[1])
        return Moment(year[0], year[1], named[1], day[1]) if year else None
    year = year_after(tokens, named[0], told)
    return Moment(year[0], year[1], named[1]) if year else None


def counts_on(tokens: list[Token], place: int) -> bool:
    """Tell whether a number before a place may count the word there, as in "In May 23 firms"."""
    return place < len(tokens) and tokens[place].spaced and tokens[place].kind == "word"


def _by_year(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read a year, and a month and day or a quarter after it."""
    year = year_of(tokens[place])
    if not year:
        return None
    here = skip(tokens, place + 1, told)
    if named := month_of(tokens, here, told):
        if day := day_of(tokens, named[0], told):
            return Moment(day[0], year, named[1], day[1])
        return Moment(named[0], year, named[1])
    if (day := day_of(tokens, here, told)) and (named := month_of(tokens, day[0], told)):
        return Moment(named[0], year, named[1], day[1])
    if here < len(tokens) and (part := _part(tokens, here, told)):
        return part._replace(year=year)
    return Moment(place + 1, year)


def _by_ordinal(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read a quarter or half a year, and the year after it."""
    part = _part(tokens, place, told)
    if not part:
        return None
    here = part.end
    if here < len(tokens) and tokens[here].text in {"/", "-"}:
        here += 1
    year = year_after(tokens, here, told)
    return part._replace(end=year[0], year=year[1]) if year else None


def _part(tokens: list[Token], place: int, told: Words) -> Moment | None:
    """Read "second quarter", "2. Quartal", "Q2" or "first half"; the year is not yet known."""
    token = tokens[place]
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None:
        return None
    if LETTERED.fullmatch(token.low) and not after.spaced and after.text in {"1", "2", "3", "4"}:
        return Moment(place + 2, quarter=int(after.text))
    if token.text == "H" and not after.spaced and after.text in {"1", "2"}:
        return Moment(place + 2, half=int(after.text))
    ordinal = told.match("ordinal", tokens, place)
    number, here = (
        (int(ordinal[1]), ordinal[0]) if ordinal else (ROMAN.get(token.low, 0), place + 1)
    )
    if token.kind == "number" and token.text in {"1", "2", "3", "4"}:
        day = day_of(tokens, place, told)
        number, here = int(token.text), day[0] if day else place + 1
    if quarter := told.match("quarter", tokens, place):
        if following := told.match("ordinal", tokens, quarter[0]):
            return Moment(following[0], quarter=int(following[1]))
        last = tokens[quarter[0]].low if quarter[0] < len(tokens) else ""
        if last in ROMAN:
            return Moment(quarter[0] + 1, quarter=ROMAN[last])
    if not number:
        return None
    if quarter := told.match("quarter", tokens, here):
        return Moment(quarter[0], quarter=number)
    half = told.match("half", tokens, here)
    return Moment(half[0], half=number) if half and number <= 2 else None
