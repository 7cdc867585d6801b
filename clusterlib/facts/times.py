"""Find facts of time: points, and the periods between two of them."""

import re
from typing import NamedTuple

from clusterlib.facts.fact import Fact
from clusterlib.facts.moments import moment
from clusterlib.facts.numbers import DASHES
from clusterlib.facts.points import LAST_YEAR, YEAR, Moment, day_of, skip, year_of
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

YEARS = re.compile(rf"(?P<low>{YEAR})(?P<mark>[{DASHES}/])(?P<high>{YEAR}|\d\d)")
DAYS = re.compile(rf"(?P<low>\d\d?)[{DASHES}](?P<high>\d\d?)")


def time_at(tokens: list[Token], place: int, told: Words) -> Fact | None:
    """Return the fact of time that begins at a token, or None.

    Parameters
    ----------
    tokens : list of Token
        The text.
    place : int
        Where the fact, its hedge, or the "from" of a period may begin.
    told : Words
        The words of the language.

    Examples
    --------
    >>> from clusterlib.facts.tokens import tokenise
    >>> from clusterlib.facts.words import words
    >>> fact = time_at(tokenise("vom 23. bis 25. Mai 2023"), 0, words("de"))
    >>> fact.kind, fact.value, fact.value_end
    ('period', '2023-05-23', '2023-05-25')
    """
    hedge = told.match("circa", tokens, place)
    here = hedge[0] if hedge else place
    between = told.match("between", tokens, here)
    opening = between or told.match("from", tokens, here)
    for start in _after_article(tokens, opening[0], told) if opening else []:
        if fact := _period(tokens, start, told, bool(between)):
            return _framed(fact, tokens, place, told, hedge)
    if here >= len(tokens) or (tokens[here].kind == "sign"):
        return None
    fact = _period(tokens, here, told, False) or _point(tokens, here, told)
    return _framed(fact, tokens, place, told, hedge) if fact else None


def _framed(
    fact: Fact, tokens: list[Token], place: int, told: Words, hedge: tuple[int, str] | None
) -> Fact:
    """Let a fact begin with the words that open it, and end with the word for year."""
    end = fact.end
    if end < len(tokens) and tokens[end].text == "." and not tokens[end].spaced:
        end = end + 1 if told.match("year", tokens, end + 1) else end
    named = told.match("year", tokens, end)
    end = named[0] if named and fact.value[:1] != "-" else fact.end
    closed = told.match("betweenafter", tokens, end) if fact.kind == "period" else None
    end = closed[0] if closed else end
    words = " ".join(token.text for token in tokens[place : hedge[0]]) if hedge else ""
    return Fact(fact.kind, fact.value, min(place, fact.first), end, fact.value_end, hedge=words)


def _point(tokens: list[Token], place: int, told: Words) -> Fact | None:
    """Read one point in time, or a decade."""
    found = moment(tokens, place, told)
    if not found:
        return None
    if found.kind == "year":
        opened = told.before("decadebefore", tokens, place)
        ending = told.match("decade", tokens, place + 1)
        if found.year % 10 == 0 and (opened is not None or ending):
            end = ending[0] if ending else found.end
            begin = place if opened is None else opened
            return Fact("period", str(found.year), begin, end, str(found.year + 9))
        if not _stands_as_year(tokens, place, told):
            return None
    first, last = _bounds(found)
    return Fact(found.kind, first, place, found.end, last if found.half else "")


def _bounds(found: Moment) -> tuple[str, str]:
    """Return first and last value of a point in time; half a year is two months."""
    if found.half:
        first, last = (1, 6) if found.half == 1 else (7, 12)
        return f"{found.year}-{first:02d}", f"{found.year}-{last:02d}"
    return found.iso(), found.iso()


class Ends(NamedTuple):
    """Both ends of a period, and the token after it."""

    low: Moment
    high: Moment


def _period(tokens: list[Token], place: int, told: Words, between: bool) -> Fact | None:
    """Read two points in time and the word or dash between them."""
    found = _in_one(tokens, place, told) or _in_two(tokens, place, told, between)
    if not found:
        return None
    low, high = found
    low = low._replace(year=low.year or high.year)
    if low.day and not low.month:
        low = low._replace(month=high.month)
    if not (low.possible() and high.possible()):
        return None
    value, value_end = _bounds(low)[0], _bounds(high)[1]
    if value >= value_end or not (low.year or low.month):
        return None
    return Fact("period", value, place, high.end, value_end)


