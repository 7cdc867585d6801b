"""A page for each source text: whole, with the English beside it and the quotations marked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from clusterlib.claims.wording import language
from clusterlib.export import marks, names, site
from clusterlib.export.findings import Claim

# What the page says of a text, where it is known.
FIELDS = {
    "title": "Title",
    "source": "Source",
    "region": "Region",
    "published": "Published",
    "file": "File",
    "sha256": "SHA-256",
}


@dataclass(frozen=True)
class Block:
    """A part of a text between two places: a passage, or what is not one."""

    start: int
    end: int
    label: str
    kind: str
    english: str = ""


@dataclass(frozen=True)
class Row:
    """A block as the page shows it."""

    block: Block
    original: Markup
    claims: list[Claim]


@dataclass(frozen=True)
class Text:
    """A source text as the report names it."""

    doc: str
    name: str
    lang: str
    fields: dict[str, str]

    @property
    def page(self) -> str:
        """Its page, seen from the folder of the report."""
        return f"texts/{names.slug(self.doc)}.html"

    @property
    def direction(self) -> str:
        """The direction in which it is written."""
        return names.direction(self.lang)

    @property
    def language(self) -> str:
        """The English name of its language."""
        return language(self.lang)


def paged(
    documents: pd.DataFrame, found: Sequence[Claim], most: int | None
) -> tuple[pd.DataFrame, list[str]]:
    """Choose the texts that get a page: those that are quoted, and others up to a number.

    Parameters
    ----------
    documents : pandas.DataFrame
        All texts.
    found : sequence of Claim
        Every text that one of them quotes gets a page, so that its links land.
    most : int or None
        How many texts get a page, if so many are not quoted; None for all.

    Returns
    -------
    documents : pandas.DataFrame
        Those that get a page, in order.
    notes : list of str
        How many do not, if any.
    """
    if most is None or len(documents) <= most:
        return documents, []
    quoted = documents["doc"].isin({q.doc for claim in found for q in claim.quotations})
    others = ~quoted & ((~quoted).cumsum() <= max(most - int(quoted.sum()), 0))
    kept = documents[quoted | others]
    left = len(documents) - len(kept)
    if not left:
        return kept, []
    told = f"{left:,} of {len(documents):,} texts have no page here, and no finding quotes them"
    return kept, [told]


def write(tables: Mapping[str, pd.DataFrame], found: Sequence[Claim], folder: Path) -> list[Text]:
    """Write the page of each document.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        ``documents``; ``passages`` and ``ledger`` if there are any.
    found : sequence of Claim
        Whose quotations are marked.
    folder : pathlib.Path
        The folder of the report.

    Returns
    -------
    list of Text
        In the order of the documents.
    """
    written = []
    for row in tables.get("documents", pd.DataFrame()).to_dict("records"):
        text = _text(row)
        passages, ledger = (_of(tables.get(name), text.doc) for name in ("passages", "ledger"))
        blocks = list(_blocks(str(row["text"]), passages, ledger))
        own = [claim for claim in found if any(q.doc == text.doc for q in claim.quotations)]
        rows, style = _rows(str(row["text"]), text.doc, blocks, own)
        english = any(row.block.english for row in rows)
        site.write("text", folder / text.page, text=text, rows=rows, split=style, english=english)
        written.append(text)
    return written


def _text(row: Mapping[Any, Any]) -> Text:
    said = {str(key): str(value) for key, value in row.items() if not pd.isna(value)}
    name = said.get("initiative") or said.get("title") or said["doc"]
    fields = {label: said[key] for key, label in FIELDS.items() if said.get(key)}
    return Text(said["doc"], name, said.get("lang", ""), fields)


def _of(table: pd.DataFrame | None, doc: str) -> list[dict[Any, Any]]:
    """Return the rows of a document in the order of its text."""
    if table is None:
        return []
    return table[table["doc"] == doc].sort_values("start", kind="stable").to_dict("records")


def _blocks(
    text: str, passages: Sequence[Mapping[Any, Any]], ledger: Sequence[Mapping[Any, Any]]
) -> Iterator[Block]:
    """Yield the passages and, between them, the lines that are none."""
    at = 0
    for passage in passages:
        start, end = max(int(passage["start"]), at), int(passage["end"])
        yield from _between(text, at, start, ledger, bool(passages))
        english = passage.get("english")
        kind = "headline" if passage.get("kind") == "headline" else "body"
        shown = "" if pd.isna(english) else str(english)
        if start < end:
            yield Block(start, end, str(passage["passage"]), kind, shown)
        at = max(at, end)
    yield from _between(text, at, len(text), ledger, bool(passages))


def _between(
    text: str, start: int, end: int, ledger: Sequence[Mapping[Any, Any]], split: bool
) -> Iterator[Block]:
    """Yield each line of a part that holds no passage, with the reason for its removal."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        stop = at + len(line)
        if line.strip():
            over = [e for e in ledger if e["start"] < stop and e["end"] > at]
            reasons = [str(e["reason"]) for e in over if str(e["text"]).strip()]
            reason = "; ".join(dict.fromkeys(reasons)) or "is no part of a passage"
            yield Block(at, stop, reason if split else "", "removed" if split else "body")
        at = stop


def _rows(
    text: str, doc: str, blocks: Sequence[Block], own: Sequence[Claim]
) -> tuple[list[Row], Markup]:
    """Return the rows of a page, and the style that shows a cut quotation as one."""
    places: dict[str, list[Claim]] = {}
    for claim in own:
        for anchor in dict.fromkeys(q.anchor for q in claim.quotations if q.doc == doc):
            places.setdefault(anchor, []).append(claim)
    spans = [(q.start, q.end) for claim in own for q in claim.quotations if q.doc == doc]
    cut = marks.pieces(spans, [(block.start, block.end) for block in blocks])
    rows = []
    for block in blocks:
        inside = [piece for piece in cut if block.start <= piece.start < block.end]
        claims = {claim.name: claim for p in inside for claim in places[p.anchor]}
        original = marks.marked(text, block.start, block.end, inside)
        rows.append(Row(block, original, list(claims.values())))
    shown = Markup("").join(row.original for row in rows)
    counts = Counter({anchor: shown.count(f'class="{anchor}"') for anchor in places})
    rules = [
        f"main:has(#{anchor}:target) .{anchor} {{ background: var(--hit); color: var(--on-hit); }}"
        for anchor, count in counts.items()
        if count > 1
    ]
    return rows, Markup("\n".join(rules))
