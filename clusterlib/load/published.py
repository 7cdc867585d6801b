"""When a text was published: what is declared, against what the text states."""

import re

from clusterlib import dates
from clusterlib.load.faults import Faults
from clusterlib.load.record import Record

# A page states its date near its top or at its very end, not in between.
TOP, BOTTOM = 12, 4
# Day or month first? With points, Europe writes the day first; with strokes it depends.
EITHER = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")


def settle(record: Record, lang: str, faults: Faults) -> str | None:
    """Return the declared date, else the one that the text states, else None.

    Parameters
    ----------
    record : Record
        ``said`` may hold a date as ``published``.
    lang : str
        The language of the text.
    faults : Faults
        Takes dates that cannot be read, or that disagree.

    Returns
    -------
    str or None
        In ISO form, as precise as it is stated.
    """
    lines = [line for line in record.text.splitlines() if line.strip()]
    edge = lines[:TOP] + lines[max(TOP, len(lines) - BOTTOM) :]
    stated = next((found.iso for line in edge if (found := dates.stated(line, lang))), None)
    declared = record.said.get("published")
    if declared is None:
        return stated
    iso = dates.normal(declared, lang)
    place = record.declared()
    if iso is None:
        message = f"published is {declared!r}; expected a date such as 2023-10-31 or 2023-10{place}"
        faults.warn(record.file, "unclear date", message, record.line)
        return stated
    parts = EITHER.match(declared)
    if parts and max(int(parts[1]), int(parts[2])) <= 12 and int(parts[1]) != int(parts[2]):
        message = f"published is {declared!r}, read with the day first; write {iso} to be sure"
        faults.warn(record.file, "unclear date", message + place, record.line)
    if stated and not (stated.startswith(iso) or iso.startswith(stated)):
        message = f"published is {iso}, but the text states {stated}; {iso} is used{place}"
        faults.warn(record.file, "date disagrees", message, record.line)
    return iso
