"""Facts with their place in the source: who is named, when, how much.

Numbers are read in 28 languages from tables of words and Unicode's locale data;
names from a table that the analyst keeps. Nothing is looked up elsewhere.
"""

import pandas as pd

from clusterlib import clean, schema
from clusterlib.facts.find import facts_of

__all__ = ["find"]

COLUMNS = (
    "doc passage kind value value_end unit unit_english approximate hedge start end quote"
).split()
TYPES = {"approximate": "bool", "start": "int64", "end": "int64"}


def find(documents: pd.DataFrame, passages: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find dates, periods, quantities, percentages and money in the running text.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.
    passages : pandas.DataFrame, optional
        The running text: as `clusterlib.clean.passages` returns it, which is
        asked where nothing is given. Facts outside passages are left out, and
        with them the dates of publication that a page states of itself.

    Returns
    -------
    pandas.DataFrame
        One row a fact, in text order: doc, passage, kind (date, month, quarter,
        year, period, quantity, percentage or money), value and value_end,
        unit, unit_english, approximate, hedge, start, end (code points of the
        source) and quote, which is ``text[start:end]``.

    Raises
    ------
    clusterlib.schema.TableError
        If ``documents`` or ``passages`` breaks its contract.

    Notes
    -----
    Values are strings: ``2022-03-30``, ``2023-04``, ``2024-Q2``, ``1988``; a day
    whose year is not said is ``--05-23``. Numbers are plain, with million and
    the like multiplied out. ``value_end`` is empty unless there is a range; a
    range of time is a period, and so are half a year (its first and its last
    month) and a decade. The unit of a quantity is the noun that is counted, as
    it stands in the text, or the physical unit; of money the ISO code of the
    currency; of a percentage ``%``. ``unit_english`` is empty where the noun is
    not in the table. ``hedge`` has the words that make a value approximate;
    they belong to the quote. "One", ordinals, numbers in names and numbers that
    count nothing are no facts.

    Examples
    --------
    >>> import clusterlib as cl
    >>> found = find(cl.load.documents())
    >>> found.loc[found["doc"] == "fr", ["value", "unit", "hedge", "quote"]]
       value         unit    hedge                       quote
    ... 300  entreprises  Près de  Près de 300  entreprises
    """
    schema.check(documents, "texts")
    rows = []
    table = documents.sort_values("doc")[["doc", "lang", "text"]].astype(object)
    found = {doc: facts_of(text, lang) for doc, lang, text in table.to_numpy().tolist()}
    told = documents[documents["doc"].isin([doc for doc in found if found[doc]])]
    if passages is None:
        passages = clean.passages(told)
    else:
        schema.check(passages, "passages")
    texts = dict(zip(documents["doc"], documents["text"], strict=True))
    for doc, facts in found.items():
        own = passages[passages["doc"] == doc].sort_values("start")
        places = own[["passage", "start", "end"]].astype(object).to_numpy().tolist()
        for start, end, fact in facts:
            name = next((name for name, first, last in places if first <= start < last), None)
            if name is None:
                continue
            rows.append(
                (
                    doc, name, fact.kind, fact.value, fact.value_end, fact.unit,
                    fact.unit_english, bool(fact.hedge), fact.hedge, start, end, texts[doc][start:end],
                )
            )
    types = {name: TYPES.get(name, "str") for name in COLUMNS}
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)
