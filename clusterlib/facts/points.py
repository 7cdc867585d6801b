"""Parts of dates: what a point in time is, and how a day, a month and a year are told."""

import datetime
import re
from typing import NamedTuple

from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

FIRST_YEAR, LAST_YEAR = 1800, 2100
YEAR = r"(?:1[89]|20)\d\d|2100"
SUFFIXES = frozenset("st nd rd th er e º ° o ti го ти а я ησ η".split())
MOST_BETWEEN = 4
LONGEST_SHORT_MONTH = 5


class Moment(NamedTuple):
    """A point in time as far as it is told, and the tokens it is told with."""

    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    quarter: int = 0
    half: int = 0

    @property
    def kind(self) -> str:
        """How precise it is."""
        if self.half:
            return "period"
        if self.quarter:
            return "quarter"
        return "date" if self.day else "month" if self.month else "year"

    def iso(self) -> str:
        """Write it as ISO 8601 does; a day of an unknown year as XML Schema does."""
        if self.quarter:
            return f"{self.year}-Q{self.quarter}"
        year = f"{self.year:04d}" if self.year else "-"
        month = f"-{self.month:02d}" if self.month else ""
        return year + month + (f"-{self.day:02d}" if self.day else "")

    def possible(self) -> bool:
        """Tell whether the calendar has it."""
        try:
            datetime.date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True


def year_of(token: Token) -> int:
    """Return the year that a token is, or 0."""
    return int(token.text) if re.fullmatch(YEAR, token.text) else 0


def day_of(tokens: list[Token], place: int, told: Words) -> tuple[int, int] | None:
    """Return the place after a day of the month, with its point or ending, and the day."""
    token = tokens[place] if place < len(tokens) else None
    if token is None or token.kind != "number" or len(token.text) > 2:
        return None
    day, end = int(token.text), place + 1
    if end < len(tokens) and not tokens[end].spaced:
        if tokens[end].text == "." or tokens[end].low in SUFFIXES:
            end += 1
        elif found := told.match("suffix", tokens, end):
            end = found[0]
    return (end, day) if 1 <= day <= 31 else None


def skip(tokens: list[Token], place: int, told: Words) -> int:
    """Return the place after words and signs that may stand between parts of a date."""
    for _ in range(MOST_BETWEEN):
        if place >= len(tokens) or tokens[place].line:
            break
        found = told.match("of", tokens, place) or told.match("year", tokens, place)
        if found:
            place = found[0]
        elif tokens[place].text in {",", ".", "'", "’"}:
            place += 1
        else:
            break
    return place


def month_of(tokens: list[Token], place: int, told: Words) -> tuple[int, int] | None:
    """Return the place after the name of a month, and the month."""
    if place >= len(tokens) or tokens[place].kind != "word":
        return None
    found = told.match("month", tokens, place)
    if not found:
        return None
    end = found[0]
    short = len(tokens[end - 1].low) <= LONGEST_SHORT_MONTH
    if short and end < len(tokens) and tokens[end].text == "." and not tokens[end].spaced:
        end += 1
    return end, int(found[1])


def year_after(tokens: list[Token], place: int, told: Words) -> tuple[int, int] | None:
    """Return the place after a year that follows, perhaps past words between, and the year."""
    here = skip(tokens, place, told)
    if here < len(tokens) and not tokens[here].line and (year := year_of(tokens[here])):
        return here + 1, year
    return None
