"""Show tables and sentences so that they can be read: with whole texts, left-aligned."""

from dataclasses import dataclass

import pandas as pd

STYLE = (
    "<style>.cl-table td, .cl-table th {text-align: left !important; vertical-align: top; "
    "white-space: normal; max-width: 34em}</style>"
)


@dataclass(frozen=True)
class Table:
    """A table as a notebook shows it.

    Attributes
    ----------
    frame : pandas.DataFrame
        What is shown.

    Examples
    --------
    >>> Table(pd.DataFrame({"doc": ["fr"], "rule": ["share"]}))
    doc  rule
     fr share
    """

    frame: pd.DataFrame

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            html = self.frame.to_html(index=False, border=0, justify="left", na_rep="–")
        return f'<div class="cl-table">{STYLE}{html}</div>'

    def __repr__(self) -> str:
        with pd.option_context("display.max_colwidth", 60):
            return self.frame.to_string(index=False, na_rep="–")


def table(frame: pd.DataFrame) -> Table:
    """Show a table with the whole of its texts.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to show; its index is left out. Texts are escaped.

    Returns
    -------
    Table
        Shown by a notebook when it is the value of a cell.

    Examples
    --------
    >>> table(pd.DataFrame({"doc": ["fr"], "rule": ["share"]}))
    doc  rule
     fr share
    """
    return Table(frame.rename_axis(columns=None))


@dataclass(frozen=True)
class Prose:
    """A paragraph as a notebook shows it.

    Attributes
    ----------
    text : str
        Markdown.

    Examples
    --------
    >>> Prose("There are **5** texts.")._repr_markdown_()
    'There are **5** texts.'
    """

    text: str

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def prose(text: str) -> Prose:
    """Show sentences whose figures a cell has filled in.

    Parameters
    ----------
    text : str
        Markdown; by convention an f-string.

    Returns
    -------
    Prose
        Shown by a notebook when it is the value of a cell.

    Examples
    --------
    >>> prose(f"There are {2 + 3} texts.")
    There are 5 texts.
    """
    return Prose(text)
