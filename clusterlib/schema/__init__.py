"""The table contracts: which columns each stage promises, what they hold and what they mean.

A contract is a pandera model with a line a column (`clusterlib.schema.contracts`); the data
dictionary is made of the same lines. `check` reports every fault of a table at once.
"""

import functools
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa
from pandera.engines.pandas_engine import Engine

from clusterlib.problems import Problems
from clusterlib.schema import contracts as contracts
from clusterlib.schema.columns import IS_NUMBER, IS_TRUTH, MEANINGS, MODELS, REST

__all__ = ["check", "contract", "describe"]

# Faults that the message of an error lists; all of them are in its table.
MOST = 20
DTYPES = {
    "string[pyarrow]": "text",
    "int64": "whole number",
    "Int64": "whole number",
    "float64": "number",
}
DTYPES |= {"bool": "yes/no", "object": "table"}
CHECKS = {IS_NUMBER.name: "number", IS_TRUTH.name: "yes/no"}


class Contract(pa.DataFrameSchema):
    """A schema that is shown as a line a column, as ``lang (text): language of the text``."""

    def __str__(self) -> str:
        lines = [str(self.name)]
        for name, kind, nullable, required, meaning in _describe(self).itertuples(index=False):
            kind += ", may be missing" if nullable else ""
            kind += "" if required else ", not needed"
            lines.append(f"  {name} ({kind}): {meaning}")
        return "\n".join(lines)

    __repr__ = __str__

    @classmethod
    def get_backend(cls, check_obj: Any = None, check_type: type | None = None) -> Any:
        # pandera knows backends of its own classes only.
        return pa.DataFrameSchema.get_backend(check_obj, check_type)


@functools.cache
def contract(name: str) -> Contract:
    """Return the pandera schema of a table, which prints what each column means.

    Parameters
    ----------
    name : str
        The name of a table, such as ``"documents"`` or ``"facts"``; of the form in
        which a function needs it, such as ``"texts to embed"`` (what an encoder reads),
        ``"passages to group"`` (topics), ``"scored codes"`` (gaps) or ``"drawn shares"``
        (a figure); or that under which a run exports it, such as ``"theme_members"``.
        Any other name is refused with a list of all.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Shown as a line a column: its type, and what it means.

    Raises
    ------
    ValueError
        If there is no such contract, with those that there are.

    Examples
    --------
    >>> print(contract("texts to embed"))
    texts to embed
      passage (text): name of the passage: its text and its number in it, such as nl-003
      lang (text): language of the text, as a BCP 47 tag such as fr or nb
      text (text): the text that the encoder reads
    >>> "sha256" in contract("documents").columns
    True
    """
    if name not in MODELS:
        names = ", ".join(map(repr, sorted(MODELS)))
        raise ValueError(f"there is no contract {name!r}; expected one of {names}")
    schema = MODELS[name].to_schema()
    return Contract(schema.columns, checks=schema.checks, unique=schema.unique, name=name)


def describe(name: str) -> pd.DataFrame:
    """Return what a contract says of each column.

    Parameters
    ----------
    name : str
        As for `contract`.

    Returns
    -------
    pandas.DataFrame
        One row a column: column (``*`` stands for all that are not named), type (text,
        whole number, number, yes/no, table or any), nullable, required and description.

    Raises
    ------
    ValueError
        If there is no such contract, with those that there are.

    Examples
    --------
    >>> describe("codes").set_index("column").loc["coded", ["type", "description"]].tolist()
    ['yes/no', 'whether the passage has the code']
    """
    return _describe(contract(name))


def _describe(schema: Contract) -> pd.DataFrame:
    rows = []
    for name, column in schema.columns.items():
        words = [CHECKS[check.name] for check in column.checks if check.name in CHECKS]
        kind = DTYPES[str(column.dtype)] if column.dtype else next(iter(words), "any")
        rows.append((name, kind, column.nullable, column.required, column.description))
    return pd.DataFrame(rows, columns=["column", "type", "nullable", "required", "description"])


