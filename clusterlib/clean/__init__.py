"""Clean texts: repair, drop what is not text, split into passages, and keep a ledger of it."""

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from clusterlib import schema
from clusterlib.clean.repair import REPAIRS, Edit, apply
from clusterlib.clean.sentences import Cleaned, Sentence, clean_text
from clusterlib.load.languages import identify_others, settle
from clusterlib.load.pdf import PAGE_END

__all__ = ["REPAIRS", "ledger", "passages", "replay", "spans", "tables", "text"]

PASSAGES = ["passage", "doc", "lang", "position", "start", "end", "kind", "text", "page"]
LEDGER = ["doc", "rule", "start", "end", "text", "replacement", "reason"]
WHOLE = dict.fromkeys(["position", "start", "end"], "int64") | {"page": "Int64"}


def passages(documents: pd.DataFrame) -> pd.DataFrame:
    """Clean texts and split them into sentences.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.

    Returns
    -------
    pandas.DataFrame
        One row per sentence or headline: passage (``nl-003``), doc, lang (that
        of the text, or its own where that is clearly another), position (from 1
        in each text), start and end (code points of the source), kind
        (headline, body or caption) and text (repaired; the source is
        ``documents.text[start:end]``). If a text has pages, as a PDF has, also page,
        on which it begins.

    Raises
    ------
    clusterlib.problems.InputError
        If ``documents`` breaks its contract.

    Examples
    --------
    >>> import clusterlib as cl
    >>> table = passages(cl.load.documents())
    >>> table.loc[table["passage"] == "nl-001", "text"].item()
    'Clusterregisseurs gaan regionaal verduurzaming industrie versnellen'
    """
    return tables(documents)[0]


