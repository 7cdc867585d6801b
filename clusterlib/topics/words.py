"""The content words of passages: lemmas, names and phrases, and which set a topic apart."""

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, schema
from clusterlib.spelling import is_listed, lemma_of

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


# Terms listed for each topic, language and kind.
LISTED = 8
# A topic that has less of a language than this has no terms in it.
LEAST = 1.5
# Weight of what is known of a language before looking, in words.
PRIOR = 50.0


def rank(passages: pd.DataFrame, weights: pd.DataFrame, stop: Stop = None) -> pd.DataFrame:
    """Rank the terms of each topic in each language: topic, lang, kind, term, weight and rank.

    The weight says how many standard errors a term is more frequent in the topic than elsewhere in
    its language, the calibration sentences included: the log-odds ratio with an informative prior
    (Monroe, Colaresi and Quinn, 2008). A term within another that ranks higher is left out.
    """
    wide = weights.pivot(index="passage", columns="topic", values="weight")
    rows = []
    for lang, part in table(passages, stop).groupby("lang", sort=True):
        present = wide.columns[wide.loc[part["passage"].unique()].sum() >= LEAST]
        if len(present):
            counts, inside = _count(part, wide[present], str(lang))
            rows += [
                (topic, str(lang), *term)
                for topic in present
                for term in _choose(counts, inside[topic].to_numpy())
            ]
    columns = ["topic", "lang", "kind", "term", "weight", "rank"]
    kinds = dict.fromkeys(columns[:4], "str") | {"weight": "float64", "rank": "int64"}
    terms = pd.DataFrame(rows, columns=columns).astype(kinds)
    return terms.sort_values(["topic", "lang", "kind", "rank"], ignore_index=True)


def _count(
    part: pd.DataFrame, weights: pd.DataFrame, lang: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the terms of one language: all, in neutral sentences, and inside each topic.

    Longer terms come first, since of equal ones they are chosen.
    """
    keys = [part[key].to_numpy() for key in ("kind", "term", "words")]
    inside = weights.loc[part["passage"]].mul(part["count"].to_numpy(float), axis=0)
    inside = inside.groupby(keys).sum()
    table = part["count"].groupby(keys).sum().rename_axis(["kind", "term", "words"]).reset_index()
    table["neutral"] = table["term"].map(_neutral(lang)).fillna(0)
    order = table.sort_values(["words", "term"], ascending=[False, True], kind="stable").index
    return table.loc[order], inside.iloc[order]


def _choose(
    table: pd.DataFrame, inside: NDArray[np.float64]
) -> Iterator[tuple[str, str, float, int]]:
    """Score the terms of one language for one topic; yield kind, term, weight and rank."""
    outside = table["count"].to_numpy(float) - inside + table["neutral"].to_numpy(float)
    prior = PRIOR * (inside + outside) / (inside + outside).sum()
    # Of a single term there is no other to hold it against.
    odds = [
        np.log((part + prior) / np.maximum(part.sum() + PRIOR - part - prior, 1e-9))
        for part in (inside, outside)
    ]
    error = np.sqrt(1 / (inside + prior) + 1 / (outside + prior))
    weight = np.round((odds[0] - odds[1]) / error, 2)
    order = np.argsort(-weight, kind="stable")
    order = order[(weight[order] > 0) & (inside[order] >= 0.5)]
    kinds, listed = table["kind"].to_numpy(object)[order], table["term"].to_numpy(object)[order]
    for kind in ("term", "name"):
        # None is a part of another that is chosen.
        rank, seen = 0, set[str]()
        for place in np.flatnonzero(kinds == kind):
            parts = set(listed[place].split())
            if rank < LISTED and not parts & seen:
                rank, seen = rank + 1, seen | parts
                yield kind, listed[place], float(weight[order[place]]), rank


@functools.cache
def _neutral(lang: str) -> dict[str, int]:
    """Return how often each term occurs in the calibration sentences of a language."""
    sentences = embed.calibration().query("lang == @lang")
    if sentences.empty:
        return {}
    counted = table(sentences).groupby("term")["count"].sum()
    return {str(term): int(count) for term, count in counted.items()}
