"""Findings of the report with the words they rest on, and a page for each text that they quote.

The tables of claims, documents, passages and ledger come in; findings for the first page go out,
and a page a text: whole, with the English beside it and every quotation marked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from clusterlib import cards
from clusterlib.claims.claim import STRENGTHS as SIGNS
from clusterlib.claims.claim import EvidenceIndex
from clusterlib.claims.evidence import language
from clusterlib.export.pages import name_heads, slug, write_page
from clusterlib.load.languages import locale_of

Row = Mapping[Any, Any]
# What a reader sees of the strength of a claim: a sign and a word, never a colour alone.
MEANINGS = {
    "stated": "The quoted words say it or, where something is missing, the text and the tables of "
    "names and facts have none.",
    "counted": "Rests on what was counted or measured, for instance passages that were coded, by a "
    "reader or by a machine that is relied on.",
    "doubtful": "Rests on what should not be relied on alone.",
}
STRENGTHS = {word: (sign, MEANINGS[word]) for word, sign in SIGNS.items()}
FAILED = ("✕", "does not hold", "The data no longer bear this sentence.")
# Findings of the first page, unless somebody wrote them.
MOST = 25
# What stands beside a quotation where other texts or passages have their English.
NO_ENGLISH = "[no English]"
# Quotations that a finding shows before it folds the others away.
SHOWN = 1
# What the page says of a text, where it is known.
FIELDS = {
    "title": "Title",
    "source": "Source",
    "region": "Region",
    "published": "Published",
    "file": "File",
    "sha256": "SHA-256",
}


class Citation(NamedTuple):
    """The place of the words that a finding rests on, and these words as they are shown."""

    doc: str
    start: int
    end: int
    quotation: cards.Quotation


@dataclass(frozen=True)
class Finding:
    """A sentence of the commentary."""

    name: str
    section: str
    text: str
    holds: bool
    strength: str
    citations: tuple[Citation, ...]
    page: str = "tables/claims.html"

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return f"claim-{slug(self.name)}"

    @property
    def sign(self) -> tuple[str, str, str]:
        """A sign, a word for it, and what it means."""
        if not self.holds:
            return FAILED
        sign, meaning = STRENGTHS[self.strength]
        return sign, self.strength, meaning

    @property
    def docs(self) -> set[str]:
        """The texts that it quotes."""
        return {citation.doc for citation in self.citations}

    @property
    def quotations(self) -> Markup:
        """Its quotations, as the first page shows them."""
        return Markup(cards.quotations([citation.quotation for citation in self.citations], SHOWN))

    @property
    def sentence(self) -> Markup:
        """It as a sentence of a paragraph, with a mark that opens on its quotations."""
        sign, word, _ = self.sign
        about = f"{word}: what {self.name} rests on"
        words = Markup(cards.sentence(self.text, sign, about, self.quotations, self.anchor))
        return words if self.holds else Markup("<s>{}</s>").format(words)


def read_grid(index: EvidenceIndex) -> tuple[list[Citation], Markup]:
    """Return what the cells of the grid quote, and the grid as the first page shows it."""
    cells = index.table("grid").fillna({"quote": ""})
    if cells.empty:
        return [], Markup("")
    rows = [index.describe(row) if row["quote"] else row for row in cells.to_dict("records")]
    cells["english"] = [row.get("english", "") for row in rows]
    # Findings call a text by its language.
    cells["initiative"] += " (" + cells["doc"].map(index.langs).map(language) + ")"
    table = cards.grid_table(cells, lambda cell: _citation(cell, index).quotation)
    quoting = cells[cells["quote"] != ""].to_dict("records")
    return [_citation(cell, index) for cell in quoting], Markup(name_heads(table))


def read_findings(index: EvidenceIndex) -> list[Finding]:
    """Read the claims in the order of their table; a ValueError names every fault of them."""
    findings, faults, names = list[Finding](), list[str](), Counter[str]()
    for row in index.table("claims").to_dict("records"):
        items = () if row["evidence"] is None else row["evidence"]
        citations = tuple(_citation(item, index) for item in items)
        name, section, text, strength = (
            str(row[key]) for key in ("claim", "section", "text", "strength")
        )
        findings.append(Finding(name, section, text, bool(row["holds"]), strength, citations))
        if strength not in STRENGTHS:
            known = ", ".join(STRENGTHS)
            faults.append(f"{name}: the strength {strength!r} is none of {known}")
        if names[name] == 1:
            faults.append(f"{name}: the name is taken by an earlier claim")
        names[name] += 1
        for doc, start, end, quotation in citations:
            words = quotation.text
            if start < 0 or not words.strip() or index.at(doc, start, end) != words:
                faults.append(f"{name}: {words!r:.60} is not at {start} to {end} of {doc!r}")
    if faults:
        raise ValueError("the claims cannot be shown:\n" + "\n".join(f"  {f}" for f in faults))
    return findings


def _citation(item: Row, index: EvidenceIndex) -> Citation:
    doc, start, end = str(item["doc"]), int(item["start"]), int(item["end"])
    lang, passage = str(index.langs.get(doc, "")), item.get("passage")
    # Readers know a text by its name, and a passage by its number there.
    number = "" if pd.isna(passage) else str(passage).rpartition("-")[2].lstrip("0")
    name = index.names.get(doc, doc)
    quotation = cards.Quotation.of(item)
    without = NO_ENGLISH if index.has_english and lang.partition("-")[0] != "en" else ""
    shown = replace(
        quotation,
        english=quotation.english or without,
        lang=lang,
        direction=direction(lang),
        place=f"{name}, passage {number}" if number.isdigit() else name,
        href=f"texts/{slug(doc)}.html#{anchor(start, end)}",
    )
    return Citation(doc, start, end, shown)


def anchor(start: int, end: int) -> str:
    """Return where a quotation is marked on the page of its text."""
    return f"q-{start}-{end}"


def direction(code: str) -> str:
    """Return the direction in which a language is written, ``"auto"`` if it is not known.

    >>> direction("nl"), direction("ar"), direction("xx")
    ('ltr', 'rtl', 'auto')
    """
    known = locale_of(code)
    return known.text_direction if known else "auto"


def choose_findings(findings: Iterable[Finding], whole: bool) -> list[Finding]:
    """Choose what stands on the first page: all, if somebody wrote it, else the first that bear."""
    chosen = list(findings)
    if not whole:
        bearing = (one for one in chosen if not one.holds or one.strength != "doubtful")
        chosen = [one for one in bearing if not one.name.startswith(("text-", "corpus-"))][:MOST]
    return [replace(finding, page="index.html") for finding in chosen]


def group_by_section(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Group findings by section, in the order in which sections first appear."""
    sections: dict[str, list[Finding]] = {}
    for finding in findings:
        sections.setdefault(finding.section, []).append(finding)
    return sections


