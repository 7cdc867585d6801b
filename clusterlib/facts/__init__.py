"""Facts with their place in the source: who is named, when, how much.

In come documents (and their passages, which say what is running text); out come tables: `find`
gives dates and amounts, `dated` their days, `mentions` the actors of a table, `candidates` what
may be actors. Amounts are read in `amounts`, points in time in `dates`, their numbers in `numbers`,
in 28 languages from a lexicon and Unicode's locale data. Nothing is looked up elsewhere.

To add a column to the facts, name it in `FactRow`, fill it where `find` makes the row, and promise
it with its meaning in the contract of facts in the schema; then `make refresh`, since notebook 09
shows how many columns there are.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from clusterlib import clean, schema
from clusterlib.clean.layout import find_named_cells
from clusterlib.facts.actors import check_actors, extract_candidates, find_aliases, select_aliases
from clusterlib.facts.amounts import read_amount
from clusterlib.facts.dates import IMPOSSIBLE, find_days, read_time
from clusterlib.facts.lexicon import (
    Fact,
    Tokens,
    load_lexicon,
    select_longest,
    split_scale_words,
    tokenize,
)
from clusterlib.facts.numbers import split_numeral
from clusterlib.load.languages import is_covered
from clusterlib.spelling import mend

__all__ = ["candidates", "dated", "find", "mentions"]

MENTIONS = "doc passage actor type helix start end quote".split()
CANDIDATES = "candidate lang reason expansion count doc start end quote".split()
DATED = "doc passage kind when first last quote".split()
TIMES = ("date", "month", "quarter", "year", "period")
# The roles that a fact may begin with.
OPENING = frozenset(
    "number fraction one both approx minus currency hedge hedgecount circa circaround circatime "
    "between from ordinal quarter half halfnamed month decadebefore symbol quarterletter "
    "halfletter roman".split()
)
# A cell of a table that holds only a number; what stands in brackets in the name of its column.
NUMBER = re.compile(r"[-–−+]?\d[\d.,\s'’]*")
BRACKETS = re.compile(r"[()\[\],]| in ")
# A row of a table in a file of another kind is read as an item of a list, "- Ash: 31 000; …".
ITEM = re.compile(r"^[-•*] (.+)$", re.MULTILINE)
NAMED_CELL = re.compile(r"[^;]+")
# So many numbers and signs in a row without a word are a table, not a sentence.
MOST_WORDLESS = 24
# The number of a footnote after a number or a word, and not that of a power: m², 10⁶.
NOTE = re.compile(r"(?:(?<=\d)(?<!\b10)|(?<=[^\W\d_]{4}))[⁰¹²³⁴-⁹]+(?!\w)")


class FactRow(NamedTuple):
    """A row of the table of facts, made in `find`; the contract says what may stand in it."""

    doc: str
    passage: str
    kind: str
    value: str
    value_end: str
    unit: str
    unit_english: str
    approximate: bool
    hedge: str
    start: int
    end: int
    quote: str


# What a column holds; those that are not here are strings.
TYPES: dict[str, type] = {**FactRow.__annotations__, "count": int}


def find(documents: pd.DataFrame, passages: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find dates, periods, quantities, percentages and money in the running text.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.
    passages : pandas.DataFrame, optional
        The running text, as `clusterlib.clean.passages` returns it; by default that of the
        documents. Facts outside passages are left out, and with them the dates of publication that
        a page states of itself. Passages of another language than their text are read in theirs.

    Returns
    -------
    pandas.DataFrame
        One row a fact, in text order: doc, passage, kind (date, month, quarter, year, period,
        quantity, percentage or money), value and value_end, unit, unit_english, approximate, hedge,
        start, end (code points of the source) and quote, which is ``text[start:end]``.

    Raises
    ------
    clusterlib.problems.InputError
        If ``documents`` or ``passages`` breaks its contract.

    Notes
    -----
    Values are strings: ``2022-03-30``, ``2023-04``, ``2024-Q2``, ``1988``; a day whose year is not
    said is ``--05-23``. Numbers are plain, with million and the like multiplied out. ``value_end``
    is empty unless there is a range; a range of time is a period, and so are half a year (its first
    and its last month) and a decade. The unit of a quantity is the noun that is counted, as it
    stands in the text, or the physical unit; of money the ISO code of the currency; of a percentage
    ``%``. ``unit_english`` is empty where the noun is not English and not in the table. ``hedge``
    has the words that make a value approximate; they belong to the quote. "One", ordinals,
    fractions, numbers in names and numbers that count nothing are no facts.

    Examples
    --------
    >>> import clusterlib as cl
    >>> facts = find(cl.load.documents())
    >>> facts.loc[facts["doc"] == "fr", ["value", "unit", "hedge"]]
       value         unit    hedge
    14   300  entreprises  Près de
    """
    schema.check(documents, "texts")
    rows = []
    for doc, lang, text in _texts(documents):
        rows += _rows(doc, text, lang, 0, len(text)) if is_covered(lang) else []
    if passages is None:
        # Cleaning takes longer than finding: texts without facts or digits are spared it.
        with_facts = documents["doc"].isin({row.doc for row in rows})
        documents = documents[with_facts | documents["text"].str.contains(r"\d")]
    running = _running(documents, passages)
    table = _table(_in_own_languages(rows, documents, running), FactRow._fields)
    return schema.check(_inside(table, running), "facts")


