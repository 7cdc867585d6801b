"""A contract in words: a line a column, with its type and its meaning."""

import csv
import functools
import importlib.resources
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from clusterlib.schema.column import Column, Contract
from clusterlib.schema.needs import OF

if TYPE_CHECKING:
    import pandera.pandas as pa

# In data/dictionary.csv, all columns of a table that are not described one by one.
REST = "*"
TYPES = {
    str: "text",
    int: "whole number",
    float: "number",
    Real: "number",
    bool: "yes/no",
    object: "table",
}


@functools.cache
def meanings() -> dict[tuple[str, str], str]:
    """Return what columns mean, by table and column; an empty table stands for all."""
    file = importlib.resources.files("clusterlib") / "data" / "dictionary.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {(row["table"], row["column"]): row["meaning"] for row in rows}


def schema(table: str, contract: Contract) -> "pa.DataFrameSchema":
    """Return a contract for pandera, which prints what its columns mean."""
    import pandera.pandas as pa

    class Told(pa.DataFrameSchema):
        """A schema that is shown as its description."""

        def __str__(self) -> str:
            return str(self.description)

        __repr__ = __str__

        @classmethod
        def get_backend(cls, check_obj: Any = None, check_type: type | None = None) -> Any:
            # pandera knows backends of its own classes only.
            return pa.DataFrameSchema.get_backend(check_obj, check_type)

    known = {name: meaning(name, table, OF.get(table, "")) for name in contract.columns}
    return Told(
        {name: column.schema(known[name]) for name, column in contract.columns.items()},
        **contract.whole(),
        description="\n".join([table, *_lines(contract.columns, known)]),
    )


def meaning(column: str, *tables: str) -> str:
    """Return what a column means in the first of some tables that describes it, else in any."""
    places = [*((table, column) for table in tables), (tables[0], REST), ("", column)]
    return next((meanings()[place] for place in places if place in meanings()), "")


def _lines(columns: Mapping[str, Column], known: Mapping[str, str]) -> list[str]:
    """Return a line a column, as ``lang (text): language of the text``."""
    lines = []
    for name, column in columns.items():
        kind = TYPES[column.kind] if column.kind else "yes/no"
        kind += ", may be missing" if column.nullable else ""
        kind += "" if column.required else ", not needed"
        lines.append(f"  {name} ({kind})" + (f": {known[name]}" if known[name] else ""))
    return lines
