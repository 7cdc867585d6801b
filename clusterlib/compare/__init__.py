"""Compare initiatives: shares, contrasts, likeness and gaps, with what each can be trusted.

Passages, vectors and what passages are assigned to come in, tables of comparisons go out; a
`study` makes them all, and what they rest on, from documents.
"""

import importlib
from typing import Any

from clusterlib.compare.grid import attributes, grid, grid_sheet
from clusterlib.compare.noise import floors, gaps
from clusterlib.compare.pairs import Similarity, contrasts, similarity
from clusterlib.compare.shares import by_time, shares
from clusterlib.compare.together import cooccurrence, keyness, together

__all__ = [
    "Similarity",
    "attributes",
    "by_time",
    "contrasts",
    "cooccurrence",
    "floors",
    "gaps",
    "grid",
    "grid_sheet",
    "keyness",
    "shares",
    "similarity",
    "study",
    "together",
]


def __getattr__(name: str) -> Any:
    # A study knows every stage, and is imported when it is first used.
    if name != "study":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module("clusterlib.compare.study")