@dataclass(frozen=True)
class Text:
    """A source text as the report names it."""

    doc: str
    name: str
    lang: str
    fields: dict[str, str]
    passages: int = 0
    claims: tuple[Finding, ...] = ()

    @property
    def page(self) -> str:
        """Its page, seen from the folder of the report."""
        return f"texts/{slug(self.doc)}.html"

    @property
    def direction(self) -> str:
        """The direction in which its language is written."""
        return direction(self.lang)

    @property
    def language(self) -> str:
        """The English name of its language."""
        return language(self.lang)


@dataclass(frozen=True)
class Block:
    """A part of a text between two places: a passage, or what is not one."""

    start: int
    end: int
    label: str
    kind: str
    english: str = ""
    original: str = ""
    findings: tuple[Finding, ...] = ()


def choose_texts(
    documents: pd.DataFrame, findings: Sequence[Finding], most: int | None
) -> tuple[pd.DataFrame, list[str]]:
    """Choose the texts that get a page, in order, and a note on those that get none, if any."""
    if most is None or len(documents) <= most:
        return documents, []
    quoted = documents["doc"].isin(set().union(*(finding.docs for finding in findings)))
    others = ~quoted & ((~quoted).cumsum() <= max(most - int(quoted.sum()), 0))
    chosen, total = documents[quoted | others], len(documents)
    without = total - len(chosen)
    note = f"{without:,} of {total:,} texts have no page here, and no finding quotes them"
    return chosen, [note] if without else []


