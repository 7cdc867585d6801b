"""English beside the terms of other languages, with how sure it is."""

import functools
import importlib.resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed
from clusterlib.topics import words

# Of two candidates whose cosines differ by this much, the nearer is e times likelier.
TEMPERATURE = 0.025
# Sharing passages counts as much as this difference of cosine.
TOGETHER = 0.1
VOCABULARY = importlib.resources.files("clusterlib") / "data" / "english_words.csv"


def gloss(
    terms: pd.DataFrame, passages: pd.DataFrame, encoder: embed.Encoder | None = None
) -> pd.DataFrame:
    """Set English beside terms.

    Parameters
    ----------
    terms : pandas.DataFrame
        topic, lang, kind and term, as `clusterlib.topics.terms.rank` returns them.
    passages : pandas.DataFrame
        passage, lang, text, and optionally english: a reading translation.
    encoder : Encoder, optional
        By default multilingual-e5-small.

    Returns
    -------
    pandas.DataFrame
        The terms with english and confidence, from 0 to 1. Where a term's
        passages have a translation, it is the word or phrase of these
        translations that lies nearest to the term and shares its passages;
        otherwise the nearest of some 1,800 English words. Confidence is the
        share of the choice in the likeness of all candidates. Names without
        a translation stay as they are, with confidence 0.
    """
    lexicon = _Lexicon(terms, passages, encoder)
    pairs = terms[["lang", "kind", "term"]].drop_duplicates()
    glosses = pairs.assign(
        **pd.DataFrame(
            [lexicon.translate(*pair) for pair in pairs.itertuples(index=False)],
            columns=["english", "confidence"],
            index=pairs.index,
        )
    )
    glosses = glosses.astype({"english": "str", "confidence": float})
    return terms.merge(glosses, on=["lang", "kind", "term"], how="left")


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Return the English words that a term is matched with where no translation exists."""
    return tuple(VOCABULARY.read_text(encoding="utf-8").split("\n")[1:-1])


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
        wanted = set(zip(terms["lang"], terms["term"], strict=True))
        wanted |= {("en", term) for term in self.english["term"]}
        if set(terms.loc[terms["kind"] == "term", "lang"]) - self.translated - {"en"}:
            wanted |= {("en", word) for word in vocabulary()}
        self.vectors = _vectors(sorted(wanted), encoder)

    def translate(self, lang: str, kind: str, term: str) -> tuple[str, float]:
        """Return the English of a term, and how sure it is."""
        if lang == "en":
            return term, 1.0
        shared = self._shared(lang, term)
        if not shared and kind == "name":
            return term, 0.0
        if not shared and lang in self.translated:
            return "", 0.0
        candidates = sorted(shared) if shared else list(vocabulary())
        rows = np.stack([self.vectors["en", word] for word in candidates])
        likeness = rows @ self.vectors[lang, term]
        likeness = likeness + TOGETHER * np.array([shared.get(word, 0.0) for word in candidates])
        likeness = np.round(likeness, 4)
        odds = np.exp((likeness - likeness.max()) / TEMPERATURE)
        best = int(likeness.argmax())
        return candidates[best], round(float(odds[best] / odds.sum()), 2)

    def _shared(self, lang: str, term: str) -> dict[str, float]:
        """Return the English terms of the passages of a term, with Dice's coefficient."""
        if lang not in self.translated:
            return {}
        rows = self.occurrences[
            (self.occurrences["lang"] == lang) & (self.occurrences["term"] == term)
        ]
        places = set(rows["passage"])
        language = self.english[self.english["source"] == lang]
        near = set(language.loc[language["passage"].isin(places), "term"])
        theirs = language[language["term"].isin(near)].groupby("term")["passage"].agg(set)
        return {
            str(word): 2 * len(places & there) / (len(places) + len(there))
            for word, there in theirs.items()
        }


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
