"""Draw passages: where they stand in their texts, and in the space."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clusterlib import schema
from clusterlib.plot.picture import COLOURS, DPI, axes, legend, marks, plain


def strips(spans: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw each text as a strip from its first to its last character.

    Parameters
    ----------
    spans : pandas.DataFrame
        As `clusterlib.clean.spans` returns it: doc, start, end, fate.
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
    >>> rows = {"doc": "de", "start": [0, 9], "end": [9, 12], "fate": ["body", "removed"]}
    >>> strips(pd.DataFrame(rows)).get_yticklabels()[0].get_text()
    'de'
    """
    schema.check(spans, "spans")
    docs = list(spans["doc"].unique())
    ax = ax or axes(9, 0.62 * len(docs) + 1.3)
    for row, doc in enumerate(docs):
        own = spans[spans["doc"] == doc]
        places = list(zip(own["start"], own["end"] - own["start"], strict=True))
        ax.broken_barh(places, (row - 0.32, 0.64), facecolors=own["fate"].map(COLOURS).tolist())
    ax.set_yticks(range(len(docs)), docs)
    ax.invert_yaxis()
    ax.set_xlabel("place in the source, in characters")
    ax.set_xlim(0, spans["end"].max())
    legend(ax, {fate: COLOURS[fate] for fate in COLOURS if fate in set(spans["fate"])})
    return plain(ax)


def planes(points: pd.DataFrame) -> Axes:
    """Draw points in one or more planes side by side, a mark for each language.

    Parameters
    ----------
    points : pandas.DataFrame
        panel (its title), lang, x and y.

    Returns
    -------
    matplotlib.axes.Axes
        The first panel.

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing, or no text or number where one is drawn.

    Examples
    --------
    >>> rows = {"panel": "before", "lang": ["de", "fr"], "x": [0, 1], "y": [1, 0]}
    >>> planes(pd.DataFrame(rows)).get_title()
    'before'
    """
    schema.check(points, "planes")
    panels = list(points["panel"].unique())
    figure = Figure(figsize=(4.6 * len(panels), 4.4), dpi=DPI, layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    signs = marks(points["lang"])
    for ax, panel in zip(axes, panels, strict=True):
        own = points[points["panel"] == panel]
        for lang, (colour, mark) in signs.items():
            part = own[own["lang"] == lang]
            ax.scatter(part["x"], part["y"], s=26, c=colour, marker=mark, label=lang, linewidths=0)
        ax.set_title(panel, fontsize=11)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_color("#BBBBBB")
    figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=len(signs),
        frameon=False,
    )
    first: Axes = axes[0]
    return first