def write_texts(
    index: EvidenceIndex,
    documents: pd.DataFrame,
    findings: Sequence[Finding],
    folder: Path,
    citations: Sequence[Citation] = (),
) -> list[Text]:
    """Write the page of each document, with the quotations of findings and others marked."""
    texts = []
    for row in documents.to_dict("records"):
        values = {str(key): str(value) for key, value in row.items() if not pd.isna(value)}
        fields = {label: values[key] for key, label in FIELDS.items() if values.get(key)}
        doc, source = values["doc"], str(row["text"])
        on_it = [f for f in findings if f.name.startswith("text-") and f.docs == {doc}]
        passages, ledger = (
            index.of_text(name, doc).sort_values("start", kind="stable").to_dict("records")
            for name in ("passages", "ledger")
        )
        lang, name = values.get("lang", ""), index.names[doc]
        text = Text(doc, name, lang, fields, len(passages), tuple(on_it))
        blocks = list(_blocks(source, passages, ledger))
        blocks, style = _mark_blocks(source, doc, blocks, findings, citations)
        english = any(block.english for block in blocks)
        path = folder / text.page
        write_page("text", path, text=text, blocks=blocks, split=style, english=english)
        texts.append(text)
    return texts


def _blocks(text: str, passages: Sequence[Row], ledger: Sequence[Row]) -> Iterator[Block]:
    """Yield the passages and, between them, the lines that are none."""
    at = 0
    for passage in passages:
        start, end = max(int(passage["start"]), at), int(passage["end"])
        yield from _lines_between(text, at, start, ledger, bool(passages))
        english = passage.get("english")
        kind = "headline" if passage.get("kind") == "headline" else "body"
        if start < end:
            shown = "" if pd.isna(english) else str(english)
            yield Block(start, end, str(passage["passage"]), kind, shown)
        at = max(at, end)
    yield from _lines_between(text, at, len(text), ledger, bool(passages))


def _lines_between(
    text: str, start: int, end: int, ledger: Sequence[Row], split: bool
) -> Iterator[Block]:
    """Yield each line of a part that holds no passage, with the reason for its removal."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        stop = at + len(line)
        if line.strip():
            over = [entry for entry in ledger if entry["start"] < stop and entry["end"] > at]
            reasons = [str(entry["reason"]) for entry in over if str(entry["text"]).strip()]
            reason = "; ".join(dict.fromkeys(reasons)) or "is no part of a passage"
            yield Block(at, stop, reason if split else "", "removed" if split else "body")
        at = stop


def _mark_blocks(
    text: str,
    doc: str,
    blocks: Sequence[Block],
    findings: Sequence[Finding],
    citations: Sequence[Citation],
) -> tuple[list[Block], Markup]:
    """Mark the quotations in blocks; return the style that shows a cut quotation as one, too."""
    resting: dict[tuple[int, int], dict[str, Finding]] = {
        (at.start, at.end): {} for at in citations if at.doc == doc
    }
    for finding in findings:
        for at in finding.citations:
            if at.doc == doc:
                resting.setdefault((at.start, at.end), {})[finding.name] = finding
    spans = _outer_first(resting)
    places = [(block.start, block.end) for block in blocks]
    originals = mark_spans(text, spans, places)
    marked = []
    for block, original in zip(blocks, originals, strict=True):
        here = [span for span in spans if span[0] < block.end and span[1] > block.start]
        quoting = {name: finding for span in here for name, finding in resting[span].items()}
        marked.append(replace(block, original=original, findings=tuple(quoting.values())))
    shown = "".join(originals)
    looks = "background: var(--hit); color: var(--on-hit); border-bottom: 3px solid"
    rules = [
        f"main:has(#{name}:target) .{name} {{ {looks}; }}"
        for name in (anchor(*span) for span in spans)
        if shown.count(f'class="{name}"') > 1
    ]
    return marked, Markup("\n".join(rules))


def mark_spans(
    text: str, spans: Sequence[tuple[int, int]], blocks: Sequence[tuple[int, int]]
) -> list[Markup]:
    """Return blocks of a text as HTML; of a span the first part bears the anchor.

    >>> print(*mark_spans("a < b", [(0, 3), (2, 5)], [(0, 5)]))
    <mark class="q-0-3" id="q-0-3">a </mark><mark class="q-0-3"><mark class="q-2-5"
    id="q-2-5">&lt;</mark></mark><mark class="q-2-5"> b</mark>
    """
    spans, seen, marked = _outer_first(spans), set[str](), []
    for start, end in blocks:
        parts = []
        for first, last, inside in cards.split_spans(start, end, spans):
            content = escape(text[first:last])
            names = [anchor(*spans[n]) for n in inside]
            for name in reversed(names):
                identifier = Markup("") if name in seen else Markup(' id="{}"').format(name)
                content = Markup('<mark class="{}"{}>{}</mark>').format(name, identifier, content)
            seen.update(names)
            parts.append(content)
        marked.append(Markup("").join(parts))
    return marked


def _outer_first(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(set(spans), key=lambda span: (span[0], -span[1]))
