"""What a claim rests on in the tables of a study, and how a sentence words numbers and lists.

Where a number is from: `fact` looks in the table that `clusterlib.facts.find` makes, `named` in
that of `clusterlib.facts.mentions` for the actors of ``seeds/actors.csv``, `cell` in
``seeds/grid.csv``; `coded`, `counted` and `by_text` in the codes, which are ``seeds/coding.csv``
by reader, and else of `clusterlib.codes.apply`.
"""

import datetime
import functools
import re
from collections.abc import Iterable

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from clusterlib.claims.claim import EvidenceIndex
from clusterlib.compare.grid import NOT_STATED
from clusterlib.compare.study import MissingError, Study
from clusterlib.load.languages import locale_of

# Columns of a quotation.
QUOTATION = ["doc", "start", "end", "quote", "strength"]


@functools.lru_cache(maxsize=4)
def index_of(study: Study) -> EvidenceIndex:
    """Return the texts and passages of a study, to quote from."""
    return EvidenceIndex({"documents": study.documents, "passages": study.passages})


def quote(study: Study, doc: str, *words: str) -> pd.DataFrame:
    """Find quotations in the running text of a document.

    Parameters
    ----------
    study, doc, *words
        The study, one of its documents, and words as they stand there; white space may differ.

    Returns
    -------
    pandas.DataFrame
        doc, start, end, quote and strength, a row a quotation.

    Raises
    ------
    clusterlib.compare.study.MissingError
        If words do not stand in the document, or more than once.

    Examples
    --------
    >>> import clusterlib as cl
    >>> study = cl.study.of(cl.load.documents())
    >>> quote(study, "nl", "ruim 90%")[["start", "end", "quote"]].values.tolist()
    [[1482, 1490, 'ruim 90%']]
    """
    text = index_of(study).texts.get(doc, "")
    spans = [span[:2] for span in index_of(study).spans.get(doc, [])]
    rows, faults = [], []
    for part in words:
        pattern = r"\s+".join(map(re.escape, part.split()))
        places = [
            match.span()
            for match in re.finditer(pattern, text)
            if any(start <= match.start() < end for start, end in spans)
        ]
        if len(places) == 1:
            rows.append((doc, *places[0], text[slice(*places[0])], "stated"))
        else:
            faults.append(f"“{part}” stands {len(places)} times in {doc!r}, expected once")
    if faults:
        raise MissingError("; ".join(faults))
    return pd.DataFrame(rows, columns=QUOTATION)


def fact(study: Study, doc: str, kind: str, **values: object) -> pd.Series:
    """Find the one fact of a document that has these values.

    Parameters
    ----------
    study, doc, kind, **values
        The study, one of its documents, the kind of fact, and other columns of the facts, such as
        ``unit_english="companies"``.

    Returns
    -------
    pandas.Series

    Raises
    ------
    clusterlib.compare.study.MissingError
        If there is none, or more than one.

    Examples
    --------
    >>> import clusterlib as cl
    >>> fact(cl.study.of(cl.load.documents()), "nb", "money")[["value", "unit"]].tolist()
    ['165000000', 'NOK']
    """
    rows = _select(study.facts, doc=doc, kind=kind, **values)
    if len(rows) != 1:
        which = ", ".join(f"{name}={value!r}" for name, value in values.items())
        raise MissingError(f"{len(rows)} facts of kind {kind!r} {which} in {doc!r}, expected one")
    return rows.iloc[0]


def named(study: Study, doc: str | None = None, **values: object) -> pd.DataFrame:
    """Find where actors with these values are named first.

    Parameters
    ----------
    study, doc, **values
        The study, one of its documents (by default all), and columns of the mentions, such as
        ``type="firm"``; a list means any of them.

    Returns
    -------
    pandas.DataFrame
        The first mention of each actor in each document; empty if there is none.

    Examples
    --------
    >>> import clusterlib as cl
    >>> named(cl.study.of(cl.load.documents()), "fr", type="person")["english"].tolist()
    ['Alain Rousset', 'Florence Lambert', 'Bruno Lechevin']
    """
    mentions = study.mentions if doc is None else _select(study.mentions, doc=doc)
    return _select(mentions, **values).drop_duplicates(["doc", "actor"])


def coded(study: Study, doc: str, code: str) -> pd.DataFrame:
    """Find the passages of a document that have a code, by the reading if the study is by reader.

    Parameters
    ----------
    study, doc, code
        The study, one of its documents, and the code.

    Returns
    -------
    pandas.DataFrame
        doc, passage, start, end, quote and strength: ``"counted"``, or ``"doubtful"`` if the code
        is not to be relied on or nobody has checked.

    Examples
    --------
    >>> import clusterlib as cl
    >>> rows = coded(cl.study.of(cl.load.documents()), "de", "event-visit")
    >>> rows[["passage", "strength"]].head(1).values.tolist()
    [['de-001', 'counted']]
    """
    rows = _select(study.codes, doc=doc, code=code, coded=True)
    strength = "counted" if "relied_on" in rows and rows["relied_on"].all() else "doubtful"
    return index_of(study).quote_passages(rows["passage"], strength)


def counted(study: Study, doc: str, code: str) -> str:
    """Say how many passages of a document carry a code.

    >>> import clusterlib as cl
    >>> counted(cl.study.of(cl.load.documents(), by_reader=True), "fr", "storage")
    'five of 20 passages'
    """
    given = _select(study.codes, doc=doc, code=code)["coded"]
    return f"{number(int(given.sum()))} of {number(len(given))} passages"


