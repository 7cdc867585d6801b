"""Quotations, cards and marks in texts as a reader sees them: one template, one style sheet.

What comes in are the words of a source with their English and their place. What goes out is HTML,
everything escaped, and plain lines; the text keeps the colour of its page, and what is marked lies
under it as a tint, so that both hold in light themes and in dark ones.
"""

import html
import importlib.resources
import itertools
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterlib import schema

Row = Mapping[Hashable, Any]

# What is marked inside a text: by a letter, a colour, a line under it, and what it stands for.
INLINE = {"time": ("t", "time"), "amount": ("n", "number"), "actor": ("a", "name")}
# Groups of codes that have a colour and a line of their own.
GROUPS = 8

# The style sheet in parts, each under a comment with its name. Colours are Okabe and Ito's, as in
# drawings; each has a line of its own, so that none has to be seen, and is so thin a tint that it
# leaves a contrast of 4.5, in light as in dark.
_SHEET = importlib.resources.files("clusterlib") / "data" / "report" / "cards.css"
_NAMED = re.split(r"/\* (\w+) \*/\n", _SHEET.read_text(encoding="utf-8"))[1:]
PARTS = dict(zip(_NAMED[::2], map(str.strip, _NAMED[1::2]), strict=True))


def _sheet(names: str) -> str:
    return "\n".join(map(PARTS.__getitem__, names.split()))


# As far as each kind of view needs it, and the whole, for pages that have one of their own.
SHEETS = {
    "reading": _sheet("page rows words labels folds quotation tints grid narrow"),
    "card": _sheet("page words quotation card"),
    "claim": _sheet("words folds quotation claim prose"),
}
SHEET = "\n".join([SHEETS["reading"], _sheet("card claim prose")])


def framed(view: str, content: str) -> str:
    """Return what a notebook shows with the style sheet of its kind of view.

    >>> framed("claim", "<p>a</p>")[-22:]
    '</style><p>a</p></div>'
    """
    names = "cl-read cl-claim" if view == "claim" else "cl-read"
    return f'<div class="{names}"><style>{SHEETS[view]}</style>{content}</div>'


@dataclass(frozen=True)
class Quotation:
    """The words of a source, as every view shows them; what is not known is an empty string.

    >>> quotation = Quotation("R&D", "fr", "", "fr-001")
    >>> quotation.html().partition("<br>")[0]
    '<blockquote><span lang="fr" dir="auto">R&amp;D</span>'
    >>> quotation.lines()
    ['  fr-001', '    R&D']
    """

    text: str
    lang: str = ""
    english: str = ""
    place: str = ""
    direction: str = "auto"
    href: str = ""

    @classmethod
    def of(cls, row: Row, note: str = "") -> "Quotation":
        """Return what a row of a table quotes, with a note behind its place.

        >>> row = {"passage": "fr-001", "lang": "fr", "text": "Un vélo.", "english": "A bicycle."}
        >>> Quotation.of({**row, "doc": "fr", "start": 0, "end": 8}, "margin 0.50").place
        'fr-001, fr 0–8, margin 0.50'
        """
        values = {
            str(name): "" if pd.api.types.is_scalar(value) and pd.isna(value) else str(value)
            for name, value in row.items()
        }
        span = values.get("doc", "")
        if values.get("start") and values.get("end"):
            span = f"{span} {values['start']}–{values['end']}".strip()
        place = ", ".join(part for part in (values.get("passage"), span, note) if part)
        text = values.get("quote") or values.get("text", "")
        return cls(text, values.get("lang", ""), values.get("english", ""), place)

    def html(self) -> str:
        """Return it as HTML, everything escaped."""
        text, lang, english, place, href = map(
            html.escape, (self.text, self.lang, self.english, self.place, self.href)
        )
        attribute = f' lang="{lang}"' if lang else ""
        parts = [f'<span{attribute} dir="{self.direction}">{text}</span>']
        parts += [f'<i lang="en">{english}</i>'] if english else []
        shown = f'<a href="{href}">{place}</a>' if href else place
        parts += [f'<span class="cl-soft">{shown}</span>'] if place else []
        return f"<blockquote>{'<br>'.join(parts)}</blockquote>"

    def lines(self) -> list[str]:
        """Return it as plain lines: its place, its words and their English."""
        lines = [f"  {self.place}", f"    {' '.join(self.text.split())}"]
        return [*lines, f"    = {self.english}"] if self.english else lines


