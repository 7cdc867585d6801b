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
from dataclasses import dataclass, field

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
    """A text, by its place, with an earlier one that it repeats, and how far it does."""

    place: int
    first: int
    shared: float
    beginning: str

    @property
    def whole(self) -> bool:
        """Whether all words are the same."""
        return self.shared == 1


def find_copies(texts: Sequence[str]) -> Iterator[Copy]:
    """Find the texts that repeat an earlier one: of a group of alike texts, each but the first.

    ``shared`` is the part of all words of both that stand in shared runs, 1 where no word differs.
    """
    if len(texts) < 2:
        return
    index = _Index(texts)
    for place in range(len(texts)):
        if copy := index.add(place):
            yield copy


class _WordHashes(dict[str, int]):
    """A hash of each word without the signs around it, 0 of mere signs; it is made once."""

    def __missing__(self, word: str) -> int:
        if len(self) > KEPT:
            self.clear()
        bare = word.strip(SIGNS).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(bare, digest_size=8).digest() if bare else b""
        self[word] = number = int.from_bytes(digest, "big")
        return number


@dataclass
class _Index:
    """The first texts of each group, by their words and by their minima."""

    texts: Sequence[str]
    whole: dict[bytes, int] = field(default_factory=dict)
    by_minimum: dict[tuple[int, int], int] = field(default_factory=dict)
    hashes: _WordHashes = field(default_factory=_WordHashes)
    recent: dict[int, "_Text"] = field(default_factory=dict)

    def add(self, place: int) -> Copy | None:
        """Return what the text repeats, or keep it as the first of its kind."""
        text = self._read(place)
        key = text.words.tobytes() if len(text.words) else self.texts[place].strip().encode()
        first = self.whole.setdefault(hashlib.blake2b(key).digest(), place)
        if first != place:
            return Copy(place, first, 1.0, "")
        if not len(text.runs):
            return None
        keys = list(enumerate((FACTORS[:MINIMA, None] * text.runs).min(axis=1).tolist()))
        others = Counter(self.by_minimum[key] for key in keys if key in self.by_minimum)
        for other, _ in sorted(others.items(), key=lambda item: (-item[1], item[0]))[:COMPARED]:
            if copy := self._compare(place, other):
                return copy
        for key_of_minimum in keys:
            self.by_minimum.setdefault(key_of_minimum, place)
        return None

    def _read(self, place: int) -> "_Text":
        if place not in self.recent:
            if len(self.recent) >= CACHED:
                self.recent.clear()
            self.recent[place] = _Text.read(self.texts[place], self.hashes)
        return self.recent[place]

    def _compare(self, place: int, first: int) -> Copy | None:
        this, other = self._read(place), self._read(first)
        mine = this.cover(other)
        # What the texts share is about as long in both.
        if mine.sum() < NEARLY * max(map(len, (this.words, other.words))) / 2:
            return None
        theirs = other.cover(this)
        both = min(mine.sum(), theirs.sum())
        shared = float(both / (len(mine) + len(theirs) - both))
        if shared < NEARLY or all(map(_is_filled_in, (mine, theirs))):
            return None
        at = int(np.argmax(mine))
        words = _words(self.texts[place][: 40 * (at + QUOTED)])
        # Mere signs are no words.
        words = [word for word in words if self.hashes[word]][at : at + QUOTED]
        gap = " " if max(map(len, words)) > 1 else ""
        return Copy(place, first, min(shared, 0.99), gap.join(words))


@dataclass(frozen=True)
class _Text:
    """The hashes of the words of a text, and of each run of so many words."""

    words: Hashes
    runs: Hashes

    @classmethod
    def read(cls, text: str, hashes: _WordHashes) -> "_Text":
        tokens = _words(text.casefold())
        words: Hashes = np.fromiter(map(hashes.__getitem__, tokens), np.uint64, len(tokens))
        words = words[words != 0]
        count = max(0, len(words) - RUN + 1)
        runs = np.zeros(count, np.uint64)
        for step in range(RUN):
            runs = runs * FACTORS[MINIMA + step] + words[step : step + count]
        return cls(words, runs ^ (runs >> np.uint64(31)))

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
