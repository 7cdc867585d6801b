"""k-means and a mixture of Gaussians with one covariance, no more than a vote needs of them.

scikit-learn has both; its import alone takes longer than all mixtures of a vote. Starts are
drawn as it draws them, and what is found is what it finds.
"""

import numpy as np
from numpy.typing import NDArray

# scikit-learn's defaults: rounds of k-means, and changes that end k-means and a mixture.
ROUNDS, SHIFT, GAIN = 300, 1e-4, 1e-3

Rows = NDArray[np.float64]
Groups = NDArray[np.intp]


def k_means(rows: Rows, number: int, draw: np.random.RandomState, starts: int = 1) -> Groups:
    """Group rows around means.

    Parameters
    ----------
    rows : numpy.ndarray
        Shape (n, axes).
    number : int
        Of groups, n at most.
    draw : numpy.random.RandomState
        Draws the starts.
    starts : int
        How many; the one counts whose rows are nearest to their means.

    Returns
    -------
    numpy.ndarray
        The group of each row, from 0.

    Examples
    --------
    >>> k_means(np.array([[0.0], [0.1], [5.0], [5.2]]), 2, np.random.RandomState(0)).tolist()
    [1, 1, 0, 0]
    """
    shift = float(rows.var(axis=0).mean()) * SHIFT
    rows = rows - rows.mean(axis=0)
    best, least = np.empty(0, np.intp), np.inf
    for _ in range(starts):
        groups, centres = _settled(rows, _starts(rows, number, draw), shift)
        apart = float(((rows - centres[groups]) ** 2).sum())
        # The same groups by other names are no better, whatever rounding says.
        if apart < least and not (len(best) and _same(groups, best)):
            best, least = groups, apart
    return best


def _starts(rows: Rows, number: int, draw: np.random.RandomState) -> Rows:
    """Draw rows that lie apart: greedy k-means++."""
    sizes, trials = (rows**2).sum(axis=1), 2 + int(np.log(number))
    chosen = [int(draw.choice(len(rows), p=np.full(len(rows), 1 / len(rows))))]
    apart = _apart(rows[chosen], rows, sizes)[0]
    while len(chosen) < number:
        drawn = np.searchsorted(apart.cumsum(), draw.uniform(size=trials) * apart.sum())
        drawn = np.minimum(drawn, len(rows) - 1)
        left = np.minimum(_apart(rows[drawn], rows, sizes), apart)
        place = int(left.sum(axis=1).argmin())
        apart = left[place]
        chosen.append(int(drawn[place]))
    return rows[chosen]


def _apart(some: Rows, rows: Rows, sizes: Rows) -> Rows:
    """Return the squared distance of some rows to all rows, whose squared lengths are known."""
    found: Rows = (some**2).sum(axis=1)[:, None] - 2 * some @ rows.T + sizes
    return np.maximum(found, 0)


def _settled(rows: Rows, centres: Rows, shift: float) -> tuple[Groups, Rows]:
    """Move centres until they stay."""
    groups = np.full(len(rows), -1)
    for _ in range(ROUNDS):
        before, groups = groups, _nearest(rows, centres)
        moved = _means(rows, groups, centres)
        change, centres = float(((moved - centres) ** 2).sum()), moved
        if (groups == before).all():
            return groups, centres
        if change <= shift:
            break
    return _nearest(rows, centres), centres


def _nearest(rows: Rows, centres: Rows) -> Groups:
    return np.asarray(((centres**2).sum(axis=1) - 2 * rows @ centres.T).argmin(axis=1))


def _means(rows: Rows, groups: Groups, centres: Rows) -> Rows:
    """Return the mean of each group; one without rows takes the row farthest from its own mean."""
    groups = groups.copy()
    sizes = np.bincount(groups, minlength=len(centres))
    if empty := np.flatnonzero(sizes == 0).tolist():
        far = ((rows - centres[groups]) ** 2).sum(axis=1)
        groups[np.argsort(far, kind="stable")[::-1][: len(empty)]] = empty
        sizes = np.bincount(groups, minlength=len(centres))
    found: Rows = np.eye(len(centres))[groups].T @ rows / np.maximum(sizes, 1)[:, None]
    return found


def _same(one: Groups, other: Groups) -> bool:
    pairs = np.unique(one * (int(other.max()) + 1) + other)
    return len(pairs) == len(np.unique(one))


def mixture(
    seen: Rows, rows: Rows, number: int, draw: np.random.RandomState, even: float, rounds: int
) -> Rows:
    """Fit a mixture to rows, and return how likely each of others is in each component.

    Parameters
    ----------
    seen, rows : numpy.ndarray
        Rows to fit to, and rows to tell about, shape (n, axes).
    number : int
        Of components.
    draw : numpy.random.RandomState
        Draws the start.
    even : float
        Even scatter that is added to the covariance.
    rounds : int
        Of expectation and maximisation at most; a mixture that has not settled
        by then is taken as it is.

    Returns
    -------
    numpy.ndarray
        Shape (rows, number); each row sums to 1.

    Notes
    -----
    With one covariance for all, what tells components apart is linear in a row,
    so that the quadratic term has to be known on average only.
    """
    total = seen.T @ seen
    likely = np.eye(number)[k_means(seen, number, draw)]
    slopes, heights, level = _model(seen, total, likely, even)
    gained = -np.inf
    for _ in range(rounds):
        likely, told = _shares(seen @ slopes.T + heights)
        before, gained = gained, told - level
        slopes, heights, level = _model(seen, total, likely, even)
        if abs(gained - before) < GAIN:
            break
    return _shares(rows @ slopes.T + heights)[0]


def _model(seen: Rows, total: Rows, likely: Rows, even: float) -> tuple[Rows, Rows, float]:
    """Return slope and height of each component, and what all have in common on average."""
    sizes = likely.sum(axis=0) + 10 * np.finfo(np.float64).eps
    means = likely.T @ seen / sizes[:, None]
    scatter = (total - (sizes * means.T) @ means) / sizes.sum() + even * np.eye(len(total))
    inverse = np.linalg.inv(scatter)
    slopes = means @ inverse
    heights = np.log(sizes / sizes.sum()) - (slopes * means).sum(axis=1) / 2
    spread = float((inverse * total).sum()) / len(seen)
    return slopes, heights, (spread + float(np.linalg.slogdet(scatter)[1])) / 2


def _shares(logs: Rows) -> tuple[Rows, float]:
    """Return shares whose logarithms are known up to the sum of a row, and the mean of its log."""
    most = logs.max(axis=1, keepdims=True)
    parts = np.exp(logs - most)
    sums = parts.sum(axis=1, keepdims=True)
    return parts / sums, float((most + np.log(sums)).mean())
