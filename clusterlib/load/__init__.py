"""Load texts: from a folder, a file, a glob or a list, in any common format, to one table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, overload

import pandas as pd

from clusterlib.load import parts
from clusterlib.load.files import Source
from clusterlib.problems import InputError, InputWarning, warn

__all__ = ["documents", "seeds"]

HINT = 'errors="report" loads the rest and returns the faults as a table'


def seeds() -> Path:
    """Return the folder of the five seed texts.

    Returns
    -------
    pathlib.Path
        That of the repository, or the copy that an installed package carries.

    Examples
    --------
    >>> sorted(path.name for path in seeds().glob("nl*.txt"))
    ['nl-clusterregisseurs.txt']
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"


@overload
def documents(
    source: Source | None = ...,
    *,
    errors: Literal["raise"] = ...,
    max_mb: float | None = ...,
    duplicates: Literal["keep", "drop"] = ...,
    columns: Mapping[str, str] | None = ...,
) -> pd.DataFrame: ...
@overload
def documents(
    source: Source | None = ...,
    *,
    errors: Literal["report"],
    max_mb: float | None = ...,
    duplicates: Literal["keep", "drop"] = ...,
    columns: Mapping[str, str] | None = ...,
) -> tuple[pd.DataFrame, pd.DataFrame]: ...
def documents(
    source: Source | None = None,
    *,
    errors: Literal["raise", "report"] = "raise",
    max_mb: float | None = 50,
    duplicates: Literal["keep", "drop"] = "keep",
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame | tuple[pd.DataFrame, pd.DataFrame]:
    """Load texts into the documents table.

    Parameters
    ----------
    source : path, glob, or list of them, optional
        Folders are read recursively: the texts ``.txt .md .html .docx .odt .pdf
        .rtf .epub .eml``, the tables ``.csv .tsv .xlsx .json .jsonl .parquet``,
        feeds (``.xml``), the web archives ``.warc .wet``, and all of them packed (``.gz``).
        A ``registry.csv`` in a folder says which files count, there and below,
        and what is known of them. None loads the five seed texts.
    errors : {"raise", "report"}
        ``"raise"`` stops on any fault, with all of them in one message;
        ``"report"`` goes on with the good texts and also returns the faults.
    max_mb : float or None
        Files that are larger, or unpack to more, are faults; None lifts the limit.
    duplicates : {"keep", "drop"}
        What becomes of a text that repeats another, whole or nearly, apart from
        being a fault; the first by id is kept in any case.
    columns : mapping of str to str, optional
        What columns are called in tables of one's own, such as ``{"text": "tekst",
        "id": "nr", "date": "data"}``; a table that lacks one of them is a fault.

    Returns
    -------
    documents : pandas.DataFrame
        One row per text, sorted by ``doc``: doc, initiative, country, region,
        lang (BCP 47), lang_identified, title, published (ISO, as precise as it
        is stated), source, file, line, format, encoding, sha256 (of the file,
        or of the text where a file holds many) and text.
    faults : pandas.DataFrame
        Only with ``errors="report"``: file, line, severity, fault, message.

    Raises
    ------
    clusterlib.problems.InputError
        With ``errors="raise"``, if any input is missing, empty, binary, too
        large, changed since it was registered, or lacks a column or an id.
    TypeError
        If a source is no path, such as a table.

    Warns
    -----
    clusterlib.problems.InputWarning
        With ``errors="raise"``, of what deserves a look: a language or date that the
        text contradicts, a copy, a file, column or part of a page that was left out.

    Notes
    -----
    Without a registry the language is identified, and an id is the path of the file
    below the folder that was given, ``-`` for ``/``, without the suffix; rows of a
    table add the number of their line. Files that would share an id are told apart
    by their suffix or their parent folders, and rows by the name of their file. So
    ids depend on which sources are loaded together, and never on their order. A file
    that is reached twice counts once.

    Two texts are near duplicates where half of all their words stand in runs of
    four or more that both have (a Jaccard index), and little else stands between
    those. Texts that fill in one template are none.

    Examples
    --------
    >>> documents()[["doc", "lang", "published"]].head(2)
      doc lang   published
    0  bg   bg  2022-03-31
    1  de   de         NaN
    """
    if errors not in ("raise", "report"):
        raise ValueError(f"errors={errors!r}; expected 'raise' or 'report'")
    if duplicates not in ("keep", "drop"):
        raise ValueError(f"duplicates={duplicates!r}; expected 'keep' or 'drop'")
    files, missing = parts.list_files(seeds() if source is None else source)
    texts, faults = parts.read_files(files, max_mb, columns)
    table, faults = parts.join(texts, pd.concat([missing, faults], ignore_index=True), duplicates)
    if errors == "report":
        return table, faults
    if (faults["severity"] == "error").any():
        raise InputError(faults, hint=HINT)
    if len(faults):
        warn(InputWarning(faults), stacklevel=2)
    return table
