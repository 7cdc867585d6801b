"""Ward's tree of rows, its cuts, and how well the groups of a cut return in other samples."""

import numpy as np
from numpy.typing import NDArray

from clusterlib import axes

# Rows that the tree is built of at most: its matrix of distances grows with their square.
TREE = 2500
# Rows, draws and structureless draws of the bootstrap; a draw holds 63 % of the rows.
STABLE_ROWS, DRAWS, FLOORS = 400, 20, 2
# Chosen by benchmarks/themes.py: subject axes, neighbours that a row is averaged with, rounds
# in which rows move to the nearest theme, and how much even scatter is added within themes.
AXES, NEIGHBOURS, ROUNDS, RIDGE = 15, 5, 5, 0.1

Rows = NDArray[np.float64]
Groups = NDArray[np.intp]


def coordinates(rows: Rows, form: Rows | None, random_state: int) -> Rows:
    """Return unit rows on the subject axes."""
    return axes.unit(axes.fit(rows, AXES, form, random_state).project(rows))


def averaged(rows: Rows, random_state: int = 0) -> Rows:
    """Average each row with its nearest others, as far as there are rows for that."""
    among = axes.sample(len(rows), axes.SAMPLE, random_state)
    count = min(NEIGHBOURS + 1, max(1, len(rows) // 4))
    nearest = axes.neighbours(rows, rows[among], count)
    found: Rows = np.round((rows + rows[among][nearest].sum(axis=1)) / (count + 1), 6)
    return found


def merges(rows: Rows) -> Rows:
    """Return Ward's tree in the form of scipy."""
    from scipy.cluster.hierarchy import ward

    found: Rows = ward(rows)
    return found


def cut(tree: Rows, number: int) -> Groups:
    """Return the group of each row when so many are left.

    >>> cut(merges(np.array([[0.0], [0.1], [5.0], [5.2]])), 2).tolist()
    [0, 0, 1, 1]
    """
    leaves = len(tree) + 1
    owner = np.arange(2 * leaves - 1)
    pairs = tree[:, :2].astype(np.intp)
    # From the top: what was merged below the cut belongs to whom its merge belongs to.
    for step in range(leaves - number - 1, -1, -1):
        owner[pairs[step]] = owner[leaves + step]
    return np.unique(owner[:leaves], return_inverse=True)[1]


def settle(rows: Rows, groups: Groups) -> tuple[Groups, Rows]:
    """Move each row to the nearest group, until few move.

    Parameters
    ----------
    rows : numpy.ndarray
        Coordinates, shape (n, axes).
    groups : numpy.ndarray
        The group of each row, from 0.

    Returns
    -------
    groups : numpy.ndarray
        From the round before, where a group would be left with nothing.
    model : numpy.ndarray
        What `distances` needs: a map (axes, axes) on top of the groups' centres.

    Notes
    -----
    Distance is measured by how rows scatter within groups, as in linear
    discriminant analysis: a tree cannot take back an early merge, this can.
    """
    number = int(groups.max()) + 1
    for _ in range(ROUNDS):
        moved = distances(rows, model(rows, groups, number)).argmin(axis=1)
        if len(np.unique(moved)) < number or (moved == groups).all():
            break
        groups = moved
    return groups, model(rows, groups, number)


def distances(rows: Rows, model: Rows) -> Rows:
    """Return the distance of each row to the centre of each group."""
    even, centres = model[: rows.shape[1]], model[rows.shape[1] :]
    moved, goals = rows @ even, centres @ even
    apart = (moved**2).sum(axis=1)[:, None] - 2 * moved @ goals.T + (goals**2).sum(axis=1)
    found: Rows = np.round(np.sqrt(np.maximum(apart, 0)), 6)
    return found


def model(rows: Rows, groups: Groups, number: int) -> Rows:
    """Return what `distances` needs: how rows scatter within groups, and their centres."""
    member = (groups[:, None] == np.arange(number)[None, :]).astype(np.float64)
    centres = (member.T @ rows) / np.maximum(member.sum(axis=0), 1)[:, None]
    apart = rows - centres[groups]
    scatter = apart.T @ apart / len(rows)
    width = len(scatter)
    scatter += (RIDGE * np.trace(scatter) / width + 1e-9) * np.eye(width)
    sizes, directions = np.linalg.eigh(scatter)
    return np.vstack([directions / np.sqrt(sizes) @ directions.T, centres])


def stability(rows: Rows, wholes: list[Groups], draws: int, random_state: int) -> list[Rows]:
    """Return for each grouping how well each of its groups returns in other samples.

    Parameters
    ----------
    rows : numpy.ndarray
        Coordinates before averaging.
    wholes : list of numpy.ndarray
        Groupings of the rows, each as `groupings` returns it.
    draws : int
        How many bootstrap samples.
    random_state : int
        Their seed.

    Returns
    -------
    list of numpy.ndarray
        For each grouping: the mean over samples of the largest Jaccard similarity
        that a group has with a group of the sample, for each group.

    Notes
    -----
    Hennig (2007), Cluster-wise assessment of cluster stability: groups below
    0.5 dissolve, those of 0.75 and more are stable. A row that is drawn twice
    counts once.
    """
    numbers = [int(whole.max()) + 1 for whole in wholes]
    draw = np.random.default_rng(random_state)
    found = [np.zeros(number) for number in numbers]
    for _ in range(draws):
        drawn = np.unique(draw.integers(0, len(rows), len(rows)))
        again = groupings(averaged(rows[drawn]), numbers)
        for total, own, other in zip(found, wholes, again, strict=True):
            total += _jaccard(own[drawn], other, len(total))
    return [total / draws for total in found]


def groupings(rows: Rows, numbers: list[int]) -> list[Groups]:
    """Return the groups of rows for each number of groups."""
    tree = merges(rows)
    return [settle(rows, cut(tree, number))[0] for number in numbers]


def _jaccard(own: Groups, other: Groups, number: int) -> Rows:
    one = own[:, None] == np.arange(number)[None, :]
    two = other[:, None] == np.arange(int(other.max()) + 1)[None, :]
    both = one.T.astype(np.float64) @ two
    either = one.sum(axis=0)[:, None] + two.sum(axis=0)[None, :] - both
    return np.asarray((both / np.maximum(either, 1)).max(axis=1))


def structureless(rows: Rows, random_state: int) -> Rows:
    """Draw unit rows from one Gaussian with the mean and covariance of the rows."""
    draw = np.random.default_rng(random_state)
    centre = rows.mean(axis=0)
    mixed = draw.normal(size=(len(rows), len(rows))) @ (rows - centre) / np.sqrt(len(rows))
    drawn = mixed + centre
    return axes.unit(drawn)
