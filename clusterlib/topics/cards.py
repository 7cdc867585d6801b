"""A card for each topic: what it is called, its terms, and the passages that stand for it.

The tables of fitted topics come in; cards that a notebook shows go out.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterlib.cards import Card, CardView, Quotation

# English with less confidence carries a question mark.
UNSURE = 0.4


@dataclass(frozen=True, repr=False)
class Cards(CardView):
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
    >>> topics = cl.topics.fit(passages, cl.embed.vectors(passages), n_topics=4)
    >>> cards = topics.cards(most=1)
    >>> len(cards.summary), cards.passages["topic"].nunique()
    (4, 4)
    """

    summary: pd.DataFrame
    terms: pd.DataFrame
    passages: pd.DataFrame

    def cards(self) -> Iterator[Card]:
        """Return the card of each topic, with a line of terms for each language."""
        terms = self.terms.assign(shown=[_term(row) for row in self.terms.to_dict("records")])
        for row in self.summary.to_dict("records"):
            by_lang = terms[terms["topic"] == row["topic"]].groupby("lang")["shown"]
            facts = [(str(lang), ", ".join(shown)) for lang, shown in by_lang]
            rows = self.passages[self.passages["topic"] == row["topic"]].to_dict("records")
            quoted = [Quotation.of(one, f"weight {one['weight']:.2f}") for one in rows]
            yield Card(f"{row['topic']}: {row['label']}", _trust(row), facts, quoted)


def _term(row: Mapping[Hashable, Any]) -> str:
    """Return a term with its English, with a question mark where that is not sure."""
    if row["english"].lower() in ("", row["term"].lower()):
        return str(row["term"])
    return f"{row['term']} ({row['english']}{'?' * (row['confidence'] < UNSURE)})"


def _trust(row: Mapping[Hashable, Any]) -> str:
    return (
        f"{row['size']} passages; stability {row['stability']} ({row['verdict']}), "
        f"coherence {row['coherence']}, language bias {row['language_bias']} "
        f"(by chance up to {row['bias_by_chance']})"
    )
