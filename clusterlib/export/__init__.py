"""Write results for readers."""

from clusterlib.export.report import report

__all__ = ["report"]
