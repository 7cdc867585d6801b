"""A fast encoder for large corpora: a passage is the weighted sum of its words' vectors.

Each distinct word of the corpus is embedded once, so cost grows with the vocabulary
and not with the text. A sample of passages is read whole: what the encoder makes of a
word among others is added to what it makes of the word alone, and a linear map, learned
on the sample, moves the sums towards the vectors of whole sentences.
"""

from __future__ import annotations

import functools
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from clusterlib import schema
from clusterlib.axes import unit
from clusterlib.embed import cache
from clusterlib.embed._e5.e5 import E5Encoder, States
from clusterlib.embed.calibration import LanguageCenterer, calibration_for, offsets, primary
from clusterlib.embed.encoder import Encoder, Kind, load_encoder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Smooth inverse frequency (Arora, Liang and Ma, 2017), with their value.
RARE = 0.001
# Of the regression that learns the map; and of the one that tells from a word alone what it is
# among others, a share of the mean variance of words.
RIDGE, CONTEXT_RIDGE = 1.0, 0.01
# What that regression tells counts as much as so many occurrences in the sample.
PRIOR = 1
# The least variance that whitening divides by, as a share of the largest.
FLOOR = 1e-3
# Parts of the revisions: raise one when the same texts would give other vectors.
METHOD, CONTEXT_METHOD = 2, 1
# Rows that are summed at a time.
BLOCK = 8192
# Passages that the map is learned on beside the calibration sentences.
SAMPLE = 2000
BETWEEN_WORDS = r"[^\p{L}\p{M}\p{N}]+"
NO_WORD = "…"

Rows = NDArray[np.float32]
Doubles = NDArray[np.float64]


# -- texts as bags of words, cut and counted by pyarrow


def count_words(texts: Sequence[str]) -> Counter[str]:
    """Count the words of texts, in small letters.

    >>> sorted(count_words(["Die Region, die zahlt.", "…"]).items())
    [('die', 2), ('region', 1), ('zahlt', 1), ('…', 1)]
    """
    counts = _words(texts)[1].value_counts()
    pairs = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    return Counter(dict(pairs))


def distinct_words(texts: Sequence[str]) -> list[str]:
    """Return the words of texts, each once, sorted."""
    return sorted(_words(texts)[1].unique().to_pylist())


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text, each with where it starts and where it ends.

    >>> word_spans("Die Region zahlt.")
    [('die', 0, 3), ('region', 4, 10), ('zahlt', 11, 16)]
    """
    cut = pc.split_pattern_regex(_array([text]), pattern=BETWEEN_WORDS).flatten()
    names = pc.utf8_lower(pc.utf8_normalize(cut, form="NFC")).to_pylist()
    spans, end = [], 0
    for word, name in zip(cut.to_pylist(), names, strict=True):
        if word:
            start = text.index(word, end)
            end = start + len(word)
            spans.append((name, start, end))
    return spans


def word_matrix(texts: Sequence[str], vocabulary: Mapping[str, int]) -> csr_matrix:
    """Return how often each text has each word of a vocabulary that has all of their words.

    Entries are in the order of the text: sums do not depend on the order of columns.
    """
    from scipy.sparse import csr_matrix

    starts, words = _words(texts)
    encoded = words.dictionary_encode()
    column = np.array([vocabulary[word] for word in encoded.dictionary.to_pylist()], np.int32)
    places = column[encoded.indices.to_numpy()] if len(column) else column
    ones = np.ones(len(places), np.float32)
    return csr_matrix((ones, places, starts), shape=(len(texts), len(vocabulary)))


def _words(texts: Sequence[str]) -> tuple[NDArray[np.int64], Any]:
    """Return where the words of each text start, and all words."""
    plain = pc.utf8_normalize(_array(texts), form="NFC")
    cut = pc.split_pattern_regex(pc.utf8_lower(plain), pattern=BETWEEN_WORDS)
    words, owner = cut.flatten(), pc.list_parent_indices(cut)
    full = pc.not_equal(words, "")
    words, owner = words.filter(full), owner.filter(full).to_numpy()
    sizes = np.bincount(owner, minlength=len(texts)) if len(owner) else np.zeros(len(texts), int)
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        # A text without letters and digits is one word of its own.
        owner = np.concatenate([owner, empty])
        words = pa.concat_arrays([words, pa.array([NO_WORD] * len(empty), pa.large_string())])
        order = np.argsort(owner, kind="stable")
        words, sizes[empty] = words.take(pa.array(order)), 1
    return np.concatenate([[0], np.cumsum(sizes)]), words


def _array(texts: Sequence[str]) -> Any:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        # Half a surrogate pair is no character; few texts have one, so only then is it looked for.
        return pa.array([text.encode("utf-8", "replace") for text in texts], pa.large_string())


# -- what has to be known of a corpus


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

    def __add__(self, other: Sample) -> Sample:
        texts = self.texts | other.texts
        return Sample(self.counts + other.counts, _smallest(texts), self.langs | other.langs)


def sample_of(passages: pd.DataFrame) -> Sample:
    """Count the words of passages (lang, text), and choose those that the map is learned on."""
    texts, langs = passages["text"].tolist(), primary(passages).tolist()
    by_name = {
        hashlib.sha256(f"{lang}\0{text}".encode()).hexdigest(): (lang, text)
        for lang, text in zip(langs, texts, strict=True)
    }
    return Sample(count_words(texts), _smallest(by_name), frozenset(langs))


def _smallest(texts: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {digest: texts[digest] for digest in sorted(texts)[:SAMPLE]}


# -- words among others


class PlacedWords:
    """Encode words as the mean of what the model makes of their tokens wherever they occur.

    An encoder of its own, so that the vector cache keeps what it returns: the
    sample is read once. A word that has no token of its own there gets the
    vector of the word alone.

    Parameters
    ----------
    base : E5Encoder
        Reads the sample.
    texts : sequence of str
        The sample.
    """

    def __init__(self, base: E5Encoder, texts: Sequence[str]) -> None:
        self.base, self.texts = base, texts
        self.name, self.dim = f"words in place by {base.name}", base.dim
        raw = "\0".join([str(CONTEXT_METHOD), *texts]).encode("utf-8", "surrogatepass")
        self.revision = f"{base.revision}-{hashlib.sha256(raw).hexdigest()[:16]}"

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Rows:
        """Return one unit row a word."""
        lacking = [word for word in texts if word not in self._means]
        rows = self._means | dict(zip(lacking, self.base.encode(lacking), strict=True))
        return np.stack([rows[word] for word in texts])

    @functools.cached_property
    def _means(self) -> dict[str, Rows]:
        """The unit mean of each word's tokens."""
        sums: dict[str, Doubles] = defaultdict(lambda: np.zeros(self.dim))
        for states in self.base.states(self.texts):
            for word, rows in _tokens(states):
                sums[word] += rows.sum(axis=0, dtype=np.float64)
        return {word: (row / np.linalg.norm(row)).astype(np.float32) for word, row in sums.items()}


