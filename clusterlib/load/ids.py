"""Every text gets its id: declared, or made from the name of its file."""

from collections import Counter

from clusterlib.load.faults import Faults
from clusterlib.load.files import PACKED
from clusterlib.load.record import Record


def give(found: list[Record], faults: Faults) -> dict[int, str]:
    """Give every record its id, and refuse repeated ones.

    Parameters
    ----------
    found : list of Record
        Sorted, those that a registry describes first.
    faults : Faults
        Takes ids that are declared twice; the first one keeps it.

    Returns
    -------
    dict of int to str
        The id of each record that keeps it, by its number. An id that is not declared
        is the file's name with ``-`` for ``/`` and without its suffix; where
        that is taken, with the suffix (``page-html``); where that is taken,
        too, the name as it is. Rows of a table add the number of their line.
    """
    kept: dict[str, int] = {}
    for number, (record, doc) in enumerate(zip(found, _names(found), strict=True)):
        if doc in kept:
            first = found[kept[doc]]
            place = first.file if first.line is None else f"{first.file}, line {first.line}"
            message = f"the id {doc!r} is taken by {place}; ids must differ{record.declared()}"
            faults.error(record.file, "duplicate id", message, record.line)
        else:
            kept[doc] = number
    return {number: doc for doc, number in kept.items()}


def _names(found: list[Record]) -> list[str]:
    """Lengthen the ids of all files that clash, so that no file's id depends on the order."""
    levels = dict.fromkeys((record.file for record in found), 0)
    while True:
        names = [_name(record, levels[record.file]) for record in found]
        shared = Counter(names)
        clashing = {
            record.file
            for record, name in zip(found, names, strict=True)
            if shared[name] > 1 and "doc" not in record.said and levels[record.file] < 2
        }
        if not clashing:
            return names
        for file in clashing:
            levels[file] += 1


def _name(record: Record, level: int) -> str:
    if "doc" in record.said:
        return record.said["doc"]
    short = record.file.removesuffix(PACKED).rsplit(".", 1)[0].replace("/", "-")
    name = (short, record.file.replace("/", "-").replace(".", "-"), record.file)[level]
    return name if record.line is None else f"{name}-{record.line:06d}"
