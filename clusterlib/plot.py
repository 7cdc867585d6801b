"""Draw tables: one table a function, nothing computed, an Axes taken and returned."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

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
