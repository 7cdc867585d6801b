"""Find amounts: quantities with what they count, percentages, money."""

from clusterlib.facts.excluded import is_no_amount
from clusterlib.facts.fact import Fact
from clusterlib.facts.heard import ISO, SYMBOLS, Heard, hear, joined
from clusterlib.facts.hyphens import hyphened
from clusterlib.facts.nouns import Counted, counted
from clusterlib.facts.numbers import show
from clusterlib.facts.numerals import MILLION
from clusterlib.facts.points import year_of
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

DURATIONS = frozenset("years months weeks days hours".split())
PER = {"h": "hour", "t": "hour", "d": "day", "a": "year", "s": "second"}


def amount_at(tokens: list[Token], place: int, told: Words) -> Fact | None:
    """Return the amount that begins at a token with its number, hedge or currency, or None.

    Parameters
    ----------
    tokens : list of Token
        The text.
    place : int
        Where the amount may begin.
    told : Words
        The words of the language.

    Examples
    --------
    >>> from clusterlib.facts.tokens import tokenise
    >>> from clusterlib.facts.words import words
    >>> fact = amount_at(tokenise("ca 165 millioner kroner"), 0, words("nb"))
    >>> fact.kind, fact.value, fact.unit, fact.hedge
    ('money', '165000000', 'NOK', 'ca')
    """
    heard = hear(tokens, place, told)
    if heard is None:
        return _both(tokens, place, told) or _rounded(tokens, place, told)
    if is_no_amount(tokens, heard.low.start, heard.end, told):
        return None
    fact = _percentage(tokens, heard, told) or _money(tokens, heard, told)
    fact = fact or _quantity(tokens, heard, told)
    if fact is None:
        return None
    hedges = heard.hedges
    if hedges and fact.unit_english in DURATIONS and _tells_time(tokens, heard, told, "during"):
        place, hedges = hedges[0][1], hedges[1:]
    if fact.kind == "percentage" and told.match("hedgecount", tokens, place):
        place, hedges = heard.low.start, hedges[1:]
    if after := told.match("after", tokens, fact.end):
        hedges = (*hedges, (fact.end, after[0]))
    words = " … ".join(joined(tokens[first:last]) for first, last in hedges)
    end = max([fact.end, *(last for _, last in hedges)])
    return Fact(
        fact.kind,
        fact.value,
        min(place, fact.first),
        end,
        fact.value_end,
        fact.unit,
        fact.unit_english,
        words,
    )


def _percentage(tokens: list[Token], heard: Heard, told: Words) -> Fact | None:
    """Make a percentage if its sign or word follows, or goes before as in Turkish."""
    low, high = heard.values
    first = heard.low.start
    if heard.end < len(tokens) and tokens[heard.end].text == "%":
        return Fact("percentage", low, first, heard.end + 1, high, "%", "per cent")
    found = None if heard.low.scale > 1 else told.match("percent", tokens, heard.end)
    if found and (tokens[heard.end].spaced or tokens[heard.end].kind == "word"):
        return Fact("percentage", low, first, found[0], high, "%", "per cent")
    before = tokens[first - 1] if first else None
    if before and (before.text == "%" or (told.lang == "tr" and before.low == "yüzde")):
        return Fact("percentage", low, first - 1, heard.end, high, "%", "per cent")
    return None


def _money(tokens: list[Token], heard: Heard, told: Words) -> Fact | None:
    """Make money if a currency goes before or follows."""
    low, high = heard.values
    code, end = heard.currency, heard.end
    here = end
    if linked := told.match("partitive", tokens, end):
        here = linked[0]
    if here < len(tokens) and not tokens[here].line:
        token = tokens[here]
        found = told.match("currency", tokens, here)
        if token.text in SYMBOLS or token.text in ISO:
            found = here + 1, SYMBOLS.get(token.text, token.text)
        if found:
            end, code = found[0], found[1]
    short = told.match("currency", tokens, heard.end - 1) if heard.low.scale > 1 else None
    if short and not code:
        # "2,4 mkr" has scale and currency in one word.
        code = short[1]
    return Fact("money", low, heard.low.start, end, high, code, code) if code else None


def _quantity(tokens: list[Token], heard: Heard, told: Words) -> Fact | None:
    """Make a quantity if a physical unit or a noun follows."""
    low, high = heard.values
    first = heard.low.start
    if _are_years(tokens, heard, told) or told.match("month", tokens, heard.end):
        return None
    linked = heard.low.scale >= MILLION or heard.low.value >= MILLION
    of = told.match("partitive", tokens, heard.end) if linked else None
    begin = of[0] if of else heard.end
    if found := _unit(tokens, begin, told):
        end, english = _per(tokens, *found)
        unit = joined(tokens[begin:end])
        return Fact("quantity", low, first, end, high, unit, english)
    if heard.end < len(tokens) and not tokens[heard.end].spaced:
        return None
    if hyphened(tokens, heard.low):
        return None
    noun = counted(tokens, heard.end, told, linked or told.lang == "ro")
    if noun is None or not _counts(tokens, heard, noun, told):
        return None
    if money := told.match("currency", tokens, noun.start):
        return Fact("money", low, first, money[0], high, money[1], money[1])
    end = noun.end
    if end < len(tokens) and told.has("teen", tokens[end].low):
        low, end = show(heard.low.value + 10), end + 1
    return _counting(tokens, noun, first, end, low, high)