def quotations(items: Sequence[Quotation], most: int) -> str:
    """Return quotations as HTML, those after the first ones folded away.

    >>> quotations([Quotation("a"), Quotation("b")], 1).count("1 more quotation<")
    1
    """
    parts = [item.html() for item in items]
    more = len(parts) - most
    if more <= 0:
        return "".join(parts)
    summary = f"{more} more quotation{'s' * (more > 1)}"
    rest = "".join(parts[most:])
    return f"{''.join(parts[:most])}<details><summary>{summary}</summary>{rest}</details>"


def sentence(text: str, sign: str, about: str, quoted: str, anchor: str = "") -> str:
    """Return a sentence of a paragraph with a mark that opens on its quotations.

    >>> sentence("It grows.", "●", "stated", "<p></p>").partition("<details>")[0]
    '<span>It grows.</span>'
    """
    identifier = f' id="{html.escape(anchor)}"' if anchor else ""
    about = html.escape(about)
    mark = f'<summary title="{about}" aria-label="{about}">{sign}</summary>'
    words = f"<span{identifier}>{html.escape(text)}</span>"
    return f"{words}<details>{mark}<div>{quoted}</div></details>"


def grid_table(cells: pd.DataFrame, quotation: Callable[[Row], Quotation] | None = None) -> str:
    """Return a grid of initiatives as HTML: a row an attribute, cells that open on their words."""
    names = list(map(str, dict.fromkeys(cells["initiative"])))
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in ["", *names])
    rows = []
    for attribute, part in cells.groupby("attribute", sort=False):
        by_name = part.set_index("initiative").to_dict("index")
        opening = [
            _grid_cell(name, by_name.get(name, {}), quotation or Quotation.of) for name in names
        ]
        heading = f'<th scope="row">{html.escape(str(attribute))}</th>'
        rows.append(f"<tr>{heading}{''.join(opening)}</tr>")
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="cl-grid">{table}</div>'


def _grid_cell(name: str, row: Row, quotation: Callable[[Row], Quotation]) -> str:
    value, label = html.escape(str(row.get("value", "not read"))), html.escape(name)
    if not row.get("quote"):
        return f'<td class="cl-soft" data-label="{label}">{value}</td>'
    quoted = quotation(row).html()
    folded = f"<details><summary>{value}</summary>{quoted}</details>"
    return f'<td data-label="{label}">{folded}</td>'


@dataclass(frozen=True)
class Card:
    r"""One card: what a group is called, how far to trust it, and what stands for it.

    >>> card = Card("R&D", "2 passages", [("fr", "2")], [])
    >>> card.html()
    '<section class="cl-card"><h4>R&amp;D</h4><p>2 passages</p><p><b>fr</b> 2</p></section>'
    >>> print("\n".join(card.lines()))
    R&D
    2 passages
      fr  2
    """

    title: str
    trust: str
    facts: list[tuple[str, str]]
    quotations: list[Quotation]

    def html(self) -> str:
        """Return it as HTML, everything escaped."""
        head = f"<h4>{html.escape(self.title)}</h4><p>{html.escape(self.trust)}</p>"
        facts = "".join(
            f"<p><b>{html.escape(name)}</b> {html.escape(value)}</p>" for name, value in self.facts
        )
        quoted = "".join(item.html() for item in self.quotations)
        return f'<section class="cl-card">{head}{facts}{quoted}</section>'

    def lines(self) -> list[str]:
        """Return it as plain lines."""
        facts = [f"  {name}  {value}" for name, value in self.facts]
        quoted = [line for item in self.quotations for line in item.lines()]
        return [self.title, self.trust, *facts, *quoted]


