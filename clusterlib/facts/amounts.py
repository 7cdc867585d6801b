"""Read amounts: quantities with what they count, percentages, money; and tell what is no amount.

In come tokens and a place; out comes a `Fact` of kind quantity, percentage or money. Telephone
numbers, times of day, names, labels and items of lists are none.
"""

from decimal import Decimal

from clusterlib.facts.dates import parse_year
from clusterlib.facts.lexicon import DASHES, Fact, Token, Tokens, spell
from clusterlib.facts.nouns import CountedNoun, is_of_one, read_noun, translate_noun
from clusterlib.facts.numbers import (
    MILLION,
    NumberPhrase,
    format_number,
    is_hyphened,
    read_number_phrase,
    shares_percent,
)

DURATIONS = frozenset("years months weeks days hours".split())
# What opens and closes the title of a work.
OPENING = frozenset('„“"«‚‘»”')
CLOSING = frozenset('“”"»’«')
LONGEST_TITLE = 8
LONGEST_IDIOM = 4
LONGEST_SHARE = 4
POSTCODE_DIGITS = (4, 5, 6)
# So many numbers in a row are a telephone number.
RUN = 3
JOINING = frozenset("-–/._:,'’#@\\")
# What may stand before "over three years", where that is a time and no hedge.
AMOUNTS = ("currency", "symbol", "scale", "percent", "unit", "measure")
# Roles of words that are no noun, so that a number behind them is no label of theirs.
FUNCTION = ("stop", "and", "article", "be")


def read_amount(tokens: Tokens, place: int) -> Fact | None:
    """Return the amount that begins at a token with its number, hedge or currency, or None."""
    phrase = read_number_phrase(tokens, place)
    if phrase is None or tokens.match(phrase.end, "dozens"):
        return _read_both(tokens, place) or _read_rounded(tokens, place, phrase)
    if is_no_amount(tokens, phrase.low.start, phrase.end):
        return None
    fact = _read_percentage(tokens, phrase) or _read_money(tokens, phrase)
    fact = fact or _read_quantity(tokens, phrase) or _read_being(tokens, phrase)
    if fact is None:
        return None
    hedges = phrase.hedges
    if hedges and fact.unit_english in DURATIONS and _is_time(tokens, phrase):
        place, hedges = hedges[0][1], hedges[1:]
    if fact.kind == "percentage" and tokens.match(place, "hedgecount"):
        place, hedges = phrase.low.start, hedges[1:]
    if after := tokens.match(fact.end, "after"):
        hedges = (*hedges, (fact.end, after[0]))
    return fact._replace(
        start=min(place, fact.start),
        end=max([fact.end, *(last for _, last in hedges)]),
        hedge=" … ".join(spell(tokens[first:last]) for first, last in hedges),
    )


def _read_percentage(tokens: Tokens, phrase: NumberPhrase) -> Fact | None:
    low, high = phrase.values
    start, end = phrase.low.start, phrase.end
    word = None if phrase.low.scale > 1 else tokens.match(end, "percent")
    before = tokens[start - 1]
    first = before.text == "%" and tokens[start - 2].kind != "number"
    if tokens[end].text == "%":
        end += 1
    elif word and (tokens[end].spaced or tokens[end].kind == "word"):
        end = word[0]
    elif first or (tokens.lang == "tr" and before.low == "yüzde"):
        start -= 1
    elif parse_year(tokens[start].text) or not shares_percent(tokens, phrase):
        return None
    return Fact("percentage", low, start, end, high, "%", "per cent")


def _read_money(tokens: Tokens, phrase: NumberPhrase) -> Fact | None:
    low, high = phrase.values
    code, end = phrase.currency, phrase.end
    # The dash in place of cents: "2.500,– Euro"; in some languages it is the currency.
    cents = tokens[end].text == "," and tokens[end + 1].text in DASHES and not tokens[end].spaced
    whole = end if tokens.match(end, "currency") else end + 2 * cents
    here = tokens.skip(whole, "partitive")
    if not tokens[here].line and (currency := tokens.match(here, "symbol", "currency")):
        end, code = currency
    # "2,4 mkr" has scale and currency in one word.
    short = tokens.match_before(phrase.end, "currency") if phrase.low.scale > 1 else None
    if short is not None and not code and (currency := tokens.match(short, "currency")):
        code = currency[1]
    return Fact("money", low, phrase.low.start, end, high, code, code) if code else None