def _in_one(tokens: list[Token], place: int, told: Words) -> Ends | None:
    """Read 2017–2021, 2016/17, 23-25 May 2023 or May 23-25, 2023."""
    token = tokens[place]
    if found := YEARS.fullmatch(token.text):
        low, high = int(found["low"]), int(found["high"])
        if high < 100:
            high += low // 100 * 100
        next_only = found["mark"] != "/" or high == low + 1
        short_month = len(found["high"]) == 2 and found["mark"] == "-" and int(found["high"]) <= 12
        if next_only and not short_month and low < high <= LAST_YEAR:
            return Ends(Moment(place + 1, low), Moment(place + 1, high))
        return None
    days = DAYS.fullmatch(token.text)
    if days:
        changed = token._replace(text=days["high"])
        rest = moment([*tokens[:0], changed, *tokens[place + 1 : place + 10]], 0, told)
        if rest and rest.day and rest.month:
            high_end = rest._replace(end=rest.end + place)
            return Ends(high_end._replace(day=int(days["low"])), high_end)
    named = told.match("month", tokens, place) if token.kind == "word" else None
    if named and named[0] < len(tokens) and (days := DAYS.fullmatch(tokens[named[0]].text)):
        here = skip(tokens, named[0] + 1, told)
        year = year_of(tokens[here]) if here < len(tokens) else 0
        if year:
            high_end = Moment(here + 1, year, int(named[1]), int(days["high"]))
            return Ends(high_end._replace(day=int(days["low"])), high_end)
    return None


def _in_two(tokens: list[Token], place: int, told: Words, between: bool) -> Ends | None:
    """Read "23. bis 25. Mai 2023", "2017 en 2021" after "tussen", "mai à juin 2023"."""
    for low in _lows(tokens, place, told):
        links = {low.end, skip(tokens, low.end, told)}
        for here in sorted(links):
            if _begins_sentence(tokens, here):
                continue
            after = _link(tokens, here, told, between)
            if after is None or after >= len(tokens):
                continue
            opening = told.match("in", tokens, after)
            starts = _after_article(tokens, after, told)
            for start in (*starts, opening[0] if opening else after):
                high = moment(tokens, start, told) if start < len(tokens) else None
                closed = high and told.match("betweenafter", tokens, skip(tokens, high.end, told))
                needs = told.has("and", tokens[here].low) and not between
                if high and high.year and (closed or not needs):
                    return Ends(low, high)
    return None


def _lows(tokens: list[Token], place: int, told: Words) -> list[Moment]:
    """Return what the first half of a period may be: a point, a month, or a day alone."""
    found = moment(tokens, place, told)
    lows = [found] if found else []
    if day := day_of(tokens, place, told):
        lows.append(Moment(day[0], day=day[1]))
    if tokens[place].kind == "word" and (named := told.match("month", tokens, place)):
        lows.append(Moment(named[0], month=int(named[1])))
    return lows


def _begins_sentence(tokens: list[Token], place: int) -> bool:
    """See the capital letter after a full stop, as in "2027. Bis 2030 …"."""
    if not 0 < place < len(tokens) or tokens[place - 1].text != ".":
        return False
    return tokens[place].spaced and tokens[place].text[0].isupper()


def _after_article(tokens: list[Token], place: int, told: Words) -> list[int]:
    """Return the places where a point may begin: here, and after an article."""
    article = told.match("rangearticle", tokens, place)
    places = [place, article[0]] if article else [place]
    return [start for start in places if start < len(tokens)]


def _link(tokens: list[Token], place: int, told: Words, between: bool) -> int | None:
    """Return the place after the word or dash that leads to the end of a period."""
    if place >= len(tokens) or tokens[place].line:
        return None
    if tokens[place].text in DASHES:
        return place + 1
    found = told.match("to", tokens, place)
    if not found and between:
        found = told.match("and", tokens, place)
    return found[0] if found else None


def _stands_as_year(tokens: list[Token], place: int, told: Words) -> bool:
    """Tell whether a number of four digits stands where a year may."""
    token = tokens[place]
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    before = tokens[place - 1] if place and not token.line else None
    if after and not after.spaced and not _may_follow(tokens, place + 1, told):
        return False
    if _is_measured(tokens, place + 1, told):
        return False
    if before is None:
        return not (after and after.kind == "word" and after.text[0].isupper())
    if told.before("label", tokens, place) is not None:
        return False
    if before.kind == "number" or before.text in {"+", "§", "№", "#"}:
        return False
    timely = told.before("in", tokens, place) is not None or told.before("month", tokens, place)
    named = before.kind == "word" and before.text[0].isupper() and not before.first
    return bool(timely) or told.lang == "de" or not named


def _is_measured(tokens: list[Token], place: int, told: Words) -> bool:
    """See a unit that is divided by a known one, as in "2000 Bq/kg"."""
    if place + 2 >= len(tokens) or tokens[place].kind != "word" or tokens[place].line:
        return False
    slash, below = tokens[place + 1 : place + 3]
    whole = slash.text == "/" and not slash.spaced and not below.spaced
    return whole and told.match("unit", tokens, place + 2) is not None


def _may_follow(tokens: list[Token], place: int, told: Words) -> bool:
    """Tell whether what is joined to a year may be: a sign, or an ending such as г. or -ben."""
    token = tokens[place]
    if token.kind == "word":
        return told.has("year", token.low)
    if token.text in "-'’:" or token.text in DASHES:
        joined = place + 1 < len(tokens) and not tokens[place + 1].spaced
        return not joined or told.match("suffix", tokens, place) is not None
    return token.text not in "%€$£°/_@"
