"""Which passages a selection codes, wherever a person has drawn it, and what is left out."""

import bisect
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from clusterlib.codes.letters import Letters

# Which letters of a text, the code and what is noted; passage, code and note.
Coding = tuple[int, int, str, str]
Given = tuple[str, str, str]
# Which letters a passage has, and its name.
Place = tuple[int, int, str]
# What a selection and a passage must share: so much of either.
HALF = 0.5
LEFT = {"doc": "str", "passage": "str", "start": "Int64", "end": "Int64"}
LEFT |= {"code": "str", "message": "str"}


@dataclass(frozen=True)
class Left:
    """What cannot be read of a project: where and why; of a coding its code and its letters."""

    place: str
    message: str
    code: str = ""
    doc: str | None = None
    letters: tuple[int, int] | None = None


def laid_out(
    given: dict[str, list[Coding]],
    passages: pd.DataFrame,
    texts: dict[str, Letters],
    book: pd.DataFrame,
) -> pd.DataFrame:
    """Lay codings out, a row a passage and code: passage, code, dimension, coded and note."""
    inside = passages[passages["doc"].isin(list(given))]
    places = _places(inside, texts)
    notes: dict[tuple[str, str], list[str]] = {}
    for doc, there in places.items():
        for passage, code, note in _covered(there, given[doc]):
            notes.setdefault((passage, code), []).append(note)
    rows = [
        (passage, code, dimension, (passage, code) in notes, _joined(notes.get((passage, code))))
        for passage in sorted(inside["passage"])
        for code, dimension in book[["code", "dimension"]].to_numpy().tolist()
    ]
    table = pd.DataFrame(rows, columns=["passage", "code", "dimension", "coded", "note"])
    return table.astype({"coded": bool})


def left_out(
    entries: list[Left], passages: pd.DataFrame, texts: dict[str, Letters]
) -> pd.DataFrame:
    """Lay out what is left out: doc, passage, start, end, code and message, in text order."""
    places = _places(passages, texts)
    rows = []
    for one in entries:
        first, last = one.letters or (0, 0)
        name, start, end = "", None, None
        if one.doc is not None and first < last:
            covered = _covered(places.get(one.doc, []), [(first, last, one.code, "")])
            name = " | ".join(passage for passage, _, _ in covered)
            start, end = texts[one.doc].places[first], texts[one.doc].places[last - 1] + 1
        rows.append((one.doc or one.place, name, start, end, one.code, one.message))
    table = pd.DataFrame(rows, columns=list(LEFT)).astype(LEFT).drop_duplicates()
    return table.sort_values(["doc", "start", "end", "code", "message"], ignore_index=True)


def _places(passages: pd.DataFrame, texts: dict[str, Letters]) -> dict[str, list[Place]]:
    """Return which letters each passage of a text has, by text."""
    places: dict[str, list[Place]] = {}
    for doc, there in passages.groupby("doc"):
        if letters := texts.get(str(doc)):
            spans = there[["start", "end", "passage"]].astype(object).to_numpy().tolist()
            places[str(doc)] = sorted(
                (*letters.span(start, end), name) for start, end, name in spans
            )
    return places


def _covered(places: list[Place], given: list[Coding]) -> Iterator[Given]:
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