def _tells_time(tokens: list[Token], heard: Heard, told: Words, *roles: str) -> bool:
    """Tell whether what seems to hedge the number may tell time: "under sex år", "hasta 2030"."""
    first, last = heard.hedges[0]
    found = [told.match(role, tokens, first) for role in roles]
    return any(phrase and phrase[0] == last for phrase in found)


def _counting(
    tokens: list[Token], noun: Counted, first: int, end: int, low: str, high: str
) -> Fact:
    unit = joined(tokens[noun.start : noun.end])
    return Fact("quantity", low, first, end, high, unit, noun.english)


def _counts(tokens: list[Token], heard: Heard, noun: Counted, told: Words) -> bool:
    """Tell whether the noun is what the number counts, where the number could be another thing."""
    number, token = heard.low, tokens[heard.low.start]
    plain = not number.written and year_of(token) and heard.high is None
    if plain and heard.hedges and _tells_time(tokens, heard, told, "during", "in"):
        return bool(noun.english)
    if plain and not heard.hedges:
        timely = told.before("in", tokens, number.start) is not None
        return not timely and bool(noun.english or number.value % 100 == 0)
    if number.scale == 1 and number.value % 1 and not noun.english:
        return False
    if noun.english == "years" and not number.written and heard.end > number.end:
        # "80-те години" are the eighties.
        return bool(heard.hedges)
    if number.written and number.end == number.start + 1 and told.has("unsure", token.low):
        return bool(noun.english)
    return True


def _are_years(tokens: list[Token], heard: Heard, told: Words) -> bool:
    """Tell whether a range runs from year to year, or a word for year follows one."""
    token = tokens[heard.low.start]
    if heard.low.written:
        return False
    if heard.high is not None:
        last = tokens[heard.high.end - 1]
        return bool(year_of(token) and year_of(last))
    ends = token.text.split(token.text[4:5]) if len(token.text) > 4 else []
    if ends and all(len(part) == 4 for part in ends):
        return bool(year_of(token._replace(text=ends[0])))
    named = told.match("year", tokens, heard.end)
    return bool(year_of(token) and named)


def _unit(tokens: list[Token], place: int, told: Words) -> tuple[int, str] | None:
    """Return the place after a physical unit, and its English."""
    if place >= len(tokens) or tokens[place].line:
        return None
    found = told.match("unit", tokens, place) or told.match("measure", tokens, place)
    if found and found[0] < len(tokens) and not tokens[found[0]].spaced:
        after = tokens[found[0]]
        # A unit is no unit if letters or digits go on, as in "5 m2x" or "3 t-shirts".
        if after.kind != "sign" or after.text in "-_":
            return None
    return found


def _per(tokens: list[Token], end: int, english: str) -> tuple[int, str]:
    """Add what a unit is divided by, as in km/h."""
    per = tokens[end : end + 2]
    if len(per) == 2 and per[0].text == "/" and per[1].kind == "word" and not per[1].spaced:
        return end + 2, f"{english} per {PER.get(per[1].low, per[1].text)}"
    return end, english


def _both(tokens: list[Token], place: int, told: Words) -> Fact | None:
    """Read "both", which counts two."""
    found = told.match("both", tokens, place)
    if not found:
        return None
    here = found[0]
    while here < len(tokens) and told.has("article", tokens[here].low):
        here += 1
    noun = counted(tokens, here, told, False)
    if noun is None or (noun.end < len(tokens) and told.has("and", tokens[noun.end].low)):
        return None
    if told.lang == "is" and not noun.english:
        return None
    return _counting(tokens, noun, place, noun.end, "2", "")


def _rounded(tokens: list[Token], place: int, told: Words) -> Fact | None:
    """Read a round number that is a noun, such as "une centaine de", perhaps with "a" before."""
    one = place < len(tokens) and tokens[place].low in told.ones
    found = told.match("approx", tokens, place + one)
    if not found:
        return None
    here = found[0]
    if linked := told.match("partitive", tokens, here):
        here = linked[0]
    noun = counted(tokens, here, told, False)
    if noun is None:
        return None
    fact = _counting(tokens, noun, place, noun.end, found[1], "")
    return Fact(**{**vars(fact), "hedge": joined(tokens[place : found[0]])})
