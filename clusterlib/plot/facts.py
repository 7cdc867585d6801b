"""Draw facts of time.

Tables of facts come in; axes with what they hold go out.
"""

import textwrap
from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from clusterlib import schema
from clusterlib.plot.picture import ABOVE, axes, marks, plain

# Letters of a name in the legend.
LEGEND = 36


def timeline(dated: pd.DataFrame, ax: Axes | None = None, docs: Iterable[str] = ()) -> Axes:
    """Draw facts of time, a row each: a bar for more than a year, else a mark in the middle.

    Parameters
    ----------
    dated : pandas.DataFrame
        As `clusterlib.facts.dated` returns it: doc, when, first, last; and event, what
        happened then, if that is known. ``doc`` may hold longer names, such as initiatives.
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
    >>> timeline(pd.DataFrame({**rows, "event": "founded"})).get_yticklabels()[0].get_text()
    'founded, 1988'
    """
    schema.check(dated, "dated")
    ax = ax or axes(9, 0.36 * len(dated) + 1.5)
    signs = marks([*dated["doc"], *docs])
    years = [_year(dated[name]) for name in ("first", "last")]
    named: set[str] = set()
    for row, (doc, first, last) in enumerate(zip(dated["doc"], *years, strict=True)):
        colour, mark = signs[doc]
        label = None if doc in named else textwrap.shorten(doc, LEGEND, placeholder=" …")
        named.add(doc)
        if last - first > 1.1:
            ax.plot([first, last], [row, row], color=colour, linewidth=8, solid_capstyle="butt")
        middle = (first + last) / 2
        ax.plot(middle, row, mark, color=colour, markersize=9, label=label, linestyle="")
    events = dated["event"] + ", " + dated["when"] if "event" in dated else dated["when"]
    ax.set_yticks(range(len(dated)), events)
    ax.set_ylim(len(dated) - 0.4, -0.6)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="x", color="#DDDDDD")
    for row in range(1, len(dated)):
        if dated["doc"].iloc[row] != dated["doc"].iloc[row - 1]:
            ax.axhline(row - 0.5, color="#999999", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.legend(ncols=min(3, len(named)), **ABOVE)
    return plain(ax)


def _year(days: "pd.Series[str]") -> list[float]:
    """Return ISO days as years with decimals."""
    dates = pd.to_datetime(days)
    return [date.year + (date.day_of_year - 1) / 366 for date in dates]
