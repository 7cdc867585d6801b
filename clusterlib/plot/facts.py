"""Draw facts: when, and who.

Tables of facts and counts come in; axes with what they hold go out.
"""

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from clusterlib import schema
from clusterlib.plot.picture import MARKS, axes, marks, plain, tabular


def timeline(dated: pd.DataFrame, ax: Axes | None = None, docs: Iterable[str] = ()) -> Axes:
    """Draw facts of time, a row each: a bar for more than a year, else a mark in the middle.

    Parameters
    ----------
    dated : pandas.DataFrame
        As `clusterlib.facts.dated` returns it: doc, when, first, last.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.
    docs : iterable of str, optional
        Every text, also those without facts, so that each has the colour and
        the shape of other figures; by default those that have facts.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing.

    Examples
    --------
    >>> rows = {"doc": "de", "when": ["1988"], "first": ["1988-01-01"], "last": ["1988-12-31"]}
    >>> timeline(pd.DataFrame(rows)).get_yticklabels()[0].get_text()
    'de   1988'
    """
    schema.check(dated, "dated")
    ax = ax or axes(9, 0.42 * len(dated) + 1.1)
    signs = marks([*dated["doc"], *docs])
    years = [_year(dated[name]) for name in ("first", "last")]
    for row, (doc, first, last) in enumerate(zip(dated["doc"], *years, strict=True)):
        colour, mark = signs[doc]
        if last - first > 1.1:
            ax.plot([first, last], [row, row], color=colour, linewidth=8, solid_capstyle="butt")
        else:
            ax.plot((first + last) / 2, row, mark, color=colour, markersize=9)
    ax.set_yticks(range(len(dated)), dated["doc"] + "   " + dated["when"])
    ax.set_ylim(len(dated) - 0.4, -0.6)
    ax.set_xlabel("year")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="x", color="#DDDDDD")
    for row in range(1, len(dated)):
        if dated["doc"].iloc[row] != dated["doc"].iloc[row - 1]:
            ax.axhline(row - 0.5, color="#999999", linewidth=0.8)
    ax.set_axisbelow(True)
    return plain(ax)


def dots(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a table of counts as dots whose areas are the counts, with the counts beside them.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; the index names the rows.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = dots(pd.DataFrame({"de": [4], "fr": [0]}, index=["industry"]))
    >>> [text.get_text() for text in ax.texts]
    ['4', '0']
    """
    ax = ax or axes(1.3 * len(counts.columns) + 2.2, 0.66 * len(counts) + 0.9)
    for row, values in enumerate(counts.to_numpy().tolist()):
        for column, value in enumerate(values):
            colour = MARKS[0][0] if value else "#999999"
            ax.scatter(column, row, s=46 * value, color=colour, linewidths=0)
            away = 0.12 + 0.032 * value**0.5 if value else 0
            ax.text(column + away, row, str(value), va="center", ha="left" if value else "center")
    ax.set_xlim(-0.5, len(counts.columns) - 0.3)
    ax.set_ylim(len(counts) - 0.4, -0.6)
    ax.hlines([row + 0.5 for row in range(len(counts) - 1)], -0.5, len(counts.columns), "#DDDDDD")
    return tabular(ax, list(counts.index), list(counts.columns))


def _year(days: "pd.Series[str]") -> list[float]:
    """Return ISO days as years with decimals."""
    dates = pd.to_datetime(days)
    return [date.year + (date.day_of_year - 1) / 366 for date in dates]
