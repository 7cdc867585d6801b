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
        If the table is none of these, passages are missing in either table, or
        a passage has no value in ``by``.
    """
    kind = next((name for name in KINDS if name in assigned), "")
    if not kind:
        found = ", ".join(map(str, assigned.columns))
        raise ValueError(f"expected a column topic, theme or code; found {found}")
    schema.check(passages, "coded passages")
    if by not in passages or passages[by].isna().any():
        lacking = "there is no column" if by not in passages else "some passages have no"
        raise ValueError(f"{lacking} {by!r} in the passages; it says what is compared")
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
    value = {"topic": "weight", "code": "coded"}.get(kind)
    rows = np.zeros((len(known), len(named)))
    # Pivoting would hold several copies of a table that has a row for every passage and code.
    np.add.at(rows, (of, to), 1.0 if value is None else assigned[value].to_numpy(np.float64))
    own = passages.assign(unit=passages[by].astype(str), lang=embed.languages(passages))
    own = own.sort_values("passage", ignore_index=True)[["passage", "unit", "lang"]]
    return Assigned(kind, named.tolist(), rows, own)
