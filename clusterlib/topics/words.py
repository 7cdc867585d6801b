"""The content words of passages: lemmas, names and phrases, with how they are written."""

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from clusterlib import embed, schema
from clusterlib.dictionary import is_listed, lemma_of

TOKEN = re.compile(r"[^\W\d_]+(?:[-‑·][^\W\d_]+)*")
# Between the words of a phrase stands a space; a sentence starts after one of these.
START = re.compile(r"""(?:^|[.!?:;…])["'»«“”„‘’)\]\s–-]*$""")
SHORTEST = 3
# A word of so many neutral sentences belongs to no subject.
COMMON = 4
# A phrase has two or three words and occurs at least so often in its language.
LONGEST_PHRASE, OFTEN = 3, 2
# Words that a reader wants in no label: of all languages, or a table that names the language.
Stop = Iterable[str] | pd.DataFrame | None
# Languages whose common nouns are written with a capital, too.
CAPITALS = {"de"}


@dataclass(frozen=True)
class Word:
    """A content word where it stands: lemma, spelling, whether a name, place in the text."""

    lemma: str
    spelling: str
    name: bool
    start: int
    end: int


def table(passages: pd.DataFrame, stop: Stop = None) -> pd.DataFrame:
    """List the terms of passages: passage, lang, kind (term or name), term, words and count.

    A term has its most frequent spelling in the language, lower case unless a name, and so many
    words. A phrase is listed where it occurs twice in its language, and its words as well.
    """
    langs = pd.Series(embed.languages(passages), passages.index)
    parts = [
        _table(
            str(lang),
            tuple(rows["passage"]),
            tuple(rows["text"]),
            readers_stop_words(stop, str(lang)),
        )
        for lang, rows in passages.groupby(langs)
    ]
    columns = ["passage", "lang", "kind", "term", "words", "count"]
    return pd.concat([pd.DataFrame(columns=columns), *parts], ignore_index=True)


# Topics, themes and the English of their terms ask for the words of the same passages.
@functools.lru_cache(maxsize=64)
def _table(
    lang: str, passages: tuple[str, ...], texts: tuple[str, ...], unwanted: frozenset[str]
) -> pd.DataFrame:
    """List the terms of passages in one language."""
    runs: list[tuple[str, tuple[Word, ...]]] = []
    for passage, text in zip(passages, texts, strict=True):
        words = [
            word
            for word in content(text, lang)
            if not {word.lemma.lower(), word.spelling.lower()} & unwanted
        ]
        runs += [(passage, (word,)) for word in words]
        runs += [(passage, phrase) for phrase in _phrases(words, text)]
    return _counted(lang, runs)


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


def check_stop(stop: Stop) -> Stop:
    """Return a reader's own stop words as they may be read more than once; refuse one string."""
    if isinstance(stop, str):
        raise ValueError(f"stop={stop!r} is one string; give a list of words, such as [{stop!r}]")
    if isinstance(stop, pd.DataFrame):
        return schema.check(stop, "stop words")
    return None if stop is None else list(stop)


def readers_stop_words(stop: Stop, lang: str) -> frozenset[str]:
    """Return a reader's own stop words for a language, in lower case, with their lemmas.

    >>> sorted(readers_stop_words(["Batteries"], "en"))
    ['batteries', 'battery']
    """
    if isinstance(stop, pd.DataFrame):
        stop = stop.loc[stop["lang"] == lang, "word"]
    listed = {str(word).strip() for word in ([] if stop is None else stop)}
    lemmas = {lemma_of(form, lang).lower() for word in listed for form in (word, word.lower())}
    return frozenset({word.lower() for word in listed} | lemmas)


@functools.cache
def stop_words(lang: str) -> frozenset[str]:
    """Return words of a primary language that belong to no subject.

    They are those of stopwords-iso, and the words of four or more of the calibration sentences,
    which have two languages more.
    """
    import stopwordsiso

    listed = "no" if lang == "nb" else lang
    words = set(stopwordsiso.stopwords(listed)) if stopwordsiso.has_lang(listed) else set()
    table = embed.calibration()
    seen: Counter[str] = Counter()
    for text in table.loc[table["lang"] == lang, "text"]:
        seen.update({match.lower() for match in TOKEN.findall(text)})
    return frozenset(words | {word for word, count in seen.items() if count >= COMMON})
