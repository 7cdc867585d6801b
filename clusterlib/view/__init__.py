"""Show tables, texts and evidence in a notebook: static HTML, readable in any theme."""

from clusterlib.view.evidence import Evidence, evidence
from clusterlib.view.reading import reading
from clusterlib.view.tables import Prose, Table, prose, table
from clusterlib.view.texts import Reading

__all__ = ["Evidence", "Prose", "Reading", "Table", "evidence", "prose", "reading", "table"]
