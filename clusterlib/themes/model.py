"""The model of themes: Ward's tree, cut, with every row moved to the nearest theme.

In come coordinates on subject axes, out go one theme a row and its distance to each.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.hierarchy import fcluster, ward
from scipy.spatial.distance import cdist, pdist
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from clusterlib import stability

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