def _tokens(states: States) -> Iterator[tuple[str, Rows]]:
    """Yield the words of a text, each with the rows of the tokens that start or run on in it."""
    text, spans, rows = states
    if not (words := word_spans(text)) or not spans:
        return
    starts, ends = np.array(spans).T
    # A token belongs to the first word that reaches beyond its start.
    owner = np.searchsorted([end for _, _, end in words], starts, side="right")
    for place, (word, start, _) in enumerate(words):
        inside = (owner == place) & (ends > start)
        if inside.any():
            yield word, rows[inside]


def _in_sample(
    names: list[str], alone: Rows, sample: Sample, base: Encoder
) -> tuple[Doubles, Doubles]:
    """Return what each word is among others, and the map that tells it from the word alone."""
    if not isinstance(base, E5Encoder):
        return np.zeros(alone.shape), np.zeros((1 + base.dim, base.dim))
    texts = [text for _, text in sample.texts.values()]
    counts = count_words(texts)
    present = np.array([name in counts for name in names])
    placed = cache.encode([name for name in names if name in counts], PlacedWords(base, texts))
    # A corpus of one word has no variance.
    alone = alone.astype(np.float64)
    alpha = max(CONTEXT_RIDGE * present.sum() * float(alone[present].var(axis=0).mean()), 1e-12)
    with threadpool_limits(1):
        ridge = Ridge(alpha).fit(alone[present], placed.astype(np.float64))
    context = np.vstack([ridge.intercept_, ridge.coef_.T])
    rows = _in_context(alone, context)
    times = np.array([[counts[name]] for name in names if name in counts])
    rows[present] = (times * placed + PRIOR * rows[present]) / (times + PRIOR)
    return unit(rows), context


def _in_context(alone: NDArray[np.floating], context: Doubles) -> Doubles:
    """Return unit rows of words among others as told from words alone; zeros by an empty map."""
    return unit(alone @ context[1:] + context[0])


