"""Compare initiatives: shares, contrasts, likeness and gaps, with what each can be trusted."""

from clusterlib.compare.floors import floors
from clusterlib.compare.gaps import gaps
from clusterlib.compare.grid import attributes, grid, grid_sheet
from clusterlib.compare.shares import contrasts, shares
from clusterlib.compare.similar import Similarity, similarity
from clusterlib.compare.together import together

__all__ = [
    "Similarity",
    "attributes",
    "contrasts",
    "floors",
    "gaps",
    "grid",
    "grid_sheet",
    "shares",
    "similarity",
    "together",
]
