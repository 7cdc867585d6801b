"""English beside the terms of other languages, with how sure it is."""

import functools
import unicodedata
from collections import defaultdict

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from threadpoolctl import threadpool_limits

from clusterlib import embed
from clusterlib.inputs import read_data
from clusterlib.spelling import lemma_of
from clusterlib.topics import words

# Of two candidates whose cosines differ by this much, the nearer is e times likelier.
TEMPERATURE = 0.025
# Sharing passages counts as much as this difference of cosine.
TOGETHER = 0.1
# What likeness of spelling alone adds to a cosine, as words that do not translate each other show,
# and how much more counts against short words that begin alike (bush, bus).
SPELLING, BEGINNING, SHORT = 0.15, 0.1, 4
# With less confidence there is no English.
GUESS = 0.1


def gloss(
    terms: pd.DataFrame, passages: pd.DataFrame, encoder: embed.Encoder | None = None
) -> pd.DataFrame:
    """Set English beside terms, as `clusterlib.topics.words.rank` returns them, with confidence.

    Where a term's passages have a translation, it is the word or phrase of these that lies nearest
    to the term and shares its passages; otherwise the nearest of some 1,800 English words, of which
    those that are spelled alike lie nearer than their meaning makes them, which is taken off.
    Confidence, from 0 to 1, is the share of the choice in the likeness of all candidates; under 0.1
    there is no English. Names without a translation stay as they are, with confidence 0.
    """
    lexicon = _Lexicon(terms, passages, encoder)
    pairs = terms[["lang", "kind", "term"]].drop_duplicates()
    # Threads would cost more than these small products.
    with threadpool_limits(1):
        translated = [lexicon.translate(*pair) for pair in pairs.itertuples(index=False)]
    glosses = pairs.assign(
        **pd.DataFrame(translated, columns=["english", "confidence"], index=pairs.index)
    )
    glosses = glosses.astype({"english": "str", "confidence": float})
    return terms.merge(glosses, on=["lang", "kind", "term"], how="left")


def spelled_alike(term: str, others: tuple[str, ...]) -> NDArray[np.float64]:
    """Return how much nearer words lie to a term than their meaning makes them, by their spelling.

    >>> spelled_alike("fer", ("iron", "ferry")).round(2).tolist()
    [0.0, 0.18]
    """
    letters, (spellings, columns, having) = _letters(term), _spellings(others)
    parts = set(_parts(f"<{letters}>"))
    shared = having[:, [columns[part] for part in parts & columns.keys()]].sum(axis=1)
    dice = 2 * shared / np.maximum(len(parts) + having.sum(axis=1), 1)
    shorter = np.minimum(np.strings.str_len(spellings), len(letters))
    short = (np.strings.slice(spellings, 3) == letters[:3]) & (spellings != letters)
    return np.asarray(SPELLING * dice + BEGINNING * (short & (shorter >= 3) & (shorter <= SHORT)))


# The pairs and triples of letters of a word.
PARTS = CountVectorizer(analyzer="char", ngram_range=(2, 3), lowercase=False, binary=True)
_parts = PARTS.build_analyzer()


@functools.lru_cache(maxsize=2)
def _spellings(words: tuple[str, ...]) -> tuple[NDArray[np.str_], dict[str, int], csc_array]:
    """Return words as their letters, a column for each part, and which word has which part."""
    letters, counter = [_letters(word) for word in words], clone(PARTS)
    having = counter.fit_transform(f"<{word}>" for word in letters)
    return np.array(letters, str), counter.vocabulary_, csc_array(having)


def _letters(word: str) -> str:
    """Return the letters of a word, small and without accents."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKD", word.lower())))


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Return the English words that a term is matched with where no translation exists."""
    return tuple(row["word"] for row in read_data("english_words"))


@functools.cache
def _general_words() -> frozenset[str]:
    return frozenset(row["word"] for row in read_data("english_words") if row["general"])


def is_general(term: str) -> bool:
    """Tell whether an English term names no subject, such as "various" or "successes"."""
    return not _general_words().isdisjoint({term.lower(), lemma_of(term.lower(), "en")})


