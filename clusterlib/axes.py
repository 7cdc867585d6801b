"""Subject axes: the space in which topics and themes are found.

Vectors of an encoder also carry how a sentence is built: its length, and what is
left of its language. How they vary with that is measured on the calibration sentences,
where translations share a meaning and differ in form alone. `SubjectAxes` makes this
scatter of form even, lets directions count more in which subject headings differ, and keeps
those in which passages differ most.

How well Gaussians that share a covariance describe coordinates is kept beside the vectors.

In come vectors of passages, out go their coordinates.
"""

import functools
import hashlib
import warnings
from collections.abc import Callable
from typing import Any, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import ConvergenceWarning
from sklearn.manifold import trustworthiness
from sklearn.mixture import GaussianMixture
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from clusterlib.embed import cache

__all__ = ["SubjectAxes", "flatten", "whitening"]

# Of the scatter within groups: so much of it is taken for even in all directions.
SHRINKAGE = 0.3
Rows = NDArray[np.float64]
Float = TypeVar("Float", bound=np.floating)


class SubjectAxes(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Whiten the scatter that form causes, then keep principal components.

    Parameters
    ----------
    n_components : int
        Axes to keep; never more than rows or columns there are.
    form : array-like of shape (n_features, n_features), optional
        Scatter that no subject causes, as `clusterlib.embed.form` returns it; directions rich in it
        count less. Without it, plain principal components.
    headings : array-like of shape (n_headings, n_features), optional
        Vectors of subject headings, as `clusterlib.subjects.vectors` returns them. The likeness of
        a row to each of them is a coordinate beside its own before principal components are taken.
    heading_weight : float
        The length of all likenesses together, as a part of that of the rows.

    Attributes
    ----------
    mean_ : numpy.ndarray of shape (n_features,)
        Mean of the rows that the axes were fitted on.
    components_ : numpy.ndarray of shape (n_axes, n_features)
        One row an axis, that of most variance first.
    n_features_in_ : int
        Columns of the rows.

    Notes
    -----
    Likeness is a product of whitened rows without their mean and whitened unit headings without
    theirs, so that all is one linear map. Coordinates are rounded to six decimals, so that other
    processors and numbers of threads give the same groups.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(20, 5))
    >>> SubjectAxes(n_components=2).fit(rows).transform(rows[:3]).shape
    (3, 2)
    """

    def __init__(
        self,
        n_components: int = 20,
        form: ArrayLike | None = None,
        headings: ArrayLike | None = None,
        heading_weight: float = 0.8,
    ) -> None:
        self.n_components = n_components
        self.form = form
        self.headings = headings
        self.heading_weight = heading_weight

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Find the axes of rows, shape (n_samples, n_features)."""
        rows = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        self.mean_: Rows = rows.mean(axis=0)
        count = min(self.n_components, *rows.shape)
        # Threads gain little on matrices of this size, and lose much where others compute.
        with threadpool_limits(1):
            even = np.eye(rows.shape[1]) if self.form is None else whitening(np.asarray(self.form))
            if self.headings is not None:
                even = even @ self._towards_headings((rows - self.mean_) @ even, even)
            pca = PCA(count, svd_solver="full").fit((rows - self.mean_) @ even)
            self.components_: Rows = pca.components_ @ even.T
        return self

    def transform(self, X: ArrayLike) -> Rows:
        """Return the coordinates of rows, shape (n_samples, n_axes)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(np.round((rows - self.mean_) @ self.components_.T, 6) + 0.0)

    def _towards_headings(self, rows: Rows, even: Rows) -> Rows:
        """Return the map after which products are those of rows with their likenesses beside."""
        headings = np.asarray(self.headings, np.float64)
        subjects = unit((headings - headings.mean(axis=0)) @ even)
        length = np.square(rows @ subjects.T).sum()
        scale = self.heading_weight**2 * np.square(rows).sum() / length if length else 0.0
        values, directions = np.linalg.eigh(subjects.T @ subjects)
        stretch = np.sqrt(1 + scale * values.clip(min=0))
        return np.asarray((directions * stretch) @ directions.T)

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags


def whitening(form: Rows) -> Rows:
    """Return the map that makes a scatter, and as much again in every direction, even.

    Parameters
    ----------
    form : numpy.ndarray
        A scatter, shape (dim, dim), symmetric.

    Returns
    -------
    numpy.ndarray
        Shape (dim, dim); rows are multiplied by it.

    Examples
    --------
    >>> np.abs(whitening(np.eye(2)) ** 2).round(2).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    with threadpool_limits(1):
        variances, directions = np.linalg.eigh(form)
    scaled: Rows = directions / np.sqrt(variances + variances.mean())
    return scaled


