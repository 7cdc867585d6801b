"""Clean texts: repair, drop what is not text, split into passages, and keep a ledger of it."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from clusterlib import schema
from clusterlib.clean.repair import Edit, apply
from clusterlib.clean.text import Cleaned, clean

__all__ = ["ledger", "passages", "replay", "text"]


def passages(documents: pd.DataFrame) -> pd.DataFrame:
    """Clean texts and split them into sentences.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.

    Returns
    -------
    pandas.DataFrame
        One row per sentence or headline: passage (``nl-003``), doc, lang,
        position (from 1 in each text), start and end (code points of the
        source), kind (headline, body or caption) and text (repaired; the
        source is ``documents.text[start:end]``).

    Raises
    ------
    clusterlib.schema.TableError
        If ``documents`` breaks its contract.

    Examples
    --------
    >>> import clusterlib as cl
    >>> found = passages(cl.load.documents())
    >>> found.loc[found["passage"] == "nl-001", "text"].item()
    'Clusterregisseurs gaan regionaal verduurzaming industrie versnellen'
    """
    rows = []
    for doc, lang, cleaned in _cleaned(documents):
        width = max(3, len(str(len(cleaned.sentences))))
        for position, sentence in enumerate(cleaned.sentences, start=1):
            name = f"{doc}-{position:0{width}d}"
            place = (position, sentence.start, sentence.end)
            rows.append((name, doc, lang, *place, sentence.kind, sentence.text))
    columns = ["passage", "doc", "lang", "position", "start", "end", "kind", "text"]
    table = _table(rows, columns, whole=["position", "start", "end"])
    return schema.check(table, "passages")


def ledger(documents: pd.DataFrame) -> pd.DataFrame:
    r"""List every removal and every repair.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per changed span, in text order: doc, rule, start, end (code
        points of the source), text (the source span), replacement (empty where
        the span was removed) and reason.

    Examples
    --------
    >>> import clusterlib as cl
    >>> found = ledger(cl.load.documents())
    >>> found.loc[found["rule"] == "language switch", "text"].item()
    'Bulgarian\xa0 English'
    """
    sources = dict(zip(documents["doc"], documents["text"], strict=True))
    rows = []
    for doc, _, cleaned in _cleaned(documents):
        for edit in cleaned.edits:
            was = sources[doc][edit.start : edit.end]
            rows.append((doc, edit.rule, edit.start, edit.end, was, edit.new, edit.reason))
    columns = ["doc", "rule", "start", "end", "text", "replacement", "reason"]
    return schema.check(_table(rows, columns, whole=["start", "end"]), "ledger")


def replay(documents: pd.DataFrame, ledger: pd.DataFrame) -> pd.Series:
    """Apply a ledger to the sources.

    Parameters
    ----------
    documents, ledger : pandas.DataFrame
        The texts, and what was changed in them.

    Returns
    -------
    pandas.Series
        Cleaned text by ``doc``: what `text` gives, from the table alone.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents()
    >>> bool((replay(documents, ledger(documents)) == text(documents)).all())
    True
    """
    edits: dict[str, list[Edit]] = {doc: [] for doc in documents["doc"]}
    for doc, *edit in _rows(ledger, ["doc", "start", "end", "replacement", "rule", "reason"]):
        edits[doc].append(Edit(*edit))
    found = {
        doc: apply(source, sorted(edits[doc]), 0)
        for doc, source in _rows(documents.sort_values("doc"), ["doc", "text"])
    }
    return pd.Series(found, name="text", dtype="str").rename_axis("doc")


def text(documents: pd.DataFrame) -> pd.Series:
    """Return each text with what was dropped left out; its line ends stay.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it.

    Returns
    -------
    pandas.Series
        Cleaned text by ``doc``.
    """
    found = {doc: cleaned.text for doc, _, cleaned in _cleaned(documents)}
    return pd.Series(found, name="text", dtype="str").rename_axis("doc")


def _cleaned(documents: pd.DataFrame) -> Iterator[tuple[str, str, Cleaned]]:
    """Clean the texts one by one, sorted by their ids."""
    schema.check(documents, "texts")
    for doc, lang, source in _rows(documents.sort_values("doc"), ["doc", "lang", "text"]):
        yield doc, lang, clean(source, lang)


def _rows(table: pd.DataFrame, columns: list[str]) -> list[Any]:
    """Return the rows of some columns as lists of plain values."""
    return table[columns].astype(object).to_numpy().tolist()


def _table(
    rows: Sequence[tuple[object, ...]], columns: list[str], whole: list[str]
) -> pd.DataFrame:
    """Make a table of strings and whole numbers, typed even if it is empty."""
    types = {name: "int64" if name in whole else "str" for name in columns}
    return pd.DataFrame(rows, columns=columns).astype(types)