def mentions(
    documents: pd.DataFrame, actors: pd.DataFrame, passages: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find where the actors of a table are named in the running text.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.
    actors : pandas.DataFrame
        actor (its id), name, type (public authority, agency, industry body, cluster, firm,
        research, programme, person or place) and aliases (``a | b``: every form that occurs,
        inflected ones too). With a column lang, aliases count in texts of that language only;
        without one called helix, it follows from the type.
    passages : pandas.DataFrame, optional
        As for `find`.

    Returns
    -------
    pandas.DataFrame
        One row a mention, in text order: doc, passage, actor, type, helix, start, end and quote.

    Raises
    ------
    clusterlib.problems.InputError
        With all faults of a table: columns that are missing, actors named twice, unknown types,
        empty aliases, an alias of two actors.

    Notes
    -----
    Aliases match whole words in the case they are written in; of aliases that overlap the longest
    counts. A star at either end of an alias lets the word go on there: ``Innovasjon Norge*`` is
    found in "Innovasjon NorgeSiva".

    Examples
    --------
    >>> import clusterlib as cl
    >>> actors = pd.read_csv(cl.load.seeds() / "actors.csv")
    >>> table = mentions(cl.load.documents(), actors)
    >>> table["actor"].value_counts().idxmax()
    'cluster-elektromobilitaet-sued-west'
    """
    schema.check(documents, "texts")
    actors = check_actors(actors)
    kinds = dict(zip(actors["actor"], actors[["type", "helix"]].to_numpy().tolist(), strict=True))
    aliases = {lang: select_aliases(actors, lang) for lang in documents["lang"].unique()}
    rows = [
        (doc, "", actor, *kinds[actor], start, end, text[start:end])
        for doc, lang, text in _texts(documents)
        for start, end, actor in find_aliases(mend(text, lang), aliases[lang])
    ]
    table = _inside(_table(rows, MENTIONS), _running(documents, passages))
    return schema.check(table, "mentions")


def candidates(documents: pd.DataFrame, passages: pd.DataFrame | None = None) -> pd.DataFrame:
    """List what may be names, for an analyst to confirm and put into a table of actors.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.
    passages : pandas.DataFrame, optional
        As for `find`.

    Returns
    -------
    pandas.DataFrame
        One row a candidate and language, the most frequent first: candidate, lang, reason
        (capitals, acronym or other script), expansion (of an acronym, if the text spells it out),
        count, and its first place: doc, start, end and quote.

    Raises
    ------
    clusterlib.problems.InputError
        If columns are missing.

    Notes
    -----
    German writes every noun with a capital: there a single one is no candidate.

    Examples
    --------
    >>> import clusterlib as cl
    >>> table = candidates(cl.load.documents())
    >>> table.loc[table["candidate"] == "DSH", "expansion"].item()
    'Data Safe House'
    """
    schema.check(documents, "texts")
    rows = []
    for doc, lang, text in _texts(documents):
        for start, end, reason, expansion in extract_candidates(mend(text, lang), lang):
            quote = text[start:end]
            name = " ".join(quote.split())
            rows.append((name, lang, reason, expansion, 1, doc, start, end, quote))
    table = _inside(_table(rows, CANDIDATES), _running(documents, passages))
    # The first place that spells an acronym out does so for all.
    table["expansion"] = table["expansion"].where(table["expansion"] != "")
    names = table.groupby(["candidate", "lang"])
    table["count"] = names["count"].transform("sum")
    table["expansion"] = names["expansion"].transform("first").fillna("").astype(str)
    return table.drop_duplicates(["candidate", "lang"]).sort_values(
        ["count", "lang", "candidate"], ascending=[False, True, True], ignore_index=True
    )


def dated(facts: pd.DataFrame) -> pd.DataFrame:
    """Place the facts of time on the calendar.

    Parameters
    ----------
    facts : pandas.DataFrame
        As `find` returns it.

    Returns
    -------
    pandas.DataFrame
        One row a fact of time whose year is given, by doc and time: doc, passage, kind, when
        (value, or both values), first and last (days, ISO) and quote.

    Examples
    --------
    >>> import clusterlib as cl
    >>> table = dated(find(cl.load.documents()))
    >>> table.loc[table["doc"] == "nl", ["when", "first", "last"]]
          when       first        last
    7  2024-Q2  2024-04-01  2024-06-30
    8     2030  2030-01-01  2030-12-31
    """
    rows = []
    columns = ["doc", "passage", "kind", "value", "value_end", "quote"]
    times = facts.loc[facts["kind"].isin(TIMES), columns].astype(object).to_numpy().tolist()
    for doc, passage, kind, low, high, quote in times:
        first, last = find_days(low), find_days(high or low)
        if first and last:
            when = f"{low} – {high}" if high else low
            rows.append((doc, passage, kind, when, first[0], last[1], quote))
    order = ["doc", "first", "last", "passage"]
    return _table(rows, DATED).sort_values(order, ignore_index=True)


def extract_facts(text: str, lang: str) -> list[tuple[int, int, Fact]]:
    """Return the facts of a text, in order, each with its start and end there."""
    lexicon = load_lexicon(lang)
    read = NOTE.sub(lambda note: " " * len(note[0]), mend(text, lang))
    tokens = Tokens(split_scale_words(tokenize(read), lexicon), lexicon)
    readings: list[Fact] = []
    wordless = 0
    for place in range(tokens.size):
        wordless = 0 if tokens[place].kind == "word" else wordless + 1
        if wordless > MOST_WORDLESS:
            continue
        # Elsewhere it is not worth reading on.
        opens = tokens[place].kind == "number" or not OPENING.isdisjoint(tokens.options[place])
        if opens or split_numeral(tokens[place].low, lexicon.lang) is not None:
            pair = read_time(tokens, place), read_amount(tokens, place)
            readings += [fact for fact in pair if fact]
    facts = [readings[index] for index in select_longest([fact[2:4] for fact in readings])]
    names = {
        (token.low, after.low)
        for token, after in itertools.pairwise(tokens[: tokens.size])
        if token.kind == "word" and token.text[0].isupper() and not token.first
    }
    return [
        (tokens[fact.start].start, tokens[fact.end - 1].end, fact)
        for fact in facts
        if fact.kind != IMPOSSIBLE and not _is_named(tokens, fact, names)
    ]


def _with_tables(
    facts: list[tuple[int, int, Fact]], text: str, lang: str
) -> list[tuple[int, int, Fact]]:
    """Add the numbers in cells of tables that the names of their columns make amounts."""
    taken = {start for start, _, _ in facts}
    more = []
    for start, end, name in itertools.chain(find_named_cells(text, lang), _listed_cells(text)):
        cell = text[start:end]
        if start in taken or not NUMBER.fullmatch(cell):
            continue
        head, *units = [part.strip() for part in BRACKETS.split(name) if part.strip()]
        for unit in (*units, head, head[:1].lower() + head[1:]):
            amounts = extract_facts(f"{cell} {unit}", lang)
            if amounts and amounts[0][0] == 0 and amounts[0][2].unit_english:
                more.append((start, end, amounts[0][2]))
                break
    return sorted([*facts, *more], key=lambda fact: fact[:2]) if more else facts


def _listed_cells(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start and end of what has a name before it in an item of a list, and that name."""
    for item in ITEM.finditer(text):
        for cell in NAMED_CELL.finditer(text, *item.span(1)):
            name, colon, value = cell[0].rstrip().partition(": ")
            if colon:
                end = cell.start() + len(cell[0].rstrip())
                yield end - len(value), end, name.strip()


def _rows(doc: str, text: str, lang: str, start: int, end: int) -> list[FactRow]:
    """Return the facts of a part of a text, read in a language."""
    part = text[start:end]
    rows = []
    for first, last, fact in _with_tables(extract_facts(part, lang), part, lang):
        unit_english = fact.unit_english or fact.unit * (lang.split("-")[0] == "en")
        values = fact.kind, fact.value, fact.value_end, fact.unit, unit_english
        place = start + first, start + last, part[first:last]
        rows.append(FactRow(doc, "", *values, bool(fact.hedge), fact.hedge, *place))
    return rows


def _in_own_languages(
    rows: list[FactRow], documents: pd.DataFrame, passages: pd.DataFrame
) -> list[FactRow]:
    """Read passages of another language than their text once more, in theirs."""
    langs = documents.set_index("doc")["lang"]
    if (passages["doc"].map(langs) == passages["lang"]).all():
        return rows
    texts = {doc: (lang, text) for doc, lang, text in _texts(documents)}
    columns = ["doc", "lang", "start", "end"]
    order = passages.sort_values(["doc", "start"])[columns].astype(object).to_numpy().tolist()
    others: dict[str, list[tuple[int, int]]] = {}
    more = []
    for (doc, lang), group in itertools.groupby(order, key=lambda row: row[:2]):
        spans = [(start, end) for _, _, start, end in group]
        if doc not in texts or lang == texts[doc][0] or not is_covered(lang):
            continue
        start, end = spans[0][0], max(end for _, end in spans)
        others.setdefault(doc, []).append((start, end))
        more += _rows(doc, texts[doc][1], lang, start, end)
    kept = [
        row
        for row in rows
        if not any(start <= row.start < end for start, end in others.get(row.doc, ()))
    ]
    return [*kept, *more]


def _is_named(tokens: Tokens, fact: Fact, names: set[tuple[str, str]]) -> bool:
    """Tell whether a number in words is part of a name elsewhere in the text."""
    token, after = tokens[fact.start], tokens[fact.start + 1]
    if fact.kind != "quantity" or token.kind != "word" or not token.text[0].isupper():
        return False
    return fact.end > fact.start + 1 and (token.low, after.low) in names


def _texts(documents: pd.DataFrame) -> list[tuple[str, str, str]]:
    table = documents.sort_values("doc")[["doc", "lang", "text"]].astype(object)
    return [(doc, lang, text) for doc, lang, text in table.to_numpy().tolist()]


def _running(documents: pd.DataFrame, passages: pd.DataFrame | None) -> pd.DataFrame:
    return clean.passages(documents) if passages is None else schema.check(passages, "passages")


def _inside(table: pd.DataFrame, running: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that begin in a passage, in text order, with its name if they have one."""
    spans = running[["doc", "start", "end", "passage"]].sort_values(["start", "end", "passage"])
    spans = spans.rename(columns={"end": "last", "passage": "inside"})
    rows = pd.merge_asof(table.sort_values("start"), spans, on="start", by="doc")
    rows = rows[rows["start"] < rows["last"]].sort_values(["doc", "start"], ignore_index=True)
    if "passage" in table:
        rows["passage"] = rows["inside"]
    return rows[table.columns.tolist()]


def _table(rows: Sequence[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    types = {name: TYPES.get(name, str) for name in columns}
    return pd.DataFrame(rows, columns=list(columns)).astype(types)
