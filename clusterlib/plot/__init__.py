"""Draw tables: one table a function, nothing computed, an Axes taken and returned."""

from clusterlib.plot.comparison import intervals
from clusterlib.plot.facts import timeline
from clusterlib.plot.groups import curve, dendrogram, grid, heat
from clusterlib.plot.passages import planes, strips
from clusterlib.plot.picture import COLOURS, DPI, MARKS, Picture, show

__all__ = [
    "COLOURS",
    "DPI",
    "MARKS",
    "Picture",
    "curve",
    "dendrogram",
    "grid",
    "heat",
    "intervals",
    "planes",
    "show",
    "strips",
    "timeline",
]
