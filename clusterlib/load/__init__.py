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
        "id": "nr", "date": "data"}``; a table that lacks one of them is a fault that
        lists the columns it has.

    Notes
    -----
    Without a registry the language is identified, and ids are made from file
    names: the path below the folder that was given, ``-`` for ``/``, without
    the suffix; rows of a table add the number of their line. Files that would
    share an id are told apart by their suffix, and files of several sources by
    their parent folders. Where two files give their rows the same ids, the name
    of the file leads them. A file that is reached twice counts once, under the
    outermost folder. So ids depend on which sources are loaded together, and
    never on their order.

    Two texts are near duplicates where half of all their words stand in runs of
    four or more that both have (a Jaccard index), and little else stands between
    those: a new lead or headline, a changed word here and there. Texts that fill
    in one template are none.

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
        With ``errors="raise"``, if a declared language or date disagrees with
        the text or cannot be read, a text occurs twice or nearly so, or a file, a column or
        a part of a page was left out.

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
    if isinstance(source, pd.DataFrame | Mapping):
        expected = f"a source is a path, a glob or a list of them; found a {type(source).__name__}"
        way = 'write a table of texts to a file first, as table.to_parquet("my-texts.parquet")'
        raise TypeError(f"{expected}: {way}")
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