def n_axes(n_rows: int) -> int:
    """Return how many axes so many distinct rows carry: a twelfth of them, from 2 to 20."""
    return int(np.clip(n_rows // 12, 2, 20))


def sample(n_rows: int, most: int, random_state: int) -> NDArray[np.intp]:
    """Draw rows without replacement: the places of so many at most, in order."""
    if n_rows <= most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(random_state).choice(n_rows, most, replace=False))


def by_digest(passages: pd.DataFrame) -> pd.DataFrame:
    """Return passages in an order that neither theirs nor the other passages change."""
    order = passages["passage"].map(lambda name: hashlib.sha256(name.encode()).hexdigest())
    return passages.iloc[order.to_numpy(str).argsort(kind="stable")]


def distinct(rows: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find rows that are equal to five decimals.

    Returns the places of the first of each set of equal rows, in order, and of each row in those.
    """
    rounded = np.round(rows, 5) + 0.0
    _, first, inverse = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    order = first.argsort()
    return first[order], order.argsort()[inverse.reshape(-1)]


def unit(rows: NDArray[Float]) -> NDArray[Float]:
    """Scale rows to length 1; a row of hardly anything stays as it is."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms > 1e-9, norms, 1)).astype(rows.dtype, copy=False)


def flatten(coordinates: NDArray[np.floating], groups: NDArray[np.str_]) -> tuple[Rows, float]:
    """Lay rows out on a plane on which their groups come apart.

    Parameters
    ----------
    coordinates, groups : numpy.ndarray
        Rows on subject axes, shape (n, axes), and the topic or theme of each.

    Returns
    -------
    places : numpy.ndarray
        Shape (n, 2), of unit spread: linear discriminants or, of fewer than three groups, principal
        components. The same whatever the order of the rows.
    trustworthiness : float
        How far rows that are near on the plane are near in the space, from 0 to 1 (Venna and Kaski
        2001); of at most 2,000 rows.

    Examples
    --------
    >>> rows = np.repeat(np.eye(3), 8, axis=0) + np.random.default_rng(0).normal(0, 0.1, (24, 3))
    >>> places, trust = flatten(rows, np.repeat(["a", "b", "c"], 8))
    >>> places.shape, trust > 0.8
    ((24, 2), True)
    """
    rows = np.asarray(coordinates, np.float64)
    with threadpool_limits(1):
        if len(np.unique(groups)) < 3:
            plane = PCA(2, svd_solver="full").fit_transform(rows)
        else:
            discriminants = LinearDiscriminantAnalysis(
                solver="eigen", shrinkage=SHRINKAGE, n_components=2
            )
            plane = discriminants.fit(rows, groups).transform(rows)
        plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]])
        few = sample(len(rows), 2000, 0)
        nearest = min(10, (len(few) - 1) // 2)
        trust = trustworthiness(rows[few], plane[few], n_neighbors=nearest) if nearest else 1.0
    return np.round(plane / np.maximum(plane.std(axis=0), 1e-9), 4) + 0.0, round(float(trust), 3)


# Samples that vote on the number, of so many rows at most and this part of them, and starts of
# each mixture.
SAMPLES, SAMPLED, PART, STARTS = 5, 1500, 0.8, 4


def bic_by_n(
    rows: Rows,
    numbers: list[int],
    random_state: int,
    update: Callable[[], object] = bool,
) -> Rows:
    """Measure how well Gaussian mixtures of each number of groups describe samples of rows.

    Parameters
    ----------
    rows : numpy.ndarray
        Coordinates of distinct passages, shape (n, axes).
    numbers : list of int
        Numbers of groups to try.
    random_state : int
        Seed of samples and starts.
    update : callable
        Called when a number is done.

    Returns
    -------
    numpy.ndarray
        The Bayesian information criterion (Schwarz 1978; Fraley and Raftery 2002) of
        mixtures whose components share a covariance, less that of one Gaussian; the lower the
        better; shape (samples, numbers). A sample has four of five rows, 1,500 at most; its
        likelihood counts as that of five rows for each four.

    Examples
    --------
    >>> rows = np.repeat(np.eye(3), 20, axis=0) + np.random.default_rng(0).normal(0, 0.1, (60, 3))
    >>> bic_by_n(rows, [2, 3, 4], 0).argmin(axis=1).tolist()
    [1, 1, 1, 1, 1]
    """
    size, rows = _sample_size(len(rows)), np.ascontiguousarray(rows, np.float64)
    score = []
    with threadpool_limits(1), warnings.catch_warnings():
        # A mixture that has not settled is described well enough.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for number in [1, *numbers]:
            # Topics and themes of the same passages ask for the same.
            asked = f"likelihood {rows.shape[1]} {number} {random_state}"
            measure = functools.partial(_scores, rows, number, random_state)
            score.append(cache.remember(asked, rows.tobytes(), measure, [__file__]))
            update()
    likelier = np.transpose(score)[:, 1:] - np.transpose(score)[:, :1]
    parameters = (np.array(numbers) - 1) * (rows.shape[1] + 1)
    count = size / PART
    return np.asarray(np.round(parameters * np.log(count) - 2 * count * likelier, 1))


def _sample_size(n_rows: int) -> int:
    return min(SAMPLED, max(2, round(PART * n_rows)))


def _scores(rows: Rows, number: int, random_state: int) -> list[float]:
    """Return for each sample of rows the mean logarithm of their likelihood, of some mixtures."""
    scores = []
    for state in np.random.SeedSequence(random_state).generate_state(SAMPLES).tolist():
        drawn = rows[sample(len(rows), _sample_size(len(rows)), state)]
        starts = 1 if number == 1 else STARTS
        mixture = GaussianMixture(number, covariance_type="tied", n_init=starts, random_state=state)
        scores.append(float(mixture.fit(drawn).score(drawn)))
    return scores
