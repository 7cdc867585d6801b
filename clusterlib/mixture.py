"""How well each number of Gaussians that share a covariance describes rows.

In come coordinates on subject axes, out go information criteria, kept beside the vectors.
"""

import contextlib
import functools
import hashlib
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from clusterlib import axes
from clusterlib.embed import cache

# Samples that vote on the number, of so many rows at most and this part of them, and starts of
# each mixture.
SAMPLES, SAMPLED, PART, STARTS = 5, 1500, 0.8, 4
# What measures, and is part of the key of what is kept: other code may give other numbers.
CODE = ("axes.py", "mixture.py", "stability.py", "themes/model.py", "topics/model.py")

Rows = NDArray[np.float64]


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


# Topics and themes of the same passages ask for the same.
@functools.lru_cache(maxsize=64)
def _scores(content: bytes, width: int, number: int, random_state: int) -> list[float]:
    """Return for each sample of rows the mean logarithm of their likelihood, of some mixtures."""

    def measure() -> list[float]:
        rows, scores = np.frombuffer(content).reshape(-1, width), []
        for state in np.random.SeedSequence(random_state).generate_state(SAMPLES).tolist():
            sample = rows[axes.sample(len(rows), _sample_size(len(rows)), state)]
            starts = 1 if number == 1 else STARTS
            mixture = GaussianMixture(
                number, covariance_type="tied", n_init=starts, random_state=state
            )
            scores.append(float(mixture.fit(sample).score(sample)))
        return scores

    return remember(f"likelihood {width} {number} {random_state}", content, measure)


def remember(asked: str, content: bytes, measure: Callable[[], list[float]]) -> list[float]:
    """Return numbers that were measured before, or measure them and keep them beside the vectors.

    Parameters
    ----------
    asked : str
        What is measured, with all options.
    content : bytes
        Of what.
    measure : callable
        Returns the numbers.

    Returns
    -------
    list of float

    Examples
    --------
    >>> remember("length", b"content", lambda: [7.0])
    [7.0]
    """
    key = hashlib.sha256(f"{_method()} {asked} ".encode() + content).hexdigest()
    file = cache.default_file().parent / "scores" / key
    try:
        kept: list[float] = json.loads(file.read_bytes())
        return kept
    except (OSError, ValueError):
        numbers = measure()
    # As with vectors, a cache that cannot be written costs time and not the run.
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        cache.replace(file, json.dumps(numbers).encode())
    return numbers


@functools.cache
def _method() -> str:
    folder = Path(__file__).parent
    code = b"".join((folder / name).read_bytes() for name in CODE)
    return f"{sklearn.__version__} {hashlib.sha256(code).hexdigest()}"
