"""Code passages by a codebook: what the analyst asks for, whatever the language of the text."""

from clusterlib.codes.book import read
from clusterlib.codes.project import read_qdpx
from clusterlib.codes.readings import agreement, disagreements, marked, teach
from clusterlib.codes.scoring import CodeScorer, apply
from clusterlib.codes.sheets import read_sheet, sheet
from clusterlib.codes.taguette import read_taguette
from clusterlib.codes.windows import parts

__all__ = [
    "CodeScorer",
    "agreement",
    "apply",
    "disagreements",
    "marked",
    "parts",
    "read",
    "read_qdpx",
    "read_sheet",
    "read_taguette",
    "sheet",
    "teach",
]
