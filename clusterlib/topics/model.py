"""The topic model: a Gaussian mixture, and how it fares when passages are drawn anew.

In come coordinates on subject axes, out go weights of topics, which sum to 1 for a row.
"""

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from clusterlib import stability

Rows = NDArray[np.float64]


class TopicMixture(ClusterMixin, BaseEstimator):
    """A mixture of Gaussians with one covariance, steadied by others on bootstrap samples.

    The components share a covariance, so the mixture finds the directions that separate
    subjects as linear discriminant analysis would. The one of the likeliest start says
    which topics there are. The others, each fitted on rows drawn anew and matched with it,
    say how far that depends on the rows: a row's weights are half those of the first, half
    the mean of the others.

    Parameters
    ----------
    n_components : int
        Topics.
    n_init : int
        Starts of the first mixture; the one of the highest likelihood counts.
    shrinkage : float
        What is added to the covariance in every direction, as a part of the variance of the
        column in which rows differ least: such directions say less.
    n_bootstraps : int
        Mixtures on bootstrap samples, each from one start.
    max_samples : int
        Rows that a mixture is fitted on at most.
    random_state : int, RandomState instance or None
        Seed of samples and starts.

    Attributes
    ----------
    mixture_ : sklearn.mixture.GaussianMixture
        The first mixture.
    bootstraps_ : list of tuple
        Of each other mixture: the mixture, and which of its components is which topic.
    labels_ : numpy.ndarray of shape (n_samples,)
        The topic of the largest weight of each row.
    stability_ : numpy.ndarray of shape (n_components,)
        How well each topic returns in the others; see `clusterlib.stability`.
    n_features_in_ : int
        Columns of the rows.

    Notes
    -----
    Bagged clustering (Dudoit and Fridlyand, 2003). `benchmarks/topics.py` compares it with
    one mixture and with others. Weights are rounded to six decimals.

    Examples
    --------
    >>> rows = np.repeat(np.eye(3), 10, axis=0) + np.random.default_rng(0).normal(0, 0.1, (30, 3))
    >>> model = TopicMixture(n_components=3, random_state=0).fit(rows)
    >>> model.predict_proba(np.eye(3)).round(1).max(axis=1).tolist(), model.stability_.round(1)
    ([1.0, 1.0, 1.0], array([1., 1., 1.]))

    A fitted model is saved and used elsewhere as any of scikit-learn's:

    >>> import io, joblib
    >>> file = io.BytesIO()
    >>> _ = joblib.dump(model, file)
    >>> bool((joblib.load(file).predict(rows) == model.labels_).all())
    True
    """

    def __init__(
        self,
        n_components: int = 8,
        *,
        n_init: int = 5,
        shrinkage: float = 0.4,
        n_bootstraps: int = 20,
        max_samples: int = 2000,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_components = n_components
        self.n_init = n_init
        self.shrinkage = shrinkage
        self.n_bootstraps = n_bootstraps
        self.max_samples = max_samples
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Find the topics of rows, shape (n_samples, n_features)."""
        rows = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        draw = check_random_state(self.random_state)
        count = min(len(rows), self.max_samples)
        # Small products: threads would cost more than the work, and change digits.
        with threadpool_limits(1), warnings.catch_warnings():
            # A mixture that has not settled, or a sample of few distinct rows, votes all the same.
            warnings.simplefilter("ignore", ConvergenceWarning)
            sample = draw.permutation(len(rows))[:count] if count < len(rows) else slice(None)
            even = max(1e-6, self.shrinkage * rows.var(axis=0).min())
            self.mixture_ = self._mixture(self.n_init, even, draw).fit(rows[sample])
            first = self.mixture_.predict_proba(rows)
            self.bootstraps_: list[tuple[GaussianMixture, NDArray[np.intp]]] = []
            for _ in range(self.n_bootstraps):
                other = self._mixture(1, even, draw).fit(rows[draw.randint(len(rows), size=count)])
                overlap = first.T @ other.predict_proba(rows)
                self.bootstraps_.append((other, linear_sum_assignment(-np.round(overlap, 6))[1]))
        self.labels_ = self.predict(rows)
        resampled = (other.predict(rows) for other, _ in self.bootstraps_)
        self.stability_ = stability.group_stability(self.labels_, resampled, self.n_components)
        return self

    def predict_proba(self, X: ArrayLike) -> Rows:
        """Return the weight of each topic in each row, shape (n_samples, n_components)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        with threadpool_limits(1):
            weights = self.mixture_.predict_proba(rows)
            others = [other.predict_proba(rows)[:, order] for other, order in self.bootstraps_]
        steadied = (weights + np.mean(others, axis=0)) / 2 if others else weights
        return np.asarray(np.round(steadied, 6))

    def predict(self, X: ArrayLike) -> NDArray[np.intp]:
        """Return the topic of the largest weight of each row, the first of equals."""
        return np.asarray(self.predict_proba(X).argmax(axis=1))

    def _mixture(self, n_init: int, even: float, draw: np.random.RandomState) -> GaussianMixture:
        return GaussianMixture(
            self.n_components,
            covariance_type="tied",
            reg_covar=even,
            n_init=n_init,
            random_state=draw,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = self.random_state is None
        return tags
