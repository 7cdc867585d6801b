"""Write results for readers."""

from clusterlib.export.codebook import qdc
from clusterlib.export.made import Used
from clusterlib.export.qdpx import qdpx
from clusterlib.export.report import report
from clusterlib.export.tables import tables
from clusterlib.export.workbook import workbook

__all__ = ["Used", "qdc", "qdpx", "report", "tables", "workbook"]
