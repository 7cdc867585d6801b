"""Subject axes: the directions in which passages differ more than near neighbours do.

An encoder's vectors also carry how a sentence is built. Near neighbours share their
subject and differ in such form, so directions are ranked by the scatter of all
passages over the scatter between neighbours, as linear discriminant analysis does
with classes that are known. Groups are found in the first few of these axes.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clusterlib import recent, threads

Float = TypeVar("Float", bound=np.floating)

NEIGHBOURS = 5
# The scatter between neighbours is known badly where there are few; half of an even one is added.
RIDGE = 0.5
# Axes of larger corpora are fitted on so many passages.
SAMPLE = 5000
# Megabytes that a search for neighbours may fill at a time.
MEMORY = 64


@dataclass(frozen=True)
class Axes:
    """A linear map from vectors to subject axes.

    Attributes
    ----------
    mean : numpy.ndarray
        Mean of the vectors that the axes were fitted on, shape (dim,).
    basis : numpy.ndarray
        One column an axis, the most telling first, shape (dim, axes).

    Examples
    --------
    >>> Axes(mean=np.ones(3), basis=np.eye(3)[:, :2]).project(np.array([[2.0, 3.0, 4.0]]))
    array([[1., 2.]])
    """

    mean: NDArray[np.float64]
    basis: NDArray[np.float64]

    def project(self, rows: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the coordinates of vectors, shape (rows, axes), six decimals."""
        return np.round((rows - self.mean) @ self.basis, 6)


