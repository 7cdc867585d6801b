"""Topics: subjects that passages of many languages share, and how far to trust them."""

import functools
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed, schema
from clusterlib.topics import english, mixture, number, result, terms
from clusterlib.topics.assign import Assigner
from clusterlib.topics.cards import Cards

__all__ = ["Assigner", "Cards", "Topics", "fit"]

# Fewer distinct passages carry no topics at all; each topic asked for needs so many.
FEWEST, SMALLEST = 8, 3
# A passage's weights are the mean over itself and so many nearest passages.
NEAREST = 5


@dataclass(frozen=True)
class Topics:
    """Fitted topics.

    Attributes
    ----------
    weights : pandas.DataFrame
        passage, topic and weight, one row for each pair; weights of a passage
        sum to 1.
    passages : pandas.DataFrame
        passage, doc, lang, topic (the first), weight, margin (by which the first leads
        the second) and clear (whether by 0.2 or more).
    trust : pandas.DataFrame
        topic, passages, share, stability, coherence, language_bias,
        bias_by_chance and verdict.
    languages : pandas.DataFrame
        topic, and the share of each language in its passages.
    curve : pandas.DataFrame
        What each number of topics gives, or the one asked for; see
        `number.curve`.
    stable : bool
        Whether the number of topics is stable. Where none is, there are as few
        as can be.
    source : pandas.DataFrame
        The passages, as they were given.
    encoder : Encoder, optional
        As it was given.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> found = fit(passages, cl.embed.vectors(passages), n_topics=4)
    >>> found.weights.shape, found.stable
    ((384, 3), False)
    """

    weights: pd.DataFrame
    passages: pd.DataFrame
    trust: pd.DataFrame
    languages: pd.DataFrame
    curve: pd.DataFrame
    stable: bool
    source: pd.DataFrame = field(repr=False)
    encoder: embed.Encoder | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        return self.cards()._repr_html_()

    @functools.cached_property
    def terms(self) -> pd.DataFrame:
        """Terms of each topic and language: topic, lang, kind, term, english, …, rank.

        Found when first asked for, since English words have to be embedded.
        """
        ranked = terms.rank(self.source, self.weights)
        return schema.check(english.gloss(ranked, self.source, self.encoder), "topic terms")

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """One row a topic: topic, label, passages, share, stability, coherence, …, verdict."""
        named = self.terms
        if self.source.get("english", pd.Series([""])).fillna("").str.strip().ne("").all():
            # Readings of all passages pool the languages; glosses of terms cannot.
            read = self.source.assign(text=self.source["english"], lang="en")
            ranked = terms.rank(read, self.weights)
            named = ranked.assign(english=ranked["term"], confidence=1.0)
        labels = {str(topic): english.label(part) for topic, part in named.groupby("topic")}
        table = self.trust.copy()
        table.insert(1, "label", table["topic"].map(labels).fillna("no terms"))
        return schema.check(table, "topics")

    def cards(self, most: int = 2, listed: int = 5) -> Cards:
        """Return a card for each topic.

        Parameters
        ----------
        most : int
            Passages shown for each language that the topic has.
        listed : int
            Terms shown for each language.

        Returns
        -------
        Cards
            Shown as HTML by a notebook, as plain text elsewhere.
        """
        own = self.passages.merge(self.source, on=["passage", "doc", "lang"])
        own["english"] = own["english"].fillna("") if "english" in own else ""
        own = own.sort_values(
            ["topic", "lang", "weight", "passage"], ascending=[True, True, False, True]
        )
        shown = own.groupby(["topic", "lang"], sort=False).head(most)
        best = self.terms[(self.terms["kind"] == "term") & (self.terms["rank"] <= listed)]
        return Cards(self.summary, best, shown.reset_index(drop=True))


def fit(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    n_topics: int | None = None,
    random_state: int = 0,
    encoder: embed.Encoder | None = None,
) -> Topics:
    """Find the topics of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        As `clusterlib.clean.passages` returns them; a column english with
        reading translations serves labels and terms, never the topics.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns them, of the same passages.
    n_topics : int, optional
        How many; by default the number that is most stable above chance.
    random_state : int
        Seed.
    encoder : Encoder, optional
        That the vectors come from; by default multilingual-e5-small.

    Returns
    -------
    Topics
        ``topic-1`` has the most passages; of equals, the one whose first
        passage comes first.

    Raises
    ------
    ValueError
        If there are too few distinct passages, or passages and vectors are
        not of the same passages.

    Notes
    -----
    Gaussian mixtures on subject axes (`clusterlib.axes`), fitted on bootstrap
    samples, vote; see `mixture.vote`. Repeated passages count once.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> found = fit(passages, cl.embed.vectors(passages), n_topics=4)
    >>> len(found.trust), found.weights.groupby("passage")["weight"].sum().round(6).unique()
    (4, array([1.]))
    """
    schema.check(passages, "passages")
    vectors = vectors.sort_index()
    source = _aligned(passages, vectors)
    rows = embed.matrix(vectors)
    first, same = axes.distinct(rows)
    _refuse(len(first), n_topics)
    fitted = axes.fit(rows, mixture.MOST_AXES, embed.form_of(rows, encoder), random_state)
    coordinates = fitted.project(rows[first])
    docs = source["doc"].to_numpy(str)[first]
    trials = number.curve(coordinates, rows[first], docs, n_topics, random_state)
    curve, vote = number.settle(trials, coordinates, random_state)
    tables = result.tables(_steadied(vote.weights, coordinates)[same], vote.stability, rows, source)
    return Topics(
        *tables, curve, bool(curve.loc[curve["chosen"], "stable"].item()), source, encoder
    )


def _aligned(passages: pd.DataFrame, vectors: pd.DataFrame) -> pd.DataFrame:
    """Return the passages in the order of their vectors."""
    own = passages.set_index("passage", drop=False).rename_axis(None)
    strange = vectors.index.symmetric_difference(own.index)
    if len(strange):
        raise ValueError(
            f"passages and vectors differ in {len(strange)} passages, such as {strange[0]!r}; "
            "give both of the same corpus"
        )
    return own.loc[vectors.index].reset_index(drop=True)


def _refuse(distinct: int, n_topics: int | None) -> None:
    """Refuse what so few passages cannot carry."""
    if n_topics is not None and n_topics < number.FEWEST:
        raise ValueError(f"n_topics={n_topics}; expected {number.FEWEST} or more")
    needed = max(FEWEST, SMALLEST * (n_topics or 0))
    if distinct < needed:
        raise ValueError(
            f"{distinct} distinct passages cannot carry {n_topics or 'any'} topics; "
            f"expected {needed} or more. Add texts, or read the passages themselves"
        )


def _steadied(
    weights: NDArray[np.float64], coordinates: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take the mean of each row's weights and those of its nearest rows."""
    seen = axes.sample(len(coordinates), axes.SAMPLE, 0)
    count = min(NEAREST, len(seen) // 16) + 1
    near = seen[axes.neighbours(coordinates, coordinates[seen], count)]
    # A row of the sample finds itself; any other takes the place of its farthest neighbour.
    outside = ~np.isin(np.arange(len(coordinates)), seen)
    near[outside, -1] = np.flatnonzero(outside)
    steadied: NDArray[np.float64] = weights[near].mean(axis=1)
    return steadied
