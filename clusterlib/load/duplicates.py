"""Texts that occur twice: the same words, or nearly the same, but not merely one template.

Two texts are near duplicates where half of all their words stand in runs that both have
(`NEARLY`, a Jaccard index; a run has `RUN` words or more), and what differs stands around the
runs, as a new lead does, or in few places between them. Where both have content of their own
within a shared frame, or differ every few words, one template was filled in twice. Which texts
are compared is found by the minima of hashes (MinHash), so the time is about linear.
"""

import functools
import hashlib
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Marks = NDArray[np.bool_]
# What stands around a word and is none; in scripts without spaces, each character is a word.
SIGNS = string.punctuation + "«»„“”‘’‚‹›–—…·•。，、！？"
LONGEST = 15
RUN, NEARLY = 4, 0.5
# Between the shared runs so much may be of both texts' own, and in a place each so many words.
OWN, PLACE = 0.12, 25
# Hashes a text; two that share a third of their runs have one alike in 998 of 1000 cases.
MINIMA, COMPARED = 16, 2
FACTORS = np.random.default_rng(20).integers(1 << 62, 1 << 63, MINIMA + RUN, dtype=np.uint64) | 1
# Words and texts whose hashes are kept, and words that a report quotes.
KEPT, CACHED, QUOTED = 500_000, 2_000, 8


@dataclass(frozen=True)
class Copy:
    """A text, by its place, with an earlier one that it repeats, and how far it does.

    ``shared`` is the part of all words of both that stand in shared runs, 1 where no word differs.
    """

    place: int
    first: int
    shared: float
    beginning: str = ""

    @property
    def whole(self) -> bool:
        """Whether all words are the same."""
        return self.shared == 1


def find_copies(texts: Sequence[str]) -> Iterator[Copy]:
    """Find the texts that repeat an earlier one: of a group of alike texts, each but the first."""
    read = functools.lru_cache(maxsize=CACHED)(_Text)
    by_words: dict[bytes, int] = {}
    by_minimum: dict[tuple[int, int], int] = {}
    for place, source in enumerate(texts):
        text = read(source)
        if (first := by_words.setdefault(text.digest, place)) != place:
            yield Copy(place, first, 1.0)
            continue
        minima = text.minima()
        near = Counter(by_minimum[key] for key in minima if key in by_minimum)
        likest = sorted(near, key=lambda other: (-near[other], other))[:COMPARED]
        compared = ((other, text.compare(read(texts[other]))) for other in likest)
        copies = (Copy(place, other, *shared) for other, shared in compared if shared)
        if copy := next(copies, None):
            yield copy
        else:
            by_minimum |= {key: place for key in minima if key not in by_minimum}


@functools.lru_cache(maxsize=KEPT)
def _hash(word: str) -> int:
    """Return a hash of a word without the signs around it, 0 of mere signs."""
    bare = word.strip(SIGNS).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(bare, digest_size=8).digest(), "big") if bare else 0


class _Text:
    """The hashes of the words of a text, and of each run of so many words."""

    def __init__(self, source: str) -> None:
        self.source = source
        tokens = _words(source.casefold())
        words: Hashes = np.fromiter(map(_hash, tokens), np.uint64, len(tokens))
        self.words = words[words != 0]
        content = self.words.tobytes() or source.strip().encode()
        self.digest = hashlib.blake2b(content).digest()
        count = max(0, len(self.words) - RUN + 1)
        runs = np.zeros(count, np.uint64)
        for step in range(RUN):
            runs = runs * FACTORS[MINIMA + step] + self.words[step : step + count]
        self.runs: Hashes = runs ^ (runs >> np.uint64(31))

    def minima(self) -> list[tuple[int, int]]:
        """Return the least hash of the runs in each of some orders, by the number of the order."""
        if not len(self.runs):
            return []
        return list(enumerate((FACTORS[:MINIMA, None] * self.runs).min(axis=1).tolist()))

    @functools.cached_property
    def ordered(self) -> tuple[NDArray[np.int64], Hashes]:
        order = np.argsort(self.runs)
        return order, self.runs[order]

    def cover(self, other: "_Text") -> Marks:
        """Tell which words stand in a run that another text has, too."""
        (order, runs), (_, others) = self.ordered, other.ordered
        there = np.empty(len(runs), bool)
        there[order] = others[np.searchsorted(others[:-1], runs)] == runs
        covered = np.zeros(len(self.words), bool)
        for step in range(RUN):
            covered[step : step + len(there)] |= there
        return covered

    def compare(self, other: "_Text") -> tuple[float, str] | None:
        """Return how much the texts share and how that begins, or None if they are no copies."""
        mine = self.cover(other)
        # What the texts share is about as long in both.
        if mine.sum() < NEARLY * max(len(self.words), len(other.words)) / 2:
            return None
        theirs = other.cover(self)
        both = min(mine.sum(), theirs.sum())
        shared = float(both / (len(mine) + len(theirs) - both))
        if shared < NEARLY or all(map(_is_filled_in, (mine, theirs))):
            return None
        at = int(np.argmax(mine))
        words = [word for word in _words(self.source[: 40 * (at + QUOTED)]) if _hash(word)]
        words = words[at : at + QUOTED]
        return min(shared, 0.99), (" " if max(map(len, words)) > 1 else "").join(words)


def _words(text: str) -> list[str]:
    words = text.split()
    return words if len(text) <= LONGEST * len(words) else [*"".join(words)]


def _is_filled_in(covered: Marks) -> bool:
    """Tell a text that has much, or something in many places, between what it shares."""
    at = np.flatnonzero(covered)
    inside = covered[at[0] : at[-1] + 1]
    places = int(np.count_nonzero(inside[:-1] & ~inside[1:]))
    outside = len(inside) - len(at)
    return outside > OWN * len(inside) or places > max(2, len(covered) // PLACE)
