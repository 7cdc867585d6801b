"""Draw comparisons: shares with their intervals.

Tables of `clusterlib.compare` come in; axes with what they hold go out.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from clusterlib import schema
from clusterlib.plot.picture import ABOVE, axes, marks, plain


def intervals(shares: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw shares with their intervals, a row a category and a mark a unit.

    Parameters
    ----------
    shares : pandas.DataFrame
        As `clusterlib.compare.shares` returns it: unit, category, share, low, high.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing, or no text or number where one is drawn.

    Examples
    --------
    >>> rows = {"unit": ["de", "fr"], "category": "jobs", "share": 0.2, "low": 0.1, "high": 0.4}
    >>> [text.get_text() for text in intervals(pd.DataFrame(rows)).get_legend().get_texts()]
    ['de', 'fr']
    """
    schema.check(shares, "drawn shares")
    categories, units = list(dict.fromkeys(shares["category"])), sorted(shares["unit"].unique())
    ax = ax or axes(9, 0.62 * len(categories) + 1.4)
    places = np.linspace(-0.3, 0.3, len(units)) if len(units) > 1 else np.zeros(1)
    signs = marks(units)
    for unit, place in zip(units, places, strict=True):
        colour, mark = signs[unit]
        one = shares[shares["unit"] == unit].set_index("category").loc[categories]
        rows = np.arange(len(categories)) + place
        ax.hlines(rows, one["low"], one["high"], color=colour, linewidth=1.4)
        ax.plot(one["share"], rows, mark, color=colour, markersize=5, label=unit)
    for row in range(1, len(categories)):
        ax.axhline(row - 0.5, color="#DDDDDD", linewidth=0.8)
    ax.set_yticks(range(len(categories)), categories)
    ax.set_ylim(len(categories) - 0.5, -0.5)
    ax.set_xlim(-0.01, None)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("share of a text's passages, with its 95 % interval")
    ax.legend(ncols=len(units), **ABOVE)
    return plain(ax)
