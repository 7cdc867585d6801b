"""Quotations and cards as a reader sees them: one template for each, and one style sheet.

What comes in are the words of a source with their English and their place. What goes out is HTML,
everything escaped, and plain lines; the text keeps the colour of its page, and what is marked lies
under it as a tint, so that both hold in light themes and in dark ones.
"""

import html
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

Row = Mapping[Hashable, Any]

# Okabe and Ito's colours, as in drawings; each has a line of its own, so that none has to be seen.
COLOURS = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #999999 #F0E442".split()
LINES = ("solid", "dashed", "dotted", "double") * 2
# Tints and faint text are such that text keeps a contrast of 4.5, in light as in dark.
THIN, FAINT = 0.24, 0.8
# What is marked inside a text: a letter, a colour, a line under it and what it stands for.
INLINE = {
    "time": ("t", COLOURS[5], "dotted", "time"),
    "amount": ("n", COLOURS[4], "double", "number"),
    "actor": ("a", COLOURS[3], "dashed", "name"),
}


def tint(colour: str) -> str:
    """Return a colour as a tint that lets the page shine through.

    >>> tint("#0072B2")
    'rgba(0, 114, 178, 0.24)'
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {THIN})"


PAGE = ".cl-read {color: var(--jp-content-font-color1, inherit)}"
WORDS = f"""\
.cl-read p {{margin: .3em 0}}
.cl-read .cl-soft {{font-size: 88%; opacity: {FAINT}}}"""
FOLDS = """\
.cl-read details {margin: .2em 0}
.cl-read summary {cursor: pointer; color: inherit; font-size: inherit}
.cl-read summary:focus-visible {outline: 3px solid #0072B2; outline-offset: 2px}"""
QUOTATION = (
    ".cl-read blockquote {margin: .4em 0 .6em 1.2em; padding-left: .7em; "
    "border-left: 3px solid #0072B2; color: inherit}"
)
CARD = """\
.cl-card {border: 1px solid #8888; border-radius: 6px; padding: .6em 1em; margin: .8em 0}
.cl-card h4 {margin: .2em 0}
.cl-card blockquote {margin-left: .3em}"""
CLAIM = ".cl-claim {max-width: 46em; margin: 0 0 .8em}"
GRID = """\
.cl-grid {overflow-x: auto}
.cl-grid table {min-width: 56em}
.cl-read .cl-grid th:first-child {width: 7.5em; overflow-wrap: normal}
.cl-grid summary {list-style: none; text-decoration: underline dotted #8888}
.cl-grid summary::-webkit-details-marker {display: none}
.cl-grid blockquote {margin: .3em 0; padding-left: .4em; font-size: 88%}"""
# Sentences of one paragraph, each with a mark that opens on its quotations.
PROSE = """\
.cl-prose {line-height: 1.6}
.cl-prose details, .cl-prose summary {display: inline; margin: 0}
.cl-prose summary {list-style: none; padding: 0 .25em}
.cl-prose summary::-webkit-details-marker {display: none}
.cl-prose details:not([open])::details-content {display: none}
.cl-prose details > div {display: block; margin: .2em 0 .6em}"""
ROWS = """\
.cl-read, .cl-read td, .cl-read p {line-height: 1.6}
.cl-read table {border-collapse: collapse; width: 100%; table-layout: fixed}
.cl-read th, .cl-read td {text-align: left !important; vertical-align: baseline; \
white-space: normal; overflow-wrap: break-word; hyphens: auto; padding: .4em .6em; max-width: none}
.cl-read th:first-child, .cl-read td:first-child {width: 6em; hyphens: none}"""
LABELS = """\
.cl-read mark {color: inherit; border: 0; text-decoration-line: underline; \
text-decoration-thickness: 2px; text-underline-offset: 3px; padding: 0 .1em}
.cl-read sup {font-size: 70%; font-weight: 600; line-height: 0}
.cl-read .cl-chip {display: inline-block; border-left: 4px; padding: 0 .4em; \
margin: .1em .3em .1em 0; font-size: 88%}
.cl-read .cl-bar {display: none}"""
TINTS = "\n".join(
    [
        f".cl-read .cl-{letter} {{background: {tint(colour)}; text-decoration-color: {colour}; "
        f"text-decoration-style: {line}}}"
        for letter, colour, line, _ in INLINE.values()
    ]
    + [
        f".cl-read .cl-c{place} {{background: {tint(colour)}; border-left: 4px {line} {colour}}}"
        for place, (colour, line) in enumerate(zip(COLOURS, LINES, strict=True))
    ]
)
# Where there is no room for columns, a passage and its English stand below each other.
NARROW = """\
@media (max-width: 40em) {
.cl-read table, .cl-read tbody, .cl-read tr, .cl-read td {display: block; width: auto !important}
.cl-read thead, .cl-read td:empty {display: none}
.cl-read tr {padding: .4em 0}
.cl-read td {padding: .1em .3em; border: 0}
.cl-read td + td + td {font-style: italic}
.cl-grid table {min-width: 0}
.cl-read .cl-grid th[scope="row"] {display: block; width: auto; padding: .6em .3em .1em}
.cl-read .cl-grid td {font-style: normal; padding-left: 1em}
.cl-grid td::before {content: attr(data-label); display: block; font-size: 78%; opacity: .8}
.cl-read blockquote {margin-left: .2em}
}"""
# The style sheet, as far as each kind of view needs it.
SHEETS = {
    "reading": "\n".join([PAGE, ROWS, WORDS, LABELS, FOLDS, QUOTATION, TINTS, GRID, NARROW]),
    "card": "\n".join([PAGE, WORDS, QUOTATION, CARD]),
    "claim": "\n".join([WORDS, FOLDS, QUOTATION, CLAIM, PROSE]),
}
# The whole of it, for pages that have a style sheet of their own.
SHEET = "\n".join([SHEETS["reading"], CARD, CLAIM, PROSE])


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
        values = {str(name): "" if _is_empty(value) else str(value) for name, value in row.items()}
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
    value, label = html.escape(str(row.get("value", ""))), html.escape(name)
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


class CardView:
    """The cards of all groups, shown as HTML by a notebook and as plain text elsewhere."""

    def cards(self) -> Iterable[Card]:
        """Return the card of each group, in order."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return framed("card", "".join(card.html() for card in self.cards()))

    def __repr__(self) -> str:
        return "\n\n".join("\n".join(card.lines()) for card in self.cards())


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


def _is_empty(value: object) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]
