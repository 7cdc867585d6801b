"""What the fast encoder needs to know of a corpus: its words, and some of its passages."""

import hashlib
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from clusterlib.embed import bags
from clusterlib.embed.offsets import primary

# Passages that the map is learned on beside the calibration sentences.
SAMPLE = 2000


@dataclass(frozen=True)
class Sample:
    """What the fast encoder needs to know of a corpus; samples of its parts add up.

    Attributes
    ----------
    counts : collections.Counter
        How often each word occurs.
    texts : dict
        Digest of a text → language and text, for the texts whose digests are
        smallest: a sample that does not depend on any order.
    langs : frozenset of str
        The languages of all texts.
    """

    counts: Counter[str]
    texts: dict[str, tuple[str, str]]
    langs: frozenset[str]

    def __add__(self, other: "Sample") -> "Sample":
        counts, texts = self.counts + other.counts, self.texts | other.texts
        return Sample(counts, _smallest(texts), self.langs | other.langs)


def sample_of(passages: pd.DataFrame) -> Sample:
    """Count the words of passages, and choose those that the map is learned on.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs lang and text.

    Returns
    -------
    Sample
        Samples of parts of a corpus add up to that of the whole.
    """
    texts, langs = passages["text"].tolist(), primary(passages).tolist()
    chosen = {
        hashlib.sha256(f"{lang}\0{text}".encode()).hexdigest(): (lang, text)
        for lang, text in zip(langs, texts, strict=True)
    }
    return Sample(bags.counts(texts), _smallest(chosen), frozenset(langs))


def by_digest(passages: pd.DataFrame) -> pd.DataFrame:
    """Return passages in the order of a digest of their names: one that no order or part changes.

    Examples
    --------
    >>> by_digest(pd.DataFrame({"passage": ["nl-001", "nl-002", "nl-003"]}))["passage"].tolist()
    ['nl-001', 'nl-003', 'nl-002']
    """
    order = passages["passage"].map(lambda name: hashlib.sha256(name.encode()).hexdigest())
    return passages.iloc[order.to_numpy(str).argsort(kind="stable")]


def _smallest(texts: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {digest: texts[digest] for digest in sorted(texts)[:SAMPLE]}
