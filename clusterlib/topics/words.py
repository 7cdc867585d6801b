"""The content words of passages: lemmas, names and phrases, with how they are written.

Dictionary forms are from simplemma's dictionaries, which are kept ready in the user's cache.
"""

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import pandas as pd
import platformdirs

from clusterlib import embed

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryFactory, DictionaryLookupStrategy

TOKEN = re.compile(r"[^\W\d_]+(?:[-‑·][^\W\d_]+)*")
# Between the words of a phrase stands a space; a sentence starts after one of these.
START = re.compile(r"""(?:^|[.!?:;…])["'»«“”„‘’)\]\s–-]*$""")
SHORTEST = 3
# A word of so many neutral sentences belongs to no subject.
COMMON = 4
# A phrase has two or three words and occurs at least so often in its language.
LONGEST_PHRASE, OFTEN = 3, 2
# Languages whose common nouns are written with a capital, too.
CAPITALS = {"de"}
# Where simplemma's dictionary has another name.
DICTIONARY_NAMES = {"hr": "hbs", "sr": "hbs"}
# More than a corpus has languages, so that none is read twice.
DICTIONARIES = 64


@dataclass(frozen=True)
class Word:
    """A content word where it stands: lemma, spelling, whether a name, place in the text."""

    lemma: str
    spelling: str
    name: bool
    start: int
    end: int


def table(passages: pd.DataFrame) -> pd.DataFrame:
    """List the terms of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang and text.

    Returns
    -------
    pandas.DataFrame
        One row a term of a passage: passage, lang, kind (term or name), term
        (its most frequent spelling in the language, lower case unless a name),
        words (how many it has) and count. A phrase is listed where it occurs
        twice in its language; its words are listed as well.
    """
    runs: dict[str, list[tuple[str, tuple[Word, ...]]]] = defaultdict(list)
    langs = embed.languages(passages)
    for passage, lang, text in zip(passages["passage"], langs, passages["text"], strict=True):
        words = list(content(text, str(lang)))
        runs[str(lang)] += [(passage, (word,)) for word in words]
        runs[str(lang)] += [(passage, phrase) for phrase in _phrases(words, text)]
    parts = [_counted(lang, runs[lang]) for lang in sorted(runs)]
    columns = ["passage", "lang", "kind", "term", "words", "count"]
    return pd.concat([pd.DataFrame(columns=columns), *parts], ignore_index=True)


def content(text: str, lang: str) -> Iterator[Word]:
    """Yield the content words of a text: no stop words, no numbers, nothing of two letters.

    >>> [word.lemma for word in content("Les batteries de Bilbao avancent.", "fr")]
    ['batterie', 'Bilbao', 'avancer']
    """
    for match in TOKEN.finditer(text):
        spelling = match.group()
        if len(spelling) < SHORTEST or spelling.lower() in stop_words(lang):
            continue
        name = _is_name(spelling, text[: match.start()], lang)
        lemma = spelling if name else lemma_of(spelling, lang)
        if lemma.lower() not in stop_words(lang):
            yield Word(lemma, spelling, name, match.start(), match.end())


def _is_name(spelling: str, before: str, lang: str) -> bool:
    """Tell a name by its capitals; where those say nothing, by not being in the dictionary."""
    if spelling[1:] != spelling[1:].lower() and "-" not in spelling:
        return True
    if not spelling[0].isupper():
        return False
    if lang in CAPITALS or START.search(before[-12:]):
        return not is_listed(spelling, lang)
    return True


def _phrases(words: list[Word], text: str) -> Iterator[tuple[Word, ...]]:
    """Yield the runs of two or three content words, names aside, with only a space between."""
    for length in range(2, LONGEST_PHRASE + 1):
        for first in range(len(words) - length + 1):
            run = tuple(words[first : first + length])
            gaps = [text[a.end : b.start] for a, b in itertools.pairwise(run)]
            if not any(word.name for word in run) and all(gap == " " for gap in gaps):
                yield run


def _counted(lang: str, runs: list[tuple[str, tuple[Word, ...]]]) -> pd.DataFrame:
    """Count the terms of one language by passage, each under its most frequent spelling."""
    spellings: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    names: set[tuple[str, ...]] = set()
    for passage, run in runs:
        key = tuple(word.lemma for word in run)
        written = " ".join(word.spelling for word in run)
        if run[0].name:
            names.add(key)
        spellings[key][written if run[0].name else written.lower()] += 1
        counts[passage, key] += 1
    best = {key: min(seen, key=lambda form: (-seen[form], form)) for key, seen in spellings.items()}
    rows = [
        (passage, lang, "name" if key in names else "term", best[key], len(key), count)
        for (passage, key), count in counts.items()
        if len(key) == 1 or sum(spellings[key].values()) >= OFTEN
    ]
    columns = ["passage", "lang", "kind", "term", "words", "count"]
    return pd.DataFrame(rows, columns=columns)


@functools.cache
def stop_words(lang: str) -> frozenset[str]:
    """Return words of a language that belong to no subject.

    Parameters
    ----------
    lang : str
        Primary language.

    Returns
    -------
    frozenset of str
        The list of stopwords-iso, and the words of four or more of the
        calibration sentences, which has two languages more.
    """
    import stopwordsiso

    listed = "no" if lang == "nb" else lang
    words = set(stopwordsiso.stopwords(listed)) if stopwordsiso.has_lang(listed) else set()
    table = embed.calibration()
    seen: Counter[str] = Counter()
    for text in table.loc[table["lang"] == lang, "text"]:
        seen.update({match.lower() for match in TOKEN.findall(text)})
    return frozenset(words | {word for word, count in seen.items() if count >= COMMON})


@functools.cache
def lemma_of(word: str, lang: str) -> str:
    """Return the dictionary form of a word, or itself in lower case without a dictionary.

    >>> lemma_of("Speichern", "de"), lemma_of("batteries", "fr")
    ('Speicher', 'batterie')
    """
    dictionary = _dictionary(lang)
    if not dictionary:
        return word.lower()
    return dictionary[0].lemmatize(word, DICTIONARY_NAMES.get(lang, lang))


@functools.cache
def is_listed(word: str, lang: str) -> bool:
    """Tell whether a word is in the dictionary of its language; without one, all are.

    >>> is_listed("Netze", "de"), is_listed("Statkraft", "nb"), is_listed("anything", "xx")
    (True, False, True)
    """
    dictionary, name = _dictionary(lang), DICTIONARY_NAMES.get(lang, lang)
    if not dictionary:
        return True
    return any(dictionary[1].get_lemma(form, name) is not None for form in (word, word.lower()))


@functools.cache
def _dictionary(lang: str) -> "tuple[Lemmatizer, DictionaryLookupStrategy] | None":
    """Return what finds dictionary forms in a language, and what looks words up, if there is one.

    Unpacking a dictionary takes up to a second in each process. As a trie on
    disk, which is built once, it is there at once.
    """
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
    from simplemma.strategies.dictionaries import DEFAULT_DICTIONARY_FACTORY
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
    from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

    name = DICTIONARY_NAMES.get(lang, lang)
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