def _read_quantity(tokens: Tokens, phrase: NumberPhrase) -> Fact | None:
    low, high = phrase.values
    start, end = phrase.low.start, phrase.end
    if _are_years(tokens, phrase) or tokens.match(end, "month"):
        return None
    linked = phrase.low.scale >= MILLION or phrase.low.value >= MILLION
    # In Romanian "of" follows every number from 20 on.
    linked = linked or tokens.lang == "ro"
    begin = tokens.skip(end, "partitive") if linked else end
    if unit := _read_unit(tokens, begin):
        last, english = unit
        return Fact("quantity", low, start, last, high, spell(tokens[begin:last]), english)
    if end < tokens.size and not tokens[end].spaced:
        return None
    if is_hyphened(tokens, phrase.low):
        return None
    # "En 11 millioners avtale": the sum is a genitive, which describes the noun.
    stem = tokens[end].low.removesuffix("s")
    if len(stem) > 3 and tokens.lexicon.find("scale", stem) is not None:
        return None
    noun = read_noun(tokens, end, linked)
    if noun is None or not _counts(tokens, phrase, noun):
        return None
    # A dash stands before what is counted; a minus before degrees.
    if phrase.low.value < 0 and noun.english:
        return None
    if money := tokens.match(noun.start, "currency"):
        return Fact("money", low, start, money[0], high, money[1], money[1])
    fact = _count(tokens, noun, start, low, high)
    if tokens.has(noun.end, "teen"):
        return fact._replace(value=format_number(phrase.low.value + 10), end=noun.end + 1)
    return fact


def _count(tokens: Tokens, noun: CountedNoun, start: int, low: str, high: str = "") -> Fact:
    unit = spell(tokens[noun.start : noun.end])
    return Fact("quantity", low, start, noun.end, high, unit, noun.english)


def _read_being(tokens: Tokens, phrase: NumberPhrase) -> Fact | None:
    """Read what those that are counted are said to be: "33 of them are companies"."""
    being = tokens.match(tokens.skip(phrase.end, "ofthem"), "be")
    if being is None or parse_year(tokens[phrase.low.start].text) or _is_numbered(tokens, phrase):
        return None
    noun = read_noun(tokens, tokens.skip(being[0], "partitive", "article"), False)
    if noun is None or not noun.english:
        return None
    return _count(tokens, noun, phrase.low.start, *phrase.values)


def _is_numbered(tokens: Tokens, phrase: NumberPhrase) -> bool:
    """See "in phase 2": before the number is a noun, which no other number counts."""
    start = min([phrase.low.start, *(first for first, _ in phrase.hedges)])
    here = start - 1
    if here < 0 or tokens[here].kind != "word" or tokens[start].line:
        return False
    if tokens.match_before(start, "ofwhich") is not None:
        return False
    if tokens.has(here, *FUNCTION) or (here and tokens[here - 1].kind == "number"):
        return False
    # "Jäsenistä 80": of the members.
    endings = tokens.lexicon.endings["fromend"]
    return not (endings and tokens[here].low.endswith(endings))


def _is_time(tokens: Tokens, phrase: NumberPhrase) -> bool:
    """See "under sex år", and "over three years" after an amount: a time and no hedge."""
    first = phrase.hedges[0][0]
    follows = tokens[first - 1].kind == "number" or any(
        tokens.match_before(first, role) is not None for role in AMOUNTS
    )
    return _may_be_time(tokens, phrase, "during", *(["spread"] if follows else []))


def _may_be_time(tokens: Tokens, phrase: NumberPhrase, *roles: str) -> bool:
    """Tell whether what seems to hedge a number may be of time: "under sex år", "hasta 2030"."""
    first, last = phrase.hedges[0]
    return any(tokens.skip(first, role) == last for role in roles)


def _counts(tokens: Tokens, phrase: NumberPhrase, noun: CountedNoun) -> bool:
    """Tell whether the noun is what the number counts, where the number could be another thing."""
    number, token = phrase.low, tokens[phrase.low.start]
    # "4 grupė" is the fourth group; "21 grupė" counts.
    one = number.value % 10 == 1 and number.value % 100 != 11
    if not one and is_of_one(tokens[noun.end - 1].low, tokens):
        return False
    plain = not number.in_words and parse_year(token.text) and phrase.high is None
    if plain and phrase.hedges and _may_be_time(tokens, phrase, "during", "in"):
        return bool(noun.english)
    if plain and not phrase.hedges:
        timely = tokens.match_before(number.start, "in") is not None
        return not timely and bool(noun.english or number.value % 100 == 0)
    if number.scale == 1 and number.value % 1 and not noun.english:
        return False
    if noun.english == "years" and not number.in_words and phrase.end > number.end:
        # "80-те години" are the eighties.
        return bool(phrase.hedges)
    if number.in_words and number.end == number.start + 1 and tokens.has(number.start, "unsure"):
        return bool(noun.english)
    return True


