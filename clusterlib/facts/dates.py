"""Read dates: points in time, as precise as they are given, and periods between two of them.

In come tokens and a place; out comes a `Fact` of kind date, month, quarter, year or period.
"""

import datetime
import itertools
import re
from typing import NamedTuple

import pandas as pd

from clusterlib.facts.lexicon import DASHES, Fact, Tokens

LAST_YEAR = 2100
YEAR = r"(?:1[89]|20)\d\d|2100"
NUMERIC = re.compile(
    rf"(?P<y1>{YEAR})(?P<s1>[-./])(?P<m1>\d\d?)(?:(?P=s1)(?P<d1>\d\d?))?"
    rf"|(?P<d2>\d\d?)(?P<s2>[-./])(?P<m2>\d\d?)(?P=s2)(?P<y2>{YEAR})"
    rf"|(?P<m3>\d\d)[./](?P<y3>{YEAR})"
)
YEARS = re.compile(rf"(?P<low>{YEAR})(?P<mark>[{DASHES}/])(?P<high>{YEAR}|\d\d)")
DAYS = re.compile(rf"(?P<low>\d\d?)[{DASHES}](?P<high>\d\d?)")
# Names of months that are short in many languages and mean nothing else next to a number.
SHORT_MONTHS = frozenset("mai maj mei máj maí май мај mag".split())
# Languages that write the month before the day, also where no year is given.
MONTH_FIRST = frozenset(("hu", "lt"))
MOST_BETWEEN = 4
LONGEST_SHORT_MONTH = 5
LONGEST_DATE = 10
# The kind of what is written as a date and is none: 31 February. It is left out of the facts.
IMPOSSIBLE = "impossible"


class PartialDate(NamedTuple):
    """A point in time as far as it is given, and the token after it."""

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

    def bounds(self) -> tuple[str, str]:
        """Return its first and its last value; half a year is two months."""
        if self.half:
            first = 6 * self.half - 5
            return f"{self.year}-{first:02d}", f"{self.year}-{first + 5:02d}"
        return self.iso(), self.iso()

    def is_possible(self) -> bool:
        """Tell whether the calendar has it."""
        try:
            datetime.date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True


def find_days(value: str) -> tuple[str, str] | None:
    """Return the first and the last day of a value, or None if its year is not given."""
    if value.startswith("-"):
        return None
    period = pd.Period(value.replace("-Q", "Q"))
    return f"{period.start_time:%Y-%m-%d}", f"{period.end_time:%Y-%m-%d}"


def parse_year(text: str) -> int:
    """Return the year that a text is, or 0."""
    return int(text) if re.fullmatch(YEAR, text) else 0


def read_time(tokens: Tokens, place: int) -> Fact | None:
    """Return the fact of time that begins at a token, its hedge or the "from" of a period."""
    here = tokens.skip(place, "circa", "circatime")
    between = tokens.match(here, "between")
    opening = between or tokens.match(here, "from")
    fact = None
    for start in _starts(tokens, opening[0]) if opening else ():
        fact = fact or _read_period(tokens, start, bool(between))
    if fact is None and tokens[here].kind in {"word", "number"}:
        fact = _read_period(tokens, here, False) or _read_point(tokens, here)
    if fact is None:
        return None
    hedge = " ".join(token.text for token in tokens[place:here])
    return fact._replace(start=min(place, fact.start), end=_skip_closing(tokens, fact), hedge=hedge)


def _skip_closing(tokens: Tokens, fact: Fact) -> int:
    """Return the place after the word for year, and after what closes a period."""
    end = fact.end
    if tokens[end].text == "." and not tokens[end].spaced and tokens.match(end + 1, "year"):
        end += 1
    year = tokens.match(end, "year")
    end = year[0] if year and fact.value[:1] != "-" else fact.end
    return tokens.skip(end, "betweenafter") if fact.kind == "period" else end


