"""Hear a number with what stands around it: hedges, a currency, the other end of a range."""

from decimal import Decimal
from typing import NamedTuple

from clusterlib.facts import numbers
from clusterlib.facts.numbers import DASHES, Number, show
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₺": "TRY", "₴": "UAH", "₽": "RUB"}
ISO = frozenset(
    "EUR USD GBP CHF NOK SEK DKK ISK PLN CZK HUF RON BGN RSD TRY UAH JPY CNY CAD AUD INR".split()
)
ROUGH = frozenset("~≈±><≥≤∼+")
MOST_HEDGES = 2


class Heard(NamedTuple):
    """A number as it is told: with its range, its hedge, and a currency before it."""

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
            return show(self.low.value), "" if last is None else show(last)
        scale = self.high.scale if self.low.scale == 1 else Decimal(1)
        low = self.low.value * scale
        low = low if low < self.high.value else self.low.value
        return show(low), show(self.high.value)


def joined(tokens: list[Token]) -> str:
    """Write tokens as they stand, with single spaces."""
    return "".join(
        " " * (token.spaced and place > 0) + token.text for place, token in enumerate(tokens)
    )


def hear(tokens: list[Token], place: int, told: Words) -> Heard | None:
    """Read hedges, a currency, "between", and a number or a range of numbers."""
    here, hedges = place, []
    for _ in range(MOST_HEDGES):
        if after := _hedge(tokens, here, told):
            hedges.append((here, after))
            here = after
    opening = told.match("between", tokens, here) or told.match("from", tokens, here)
    between = bool(told.match("between", tokens, here))
    start = opening[0] if opening else here
    start = _past_article(tokens, start, told) if opening else start
    currency, number_at = _currency_before(tokens, start, told)
    if number_at >= len(tokens):
        return None
    low = numbers.read(tokens, number_at, told)
    if low is None:
        return None
    end = _ending(tokens, low, told)
    high, last = _second(tokens, end, told, between)
    if opening and high is None and low.high is None:
        return None
    if high and high.value <= low.value:
        high = None
    if high is None and (found := told.match("after", tokens, end)):
        hedges.append((end, found[0]))
        end = found[0]
    elif high is None and end < len(tokens) and tokens[end].text == "+":
        hedges.append((end, end + 1))
        end += 1
    return Heard(low, high, last if high else end, tuple(hedges), currency)


def _hedge(tokens: list[Token], place: int, told: Words) -> int | None:
    """Return the place after a hedge."""
    for role in ("hedge", "circa", "hedgecount"):
        if found := told.match(role, tokens, place):
            return found[0]
    rough = place < len(tokens) and tokens[place].text in ROUGH
    return place + 1 if rough else None


def _ending(tokens: list[Token], number: Number, told: Words) -> int:
    """Return the place after an ending that is joined to digits, as in "15-те"."""
    end = number.end
    glued = end < len(tokens) and not tokens[end].spaced and not number.written
    found = told.match("suffix", tokens, end) if glued else None
    if found and (found[0] >= len(tokens) or tokens[found[0]].spaced):
        return found[0]
    return end


def _second(
    tokens: list[Token], place: int, told: Words, between: bool
) -> tuple[Number | None, int]:
    """Read the second number of a range, and say where it ends."""
    if place < len(tokens) and tokens[place].text == "%":
        place += 1
    if told.match("percent", tokens, place):
        return None, place
    if place + 1 >= len(tokens) or tokens[place].line:
        return None, place
    after = _link(tokens, place, told, between)
    if after >= len(tokens):
        return None, place
    after = _past_article(tokens, after, told)
    _, after = _currency_before(tokens, after, told)
    number = numbers.read(tokens, after, told) if after < len(tokens) else None
    return number, number.end if number else place


def _past_article(tokens: list[Token], place: int, told: Words) -> int:
    """Return the place after an article before an end of a range: "entre el 15 y el 30 %"."""
    found = told.match("rangearticle", tokens, place)
    digits = found and found[0] < len(tokens) and tokens[found[0]].kind == "number"
    return found[0] if found and digits else place


def _link(tokens: list[Token], place: int, told: Words, between: bool) -> int:
    """Return the place after the dash or word that leads to a second number; else the end."""
    if tokens[place].text in DASHES:
        return place + 1
    joins = told.has("and", tokens[place].low)
    found = None if joins and not between else told.match("to", tokens, place)
    if found is None and between:
        found = told.match("and", tokens, place)
    return found[0] if found else len(tokens)


def _currency_before(tokens: list[Token], place: int, told: Words) -> tuple[str, int]:
    """Return the currency that stands before a number, and the place of the number."""
    if place >= len(tokens):
        return "", place
    token = tokens[place]
    if token.text in SYMBOLS or token.text in ISO:
        return SYMBOLS.get(token.text, token.text), place + 1
    if token.text == "US" and place + 1 < len(tokens) and tokens[place + 1].text == "$":
        return "USD", place + 2
    short = token.low in {"kr", "nok", "лв", "ft"} and told.match("currency", tokens, place)
    return (short[1], short[0]) if short else ("", place)
