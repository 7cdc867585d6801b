"""Show tables, texts and evidence in a notebook: static HTML, readable in any theme.

Tables of the stages come in; what goes out is shown by a notebook when it is the value of a cell,
and is plain text elsewhere.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clusterlib import schema
from clusterlib.cards import (
    GROUPS,
    INLINE,
    Quotation,
    Row,
    annotations,
    framed,
    grid_table,
    split_spans,
)
from clusterlib.claims.evidence import language
from clusterlib.compare.noise import match_codebook
from clusterlib.facts import TIMES

__all__ = ["View", "evidence", "grid", "prose", "reading", "table"]

# In each cell, since JupyterLab drops style sheets of notebooks that have not been run there.
CELL = '<\\1 style="text-align: left; vertical-align: top; max-width: 34em"'
PLACE = ("passage", "doc", "start", "end")
# Between labels, where a viewer drops the style sheet.
BAR = '<span class="cl-bar"> · </span> '
# The place of the group of a code, by which it has its colour, and what the code is called.
Label = tuple[int, str]
# What names a text, as far as it is known.
TITLE = ("doc", "initiative", "title")


@dataclass(frozen=True)
class View:
    """What a notebook shows when it is the value of a cell.

    Attributes
    ----------
    text : str
        Shown where there is nothing but plain text.
    html, markdown : str, optional
        Shown where these can be.

    Examples
    --------
    >>> View("There are 5.", markdown="There are **5**.")
    There are 5.
    """

    text: str
    html: str | None = None
    markdown: str | None = None

    def _repr_html_(self) -> str | None:
        return self.html

    def _repr_markdown_(self) -> str | None:
        return self.markdown

    def __repr__(self) -> str:
        return self.text


def table(frame: pd.DataFrame) -> View:
    """Show a table with the whole of its texts.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to show; its index is left out. Texts are escaped.

    Returns
    -------
    View

    Examples
    --------
    >>> table(pd.DataFrame({"doc": ["fr"], "rule": ["share"]}))
    doc  rule
     fr share
    """
    # Nought less a little, rounded, is nought.
    noughts = frame.select_dtypes("float").eq(0).reindex(columns=frame.columns, fill_value=False)
    frame = frame.mask(noughts, 0.0).rename_axis(columns=None)
    with pd.option_context("display.max_colwidth", 60):
        text = frame.to_string(index=False, na_rep="–")
    with pd.option_context("display.max_colwidth", None):
        content = frame.to_html(index=False, border=0, justify="left", na_rep="–")
    return View(text, _align(content))


def _align(table: str) -> str:
    return re.sub(r"<(t[dh])\b", CELL, table)


def prose(text: str) -> View:
    """Show sentences whose figures a cell has filled in.

    Parameters
    ----------
    text : str
        Markdown; by convention an f-string.

    Returns
    -------
    View

    Examples
    --------
    >>> prose(f"There are {2 + 3} texts.")
    There are 5 texts.
    """
    return View(text, markdown=text)


def evidence(numbers: pd.DataFrame, sentences: pd.DataFrame, on: str | Sequence[str]) -> View:
    """Show numbers that open on the sentences they count.

    Parameters
    ----------
    numbers : pandas.DataFrame
        One row a number: the columns of ``on``, and the numbers themselves.
    sentences : pandas.DataFrame
        The columns of ``on``, and quote or text; passage, doc, start, end, lang and english as far
        as known.
    on : str or sequence of str
        The columns in which a sentence must agree with a number to be counted.

    Returns
    -------
    View

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> sentences = pd.DataFrame({"doc": ["fr"], "start": [0], "end": [3], "text": ["Un."]})
    >>> evidence(pd.DataFrame({"doc": ["fr"], "passages": [1]}), sentences, "doc")
    fr: passages 1
      fr 0–3
        Un.
    """
    keys = (on,) if isinstance(on, str) else tuple(on)
    missing = [f"numbers has no {name!r}" for name in keys if name not in numbers]
    missing += [f"sentences has no {name!r}" for name in keys if name not in sentences]
    if not {"text", "quote"} & set(sentences.columns):
        missing.append("sentences has neither 'quote' nor 'text'")
    if missing:
        raise ValueError("; ".join(missing))
    order = [name for name in PLACE if name in sentences]
    ordered = sentences.sort_values(order, kind="stable") if order else sentences
    others = [name for name in numbers.columns if name not in keys]
    lines, parts = [], []
    for row in numbers.to_dict("records"):
        chosen = (ordered[list(keys)] == [row[name] for name in keys]).all(axis=1)
        quoted = [Quotation.of(one) for one in ordered[chosen].to_dict("records")]
        values = ", ".join(f"{name} {_write_number(row[name])}" for name in others)
        head = ", ".join(str(row[name]) for name in keys) + (f": {values}" if values else "")
        lines += [head, *(line for item in quoted for line in item.lines())]
        content = "".join(item.html() for item in quoted) or "<p>No sentence.</p>"
        parts.append(f"<details><summary>{html.escape(head)}</summary>{content}</details>")
    return View("\n".join(lines), framed("reading", "".join(parts)))


def _write_number(value: object) -> str:
    """Return a number as a reader wants it: two decimals at most, no negative nought."""
    if isinstance(value, float):
        return "–" if pd.isna(value) else f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return str(value)


def grid(cells: pd.DataFrame) -> View:
    """Show the grid of initiatives: a row an attribute, and cells that open on their words.

    Parameters
    ----------
    cells : pandas.DataFrame
        As `clusterlib.compare.grid` returns it: initiative, attribute, value, doc, start, end
        and quote; lang and english of the words, if known. The language stands beside the
        name of the initiative.

    Returns
    -------
    View

    Examples
    --------
    >>> import clusterlib as cl
    >>> cells = cl.compare.grid(cl.load.documents())
    >>> print(str(grid(cells.query("doc == 'nb' and attribute == 'money'"))))
    money
      Industrial Green Tech: about 165 million kroner for the programme in 2016, not for the cluster
    """
    if "lang" in cells:
        spoken = " (" + cells["lang"].map(language) + ")"
        cells = cells.assign(initiative=cells["initiative"] + spoken)
    lines = []
    for attribute, part in cells.groupby("attribute", sort=False):
        rows = part[["initiative", "value"]].to_numpy().tolist()
        lines += [str(attribute), *(f"  {name}: {value}" for name, value in rows)]
    return View("\n".join(lines), framed("reading", _align(grid_table(cells))))


def reading(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    *,
    codes: pd.DataFrame | None = None,
    codebook: str | Path | pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> View:
    """Show texts with what was found in them, letter by letter; what no passage covers is small.

    Every mark has a letter or a label beside its colour and its line.

    Parameters
    ----------
    documents : pandas.DataFrame
        The texts to show: doc, lang and text; initiative and title if known.
    passages : pandas.DataFrame
        passage, doc, start and end; english if there is a translation, which then stands beside the
        text.
    codes : pandas.DataFrame, optional
        passage, code and coded; label and dimension if known.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; names and orders the codes. Without it they have the
        labels, dimensions and order of their table, or if that has no labels, those of the seeds.
    facts, mentions : pandas.DataFrame, optional
        As `clusterlib.facts.find` and `clusterlib.facts.mentions` return them.

    Returns
    -------
    View

    Raises
    ------
    clusterlib.problems.InputError
        If codes lack a column.
    ValueError
        If passages are unknown, spans lie outside their text, or codes that passages have are not
        in the codebook.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents().query("doc == 'fr'")
    >>> passages = cl.clean.passages(documents)
    >>> print(str(reading(documents, passages.head(1), facts=cl.facts.find(documents))))
    fr · Cluster Énergie et Stockage · Un cluster pour l’énergie et le stockage
    fr-001  Un cluster pour l’énergie et le stockage
    """
    passages = passages[passages["doc"].isin(documents["doc"])]
    facts, mentions = (
        rows if rows is None else rows[rows["doc"].isin(documents["doc"])]
        for rows in (facts, mentions)
    )
    labels, groups, coded = dict[str, list[Label]](), list[str](), None
    if codes is not None:
        schema.check(codes, "codings")
        coded = codes[codes["coded"].astype(bool)]
        book = _book(codes, coded, codebook)
        coded = coded[coded["passage"].isin(passages["passage"])]
        given = book.merge(coded[["passage", "code"]], on="code")
        given["group"] = given["dimension"].replace("", "code")
        groups = given["group"].drop_duplicates().tolist()
        for passage, group, label in given[["passage", "group", "label"]].to_numpy().tolist():
            labels.setdefault(passage, []).append((groups.index(group), label))
    placed = annotations(documents, passages, coded, None, facts, mentions)
    inline = placed[placed["kind"].isin(["fact", "actor"])]
    actors = inline["kind"] == "actor"
    kinds = inline["key"].isin(TIMES).map({True: "time", False: "amount"}).mask(actors, "actor")
    inline = inline.assign(kind=kinds, note=inline["note"].mask(actors, inline["key"]))
    lines, tables = list[str](), [_legend(set(kinds), groups)]
    for row in documents.to_dict("records"):
        of_text = passages[passages["doc"] == row["doc"]].sort_values("start")
        marks = inline[inline["doc"] == row["doc"]]
        text, table = _read_text(row, of_text, marks, labels)
        lines += text
        tables.append(table)
    return View("\n".join(lines), _align(framed("reading", "".join(tables))))


def _legend(kinds: set[str], groups: list[str]) -> str:
    """Return what the marks stand for, as far as they occur."""
    entries = [
        f'<mark class="cl-{letter}">{name}<sup>{letter}</sup></mark>'
        for kind, (letter, name) in INLINE.items()
        if kind in kinds
    ]
    entries += map(_chip, enumerate(groups))
    return f'<p class="cl-soft">Marked: {BAR.join(entries)}</p>' if entries else ""


def _chip(label: Label) -> str:
    """Return a label in the look of its group, and the number that the legend names it by."""
    place, name = label
    look = f"cl-chip cl-c{place % GROUPS}"
    return f'<span class="{look}">{html.escape(name)}<sup>{place + 1}</sup></span>'


def _read_text(
    row: Row, passages: pd.DataFrame, marks: pd.DataFrame, labels: dict[str, list[Label]]
) -> tuple[list[str], str]:
    """Return a text as plain lines, and as a table of passages, their original and English."""
    text, lang = row["text"], html.escape(str(row["lang"]))
    title = " · ".join(str(row[key]) for key in TITLE if not pd.isna(row.get(key)) and row[key])
    both = "english" in passages
    lines, rows, at = [title], [], 0
    for passage in passages.to_dict("records"):
        name, start, end = passage["passage"], passage["start"], passage["end"]
        english, given = passage.get("english"), labels.get(name, [])
        words, original = _mark(text, start, end, marks)
        lines.append(f"{name}  {' '.join(words.split())}")
        lines += [] if pd.isna(english) else [f"  = {english}"]
        lines += [f"  # {' · '.join(label for _, label in given)}"] if given else []
        below = f"<p>{BAR.join(map(_chip, given))}</p>" if given else ""
        cells = f'<td class="cl-soft">{html.escape(str(name))}</td>'
        cells += f'<td><p lang="{lang}" dir="auto">{original}</p>{below}</td>'
        if both:
            shown = "" if pd.isna(english) else html.escape(str(english))
            cells += f'<td><p lang="en">{shown}</p></td>'
        rows += [_aside(text[at:start], both), f"<tr>{cells}</tr>"]
        at = max(at, end)
    rows.append(_aside(text[at:], both))
    head = f"<th>passage</th><th>{lang}</th>" + "<th>en</th>" * both
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return lines, f"<p><b>{html.escape(title)}</b></p>{table}"


def _mark(text: str, start: int, end: int, marks: pd.DataFrame) -> tuple[str, str]:
    """Return a passage with what is marked in it, as plain text and inside marks of HTML.

    Letters and notes stand where a mark ends.
    """
    inside = marks[(marks["start"] < end) & (marks["end"] > start)]
    notes = inside[["kind", "note", "end"]].to_numpy().tolist()
    words, shown = "", ""
    spans = [
        (int(first), int(last)) for first, last in zip(inside["start"], inside["end"], strict=True)
    ]
    for first, last, over in split_spans(start, end, spans):
        part = text[first:last]
        content = html.escape(part)
        words += part
        for kind, note, stop in (notes[place] for place in over):
            letter, ends = INLINE[kind][0], last == min(stop, end)
            words += f"[{letter}: {note}]" if ends else ""
            title = html.escape(" ".join(note.split()))
            sup = f"<sup>{letter}</sup>" if ends else ""
            content = f'<mark class="cl-{letter}" title="{title}">{content}{sup}</mark>'
        shown += content
    return words, shown


def _book(
    codes: pd.DataFrame, coded: pd.DataFrame, codebook: str | Path | pd.DataFrame | None
) -> pd.DataFrame:
    """Return code, label and dimension of each code."""
    if codebook is None and "label" in codes:
        book = codes.drop_duplicates("code").astype({"label": object})
        names = book["label"].where(book["label"].notna(), book["code"])
        book = book.assign(label=names, dimension=book.get("dimension", ""))
    else:
        # A codebook that is given may call the codes otherwise; it must only have them.
        book = match_codebook(coded if codebook is None else coded[["code"]], codebook)
    return book[["code", "label", "dimension"]].astype(object).fillna("")


def _aside(text: str, both: bool) -> str:
    """Return what no passage covers as a row of its own, if it is more than blanks."""
    words = " ".join(text.split())
    cells = f'<td></td><td class="cl-soft">{html.escape(words)}</td>' + "<td></td>" * both
    return f"<tr>{cells}</tr>" if words else ""
