"""Write results for readers."""

from clusterlib.export.codebook import qdc
from clusterlib.export.qdpx import qdpx
from clusterlib.export.report import report

__all__ = ["qdc", "qdpx", "report"]
