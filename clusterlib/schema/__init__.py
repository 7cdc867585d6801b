"""The table contracts: which columns each stage promises, and what may stand in them.

More columns are welcome; those named here are promised. `check` reports every
fault of a table at once.
"""

import functools
from typing import TYPE_CHECKING

import pandas as pd

from clusterlib.schema import told
from clusterlib.schema.column import Contract
from clusterlib.schema.contracts import CONTRACTS
from clusterlib.schema.needs import NEEDS

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["TableError", "check", "contract"]

KNOWN = {**CONTRACTS, **NEEDS}


class TableError(ValueError):
    """A table breaks its contract.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row per fault: column, check, row (index label) and value.

    Examples
    --------
    >>> try:
    ...     check(pd.DataFrame({"doc": ["a"]}), "documents")
    ... except TableError as error:
    ...     print(error.faults["column"].head(2).tolist())
    ['initiative', 'country']
    """

    def __init__(self, table: str, faults: pd.DataFrame) -> None:
        self.faults = faults
        shown = [
            f"  {column}: {check}" + ("" if pd.isna(row) else f", found {value!r:.80} in row {row}")
            for column, check, row, value in faults.head(20).astype(object).to_numpy().tolist()
        ]
        more = [f"  … and {len(faults) - 20} more (see .faults)"] if len(faults) > 20 else []
        head = f"the table {table!r} has {len(faults)} fault(s):"
        super().__init__("\n".join([head, *shown, *more]))


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
        them), ``"codes"``, ``"codings"``, ``"scored codes"`` and ``"counted codes"``
        (what agreement, gaps and counts need of them), ``"passages to code"`` (by
        hand), ``"topics"``, ``"topic terms"``, ``"topic weights"``, ``"themes
        members"``, ``"themes summary"``, ``"shares"``, ``"floors"`` (what contrasts
        need of them), ``"contrasts"``, ``"claims"``, ``"evidence"`` (of a claim), or
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
    TableError
        With every fault: missing columns, wrong types, forbidden values.
    ValueError
        If there is no contract of that name.

    Examples
    --------
    >>> check(pd.DataFrame({"doc": ["a"]}), "ledger")
    Traceback (most recent call last):
    ...
    clusterlib.schema.TableError: the table 'ledger' has 6 fault(s):
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
        cases = error.failure_cases
        missing = cases["check"].astype(str) == "column_in_dataframe"
        faults = pd.DataFrame(
            {
                "column": cases["column"].where(~missing, cases["failure_case"]),
                "check": cases["check"].astype(str).where(~missing, "the column is missing"),
                "row": cases["index"],
                "value": cases["failure_case"].where(~missing, None).map(_plain),
            }
        )
        # A table or list in a cell has no other likeness than how it is written.
        written = [repr(row) for row in faults.astype(object).to_numpy().tolist()]
        once = ~pd.Series(written, dtype="str").duplicated().to_numpy()
        raise TableError(name, faults[once].reset_index(drop=True)) from None
    return table


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
