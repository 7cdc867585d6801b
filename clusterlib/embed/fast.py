"""A fast encoder for large corpora: a passage is the weighted sum of its words' vectors.

Each distinct word of the corpus is embedded once, so cost grows with the vocabulary
and not with the text. A sample of passages is read whole: what the encoder makes of a
word among others is added to what it makes of the word alone, and a linear map, learned
on the sample, moves the sums towards the vectors of whole sentences.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import schema, threads
from clusterlib.axes import unit
from clusterlib.embed import bags, cache
from clusterlib.embed.encoder import Encoder, Kind
from clusterlib.embed.models import load_encoder
from clusterlib.embed.offsets import calibration_for, offsets, own_offsets
from clusterlib.embed.places import among, told
from clusterlib.embed.sample import Sample, sample_of

# Smooth inverse frequency (Arora, Liang and Ma, 2017), with their value.
RARE = 0.001
# Of the regression that learns the map.
RIDGE = 1.0
# The least variance that whitening divides by, as a share of the largest.
FLOOR = 1e-3
# Part of the revision: raise it when the same corpus would give other vectors.
METHOD = 2
# Rows that are summed at a time.
BLOCK = 8192

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class WordEncoder:
    """Encode texts as weighted sums of the vectors of their words; see `words`.

    Attributes
    ----------
    base : Encoder
        Embeds words.
    table : pandas.DataFrame
        Index word; count, and the word's vector before whitening.
    maps : numpy.ndarray
        Mean, whitening, learned map, and what tells from a word alone what it is
        among others (mean and map), one below the other, shape (2 + 3 dim, dim).
    digest : str
        Of all that the vectors depend on.
    langs : frozenset of str
        The languages of the corpus, and English: calibration needs no others.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents()).head(10)
    >>> fast = cl.embed.words(passages)
    >>> fast.encode(["Een cluster.", "Ein Netzwerk."]).shape
    (2, 384)
    """

    base: Encoder
    table: pd.DataFrame = field(repr=False)
    maps: NDArray[np.float64] = field(repr=False)
    digest: str
    langs: frozenset[str]
    # Kept vectors would cost more time than new ones: see `clusterlib.embed.cache`.
    cached = False

    def __post_init__(self) -> None:
        known = {str(word): place for place, word in enumerate(self.table.index)}
        counts = self.table["count"].to_numpy(np.float64)
        weights = RARE / (RARE + counts / max(counts.sum(), 1.0))
        rows = _even(self.table.drop(columns="count").to_numpy(np.float32), self.maps)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_rows", (rows * weights[:, None]).astype(np.float32))

    @property
    def name(self) -> str:
        """The model: ``words of`` and the encoder that embeds them."""
        return f"words of {self.base.name}"

    @property
    def revision(self) -> str:
        """The base's revision and a digest of the corpus that the words are from."""
        return f"{self.base.revision}-{self.digest[:12]}"

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self.base.dim

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Rows:
        """Return one unit row a text; words are the same in passages and queries.

        Parameters
        ----------
        texts : sequence of str
            A text without letters and digits counts as one word. Words that
            the corpus lacks are embedded when they are met.
        kind : {"passage", "query"}
            Makes no difference.

        Returns
        -------
        numpy.ndarray
            float32, shape (texts, dim).
        """
        parts = [
            self._encode(list(texts[start : start + BLOCK]))
            for start in range(0, len(texts), BLOCK)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), np.float32)

    def _encode(self, texts: list[str]) -> Rows:
        learned = self.maps[1 + self.dim : 1 + 2 * self.dim]
        return unit(_summed(texts, *self._vocabulary(texts)) @ learned).astype(np.float32)

    def _vocabulary(self, texts: list[str]) -> tuple[dict[str, int], Rows]:
        """Return the place of each word, and the weighted vectors, new words included."""
        known: dict[str, int] = self._known  # type: ignore[attr-defined]
        rows: Rows = self._rows  # type: ignore[attr-defined]
        new = [word for word in bags.distinct(texts) if word not in known]
        if not new:
            return known, rows
        # A word that the corpus lacks is as rare as can be: its weight is 1.
        alone = cache.encode(new, self.base)
        found = (alone + told(alone, self.maps[1 + 2 * self.dim :])).astype(np.float32)
        extra = _even(found, self.maps).astype(np.float32)
        places = {word: len(known) + n for n, word in enumerate(new)}
        return known | places, np.vstack([rows, extra])


