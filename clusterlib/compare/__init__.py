"""Compare initiatives: shares, contrasts, likeness and gaps, with what each can be trusted."""

from clusterlib.compare.contrasts import contrasts
from clusterlib.compare.gaps import gaps
from clusterlib.compare.grid import attributes, grid, grid_sheet
from clusterlib.compare.noise import floors
from clusterlib.compare.shares import shares
from clusterlib.compare.similarity import Similarity, similarity
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
