"""The tokens of a text, and the lexicon of its language: the words that facts are written with.

`tokenize` cuts a text into words, numbers and signs, each with its place; `Tokens` are those with
what the lexicon says of them. A `Fact` says which of them spell it, and `select_longest` chooses
among readings of the same words.

`data/fact_words.csv` has a row for each language, role and value: numerals, hedges, words of
ranges, ordinals, common nouns with their English, and so on. A word that ends in ``*`` stands
for all that begin with it; newer rows have a source. Unicode's locale data add the names of
months, scales, currencies and units.
"""

import bisect
import functools
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal, get_currency_name, get_currency_symbol
from babel.units import UnknownUnitError, format_unit

from clusterlib.cells import read_data
from clusterlib.load.languages import SHARED
from clusterlib.load.lines import month_names

LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
# Articles and prepositions that French and Italian join to the next word.
ELISION = r"(?:[cdjlmnst]|qu|jusqu|dell|nell|all|dall|sull|un)['’]"
SPACES = " \u00a0\u2009\u202f"
DASHES = "-–—−‐‑"
NUMBER = (
    rf"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}}){{1,4}}(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,:/'’‐‑–—−-][0-9]+)*"
)
# An address of the web or of mail is one sign: what stands in it is no word and no date.
ADDRESS = (
    r"(?:https?://|www\.)\S*[\w/]|[\w.+-]{1,64}@[\w.-]*\w"
    r"|(?:[\w-]{1,63}\.){1,4}[a-z]{2,}/(?=\S{0,200}\d)\S*[\w/]"
)
PLAIN = (
    rf"(?P<number>{NUMBER})|(?P<word>(?<!°){ELISION}(?={LETTER})"
    rf"|{LETTER}+(?:['’‐‑·_-]{LETTER}+)*(?:-(?=\s))?)|(?P<sign>\S)"
)
TOKEN = re.compile(PLAIN, re.IGNORECASE)
WITH_ADDRESSES = re.compile(rf"(?P<address>(?<!\w)(?:{ADDRESS}))|{PLAIN}", re.IGNORECASE)
# One apostrophe and one hyphen; the dot that folding leaves above the Turkish capital I.
SAME = str.maketrans({"’": "'", "‑": "-", "\u0307": None})
STOPS = frozenset(".!?:…")
QUOTES = frozenset("\"'“”„«»‘’‹›([-–—*•")
# A line of a wrapped paragraph is at least so long; shorter ones are labels or rows.
WRAPPED = 50


class Token(NamedTuple):
    """A word, a number or a sign: its place, how it is written, and what stands before it."""

    start: int
    end: int
    kind: str
    text: str
    low: str
    spaced: bool
    line: bool
    first: bool


class Fact(NamedTuple):
    """What a text says, and the tokens (``start`` up to ``end``) that say it."""

    kind: str
    value: str
    start: int
    end: int
    value_end: str = ""
    unit: str = ""
    unit_english: str = ""
    hedge: str = ""


def fold(text: str) -> str:
    """Fold a word for comparison: composed, without case, with one kind of apostrophe."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).casefold().translate(SAME)


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens.

    ``line`` tells that a token opens a line of its own (not one of a wrapped paragraph),
    ``first`` that a sentence or a quotation opens with it.
    """
    tokens: list[Token] = []
    position, opening, first = 0, 0, True
    addressed = any(sign in text for sign in ("/", "@", "www.", "WWW."))
    for match in (WITH_ADDRESSES if addressed else TOKEN).finditer(text):
        start, end = match.span()
        gap = text[position:start]
        breaks = gap.count("\n") + gap.count("\r") - gap.count("\r\n")
        # A single break may wrap a paragraph, if the line before it is long.
        line = position == 0 or breaks > 1 or (breaks == 1 and position - opening < WRAPPED)
        if "\n" in gap:
            opening = start
        kind, word = str(match.lastgroup), match[0]
        first = first or line
        tokens.append(Token(start, end, kind, word, fold(word), bool(gap), line, first))
        first = word in STOPS or (first and word in QUOTES)
        position = end
    return tokens


def spell(tokens: Sequence[Token]) -> str:
    """Write tokens as they stand, with single spaces."""
    return "".join(" " * token.spaced + token.text for token in tokens).removeprefix(" ")


