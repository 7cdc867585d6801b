"""Themes: groups of passages that lie together by themselves, with the tree that joins them."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from clusterlib import axes, embed, schema, stability, steering
from clusterlib.themes.model import WardThemes
from clusterlib.topics import labels, words
from clusterlib.topics.cards import Cards

__all__ = ["Cards", "Themes", "WardThemes", "by_initiative", "fit"]

FEWEST_PASSAGES = 8
# What cards show of a passage, as far as it is known.
SHOWN = ["passage", "lang", "text", "doc", "start", "end", "english"]
# A passage is clearly a theme's if the next theme is so much farther.
CLEAR = 0.1


@dataclass(frozen=True)
class Themes(stability.NumberedGroups):
    """Themes of a corpus.

    Attributes
    ----------
    members, summary, tree : pandas.DataFrame
        As the contracts ``themes members`` and ``themes summary`` have them; a
        merge of the tree has left, right, height and size. The margin is 0 as near to the next
        theme and 1 at the centre of its own, and clear from 0.1 on. The label is the heading or,
        where none fits, two or three distinctive words. The largest theme comes first.
    measure : callable
        Returns what `curve` shows.
    model : sklearn.pipeline.Pipeline
        Subject axes and Ward's method, fitted: its `predict` takes vectors.
    order : list of int
        Which group of the model each theme is.
    distances, vectors : numpy.ndarray
        Of the passages to the themes, and the vectors of the passages.
    source, encoder, stop
        The passages, in the order of their names, and the rest as it was given.
    edits : pandas.DataFrame, optional
        What was done by hand, as a table to keep; see `edit`.
    plan : clusterlib.steering.Plan, optional
        What becomes of themes by it.
    unedited : Themes, optional
        The themes before anything was done by hand.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = cl.themes.fit(passages, cl.embed.vectors(passages), n_themes=4)
    >>> len(themes.summary), len(themes.tree), len(themes.members)
    (4, 3, 96)
    """

    members: pd.DataFrame
    summary: pd.DataFrame
    tree: pd.DataFrame
    measure: Callable[[], pd.DataFrame] = field(repr=False)
    model: Pipeline = field(repr=False)
    order: list[int] = field(repr=False)
    distances: NDArray[np.float64] = field(repr=False)
    source: pd.DataFrame = field(repr=False)
    vectors: NDArray[np.float32] = field(repr=False)
    encoder: embed.Encoder | None = field(default=None, repr=False)
    stop: words.Stop = field(default=None, repr=False)
    edits: pd.DataFrame | None = field(default=None, repr=False)
    plan: steering.Plan | None = field(default=None, repr=False)
    unedited: "Themes | None" = field(default=None, repr=False)

    @functools.cached_property
    def terms(self) -> pd.DataFrame:
        """Terms of each theme and language: theme, lang, kind, term, english, …, rank.

        Found when first asked for, since English words have to be embedded.
        """
        glossed = labels.find_terms(self.source, _weights(self.members), self.encoder, self.stop)
        return glossed.rename(columns={"topic": "theme"})

    def _repr_html_(self) -> str:
        return self.cards()._repr_html_()

    def plane(self) -> pd.DataFrame:
        """Lay the passages out on a plane, as a map draws them.

        Returns
        -------
        pandas.DataFrame
            passage, doc, lang, theme, label, x, y and trustworthiness, which is of the whole: see
            `clusterlib.axes.flatten`.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> plane = fit(passages, cl.embed.vectors(passages), n_themes=4).plane()
        >>> plane.shape, bool(plane["trustworthiness"].iloc[0] > 0.6)
        ((96, 8), True)
        """
        groups = self.members[["passage", "theme"]].merge(self.summary[["theme", "label"]])
        coordinates = self.model[:-1].transform(self.vectors)
        return axes.plane(self.source, groups, coordinates, "theme")

    def cards(self, most: int = 2) -> Cards:
        """Return a card for each theme, the largest first.

        Parameters
        ----------
        most : int
            Passages shown for each language that the theme has.

        Returns
        -------
        Cards
            Shown as HTML by a notebook, as plain text elsewhere.

        Raises
        ------
        ValueError
            If ``most`` is less than 1.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=4)
        >>> str(themes.cards(most=1)).splitlines()[2].split()[0]
        'languages'
        """
        if most < 1:
            raise ValueError(f"most={most}; expected 1 or more passages a language")
        columns = [name for name in SHOWN if name in self.source]
        rows = self.members[["passage", "theme", "margin"]].merge(self.source[columns])
        rows["english"] = rows["english"].fillna("") if "english" in rows else ""
        rows["central"] = rows["passage"].isin(self.summary["central"])
        rows["note"] = [
            f"margin {margin:.2f}{', central' * central}"
            for margin, central in rows[["margin", "central"]].to_numpy().tolist()
        ]
        # The central passage comes first of its language; of equal margins, the first by name.
        rows = rows.sort_values(
            ["theme", "lang", "central", "margin", "passage"],
            ascending=[True, True, False, False, True],
        )
        langs = rows.groupby(["theme", "lang"]).size().rename("inside").reset_index()
        langs["text"] = [
            f"{lang} {inside} of {(rows['lang'] == lang).sum()}"
            for lang, inside in langs[["lang", "inside"]].to_numpy().tolist()
        ]
        facts = langs.groupby("theme")["text"].agg(", ".join).reset_index()
        shown = rows.groupby(["theme", "lang"], sort=False).head(most).reset_index(drop=True)
        return Cards(self.summary, facts.assign(head="languages"), shown)

    def assign(self, passages: pd.DataFrame, vectors: pd.DataFrame) -> pd.DataFrame:
        """Give themes to passages, those that the themes were fitted on or others.

        Parameters
        ----------
        passages : pandas.DataFrame
            Needs passage.
        vectors : pandas.DataFrame
            Of these passages, by the encoder and calibration of those fitted.

        Returns
        -------
        pandas.DataFrame
            As the attribute members.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> vectors = cl.embed.vectors(passages)
        >>> themes = fit(passages.head(90), vectors, n_themes=4)
        >>> len(themes.assign(passages.tail(6), vectors))
        6
        """
        sorted_passages, rows = embed.aligned(passages, vectors)
        # scikit-learn's models refuse to be asked of no rows.
        empty = np.empty((0, len(self.order)))
        distances = self.model.transform(rows)[:, self.order] if len(rows) else empty
        distances = self.plan.nearest(distances) if self.plan else distances
        return _members(sorted_passages, distances, self.summary["theme"].tolist())

    def edit(
        self,
        merge: Mapping[str, Sequence[str]] | None = None,
        rename: Mapping[str, str] | None = None,
        drop: Iterable[str] = (),
        source: str | Path | None = None,
    ) -> "Themes":
        """Return the themes as a reader merges, renames and drops them.

        Parameters
        ----------
        merge, rename, drop, source
            As for `clusterlib.topics.Topics.edit`. The passages of a theme that is dropped go to
            the nearest of the others.

        Returns
        -------
        Themes
            ``edits`` is the table to keep, ``unedited`` undoes all, and ``by_hand`` in the summary
            says what was done.

        Raises
        ------
        clusterlib.problems.InputError
            If there is no such theme, or an edit no longer fits: see `clusterlib.steering.plan`.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=4)
        >>> edited = themes.edit(merge={"theme-1": ["theme-2"]}, drop=["theme-4"])
        >>> edited.summary[["theme", "by_hand"]].values.tolist()
        [['theme-1', 'merged'], ['theme-3', '']]
        """
        base = self.unedited or self
        members = base.members.rename(columns={"theme": "group", "margin": "strength"})
        labels = dict(zip(base.summary["theme"], base.summary["label"], strict=True))
        table, plan = steering.steer(
            members, labels, self.edits, source, merge or {}, rename or {}, drop
        )
        members = _members(base.source, plan.nearest(base.distances), plan.names)
        described = plan.describe(base.summary, members["theme"], base.vectors, base.source)
        about = base.vectors, base.source, base.encoder, base.stop, base.model
        summary = _summary(described, members, *about, plan)
        names = [plan.names[int(row.argmax())] if row.any() else None for row in plan.matrix]
        parts = dict(zip(base.order, names, strict=True))
        tree = _merges(base.model["themes"], parts, summary)
        return replace(
            base,
            members=members,
            summary=summary,
            tree=tree,
            edits=table,
            plan=plan,
            unedited=base,
        )


def fit(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    n_themes: int | None = None,
    random_state: int = 0,
    encoder: embed.Encoder | None = None,
    stop: words.Stop = None,
    anchors: Sequence[str] = (),
) -> Themes:
    """Group passages by themes.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang and text; doc, if coherence shall not count pairs within a text; english, if
        there are translations to take words from.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it.
    n_themes : int, optional
        By default the number, up to 40 in large corpora, that describes the passages best; see
        `clusterlib.stability.stability_by_n`.
    random_state : int
        Seed of samples.
    encoder : Encoder, optional
        The one that the vectors are from.
    stop : iterable of str or pandas.DataFrame, optional
        A reader's own stop words, which no term and no label of words holds: of all languages, or a
        table of word and lang. Groups and headings do not rest on words.
    anchors : sequence of str, optional
        Subject headings (see `clusterlib.subjects.headings`) or sentences in English that themes
        are drawn to: passages that are like one are moved towards it before they are grouped; see
        `clusterlib.steering.AnchorPull`.

    Returns
    -------
    Themes

    Raises
    ------
    ValueError
        If fewer than 8 passages are distinct, passages have no vector, or more themes are wanted
        than distinct passages allow.

    Notes
    -----
    `WardThemes` on `clusterlib.axes.SubjectAxes`. Equal passages count once. The tree is built of
    at most 2,500 passages, and that of a bootstrap sample of at most 400, so that time grows with
    the number of passages.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=4)
    >>> int(themes.summary["size"].sum())
    96
    """
    schema.check(passages, "texts to embed")
    source, rows = embed.aligned(passages, vectors)
    first, _ = axes.distinct(rows)
    numbers = _numbers(n_themes, len(first))
    space = steering.space(rows[first], anchors, encoder)
    coordinates = space.fit_transform(rows[first])
    make = functools.partial(WardThemes, random_state=random_state)
    number = stability.select_number(coordinates, numbers, random_state)
    ward = make(number).fit(coordinates)
    trials = make, coordinates, numbers, "n_themes", random_state
    model = Pipeline([*space.steps, ("themes", ward)])
    distances = model.transform(rows)
    groups = distances.argmin(axis=1)
    summary = stability.describe(groups, ward.stability_, rows, source, "theme")
    order = summary.pop("group").tolist()
    distances = distances[:, order]
    members = _members(source, distances, summary["theme"].tolist())
    stop = words.check_stop(stop)
    summary = _summary(summary, members, rows, source, encoder, stop, model)
    names = dict(zip(order, summary["theme"], strict=True))
    return Themes(
        members,
        summary,
        _merges(ward, names, summary),
        functools.partial(stability.stability_by_n, *trials),
        model,
        order,
        distances,
        source,
        rows,
        encoder,
        stop,
    )


def _summary(
    described: pd.DataFrame,
    members: pd.DataFrame,
    rows: NDArray[np.float32],
    source: pd.DataFrame,
    encoder: embed.Encoder | None,
    stop: words.Stop,
    model: Pipeline,
    plan: steering.Plan | None = None,
) -> pd.DataFrame:
    """Label themes that are described, and name the passage in the middle of each."""
    names = described["theme"].tolist()
    inside = [np.flatnonzero(members["theme"] == name) for name in names]
    central = source["passage"].iloc[[_central(rows, places) for places in inside]].to_numpy()
    named = labels.label_groups(
        rows,
        members["theme"],
        names,
        members["clear"].to_numpy(bool),
        functools.partial(_words, members, source, encoder, stop),
        encoder,
    )
    rest = described.drop(columns="theme").assign(central=central)
    summary = pd.concat([described[["theme"]], named, rest], axis=1)
    summary = steering.mark_anchors(summary, model, rows, members["theme"])
    return schema.check(plan.mark(summary) if plan else summary, "themes summary")


def by_initiative(themes: Themes, passages: pd.DataFrame) -> pd.DataFrame:
    """Count the passages of each text in each theme.

    Parameters
    ----------
    themes : Themes
        As `fit` returns it.
    passages : pandas.DataFrame
        passage and doc.

    Returns
    -------
    pandas.DataFrame
        One row a theme: theme, label, and a column a doc.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=2)
    >>> int(by_initiative(themes, passages)[["bg", "de", "fr", "nb", "nl"]].to_numpy().sum())
    96
    """
    docs = themes.members.merge(passages[["passage", "doc"]], on="passage", validate="one_to_one")
    counted = pd.crosstab(docs["theme"], docs["doc"]).rename_axis(columns=None)
    return themes.summary[["theme", "label"]].merge(counted.reset_index(), on="theme")


def _weights(members: pd.DataFrame) -> pd.DataFrame:
    """Return members as weights of topics: 1 for the theme of a passage, 0 for others."""
    wide = pd.crosstab(members["passage"], members["theme"]).astype(np.float64)
    return wide.reset_index().melt("passage", var_name="topic", value_name="weight")


def _words(
    members: pd.DataFrame,
    source: pd.DataFrame,
    encoder: embed.Encoder | None,
    stop: words.Stop,
    names: list[str],
) -> dict[str, str]:
    """Return labels of words for the themes of these names."""
    weights = _weights(members)
    weights = weights[weights["topic"].isin(names)]
    glossed = functools.partial(labels.find_terms, source, _weights(members), encoder, stop)
    return labels.word_labels(source, weights, glossed, stop)


def _numbers(n_themes: int | None, distinct: int) -> list[int]:
    """Return the numbers of themes to try."""
    if distinct < FEWEST_PASSAGES:
        raise ValueError(
            f"themes need {FEWEST_PASSAGES} passages with different texts; found {distinct}. "
            "Add texts, or read these few"
        )
    most = distinct // 2
    if n_themes is not None and not 2 <= n_themes <= most:
        raise ValueError(f"n_themes={n_themes}; expected 2 to {most} for {distinct} passages")
    return [n_themes] if n_themes else stability.numbers_to_try(distinct)


def _members(
    passages: pd.DataFrame, distances: NDArray[np.float64], names: list[str]
) -> pd.DataFrame:
    """Return passage, theme, margin and clear, from the distance of each passage to each theme."""
    near = np.sort(distances, axis=1)
    second = near[:, 1] if len(names) > 1 else np.inf
    margin = np.clip(np.round(1 - near[:, 0] / np.maximum(second, 1e-9), 2) + 0.0, 0, 1)
    themes = np.array(names)[distances.argmin(axis=1)]
    table = pd.DataFrame({"passage": passages["passage"], "theme": themes, "margin": margin})
    return table.assign(clear=margin >= CLEAR).astype({"theme": "str"})


def _central(rows: NDArray[np.float32], inside: NDArray[np.intp]) -> int:
    """Return the place of the row that is nearest to the mean of its theme; the first of equals."""
    mean = rows[inside].mean(axis=0, dtype=np.float64)
    return int(inside[np.round(rows[inside] @ mean, 5).argmax()])


def _merges(
    ward: WardThemes, names: Mapping[int, str | None], summary: pd.DataFrame
) -> pd.DataFrame:
    """Return the merges of the tree of passages that join themes."""
    nodes: dict[int, str | None] = {
        row: names.get(int(group)) for row, group in enumerate(ward.leaves_)
    }
    sizes = dict(zip(summary["theme"], summary["size"].astype(int), strict=True))
    merges: list[tuple[str, str, str, float, int]] = []
    for step, (child_a, child_b, height, _) in enumerate(ward.linkage_.tolist()):
        one, two = nodes[int(child_a)], nodes[int(child_b)]
        node = one or two
        if one and two and one != two:
            node = f"merge-{len(merges) + 1}"
            sizes[node] = sizes[one] + sizes[two]
            merges.append((node, one, two, round(height, 2), sizes[node]))
        nodes[len(ward.leaves_) + step] = node
    return pd.DataFrame(merges, columns=["merge", "left", "right", "height", "size"])
