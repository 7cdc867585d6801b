"""Draw facts of time.

Tables of facts come in; axes with what they hold go out.
"""

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from clusterlib import schema
from clusterlib.plot.picture import axes, marks, plain


def timeline(dated: pd.DataFrame, ax: Axes | None = None, docs: Iterable[str] = ()) -> Axes:
    """Draw facts of time, a row each, under the text that they are from.

    More than a year is a bar, and anything shorter a mark.

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
    >>> timeline(pd.DataFrame({**rows, "event": "founded"})).get_yticklabels()[1].get_text()
    'founded, 1988'
    """
    schema.check(dated, "dated")
    groups = list(dict.fromkeys(dated["doc"]))
    ax = ax or axes(9, 0.34 * (len(dated) + len(groups)) + 0.8)
    signs = marks([*groups, *docs])
    events = dated["event"] + ", " + dated["when"] if "event" in dated else dated["when"]
    table = dated.assign(label=events, start=_year(dated["first"]), stop=_year(dated["last"]))
    labels: list[str] = []
    for group in groups:
        if labels:
            ax.axhline(len(labels) - 0.5, color="#999999", linewidth=0.8)
        colour, mark = signs[group]
        labels.append(group)
        rows = table.loc[table["doc"] == group, ["label", "start", "stop"]].to_numpy().tolist()
        for label, start, stop in rows:
            row = len(labels)
            labels.append(label)
            if stop - start > 1.1:
                ax.plot([start, stop], [row, row], color=colour, linewidth=8, solid_capstyle="butt")
            else:
                ax.plot((start + stop) / 2, row, mark, color=colour, markersize=9)
    ax.set_yticks(range(len(labels)), labels)
    for tick, label in zip(ax.get_yticklabels(), labels, strict=True):
        tick.set_fontweight("bold" if label in groups else "normal")
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.set_xlabel("year")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="x", color="#DDDDDD")
    ax.set_axisbelow(True)
    return plain(ax)


def _year(days: "pd.Series[str]") -> list[float]:
    """Return ISO days as years with decimals."""
    dates = pd.to_datetime(days)
    return [date.year + (date.day_of_year - 1) / 366 for date in dates]
