"""What fitted topics and themes have in common: names, terms, a map, edits by hand, and cards.

The tables of fitted groups come in; tables that describe them, and cards that a notebook shows,
go out.
"""

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from clusterlib import axes, embed, schema, steering
from clusterlib.cards import Card, Quotation, framed
from clusterlib.topics import labels, words

# English with less confidence carries a question mark: of guesses below, hardly two of three are
# right (benchmarks/README.md).
UNSURE = 0.6
# What cards show of a passage, as far as it is known.
SHOWN = ["passage", "lang", "text", "doc", "start", "end", "english"]


@dataclass(frozen=True, repr=False)
class Cards:
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

    def _repr_html_(self) -> str:
        return framed("card", "".join(card.html() for card in self.cards()))

    def __repr__(self) -> str:
        return "\n\n".join("\n".join(card.lines()) for card in self.cards())


def write_term(row: Mapping[Hashable, Any]) -> str:
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


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Topics or themes, whose number was chosen or asked for.

    Attributes
    ----------
    trust : pandas.DataFrame
        The group, size, stability, coherence, language_bias, bias_by_chance, verdict and more.
    model : sklearn.pipeline.Pipeline
        Subject axes and what groups passages on them, fitted; it takes vectors.
    order : list of int
        Which group of the model each is.
    measure : callable
        Returns what `curve` shows.
    source, vectors
        The passages, in the order of their names, and the numbers of their vectors.
    encoder, stop : optional
        As they were given.
    edits : pandas.DataFrame, optional
        What was done by hand, as a table to keep; see `edit`.
    plan : clusterlib.steering.Plan, optional
        What becomes of groups by it.
    unedited : optional
        The groups before anything was done by hand.
    """

    # What a group is called, the contract of the summary, and what a passage is most of.
    kind: ClassVar[str]
    contract: ClassVar[str]
    measured: ClassVar[str]

    trust: pd.DataFrame
    model: Pipeline = field(repr=False)
    order: list[int] = field(repr=False)
    measure: Callable[[], pd.DataFrame] = field(repr=False)
    source: pd.DataFrame = field(repr=False)
    vectors: NDArray[np.float32] = field(repr=False)
    encoder: embed.Encoder | None = field(default=None, repr=False)
    stop: words.Stop = field(default=None, repr=False)
    edits: pd.DataFrame | None = field(default=None, repr=False)
    plan: steering.Plan | None = field(default=None, repr=False)
    unedited: Self | None = field(default=None, repr=False)

    def grouped(self) -> pd.DataFrame:
        """Return passage, the group that it is most of, strength (how much), and clear."""
        raise NotImplementedError

    def weigh(self) -> pd.DataFrame:
        """Return passage, topic and weight, whatever the groups are called."""
        raise NotImplementedError

    def apply(self, plan: steering.Plan) -> dict[str, Any]:
        """Return the tables of the groups after what was done by hand."""
        raise NotImplementedError

    def facts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what stands on the cards of groups, of all passages with their groups."""
        raise NotImplementedError

    def cards(self, most: int = 2) -> Cards:
        """Return a card for each group, the largest first.

        Parameters
        ----------
        most : int
            Passages shown for each language that the group has.

        Returns
        -------
        Cards
            Shown as HTML by a notebook, as plain text elsewhere.

        Raises
        ------
        ValueError
            If ``most`` is less than 1.
        """
        if most < 1:
            raise ValueError(f"most={most}; expected 1 or more passages a language")
        known = self.source[[name for name in SHOWN if name in self.source]]
        given = self.grouped().rename(columns={"strength": self.measured})
        rows = given[["passage", self.kind, self.measured]].merge(known, on="passage")
        rows["english"] = rows["english"].fillna("") if "english" in rows else ""
        rows["central"] = rows["passage"].isin(self.trust.get("central", []))
        rows["note"] = [
            f"{self.measured} {strength:.2f}{', central' * central}"
            for strength, central in rows[[self.measured, "central"]].to_numpy().tolist()
        ]
        # The central passage comes first of its language; of equals, the first by name.
        order = [self.kind, "lang", "central", self.measured, "passage"]
        ordered = rows.sort_values(order, ascending=[True, True, False, False, True])
        shown = ordered.groupby([self.kind, "lang"], sort=False).head(most)
        return Cards(self.summary, self.facts(rows), shown.reset_index(drop=True))

    def _repr_html_(self) -> str:
        return self.cards()._repr_html_()

    @functools.cached_property
    def curve(self) -> pd.DataFrame:
        """What each number of groups gives; see `clusterlib.stability.stability_by_n`.

        Made when first looked at, which takes longer than the groups themselves; one row where
        the number was asked for.
        """
        return self.measure()

    @property
    def stable(self) -> bool:
        """Whether the number of groups is stable, as ``curve`` says of the one that is chosen."""
        return bool(self.curve.loc[self.curve["chosen"], "stable"].item())

    @functools.cached_property
    def terms(self) -> pd.DataFrame:
        """Terms of each group and language: topic or theme, lang, kind, term, english, …, rank.

        Found when first asked for, since English words have to be embedded.
        """
        terms = labels.find_terms(self.source, self.weigh(), self.encoder, self.stop)
        return terms.rename(columns={"topic": self.kind})

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """One row a group: its name, label, heading with score, size, …, verdict.

        The label is the subject heading of most of the group's passages, or two; see
        `clusterlib.subjects.name_groups`. Where none is of enough of them, or exceeds what random
        groups reach, ``heading`` is empty and the label is two or three distinctive words.
        """
        groups, kind = self.grouped(), self.kind
        named = labels.label_groups(
            self.vectors,
            groups[kind],
            self.trust[kind].tolist(),
            groups["clear"].to_numpy(bool),
            self._words,
            self.encoder,
        )
        table = pd.concat([self.trust[[kind]], named, self.trust.drop(columns=kind)], axis=1)
        table = steering.mark_anchors(table, self.model, self.vectors, groups[kind])
        return schema.check(self.plan.mark(table) if self.plan else table, self.contract)

    def _words(self, names: list[str]) -> dict[str, str]:
        """Return labels of words for the groups of these names."""
        weights = self.weigh()

        def glossed() -> pd.DataFrame:
            return self.terms.rename(columns={self.kind: "topic"})

        weights = weights[weights["topic"].isin(names)]
        return labels.word_labels(self.source, weights, glossed, self.stop)

    def edit(
        self,
        merge: Mapping[str, Sequence[str]] | None = None,
        rename: Mapping[str, str] | None = None,
        drop: Iterable[str] = (),
        source: str | Path | None = None,
    ) -> Self:
        """Return the groups as a reader merges, renames and drops them.

        Parameters
        ----------
        merge : mapping of str to sequence of str, optional
            Groups that become part of each: ``{"topic-1": ["topic-3"]}``.
        rename : mapping of str to str, optional
            New labels: ``{"topic-2": "charging stations"}``.
        drop : iterable of str
            Groups that are dropped; what their passages have of other topics counts then, and
            passages of a theme go to the nearest of the others.
        source : str or pathlib.Path, optional
            Edits of an earlier run, which are applied first: ``edits`` as CSV.

        Returns
        -------
        Topics or Themes
            ``edits`` is the table to keep, ``unedited`` undoes all, and ``by_hand`` in the
            summary says what was done. Weights of topics sum to 1 as before.

        Raises
        ------
        clusterlib.problems.InputError
            If there is no such group, or an edit no longer fits: see `clusterlib.steering.plan`.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> topics = cl.topics.fit(passages, cl.embed.vectors(passages), n_topics=4)
        >>> edited = topics.edit(merge={"topic-1": ["topic-4"]}, rename={"topic-1": "all else"})
        >>> edited.summary[["topic", "label", "by_hand"]].head(1).values.tolist()
        [['topic-1', 'all else', 'merged and renamed']]
        """
        base = self.unedited or self
        members = base.grouped().rename(columns={self.kind: "group"})
        names = dict(zip(base.summary[self.kind], base.summary["label"], strict=True))
        tables = [self.edits] if self.edits is not None else []
        tables += [steering.read(source)] if source is not None else []
        tables += [steering.record(members, merge or {}, rename or {}, drop)]
        edits = pd.concat(tables).drop_duplicates(ignore_index=True)
        plan = steering.plan(edits, members, names)
        return replace(base, **base.apply(plan), edits=edits, plan=plan, unedited=base)

    def plane(self) -> pd.DataFrame:
        """Lay the passages out on a plane, as a map draws them.

        Returns
        -------
        pandas.DataFrame
            passage, doc, lang, topic or theme, label, x, y and trustworthiness, which is of the
            whole: see `clusterlib.axes.flatten`.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> plane = cl.topics.fit(passages, cl.embed.vectors(passages), n_topics=4).plane()
        >>> plane.shape, bool(plane["trustworthiness"].iloc[0] > 0.6)
        ((96, 8), True)
        """
        groups = self.grouped()[["passage", self.kind]].merge(self.summary[[self.kind, "label"]])
        names = [name for name in ("passage", "doc", "lang") if name in self.source]
        table = self.source[names].merge(groups)
        coordinates = self.model[:-1].transform(self.vectors)
        places, trust = axes.flatten(coordinates, table[self.kind].to_numpy(str))
        return table.assign(x=places[:, 0], y=places[:, 1], trustworthiness=trust)