def _read_point(tokens: Tokens, place: int) -> Fact | None:
    date = read_date(tokens, place)
    if not date:
        return None
    if date.kind == "year":
        opening = tokens.match_before(place, "decadebefore")
        ending = tokens.match(place + 1, "decade")
        if date.year % 10 == 0 and (opening is not None or ending):
            end = ending[0] if ending else date.end
            start = place if opening is None else opening
            return Fact("period", str(date.year), start, end, str(date.year + 9))
        if not _stands_as_year(tokens, place):
            return None
    first, last = date.bounds()
    if not date.is_possible():
        return Fact(IMPOSSIBLE, first, place, date.end)
    return Fact(date.kind, first, place, date.end, last if date.half else "")


def _read_period(tokens: Tokens, place: int, between: bool) -> Fact | None:
    ends = _read_joined(tokens, place) or _read_two(tokens, place, between)
    if not ends:
        return None
    low, high = ends
    low = low._replace(year=low.year or high.year)
    if low.day and not low.month:
        low = low._replace(month=high.month)
    if not (low.is_possible() and high.is_possible()):
        return None
    value, value_end = low.bounds()[0], high.bounds()[1]
    if value >= value_end or not (low.year or low.month):
        return None
    return Fact("period", value, place, high.end, value_end)


def _read_joined(tokens: Tokens, place: int) -> tuple[PartialDate, PartialDate] | None:
    """Read 2017–2021, 2016/17, 23-25 May 2023 or May 23-25, 2023."""
    token = tokens[place]
    if years := YEARS.fullmatch(token.text):
        low, high = int(years["low"]), int(years["high"])
        if high < 100:
            high += low // 100 * 100
        next_only = years["mark"] != "/" or high == low + 1
        short_month = len(years["high"]) == 2 and years["mark"] == "-" and int(years["high"]) <= 12
        if next_only and not short_month and low < high <= LAST_YEAR:
            return PartialDate(place + 1, low), PartialDate(place + 1, high)
        return None
    if days := DAYS.fullmatch(token.text):
        last = token._replace(text=days["high"])
        rest = [last, *tokens[place + 1 : min(place + LONGEST_DATE, tokens.size)]]
        date = read_date(Tokens(rest, tokens.lexicon), 0)
        if date and date.day and date.month:
            date = date._replace(end=date.end + place)
            return date._replace(day=int(days["low"])), date
    month = tokens.match(place, "month") if token.kind == "word" else None
    if month and (days := DAYS.fullmatch(tokens[month[0]].text)):
        here = _skip_between(tokens, month[0] + 1)
        if year := parse_year(tokens[here].text):
            date = PartialDate(here + 1, year, int(month[1]), int(days["high"]))
            return date._replace(day=int(days["low"])), date
    return None


def _read_two(tokens: Tokens, place: int, between: bool) -> tuple[PartialDate, PartialDate] | None:
    """Read "23. bis 25. Mai 2023", "2017 en 2021" after "tussen", "mai à juin 2023"."""
    for low in _read_lows(tokens, place):
        for here in sorted({low.end, _skip_between(tokens, low.end)}):
            after = tokens.skip_link(here, *(["and"] if between else []))
            token = tokens[here]
            # A new line or sentence goes on with no period: "2027. Bis 2030 …".
            anew = token.line or (token.first and token.text[0].isupper())
            if after is None or anew:
                continue
            for start in (*_starts(tokens, after), tokens.skip(after, "in")):
                high = read_date(tokens, start)
                if not high or not high.year:
                    continue
                closed = tokens.match(_skip_between(tokens, high.end), "betweenafter")
                if between or closed or not tokens.has(here, "and"):
                    return low, high
    return None


def _read_lows(tokens: Tokens, place: int) -> list[PartialDate]:
    """Return what the first half of a period may be: a point, a month, or a day alone."""
    date = read_date(tokens, place)
    lows = [date] if date else []
    if day := _read_day(tokens, place):
        lows.append(day)
    if tokens[place].kind == "word" and (month := tokens.match(place, "month")):
        lows.append(PartialDate(month[0], month=int(month[1])))
    return lows


