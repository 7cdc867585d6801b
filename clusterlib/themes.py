"""Themes: groups of passages that lie together by themselves, with the tree that joins them.

`WardThemes` groups coordinates on subject axes, `fit` passages.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.hierarchy import fcluster, ward
from scipy.spatial.distance import cdist, pdist
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from clusterlib import axes, embed, schema, stability, steering
from clusterlib.topics import words
from clusterlib.topics.groups import Cards, Groups

__all__ = ["Cards", "Themes", "WardThemes", "fit"]

FEWEST_PASSAGES = 8
# A passage is clearly a theme's if the next theme is so much farther: of nearer ones little more
# than half are what the heading of their theme says (benchmarks/README.md).
CLEAR = 0.2

# Chosen by benchmarks/topics.py: rounds in which rows move to the nearest theme, and how much
# even scatter is added to that within themes, as a part of it.
ROUNDS, RIDGE = 5, 0.1

Rows = NDArray[np.float64]
Labels = NDArray[np.intp]


class WardThemes(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """Ward's method, then every row to the nearest theme.

    A tree cannot take back an early merge. So rows move to the theme whose centre is
    nearest, by a distance that counts less where rows scatter within themes (Mahalanobis),
    as in linear discriminant analysis, until few move.

    Parameters
    ----------
    n_clusters : int
        Themes.
    n_bootstraps : int
        Bootstrap samples on which stability is measured.
    max_samples, max_bootstrap : int
        Rows of which the tree is built at most, and the tree of a bootstrap sample.
    random_state : int, RandomState instance or None
        Seed of samples.

    Attributes
    ----------
    linkage_ : numpy.ndarray
        The tree in the form of scipy, of the rows that it was built of.
    leaves_ : numpy.ndarray
        The theme of each of these rows where the tree is cut.
    centres_ : numpy.ndarray of shape (n_themes, n_features)
        Means of the themes; there are fewer than asked for where rows are equal.
    precision_ : numpy.ndarray of shape (n_features, n_features)
        Inverse of the scatter within themes.
    labels_ : numpy.ndarray of shape (n_samples,)
        The theme of each row.
    stability_ : numpy.ndarray of shape (n_themes,)
        How well each theme returns in the samples; see `clusterlib.stability`.
    n_features_in_ : int
        Columns of the rows.

    Examples
    --------
    >>> rows = np.repeat(np.eye(3), 10, axis=0) + np.random.default_rng(0).normal(0, 0.1, (30, 3))
    >>> model = WardThemes(n_clusters=3, random_state=0).fit(rows)
    >>> model.transform(rows).shape, len(set(model.predict(np.eye(3)))), model.stability_.round(1)
    ((30, 3), 3, array([1., 1., 1.]))
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        n_bootstraps: int = 20,
        max_samples: int = 2500,
        max_bootstrap: int = 400,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_bootstraps = n_bootstraps
        self.max_samples = max_samples
        self.max_bootstrap = max_bootstrap
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Find the themes of rows, shape (n_samples, n_features)."""
        rows = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        if self.n_clusters > len(rows):
            raise ValueError(f"n_clusters={self.n_clusters}; n_samples={len(rows)} is fewer")
        draw = check_random_state(self.random_state)
        with threadpool_limits(1):
            sample = np.sort(draw.permutation(len(rows))[: self.max_samples])
            self.linkage_: Rows = ward(pdist(rows[sample]))
            self.leaves_ = _cut(self.linkage_, self.n_clusters)
            self.centres_, self.precision_ = _settled(rows[sample], self.leaves_)
            self.labels_ = self.predict(rows)
            resampled = []
            for _ in range(self.n_bootstraps):
                drawn = draw.randint(len(rows), size=min(len(rows), self.max_bootstrap))
                resampled.append(self._regrouped(rows, np.unique(drawn)))
        self.stability_ = stability.group_stability(self.labels_, resampled, len(self.centres_))
        return self

    def transform(self, X: ArrayLike) -> Rows:
        """Return the distance of each row to each theme, shape (n_samples, n_themes)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        return _distances(rows, self.centres_, self.precision_)

    def predict(self, X: ArrayLike) -> Labels:
        """Return the nearest theme of each row, the first of equals."""
        return np.asarray(self.transform(X).argmin(axis=1))

    def _regrouped(self, rows: Rows, drawn: NDArray[np.intp]) -> Labels:
        """Return the themes of all rows by a model of those that are drawn."""
        if len(drawn) < 2:
            return np.zeros(len(rows), np.intp)
        leaves = _cut(ward(pdist(rows[drawn])), self.n_clusters)
        return np.asarray(_distances(rows, *_settled(rows[drawn], leaves)).argmin(axis=1))

    @property
    def _n_features_out(self) -> int:
        return len(self.centres_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        tags.non_deterministic = self.random_state is None
        return tags


def _cut(tree: Rows, n_groups: int) -> Labels:
    """Return the group of each leaf, from 0, where a tree is cut into so many."""
    return np.asarray(fcluster(tree, n_groups, criterion="maxclust"), np.intp) - 1


def _settled(rows: Rows, labels: Labels) -> tuple[Rows, Rows]:
    """Move rows to the nearest group until few move; return centres and precision."""
    n_groups = int(labels.max()) + 1
    for _ in range(ROUNDS):
        nearest = _distances(rows, *_centres(rows, labels, n_groups)).argmin(axis=1)
        if len(np.unique(nearest)) < n_groups or (nearest == labels).all():
            break
        labels = nearest
    return _centres(rows, labels, n_groups)


def _centres(rows: Rows, labels: Labels, n_groups: int) -> tuple[Rows, Rows]:
    """Return the means of groups, and the inverse of the scatter of rows around them."""
    one_hot = (labels[:, None] == np.arange(n_groups)).astype(np.float64)
    centres = (one_hot.T @ rows) / one_hot.sum(axis=0)[:, None]
    apart = rows - centres[labels]
    scatter = apart.T @ apart / len(rows)
    even = RIDGE * np.trace(scatter) / len(scatter) + 1e-9
    return centres, np.linalg.inv(scatter + even * np.eye(len(scatter)))


def _distances(rows: Rows, centres: Rows, precision: Rows) -> Rows:
    return np.asarray(np.round(cdist(rows, centres, "mahalanobis", VI=precision), 6))


@dataclass(frozen=True, kw_only=True)
class Themes(Groups):
    """Themes of a corpus.

    Attributes
    ----------
    members, tree : pandas.DataFrame
        As the contract ``themes members`` has them, the margin 0 as near to the next theme and 1 at
        the centre of its own, and clear from 0.2 on; a merge of the tree has left, right, height
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

    kind, contract, measured = "theme", "themes summary", "margin"

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

    def facts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return how many passages of each language each theme has, a line a theme."""
        langs = rows.groupby(["theme", "lang"]).size().rename("inside").reset_index()
        langs["text"] = [
            f"{lang} {inside} of {(rows['lang'] == lang).sum()}"
            for lang, inside in langs[["lang", "inside"]].to_numpy().tolist()
        ]
        facts = langs.groupby("theme")["text"].agg(", ".join).reset_index()
        return facts.assign(head="languages")

    def assign(self, passages: pd.DataFrame, vectors: pd.DataFrame) -> pd.DataFrame:
        """Give themes to passages, those that the themes were fitted on or others.

        Parameters
        ----------
        passages, vectors : pandas.DataFrame
            As for `clusterlib.topics.Topics.assign`; of passages only their names are needed.

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
