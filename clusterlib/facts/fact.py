"""One fact with its place, and which of several readings of the same words counts."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """What is said, and the tokens (``first`` up to ``end``) that say it."""

    kind: str
    value: str
    first: int
    end: int
    value_end: str = ""
    unit: str = ""
    unit_english: str = ""
    hedge: str = ""


def longest(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return which spans to keep so that none overlap: the longest, of equals the first.

    >>> longest([(2, 3), (0, 3), (4, 6)])
    [1, 2]
    """
    kept: list[tuple[int, int, int]] = []
    order = sorted(range(len(spans)), key=lambda index: (spans[index][0] - spans[index][1], index))
    for index in order:
        start, end = spans[index]
        place = bisect.bisect(kept, (start,))
        before = kept[place - 1][1] if place else start
        after = kept[place][0] if place < len(kept) else end
        if before <= start and end <= after:
            kept.insert(place, (start, end, index))
    return [index for _, _, index in kept]
