"""A card for each theme: what it is called, how far to trust it, and its central passages.

The tables of themes come in; cards that a notebook shows go out.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterlib.cards import Card, CardView, Quotation

# What a card needs of a passage, and what it shows where passages have it.
NEEDED, SHOWN = ["passage", "lang", "text"], ["doc", "start", "end", "english"]


@dataclass(frozen=True, repr=False)
class Cards(CardView):
    """Themes as a notebook shows them.

    Attributes
    ----------
    summary : pandas.DataFrame
        One row a theme, as `clusterlib.themes.Themes` holds it, with verdict (on
        its stability).
    languages : pandas.DataFrame
        theme, lang, passages (of the language in the theme) and whole (in the corpus).
    passages : pandas.DataFrame
        The passages that stand for each theme: theme, margin, central, passage,
        lang, text and english, and doc, start and end where they are known.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = cl.themes.fit(passages, cl.embed.vectors(passages), n_themes=4)
    >>> cards = themes.cards(most=1)
    >>> len(cards.summary), int(cards.passages["central"].sum())
    (4, 4)
    """

    summary: pd.DataFrame
    languages: pd.DataFrame
    passages: pd.DataFrame

    def cards(self) -> Iterator[Card]:
        """Return the card of each theme, with its passages of each language."""
        for row in self.summary.to_dict("records"):
            langs = self.languages[self.languages["theme"] == row["theme"]]
            counts = [f"{one.lang} {one.passages} of {one.whole}" for one in langs.itertuples()]
            rows = self.passages[self.passages["theme"] == row["theme"]].to_dict("records")
            quoted = [
                Quotation.of(one, f"margin {one['margin']:.2f}{', central' * one['central']}")
                for one in rows
            ]
            facts = [("languages", ", ".join(counts))]
            yield Card(f"{row['theme']}: {row['label']}", _trust(row), facts, quoted)


def drawn(members: pd.DataFrame, summary: pd.DataFrame, source: pd.DataFrame, most: int) -> Cards:
    """Return the cards of themes.

    Parameters
    ----------
    members, summary, source : pandas.DataFrame
        As `clusterlib.themes.Themes` holds them.
    most : int
        Passages shown for each language that a theme has.

    Returns
    -------
    Cards
        The passage that the label is from comes first of its language, then those
        of the largest margin; of equals, the first by name.

    Raises
    ------
    ValueError
        If ``most`` is less than 1.

    Examples
    --------
    >>> source = pd.DataFrame({"passage": ["b", "a"], "lang": "fr", "text": ["Vélo", "Pile"]})
    >>> members = pd.DataFrame({"passage": ["a", "b"], "theme": "theme-1", "margin": 0.5})
    >>> summary = pd.DataFrame({"theme": ["theme-1"], "central": "b"})
    >>> drawn(members, summary, source, 2).passages["passage"].tolist()
    ['b', 'a']
    """
    if most < 1:
        raise ValueError(f"most={most}; expected 1 or more passages a language")
    columns = NEEDED + [name for name in SHOWN if name in source]
    rows = members[["passage", "theme", "margin"]].merge(source[columns], on="passage")
    rows["english"] = rows["english"].fillna("") if "english" in rows else ""
    rows["central"] = rows["passage"].isin(summary["central"])
    rows = rows.sort_values(
        ["theme", "lang", "central", "margin", "passage"],
        ascending=[True, True, False, False, True],
    )
    languages = rows.groupby(["theme", "lang"]).size().rename("passages").reset_index()
    languages["whole"] = languages["lang"].map(rows["lang"].value_counts())
    shown = rows.groupby(["theme", "lang"], sort=False).head(most).reset_index(drop=True)
    return Cards(summary, languages, shown)


def _trust(row: Mapping[Hashable, Any]) -> str:
    return (
        f"{row['size']} passages; stability {row['stability']:.2f} ({row['verdict']}), "
        f"coherence {row['coherence']:.2f}, language bias {row['language_bias']:.2f} "
        f"(by chance up to {row['bias_by_chance']:.2f})"
    )
