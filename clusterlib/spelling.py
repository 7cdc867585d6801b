"""Words: their dictionary forms, and those whose letters are of two alphabets.

Dictionaries are simplemma's, kept ready in the user's cache. Letters that look like those of
another alphabet are mended where that is clear; the word is as long as before, so that places stay.
"""

import functools
import itertools
import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import filelock
import platformdirs

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryFactory, DictionaryLookupStrategy

# Where simplemma's dictionary has another name.
DICTIONARY_NAMES = {"hr": "hbs", "sr": "hbs"}
# More than a corpus has languages, so that none is read twice.
DICTIONARIES = 64


@functools.cache
def lemma_of(word: str, lang: str) -> str:
    """Return the dictionary form of a word, or itself in lower case without a dictionary.

    >>> lemma_of("Speichern", "de"), lemma_of("batteries", "fr")
    ('Speicher', 'batterie')
    """
    name = DICTIONARY_NAMES.get(lang, lang)
    dictionary = _dictionary(name)
    return dictionary[0].lemmatize(word, name) if dictionary else word.lower()


@functools.cache
def is_listed(word: str, lang: str, without: bool = True) -> bool:
    """Tell whether a word is in the dictionary of its language; if none, ``without`` says it."""
    name = DICTIONARY_NAMES.get(lang, lang)
    if dictionary := _dictionary(name):
        forms = (word, word.lower())
        return any(dictionary[1].get_lemma(form, name) is not None for form in forms)
    return without


@functools.cache
def is_common(word: str, lang: str) -> bool:
    """Tell whether a word with a capital is in the dictionary with a small letter only: no name."""
    name = DICTIONARY_NAMES.get(lang, lang)
    dictionary = _dictionary(name)
    if not dictionary or not is_listed(word.lower(), lang):
        return False
    return dictionary[1].exact_lemma(word, name) is None


@functools.cache
def _dictionary(name: str) -> "tuple[Lemmatizer, DictionaryLookupStrategy] | None":
    """Return what finds dictionary forms in a language, and what looks words up, if there is one.

    Unpacking a dictionary takes up to a second in each process. As a trie on
    disk, which is built once, it is there at once.
    """
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
    from simplemma.strategies.dictionaries import DEFAULT_DICTIONARY_FACTORY
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
    from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

    if name not in SUPPORTED_LANGUAGES:
        return None
    folder = Path(platformdirs.user_cache_dir("clusterlib"), "dictionaries")
    folder /= metadata.version("simplemma")
    factory: DictionaryFactory = DEFAULT_DICTIONARY_FACTORY
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        # simplemma writes in place: others wait until the file is whole.
        with filelock.FileLock(folder / f"{name}.lock"):
            kept = TrieDictionaryFactory(DICTIONARIES, disk_cache_dir=str(folder))
            kept.get_dictionary(name)
            factory = kept
    words = DefaultStrategy(dictionary_factory=factory)
    return Lemmatizer(lemmatization_strategy=words), DictionaryLookupStrategy(factory)


LATIN, GREEK, CYRILLIC = "A-Za-zÀ-ÖØ-öø-ɏ", "Ͱ-Ͽἀ-῿", "Ѐ-ӿ"
# Letters that look alike, as Unicode's confusables (UTS 39) have them.
CYRILLIC_LATIN = (
    "АA ВB ЕE ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ЅS аa еe іi јj оo рp сc уy хx ѕs їï ёë ЇÏ ЁË"
)
GREEK_LATIN = (
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa ιi κk νv οo ρp ςs υu γy χx άá ίí όó ύú ϊï ϋü"
)
GREEK_CYRILLIC = "ΑА ΒВ ΓГ ΕЕ ΗН ΙІ ΚК ΜМ ΟО ΠП ΡР ΤТ ΥУ ΦФ ΧХ αа ιі κк οо ρр χх ϊї"
WORD = re.compile(f"[{LATIN}{GREEK}{CYRILLIC}]+")
OTHER = re.compile(f"[{GREEK}{CYRILLIC}]")
# A letter next to one of another alphabet; each begins with the set that is rarer, for speed.
LATIN_SEAM = re.compile(
    f"[{LATIN}](?:(?=[{GREEK}{CYRILLIC}])|(?<=[{GREEK}{CYRILLIC}].))", re.DOTALL
)
GREEK_SEAM = re.compile(f"[{GREEK}](?:(?=[{CYRILLIC}])|(?<=[{CYRILLIC}].))", re.DOTALL)
# A word between Cyrillic ones, all of whose Latin letters have a likeness there; with one letter
# it is a conjunction, a preposition or a verb, and no sign of a formula such as x or y.
BEFORE = re.compile(f"[{CYRILLIC}],? $")
ALONE = re.compile(f"(?:[aceioy]|[ABCEHKMOPTXaceiopxy][aceiopxy]+)(?= [«„]?[{CYRILLIC}])")
CYRILLIC_LANGS = frozenset(("bg", "ru", "sr", "uk"))
# The Greek articles of one letter, before a Greek word.
ARTICLE = re.compile(f"(?<![^\\s«(])[HOo](?= «?[{GREEK}])")
# Greek letters are signs in formulas and units (μPa), where Latin ones follow.
SHORTEST_GREEK = 3