def section_headings(passages: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which passages are headings within a text: they name what follows and say nothing."""
    if not {"kind", "start"} <= set(passages):
        return pd.Series(False, passages.index)
    first = passages.groupby("doc")["start"].transform("min")
    return (passages["kind"] == "headline") & (passages["start"] > first)


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

    Raises
    ------
    clusterlib.problems.InputError
        If ``documents`` breaks its contract.

    Examples
    --------
    >>> import clusterlib as cl
    >>> table = ledger(cl.load.documents())
    >>> table.loc[table["rule"] == "language switch", "text"].item()
    'Bulgarian\xa0 English'
    """
    return tables(documents)[1]


def tables(documents: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return passages and ledger, cleaning each text once.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it.

    Returns
    -------
    passages, ledger : pandas.DataFrame
        As the functions of these names return them.

    Raises
    ------
    clusterlib.problems.InputError
        If ``documents`` breaks its contract.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages, ledger = tables(cl.load.documents())
    >>> len(passages), len(ledger)
    (96, 41)
    """
    kept: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    for doc, lang, source, cleaned in _clean_each(documents):
        width = max(3, len(str(len(cleaned.sentences))))
        langs = _own_languages(source, lang, cleaned.sentences)
        ends = [match.start() for match in re.finditer(PAGE_END, source)]
        for position, one in enumerate(cleaned.sentences, start=1):
            name = f"{doc}-{position:0{width}d}"
            page = bisect.bisect_left(ends, one.start) + 1 if ends else None
            place = (position, one.start, one.end, one.kind, one.text, page)
            kept.append((name, doc, langs[position - 1], *place))
        for edit in cleaned.edits:
            was = source[edit.start : edit.end]
            changed.append((doc, edit.rule, edit.start, edit.end, was, edit.new, edit.reason))
    passages, ledger = _table(kept, PASSAGES), _table(changed, LEDGER)
    if not documents["text"].str.contains(PAGE_END).any():
        passages = passages.drop(columns="page")
    return schema.check(passages, "passages"), schema.check(ledger, "ledger")


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

    Raises
    ------
    clusterlib.problems.InputError
        If either table breaks its contract.
    ValueError
        If the ledger is of other texts.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents()
    >>> bool((replay(documents, ledger(documents)) == text(documents)).all())
    True
    """
    schema.check(documents, "texts")
    schema.check(ledger, "ledger")
    if strange := sorted(set(ledger["doc"]) - set(documents["doc"])):
        message = f"the ledger names {len(strange)} text(s) that are not there: "
        raise ValueError(f"{message}{', '.join(strange[:10])}; give the texts that it is of")
    edits: dict[str, list[Edit]] = {doc: [] for doc in documents["doc"]}
    for doc, *edit in _rows(ledger, ["doc", "start", "end", "replacement", "rule", "reason"]):
        edits[doc].append(Edit(*edit))
    sources = _rows(documents, ["doc", "text"])
    return _by_doc({doc: apply(source, sorted(edits[doc]), 0) for doc, source in sources})


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

    Raises
    ------
    clusterlib.problems.InputError
        If ``documents`` breaks its contract.

    Examples
    --------
    >>> import clusterlib as cl
    >>> text(cl.load.documents())["nl"].splitlines()[0][:40]
    'Clusterregisseurs gaan regionaal verduur'
    """
    return _by_doc({doc: cleaned.text for doc, *_, cleaned in _clean_each(documents)})


def spans(documents: pd.DataFrame) -> pd.DataFrame:
    """Say of every character of the sources what became of it.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it.

    Returns
    -------
    pandas.DataFrame
        Per text, spans that follow one another from 0 to its length: doc,
        start, end, and fate: the kind of a passage (headline, body, caption),
        ``removed``, or ``layout`` (blanks between lines and sentences).

    Raises
    ------
    clusterlib.problems.InputError
        If ``documents`` breaks its contract.

    Examples
    --------
    >>> import clusterlib as cl
    >>> table = spans(cl.load.documents())
    >>> sorted(table["fate"].unique())
    ['body', 'caption', 'headline', 'layout', 'removed']
    """
    rows = []
    for doc, _, source, cleaned in _clean_each(documents):
        fates = [(one.start, one.end, str(one.kind)) for one in cleaned.sentences]
        removals = [edit for edit in cleaned.edits if edit.rule not in REPAIRS]
        fates += [(edit.start, edit.end, "removed") for edit in removals]
        position = 0
        for start, end, fate in [*sorted(fates), (len(source), len(source), "layout")]:
            if position < start:
                rows.append((doc, position, start, "layout"))
            if start < end:
                rows.append((doc, start, end, fate))
            position = max(position, end)
    return _table(rows, ["doc", "start", "end", "fate"])


def _own_languages(source: str, lang: str, sentences: Sequence[Sentence]) -> list[str]:
    """Return the language of each sentence, in the light of its paragraph."""
    paragraphs: list[list[str]] = []
    for place, one in enumerate(sentences):
        if not place or "\n" in source[sentences[place - 1].end : one.start]:
            paragraphs.append([])
        paragraphs[-1].append(one.text)
    others = [other for paragraph in paragraphs for other in identify_others(paragraph, lang)]
    return settle([one.text for one in sentences], others, lang)


def _clean_each(documents: pd.DataFrame) -> Iterator[tuple[str, str, str, Cleaned]]:
    """Yield the name, language, source and cleaned form of each text, in the order of names."""
    schema.check(documents, "texts")
    for doc, lang, source in _rows(documents.sort_values("doc"), ["doc", "lang", "text"]):
        yield doc, lang, source, clean_text(source, lang)


def _rows(table: pd.DataFrame, columns: list[str]) -> list[Any]:
    return table[columns].astype(object).to_numpy().tolist()


def _table(rows: Sequence[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    types = {name: WHOLE.get(name, "str") for name in columns}
    return pd.DataFrame(rows, columns=columns).astype(types)


def _by_doc(texts: dict[str, str]) -> pd.Series:
    return pd.Series(texts, name="text", dtype="str").rename_axis("doc").sort_index()
