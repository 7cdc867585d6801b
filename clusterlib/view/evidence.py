"""From a number to the sentences that it counts."""

import html
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterlib.view.style import style

Row = Mapping[Hashable, Any]
PLACE = ("passage", "doc", "start", "end")


@dataclass(frozen=True)
class Evidence:
    """Numbers as a notebook shows them, each opening on its sentences.

    Attributes
    ----------
    numbers : pandas.DataFrame
        One row a number.
    sentences : pandas.DataFrame
        What they count.
    on : tuple of str
        The columns that lead from one to the other.

    Examples
    --------
    >>> sentences = pd.DataFrame({"doc": ["fr", "fr"], "text": ["Un.", "Deux."]})
    >>> shown = Evidence(pd.DataFrame({"doc": ["fr"]}), sentences, ("doc",))
    >>> shown._repr_html_().count("<blockquote>")
    2
    """

    numbers: pd.DataFrame
    sentences: pd.DataFrame
    on: tuple[str, ...]

    def _repr_html_(self) -> str:
        parts = []
        for row in self.numbers.to_dict("records"):
            quotes = "".join(_quote(one) for one in self._own(row)) or "<p>No sentence.</p>"
            head = html.escape(self._head(row))
            parts.append(f"<details><summary>{head}</summary>{quotes}</details>")
        return f'<div class="cl-read">{style()}{"".join(parts)}</div>'

    def __repr__(self) -> str:
        lines = []
        for row in self.numbers.to_dict("records"):
            lines.append(self._head(row))
            for one in self._own(row):
                lines += [f"  {_place(one)}", f"    {' '.join(_text(one).split())}"]
                lines += [f"    = {one['english']}"] if _has(one, "english") else []
        return "\n".join(lines)

    def _own(self, row: Row) -> list[dict[Hashable, Any]]:
        chosen = pd.Series(True, index=self.sentences.index)
        for name in self.on:
            chosen &= self.sentences[name] == row[name]
        return self.sentences[chosen].to_dict("records")

    def _head(self, row: Row) -> str:
        keys = ", ".join(str(row[name]) for name in self.on)
        rest = [name for name in self.numbers.columns if name not in self.on]
        told = [f"{name} {_shown(row[name])}" for name in rest]
        return f"{keys}: {', '.join(told)}" if told else keys


def evidence(numbers: pd.DataFrame, sentences: pd.DataFrame, on: str | Sequence[str]) -> Evidence:
    """Show numbers that open on the sentences they count.

    Parameters
    ----------
    numbers : pandas.DataFrame
        One row a number: the columns of ``on``, and the numbers themselves.
    sentences : pandas.DataFrame
        The columns of ``on``, and quote or text; passage, doc, start, end, lang
        and english as far as known.
    on : str or sequence of str
        The columns in which a sentence must agree with a number to be counted.

    Returns
    -------
    Evidence
        Shown by a notebook when it is the value of a cell; plain text elsewhere.

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
    return Evidence(numbers, ordered.reset_index(drop=True), keys)


def _quote(one: Row) -> str:
    """Return a sentence with its English and its place, everything escaped."""
    lang = f' lang="{html.escape(str(one["lang"]))}"' if _has(one, "lang") else ""
    told = [f'<span{lang} dir="auto">{html.escape(_text(one))}</span>']
    if _has(one, "english"):
        told.append(f'<i lang="en">{html.escape(str(one["english"]))}</i>')
    if place := _place(one):
        told.append(f'<span class="cl-soft">{html.escape(place)}</span>')
    return f"<blockquote>{'<br>'.join(told)}</blockquote>"


def _text(one: Row) -> str:
    return str(one["quote"] if _has(one, "quote") else one["text"])


def _place(one: Row) -> str:
    """Return where a sentence stands, as ``nl-003, nl 120–180``."""
    span = f"{one['doc']} " if _has(one, "doc") else ""
    if _has(one, "start") and _has(one, "end"):
        span += f"{one['start']}–{one['end']}"
    known = [str(one["passage"])] if _has(one, "passage") else []
    return ", ".join([*known, span.strip()] if span else known)


def _has(one: Row, name: str) -> bool:
    return name in one and not pd.isna(one[name]) and one[name] != ""


def _shown(value: object) -> str:
    """Return a number as a reader wants it: two decimals at most, no negative nought."""
    if isinstance(value, float):
        return "–" if pd.isna(value) else f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return str(value)