def split_spans(
    start: int, end: int, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, list[int]]]:
    """Yield the parts of a text between two places, each with the numbers of spans that hold it.

    >>> list(split_spans(0, 5, [(0, 3), (2, 9)]))
    [(0, 2, [0]), (2, 3, [0, 1]), (3, 5, [1])]
    """
    edges = {start, end} | {edge for span in spans for edge in span if start < edge < end}
    for first, last in itertools.pairwise(sorted(edges)):
        inside = [n for n, (begin, stop) in enumerate(spans) if begin < last and stop > first]
        yield first, last, inside


# What is marked in texts, a row a place.
ANNOTATED = ["doc", "start", "end", "kind", "key", "note"]


def annotations(
    documents: pd.DataFrame,
    passages: pd.DataFrame | None = None,
    codes: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put everything that is marked in the texts into one table."""
    schema.check(documents, "texts")
    if (codes is not None or members is not None) and passages is None:
        raise ValueError("codes and themes are of passages; give these too")
    parts = []
    if codes is not None:
        rows = codes[codes["coded"].astype(bool)]
        rows = rows.assign(kind="code", key=rows["code"], note="")
        if {"score", "threshold"} <= set(codes):
            # As many decimals as scores are rounded to: with fewer, many equal their threshold.
            pairs = zip(rows["score"], rows["threshold"], strict=True)
            rows["note"] = [f"score {score:.4f}, threshold {least:.4f}" for score, least in pairs]
        parts.append(_place(rows, passages))
    if members is not None:
        notes = [f"margin {margin:.2f}" for margin in members["margin"]]
        rows = members.assign(kind="theme", key=members["theme"], note=notes)
        parts.append(_place(rows, passages))
    if facts is not None:
        notes = [_write_value(row) for row in facts.to_dict("records")]
        parts.append(facts.assign(key=facts["kind"], kind="fact", note=notes)[ANNOTATED])
    if mentions is not None:
        parts.append(mentions.assign(kind="actor", key=mentions["actor"], note="")[ANNOTATED])
    none = pd.DataFrame(columns=ANNOTATED)
    table = pd.concat([part for part in parts if len(part)] or [none], ignore_index=True)
    table = table.drop_duplicates(["doc", "start", "end", "kind", "key"])
    _check_places(table, documents)
    table = table.astype({"start": "int64", "end": "int64"})
    # The longer span first, so that what lies inside another follows it.
    order = table.assign(back=-table["end"]).sort_values(["doc", "start", "back", "kind", "key"])
    return order[ANNOTATED].reset_index(drop=True)


def _place(table: pd.DataFrame, passages: pd.DataFrame | None) -> pd.DataFrame:
    assert passages is not None
    unknown = sorted(set(table["passage"]) - set(passages["passage"]))
    if unknown:
        raise ValueError(f"{len(unknown)} passage(s) have no place: {', '.join(unknown[:10])}")
    places = passages[["passage", "doc", "start", "end"]]
    rows = table.drop(columns=["doc", "start", "end"], errors="ignore")
    return rows.merge(places, on="passage", validate="many_to_one")[ANNOTATED]


def _check_places(table: pd.DataFrame, documents: pd.DataFrame) -> None:
    lengths = table["doc"].map(documents.set_index("doc")["text"].str.len())
    wrong = lengths.isna() | (table["start"] < 0) | (table["end"] > lengths)
    wrong |= table["start"] >= table["end"]
    if wrong.any():
        spans = [f"{r['doc']} {r['start']}–{r['end']}" for r in table[wrong].to_dict("records")]
        raise ValueError(f"{len(spans)} span(s) lie outside their text: {', '.join(spans[:10])}")


def _write_value(fact: dict[Any, Any]) -> str:
    """Say what a fact says, as ``300 entreprises (enterprises) “Près de”``."""
    english = fact["unit_english"]
    parts = [
        fact["value"],
        f"to {fact['value_end']}" if fact["value_end"] else "",
        fact["unit"],
        f"({english})" if english not in ("", fact["unit"]) else "",
        f"“{fact['hedge']}”" if fact["approximate"] else "",
    ]
    return " ".join(filter(None, parts))
