"""Read numbers: in digits with any separators, in words, with scales such as million.

In come tokens and a place; out comes a `Number`, or a `NumberPhrase` where hedges, a currency
or the other end of a range stand around it.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from clusterlib.facts.lexicon import DASHES, Lexicon, Tokens, load_lexicon

HUNDRED, THOUSAND, MILLION = Decimal(100), Decimal(1000), Decimal(10) ** 6
LONGEST = 20
MOST_TOKENS = 14
MOST_HEDGES = 2
# "Gegen" says about how many from here on.
LEAST_ROUND = 20
PLAIN = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?|[0-9]{1,3}(?P<mark>[.,'’ \u00a0\u2009\u202f])[0-9]{3}"
    r"(?:(?P=mark)[0-9]{3})*(?:[.,][0-9]+)?"
)
RANGE = re.compile(rf"(?P<low>[0-9.,]+)[{DASHES}](?P<high>[0-9.,]+)")
GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
# What a minus may follow without a space; currencies that go before a number are so short.
BEFORE_MINUS = frozenset("([=~≈<>€$£₴₺")
LONGEST_CODE = 3


class Number(NamedTuple):
    """A number and the tokens it is written with; ``high`` if it is a range in one token."""

    value: Decimal
    high: Decimal | None
    start: int
    end: int
    in_words: bool
    scale: Decimal = Decimal(1)


class NumberPhrase(NamedTuple):
    """A number with the other end of its range, its hedges, and a currency before it."""

    low: Number
    high: Number | None
    end: int
    hedges: tuple[tuple[int, int], ...]
    currency: str

    @property
    def values(self) -> tuple[str, str]:
        """Both ends as plain numbers; the second is empty unless there is a range."""
        if self.high is None:
            last = self.low.high
            return format_number(self.low.value), "" if last is None else format_number(last)
        scale = self.high.scale if self.low.scale == 1 else Decimal(1)
        low = self.low.value * scale
        low = low if low < self.high.value else self.low.value
        return format_number(low), format_number(self.high.value)


class NumeralSum(NamedTuple):
    """The value of the numerals of one number: what stands before a scale word, and the rest."""

    total: Decimal = Decimal(0)
    part: Decimal = Decimal(0)

    @property
    def value(self) -> Decimal:
        """The value so far."""
        return self.total + self.part

    def accepts(self, value: Decimal) -> bool:
        """Tell whether a value after "and" can belong to the number."""
        tens = self.part % HUNDRED
        most = 20 if tens == 60 else 10
        below = value < HUNDRED and (tens == 0 or (tens >= 20 and tens % 10 == 0 and value < most))
        return bool(self.value) and (below or (0 < tens < 10 and value % 10 == 0 and value < 100))

    def add(self, values: Sequence[Decimal], joined: bool, lang: str) -> "NumeralSum | None":
        """Add or multiply by the values that follow; None if they make no number."""
        if not values:
            return self
        value, *rest = values
        tens = self.part % HUNDRED
        if value >= MILLION:
            fits, after = bool(self.value), NumeralSum(self.value * value)
        elif value == THOUSAND:
            fits = self.total % MILLION == 0
            after = NumeralSum(self.total + (self.part or 1) * value)
        elif value == HUNDRED:
            fits, after = self.part < 20, NumeralSum(self.total, (self.part or 1) * value)
        else:
            scores = lang == "fr" and tens in (60, 80) and value < 20
            least = 10 if lang == "tr" else 20
            units = value < 10 and tens >= least and tens % 10 == 0
            reverse = joined and 0 < tens < 10 and value >= 20 and value % 10 == 0
            above = value > HUNDRED and self.part
            fits = (tens == 0 or scores or units or reverse) and not above
            after = NumeralSum(self.total, self.part + value)
        return after.add(rest, joined, lang) if fits else None


def parse_digits(text: str, decimal: str) -> Decimal | None:
    """Read digits with separators; a comma or a point before three digits may group them."""
    if len(text) > LONGEST or not PLAIN.fullmatch(text):
        return None
    if len(text) > 1 and text[0] == "0" and text[1].isdigit():
        return None
    marks = [char for char in text if char in ".,"]
    grouped = GROUP.fullmatch(text) and marks[0] != decimal
    point = marks[-1] if marks and marks.count(marks[-1]) == 1 and not grouped else ""
    whole, _, part = text.partition(point) if point else (text, "", "")
    digits = "".join(char for char in whole if char.isdigit())
    return Decimal(f"{digits}.{part}" if part else digits)


def format_number(value: Decimal) -> str:
    """Write a number plainly."""
    return f"{value.normalize():f}"


@functools.lru_cache(maxsize=20000)
def split_numeral(word: str, lang: str) -> tuple[Decimal, ...] | None:
    """Return the numerals that a word is made of, or None."""
    lexicon = load_lexicon(lang)
    if word in lexicon.numerals:
        return (lexicon.numerals[word],)
    if not 4 <= len(word) <= 45:
        return None
    if "-" in word:
        return _read_hyphened(word.split("-"), lexicon)
    pieces = _cut_numerals(word, lexicon.parts, {})
    values = tuple(value for value in pieces or () if value is not None)
    if len(values) < 2 or NumeralSum().add(values, True, lang) is None:
        return None
    return values


def _read_hyphened(parts: list[str], lexicon: Lexicon) -> tuple[Decimal, ...] | None:
    """Read parts between hyphens, two together where they make one numeral."""
    values: list[Decimal] = []
    while parts:
        pair = " ".join(parts[:2])
        if len(parts) > 1 and pair in lexicon.numerals:
            values.append(lexicon.numerals[pair])
            parts = parts[2:]
            continue
        part, *parts = parts
        if part in lexicon.parts:
            value = lexicon.parts[part]
            values += [] if value is None else [value]
        elif part and (inside := split_numeral(part, lexicon.lang)):
            values += inside
        elif lexicon.find("and", part) is None:
            return None
    return tuple(values) or None


def _cut_numerals(
    word: str, parts: dict[str, Decimal | None], memo: dict[str, list[Decimal | None] | None]
) -> list[Decimal | None] | None:
    """Cut a word into numerals without rest, the longest pieces first."""
    if not word:
        return []
    if word not in memo:
        memo[word] = None
        for length in range(len(word), 0, -1):
            if word[:length] in parts and (length > 1 or word[0] == "a"):
                rest = _cut_numerals(word[length:], parts, memo)
                if rest is not None:
                    memo[word] = [parts[word[:length]], *rest]
                    break
    return memo[word]


def read_number(tokens: Tokens, place: int) -> Number | None:
    """Read the number that begins at a token, with the scale after it."""
    number = None
    if tokens[place].kind == "number":
        number = _read_digits(tokens, place)
    elif tokens[place].kind == "word":
        number = _read_part(tokens, place) or _read_words(tokens, place)
    if number is None:
        return None
    return _add_part(tokens, _multiply_by_scale(tokens, _add_part(tokens, number)))


def _read_digits(tokens: Tokens, place: int) -> Number | None:
    text, decimal = tokens[place].text, tokens.lexicon.decimal
    value, high = parse_digits(text, decimal), None
    if value is None and (ends := RANGE.fullmatch(text)):
        value, high = parse_digits(ends["low"], decimal), parse_digits(ends["high"], decimal)
        if high is None or value is None or high <= value:
            return None
    return None if value is None else Number(value, high, place, place + 1, False)


def _multiply_by_scale(tokens: Tokens, number: Number) -> Number:
    while tokens[number.end].kind == "word" and not tokens[number.end].line:
        here, after = tokens[number.end : number.end + 2]
        # A letter may stand for a scale before the sign of a currency, as in "4,2 M€".
        signed = not after.spaced and unicodedata.category(after.text[0]) == "Sc"
        match = tokens.match(number.end, "short") if signed else None
        # Alone, a letter is rather a unit: "45 m"; "45 m.kr." is no such letter.
        scale = None if match else tokens.match(number.end, "scale")
        if scale and (len(here.text) > 1 or not here.spaced or scale[0] > number.end + 1):
            match = scale
        if not match:
            break
        by = Decimal(match[1])
        high = None if number.high is None else number.high * by
        number = number._replace(
            value=number.value * by, high=high, end=match[0], scale=number.scale * by
        )
    return number


def _read_part(tokens: Tokens, place: int) -> Number | None:
    """Read "half a" before a scale word, or the one of "one and a half million"."""
    part = tokens.match(place, "fraction")
    if part and tokens.match(part[0], "scale"):
        return Number(Decimal(part[1]), None, place, part[0], True)
    if tokens[place].low not in tokens.lexicon.ones:
        return None
    part = tokens.match(place + 1, "andpart")
    scale = tokens.match(part[0] if part else place + 1, "scale")
    if not scale or not (part or tokens.match(scale[0], "andpart")):
        return None
    return Number(Decimal(1), None, place, place + 1, True)


def _add_part(tokens: Tokens, number: Number) -> Number:
    """Add the part that follows: of one before a scale, or of the scale before it."""
    part = tokens.match(number.end, "andpart")
    if not part or number.high is not None:
        return number
    before = tokens.match_before(number.end, "scale")
    if tokens.match(part[0], "scale"):
        whole = Decimal(1)
    elif before is not None and (scale := tokens.match(before, "scale")):
        whole = Decimal(scale[1])
    else:
        return number
    return number._replace(value=number.value + Decimal(part[1]) * whole, end=part[0])


def _read_words(tokens: Tokens, place: int) -> Number | None:
    total, end, only_one = NumeralSum(), place, True
    one = tokens[place].low in tokens.lexicon.ones - set(tokens.lexicon.numerals)
    for first, last, values, joined in _numerals(tokens, place):
        if first > end and not (first == end + 1 and tokens.has(end, "and")):
            break
        if first > end and not total.accepts(values[0]):
            break
        trial = total.add(values, joined or first > end, tokens.lang)
        if trial is None:
            break
        total, end = trial, last
        only_one = only_one and one and last == place + 1
    vague = end == place + 1 and tokens.has(place, "vague")
    # "Kolem tisíce" is about one thousand, and "tisíce" are thousands.
    vague = vague and tokens.match_before(place, "circa") is None
    if end == place or only_one or vague or not total.value:
        return None
    return Number(total.value, None, place, end, True)


def _numerals(tokens: Tokens, place: int) -> Iterator[tuple[int, int, tuple[Decimal, ...], bool]]:
    """Yield the numerals that follow, each with its tokens, skipping single words between."""
    here = place
    while here < place + MOST_TOKENS:
        token = tokens[here]
        ends = here > place and (token.line or not token.spaced)
        if ends or tokens.match(here, "andpart"):
            return
        numeral = tokens.match(here, "number")
        scale = tokens.match(here, "scale") if here > place else None
        if numeral and numeral[0] > here + 1:
            yield here, numeral[0], (Decimal(numeral[1]),), False
        elif values := split_numeral(token.low, tokens.lang):
            yield here, here + 1, values, True
        elif token.low in tokens.lexicon.ones:
            yield here, here + 1, (Decimal(1),), False
        elif scale and token.kind == "word" and len(token.text) > 1:
            yield here, scale[0], (Decimal(scale[1]),), False
        elif here == place or not tokens.has(here, "and"):
            return
        here = (numeral or scale or (here + 1,))[0]


def read_number_phrase(tokens: Tokens, place: int) -> NumberPhrase | None:
    """Read hedges, a currency, "between", and a number or a range of numbers."""
    hedges = _read_hedges(tokens, place)
    if any(_is_preposition(tokens, *hedge) for hedge in hedges):
        # The number is read by itself.
        return None
    here = hedges[-1][1] if hedges else place
    # "Nejméně o 15 %": the preposition of a difference stands behind the hedge.
    by = tokens.match(here, "by") if hedges else None
    here = by[0] if by else here
    between = tokens.match(here, "between")
    opening = between or tokens.match(here, "from")
    here = opening[0] if opening else here
    start = _skip_article(tokens, here) if opening or hedges else here
    low, currency = _read_end(tokens, start)
    if low is None or (by and not _is_percent(tokens, low.end)):
        return None
    if hedges and tokens.match(place, "circaround") and not _is_about(tokens, low):
        return None
    end = low.end
    if not low.in_words and not tokens[end].spaced:
        # An ending is joined to the digits, as in "15-те".
        after = tokens.skip(end, "suffix")
        end = after if tokens[after].spaced else end
    links = "and change".split() if between else ["change"] if opening else []
    high = _read_high(tokens, end, currency, links)
    if opening and high is None and low.high is None:
        return None
    if high and high.value > low.value:
        return NumberPhrase(low, high, high.end, tuple(hedges), currency)
    after = tokens.skip(end, "after")
    if after == end and tokens[end].text == "+":
        after += 1
    if after > end:
        hedges.append((end, after))
    return NumberPhrase(low, None, after, tuple(hedges), currency)


def _read_hedges(tokens: Tokens, place: int) -> list[tuple[int, int]]:
    hedges: list[tuple[int, int]] = []
    for _ in range(MOST_HEDGES):
        after = tokens.skip(place, "hedge", "circa", "hedgecount", "circaround")
        if after == place:
            break
        hedges.append((place, after))
        place = after
    return hedges


def _is_about(tokens: Tokens, number: Number) -> bool:
    """Tell "gegen 100" from "gegen 12": what is said to be about so many is round, and no sum."""
    money = any(tokens.match(number.end, role) for role in ("currency", "symbol"))
    return number.value >= LEAST_ROUND and number.value % 10 == 0 and not money


def _is_preposition(tokens: Tokens, place: int, end: int) -> bool:
    """Tell "rose by 12 % to 4" or "rise to 4" from "up to 4", "verfügt über 4" from "über 4"."""
    if tokens.skip(place, "to") >= end:
        percent = tokens[place - 1].text == "%" or tokens.match_before(place, "percent") is not None
        # "Wzrosła aż do 45 procent": another hedge may stand between.
        hedge = tokens.match_before(place, "hedge")
        return percent or tokens.has((place if hedge is None else hedge) - 1, "growth")
    # The value of the verb is the preposition that it takes.
    verb = tokens.match(place - 1, "governs") if place else None
    return verb == (place, tokens[place].low) and end == place + 1


def shares_percent(tokens: Tokens, phrase: NumberPhrase) -> bool:
    """See the 8 of "from 8 to 5 per cent", which is no range, since it falls."""
    after = tokens.skip_link(phrase.end, "change")
    if after is None or phrase.currency or tokens.match_before(phrase.low.start, "from") is None:
        return False
    last = read_number(tokens, after)
    return last is not None and _is_percent(tokens, last.end)


def _is_percent(tokens: Tokens, place: int) -> bool:
    return tokens[place].text == "%" or tokens.match(place, "percent") is not None


def _read_high(tokens: Tokens, place: int, currency: str, links: list[str]) -> Number | None:
    """Read the second number of a range, which has no other unit than the first.

    ``links`` are roles of words that lead to it only because of what opens the range.
    """
    percent = tokens[place].text == "%"
    place += percent
    after = tokens.skip_link(place, *links)
    # Endings lead from one to the other: "3 miljoonasta 5 miljoonaan".
    endings = tokens.lexicon.endings["fromend"]
    if endings and tokens[place - 1].low.endswith(endings):
        after = after or place
    if after is None or tokens[place].line or tokens.match(place, "percent"):
        return None
    if "and" not in links and tokens.has(place, "and"):
        return None
    high, code = _read_end(tokens, _skip_article(tokens, after))
    if high is None or code not in {"", currency}:
        return None
    shared = _is_percent(tokens, high.end)
    if percent:
        return high if shared else None
    return None if currency and (shared or tokens.match(high.end, "unit", "measure")) else high


def _read_end(tokens: Tokens, place: int) -> tuple[Number | None, str]:
    """Read a number with the minus and the currency before it, and return that, too."""
    after = _skip_minus(tokens, place)
    code, scale, start = _read_currency(tokens, after)
    number = read_number(tokens, last := _skip_minus(tokens, start) if code else start)
    if number is None:
        return None, ""
    negative = after > place or last > start
    high = None if number.high is None else number.high * scale
    value = number.value * scale * (-1 if negative else 1)
    return number._replace(value=value, high=high, scale=number.scale * scale), code


def _skip_minus(tokens: Tokens, place: int) -> int:
    """Return the place after a minus before a number; a dash between words or numbers is none."""
    minus = tokens.match(place, "minus")
    if minus is None:
        return place
    before, sign, after = tokens[place - 1], tokens[place], tokens[minus[0]]
    if sign.kind == "sign":
        apart = before.kind != "number" if sign.spaced else before.text in BEFORE_MINUS
        item = (place == 0 or sign.line) and sign.text != "\u2212"
        if after.spaced or item or not (apart or place == 0 or sign.line):
            return place
    return minus[0]


def _skip_article(tokens: Tokens, place: int) -> int:
    """Return the place after an article before an end of a range: "entre el 15 y el 30 %"."""
    after = tokens.skip(place, "rangearticle")
    return after if tokens[after].kind == "number" else place


def _read_currency(tokens: Tokens, place: int) -> tuple[str, Decimal, int]:
    """Return the currency before a number, what it multiplies by (MNOK), and the next place."""
    before = tokens.match(place, "symbol")
    scale = tokens.match(place, "scale")
    if before is None and (scale or len(tokens[place].low) <= LONGEST_CODE):
        counted = place and (tokens[place - 1].kind == "number" or tokens.has(place - 1, "scale"))
        before = None if counted else tokens.match(place, "currency")
    # "A$" is one sign, "a $2 billion plan" is not.
    if before is None or (before[0] > place + 1 and tokens[before[0] - 1].spaced):
        return "", Decimal(1), place
    return before[1], Decimal(scale[1] if scale else 1), before[0]


def is_hyphened(tokens: Tokens, number: Number) -> bool:
    """Tell whether a hyphen that `split_scale_words` drops stands in or right after a number.

    Such a number describes the noun after it, and does not count it: "a 27-million plan".
    """
    last = min(number.end + 1, tokens.size)
    pairs = zip(tokens[number.start : last - 1], tokens[number.start + 1 : last], strict=True)
    return any(not after.spaced and after.start > before.end for before, after in pairs)
