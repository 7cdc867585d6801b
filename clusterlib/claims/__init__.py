"""Commentary that is computed: sentences with their evidence, which fail when no longer true."""

from clusterlib.claims.automatic import automatic
from clusterlib.claims.claim import Claim, ClaimError, check
from clusterlib.claims.commentary import Automatic, Commentary, Statement
from clusterlib.claims.evidence import cell, coded, fact, named, quote

__all__ = [
    "Automatic",
    "Claim",
    "ClaimError",
    "Commentary",
    "Statement",
    "automatic",
    "cell",
    "check",
    "coded",
    "fact",
    "named",
    "quote",
]