def distinct(rows: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find equal rows.

    Parameters
    ----------
    rows : numpy.ndarray
        Shape (n, dim); equal to five decimals is equal.

    Returns
    -------
    first : numpy.ndarray
        The places of the first of each set of equal rows, in order, shape (m,).
    same : numpy.ndarray
        The place of each row among those, shape (n,).

    Examples
    --------
    >>> first, same = distinct(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    >>> first.tolist(), same.tolist()
    ([0, 1], [0, 1, 0])
    """
    rounded = np.round(rows, 5) + 0.0
    _, first, same = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    order = first.argsort()
    return first[order], order.argsort()[same.reshape(-1)]


def sample(n_rows: int, most: int, random_state: int) -> NDArray[np.intp]:
    """Draw rows without replacement.

    Parameters
    ----------
    n_rows, most : int
        How many rows there are, and how many are wanted at most.
    random_state : int
        Seed.

    Returns
    -------
    numpy.ndarray
        Their places, in order; all places if there are no more than ``most``.

    Examples
    --------
    >>> sample(3, 5, 0).tolist(), len(sample(9, 5, 0))
    ([0, 1, 2], 5)
    """
    if n_rows <= most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(random_state).choice(n_rows, most, replace=False))


def fit(
    rows: NDArray[np.floating],
    n_axes: int,
    form: NDArray[np.float64] | None = None,
    random_state: int = 0,
) -> Axes:
    """Find the subject axes of vectors.

    Parameters
    ----------
    rows : numpy.ndarray
        Calibrated unit vectors, shape (n, dim); equal rows count once.
    n_axes : int
        How many axes are wanted; never more than distinct rows less one.
    form : numpy.ndarray, optional
        Scatter that no subject causes, as `clusterlib.embed.form` returns it,
        shape (dim, dim); directions rich in it count less.
    random_state : int
        Seed of the sample that stands for more than 5,000 rows.

    Returns
    -------
    Axes
        Scaled so that neighbours scatter alike on each; an axis points to where
        its largest coordinate in ``basis`` is positive.

    Raises
    ------
    ValueError
        If there are fewer than three distinct rows.

    Notes
    -----
    The generalised eigenproblem of total against local scatter is that of
    locality preserving projections (He and Niyogi, 2003), with the nearest
    neighbours as the graph.

    Examples
    --------
    >>> corner = np.repeat(np.eye(3), 10, axis=0)
    >>> noise = np.random.default_rng(0).normal(scale=0.01, size=corner.shape)
    >>> fit(corner + noise, 2).project(corner[::10]).shape
    (3, 2)
    """
    from scipy.linalg import eigh

    own = rows[distinct(rows)[0]].astype(np.float64)
    if len(own) < 3:
        raise ValueError(f"axes need three distinct vectors; found {len(own)}")
    own = own[sample(len(own), SAMPLE, random_state)]
    mean = own.mean(axis=0)
    # Threads gain little on matrices of this size, and lose much where others compute.
    with threads.one():
        even = whitening(form) if form is not None else np.eye(own.shape[1])
        own = (own - mean) @ even
        count = min(NEIGHBOURS, len(own) - 1)
        nearest = neighbours(own, own, count + 1)[:, 1:]
        apart = (own[:, None, :] - own[nearest]).reshape(-1, own.shape[1])
        local = _share(apart.T @ apart)
        ridge = RIDGE * np.eye(len(local)) / len(local)
        basis = eigh(_share(own.T @ own), local + ridge)[1][:, ::-1]
        basis = even @ basis[:, : min(n_axes, len(own) - 1)]
    largest = np.abs(np.round(basis, 6)).argmax(axis=0)
    return Axes(mean, basis * np.sign(basis[largest, np.arange(basis.shape[1])]))


def neighbours(
    rows: NDArray[np.floating], among: NDArray[np.floating], count: int
) -> NDArray[np.intp]:
    """Return the places of the nearest rows by cosine, in little memory.

    Parameters
    ----------
    rows : numpy.ndarray
        Shape (n, dim).
    among : numpy.ndarray
        Rows to look among, shape (m, dim). A row that is among them finds itself.
    count : int
        How many.

    Returns
    -------
    numpy.ndarray
        Shape (n, count), the nearest first; of equals, the first.

    Examples
    --------
    >>> rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6]])
    >>> neighbours(rows, rows, 2).tolist()
    [[0, 2], [1, 2], [2, 0]]
    """
    ours, theirs = unit(rows), unit(among)
    found = np.empty((len(rows), count), np.intp)
    block = max(1, MEMORY * 2**20 // (8 * len(among)))
    for start in range(0, len(rows), block):
        alike = ours[start : start + block] @ theirs.T
        places = np.arange(len(alike))
        # A few times the largest is quicker than any sorting.
        for turn in range(count):
            nearest = alike.argmax(axis=1)
            alike[places, nearest] = -np.inf
            found[start : start + block, turn] = nearest
    return found


def unit(rows: NDArray[Float]) -> NDArray[Float]:
    """Scale rows to length 1; a row of hardly anything stays as it is.

    Parameters
    ----------
    rows : numpy.ndarray
        Of any number of rows and columns.

    Returns
    -------
    numpy.ndarray
        Of the same shape and type.

    Examples
    --------
    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms > 1e-9, norms, 1)).astype(rows.dtype, copy=False)


def _share(scatter: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale a scatter matrix to trace one."""
    return scatter / max(float(np.trace(scatter)), 1e-12)


def whitening(form: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the map that makes a scatter, and as much again in every direction, even.

    Parameters
    ----------
    form : numpy.ndarray
        A scatter, shape (dim, dim), symmetric.

    Returns
    -------
    numpy.ndarray
        Shape (dim, dim); rows are multiplied by it. It is kept, and not to be changed.

    Examples
    --------
    >>> np.abs(whitening(np.eye(2)) ** 2).round(2).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    # That of an encoder is asked for with every fit.
    return recent.result(("whitening", form.tobytes()), lambda: _whitening(form))


def _whitening(form: NDArray[np.float64]) -> NDArray[np.float64]:
    with threads.one():
        sizes, directions = np.linalg.eigh(form)
    scaled: NDArray[np.float64] = directions / np.sqrt(sizes + sizes.mean())
    return scaled
