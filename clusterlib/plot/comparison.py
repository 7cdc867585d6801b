"""Draw comparisons: shares with intervals, contrasts with their verdicts, and a map of texts.

Tables of `clusterlib.compare` come in; axes with what they hold go out.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from clusterlib import schema
from clusterlib.plot.picture import ABOVE, MARKS, axes, marks, plain

GREY = "#767676"
# What stands behind a word, so that no line goes through it.
CLEAR = {"color": "white", "pad": 1}
# Of a contrast, each side has a colour and a sign of its own.
SIDES = {"more": MARKS[0][0], "less": "#B34700"}


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


def verdicts(contrasts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw contrasts as a grid: the difference where it is clear, else a dot.

    Parameters
    ----------
    contrasts : pandas.DataFrame
        As `clusterlib.compare.contrasts` returns it: category, unit_a, unit_b,
        difference and verdict.
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
    >>> pair = {"category": ["jobs"], "unit_a": "de", "unit_b": "fr"}
    >>> ax = verdicts(pd.DataFrame({**pair, "difference": 0.31, "verdict": "more"}))
    >>> [text.get_text() for text in ax.texts]
    ['+31']
    """
    schema.check(contrasts, "drawn contrasts")
    categories = list(dict.fromkeys(contrasts["category"]))
    pairs = list(dict.fromkeys(zip(contrasts["unit_a"], contrasts["unit_b"], strict=True)))
    # Narrow, so that a page that shrinks the picture to a column of text leaves it readable.
    ax = ax or axes(0.58 * len(pairs) + 2.6, 0.34 * len(categories) + 1.1)
    columns = ["category", "unit_a", "unit_b", "difference", "verdict"]
    for category, a, b, difference, verdict in contrasts[columns].to_numpy().tolist():
        row, column = categories.index(category), pairs.index((a, b))
        if verdict not in SIDES:
            ax.plot(column, row, ".", color=GREY, markersize=4)
            continue
        square = Rectangle((column - 0.46, row - 0.42), 0.92, 0.84, linewidth=0)
        square.set_facecolor(SIDES[verdict])
        ax.add_patch(square)
        points = f"{100 * difference:+.0f}".replace("-", "−")
        ax.text(column, row, points, ha="center", va="center", color="white", fontsize=10)
    ax.set_yticks(range(len(categories)), categories)
    ax.set_xticks(range(len(pairs)), [f"{a}–{b}" for a, b in pairs])
    ax.set_xlim(-0.5, len(pairs) - 0.5)
    ax.set_ylim(len(categories) - 0.5, -0.5)
    ax.tick_params(axis="x", length=0)
    ax.spines["bottom"].set_visible(False)
    signs = {"+  more in the first": ("s", SIDES["more"])}
    signs |= {"−  more in the second": ("s", SIDES["less"]), "too little evidence": (".", GREY)}
    handles = [
        Line2D([], [], linestyle="", markersize=9, marker=mark, color=colour, label=label)
        for label, (mark, colour) in signs.items()
    ]
    ax.legend(handles=handles, ncols=3, **ABOVE)
    return plain(ax)


def places(points: pd.DataFrame, distortion: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a map of texts, with a line where it shows two of them nearer than they are.

    Parameters
    ----------
    points : pandas.DataFrame
        unit, x and y.
    distortion : pandas.DataFrame
        Pairs that the map misplaces: unit_a, unit_b, distance and drawn.
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
    >>> points = pd.DataFrame({"unit": ["de", "fr"], "x": [0.0, 1.0], "y": [0.0, 1.0]})
    >>> pair = {"unit_a": ["de"], "unit_b": ["fr"], "distance": [2.0], "drawn": [1.41]}
    >>> places(points, pd.DataFrame(pair)).texts[0].get_text()
    '1.41 drawn, 2.00 apart'
    """
    schema.check(points, "places")
    schema.check(distortion, "misplaced")
    ax = ax or axes(6.6, 5.2)
    located = points.set_index("unit")
    columns = ["unit_a", "unit_b", "distance", "drawn"]
    for a, b, distance, drawn in distortion[columns].to_numpy().tolist():
        (x_a, y_a), (x_b, y_b) = located.loc[a, ["x", "y"]], located.loc[b, ["x", "y"]]
        ax.plot([x_a, x_b], [y_a, y_b], "--", color=GREY, linewidth=1)
        words = f"{drawn:.2f} drawn, {distance:.2f} apart"
        x, y = (x_a + x_b) / 2, (y_a + y_b) / 2
        ax.text(x, y, words, color="#444444", fontsize=9, ha="center", va="center", bbox=CLEAR)
    signs = marks(points["unit"])
    for unit, x, y in points[["unit", "x", "y"]].to_numpy().tolist():
        colour, mark = signs[unit]
        ax.plot(x, y, mark, color=colour, markersize=11)
        ax.annotate(unit, (x, y), (9, 7), textcoords="offset points", fontsize=12, bbox=CLEAR)
    ax.set_aspect("equal")
    ax.margins(0.18)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_color("#BBBBBB")
    return ax
