"""Commentary that is computed: sentences with their evidence, which fail when no longer true."""

from clusterlib.claims.automatic import automatic
from clusterlib.claims.claim import Claim, ClaimError, check
from clusterlib.claims.commentary import Automatic, Commentary, Section, Statement, source
from clusterlib.claims.evidence import (
    by_text,
    cell,
    coded,
    fact,
    gap,
    named,
    nearest,
    quote,
    unstated,
)
from clusterlib.claims.wording import ahead, counted, day, listed, number, texts

__all__ = [
    "Automatic",
    "Claim",
    "ClaimError",
    "Commentary",
    "Section",
    "Statement",
    "ahead",
    "automatic",
    "by_text",
    "cell",
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
    "unstated",
]
