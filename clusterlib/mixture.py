"""Mixtures of Gaussians that share a covariance, and how well each number of them describes rows.

In come coordinates on subject axes, out go fitted mixtures and information criteria.
"""

import contextlib
import functools
import hashlib
import json
import warnings
from collections.abc import Callable

import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from clusterlib import axes
from clusterlib.embed import files
from clusterlib.embed.cache import default_file

# Samples that vote on the number, of so many rows at most and this part of them, and starts of
# each mixture.
SAMPLES, SAMPLED, PART, STARTS = 5, 1500, 0.8, 4
# Part of the key of scores that are kept: raise it when they are computed otherwise.
METHOD = 1

Rows = NDArray[np.float64]


class TiedMixture(GaussianMixture):
    """scikit-learn's mixture of Gaussians that share a covariance, in a third of the time.

    The same to the last digits but one: what is the same for all components, rows times
    the Cholesky factor, is computed once a step and not once a component.

    Parameters
    ----------
    n_components : int
        Components.
    n_init : int
        Starts; the one of the highest likelihood counts.
    random_state : int, RandomState instance or None
        Seed of the starts.

    Examples
    --------
    >>> rows = np.repeat(np.eye(3), 10, axis=0) + np.random.default_rng(0).normal(0, 0.1, (30, 3))
    >>> plain = GaussianMixture(3, covariance_type="tied", random_state=0).fit(rows)
    >>> fast = TiedMixture(3, random_state=0).fit(rows)
    >>> np.allclose(plain.predict_proba(rows), fast.predict_proba(rows), atol=1e-12)
    True
    """

    def __init__(
        self,
        n_components: int = 1,
        *,
        n_init: int = 1,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(
            n_components, covariance_type="tied", n_init=n_init, random_state=random_state
        )

    def _estimate_log_prob(self, X: Rows, xp: object = None) -> Rows:
        factor = self.precisions_cholesky_
        distances = cdist(X @ factor, self.means_ @ factor, "sqeuclidean")
        log_det = np.log(np.diagonal(factor)).sum()
        return np.asarray(log_det - 0.5 * (X.shape[1] * np.log(2 * np.pi) + distances))

    def _estimate_log_prob_resp(self, X: Rows, xp: object = None) -> tuple[Rows, Rows]:
        log_prob = self._estimate_weighted_log_prob(X)
        highest = log_prob.max(axis=1, keepdims=True)
        norm = highest + np.log(np.exp(log_prob - highest).sum(axis=1, keepdims=True))
        return norm[:, 0], log_prob - norm


def bic_by_n(
    rows: Rows, numbers: list[int], random_state: int, update: Callable[[], object] = bool
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
    size, score = _sample_size(len(rows)), []
    content = np.asarray(rows, dtype=np.float64).tobytes()
    with threadpool_limits(1), warnings.catch_warnings():
        # A mixture that has not settled is described well enough.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for number in [1, *numbers]:
            score.append(_scores(content, rows.shape[1], number, random_state))
            update()
    likelier = np.transpose(score)[:, 1:] - np.transpose(score)[:, :1]
    parameters = (np.array(numbers) - 1) * (rows.shape[1] + 1)
    count = size / PART
    return np.asarray(np.round(parameters * np.log(count) - 2 * count * likelier, 1))


def _sample_size(n_rows: int) -> int:
    return min(SAMPLED, max(2, round(PART * n_rows)))


# Topics and themes of the same passages ask for the same, and so does the next run.
@functools.lru_cache(maxsize=64)
def _scores(content: bytes, width: int, number: int, random_state: int) -> list[float]:
    """Return for each sample of rows the mean logarithm of their likelihood, of some mixtures."""
    asked = f"{METHOD} {sklearn.__version__} {width} {number} {random_state} ".encode()
    file = default_file().parent / "scores" / hashlib.sha256(asked + content).hexdigest()
    try:
        kept: list[float] = json.loads(file.read_bytes())
        return kept
    except (OSError, ValueError):
        rows, scores = np.frombuffer(content).reshape(-1, width), []
    for state in np.random.SeedSequence(random_state).generate_state(SAMPLES).tolist():
        sample = rows[axes.sample(len(rows), _sample_size(len(rows)), state)]
        starts = 1 if number == 1 else STARTS
        mixture = TiedMixture(number, n_init=starts, random_state=state)
        scores.append(float(mixture.fit(sample).score(sample)))
    # As with vectors, a cache that cannot be written costs time and not the run.
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        files.replace(file, json.dumps(scores).encode())
    return scores
