"""Topics: subjects that passages of many languages share, and how far to trust them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from clusterlib import axes, embed, schema, stability, steering
from clusterlib.topics import words
from clusterlib.topics.groups import Cards, Groups, write_term
from clusterlib.topics.model import TopicMixture

__all__ = ["Cards", "TopicMixture", "Topics", "fit"]

# Fewer distinct passages carry no topics at all; each topic asked for needs so many.
FEWEST_PASSAGES, PASSAGES_PER_TOPIC = 8, 3
FEWEST = 2
# A passage whose first topic leads its second by less belongs to none clearly: hardly two of three
# such passages are what the heading of their topic says (benchmarks/README.md).
MARGIN = 0.8
# Terms that a card shows for each language.
LISTED = 5


@dataclass(frozen=True, kw_only=True)
class Topics(Groups):
    """Fitted topics.

    Attributes
    ----------
    weights : pandas.DataFrame
        passage, topic and weight, one row for each pair; weights of a passage
        sum to 1.
    passages : pandas.DataFrame
        passage, doc, lang, topic (the first), weight, margin (by which the first leads
        the second) and clear (whether by 0.8 or more).
    languages : pandas.DataFrame
        topic, and the share of each language in its passages.
    trust, model, order, measure, source, vectors, encoder, stop, edits, plan, unedited
        As `clusterlib.topics.groups.Groups` has them; of each topic also its share.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> topics = fit(passages, cl.embed.vectors(passages), n_topics=4)
    >>> topics.weights.shape, topics.stable
    ((384, 3), False)
    """

    weights: pd.DataFrame
    passages: pd.DataFrame
    languages: pd.DataFrame

    kind, contract, measured = "topic", "topics", "weight"

    def grouped(self) -> pd.DataFrame:
        """Return passage, topic, strength (its weight) and clear."""
        return self.passages.rename(columns={"weight": "strength"})

    def weigh(self) -> pd.DataFrame:
        """Return the weights."""
        return self.weights

    def apply(self, plan: steering.Plan) -> dict[str, Any]:
        """Return the tables of topics after what was done by hand."""
        weights, passages = _combined(plan, self.weights, self.source)
        trust = plan.describe(self.trust, passages["topic"], self.vectors, self.source)
        mean = weights.groupby("topic")["weight"].mean()
        trust["share"] = trust["topic"].map(mean).round(2)
        tables = {"weights": weights, "passages": passages, "trust": trust}
        return tables | {"languages": _languages(passages)}

    def assign(
        self, passages: pd.DataFrame, vectors: pd.DataFrame
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give topics to passages, those that the topics were fitted on or others.

        Parameters
        ----------
        passages : pandas.DataFrame
            passage, doc and lang.
        vectors : pandas.DataFrame
            Of these passages, by the encoder and calibration of those fitted.

        Returns
        -------
        weights, passages : pandas.DataFrame
            As the attributes of these names.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> vectors = cl.embed.vectors(passages)
        >>> topics = fit(passages.head(90), vectors.head(90), n_topics=4)
        >>> weights, _ = topics.assign(passages.tail(6), vectors)
        >>> weights.groupby("passage")["weight"].sum().round(6).unique()
        array([1.])
        """
        sorted_passages, rows = embed.aligned(passages, vectors)
        # scikit-learn's models refuse to be asked of no rows.
        empty = np.empty((0, len(self.order)))
        weights = _proba(self.model, rows)[:, self.order] if len(rows) else empty
        names = (self.unedited or self).trust["topic"].tolist()
        tables = _weights(weights, names, sorted_passages)
        return _combined(self.plan, tables[0], sorted_passages) if self.plan else tables

    def facts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the best terms of each topic, a line a language, with English beside them."""
        best = self.terms[(self.terms["kind"] == "term") & (self.terms["rank"] <= LISTED)]
        lines = best.assign(text=[write_term(row) for row in best.to_dict("records")])
        lines = lines.rename(columns={"lang": "head"})
        return lines.groupby(["topic", "head"])["text"].agg(", ".join).reset_index()


def fit(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    n_topics: int | None = None,
    random_state: int = 0,
    encoder: embed.Encoder | None = None,
    stop: words.Stop = None,
    anchors: Sequence[str] = (),
) -> Topics:
    """Find the topics of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, doc, lang and text; a column english with reading translations
        serves labels and terms, never the topics.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns them, of the same passages.
    n_topics : int, optional
        How many; by default the number, up to 40 in large corpora, that describes the
        passages best; see `clusterlib.stability.stability_by_n`.
    random_state : int
        Seed.
    encoder : Encoder, optional
        That the vectors come from; by default multilingual-e5-small.
    stop : iterable of str or pandas.DataFrame, optional
        A reader's own stop words, which no term and no label of words holds: of all
        languages, or a table of word and lang. Groups and headings do not rest on words.
    anchors : sequence of str, optional
        Subject headings (see `clusterlib.subjects.headings`) or sentences in English that
        topics are drawn to: passages that are like one are moved towards it before they are
        grouped; see `clusterlib.steering.AnchorPull`.

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
    `TopicMixture` on `clusterlib.axes.SubjectAxes`. Repeated passages count once.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> topics = fit(passages, cl.embed.vectors(passages), n_topics=4)
    >>> len(topics.trust), topics.weights.groupby("passage")["weight"].sum().round(6).unique()
    (4, array([1.]))
    """
    schema.check(passages, "passages to group")
    strange = vectors.index.symmetric_difference(pd.Index(passages["passage"]))
    if len(strange):
        raise ValueError(
            f"passages and vectors differ in {len(strange)} passages, such as {strange[0]!r}; "
            "give both of the same corpus"
        )
    source, rows = embed.aligned(passages, vectors)
    first, _ = axes.distinct(rows)
    _refuse(len(first), n_topics)
    space = steering.space(rows[first], anchors, encoder)
    coordinates = space.fit_transform(rows[first])
    numbers = [n_topics] if n_topics else stability.numbers_to_try(len(coordinates))
    number = stability.select_number(coordinates, numbers, random_state)
    mixture = TopicMixture(number, random_state=random_state).fit(coordinates)
    make = functools.partial(TopicMixture, n_init=5, n_bootstraps=5, random_state=random_state)
    trials = make, coordinates, numbers, "n_topics", random_state
    model = Pipeline([*space.steps, ("topics", mixture)])
    weights = _proba(model, rows)
    labels = weights.argmax(axis=1)
    table = stability.describe(labels, mixture.stability_, rows, source, "topic")
    order = table.pop("group").tolist()
    weights = weights[:, order]
    table.insert(2, "share", (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0).round(2))
    tables = _weights(weights, table["topic"].tolist(), source)
    return Topics(
        weights=tables[0],
        passages=tables[1],
        trust=table,
        languages=_languages(tables[1]),
        model=model,
        order=order,
        measure=functools.partial(stability.stability_by_n, *trials),
        source=source,
        vectors=rows,
        encoder=encoder,
        stop=words.check_stop(stop),
    )


def _refuse(distinct: int, n_topics: int | None) -> None:
    """Refuse what so few passages cannot carry."""
    if n_topics is not None and n_topics < FEWEST:
        raise ValueError(f"n_topics={n_topics}; expected {FEWEST} or more")
    needed = max(FEWEST_PASSAGES, PASSAGES_PER_TOPIC * (n_topics or 0))
    if distinct < needed:
        raise ValueError(
            f"{distinct} distinct passages cannot carry {n_topics or 'any'} topics; "
            f"expected {needed} or more. Add texts, or read the passages themselves"
        )


def _proba(model: Pipeline, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return weights to three decimals."""
    return np.asarray(np.round(model.predict_proba(rows), 3))


