"""The table contracts: which columns each stage promises, and what may stand in them.

More columns are welcome; those named here are promised. `check` reports every
fault of a table at once.
"""

import functools
from typing import TYPE_CHECKING

import pandas as pd

from clusterlib.problems import Problems
from clusterlib.schema import told
from clusterlib.schema.column import Contract
from clusterlib.schema.contracts import CONTRACTS
from clusterlib.schema.needs import NEEDS

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["check", "contract"]

# Faults that the message of an error lists; all of them are in its table.
MOST = 20

KNOWN = {**CONTRACTS, **NEEDS}


@functools.cache
def contract(table: str) -> "pa.DataFrameSchema":
    """Return the pandera schema of a table, which prints what each column means.

    Parameters
    ----------
    table : str
        ``"documents"``, ``"texts"`` (what cleaning needs of them), ``"ledger"``,
        ``"passages"``, ``"texts to embed"`` (what an encoder needs of them),
        ``"reference"`` (texts that offsets are taken from), ``"facts"``,
        ``"actors"``, ``"mentions"``, ``"coded passages"`` (what counting needs of
        them), ``"passages to group"`` (what topics need of them), ``"codes"``,
        ``"codings"``, ``"scored codes"`` and ``"counted codes"`` (what agreement, gaps
        and counts need of them), ``"passages to code"`` (by hand), ``"topics"``,
        ``"topic terms"``, ``"topic weights"``, ``"themes members"``,
        ``"themes summary"``, ``"shares"``, ``"floors"`` (what contrasts need of them),
        ``"contrasts"``, ``"claims"``, ``"evidence"`` (of a claim), or
        what figures need: ``"dated"``, ``"spans"``, ``"planes"``, ``"places"``,
        ``"misplaced"``, ``"trials"``, ``"leaves"``, ``"merges"``, ``"drawn shares"``
        and ``"drawn contrasts"``.

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
    return told.schema(table, _known(table))


def _known(name: str) -> Contract:
    if name not in KNOWN:
        there = ", ".join(map(repr, sorted(KNOWN)))
        raise ValueError(f"there is no contract {name!r}; expected one of {there}")
    return KNOWN[name]


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
    if _known(name).keeps(table):
        return table
    import pandera.errors

    # pandera cannot tell rows apart that have one name; then they are numbered.
    numbered = table if table.index.is_unique else table.reset_index(drop=True)
    numbered = _told_apart(numbered, _known(name))
    try:
        contract(name).validate(numbered, lazy=True)
    except pandera.errors.SchemaErrors as error:
        problems = Problems(of_cells=True)
        cases = error.failure_cases[["column", "check", "index", "failure_case"]]
        for column, promise, row, value in cases.astype(object).to_numpy().tolist():
            if str(promise) == "column_in_dataframe":
                note_cell(problems, name, str(value), "the column is missing")
            else:
                note_cell(problems, name, str(column), str(promise), row, _plain(value))
    else:
        return table
    problems.raise_errors(f"the table {name!r}", most=MOST)
    return table


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


class _Odd:
    """Something that cannot be hashed, such as a list, for pandera: no text, and unlike others."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


def _told_apart(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Wrap what pandas and pandera cannot tell apart."""
    if not table.columns.is_unique:
        return table
    wrapped = {
        name: [value if _is_hashable(value) else _Odd(value) for value in table[name]]
        for name, column in contract.columns.items()
        if name in table and table[name].dtype == object and column.kind is not object
    }
    series = {name: pd.Series(own, table.index, dtype=object) for name, own in wrapped.items()}
    return table.assign(**series)


def _plain(value: object) -> object:
    return value.value if isinstance(value, _Odd) else value


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
