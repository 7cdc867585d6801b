"""Draw passages: where they stand in their texts, and in the space.

Tables of places come in; axes with what they hold go out.
"""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from clusterlib import schema
from clusterlib.plot.picture import ABOVE, COLOURS, DPI, axes, marks, plain


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
        parts = spans[spans["doc"] == doc]
        places = list(zip(parts["start"], parts["end"] - parts["start"], strict=True))
        ax.broken_barh(places, (row - 0.32, 0.64), facecolors=parts["fate"].map(COLOURS).tolist())
    ax.set_yticks(range(len(docs)), docs)
    ax.invert_yaxis()
    ax.set_xlabel("place in the source, in characters")
    ax.set_xlim(0, spans["end"].max())
    fates = [fate for fate in COLOURS if fate in set(spans["fate"])]
    handles = [Patch(color=COLOURS[fate], label=fate) for fate in fates]
    ax.legend(handles=handles, ncols=len(handles), **ABOVE)
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
    row: list[Axes] = list(figure.subplots(1, len(panels), squeeze=False)[0])
    signs = marks(points["lang"])
    for ax, panel in zip(row, panels, strict=True):
        for lang, (colour, mark) in signs.items():
            part = points[(points["panel"] == panel) & (points["lang"] == lang)]
            ax.scatter(part["x"], part["y"], s=26, c=colour, marker=mark, label=lang, linewidths=0)
        ax.set_title(panel, fontsize=11)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_color("#BBBBBB")
    handles, labels = row[0].get_legend_handles_labels()
    below: dict[str, Any] = {"loc": "outside lower center", "frameon": False}
    figure.legend(handles, labels, ncols=len(signs), **below)
    return row[0]
