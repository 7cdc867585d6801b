"""Draw tables: one table a function, nothing computed, an Axes taken and returned."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

# Okabe and Ito's colours, told apart with any colour vision; grey for what is set aside.
COLOURS = {
    "headline": "#0072B2",
    "body": "#56B4E9",
    "caption": "#009E73",
    "removed": "#D55E00",
    "layout": "#DDDDDD",
}
# A colour and a shape for each group of points, so that neither has to be told alone.
MARKS = (
    ("#0072B2", "o"),
    ("#D55E00", "s"),
    ("#009E73", "^"),
    ("#CC79A7", "D"),
    ("#E69F00", "v"),
    ("#56B4E9", "P"),
    ("#000000", "X"),
)
DPI = 110


@dataclass(frozen=True)
class Picture:
    """A figure as a notebook shows it: pixels, and the words for those who do not see them."""

    png: bytes
    alt: str

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data = base64.b64encode(self.png).decode("ascii")
        return {"image/png": data, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


def show(ax: Axes, alt: str) -> Picture:
    """Turn a drawn figure into a picture with a text alternative.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Any axes of the figure.
    alt : str
        What the figure shows, in a sentence or two.

    Returns
    -------
    Picture
        Shown by a notebook when it is the value of a cell.

    Raises
    ------
    ValueError
        If ``alt`` is empty.
    """
    if not alt.strip():
        raise ValueError("alt is empty; say in a sentence what the figure shows")
    figure = ax.get_figure(root=True)
    assert figure is not None
    stream = io.BytesIO()
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return Picture(stream.getvalue(), alt)


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
    """
    docs = list(spans["doc"].unique())
    ax = ax or _axes(9, 0.62 * len(docs) + 1.3)
    for row, doc in enumerate(docs):
        own = spans[spans["doc"] == doc]
        places = list(zip(own["start"], own["end"] - own["start"], strict=True))
        ax.broken_barh(places, (row - 0.32, 0.64), facecolors=own["fate"].map(COLOURS).tolist())
    ax.set_yticks(range(len(docs)), docs)
    ax.invert_yaxis()
    ax.set_xlabel("place in the source, in characters")
    ax.set_xlim(0, spans["end"].max())
    _legend(ax, {fate: COLOURS[fate] for fate in COLOURS if fate in set(spans["fate"])})
    return _plain(ax)


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
    """
    panels = list(points["panel"].unique())
    figure = Figure(figsize=(4.6 * len(panels), 4.4), dpi=DPI, layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    langs = sorted(points["lang"].unique())
    for ax, panel in zip(axes, panels, strict=True):
        own = points[points["panel"] == panel]
        for number, lang in enumerate(langs):
            part = own[own["lang"] == lang]
            colour, mark = MARKS[number % len(MARKS)]
            ax.scatter(part["x"], part["y"], s=26, c=colour, marker=mark, label=lang, linewidths=0)
        ax.set_title(panel, fontsize=11)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_color("#BBBBBB")
    figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=len(langs),
        frameon=False,
    )
    first: Axes = axes[0]
    return first


def _axes(width: float, height: float) -> Axes:
    """Make axes on a figure of its own, which no backend or global state shows twice."""
    return Figure(figsize=(width, height), dpi=DPI, layout="constrained").add_subplot()


def _plain(ax: Axes) -> Axes:
    """Take away the lines that carry no information."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def _legend(ax: Axes, colours: Mapping[str, str]) -> None:
    """Name the colours above the drawing."""
    handles = [Patch(color=colour, label=name) for name, colour in colours.items()]
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(handles),
        frameon=False,
    )


