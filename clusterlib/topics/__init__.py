"""Topics: subjects that passages of many languages share, and how far to trust them."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from clusterlib import axes, embed, schema, stability, steering
from clusterlib.topics import labels, words
from clusterlib.topics.cards import Cards, write_terms
from clusterlib.topics.model import TopicMixture

__all__ = ["Cards", "TopicMixture", "Topics", "fit"]

# Fewer distinct passages carry no topics at all; each topic asked for needs so many.
FEWEST_PASSAGES, PASSAGES_PER_TOPIC = 8, 3
FEWEST = 2
# A passage whose first topic leads its second by less belongs to none clearly: a lead of 0.5
# may be that of the first mixture alone, against which all others are divided.
MARGIN = 0.6


@dataclass(frozen=True)
class Topics(stability.NumberedGroups):
    """Fitted topics.

    Attributes
    ----------
    weights : pandas.DataFrame
        passage, topic and weight, one row for each pair; weights of a passage
        sum to 1.
    passages : pandas.DataFrame
        passage, doc, lang, topic (the first), weight, margin (by which the first leads
        the second) and clear (whether by 0.6 or more).
    trust : pandas.DataFrame
        topic, size, share, stability, coherence, language_bias, bias_by_chance and
        verdict.
    languages : pandas.DataFrame
        topic, and the share of each language in its passages.
    model : sklearn.pipeline.Pipeline
        Subject axes and mixture, fitted: its `predict_proba` takes vectors.
    order : list of int
        Which component of the model each topic is.
    measure : callable
        Returns what `curve` shows.
    source : pandas.DataFrame
        The passages, as they were given.
    vectors : numpy.ndarray
        Theirs.
    encoder : Encoder, optional
        As it was given.
    stop : iterable of str or pandas.DataFrame, optional
        As it was given.
    edits : pandas.DataFrame, optional
        What was done by hand, as a table to keep; see `edit`.
    plan : clusterlib.steering.Plan, optional
        What becomes of topics by it.
    unedited : Topics, optional
        The topics before anything was done by hand.

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
    trust: pd.DataFrame
    languages: pd.DataFrame
    model: Pipeline = field(repr=False)
    order: list[int] = field(repr=False)
    measure: Callable[[], pd.DataFrame] = field(repr=False)
    source: pd.DataFrame = field(repr=False)
    vectors: NDArray[np.float32] = field(repr=False)
    encoder: embed.Encoder | None = field(default=None, repr=False)
    stop: words.Stop = field(default=None, repr=False)
    edits: pd.DataFrame | None = field(default=None, repr=False)
    plan: steering.Plan | None = field(default=None, repr=False)
    unedited: "Topics | None" = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        return self.cards()._repr_html_()

    @functools.cached_property
    def terms(self) -> pd.DataFrame:
        """Terms of each topic and language: topic, lang, kind, term, english, …, rank.

        Found when first asked for, since English words have to be embedded.
        """
        return labels.find_terms(self.source, self.weights, self.encoder, self.stop)

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """One row a topic: topic, label, its heading with score, size, share, …, verdict.

        The label is a subject heading that the topic is more like than the corpus is; see
        `clusterlib.subjects.name_groups`. Where no heading exceeds what random groups reach,
        ``heading`` is empty and the label is two or three distinctive words.
        """
        names = self.trust["topic"].tolist()
        clear = self.passages["clear"].to_numpy(bool)
        named = labels.label_groups(
            self.vectors, self.passages["topic"], names, clear, self._words, self.encoder
        )
        table = pd.concat([self.trust[["topic"]], named, self.trust.drop(columns="topic")], axis=1)
        table = steering.mark_anchors(table, self.model, self.vectors, self.passages["topic"])
        return schema.check(self.plan.mark(table) if self.plan else table, "topics")

    def edit(
        self,
        merge: Mapping[str, Sequence[str]] | None = None,
        rename: Mapping[str, str] | None = None,
        drop: Iterable[str] = (),
        source: str | Path | None = None,
    ) -> "Topics":
        """Return the topics as a reader merges, renames and drops them.

        Parameters
        ----------
        merge : mapping of str to sequence of str, optional
            Topics that become part of each: ``{"topic-1": ["topic-3"]}``.
        rename : mapping of str to str, optional
            New labels: ``{"topic-2": "charging stations"}``.
        drop : iterable of str
            Topics that are dropped; what their passages have of others counts then.
        source : str or pathlib.Path, optional
            Edits of an earlier run, which are applied first: ``topics.edits`` as CSV.

        Returns
        -------
        Topics
            Weights sum to 1 as before. ``edits`` is the table to keep, ``unedited`` undoes
            all, and ``by_hand`` in the summary says what was done.

        Raises
        ------
        clusterlib.problems.InputError
            If there is no such topic, or an edit no longer fits: see `clusterlib.steering.plan`.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> topics = fit(passages, cl.embed.vectors(passages), n_topics=4)
        >>> edited = topics.edit(merge={"topic-1": ["topic-4"]}, rename={"topic-1": "all else"})
        >>> edited.summary[["topic", "label", "by_hand"]].head(1).values.tolist()
        [['topic-1', 'all else', 'merged and renamed']]
        """
        base = self.unedited or self
        members = base.passages.rename(columns={"topic": "group", "weight": "strength"})
        labels = dict(zip(base.trust["topic"], base.summary["label"], strict=True))
        table, plan = steering.steer(
            members, labels, self.edits, source, merge or {}, rename or {}, drop
        )
        tables = _combined(plan, base.weights, base.source)
        trust = plan.describe(base.trust, tables[1]["topic"], base.vectors, base.source)
        mean = tables[0].groupby("topic")["weight"].mean()
        trust["share"] = trust["topic"].map(mean).round(2)
        return replace(
            base,
            weights=tables[0],
            passages=tables[1],
            trust=trust,
            languages=_languages(tables[1]),
            edits=table,
            plan=plan,
            unedited=base,
        )

    def _words(self, names: list[str]) -> dict[str, str]:
        weights = self.weights[self.weights["topic"].isin(names)]
        return labels.word_labels(self.source, weights, lambda: self.terms, self.stop)

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

    def plane(self) -> pd.DataFrame:
        """Lay the passages out on a plane, as a map draws them.

        Returns
        -------
        pandas.DataFrame
            passage, doc, lang, topic, label, x, y and trustworthiness, which is of the whole:
            see `clusterlib.axes.flatten`.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> plane = fit(passages, cl.embed.vectors(passages), n_topics=4).plane()
        >>> plane.shape, bool(plane["trustworthiness"].iloc[0] > 0.6)
        ((96, 8), True)
        """
        groups = self.passages[["passage", "topic"]].merge(self.summary[["topic", "label"]])
        coordinates = self.model[:-1].transform(self.vectors)
        return axes.plane(self.source, groups, coordinates, "topic")

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
        quoted = self.passages.merge(self.source, on=["passage", "doc", "lang"])
        quoted["english"] = quoted["english"].fillna("") if "english" in quoted else ""
        quoted = quoted.sort_values(
            ["topic", "lang", "weight", "passage"], ascending=[True, True, False, True]
        )
        shown = quoted.groupby(["topic", "lang"], sort=False).head(most)
        best = self.terms[(self.terms["kind"] == "term") & (self.terms["rank"] <= listed)]
        notes = [f"weight {weight:.2f}" for weight in shown["weight"]]
        return Cards(self.summary, write_terms(best), shown.assign(note=notes))


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
        *tables,
        table,
        _languages(tables[1]),
        model,
        order,
        functools.partial(stability.stability_by_n, *trials),
        source,
        rows,
        encoder,
        words.check_stop(stop),
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
