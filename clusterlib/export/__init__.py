"""Write results for readers: the report, tables, a workbook, and projects for other programs."""

from clusterlib.export.qdpx import qdc, qdpx
from clusterlib.export.site import report
from clusterlib.export.tables import tables, workbook

__all__ = ["qdc", "qdpx", "report", "tables", "workbook"]
