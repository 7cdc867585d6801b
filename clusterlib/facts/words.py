"""The words that numbers, times and amounts are told by, a table a language.

`data/fact_words.csv` has a row for each language, role and value: numerals, hedges,
words of ranges, ordinals, common nouns with their English, and so on. A word
that ends in ``*`` stands for all that begin with it. Unicode's locale data add
the names of months, scales, currencies and units.
"""

import csv
import functools
import importlib.resources
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from clusterlib.facts import cldr
from clusterlib.facts.tokens import Token, fold, tokenise

# Close languages share a table.
SAME = {"no": "nb", "nn": "nb", "bs": "hr", "sh": "sr"}
# A stem may be followed by so many letters of an ending.
ENDING = 7
SHORTEST_STEM = 3
SHORTEST_PART = 4
LARGER = {
    "kilo": ("mega", "giga", "tera"),
    "кило": ("мега", "гига", "тера"),
    "кіло": ("мега", "гіга", "тера"),
}
# What a fact may begin with.
OPENING = (
    "number fraction one both approx hedge hedgecount circa between from ordinal quarter month "
    "decadebefore"
).split()
LATIN = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
        strict=False,
    )
)


class Phrases:
    """Phrases of one role, found at a token: the longest that begins there."""

    def __init__(self, entries: Iterable[tuple[str, str]], exact: bool = False) -> None:
        self.exact = exact
        self.stems: dict[str, str] = {}
        found: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        for phrase, value in entries:
            if phrase.endswith("*"):
                self.stems[fold(phrase[:-1])] = value
            elif words := self._split(phrase):
                found[words[0]].setdefault(words, value)
        self.table = {
            first: sorted(options.items(), key=lambda option: (-len(option[0]), option))
            for first, options in found.items()
        }

    def _split(self, phrase: str) -> tuple[str, ...]:
        # An article such as "d'" is only seen as one before a word.
        tokens = tokenise(phrase + "x")[:-1] if phrase.endswith("'") else tokenise(phrase)
        return tuple(token.text if self.exact else token.low for token in tokens)

    def match(self, tokens: list[Token], place: int) -> tuple[int, str] | None:
        """Return the place after the longest phrase that begins at a place, and its value."""
        if place >= len(tokens):
            return None
        here = tokens[place]
        for words, value in self.table.get(here.text if self.exact else here.low, ()):
            end = place + len(words)
            if len(words) == 1 or words == tuple(
                token.text if self.exact else token.low for token in tokens[place:end]
            ):
                return end, value
        known = self.stem(here.low) if self.stems and here.kind == "word" else None
        return None if known is None else (place + 1, known)

    def stem(self, word: str) -> str | None:
        """Return the value of the longest stem that a word begins with."""
        for length in range(len(word), max(SHORTEST_STEM, len(word) - ENDING) - 1, -1):
            if word[:length] in self.stems:
                return self.stems[word[:length]]
        return None

    def word(self, word: str) -> str | None:
        """Return the value of a word by itself."""
        for words, value in self.table.get(word, ()):
            if len(words) == 1:
                return value
        return self.stem(word) if self.stems else None

    def last_part(self, word: str) -> str | None:
        """Return the value of the longest part that a compound word ends with."""
        for start in range(2, len(word) - SHORTEST_PART + 1):
            if (value := self.word(word[start:])) is not None:
                return value
        return None


