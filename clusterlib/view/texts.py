"""Texts with their passages, codes, facts and actors, as HTML and as plain lines."""

import html
import itertools
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterlib.view.style import INSIDE, LINES, style

Row = Mapping[Hashable, Any]
# Between marks, where a viewer drops the style sheet.
BAR = '<span class="cl-bar"> · </span> '
# Kind, note and whether it ends here, of each mark that a part of a passage lies in.
Marks = list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Chip:
    """A code or theme of a passage: its group, which has a colour, and what it is called."""

    group: str
    label: str


@dataclass(frozen=True)
class Reading:
    """Texts as a notebook shows them.

    Attributes
    ----------
    documents : pandas.DataFrame
        The texts.
    passages : pandas.DataFrame
        Their passages.
    inside : pandas.DataFrame
        What is marked inside passages: doc, start, end, kind (time, amount or
        actor) and note.
    chips : dict of str to tuple of Chip
        What is given to passages, by passage.
    groups : tuple of str
        Groups of codes, in the order of their colours.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents().query("doc == 'nl'")
    >>> shown = cl.view.reading(documents, cl.clean.passages(documents))
    >>> shown.groups, str(shown).splitlines()[1]
    ((), 'nl-001  Clusterregisseurs gaan regionaal verduurzaming industrie versnellen')
    """

    documents: pd.DataFrame
    passages: pd.DataFrame
    inside: pd.DataFrame
    chips: dict[str, tuple[Chip, ...]]
    groups: tuple[str, ...]

    def _repr_html_(self) -> str:
        texts = "".join(self._text(row) for row in self.documents.to_dict("records"))
        return f'<div class="cl-read">{style()}{self._legend()}{texts}</div>'

    def __repr__(self) -> str:
        return "\n".join(
            line for row in self.documents.to_dict("records") for line in self._lines(row)
        )

    def _legend(self) -> str:
        """Return what the marks stand for, as far as they occur."""
        kinds = set(self.inside["kind"])
        told = [
            f'<mark class="cl-{letter}">{name}<sup>{letter}</sup></mark>'
            for kind, (letter, _, _, name) in INSIDE.items()
            if kind in kinds
        ]
        told += [self._chip(Chip(group, group)) for group in self.groups]
        return f'<p class="cl-soft">Marked: {BAR.join(told)}</p>' if told else ""

    def _text(self, row: Row) -> str:
        """Return a text as a table: passage, original and English."""
        own = self.passages[self.passages["doc"] == row["doc"]].sort_values("start")
        both = "english" in own
        head = f"<th>passage</th><th>{html.escape(str(row['lang']))}</th>"
        head += "<th>en</th>" if both else ""
        rows, at = [], 0
        for passage in own.to_dict("records"):
            rows.append(_aside(row["text"][at : passage["start"]], both))
            rows.append(self._passage(row, passage, both))
            at = max(at, passage["end"])
        rows.append(_aside(row["text"][at:], both))
        title = f"<p><b>{html.escape(_title(row))}</b></p>"
        return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def _passage(self, row: Row, passage: Row, both: bool) -> str:
        chips = self.chips.get(passage["passage"], ())
        below = BAR.join(map(self._chip, chips))
        lang, name = (html.escape(str(part)) for part in (row["lang"], passage["passage"]))
        parts = "".join(_marked(text, found) for text, found in self._parts(row, passage))
        cells = f'<td class="cl-soft">{name}</td><td><p lang="{lang}" dir="auto">{parts}</p>'
        cells += f"<p>{below}</p></td>" if below else "</td>"
        if both:
            english: str = "" if pd.isna(passage["english"]) else str(passage["english"])
            cells += f'<td><p lang="en">{html.escape(english)}</p></td>'
        return f"<tr>{cells}</tr>"

    def _parts(self, row: Row, passage: Row) -> Iterator[tuple[str, Marks]]:
        """Return the passage in parts, each with kind, note and whether it ends, of its marks."""
        start, end = passage["start"], passage["end"]
        own = self.inside[(self.inside["doc"] == row["doc"]) & (self.inside["start"] < end)]
        spans = own[own["end"] > start][["start", "end", "kind", "note"]].to_numpy().tolist()
        edges = {start, end} | {edge for span in spans for edge in span[:2] if start < edge < end}
        cuts = sorted(edges)
        for first, last in itertools.pairwise(cuts):
            found = [
                (kind, note, last == min(stop, end))
                for begin, stop, kind, note in spans
                if begin < last and stop > first
            ]
            yield row["text"][first:last], found

    def _chip(self, chip: Chip) -> str:
        """Return a label in the look of its group, and the number that the legend names it by."""
        place, label = self.groups.index(chip.group), html.escape(chip.label)
        look = f"cl-chip cl-c{place % len(LINES)}"
        return f'<span class="{look}">{label}<sup>{place + 1}</sup></span>'

    def _lines(self, row: Row) -> Iterator[str]:
        """Return a text as plain lines."""
        yield _title(row)
        own = self.passages[self.passages["doc"] == row["doc"]].sort_values("start")
        for passage in own.to_dict("records"):
            text = "".join(_plain(part, found) for part, found in self._parts(row, passage))
            yield f"{passage['passage']}  {' '.join(text.split())}"
            if not pd.isna(passage.get("english")):
                yield f"  = {passage['english']}"
            if chips := self.chips.get(passage["passage"]):
                yield f"  # {' · '.join(chip.label for chip in chips)}"


def _title(row: Row) -> str:
    known = [row["doc"], *(row.get(name) for name in ("initiative", "title"))]
    return " · ".join(str(part) for part in known if not pd.isna(part) and part)


def _aside(text: str, both: bool) -> str:
    """Return what no passage covers as a row of its own, if it is more than blanks."""
    words = " ".join(text.split())
    cells = f'<td></td><td class="cl-soft">{html.escape(words)}</td>' + "<td></td>" * both
    return f"<tr>{cells}</tr>" if words else ""


def _marked(text: str, found: Marks) -> str:
    """Return a part of a passage inside its marks; letters stand where a mark ends."""
    told = html.escape(text)
    for kind, note, ends in found:
        letter = INSIDE[kind][0]
        sup = f"<sup>{letter}</sup>" if ends else ""
        title = html.escape(" ".join(note.split()))
        told = f'<mark class="cl-{letter}" title="{title}">{told}{sup}</mark>'
    return told


def _plain(text: str, found: Marks) -> str:
    return text + "".join(f"[{INSIDE[kind][0]}: {note}]" for kind, note, ends in found if ends)
