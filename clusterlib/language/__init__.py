"""The language of texts and vectors: identification, and how much of it a space still shows."""

from clusterlib.language.across import pairs, project
from clusterlib.language.left import audit, neighbours
from clusterlib.language.translations import check_translations
from clusterlib.load.metadata import identify

__all__ = ["audit", "check_translations", "identify", "neighbours", "pairs", "project"]
