"""A card for each topic: what it is called, its terms, and the passages that stand for it."""

import html
from collections.abc import Hashable, Mapping
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
        terms = "".join(
            f"<p><b>{html.escape(lang)}</b> {html.escape(line)}</p>"
            for lang, line in self._lines(row["topic"])
        )
        quotes = "".join(_quote(one) for one in self._own(row["topic"]))
        head = f"<h4>{html.escape(row['topic'])}: {html.escape(row['label'])}</h4>"
        trust = f"<p>{html.escape(_trust(row))}</p>"
        return f'<section class="cl-card">{head}{trust}{terms}{quotes}</section>'

    def _plain(self, row: "pd.Series[str]") -> str:
        """Return one card as plain text."""
        lines = [f"{row['topic']}: {row['label']}", _trust(row)]
        lines += [f"  {lang}  {line}" for lang, line in self._lines(row["topic"])]
        for one in self._own(row["topic"]):
            lines += [f"  {_place(one)}", f"    {one['text']}"]
            lines += [f"    = {one['english']}"] if one["english"] else []
        return "\n".join(lines)

    def _lines(self, topic: str) -> list[tuple[str, str]]:
        """Return for each language the terms of a topic, with English where it differs."""
        own = self.terms[self.terms["topic"] == topic]
        found: dict[str, list[str]] = {}
        for one in own.to_dict("records"):
            found.setdefault(str(one["lang"]), []).append(_term(one))
        return [(lang, ", ".join(found[lang])) for lang in sorted(found)]

    def _own(self, topic: str) -> list[dict[Hashable, Any]]:
        return self.passages[self.passages["topic"] == topic].to_dict("records")


def _term(one: Mapping[Hashable, Any]) -> str:
    """Return a term with its English, with a question mark where that is not sure."""
    if one["english"].lower() in ("", one["term"].lower()):
        return str(one["term"])
    doubt = "?" if one["confidence"] < UNSURE else ""
    return f"{one['term']} ({one['english']}{doubt})"


def _quote(one: Mapping[Hashable, Any]) -> str:
    """Return a passage as HTML, escaped, with its English and its place."""
    text, english, place = (
        html.escape(str(part)) for part in (one["text"], one["english"], _place(one))
    )
    reading = f'<br><i lang="en">{english}</i>' if english else ""
    lang = html.escape(str(one["lang"]))
    return (
        f'<blockquote><span lang="{lang}">{text}</span>{reading}'
        f'<br><span class="cl-place">{place}</span></blockquote>'
    )


def _trust(row: "pd.Series[str]") -> str:
    return (
        f"{row['passages']} passages; stability {row['stability']} ({row['verdict']}), "
        f"coherence {row['coherence']}, language bias {row['language_bias']} "
        f"(by chance up to {row['bias_by_chance']})"
    )


def _place(one: Mapping[Hashable, Any]) -> str:
    place = f"{one['doc']} {one['start']}–{one['end']}"
    return f"{one['passage']}, {place}, weight {one['weight']:.2f}"
