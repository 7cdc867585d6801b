"""Clean texts: repair, drop what is not text, and split into passages, with a ledger of it all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from clusterlib import dates, phrases, schema
from clusterlib.clean.blocks import blocks
from clusterlib.clean.boilerplate import Kind, judge
from clusterlib.clean.repair import Block, Edit, apply
from clusterlib.clean.sentences import split

__all__ = ["ledger", "passages", "replay", "text"]

# A sentence of so many words that stands twice in a text is a lead and its repetition.
REPEAT_WORDS = 5


@dataclass(frozen=True)
class Sentence:
    """A kept sentence: its kind, its text after repair, and its place in the source."""

    kind: Kind
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Cleaned:
    """A text's kept sentences, the edits that lead to the cleaned text, and that text."""

    sentences: list[Sentence]
    edits: list[Edit]
    text: str


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
    """List every removal and every repair.

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
    'Bulgarian\\xa0 English'
    """
    sources = dict(zip(documents["doc"], documents["text"], strict=True))
    rows = [
        (doc, edit.rule, edit.start, edit.end, sources[doc][edit.start : edit.end], edit.new)
        + (edit.reason,)
        for doc, _, cleaned in _cleaned(documents)
        for edit in cleaned.edits
    ]
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
    changes = {doc: rows for doc, rows in ledger.groupby("doc")}
    found = {}
    for row in documents.itertuples():
        edits = tuple(
            Edit(change.start, change.end, change.replacement, change.rule, change.reason)
            for change in (changes[row.doc].itertuples() if row.doc in changes else ())
        )
        found[row.doc] = apply(str(row.text), edits, 0)
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
    for row in documents.sort_values("doc").itertuples():
        yield str(row.doc), str(row.lang), _clean(str(row.text), str(row.lang))


def _clean(source: str, lang: str) -> Cleaned:
    """Clean one text."""
    sentences: list[Sentence] = []
    edits: list[Edit] = []
    parts: list[str] = []
    seen: set[str] = set()
    position = 0
    found = blocks(source)
    for block, verdict in zip(found, judge([block.text for block in found], lang), strict=True):
        parts.append(source[position : block.start])
        position = block.end
        if verdict.kind is None:
            edits.append(Edit(block.start, block.end, "", verdict.rule, verdict.reason))
            continue
        kept, cuts = _divide(block, verdict.kind, lang, seen)
        sentences += kept
        edits += _combined(block, cuts)
        parts.append(apply(block.text, cuts, 0))
    return Cleaned(sentences, edits, "".join([*parts, source[position:]]))


def _divide(
    block: Block, kind: Kind, lang: str, seen: set[str]
) -> tuple[list[Sentence], list[Edit]]:
    """Divide a block into sentences; return those kept, and the cuts that drop the rest.

    Cuts are places in the repaired text. ``seen`` grows by the sentences kept.
    """
    cuts = []
    begin = 0
    if (date := dates.stated(block.text, lang)) and not date.alone:
        begin = len(block.text) - len(block.text[date.end :].lstrip(" :-–"))
        cuts.append(Edit(0, begin, "", "metadata", "date before a headline"))
    starts = [(begin + start, begin + end) for start, end in split(block.text[begin:], lang)]
    kept = []
    for index, (start, end) in enumerate(starts):
        sentence = block.text[start:end]
        key = phrases.fold(sentence)
        if key in seen and len(key.split()) >= REPEAT_WORDS:
            following = starts[index + 1][0] if index + 1 < len(starts) else len(block.text)
            cuts.append(Edit(start, following, "", "repeat", "repeats an earlier sentence"))
            continue
        seen.add(key)
        kept.append(Sentence(kind, *block.source(start, end), sentence))
    return kept, cuts


def _combined(block: Block, cuts: list[Edit]) -> list[Edit]:
    """Return the block's repairs outside the cuts, and the cuts, as edits of the source."""
    removals = [replace(cut, **block.place_of_cut(cut.start, cut.end)) for cut in cuts]
    repairs = [
        edit
        for edit in block.edits
        if not any(cut.start <= edit.start and edit.end <= cut.end for cut in removals)
    ]
    return sorted([*repairs, *removals])


def _table(rows: list[tuple[object, ...]], columns: list[str], whole: list[str]) -> pd.DataFrame:
    """Make a table of strings and whole numbers, typed even if it is empty."""
    types = {name: "int64" if name in whole else "str" for name in columns}
    return pd.DataFrame(rows, columns=columns).astype(types)