def select_longest(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return which spans to keep so that none overlap: the longest, of equals the first."""
    kept: list[tuple[int, int, int]] = []
    order = sorted(range(len(spans)), key=lambda index: (spans[index][0] - spans[index][1], index))
    for index in order:
        start, end = spans[index]
        place = bisect.bisect(kept, (start,))
        before = kept[place - 1][1] if place else start
        after = kept[place][0] if place < len(kept) else end
        if before <= start and end <= after:
            kept.insert(place, (start, end, index))
    return [index for _, _, index in kept]


# A stem may be followed by so many letters of an ending.
ENDING = 7
SHORTEST_STEM = 3
SHORTEST_PART = 4
LONGEST_PHRASE = 4
# Roles whose words are endings: of adjectives; of words that are always verbs; of the dictionary
# form of verbs, of their forms, and of plural nouns that look like them; of all plural nouns; of
# the definite plural, and of who does what a verb says; of nouns of which there is one.
ENDINGS = tuple(
    "adjend verbend infinitive formend pluralend plural definite agent singular".split()
)
# Roles whose phrases are written with these very letters.
EXACT = frozenset(("unit", "symbol"))
# Numbers that between them take every plural form.
SAMPLES = (1, 2, 3, 5, 6, 8, 21, 100, 1.5)
SCALES = tuple(10**power for power in (3, 6, 9, 12))
BLANK = Token(0, 0, "end", "\n", "\n", spaced=True, line=True, first=True)
# No reading looks further than so many tokens past the end.
MOST_BLANK = 16

Width = Literal["long", "short"]


def _stems(word: str) -> list[str]:
    """Return what may be the stem of a word, the longest first."""
    lengths = range(len(word), max(SHORTEST_STEM, len(word) - ENDING) - 1, -1)
    return [word[:length] for length in lengths]


class PhraseTable:
    """Phrases of one role, found at a token: the longest that begins there."""

    def __init__(self, entries: Iterable[tuple[str, str]], exact: bool = False) -> None:
        self.exact = exact
        self.stems: dict[str, str] = {}
        options: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        for phrase, value in entries:
            if phrase.endswith("*"):
                self.stems[fold(phrase[:-1])] = value
            elif words := self._split(phrase):
                options[fold(words[0])].setdefault(words, value)
        self.table = {
            first: sorted(phrases.items(), key=lambda option: (-len(option[0]), option))
            for first, phrases in options.items()
        }

    def _split(self, phrase: str) -> tuple[str, ...]:
        # An article such as "d'" is only seen as one before a word.
        tokens = tokenize(phrase + "x")[:-1] if phrase.endswith("'") else tokenize(phrase)
        return self._words(tokens)

    def _words(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        return tuple(token.text if self.exact else token.low for token in tokens)

    def match(self, tokens: Sequence[Token], place: int) -> tuple[int, str] | None:
        """Return the place after the longest phrase that begins at a place, and its value."""
        for words, value in self.table.get(tokens[place].low, ()):
            end = place + len(words)
            if words == self._words(tokens[place:end]):
                return end, value
        value_of_stem = self.find_stem(tokens[place].low) if tokens[place].kind == "word" else None
        return None if value_of_stem is None else (place + 1, value_of_stem)

    def find_stem(self, word: str) -> str | None:
        """Return the value of the longest stem that a word begins with."""
        if not self.stems:
            return None
        return next((self.stems[stem] for stem in _stems(word) if stem in self.stems), None)

    def find_word(self, word: str) -> str | None:
        """Return the value of a word by itself."""
        for words, value in self.table.get(word, ()):
            if len(words) == 1:
                return value
        return self.find_stem(word)

    def find_last_part(self, word: str) -> str | None:
        """Return the value of the longest part that a compound word ends with."""
        parts = (word[start:] for start in range(2, len(word) - SHORTEST_PART + 1))
        return next((value for part in parts if (value := self.find_word(part)) is not None), None)


class Lexicon:
    """All phrases of a language by role, its numerals and its decimal sign."""

    def __init__(self, lang: str) -> None:
        primary = lang.split("-")[0].lower()
        self.lang = SHARED.get(primary, primary)
        locale = _locale(SHARED.get(primary, lang))
        self.decimal = str(locale.number_symbols.get("latn", {}).get("decimal", "."))
        entries = _entries(self.lang)
        names = entries.pop("localecurrency"), entries.pop("localeunit")
        for role, phrase, value in _locale_entries(locale, *names):
            entries[role].append((phrase, value))
        if self.lang == "sr":
            for role in entries:
                entries[role] += [(latin(phrase), value) for phrase, value in entries[role]]
        self.endings = {
            role: tuple(ending for ending, _ in entries.pop(role, [])) for role in ENDINGS
        }
        # Where nothing is said of the forms of verbs, any may be one.
        self.endings["formend"] = self.endings["formend"] or ("",)
        self.tables = {role: PhraseTable(rows, role in EXACT) for role, rows in entries.items()}
        self.numerals = {fold(word): Decimal(value) for word, value in entries["number"]}
        self.ones = {fold(word) for word, _ in entries["one"]}
        # What a compound numeral may be made of; what stands between its parts has no value.
        self.parts: dict[str, Decimal | None] = {
            **{fold(word): None for word, _ in entries["inner"]},
            **dict.fromkeys(self.ones, Decimal(1)),
            **self.numerals,
        }
        self._roles: dict[str, frozenset[str]] = {}
        self._roles_of_openings: dict[str, set[str]] = defaultdict(set)
        for role, phrases in self.tables.items():
            for opening in (*phrases.table, *(f"{stem}*" for stem in phrases.stems)):
                self._roles_of_openings[opening].add(role)

    def has(self, role: str, word: str) -> bool:
        """Tell whether a word by itself has a role."""
        return role in self.tables and self.tables[role].find_word(word) is not None

    def roles_of(self, word: str) -> frozenset[str]:
        """Return the roles of the phrases that may begin with a word."""
        if word not in self._roles:
            openings = (word, *(f"{stem}*" for stem in _stems(word)))
            roles = (self._roles_of_openings.get(opening, ()) for opening in openings)
            self._roles[word] = frozenset(itertools.chain.from_iterable(roles))
        return self._roles[word]


class Tokens(list[Token]):
    """The tokens of a text with the lexicon of its language.

    Blank tokens follow the last one, so that a place past the end, or before the first, can be
    looked at like any other; ``size`` counts the others.
    """

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        super().__init__([*tokens, *[BLANK] * MOST_BLANK])
        self.size = len(tokens)
        self.lexicon = lexicon
        self.lang = lexicon.lang
        self.roles = [lexicon.roles_of(token.low) for token in self]

    def match(self, place: int, *roles: str) -> tuple[int, str] | None:
        """Return the place after the longest phrase here, of the first role that has one.

        With it comes the value of the phrase; where there is none, None.
        """
        for role in roles:
            if role in self.roles[place]:
                match = self.lexicon.tables[role].match(self, place)
                if match:
                    return match
        return None

    def skip(self, place: int, *roles: str) -> int:
        """Return the place after a phrase, or the same place if none is here."""
        match = self.match(place, *roles)
        return match[0] if match else place

    def skip_link(self, place: int, *roles: str) -> int | None:
        """Return the place after the dash or word that leads to the end of a range, or None."""
        if self[place].text in DASHES:
            return place + 1
        link = self.match(place, "to", *roles)
        return link[0] if link else None

    def match_before(self, place: int, role: str) -> int | None:
        """Return where a phrase of a role begins that ends before a place, or None."""
        for start in range(max(0, place - LONGEST_PHRASE), place):
            match = self.match(start, role)
            if match and match[0] == place:
                return start
        return None

    def has(self, place: int, *roles: str) -> bool:
        """Tell whether the word at a place has one of these roles by itself."""
        for role in roles:
            if role in self.roles[place] and self.lexicon.has(role, self[place].low):
                return True
        return False


@functools.lru_cache(maxsize=64)
def load_lexicon(lang: str) -> Lexicon:
    """Return the lexicon of a language; of one without a table, English."""
    return Lexicon(lang)


@functools.cache
def _latin() -> dict[str, str]:
    return {row["letter"]: row["serbian"] for row in read_data("latin") if row["serbian"]}


def latin(text: str) -> str:
    """Write Serbian in Latin letters."""
    return "".join(
        _latin().get(char, _latin().get(char.lower(), char).capitalize()) for char in text
    )


def _entries(lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return the phrases and values of a language, or of English, and of all languages, by role."""
    rows = read_data("fact_words")
    entries: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in (lang if any(row["lang"] == lang for row in rows) else "en", "und"):
        for row in rows:
            if row["lang"] == name:
                words = row["words"].split(" | ")
                entries[row["role"]] += [(phrase, row["value"]) for phrase in words]
    return entries


def _locale(lang: str) -> Locale:
    for tag in (lang, lang.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def _locale_entries(
    locale: Locale, currencies: list[tuple[str, str]], units: list[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield role, phrase and value of what Unicode's locale data say of a language."""
    for name, month in month_names(locale):
        yield "month", name, str(month)
    yield from _scales(locale)
    for form in _unit_forms("concentr-percent", locale, "long"):
        yield "percent", form, "%"
    for code, _ in currencies:
        yield from _currency(code, locale)
    for unit, english in units:
        for form in _unit_forms(unit, locale, "long", "short"):
            if len(form) > 2:
                yield "measure", form, english


def _scales(locale: Locale) -> Iterator[tuple[str, str, str]]:
    """Yield words such as million and Mio., with what they multiply by."""
    widths: tuple[Width, ...] = ("long", "short")
    samples = itertools.product(SCALES, (1, 2, 5, 21), widths)
    for scale, sample, width in samples:
        if width not in locale.compact_decimal_formats:
            continue
        number = format_compact_decimal(sample * scale, format_type=width, locale=locale)
        digits = "".join(char for char in number if char.isdigit())
        word = number.replace(digits, "").strip(" \u00a0\u200f")
        if digits and len(word) > 1 and (sample * scale) % int(digits) == 0:
            yield "scale", word, str(sample * scale // int(digits))


def _currency(code: str, locale: Locale) -> Iterator[tuple[str, str, str]]:
    for sample in (1, 2, 5, 1.5):
        yield "currency", get_currency_name(code, count=sample, locale=locale), code
    symbol = get_currency_symbol(code, locale=locale)
    if any(char.isalpha() for char in symbol):
        yield "currency", symbol, code


def _unit_forms(unit: str, locale: Locale, *widths: Width) -> Iterator[str]:
    for width, sample in itertools.product(widths, SAMPLES):
        try:
            form = format_unit(sample, unit, length=width, locale=locale)
        except UnknownUnitError:
            return
        yield form.strip("0123456789.,٫ \u00a0\u202f")
