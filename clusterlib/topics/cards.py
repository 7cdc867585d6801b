"""A card for each topic: what it is called, its terms, and the passages that stand for it."""

import html
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

# English with less confidence carries a question mark.
UNSURE = 0.4
STYLE = """<style>
.cl-card {border: 1px solid #8888; border-radius: 6px; padding: .6em 1em; margin: .8em 0}
.cl-card h4 {margin: .2em 0}
.cl-card p {margin: .3em 0; text-align: left}
.cl-card .cl-place {font-size: 85%; opacity: .8}
.cl-card blockquote {margin: .4em 0 .4em .3em; padding-left: .7em; border-left: 3px solid #0072B2}
</style>"""


@dataclass(frozen=True)
class Quote:
    """A passage as a card shows it.

    Attributes
    ----------
    lang, text, english : str
        As the passage has them; no English is an empty string.
    place : str
        Where it stands, and what is told of it.

    Examples
    --------
    >>> Quote("fr", "R&D", "", "fr-001").framed().partition("<br>")[0]
    '<blockquote><span lang="fr">R&amp;D</span>'
    """

    lang: str
    text: str
    english: str
    place: str

    def framed(self) -> str:
        """Return it as HTML, escaped, with its English and its place."""
        lang, text, english, place = (
            html.escape(part) for part in (self.lang, self.text, self.english, self.place)
        )
        reading = f'<br><i lang="en">{english}</i>' if english else ""
        return (
            f'<blockquote><span lang="{lang}">{text}</span>{reading}'
            f'<br><span class="cl-place">{place}</span></blockquote>'
        )


@dataclass(frozen=True)
class Cards:
    """Topics as a notebook shows them.

    Attributes
    ----------
    summary : pandas.DataFrame
        One row a topic.
    terms : pandas.DataFrame
        The best terms of each topic and language, with their English.
    passages : pandas.DataFrame
        The passages that stand for each topic: topic, passage, doc, lang,
        start, end, weight, text and english.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> found = cl.topics.fit(passages, cl.embed.vectors(passages), n_topics=4)
    >>> cards = found.cards(most=1)
    >>> len(cards.summary), cards.passages["topic"].nunique()
    (4, 4)
    """

    summary: pd.DataFrame
    terms: pd.DataFrame
    passages: pd.DataFrame

    def _repr_html_(self) -> str:
        return STYLE + "".join(self._card(row) for _, row in self.summary.iterrows())

    def __repr__(self) -> str:
        return "\n\n".join(self._plain(row) for _, row in self.summary.iterrows())

    def _card(self, row: "pd.Series[str]") -> str:
        """Return one card as HTML, everything escaped."""
        title = f"{row['topic']}: {row['label']}"
        return framed(title, _trust(row), self._lines(row["topic"]), self._quotes(row["topic"]))

    def _plain(self, row: "pd.Series[str]") -> str:
        """Return one card as plain text."""
        title = f"{row['topic']}: {row['label']}"
        return written(title, _trust(row), self._lines(row["topic"]), self._quotes(row["topic"]))

    def _lines(self, topic: str) -> list[tuple[str, str]]:
        """Return for each language the terms of a topic, with English where it differs."""
        own = self.terms[self.terms["topic"] == topic]
        found: dict[str, list[str]] = {}
        for one in own.to_dict("records"):
            found.setdefault(str(one["lang"]), []).append(_term(one))
        return [(lang, ", ".join(found[lang])) for lang in sorted(found)]

    def _quotes(self, topic: str) -> list[Quote]:
        own = self.passages[self.passages["topic"] == topic].to_dict("records")
        return [quote(one, f"weight {one['weight']:.2f}") for one in own]


def framed(
    title: str, trust: str, lines: Sequence[tuple[str, str]], quotes: Sequence[Quote]
) -> str:
    """Return one card as HTML, everything escaped.

    Parameters
    ----------
    title, trust : str
        What the group is called, and how far to trust it.
    lines : sequence of (str, str)
        Heads and what stands behind them, such as a language and its terms.
    quotes : sequence of Quote
        The passages that stand for the group.

    Returns
    -------
    str
        A section; `STYLE` stands once before all of them.

    Examples
    --------
    >>> framed("R&D", "2 passages", [("fr", "2")], [])
    '<section class="cl-card"><h4>R&amp;D</h4><p>2 passages</p><p><b>fr</b> 2</p></section>'
    """
    head = f"<h4>{html.escape(title)}</h4><p>{html.escape(trust)}</p>"
    middle = "".join(
        f"<p><b>{html.escape(name)}</b> {html.escape(line)}</p>" for name, line in lines
    )
    below = "".join(one.framed() for one in quotes)
    return f'<section class="cl-card">{head}{middle}{below}</section>'


def written(
    title: str, trust: str, lines: Sequence[tuple[str, str]], quotes: Sequence[Quote]
) -> str:
    """Return one card as plain text, of what `framed` takes.

    Parameters
    ----------
    title, trust, lines, quotes
        As for `framed`.

    Returns
    -------
    str

    Examples
    --------
    >>> print(written("theme-1: R&D", "2 passages", [("fr", "2")], []))
    theme-1: R&D
    2 passages
      fr  2
    """
    found = [title, trust, *(f"  {name}  {line}" for name, line in lines)]
    for one in quotes:
        found += [f"  {one.place}", f"    {one.text}"]
        found += [f"    = {one.english}"] if one.english else []
    return "\n".join(found)


def quote(one: Mapping[Hashable, Any], told: str) -> Quote:
    """Return a row of passages as a card quotes it, with what is told of it behind its place.

    Parameters
    ----------
    one : mapping
        passage, lang, text, english, and doc, start and end where they are known.
    told : str
        Such as its weight.

    Returns
    -------
    Quote

    Examples
    --------
    >>> row = {"passage": "fr-001", "lang": "fr", "text": "Un vélo.", "english": "A bicycle."}
    >>> quote({**row, "doc": "fr", "start": 0, "end": 8}, "margin 0.50").place
    'fr-001, fr 0–8, margin 0.50'
    """
    place = f" {one['doc']} {one['start']}–{one['end']}," if "start" in one else ""
    words = f"{one['passage']},{place} {told}"
    return Quote(str(one["lang"]), str(one["text"]), str(one["english"]), words)


def _term(one: Mapping[Hashable, Any]) -> str:
    """Return a term with its English, with a question mark where that is not sure."""
    if one["english"].lower() in ("", one["term"].lower()):
        return str(one["term"])
    doubt = "?" if one["confidence"] < UNSURE else ""
    return f"{one['term']} ({one['english']}{doubt})"


def _trust(row: "pd.Series[str]") -> str:
    return (
        f"{row['passages']} passages; stability {row['stability']} ({row['verdict']}), "
        f"coherence {row['coherence']}, language bias {row['language_bias']} "
        f"(by chance up to {row['bias_by_chance']})"
    )