class Mixed(NamedTuple):
    """A word of mixed letters, and what it is in one alphabet; empty if that is not clear."""

    start: int
    end: int
    text: str
    new: str


# What each letter looks like, by its alphabet and the other.
PAIRS = {"CL": CYRILLIC_LATIN, "GL": GREEK_LATIN, "GC": GREEK_CYRILLIC}
TABLES = {
    both[::way]: {pair[::way][0]: pair[::way][1] for pair in letters.split()}
    for both, letters in PAIRS.items()
    for way in (1, -1)
}


def _alphabet(letter: str) -> str:
    if letter < "Ͱ":
        return "L"
    return "C" if "Ѐ" <= letter <= "ӿ" else "G"


def find_mixed(text: str, lang: str = "und") -> list[Mixed]:
    """Find the words of a text whose letters are of more than one alphabet."""
    spans = _spans(text)
    words = [
        Mixed(start, end, text[start:end], _choose(readings, lang))
        for start, end in spans or ()
        if (readings := _readings(text[start:end], lang))
    ]
    return words if spans is None else sorted([*words, *_alone(text, lang, bool(words))])


@functools.lru_cache(maxsize=4)
def _spans(text: str) -> tuple[tuple[int, int], ...] | None:
    """Return where letters of two alphabets stand in one word; None for a text of Latin alone."""
    if text.isascii() or not OTHER.search(text):
        return None
    kinds = [LATIN_SEAM, GREEK_SEAM] if re.search(f"[{CYRILLIC}]", text) else [LATIN_SEAM]
    seams = itertools.chain.from_iterable(kind.finditer(text) for kind in kinds)
    spans: list[tuple[int, int]] = []
    end = 0
    for seam in sorted(match.start() for match in seams):
        if seam < end:
            continue
        start = seam
        while start > end and WORD.match(text[start - 1]):
            start -= 1
        end = next(WORD.finditer(text, start)).end()
        spans.append((start, end))
    return tuple(spans)


def _alone(text: str, lang: str, mixed: bool) -> Iterator[Mixed]:
    """Yield words of Latin letters alone that are Cyrillic ones by what stands around."""
    if lang.startswith("el"):
        for match in ARTICLE.finditer(text):
            yield Mixed(*match.span(), match[0], TABLES["LG"][match[0]])
    if lang.split("-")[0] not in CYRILLIC_LANGS:
        return
    for match in ALONE.finditer(text):
        if not BEFORE.search(text, max(0, match.start() - 3), match.start()):
            continue
        new = "".join(TABLES["LC"].get(letter, letter) for letter in match[0])
        # Elsewhere than in Ukrainian y is rather a sign than the preposition.
        sign = match[0] == "y" and not lang.startswith("uk")
        if (mixed or len(new) == 1) and not sign and is_listed(new, lang, without=False):
            yield Mixed(*match.span(), match[0], new)


def _readings(word: str, lang: str) -> list[str]:
    """Return what a word may be in one alphabet, if all its letters have a likeness there."""
    alphabets = [_alphabet(letter) for letter in word]
    seam = next(at for at, (a, b) in enumerate(itertools.pairwise(alphabets), 1) if a != b)
    # An acronym with an ending, or with a letter that is a sign.
    if seam > 1 and word[:seam].isupper() and word[seam].islower():
        return []
    article = lang.startswith("el") and alphabets == ["L", "G"]
    if "G" in alphabets and len(word) < SHORTEST_GREEK and not article:
        return []
    readings = []
    for one in sorted(set(alphabets)):
        letters = [
            letter if alphabet == one else TABLES[alphabet + one].get(letter, "")
            for letter, alphabet in zip(word, alphabets, strict=True)
        ]
        if all(letters) and (one != "G" or 2 * alphabets.count("G") >= len(word)):
            # Sigma has a form of its own at the end of a word, which alone looks like an s.
            readings.append(re.sub(r"ς(?=\w)", "σ", "".join(letters)))
    return readings


def _choose(readings: list[str], lang: str) -> str:
    """Return the only reading, or the only one in the dictionary; else nothing."""
    if len(readings) > 1:
        readings = [word for word in readings if is_listed(word, lang, without=False)]
    return readings[0] if len(readings) == 1 else ""


def mend(text: str, lang: str = "und") -> str:
    """Return a text with its mixed words mended where it is clear how; its length stays."""
    parts, position = [], 0
    for word in find_mixed(text, lang):
        parts += [text[position : word.start], word.new or word.text]
        position = word.end
    return "".join([*parts, text[position:]])