def _are_years(tokens: Tokens, phrase: NumberPhrase) -> bool:
    """Tell whether a range runs from year to year, or a word for year follows one."""
    text = tokens[phrase.low.start].text
    if phrase.low.in_words:
        return False
    if phrase.high is not None:
        return bool(parse_year(text) and parse_year(tokens[phrase.high.end - 1].text))
    ends = text.split(text[4:5]) if len(text) > 4 else []
    if ends and all(len(part) == 4 for part in ends):
        return bool(parse_year(ends[0]))
    return bool(parse_year(text) and tokens.match(phrase.end, "year"))


def _read_unit(tokens: Tokens, place: int) -> tuple[int, str] | None:
    """Return the place after a physical unit and what it is divided by, and their English."""
    unit = None if tokens[place].line else tokens.match(place, "unit", "measure")
    if unit is None or tokens[unit[0]].spaced:
        return unit
    after, below = tokens[unit[0] : unit[0] + 2]
    if after.text == "/" and below.kind == "word" and not below.spaced:
        per = tokens.lexicon.find("per", below.low) or below.text
        return unit[0] + 2, f"{unit[1]} per {per}"
    # A unit is no unit if letters or digits go on, as in "5 m2x" or "3 t-shirts".
    return None if after.kind != "sign" or after.text in "-_" else unit


def _read_both(tokens: Tokens, place: int) -> Fact | None:
    both = tokens.match(place, "both")
    if not both:
        return None
    here = both[0]
    while tokens.has(here, "article"):
        here += 1
    noun = read_noun(tokens, here, False)
    if noun is None or tokens.has(noun.end, "and"):
        return None
    # "Beide vragen een plan": what an article follows is a verb.
    if not noun.english and tokens[noun.end].low in tokens.lexicon.ones:
        return None
    if tokens.lang == "is" and not noun.english:
        return None
    return _count(tokens, noun, place, "2")


def _read_rounded(tokens: Tokens, place: int, phrase: NumberPhrase | None) -> Fact | None:
    """Read a round number that is a noun: "une centaine de", "media docena de", "two dozen"."""
    times, here = Decimal(1), place
    if part := tokens.match(place, "fraction"):
        times, here = Decimal(part[1]), part[0]
    elif tokens[place].low in tokens.lexicon.ones:
        here = place + 1
    elif phrase:
        times, here = phrase.low.value, phrase.end
    rounded = tokens.match(here, *(["approx"] if times == 1 else ["dozens", "approx"]))
    if not rounded:
        return None
    noun = read_noun(tokens, tokens.skip(rounded[0], "partitive"), False)
    if noun is None:
        return None
    fact = _count(tokens, noun, place, format_number(times * Decimal(rounded[1])))
    return fact._replace(hedge=spell(tokens[place : rounded[0]]))


def is_no_amount(tokens: Tokens, place: int, end: int) -> bool:
    """Tell whether the number at ``place``, which ends before ``end``, is no amount."""
    if any(rule(tokens, place) for rule in (_is_labelled, _is_idiom, _is_proportion)):
        return True
    if _is_clock(tokens, place, end):
        return True
    if tokens[place].kind != "number":
        return _is_name(tokens, place, end)
    # The number of an item in a list, or of a section: "1. Goals", "2) Means".
    if tokens[place].line and tokens[end].text in {".", ")"}:
        return True
    joined = _is_joined(tokens, place) or _is_run(tokens, place)
    return joined or _is_postcode(tokens, place, end)


def _is_labelled(tokens: Tokens, place: int) -> bool:
    """See "Chapter 3", "No. 12", "§ 5"."""
    if not place or tokens[place].line:
        return False
    if tokens[place - 1].text in {"§", "№", "#", "°"}:
        return True
    start, hedge = tokens.match_before(place, "label"), tokens.match_before(place, "circa")
    # "Om lag 12" is about twelve, and "lag 12" a team.
    return start is not None and (hedge is None or start <= hedge)