def promised(table: str) -> list[str]:
    """Return the columns that a table cannot lack, or none where it has no contract."""
    columns = contract(table).columns if table in MODELS else {}
    return [name for name, column in columns.items() if column.required]


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows that has the columns of a contract."""
    columns = contract(name).columns.items()
    types = {name: one.dtype.type if one.dtype else "object" for name, one in columns}
    return pd.DataFrame(columns=[*types]).astype(types)


def meaning(column: str, table: str) -> str:
    """Return what a column of a table means, or nothing where nobody has described it."""
    columns = contract(table).columns if table in MODELS else {}
    described = columns.get(column) or columns.get(REST)
    return str(described.description) if described else MEANINGS.get((column, ""), "")


def check(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table unchanged if it keeps its contract.

    Parameters
    ----------
    table : pandas.DataFrame
        The table to check.
    name : str
        Which contract it should keep.

    Returns
    -------
    pandas.DataFrame
        The same object.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault: missing columns, wrong types, forbidden values.
    ValueError
        If there is no contract of that name.

    Examples
    --------
    >>> check(pd.DataFrame({"doc": ["a"]}), "ledger")
    Traceback (most recent call last):
    ...
    clusterlib.problems.InputError: the table 'ledger' has 6 fault(s):
    ...
    """
    schema = contract(name)
    if _keeps(table, schema):
        return table
    # pandera cannot tell rows apart that have one name; then they are numbered.
    numbered = table if table.index.is_unique else table.reset_index(drop=True)
    try:
        schema.validate(_wrap_unhashable(numbered, schema), lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases[["column", "check", "index", "failure_case"]]
    else:
        return table
    problems = Problems(of_cells=True)
    for column, promise, row, value in cases.astype(object).to_numpy().tolist():
        if str(promise) == "column_in_dataframe":
            note_cell(problems, name, str(value), "the column is missing")
        else:
            cell = value.value if isinstance(value, _Unhashable) else value
            note_cell(problems, name, str(column), str(promise), row, cell)
    problems.raise_errors(f"the table {name!r}", most=MOST)
    return table


def _keeps(table: pd.DataFrame, schema: Contract) -> bool:
    """Tell whether a table is sure to keep a contract; where it is not, pandera says why.

    pandera takes some ten times as long, which is most of the time of small tables.
    """
    if not table.columns.is_unique:
        return False
    for name, column in schema.columns.items():
        if name not in table:
            if column.required:
                return False
            continue
        values, kind = table[name], column.dtype
        # What is in a column of objects is for pandera to see.
        if values.dtype == object or (kind and not kind.check(_pandera_dtype(values.dtype))):
            return False
        if (not column.nullable and values.hasnans) or (column.unique and not values.is_unique):
            return False
        if not all(check(values).check_passed for check in column.checks):
            return False
    unique = not schema.unique or not table.duplicated([*schema.unique]).any()
    return unique and all(check(table).check_passed for check in schema.checks)


@functools.lru_cache(maxsize=64)
def _pandera_dtype(dtype: Any) -> Any:
    return Engine.dtype(dtype)


def note_cell(
    problems: Problems,
    table: str,
    column: str,
    promise: str,
    row: object = None,
    value: object = None,
) -> None:
    """Note that a column of a table, or a cell of it, breaks its promise."""
    if pd.isna(row):  # type: ignore[call-overload]
        problems.error(table, "broken contract", f"{column}: {promise}", column=column)
    else:
        message = f"{column}: {promise}, found {value!r:.80} in row {row}"
        problems.error(table, "broken contract", message, row, column, value)


class _Unhashable:
    """A list or the like, for pandera: no text, and unlike others."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


def _wrap_unhashable(table: pd.DataFrame, schema: Contract) -> pd.DataFrame:
    """Wrap what pandas and pandera cannot tell apart."""
    if not table.columns.is_unique:
        return table
    wrapped = {
        name: pd.Series([_wrap(value) for value in table[name]], table.index, dtype=object)
        for name, column in schema.columns.items()
        if name in table and table[name].dtype == object and str(column.dtype) != "object"
    }
    return table.assign(**wrapped)


def _wrap(value: object) -> object:
    try:
        hash(value)
    except TypeError:
        return _Unhashable(value)
    return value