def words(
    passages: pd.DataFrame, encoder: Encoder | None = None, sample: Sample | None = None
) -> WordEncoder:
    """Make a fast encoder from the words of a corpus.

    Parameters
    ----------
    passages : pandas.DataFrame
        The corpus: passage, lang and text.
    encoder : Encoder, optional
        Embeds words and the sample; by default multilingual-e5-small.
    sample : Sample, optional
        What `sample_of` finds in the passages, if that is known already.

    Returns
    -------
    WordEncoder
        For `clusterlib.embed.vectors` and wherever an encoder is taken. The
        same corpus gives the same vectors, whatever its order.

    Raises
    ------
    clusterlib.problems.InputError
        If columns are missing, or a passage stands twice.

    Notes
    -----
    A word's vector is that of the word alone and the mean of the hidden states
    of its tokens in the sample, added up; of a word that the sample lacks or
    seldom has, a regression tells the latter from the former. An encoder other
    than the default one gives words alone. Words are whitened over the
    vocabulary, weighted by smooth inverse frequency and summed. The learned map
    is added in equal strength: it makes the groups those of sentences, the sums
    themselves keep what tells one sentence from another.
    `benchmarks/fast_encoder.py` measures each.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents()).head(10)
    >>> fast = words(passages)
    >>> cl.embed.vectors(passages, encoder=fast).shape
    (10, 384)
    """
    base = encoder or load_encoder()
    found = sample or sample_of(schema.check(passages, "texts to embed"))
    names = sorted(found.counts)
    alone = cache.encode(names, base)
    added, turn = among(names, alone, found, base)
    rows = (alone + added).astype(np.float32)
    mean, even = _whitening(rows)
    identity = np.eye(base.dim)
    langs = found.langs | {"en"}
    maps = np.vstack([mean, even, identity, turn])
    plain = WordEncoder(base, _table(names, found, rows), maps, "", langs)
    maps = np.vstack([mean, even, identity + _learned(plain, found), turn])
    return WordEncoder(base, plain.table, maps, _digest(base, found), langs)


def _table(names: list[str], found: Sample, rows: Rows) -> pd.DataFrame:
    columns = [f"v{number:03d}" for number in range(rows.shape[1])]
    table = pd.DataFrame(rows, index=pd.Index(names, name="word", dtype="str"), columns=columns)
    table.insert(0, "count", [found.counts[name] for name in names])
    return table


def _digest(base: Encoder, found: Sample) -> str:
    told = [base.name, str(base.revision), str(METHOD), *sorted(found.langs), *sorted(found.texts)]
    told += [f"{word} {count}" for word, count in sorted(found.counts.items())]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _whitening(rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean of words, and the map that makes their scatter even."""
    centred = rows.astype(np.float64)
    mean = centred.mean(axis=0)
    centred -= mean
    # Threads would change the last digits.
    with threads.one():
        sizes, directions = np.linalg.eigh(centred.T @ centred / len(rows))
        sizes = np.sqrt(np.maximum(sizes, 0) + FLOOR * max(float(sizes.max()), 1e-12))
        return mean, directions / sizes @ directions.T


def _even(rows: Rows, maps: NDArray[np.float64]) -> NDArray[np.float64]:
    return unit((rows - maps[0]) @ maps[1 : 1 + rows.shape[1]])


def _learned(plain: WordEncoder, found: Sample) -> NDArray[np.float64]:
    """Learn the map from sums of words to the base's vectors, offsets removed from both."""
    texts = pd.DataFrame(list(found.texts.values()), columns=["lang", "text"])
    neutral = calibration_for(plain)[["lang", "text"]]
    both = pd.concat([neutral, texts], ignore_index=True)
    langs = both["lang"].to_numpy(str)
    sums, wanted = (
        plain.encode(both["text"].tolist()),
        cache.encode(both["text"].tolist(), plain.base),
    )
    known = own_offsets(sums, langs) | own_offsets(sums[: len(neutral)], langs[: len(neutral)])
    goal = own_offsets(wanted, langs) | dict(offsets(plain.base))
    own = (sums - np.stack([known[lang] for lang in langs])).astype(np.float64)
    theirs = unit((wanted - np.stack([goal[lang] for lang in langs])).astype(np.float64))
    with threads.one():
        found_map = np.linalg.solve(own.T @ own + RIDGE * np.eye(plain.dim), own.T @ theirs)
        # As much of the one as of the other: see the notes of `words`.
        strength = np.linalg.norm(own) / max(float(np.linalg.norm(own @ found_map)), 1e-9)
    scaled: NDArray[np.float64] = strength * found_map
    return scaled


def _summed(texts: list[str], known: dict[str, int], rows: Rows) -> NDArray[np.float64]:
    """Return the unit sums of the vectors of each text's words."""
    return unit((bags.matrix(texts, known) @ rows).astype(np.float64))
