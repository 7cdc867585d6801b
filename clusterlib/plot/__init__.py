"""Draw tables: one table a function, nothing computed, an Axes taken and returned."""

from clusterlib.plot.groups import curve, dendrogram, grid, intervals, trends
from clusterlib.plot.passages import planes, regions, strips, timeline
from clusterlib.plot.picture import COLOURS, DPI, MARKS, Picture, show

__all__ = [
    "COLOURS",
    "DPI",
    "MARKS",
    "Picture",
    "curve",
    "dendrogram",
    "grid",
    "intervals",
    "planes",
    "regions",
    "show",
    "strips",
    "timeline",
    "trends",
]
