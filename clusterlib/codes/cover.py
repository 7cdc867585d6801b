"""Which passages a selection codes, wherever a person has drawn it."""

import bisect
import itertools
from collections.abc import Iterator

import pandas as pd

from clusterlib.codes.letters import Letters

# Which letters of a text, the code and what is noted; passage, code and note.
Coding = tuple[int, int, str, str]
Given = tuple[str, str, str]
# What a selection and a passage must share: so much of either.
HALF = 0.5


def laid_out(
    given: dict[str, list[Coding]],
    passages: pd.DataFrame,
    texts: dict[str, Letters],
    book: pd.DataFrame,
) -> pd.DataFrame:
    """Lay codings out, a row a passage and code: passage, code, dimension, coded and note."""
    own = passages[passages["doc"].isin(list(given))]
    notes: dict[tuple[str, str], list[str]] = {}
    for doc, there in own.groupby("doc"):
        spans = there[["start", "end", "passage"]].astype(object).to_numpy().tolist()
        places = sorted((*texts[str(doc)].span(start, end), name) for start, end, name in spans)
        for passage, code, note in _covered(places, given[str(doc)]):
            notes.setdefault((passage, code), []).append(note)
    rows = [
        (passage, code, dimension, (passage, code) in notes, _joined(notes.get((passage, code))))
        for passage in sorted(own["passage"])
        for code, dimension in book[["code", "dimension"]].to_numpy().tolist()
    ]
    return pd.DataFrame(rows, columns=["passage", "code", "dimension", "coded", "note"])


def _covered(places: list[tuple[int, int, str]], given: list[Coding]) -> Iterator[Given]:
    """Return passage, code and note of each coding that covers enough of a passage.

    >>> list(_covered([(0, 9, "a"), (9, 18, "b")], [(5, 18, "x", "")]))
    [('b', 'x', '')]
    """
    firsts = [first for first, _, _ in places]
    # How far any passage up to this one reaches, since passages may overlap.
    reach = list(itertools.accumulate((last for _, last, _ in places), max))
    for begin, stop, code, note in given:
        for place in range(bisect.bisect_right(reach, begin), bisect.bisect_left(firsts, stop)):
            first, last, passage = places[place]
            shared = min(last, stop) - max(first, begin)
            if shared > 0 and shared >= HALF * min(last - first, stop - begin):
                yield passage, code, note


def _joined(notes: list[str] | None) -> str:
    return "\n".join(dict.fromkeys(filter(None, notes or [])))
