"""Commentary that is computed: sentences with their evidence, which fail when no longer true."""

from clusterlib.claims.automatic import Automatic, automatic
from clusterlib.claims.claim import Claim, ClaimError, check
from clusterlib.claims.commentary import Commentary, Section, Statement, source
from clusterlib.claims.evidence import coded, fact, gap, named, nearest, quote
from clusterlib.claims.telling import ahead, counted, texts
from clusterlib.claims.wording import day, listed, number

__all__ = [
    "Automatic",
    "Claim",
    "ClaimError",
    "Commentary",
    "Section",
    "Statement",
    "ahead",
    "automatic",
    "check",
    "coded",
    "counted",
    "day",
    "fact",
    "gap",
    "listed",
    "named",
    "nearest",
    "number",
    "quote",
    "source",
    "texts",
]
