"""The letters beyond ASCII that each language uses."""

import csv
import functools
import importlib.resources


@functools.cache
def letters() -> dict[str, frozenset[str]]:
    """Return the lower-case letters beyond ASCII of each language.

    >>> "ø" in letters()["nb"]
    True
    """
    path = importlib.resources.files("clusterlib") / "data" / "letters.csv"
    with path.open(encoding="utf-8") as file:
        return {row["lang"]: frozenset(row["letters"]) for row in csv.DictReader(file)}
