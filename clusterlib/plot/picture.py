"""A figure as a notebook shows it, and what all drawings share.

Drawn axes come in, with words; a picture goes out that carries both.
"""

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

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
# Letters that a line of a legend has room for, marks and gaps among them.
LEGEND = 90
# Where a legend stands: above what is drawn.
ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "frameon": False}


@dataclass(frozen=True)
class Picture:
    """A figure as a notebook shows it: pixels, and the words for those who do not see them.

    Attributes
    ----------
    png : bytes
        The figure.
    alt : str
        What it shows, in words.
    front : bool
        Whether a report shows it on its first page.

    Examples
    --------
    >>> show(axes(2, 1), "An empty pair of axes.").png[1:4]
    b'PNG'
    """

    png: bytes
    alt: str
    front: bool = False

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        data = base64.b64encode(self.png).decode("ascii")
        about = {"alt": self.alt, **({"front": True} if self.front else {})}
        return {"image/png": data, "text/plain": self.alt}, {"image/png": about}


def show(ax: Axes, alt: str, front: bool = False) -> Picture:
    """Turn a drawn figure into a picture with a text alternative.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Any axes of the figure.
    alt : str
        What the figure shows, in a sentence or two.
    front : bool
        Show it on the first page of a report, too.

    Returns
    -------
    Picture
        Shown by a notebook when it is the value of a cell.

    Raises
    ------
    ValueError
        If ``alt`` is empty.

    Examples
    --------
    >>> show(axes(2, 1), "An empty pair of axes.").alt
    'An empty pair of axes.'
    """
    if not alt.strip():
        raise ValueError("alt is empty; say in a sentence what the figure shows")
    figure = ax.get_figure(root=True)
    assert figure is not None
    stream = io.BytesIO()
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return Picture(stream.getvalue(), alt, front)


def axes(width: float, height: float) -> Axes:
    """Make axes on a figure of its own, which no backend or global state shows twice."""
    return Figure(figsize=(width, height), dpi=DPI, layout="constrained").add_subplot()


def plain(ax: Axes) -> Axes:
    """Take away the lines that carry no information."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def tabular(ax: Axes, rows: Sequence[str], columns: Sequence[str]) -> Axes:
    """Name rows on the left and columns above, as a table does, without lines or ticks."""
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xticks(range(len(columns)), columns)
    ax.xaxis.tick_top()
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    return plain(ax)


def columns_of(names: Sequence[str]) -> int:
    """Return how many names of a legend stand beside one another: all, if a line has room."""
    sizes = [len(name) + 6 for name in names]  # each with its mark and gaps
    return len(names) if sum(sizes) <= LEGEND else max(1, LEGEND // max(sizes))


def ink(background: Sequence[float]) -> str:
    """Return black or white, whichever stands out more from a colour (WCAG 2.2, 1.4.3)."""
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in background[:3]]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#000000" if (light + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


def marks(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the colour and the shape of each name, in the order given; shapes shift after seven.

    Initiatives are given in the order of their texts, so that they have one colour everywhere.
    """
    colours, shapes = zip(*MARKS, strict=True)
    size = len(MARKS)
    return {
        name: (colours[place % size], shapes[(place + place // size) % size])
        for place, name in enumerate(dict.fromkeys(names))
    }
