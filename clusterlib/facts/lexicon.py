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
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from babel import Locale
from babel.numbers import format_compact_decimal, get_currency_name, get_currency_symbol
from babel.units import UnknownUnitError, format_unit

from clusterlib.inputs import read_data
from clusterlib.load.languages import SHARED, locale_of
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


def spell_out(tokens: Sequence[Token], role: str) -> tuple[str, ...]:
    """Return the words of tokens as phrases of a role have them."""
    return tuple(token.text if role in EXACT else token.low for token in tokens)


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
# The words of a phrase, and its value.
Phrase = tuple[tuple[str, ...], str]


class Lexicon:
    """All phrases of a language by role, its numerals and its decimal sign."""

    def __init__(self, lang: str) -> None:
        primary = lang.split("-")[0].lower()
        self.lang = SHARED.get(primary, primary)
        name = SHARED.get(primary, lang)
        locale = locale_of(name) or locale_of(name.split("-")[0]) or Locale("en")
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
        self.numerals = {fold(word): Decimal(value) for word, value in entries["number"]}
        self.ones = {fold(word) for word, _ in entries["one"]}
        # What a compound numeral may be made of; what stands between its parts has no value.
        self.parts: dict[str, Decimal | None] = {
            **{fold(word): None for word, _ in entries["inner"]},
            **dict.fromkeys(self.ones, Decimal(1)),
            **self.numerals,
        }
        # By first word, and by stem, what is of each role.
        self._phrases: dict[str, dict[str, list[Phrase]]] = defaultdict(dict)
        self._stems: dict[str, dict[str, str]] = defaultdict(dict)
        for role, rows in entries.items():
            self._add(role, rows)
        self._options: dict[str, dict[str, list[Phrase]]] = {}

    def _add(self, role: str, rows: list[tuple[str, str]]) -> None:
        phrases: dict[tuple[str, ...], str] = {}
        for phrase, value in rows:
            if phrase.endswith("*"):
                self._stems[fold(phrase[:-1])][role] = value
                continue
            # An article such as "d'" is only seen as one before a word.
            tokens = tokenize(phrase + "x")[:-1] if phrase.endswith("'") else tokenize(phrase)
            if tokens:
                phrases.setdefault(spell_out(tokens, role), value)
        for words, value in sorted(phrases.items(), key=lambda pair: (-len(pair[0]), pair)):
            self._phrases[fold(words[0])].setdefault(role, []).append((words, value))

    def options(self, word: str) -> dict[str, list[Phrase]]:
        """Return by role the phrases that may begin with a word, the longest first."""
        if word not in self._options:
            options = {role: [*phrases] for role, phrases in self._phrases.get(word, {}).items()}
            by_stem: dict[str, str] = {}
            # The longest stem counts.
            for length in range(max(SHORTEST_STEM, len(word) - ENDING), len(word) + 1):
                by_stem |= self._stems.get(word[:length], {})
            for role, value in by_stem.items():
                options.setdefault(role, []).append(((word,), value))
            self._options[word] = options
        return self._options[word]

    def find(self, role: str, word: str) -> str | None:
        """Return the value of a word by itself, or None if it has no such role."""
        phrases = self.options(word).get(role, ())
        return next((value for words, value in phrases if len(words) == 1), None)


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
        self.options = [lexicon.options(token.low) for token in self]

    def match(self, place: int, *roles: str) -> tuple[int, str] | None:
        """Return the place after the longest phrase here, of the first role that has one.

        With it comes the value of the phrase; where there is none, None.
        """
        for role in roles:
            for words, value in self.options[place].get(role, ()):
                end = place + len(words)
                if words == spell_out(self[place:end], role):
                    return end, value
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
        options = self.options[place]
        return any(len(words) == 1 for role in roles for words, _ in options.get(role, ()))


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
