"""Which language a text is in: what is declared, and what the text itself shows."""

import re

from clusterlib.load.faults import Faults
from clusterlib.load.read import Record
from clusterlib.schema import LANGUAGE

# Headings and menus mislead an identifier, so the longest lines speak for the text.
SAMPLE = 2000
FEWEST_LETTERS = 20
# Written almost alike, or one the variety of the other: a disagreement says nothing.
ALIKE = ({"nb", "nn", "no"}, {"hr", "sr", "bs", "sh"}, {"id", "ms"})
WORD = re.compile(r"[^\W\d_]{2,}")


def identify(text: str) -> str:
    """Identify the language of a text.

    Parameters
    ----------
    text : str
        Ideally some sentences; headings alone mislead.

    Returns
    -------
    str
        A BCP 47 code, ``"nb"`` for Norwegian, ``"und"`` where there are too
        few letters to tell.

    Examples
    --------
    >>> identify("Klyngen skal bidra til at regionen blir klimapositiv.")
    'nb'
    """
    import py3langid

    lines = sorted(set(text.splitlines()), key=lambda line: (-len(line), line))
    sample = "\n".join(lines[:20])[:SAMPLE]
    if sum(map(len, WORD.findall(sample))) < FEWEST_LETTERS:
        return "und"
    found = str(py3langid.classify(sample)[0])
    return "nb" if found == "no" else found


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
        faults.error(record.file, "not a language", message, record.line)
        return identified, identified
    primary = primary.lower()
    alike = any({primary, identified} <= group for group in ALIKE)
    if identified not in (primary, "und") and not alike:
        message = f"declared as {lang!r}, but the text reads like {identified!r}; {lang!r} is used"
        faults.warn(record.file, "language disagrees", message, record.line)
    return lang, identified
