"""Put numerals together: several words, or the parts of a compound, to one number."""

import functools
from decimal import Decimal

from clusterlib.facts.words import Words, words

HUNDRED, THOUSAND, MILLION = Decimal(100), Decimal(1000), Decimal(10) ** 6


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
        least = 10 if lang == "tr" else 20
        fits = tens == 0 if value >= 10 else tens == 0 or (tens >= least and tens % 10 == 0)
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
            if word[:length] in parts and (length > 1 or word[0] == "a"):
                rest = _pieces(word[length:], parts, known)
                if rest is not None:
                    known[word] = [parts[word[:length]], *rest]
                    break
    return known[word]