def _weights(
    weights: NDArray[np.float64], names: list[str], passages: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of weights and of passages; what rounding leaves goes to the largest."""
    weights = np.round(weights / weights.sum(axis=1, keepdims=True), 3)
    weights[np.arange(len(weights)), weights.argmax(axis=1)] += 1 - weights.sum(axis=1)
    weights = np.round(weights, 3)
    ranked = np.sort(weights, axis=1)
    margin = np.round(ranked[:, -1] - ranked[:, -2], 3) if len(names) > 1 else ranked[:, -1]
    table = passages[["passage", "doc", "lang"]].assign(
        topic=pd.Series(np.array(names)[weights.argmax(axis=1)], passages.index, dtype="str"),
        weight=weights.max(axis=1),
        margin=margin,
        clear=margin >= MARGIN,
    )
    wide = pd.DataFrame(weights, index=passages["passage"], columns=names)
    long = wide.reset_index().melt("passage", var_name="topic", value_name="weight")
    long = long.astype({"passage": "str", "topic": "str"})
    long = long.sort_values(["passage", "topic"], ignore_index=True)
    return schema.check(long, "topic weights"), table


def _combined(
    plan: steering.Plan, weights: pd.DataFrame, passages: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of weights and of passages after what was done by hand."""
    wide = weights["weight"].to_numpy().reshape(len(passages), len(plan.matrix))
    return _weights(plan.combine(wide), plan.names, passages)


def _languages(passages: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each language in the passages of each topic."""
    langs = pd.Series(embed.languages(passages), passages.index, name="lang")
    counted = pd.crosstab(passages["topic"], langs, normalize="index").round(2)
    return counted.rename_axis(columns=None).reset_index()
