"""Draw tables: one table a function, nothing computed, an Axes taken and returned.

Each refuses a table that lacks a column, or that has no text or number where one is drawn, with
`clusterlib.problems.InputError`.
"""

from clusterlib.plot.comparison import intervals, places, verdicts
from clusterlib.plot.facts import dots, timeline
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
    "dots",
    "grid",
    "heat",
    "intervals",
    "places",
    "planes",
    "show",
    "strips",
    "timeline",
    "verdicts",
]