def timeline(dated: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw facts of time, a row each: a bar for more than a year, else a mark in the middle.

    Parameters
    ----------
    dated : pandas.DataFrame
        As `clusterlib.facts.dated` returns it: doc, when, first, last.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or _axes(9, 0.42 * len(dated) + 1.1)
    docs = list(dated["doc"].unique())
    years = [_year(dated[name]) for name in ("first", "last")]
    for row, (doc, first, last) in enumerate(zip(dated["doc"], *years, strict=True)):
        colour, mark = MARKS[docs.index(doc) % len(MARKS)]
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
    return _plain(ax)


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
    """
    ax = ax or _axes(1.3 * len(counts.columns) + 2.2, 0.66 * len(counts) + 0.9)
    for row, values in enumerate(counts.to_numpy().tolist()):
        for column, value in enumerate(values):
            colour = MARKS[0][0] if value else "#999999"
            ax.scatter(column, row, s=46 * value, color=colour, linewidths=0)
            away = 0.12 + 0.032 * value**0.5 if value else 0
            ax.text(column + away, row, str(value), va="center", ha="left" if value else "center")
    ax.set_yticks(range(len(counts)), counts.index)
    ax.set_xticks(range(len(counts.columns)), counts.columns)
    ax.set_xlim(-0.5, len(counts.columns) - 0.3)
    ax.set_ylim(len(counts) - 0.4, -0.6)
    ax.xaxis.tick_top()
    ax.hlines([row + 0.5 for row in range(len(counts) - 1)], -0.5, len(counts.columns), "#DDDDDD")
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    return _plain(ax)


def _year(days: "pd.Series[str]") -> list[float]:
    """Return ISO days as years with decimals."""
    dates = pd.to_datetime(days)
    return [date.year + (date.day_of_year - 1) / 366 for date in dates]


def dendrogram(leaves: pd.DataFrame, merges: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a tree from its leaves, named on the left, to where all are one on the right.

    Parameters
    ----------
    leaves : pandas.DataFrame
        leaf and label.
    merges : pandas.DataFrame
        merge, left, right (leaves or earlier merges) and height, the lowest first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or _axes(9, 0.42 * len(leaves) + 1.0)
    parts = {name: [name] for name in leaves["leaf"]}
    rows = merges[["merge", "left", "right", "height"]].to_numpy().tolist()
    for merge, left, right, _ in rows:
        parts[merge] = parts[left] + parts[right]
    order = parts[rows[-1][0]] if rows else list(leaves["leaf"])
    places = {leaf: (float(place), 0.0) for place, leaf in enumerate(order)}
    for merge, left, right, height in rows:
        (top, near), (bottom, far) = places[left], places[right]
        line = [near, height, height, far]
        ax.plot(line, [top, top, bottom, bottom], color=MARKS[0][0], linewidth=1.6)
        places[merge] = ((top + bottom) / 2, height)
    labels = leaves.set_index("leaf")["label"]
    ax.set_yticks(range(len(order)), labels.loc[order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.set_xlim(0, None)
    ax.set_xlabel("how unlike the groups are that meet here (Ward's distance)")
    return _plain(ax)


def grid(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a table of counts as shaded squares with the counts in them; nothing for none.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; the index names the rows, and a change of its first level,
        if it has two, is marked by a line.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or _axes(0.8 * len(counts.columns) + 3.6, 0.27 * len(counts) + 0.8)
    most = max(1, int(counts.to_numpy().max()))
    for row, values in enumerate(counts.to_numpy().tolist()):
        for column, value in enumerate(values):
            if value:
                shade = 0.12 + 0.88 * value / most
                square = Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, alpha=shade)
                square.set(facecolor=MARKS[0][0], linewidth=0)
                ax.add_patch(square)
                colour = "white" if shade > 0.55 else "black"
                ax.text(column, row, str(value), ha="center", va="center", color=colour, fontsize=9)
    groups = list(counts.index.get_level_values(0)) if counts.index.nlevels > 1 else []
    for row in range(1, len(groups)):
        if groups[row] != groups[row - 1]:
            ax.axhline(row - 0.5, color="#999999", linewidth=0.8)
    names = [" · ".join(name) if isinstance(name, tuple) else str(name) for name in counts.index]
    ax.set_yticks(range(len(counts)), names)
    ax.set_xticks(range(len(counts.columns)), counts.columns)
    ax.set_xlim(-0.5, len(counts.columns) - 0.5)
    ax.set_ylim(len(counts) - 0.4, -0.6)
    ax.xaxis.tick_top()
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    return _plain(ax)
