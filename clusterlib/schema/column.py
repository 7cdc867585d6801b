"""What a column or a table promises, as plain data, and a quick look whether it is kept.

pandera names every fault of a table, but takes half a second to import. Most tables have none,
so each promise is looked at with pandas first, and pandera is asked where that finds a doubt.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

DTYPES = {int: "int64", float: "float64", bool: "bool", object: "object"}


@dataclass(frozen=True)
class Column:
    """What may stand in a column.

    Attributes
    ----------
    kind : type, optional
        str, int, float, bool or object; Real, for any number, and None: what the
        checks say.
    pattern : str
        A regular expression that strings match from their start.
    allowed : tuple of str
        The only values.
    low, high, above : float, optional
        Bounds of numbers; the last is no value itself.
    told : dict
        A further check by its name: a function of the column that tells which values pass.
    unique, nullable, required : bool
        No value twice; values may be missing; the column must be there.
    """

    kind: type | None
    pattern: str = ""
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    above: float | None = None
    told: Mapping[str, Callable[["pd.Series[Any]"], "pd.Series[bool] | bool"]] = field(
        default_factory=dict
    )
    unique: bool = False
    nullable: bool = False
    required: bool = True

    def keeps(self, values: "pd.Series[Any]") -> bool:
        """Tell whether a column surely keeps its promise."""
        if not self._typed(values) or (self.unique and not values.is_unique):
            return False
        missing = values.hasnans
        if missing and not self.nullable:
            return False
        known = values.dropna() if missing else values
        return (
            (not self.pattern or all(map(re.compile(self.pattern).match, known.tolist())))
            and (not self.allowed or set(known.tolist()) <= set(self.allowed))
            and (self.low is None or bool((known >= self.low).all()))
            and (self.high is None or bool((known <= self.high).all()))
            and (self.above is None or bool((known > self.above).all()))
            and all(bool(np.all(tells(known))) for tells in self.told.values())
        )

    def _typed(self, values: "pd.Series[Any]") -> bool:
        if self.kind is str:
            return str(values.dtype) == "str"
        # Of any other kind the checks tell.
        return self.kind not in DTYPES or bool(values.dtype == DTYPES[self.kind])

    def schema(self, meaning: str = "") -> "pa.Column":
        """Return the column for pandera, with what it means."""
        import pandera.pandas as pa

        checks = [pa.Check.str_matches(self.pattern)] if self.pattern else []
        checks += [pa.Check.isin(list(self.allowed))] if self.allowed else []
        if self.low is not None and self.high is not None:
            checks.append(pa.Check.in_range(self.low, self.high))
        elif self.low is not None:
            checks.append(pa.Check.ge(self.low))
        checks += [pa.Check.gt(self.above)] if self.above is not None else []
        checks += [pa.Check(tells, name=name) for name, tells in self.told.items()]
        return pa.Column(
            None if self.kind is Real else self.kind,
            checks=checks,
            unique=self.unique,
            nullable=self.nullable,
            required=self.required,
            description=meaning or None,
        )


@dataclass(frozen=True)
class Contract:
    """What a table promises.

    Attributes
    ----------
    columns : dict
        By name.
    unique : tuple of str
        Columns that no two rows have the same values in.
    span : bool
        Where there are start and end, a span does not end before it starts.
    """

    columns: Mapping[str, Column]
    unique: tuple[str, ...] = ()
    span: bool = False

    def keeps(self, table: pd.DataFrame) -> bool:
        """Tell whether a table surely keeps its promise; if not, pandera has to look."""
        if not table.columns.is_unique:
            return False
        for name, column in self.columns.items():
            if name not in table:
                if column.required:
                    return False
            elif not column.keeps(table[name]):
                return False
        if self.unique and table.duplicated(list(self.unique)).any():
            return False
        return not self.span or bool(_ordered(table).all())

    def whole(self) -> dict[str, Any]:
        """Return for pandera what the table promises beyond its columns."""
        import pandera.pandas as pa

        return {
            "checks": pa.Check(_ordered, name="start ≤ end") if self.span else None,
            "unique": list(self.unique) or None,
        }


def _ordered(table: pd.DataFrame) -> "pd.Series[bool]":
    # A missing column has a fault of its own.
    known = {"start", "end"} <= set(table.columns)
    return table["start"] <= table["end"] if known else pd.Series(True, index=table.index)


def text(pattern: str = "", unique: bool = False, nullable: bool = False) -> Column:
    """Make a column of strings, which may have to match a regular expression."""
    whole = {"is Unicode, without halves of surrogate pairs": _is_unicode}
    return Column(str, pattern, told=whole, unique=unique, nullable=nullable)


def _is_unicode(values: "pd.Series[Any]") -> "pd.Series[bool] | bool":
    """Tell which strings can be written as UTF-8; only a column of objects can hold others."""
    return values.dtype != object or values.map(
        # What is no string at all has that fault and not this one.
        lambda value: (
            not isinstance(value, str) or not any("\ud800" <= char <= "\udfff" for char in value)
        )
    )


def one_of(values: str, nullable: bool = False, required: bool = True) -> Column:
    """Make a column of a few strings, given with commas between them."""
    allowed = tuple(values.split(","))
    return Column(str, allowed=allowed, nullable=nullable, required=required)


def truth() -> Column:
    """Make a column of yes or no, which may be written as 1 or 0."""
    return Column(None, told={"is True or False": lambda values: values.isin([True, False])})


def place() -> Column:
    """Make a column of offsets or counts: whole numbers from zero."""
    return Column(int, low=0)


def number(nullable: bool = False, required: bool = True) -> Column:
    """Make a column of numbers, whole or not."""
    told = {"is a number": _are_numbers}
    return Column(Real, told=told, nullable=nullable, required=required)


def _are_numbers(values: "pd.Series[Any]") -> "pd.Series[bool] | bool":
    """Tell which values are numbers; yes and no are none."""
    types = pd.api.types
    if types.is_numeric_dtype(values) and not types.is_bool_dtype(values):
        return True
    found = [isinstance(value, Real) and not isinstance(value, bool) for value in values]
    return pd.Series(found, values.index, dtype=bool)


def between(low: float, high: float, nullable: bool = False) -> Column:
    """Make a column of numbers in a range, its ends included."""
    return Column(float, low=low, high=high, nullable=nullable)


def share(nullable: bool = False) -> Column:
    """Make a column of numbers from 0 to 1."""
    return between(0, 1, nullable)


def rows() -> Column:
    """Make a column of tables, none of them empty."""
    return Column(object, told={"holds a row or more": _has_rows})


def _has_rows(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values.map(lambda table: hasattr(table, "__len__") and len(table) > 0)