class Words:
    """All phrases of a language by role, its numerals and its decimal sign."""

    def __init__(self, lang: str) -> None:
        primary = lang.split("-")[0].lower()
        self.lang = SAME.get(primary, primary)
        tongue = cldr.locale(SAME.get(primary, lang))
        self.decimal = cldr.decimal(tongue)
        entries = _entries(self.lang)
        for name, number in cldr.months(tongue):
            entries["month"].append((name.rstrip("."), str(number)))
        for name, number in cldr.scales(tongue):
            entries["scale"].append((name, str(number)))
        entries["percent"] += [(name, "%") for name in cldr.percents(tongue)]
        entries["currency"] += cldr.currencies(tongue)
        entries["measure"] += _measures(cldr.units(tongue))
        if self.lang == "sr":
            for role in entries:
                entries[role] += [(latin(word), value) for word, value in entries[role]]
        self.endings = tuple(ending for ending, _ in entries.pop("adjend", []))
        self.verbs = tuple(ending for ending, _ in entries.pop("verbend", []))
        self.roles = {role: Phrases(found, role == "unit") for role, found in entries.items()}
        self.numerals = {fold(word): Decimal(value) for word, value in entries["number"]}
        self.ones = {fold(word) for word, _ in entries["one"]}
        self.inner = {fold(word) for word, _ in entries["inner"]}
        self.known: dict[str, bool] = {}
        self.parts = {
            **dict.fromkeys(self.inner, None),
            **dict.fromkeys(self.ones, Decimal(1)),
            **self.numerals,
        }

    def match(self, role: str, tokens: list[Token], place: int) -> tuple[int, str] | None:
        """Return the place after the longest phrase of a role, and its value, or None."""
        phrases = self.roles.get(role)
        if phrases is None or place >= len(tokens):
            return None
        if tokens[place].kind != "word" and tokens[place].low not in phrases.table:
            return None
        return phrases.match(tokens, place)

    def has(self, role: str, word: str) -> bool:
        """Tell whether a word by itself has a role."""
        return role in self.roles and self.roles[role].word(word) is not None

    def opens(self, word: str) -> bool:
        """Tell whether a fact may begin with a word."""
        if word not in self.known:
            self.known[word] = any(
                role in self.roles
                and (word in self.roles[role].table or self.roles[role].stem(word) is not None)
                for role in OPENING
            )
        return self.known[word]

    def before(self, role: str, tokens: list[Token], place: int) -> int | None:
        """Return where a phrase of a role begins that ends before a place, or None."""
        for start in range(max(0, place - 4), place):
            found = self.match(role, tokens, start)
            if found and found[0] == place:
                return start
        return None


@functools.lru_cache(maxsize=64)
def words(lang: str) -> Words:
    """Return the words of a language; of an unknown one, English.

    >>> words("nb").numerals["åtte"]
    Decimal('8')
    """
    return Words(lang)


def latin(text: str) -> str:
    """Write Serbian in Latin letters.

    >>> latin("милиона")
    'miliona'
    """
    return "".join(LATIN.get(char, LATIN.get(char.lower(), char).capitalize()) for char in text)


def _entries(lang: str) -> dict[str, list[tuple[str, str]]]:
    """Read the rows of a language, or of English, and those of all languages."""
    table = _table()
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in (lang if lang in table else "en", "und"):
        for role, value, phrases in table[name]:
            found[role] += [(phrase, value) for phrase in phrases.split(" | ")]
    return found


@functools.cache
def _table() -> dict[str, list[tuple[str, str, str]]]:
    path = importlib.resources.files("clusterlib") / "data" / "fact_words.csv"
    rows = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["lang"]].append((row["role"], row["value"], row["words"]))
    return dict(rows)


def _measures(units: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Add to the names of units those of larger ones, which locale data lack."""
    found = []
    for name, english in units:
        if len(name) < 3:
            continue
        found.append((name, english))
        for small, prefixes in LARGER.items():
            for large, international in zip(prefixes, LARGER["kilo"], strict=True):
                if small in name.lower() and english.startswith("kilowatt"):
                    larger = english.replace("kilo", international)
                    found.append((name.lower().replace(small, large), larger))
        if english == "tonnes" and name.isalpha():
            found += [(prefix + name.lower(), prefix[:4] + "tonnes") for prefix in ("mega", "kilo")]
            found += [("мега" + name.lower(), "megatonnes"), ("mega" + name.lower(), "megatonnes")]
    return found
