"""Draw where passages stand in their texts and in the space, and facts in time.

Tables of places come in; axes with what they hold go out.
"""

import itertools
from collections.abc import Iterable
from textwrap import fill
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from clusterlib import schema
from clusterlib.plot.picture import ABOVE, COLOURS, DPI, axes, columns_of, marks, plain

# Left, bottom, right and top of what is drawn.
Box: TypeAlias = tuple[float, float, float, float]
# By how much of its width a label may move aside.
SIDES = (0.0, 0.5, -0.5)
# Of fewer points each one counts for more.
FEW = 400


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
    ax.set_yticks(range(len(docs)), [fill(doc, 30, break_on_hyphens=False) for doc in docs])
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
        panel (its title), lang, x and y; languages have marks in their order there.

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
    figure.legend(handles, labels, ncols=columns_of(labels), **below)
    return row[0]


def regions(plane: pd.DataFrame, by: str = "doc", ax: Axes | None = None) -> Axes:
    """Draw the passages of a corpus on a plane, each group with its label: a map.

    Labels stand in the middle of their group, or near it, where they do not cover one another.

    Parameters
    ----------
    plane : pandas.DataFrame
        As the method ``plane`` of topics and themes returns it: topic or theme, label, x and y, and
        the column ``by``.
    by : str
        What gives a passage its colour and shape, such as doc, lang or initiative.
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
    >>> rows = {"theme": "a", "label": "fairs", "doc": ["de", "fr"], "x": [0, 1], "y": [1, 0]}
    >>> regions(pd.DataFrame(rows)).texts[0].get_text()
    'fairs'
    """
    schema.check(plane, "regions")
    ax = ax or axes(9, 6.2)
    ordered = plane.sort_values([*({"doc"} & set(plane)), by])
    for name, (colour, mark) in marks(ordered[by]).items():
        part = plane[plane[by] == name]
        ax.scatter(part["x"], part["y"], s=30, c=colour, marker=mark, label=name, linewidths=0)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_color("#BBBBBB")
    short = {name: fill(name, 34) for name in ax.get_legend_handles_labels()[1]}
    ax.legend(labels=list(short.values()), ncols=3, fontsize=9, **ABOVE)
    halo = [withStroke(linewidth=3.5, foreground="white")]
    middles = plane.groupby(["topic" if "topic" in plane else "theme", "label"])[
        ["x", "y"]
    ].median()
    for (_, label), x, y in zip(middles.index, middles["x"], middles["y"], strict=True):
        words = fill(str(label), 24)
        ax.text(x, y, words, ha="center", va="center", weight="bold", path_effects=halo)
    _spread(ax, plane[["x", "y"]].to_numpy(float))
    return ax


def _spread(ax: Axes, points: NDArray[np.float64]) -> None:
    """Move labels until none covers another and each covers few points, and into the frame."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    frame = ax.get_window_extent()
    texts = sorted(ax.texts, key=lambda text: (text.get_position()[1], text.get_text()))
    extents = [text.get_window_extent(canvas.get_renderer()).extents for text in texts]
    inner = (frame.x0 + 6, frame.y0 + 3, frame.x1 - 6, frame.y1 - 3)
    boxes = [(float(a), float(b), float(c), float(d)) for a, b, c, d in extents]
    places = np.asarray(ax.transData.transform(points))
    for text, box in zip(texts, spread(boxes, inner, places), strict=True):
        text.set_visible(box is not None)
        if box:
            middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            x, y = ax.transData.inverted().transform(middle).tolist()
            text.set_position((x, y))


def spread(
    boxes: Iterable[Box], frame: Box, points: NDArray[np.float64] | None = None
) -> list[Box | None]:
    """Move boxes up or down until none covers another, and into a frame, the first one first.

    If there are points, boxes also move aside, to where near by they cover fewest of them. A box
    that finds no room is None.

    >>> spread([(0.0, 0.0, 4.0, 3.0), (1.0, 0.0, 5.0, 3.0)], (0.0, 0.0, 9.0, 9.0))
    [(0.0, 0.0, 4.0, 3.0), (1.0, 3.0, 5.0, 6.0)]
    """
    x_min, low, x_max, top = frame
    worth = 0.0 if points is None else max(1.0, FEW / max(1, len(points)))
    placed = list[Box | None]()
    for x0, y0, x1, y1 in boxes:
        step = (y1 - y0) / 3
        tries = [0.0, *(sign * place for place in range(1, 60) for sign in (1, -1))]
        best: Box | None = None
        least = np.inf
        for up, across in itertools.product(tries, (0.0,) if points is None else SIDES):
            aside = across * (x1 - x0)
            aside += max(x_min - x0 - aside, 0) + min(x_max - x1 - aside, 0)
            moved = (x0 + aside, y0 + up * step, x1 + aside, y1 + up * step)
            inside = low <= moved[1] and moved[3] <= top
            # A tenth of the frame is as far as four points are worth, and two tenths sixteen.
            away = ((moved[0] - x0) ** 2 + (moved[1] - y0) ** 2) / (top - low) ** 2
            cost = 0.0 if points is None else 400 * away + worth * _covered(moved, points)
            if (
                inside
                and cost < least
                and not any(other and _overlap(moved, other) for other in placed)
            ):
                best, least = moved, cost
        placed.append(best)
    return placed


def _covered(box: Box, points: NDArray[np.float64]) -> int:
    return int(((points > box[:2]) & (points < box[2:])).all(axis=1).sum())


def _overlap(one: Box, other: Box) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def timeline(dated: pd.DataFrame, ax: Axes | None = None, docs: Iterable[str] = ()) -> Axes:
    """Draw facts of time, a row each, under the text that they are from.

    More than a year is a bar, and anything shorter a mark.

    Parameters
    ----------
    dated : pandas.DataFrame
        As `clusterlib.facts.dated` returns it, and event, what happened then, if that is known. The
        column doc may hold longer names, such as initiatives.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.
    docs : iterable of str, optional
        Every text, also those without facts, so that each has the colour and the shape of other
        figures; by default those that have facts.

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
    signs = marks([*docs, *sorted(groups)])
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