class _Lexicon:
    """Candidates for each term, and the vectors of all terms and candidates."""

    def __init__(
        self, terms: pd.DataFrame, passages: pd.DataFrame, encoder: embed.Encoder | None
    ) -> None:
        langs = dict(zip(passages["passage"], embed.languages(passages), strict=True))
        self.occurrences = words.table(passages)
        self.sizes = self.occurrences.groupby("passage")["lang"].first().value_counts()
        if "english" in passages:
            translated = passages[passages["english"].fillna("").str.strip() != ""]
        else:
            translated = passages.iloc[:0].assign(english="")
        texts = translated.assign(text=translated["english"], lang="en")
        self.english = words.table(texts).assign(
            source=lambda table: table["passage"].map(langs).astype("str")
        )
        self.translated = set(self.english["source"])
        read = self.occurrences[self.occurrences["lang"].isin(self.translated)]
        self.places = _sets(read, "lang", "term", "passage")
        self.places_in_english = _sets(self.english, "source", "term", "passage")
        self.english_of = _sets(self.english, "source", "passage", "term")
        wanted = set(zip(terms["lang"], terms["term"], strict=True))
        wanted |= {("en", term) for term in self.english["term"]}
        if set(terms.loc[terms["kind"] == "term", "lang"]) - self.translated - {"en"}:
            wanted |= {("en", word) for word in vocabulary()}
        self.vectors = _vectors(sorted(wanted), encoder)
        self.candidates: tuple[str, ...] = ()
        self.rows = np.empty((0, 0), np.float32)

    def translate(self, lang: str, kind: str, term: str) -> tuple[str, float]:
        """Return the English of a term, and how sure it is."""
        if lang == "en":
            return term, 1.0
        shared = self._shared(lang, term)
        if not shared and kind == "name":
            return term, 0.0
        if not shared and lang in self.translated:
            return "", 0.0
        candidates = tuple(sorted(shared)) if shared else vocabulary()
        likeness = (self._rows(candidates) @ self.vectors[lang, term]).astype(np.float64)
        # Words that share passages with a term hardly resemble it by chance.
        if shared:
            likeness += TOGETHER * np.array([shared[word] for word in candidates])
        else:
            likeness -= spelled_alike(term, candidates)
        likeness = np.round(likeness, 4)
        odds = np.exp((likeness - likeness.max()) / TEMPERATURE)
        best = int(likeness.argmax())
        confidence = round(float(odds[best] / odds.sum()), 2)
        return (candidates[best] if confidence >= GUESS else ""), confidence

    def _rows(self, candidates: tuple[str, ...]) -> NDArray[np.float32]:
        """Return the vectors of English words; those of the vocabulary are looked up once."""
        if candidates is not self.candidates:
            self.candidates = candidates
            self.rows = np.stack([self.vectors["en", word] for word in candidates])
        return self.rows

    def _shared(self, lang: str, term: str) -> dict[str, float]:
        """Return the English terms of the passages of a term, with Dice's coefficient."""
        if lang not in self.translated:
            return {}
        places = self.places[lang, term]
        near = set[str]().union(*(self.english_of[lang, place] for place in places))
        theirs = {word: self.places_in_english[lang, word] for word in sorted(near)}
        return {
            word: 2 * len(places & there) / (len(places) + len(there))
            for word, there in theirs.items()
        }


def _sets(table: pd.DataFrame, *columns: str) -> defaultdict[tuple[str, str], set[str]]:
    """Return the values of the third column that go with those of the first and the second."""
    sets: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one, other, value in zip(*(table[name].tolist() for name in columns), strict=True):
        sets[one, other].add(value)
    return sets


def _vectors(
    pairs: list[tuple[str, str]], encoder: embed.Encoder | None
) -> dict[tuple[str, str], NDArray[np.float32]]:
    """Embed terms, each in its language."""
    if not pairs:
        return {}
    texts = pd.DataFrame(pairs, columns=["lang", "text"])
    texts["passage"] = [f"{lang}/{term}" for lang, term in pairs]
    rows = embed.matrix(embed.vectors(texts, encoder))
    return dict(zip(pairs, rows, strict=True))