def _is_clock(tokens: Tokens, place: int, end: int) -> bool:
    """See "kl. 10", "18 Uhr", "om negen uur"; a preposition alone makes no time of day."""
    start = tokens.match_before(place, "clockbefore")
    if tokens.match(end, "clockafter"):
        word = tokens[end].low
        plain = translate_noun(word, tokens.lang) is None and not tokens.has(end, "stop")
        return plain or word == "uhr" or start is not None
    if start is None:
        return False
    return all(tokens.skip(start, role) != place for role in ("stop", "to", "from"))


def _is_idiom(tokens: Tokens, place: int) -> bool:
    """See "zwei Seiten einer Medaille" and other figures of speech around the number."""
    starts = range(max(0, place - LONGEST_IDIOM), place + 1)
    return any(tokens.skip(start, "idiom") > place for start in starts)


def _is_proportion(tokens: Tokens, place: int) -> bool:
    """See "one in eight", "two out of five": a share, of which nothing is counted."""
    start = tokens.match_before(place, "ratio")
    if not start:
        return False
    part, whole = tokens[start - 1], _parse_small(tokens, tokens[place])
    ratio = tokens.match(start, "ratio")
    if ratio and ratio[1] == "first" and not part.first:
        # "One of eight" within a sentence is a member, and the eight are counted.
        return False
    low = Decimal(1) if part.low in tokens.lexicon.ones else _parse_small(tokens, part)
    return low is not None and whole is not None and low < whole


def _parse_small(tokens: Tokens, token: Token) -> Decimal | None:
    """Return the value of a number of one word or of digits alone."""
    if token.text.isdecimal() and token.text.isascii() and len(token.text) <= LONGEST_SHARE:
        return Decimal(token.text)
    return tokens.lexicon.numerals.get(token.low)


def _is_joined(tokens: Tokens, place: int) -> bool:
    """See digits that belong to a word or a code: CO2, COVID-19, BW_4, v2.1."""
    if not place or tokens[place].spaced or tokens[place].line:
        return False
    before = tokens[place - 1]
    if before.kind == "word":
        return len(before.text) != 3 or not before.text.isupper()
    joins = before.text in JOINING
    return joins and place > 1 and not before.spaced and tokens[place - 2].kind != "sign"


def _is_run(tokens: Tokens, place: int) -> bool:
    """See telephone numbers: several numbers in a row, or one after a plus or with a zero first."""
    if tokens[place].text[0] == "0" and tokens[place].text[1:2].isdigit():
        return True
    first = last = place
    while first and place - first < 2 * RUN and _continues_run(tokens, first):
        first -= 1
    while last - place < 2 * RUN and _continues_run(tokens, last + 1):
        last += 1
    run = [token for token in tokens[first : last + 1] if token.kind == "number"]
    plus = any(token.text == "+" for token in tokens[max(0, first - 1) : place])
    return len(run) >= RUN or (len(run) == RUN - 1 and (plus or run[0].text[0] == "0"))


def _continues_run(tokens: Tokens, place: int) -> bool:
    """Tell whether a token continues a row of numbers."""
    if tokens[place].line:
        return False
    pair = tokens[place - 1 : place + 1]
    return all(token.kind == "number" or token.text in "-–/()+" for token in pair)


def _is_postcode(tokens: Tokens, place: int, end: int) -> bool:
    """See "70173 Stuttgart": bare digits before a capital that is no common noun."""
    text, after = tokens[place].text, tokens[end]
    if not (text.isdigit() and len(text) in POSTCODE_DIGITS and end == place + 1):
        return False
    if after.kind != "word" or not after.text[0].isupper():
        return False
    if translate_noun(after.low, tokens.lang):
        return False
    return tokens.lang != "de" or (len(text) == 5 and not text.endswith("00"))


def _is_name(tokens: Tokens, place: int, end: int) -> bool:
    """See a number in words that is part of a name: capital within a sentence, or in a title."""
    token = tokens[place]
    if not token.text[0].isupper():
        return False
    if not token.first:
        return True
    if token.spaced or tokens[place - 1].text not in OPENING:
        return False
    signs = (other.text for other in tokens[end : end + LONGEST_TITLE])
    closing = next((sign for sign in signs if sign in CLOSING or sign in {".", "!", "?", ","}), "")
    return closing in CLOSING
