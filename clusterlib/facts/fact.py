"""One fact with its place, and which of several readings of the same words counts."""

import bisect
from collections.abc import Iterable
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


def longest(facts: Iterable[Fact]) -> list[Fact]:
    """Keep the longest of readings that overlap; of equally long ones the first.

    >>> year, date = Fact("year", "2022", 2, 3), Fact("date", "2022-03-30", 0, 3)
    >>> [fact.value for fact in longest([year, date])]
    ['2022-03-30']
    """
    kept: list[Fact] = []
    starts: list[int] = []
    for fact in sorted(facts, key=lambda fact: (fact.first - fact.end, fact.first)):
        place = bisect.bisect(starts, fact.first)
        before = kept[place - 1].end if place else 0
        after = kept[place].first if place < len(kept) else fact.end
        if before <= fact.first and fact.end <= after:
            kept.insert(place, fact)
            starts.insert(place, fact.first)
    return kept
