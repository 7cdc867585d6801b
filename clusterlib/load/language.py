"""Which language a text is in: what is declared, against what the text itself shows."""

import re

from clusterlib.language import identify
from clusterlib.load.faults import Faults
from clusterlib.load.record import Record
from clusterlib.schema.contracts import LANGUAGE

# Written almost alike, or one the variety of the other: a disagreement says nothing.
ALIKE = ({"nb", "nn", "no"}, {"hr", "sr", "bs", "sh"}, {"id", "ms"})


def settle(record: Record, faults: Faults) -> tuple[str, str]:
    """Return the language to use and the one identified; a disagreement becomes a fault."""
    identified = identify(record.text)
    declared = record.said.get("lang")
    if declared is None:
        return identified, identified
    primary, *rest = declared.replace("_", "-").split("-")
    lang = "-".join([primary.lower(), *rest])
    if not re.fullmatch(LANGUAGE, lang):
        message = f"lang is {declared!r}; expected a BCP 47 code such as 'fr'; using {identified!r}"
        faults.warn(record.file, "not a language", message + record.declared(), record.line)
        return identified, identified
    primary = primary.lower()
    alike = any({primary, identified} <= group for group in ALIKE)
    if identified not in (primary, "und") and not alike:
        message = f"declared as {lang!r}, but the text reads like {identified!r}; {lang!r} is used"
        faults.warn(record.file, "language disagrees", message + record.declared(), record.line)
    return lang, identified
