"""A card for each topic or theme: what it is called, how far to trust it, and its passages.

The tables of fitted groups come in; cards that a notebook shows go out.
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
    """Topics or themes as a notebook shows them.

    Attributes
    ----------
    summary : pandas.DataFrame
        One row a group, as fitted topics or themes hold it; the first column names it.
    facts : pandas.DataFrame
        What stands under the name of a group, a row a line: the column that names the
        group, head and text.
    passages : pandas.DataFrame
        The passages that stand for each group: the column that names it, passage, doc,
        lang, start, end, text and english as far as known, and note.

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
    facts: pd.DataFrame
    passages: pd.DataFrame

    def cards(self) -> Iterator[Card]:
        """Return the card of each group."""
        kind = self.summary.columns[0]
        for row in self.summary.to_dict("records"):
            facts = self.facts.loc[self.facts[kind] == row[kind], ["head", "text"]]
            rows = self.passages[self.passages[kind] == row[kind]].to_dict("records")
            quoted = [Quotation.of(one, one["note"]) for one in rows]
            lines = [(str(head), str(text)) for head, text in facts.to_numpy().tolist()]
            yield Card(f"{row[kind]}: {row['label']}", _trust(row), lines, quoted)


def write_terms(terms: pd.DataFrame) -> pd.DataFrame:
    """Return the facts of cards that list terms: a line a language, with English beside them."""
    shown = [_term(row) for row in terms.to_dict("records")]
    lines = terms.assign(text=shown, head=terms["lang"]).groupby(["topic", "head"])["text"]
    return lines.agg(", ".join).reset_index()


def _term(row: Mapping[Hashable, Any]) -> str:
    """Return a term with its English, with a question mark where that is not sure."""
    if row["english"].lower() in ("", row["term"].lower()):
        return str(row["term"])
    return f"{row['term']} ({row['english']}{'?' * (row['confidence'] < UNSURE)})"


def _trust(row: Mapping[Hashable, Any]) -> str:
    by_hand = f"{row['by_hand']} by hand; " if row.get("by_hand") else ""
    by_hand += f"drawn to {row['anchor']}; " if row.get("anchor") else ""
    return (
        f"{by_hand}{row['size']} passages; stability {row['stability']:.2f} ({row['verdict']}), "
        f"coherence {row['coherence']:.2f}, language bias {row['language_bias']:.2f} "
        f"(by chance up to {row['bias_by_chance']:.2f})"
    )
