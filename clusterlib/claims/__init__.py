"""Commentary that is computed: sentences with their evidence, which fail when no longer true."""

from clusterlib.claims.automatic import automatic
from clusterlib.claims.claim import Claim, ClaimError, check
from clusterlib.claims.commentary import Automatic, Commentary, Section, Statement, source
from clusterlib.claims.evidence import (
    by_text,
    cell,
    coded,
    counted,
    day,
    fact,
    listed,
    named,
    number,
    quote,
    unstated,
)

__all__ = [
    "Automatic",
    "Claim",
    "ClaimError",
    "Commentary",
    "Section",
    "Statement",
    "automatic",
    "by_text",
    "cell",
    "check",
    "coded",
    "counted",
    "day",
    "fact",
    "listed",
    "named",
    "number",
    "quote",
    "source",
    "unstated",
]