def by_text(study: Study, code: str) -> "pd.Series[int]":
    """Count the passages with a code in each text that has any.

    >>> import clusterlib as cl
    >>> by_text(cl.study.of(cl.load.documents(), by_reader=True), "storage").to_dict()
    {'de': 6, 'fr': 5}
    """
    return _select(study.codes, code=code, coded=True).groupby("doc").size()


def cell(study: Study, doc: str, attribute: str) -> pd.DataFrame:
    """Find the words that a cell of the grid rests on.

    Parameters
    ----------
    study, doc, attribute
        The study, one of its documents, and the row of the grid.

    Returns
    -------
    pandas.DataFrame
        As `quote` returns it, one row.

    Raises
    ------
    clusterlib.compare.study.MissingError
        If the grid has no such cell, the cell says that nothing is stated, or its words are not in
        the text any more.

    Examples
    --------
    >>> import clusterlib as cl
    >>> cell(cl.study.of(cl.load.documents()), "nb", "money")["quote"].tolist()
    ['ca 165 millioner kroner i 2016']
    """
    rows = _select(study.grid, doc=doc, attribute=attribute)
    words = rows["quote"].iloc[0] if len(rows) else ""
    if not words:
        raise MissingError(f"the grid does not state {attribute!r} of {doc!r}")
    text, start = index_of(study).texts.get(doc, ""), int(rows["start"].iloc[0])
    if text.startswith(words, start):
        return pd.DataFrame([(doc, start, start + len(words), words, "stated")], columns=QUOTATION)
    return quote(study, doc, words)


def unstated(study: Study, attribute: str) -> list[str]:
    """List the texts that the grid says nothing of in an attribute, sorted.

    >>> import clusterlib as cl
    >>> unstated(cl.study.of(cl.load.documents()), "governance")
    ['bg', 'fr', 'nb']
    """
    return sorted(_select(study.grid, attribute=attribute, value=NOT_STATED)["doc"])


def _select(table: pd.DataFrame, /, **values: object) -> pd.DataFrame:
    """Return the rows that have these values, or one of them where several are given."""
    for name, value in values.items():
        table = table[table[name].isin(value if isinstance(value, list) else [value])]
    return table


AMOUNTS = ("money", "percentage", "quantity")
SMALL = "no one two three four five six seven eight nine ten eleven twelve".split()


def number(value: float | str) -> str:
    """Write a number: small ones in words, millions as such, the others in digits.

    >>> [number(value) for value in (3, "30", "14.5", "165000000")]
    ['three', '30', '14.5', '165 million']
    """
    amount = float(value)
    if amount in range(len(SMALL)):
        return SMALL[int(amount)]
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(amount) >= size:
            return f"{round(amount / size, 2):g} {word}"
    return f"{amount:g}" if abs(amount) < 10_000 else f"{amount:,.0f}"


def listed(items: Iterable[str]) -> str:
    """Join words: ``a, b and c``.

    >>> listed(["networks", "production", "storage"])
    'networks, production and storage'
    """
    return str(format_list(list(items), locale="en_GB"))


def day(value: str) -> str:
    """Write a point in time as facts have it: a day, month, quarter or year.

    >>> [day(value) for value in ("2022-03-30", "2023-04", "2024-Q2", "1988")]
    ['30 March 2022', 'April 2023', 'the second quarter of 2024', '1988']
    """
    year, _, rest = value.partition("-")
    if rest.startswith("Q"):
        return f"the {('first', 'second', 'third', 'fourth')[int(rest[1]) - 1]} quarter of {year}"
    if not rest:
        return year
    pattern = "d MMMM y" if "-" in rest else "MMMM y"
    date = datetime.date.fromisoformat(value if "-" in rest else f"{value}-01")
    return str(format_date(date, pattern, locale="en_GB"))


def times(count: int, noun: str, many: str = "") -> str:
    """Count things."""
    amount = number(count) if count in range(len(SMALL)) else f"{count:,}"
    return f"{amount} {noun if count == 1 else many or noun + 's'}"


def part_of(count: int, total: int, noun: str, many: str = "") -> str:
    """Say how many of how many, both in words or both in digits.

    >>> part_of(12, 12, "text"), part_of(3, 300, "text")
    ('twelve of twelve texts', '3 of 300 texts')
    """
    amount = number(count) if total in range(len(SMALL)) else f"{count:,}"
    return f"{amount} of {times(total, noun, many)}"


def value(kind: str, low: str, high: str, unit: str, hedge: str) -> str:
    """Write the value of a fact."""
    write = _digits if kind in AMOUNTS else _moment
    text = " to ".join(write(end) for end in (low, high) if end)
    text += " per cent" if kind == "percentage" else f" {unit}" if unit else ""
    return f"{text} (in the text: “{hedge}”)" if hedge else text


def _digits(amount: str) -> str:
    """Write a number as one writes it before a unit: small ones in digits as well."""
    return f"{float(amount):g}" if abs(float(amount)) < len(SMALL) else number(amount)


def _moment(point: str) -> str:
    """Write a point in time, which may be a day without its year."""
    # 2000 has a 29th of February.
    return day(f"2000{point[1:]}").removesuffix(" 2000") if point.startswith("--") else day(point)


def language(code: str) -> str:
    """Return the English name of a language."""
    known = locale_of(code)
    return (known and known.get_display_name("en")) or code


def country(code: str) -> str:
    """Return the English name of a country."""
    return str(Locale("en").territories.get(code.upper(), code))
