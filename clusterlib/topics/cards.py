"""A card for each topic: what it is called, its terms, and the passages that stand for it."""

import html
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

# English with less confidence carries a question mark.
UNSURE = 0.4
RULES = """\
.cl-card {border: 1px solid #8888; border-radius: 6px; padding: .6em 1em; margin: .8em 0}
.cl-card h4 {margin: .2em 0}
.cl-card p {margin: .3em 0; text-align: left}
.cl-card .cl-place {font-size: 85%; opacity: .8}
.cl-card blockquote {margin: .4em 0 .4em .3em; padding-left: .7em; border-left: 3px solid #0072B2}
""".strip()
STYLE = f"<style>\n{RULES}\n</style>"


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
class Card:
    """One card: what a group is called, how far to trust it, and what stands for it.

    Attributes
    ----------
    title, trust : str
        What the group is called, and how far to trust it.
    lines : list of (str, str)
        Heads and what stands behind them, such as a language and its terms.
    quotes : list of Quote
        The passages that stand for the group.

    Examples
    --------
    >>> card = Card("R&D", "2 passages", [("fr", "2")], [])
    >>> card.framed()
    '<section class="cl-card"><h4>R&amp;D</h4><p>2 passages</p><p><b>fr</b> 2</p></section>'
    >>> print(card.written())
    R&D
    2 passages
      fr  2
    """

    title: str
    trust: str
    lines: list[tuple[str, str]]
    quotes: list[Quote]

    def framed(self) -> str:
        """Return it as HTML, everything escaped; `STYLE` stands once before all cards."""
        head = f"<h4>{html.escape(self.title)}</h4><p>{html.escape(self.trust)}</p>"
        middle = "".join(
            f"<p><b>{html.escape(name)}</b> {html.escape(line)}</p>" for name, line in self.lines
        )
        below = "".join(one.framed() for one in self.quotes)
        return f'<section class="cl-card">{head}{middle}{below}</section>'

    def written(self) -> str:
        """Return it as plain text."""
        found = [self.title, self.trust, *(f"  {name}  {line}" for name, line in self.lines)]
        for one in self.quotes:
            found += [f"  {one.place}", f"    {one.text}"]
            found += [f"    = {one.english}"] if one.english else []
        return "\n".join(found)


class Deck:
    """The cards of all groups, shown as HTML by a notebook and as plain text elsewhere."""

    summary: pd.DataFrame

    def _card(self, row: "pd.Series[Any]") -> Card:
        """Return the card of a row of the summary."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return STYLE + "".join(self._card(row).framed() for _, row in self.summary.iterrows())

    def __repr__(self) -> str:
        return "\n\n".join(self._card(row).written() for _, row in self.summary.iterrows())


@dataclass(frozen=True, repr=False)
class Cards(Deck):
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

    def _card(self, row: "pd.Series[Any]") -> Card:
        topic = row["topic"]
        title = f"{topic}: {row['label']}"
        return Card(title, _trust(row), self._lines(topic), self._quotes(topic))

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


def _trust(row: "pd.Series[Any]") -> str:
    return (
        f"{row['size']} passages; stability {row['stability']} ({row['verdict']}), "
        f"coherence {row['coherence']}, language bias {row['language_bias']} "
        f"(by chance up to {row['bias_by_chance']})"
    )