def _starts(tokens: Tokens, place: int) -> tuple[int, ...]:
    """Return the places where a point may begin: here, and after an article."""
    after = tokens.skip(place, "rangearticle")
    return (place, after) if after > place else (place,)


def _stands_as_year(tokens: Tokens, place: int) -> bool:
    """Tell whether a number of four digits stands where a year may."""
    token, after = tokens[place], tokens[place + 1]
    if not after.spaced and not _may_follow(tokens, place + 1):
        return False
    if _is_measured(tokens, place + 1):
        return False
    if place == 0 or token.line:
        return not (after.kind == "word" and after.text[0].isupper())
    if tokens.match_before(place, "label") is not None:
        return False
    before = tokens[place - 1]
    if before.kind == "number" or before.text in {"+", "§", "№", "#"}:
        return False
    timely = any(tokens.match_before(place, role) is not None for role in ("in", "month"))
    named = before.kind == "word" and before.text[0].isupper() and not before.first
    return timely or tokens.lang == "de" or not named


def _is_measured(tokens: Tokens, place: int) -> bool:
    """See a unit that is divided by a known one, as in "2000 Bq/kg"."""
    if tokens[place].kind != "word" or tokens[place].line:
        return False
    slash, below = tokens[place + 1], tokens[place + 2]
    whole = slash.text == "/" and not slash.spaced and not below.spaced
    return whole and tokens.match(place + 2, "unit") is not None


def _may_follow(tokens: Tokens, place: int) -> bool:
    """Tell whether what is joined to a year may be: a sign, or an ending such as г. or -ben."""
    token = tokens[place]
    if token.kind == "word":
        return tokens.has(place, "year")
    if token.text in {"'", "’", ":"} or token.text in DASHES:
        return tokens[place + 1].spaced or tokens.match(place, "suffix") is not None
    return token.text not in "%€$£°/_@"


def read_date(tokens: Tokens, place: int) -> PartialDate | None:
    """Read the point in time that begins at a token; the longest counts, even if impossible."""
    begins = {name for name, read in READERS.items() if read(tokens, place)}
    dates = [_read_form(tokens, place, form) for form in FORMS if form[0] in begins]
    if tokens[place].kind == "number":
        dates.insert(0, _read_numeric(tokens, place))
    order = [date for date in dates if date]
    return max(order, key=lambda date: (date.end, date.is_possible()), default=None)


def _read_numeric(tokens: Tokens, place: int) -> PartialDate | None:
    """Read 2022-03-30, 30.3.2022, 30. 3. 2022, 2023-04 or 04/2023; a day goes before a month."""
    for length in (5, 3, 1):
        signs = tokens[place : place + length]
        match = NUMERIC.fullmatch("".join(token.text for token in signs))
        points = all(token.text == "." for token in signs[1::2])
        if match and (length == 1 or (match["d2"] and points)):
            break
    else:
        return None
    part = match.groupdict()
    year = int(part["y1"] or part["y2"] or part["y3"])
    month = int(part["m1"] or part["m2"] or part["m3"])
    written = part["d1"] or part["d2"]
    # A day that is written as 00 is no day of any month.
    day = (int(written) or -1) if written else 0
    if length == 1 and month > 12 and 0 < day <= 12:
        month, day = day, month
    if month == 0 or (part["s1"] in {"/", "."} and not day):
        return None
    return PartialDate(place + length, year, month, day)


def _read_form(tokens: Tokens, place: int, form: tuple[str, ...]) -> PartialDate | None:
    """Read a date that is written in a form."""
    date, here = PartialDate(place), place
    for before, name in itertools.pairwise(("", *form)):
        here = date.end + (before == "part" and tokens[date.end].text in {"/", "-"})
        if before == "year" or (before and name == "year"):
            here = _skip_between(tokens, here)
        elif before == "day":
            here = tokens.skip(here, "of")
        part = READERS[name](tokens, here)
        if part is None or (before and name == "year" and tokens[here].line):
            return None
        date = date._replace(**{key: value for key, value in part._asdict().items() if value})
    return date if date.year or _needs_no_year(tokens, here, date) else None


