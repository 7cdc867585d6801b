"""Themes: groups of passages that lie together by themselves, with the tree that joins them."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from clusterlib import axes, embed, schema, stability, steering
from clusterlib.themes.model import WardThemes
from clusterlib.topics import words
from clusterlib.topics.groups import Cards, Groups

__all__ = ["Cards", "Themes", "WardThemes", "by_initiative", "fit"]

FEWEST_PASSAGES = 8
# What cards show of a passage, as far as it is known.
SHOWN = ["passage", "lang", "text", "doc", "start", "end", "english"]
# A passage is clearly a theme's if the next theme is so much farther.
CLEAR = 0.1


@dataclass(frozen=True, kw_only=True)
class Themes(Groups):
    """Themes of a corpus.

    Attributes
    ----------
    members, tree : pandas.DataFrame
        As the contract ``themes members`` has them, the margin 0 as near to the next theme and 1 at
        the centre of its own, and clear from 0.1 on; a merge of the tree has left, right, height
        and size. The largest theme comes first.
    distances : numpy.ndarray
        Of the passages to the themes.
    trust, model, order, measure, source, vectors, encoder, stop, edits, plan, unedited
        As `clusterlib.topics.groups.Groups` has them; of each theme also its central passage.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = cl.themes.fit(passages, cl.embed.vectors(passages), n_themes=4)
    >>> len(themes.summary), len(themes.tree), len(themes.members)
    (4, 3, 96)
    """

    members: pd.DataFrame
    tree: pd.DataFrame
    distances: NDArray[np.float64] = field(repr=False)

    kind, contract = "theme", "themes summary"

    def grouped(self) -> pd.DataFrame:
        """Return passage, theme, strength (its margin) and clear."""
        return self.members.rename(columns={"margin": "strength"})

    def weigh(self) -> pd.DataFrame:
        """Return members as weights of topics: 1 for the theme of a passage, 0 for others."""
        wide = pd.crosstab(self.members["passage"], self.members["theme"]).astype(np.float64)
        return wide.reset_index().melt("passage", var_name="topic", value_name="weight")

    def apply(self, plan: steering.Plan) -> dict[str, Any]:
        """Return the tables of themes after what was done by hand."""
        members = _members(self.source, plan.nearest(self.distances), plan.names)
        described = plan.describe(self.trust, members["theme"], self.vectors, self.source)
        trust = _add_central(described, members, self.vectors)
        names = [plan.names[int(row.argmax())] if row.any() else None for row in plan.matrix]
        parts = dict(zip(self.order, names, strict=True))
        tree = _merges(self.model["themes"], parts, trust)
        return {"members": members, "trust": trust, "tree": tree}

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
        rows["central"] = rows["passage"].isin(self.trust["central"])
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
        return _members(sorted_passages, distances, self.trust["theme"].tolist())


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
    n_themes, random_state, encoder, stop, anchors
        As for `clusterlib.topics.fit`, of themes.

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
    trust = stability.describe(groups, ward.stability_, rows, source, "theme")
    order = trust.pop("group").tolist()
    distances = distances[:, order]
    members = _members(source, distances, trust["theme"].tolist())
    names = dict(zip(order, trust["theme"], strict=True))
    return Themes(
        members=members,
        trust=_add_central(trust, members, rows),
        tree=_merges(ward, names, trust),
        measure=functools.partial(stability.stability_by_n, *trials),
        model=model,
        order=order,
        distances=distances,
        source=source,
        vectors=rows,
        encoder=encoder,
        stop=words.check_stop(stop),
    )


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


def _add_central(
    trust: pd.DataFrame, members: pd.DataFrame, rows: NDArray[np.float32]
) -> pd.DataFrame:
    """Name the passage of each theme that is nearest to its mean; the first of equals."""
    central = []
    for name in trust["theme"]:
        inside = np.flatnonzero(members["theme"] == name)
        mean = rows[inside].mean(axis=0, dtype=np.float64)
        central.append(int(inside[np.round(rows[inside] @ mean, 5).argmax()]))
    return trust.assign(central=members["passage"].iloc[central].to_numpy())


def _merges(ward: WardThemes, names: Mapping[int, str | None], trust: pd.DataFrame) -> pd.DataFrame:
    """Return the merges of the tree of passages that join themes."""
    nodes: dict[int, str | None] = {
        row: names.get(int(group)) for row, group in enumerate(ward.leaves_)
    }
    sizes = dict(zip(trust["theme"], trust["size"].astype(int), strict=True))
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