# -- the encoder


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
    maps: Doubles = field(repr=False)
    digest: str
    langs: frozenset[str]
    # Kept vectors would cost more time than new ones: see `clusterlib.embed.cache`.
    cached = False

    def __post_init__(self) -> None:
        vocabulary = {str(word): place for place, word in enumerate(self.table.index)}
        counts = self.table["count"].to_numpy(np.float64)
        weights = RARE / (RARE + counts / max(counts.sum(), 1.0))
        rows = self._whitened(self.table.drop(columns="count").to_numpy(np.float32))
        object.__setattr__(self, "_vocabulary", vocabulary)
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
        learned = self.maps[1 + self.dim : 1 + 2 * self.dim]
        parts = [np.empty((0, self.dim), np.float32)]
        for start in range(0, len(texts), BLOCK):
            block = list(texts[start : start + BLOCK])
            vocabulary, rows = self._weighted(block)
            sums = unit((word_matrix(block, vocabulary) @ rows).astype(np.float64))
            parts.append(unit(sums @ learned).astype(np.float32))
        return np.concatenate(parts)

    def _weighted(self, texts: list[str]) -> tuple[dict[str, int], Rows]:
        """Return the place of each word, and the weighted vectors, new words included."""
        vocabulary: dict[str, int] = self._vocabulary  # type: ignore[attr-defined]
        rows: Rows = self._rows  # type: ignore[attr-defined]
        new = [word for word in distinct_words(texts) if word not in vocabulary]
        if not new:
            return vocabulary, rows
        # A word that the corpus lacks is as rare as can be: its weight is 1.
        alone = cache.encode(new, self.base)
        placed = _in_context(alone, self.maps[1 + 2 * self.dim :])
        extra = self._whitened((alone + placed).astype(np.float32)).astype(np.float32)
        places = {word: len(vocabulary) + n for n, word in enumerate(new)}
        return vocabulary | places, np.vstack([rows, extra])

    def _whitened(self, rows: Rows) -> Doubles:
        return unit((rows - self.maps[0]) @ self.maps[1 : 1 + rows.shape[1]])


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
    `benchmarks/fast_encoder.py` measures it.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents()).head(10)
    >>> fast = words(passages)
    >>> cl.embed.vectors(passages, encoder=fast).shape
    (10, 384)
    """
    base = encoder or load_encoder()
    sample = sample or sample_of(schema.check(passages, "texts to embed"))
    names = sorted(sample.counts)
    alone = cache.encode(names, base)
    placed, context = _in_sample(names, alone, sample, base)
    rows = (alone + placed).astype(np.float32)
    table = pd.DataFrame(rows, index=pd.Index(names, name="word", dtype="str"))
    table.columns = pd.Index([f"v{number:03d}" for number in range(rows.shape[1])])
    table.insert(0, "count", [sample.counts[name] for name in names])
    mean, whitening = _whitening(rows)
    identity, langs = np.eye(base.dim), sample.langs | {"en"}
    sums = WordEncoder(base, table, np.vstack([mean, whitening, identity, context]), "", langs)
    maps = np.vstack([mean, whitening, identity + _learned(sums, sample), context])
    return WordEncoder(base, table, maps, _digest(base, sample), langs)


def _digest(base: Encoder, sample: Sample) -> str:
    parts = [base.name, str(base.revision), str(METHOD), *sorted(sample.langs)]
    parts += [*sorted(sample.texts)]
    parts += [f"{word} {count}" for word, count in sorted(sample.counts.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _whitening(rows: Rows) -> tuple[Doubles, Doubles]:
    """Return the mean of words, and the map that makes their scatter even."""
    centred = rows.astype(np.float64)
    mean = centred.mean(axis=0)
    centred -= mean
    # Threads would change the last digits.
    with threadpool_limits(1):
        sizes, directions = np.linalg.eigh(centred.T @ centred / len(rows))
        sizes = np.sqrt(np.maximum(sizes, 0) + FLOOR * max(float(sizes.max()), 1e-12))
        return mean, directions / sizes @ directions.T


def _learned(encoder: WordEncoder, sample: Sample) -> Doubles:
    """Learn the map from sums of words to the base's vectors, offsets removed from both."""
    texts = pd.DataFrame(list(sample.texts.values()), columns=["lang", "text"])
    neutral = calibration_for(encoder)[["lang", "text"]]
    both = pd.concat([neutral, texts], ignore_index=True)
    langs, count = both["lang"].to_numpy(str), len(neutral)
    X = encoder.encode(both["text"].tolist())
    Y = cache.encode(both["text"].tolist(), encoder.base)
    by_language = LanguageCenterer().fit(X, langs).by_language()
    by_language |= LanguageCenterer().fit(X[:count], langs[:count]).by_language()
    X = (X - np.stack([by_language[lang] for lang in langs])).astype(np.float64)
    goal = LanguageCenterer().fit(Y, langs).by_language() | offsets(encoder.base)
    Y = LanguageCenterer.of(goal, encoder.dim).transform(Y.astype(np.float64), langs)
    with threadpool_limits(1):
        learned: Doubles = Ridge(RIDGE, fit_intercept=False).fit(X, Y).coef_.T
        # As much of the one as of the other: see the notes of `words`.
        strength = np.linalg.norm(X) / max(float(np.linalg.norm(X @ learned)), 1e-9)
    return np.asarray(strength * learned)
