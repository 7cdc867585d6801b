"""What passages are assigned to, as a matrix: topics by weight, themes and codes by yes or no."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, schema

KINDS = ("topic", "theme", "code")

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Assigned:
    """Passages beside what they are assigned to.

    Attributes
    ----------
    kind : str
        ``"topic"``, ``"theme"`` or ``"code"``.
    names : list of str
        Of the topics, themes or codes; g of them.
    rows : numpy.ndarray
        float64, shape (passages, g), from 0 to 1; passages sorted by name.
    passages : pandas.DataFrame
        The passages in the order of the rows: passage, unit (what is compared,
        such as the text) and lang (as calibration knows it).
    """

    kind: str
    names: list[str]
    rows: Rows
    passages: pd.DataFrame

    @property
    def units(self) -> list[str]:
        """What is compared, sorted by name."""
        return sorted(set(self.passages["unit"].tolist()))

    def of(self, unit: str) -> Rows:
        """Return the rows of a unit."""
        own: Rows = self.rows[(self.passages["unit"] == unit).to_numpy(bool)]
        return own


def read(assigned: pd.DataFrame, passages: pd.DataFrame, by: str) -> Assigned:
    """Lay an assignment out.

    Parameters
    ----------
    assigned : pandas.DataFrame
        Weights of topics, members of themes, or codes.
    passages : pandas.DataFrame
        Needs passage, lang and the column that ``by`` names.
    by : str
        What is compared.

    Raises
    ------
    ValueError
        If the table is none of these or lacks a column, passages are missing in
        either table, or a passage has no value in ``by``.
    """
    kind = next((name for name in KINDS if name in assigned), "")
    if not kind:
        found = ", ".join(map(str, assigned.columns))
        raise ValueError(f"expected a column topic, theme or code; found {found}")
    value = {"topic": "weight", "code": "coded"}.get(kind)
    absent = [name for name in ("passage", value) if name and name not in assigned]
    if absent:
        raise ValueError(f"the table of {kind}s has no column {', '.join(map(repr, absent))}")
    schema.check(passages, "coded passages")
    units = compared(passages, by)
    of, known = pd.factorize(assigned["passage"], sort=True)
    strange = pd.Index(known).symmetric_difference(pd.Index(passages["passage"]))
    if len(strange):
        raise ValueError(
            f"the two tables differ in {len(strange)} passage(s), such as {strange[0]!r}; "
            "give the passages that were assigned"
        )
    # Codes keep the order of the codebook; the others are sorted by name.
    to, named = pd.factorize(assigned[kind], sort=kind != "code")
    if (of < 0).any() or (to < 0).any():
        told = f"{int(((of < 0) | (to < 0)).sum())} rows name no passage or no {kind}"
        raise ValueError(f"{told}; leave them out")
    rows = np.zeros((len(known), len(named)))
    # Pivoting would hold several copies of a table that has a row for every passage and code.
    np.add.at(rows, (of, to), 1.0 if value is None else assigned[value].to_numpy(np.float64))
    own = passages.assign(unit=units, lang=embed.languages(passages))
    own = own.sort_values("passage", ignore_index=True)[["passage", "unit", "lang"]]
    return Assigned(kind, named.tolist(), rows, own)


def compared(passages: pd.DataFrame, by: str) -> "pd.Series[str]":
    """Return of each passage the unit that it belongs to.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage and the column that ``by`` names.
    by : str
        What is compared.

    Raises
    ------
    ValueError
        If there is no such column, or it says nothing of a passage.

    Examples
    --------
    >>> compared(pd.DataFrame({"passage": ["a-1"], "doc": ["a"]}), "initiative")
    Traceback (most recent call last):
    ...
    ValueError: there is no column 'initiative' in the passages, which says what is compared;
    take it from the texts: passages.merge(documents[["doc", "initiative"]], on="doc")
    """
    if by not in passages:
        told = f"there is no column {by!r} in the passages, which says what is compared"
        way = f'passages.merge(documents[["doc", "{by}"]], on="doc")'
        raise ValueError(f"{told}; take it from the texts: {way}" if by != "doc" else told)
    lacking = passages.loc[passages[by].isna(), "passage"]
    if len(lacking):
        told = f"{len(lacking)} passage(s) have no {by!r}, such as {lacking.iloc[0]!r}"
        raise ValueError(f"{told}; it says what is compared: fill it in or leave them out")
    return passages[by].astype(str)
