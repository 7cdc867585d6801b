"""What a column of a table may be: its type, the checks of its cells, and what it means.

The contracts of tables are written in these words.
"""

import re
from numbers import Real
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.api.dataframe.model_components import FieldInfo

from clusterlib.inputs import read_data

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
# The name of a column that stands for all that are not described one by one.
REST = "*"
MODELS: dict[str, type["Table"]] = {}

# What columns mean, by column and table: where no table is named, in all that say nothing else.
MEANINGS = {
    (row["column"], table): row["meaning"]
    for row in read_data("columns")
    for table in row["tables"].split(" | ")
}


def _are_numbers(values: "pd.Series[Any]") -> "pd.Series[bool] | bool":
    """Tell which values are numbers, whole or not; yes and no are none."""
    types = pd.api.types
    if types.is_numeric_dtype(values) and not types.is_bool_dtype(values):
        return True
    numbers = [isinstance(value, Real) and not isinstance(value, bool) for value in values]
    return pd.Series(numbers, values.index, dtype=bool)


def _are_unicode(values: "pd.Series[Any]") -> "pd.Series[bool] | bool":
    """Tell which strings can be written as UTF-8; only a column of objects can hold others."""
    return values.dtype != object or values.map(
        # What is no string at all has that fault and not this one.
        lambda value: not isinstance(value, str) or not re.search("[\ud800-\udfff]", value)
    )


def _are_truths(values: "pd.Series[Any]") -> "pd.Series[bool]":
    """Tell which values are yes or no, which may be written as 1 or 0."""
    if values.dtype != object:
        return values.isin([True, False])
    return values.map(lambda value: isinstance(value, Real | np.bool_) and value in (0, 1))


def _have_rows(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values.map(lambda table: hasattr(table, "__len__") and len(table) > 0)


IS_NUMBER = pa.Check(_are_numbers, name="is a number")
IS_TRUTH = pa.Check(_are_truths, name="is True or False")
IS_UNICODE = pa.Check(_are_unicode, name="is Unicode, without halves of surrogate pairs")
HAS_ROWS = pa.Check(_have_rows, name="holds a row or more")


# A string that is not empty; one that has something on its first lines.
Some = Annotated[str, pa.Field(str_matches=r"\S")]
Filled = Annotated[str, pa.Field(str_matches=r"\s*\S")]
Language = Annotated[str, pa.Field(str_matches=LANGUAGE)]
Count = Annotated[int, pa.Field(ge=0)]
Share = Annotated[float, pa.Field(in_range=(0, 1))]
Difference = Annotated[float, pa.Field(in_range=(-1, 1))]
Coherence = Annotated[float, pa.Field(in_range=(-2, 2))]
# Those that any dtype may hold.
Number = Annotated[Any, FieldInfo(IS_NUMBER)]
Truth = Annotated[Any, FieldInfo(IS_TRUTH)]
Rows = Annotated[object, FieldInfo(HAS_ROWS)]


def column(meaning: str | None = None, **promises: Any) -> Any:
    """Make the field of a column; without a meaning of its own it has that of `MEANINGS`."""
    return pa.Field(description=meaning, **promises)


class Table(pa.DataFrameModel):
    """A contract, under the names that its class gives, with commas between two.

    Its columns are promised. Others that `MEANINGS` describes for the table may be there, and hold
    anything.
    """

    def __init_subclass__(cls, names: str = "", unique: tuple[str, ...] = ()) -> None:
        cls.Config = type("Config", (pa.DataFrameModel.Config,), {"unique": unique or None})
        super().__init_subclass__()  # type: ignore[no-untyped-call]
        MODELS.update(dict.fromkeys(names.split(", "), cls) if names else {})

    @classmethod
    def build_schema_(cls, **options: Any) -> pa.DataFrameSchema:
        """Build the schema; in its own way pandera imports Dask, which takes most of a second."""
        columns = {}
        meanings = {
            name: text for (name, table), text in MEANINGS.items() if MODELS.get(table) is cls
        }
        for annotation, field in cls.__fields__.values():
            name = field.name
            checks = [IS_UNICODE] if annotation.arg is str else []
            for promise in getattr(annotation.raw_annotation, "__metadata__", ()):
                checks += promise.checks
            columns[name] = pa.Column(
                None if annotation.arg is Any else annotation.arg,
                checks=[*checks, *field.checks],
                nullable=field.nullable,
                unique=field.unique,
                required=field.required,
                name=name,
                description=field.description or meanings.get(name) or MEANINGS.get((name, "")),
            )
        for name, meaning in meanings.items():
            extra = pa.Column(None, name=name, required=False, nullable=True, description=meaning)
            columns.setdefault(name, extra)
        return pa.DataFrameSchema(columns, checks=cls.__root_checks__, **options)


class Spans(Table):
    """A table of places in texts."""

    @pa.dataframe_check(error="start ≤ end")
    @classmethod
    def _are_ordered(cls, table: pd.DataFrame) -> "pd.Series[bool]":
        if not {"start", "end"} <= set(table):
            return pd.Series(True, index=table.index)  # a missing column has a fault of its own
        return (table["start"] <= table["end"]).fillna(True)