def _needs_no_year(tokens: Tokens, last: int, date: PartialDate) -> bool:
    """Tell whether a day and a month, of which one begins at the last place, are a date."""
    if tokens[last].kind == "word":
        name = tokens[last]
        clear = len(name.low) > 3 or name.low in SHORT_MONTHS or name.text == "May"
        return clear and tokens.lang != "und"
    # A number may count the word after it, as in "In May 23 firms".
    after = tokens[date.end]
    counts = after.spaced and after.kind == "word" and tokens.lang == "en"
    return tokens.lang in {"en", *MONTH_FIRST} and not counts


def _read_part_of_year(tokens: Tokens, place: int) -> PartialDate | None:
    """Read "second quarter", "2. Quartal", "Q2" or "first half"; the year is not read yet."""
    token, after = tokens[place], tokens[place + 1]
    joined = int(after.text) if after.text in {"1", "2", "3", "4"} and not after.spaced else 0
    if joined and tokens.has(place, "quarterletter"):
        return PartialDate(place + 2, quarter=joined)
    if joined in {1, 2} and token.text == "H":
        return PartialDate(place + 2, half=joined)
    if named := tokens.match(place, "halfnamed"):
        return PartialDate(named[0], half=int(named[1]))
    part = tokens.match(place, "quarter", "half")
    if part and (ordinal := tokens.match(part[0], "ordinal", "roman")):
        number = int(ordinal[1])
        if tokens.match(place, "quarter"):
            return PartialDate(ordinal[0], quarter=number)
        return PartialDate(ordinal[0], half=number) if number <= 2 else None
    if token.text in {"1", "2", "3", "4"} and (day := _read_day(tokens, place)):
        here, number = day.end, day.day
    elif ordinal := tokens.match(place, "ordinal", "roman"):
        here, number = ordinal[0], int(ordinal[1])
    else:
        return None
    if quarter := tokens.match(here, "quarter"):
        return PartialDate(quarter[0], quarter=number)
    half = tokens.match(here, "half")
    return PartialDate(half[0], half=number) if half and number <= 2 else None


def _read_day(tokens: Tokens, place: int) -> PartialDate | None:
    """Read a day of the month, with its point or ending."""
    token = tokens[place]
    if token.kind != "number" or len(token.text) > 2:
        return None
    day, end = int(token.text), place + 1
    if not tokens[end].spaced:
        end = tokens.skip(end, "dayend", "suffix")
    return PartialDate(end, day=day) if 1 <= day <= 31 else None


def _read_month(tokens: Tokens, place: int) -> PartialDate | None:
    month = tokens.match(place, "month") if tokens[place].kind == "word" else None
    if not month:
        return None
    end = month[0]
    short = len(tokens[end - 1].low) <= LONGEST_SHORT_MONTH
    end += short and tokens[end].text == "." and not tokens[end].spaced
    return PartialDate(end, month=int(month[1]))


def _read_year(tokens: Tokens, place: int) -> PartialDate | None:
    year = parse_year(tokens[place].text)
    return PartialDate(place + 1, year) if year else None


# What a date is made of, and in which order; a part is a quarter or half of a year.
READERS = {"day": _read_day, "month": _read_month, "year": _read_year, "part": _read_part_of_year}
FORMS = tuple(
    tuple(form.split())
    for form in (
        *("day month year", "day month", "year month day", "year month", "year day month"),
        *("year part", "year", "part year", "month day year", "month year", "month day"),
    )
)


def _skip_between(tokens: Tokens, place: int) -> int:
    """Return the place after words and signs that may stand between parts of a date."""
    for _ in range(MOST_BETWEEN):
        if tokens[place].line:
            break
        after = tokens.skip(place, "of", "year")
        after += after == place and tokens[place].text in {",", ".", "'", "’"}
        if after == place:
            break
        place = after
    return place
