"""Facts with their place in the source: who is named, when, how much.

Numbers are read in 28 languages from tables of words and Unicode's locale data;
names from a table that the analyst keeps. Nothing is looked up elsewhere.
"""

import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence

import pandas as pd

from clusterlib import clean, schema
from clusterlib.facts import actors as table_of_actors
from clusterlib.facts.candidates import candidates_of
from clusterlib.facts.dated import place_in_time
from clusterlib.facts.find import facts_of

__all__ = ["candidates", "dated", "find", "mentions"]

FACTS = (
    "doc passage kind value value_end unit unit_english approximate hedge start end quote"
).split()
MENTIONS = "doc passage actor type helix start end quote".split()
CANDIDATES = "candidate lang reason expansion count doc start end quote".split()
TYPES = {"approximate": "bool", "start": "int64", "end": "int64", "count": "int64"}


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
    clusterlib.problems.InputError
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
    they belong to the quote. "One", ordinals, fractions, numbers in names and
    numbers that count nothing are no facts.

    Examples
    --------
    >>> import clusterlib as cl
    >>> found = find(cl.load.documents())
    >>> found.loc[found["doc"] == "fr", ["value", "unit", "hedge"]]
       value         unit    hedge
    14   300  entreprises  Près de
    """
    schema.check(documents, "texts")
    texts = _texts(documents)
    found = {doc: facts_of(text, lang) for doc, lang, text in texts}
    # Cleaning takes longer than finding: texts without facts are spared it.
    places = _places(
        documents[documents["doc"].isin([doc for doc in found if found[doc]])], passages
    )
    rows = []
    for doc, _, text in texts:
        for start, end, fact in found[doc]:
            if name := places(doc, start):
                told = (fact.kind, fact.value, fact.value_end, fact.unit, fact.unit_english)
                hedge = bool(fact.hedge), fact.hedge
                rows.append((doc, name, *told, *hedge, start, end, text[start:end]))
    return schema.check(_table(rows, FACTS), "facts")


def mentions(
    documents: pd.DataFrame, actors: pd.DataFrame, passages: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find where the actors of a table are named in the running text.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it; needs doc, lang and text.
    actors : pandas.DataFrame
        actor (its id), name, type (public authority, agency, industry body,
        cluster, firm, research, programme, person or place) and aliases
        (``a | b``: every form that occurs, inflected ones too). If there is a
        column lang, aliases count in texts of that language only; if there is
        none called helix, it follows from the type.
    passages : pandas.DataFrame, optional
        As for `find`.

    Returns
    -------
    pandas.DataFrame
        One row a mention, in text order: doc, passage, actor, type, helix,
        start, end and quote.

    Raises
    ------
    clusterlib.problems.InputError
        With all faults of a table: columns that are missing, actors named twice,
        unknown types, empty aliases, an alias of two actors.

    Notes
    -----
    Aliases match whole words in the case they are written in; of aliases that
    overlap the longest counts. A star at either end of an alias lets the word
    go on there: ``Innovasjon Norge*`` is found in "Innovasjon NorgeSiva".

    Examples
    --------
    >>> import clusterlib as cl
    >>> actors = pd.read_csv(cl.load.seeds() / "actors.csv")
    >>> found = mentions(cl.load.documents(), actors)
    >>> found["actor"].value_counts().idxmax()
    'cluster-elektromobilitaet-sued-west'
    """
    schema.check(documents, "texts")
    known = table_of_actors.checked(actors)
    about = known.set_index("actor")[["type", "helix"]]
    places = _places(documents, passages)
    rows = []
    for doc, lang, text in _texts(documents):
        for start, end, actor in table_of_actors.spans(
            text, table_of_actors.aliases_of(known, lang)
        ):
            if name := places(doc, start):
                kind, helix = about.loc[actor]
                rows.append((doc, name, actor, kind, helix, start, end, text[start:end]))
    return schema.check(_table(rows, MENTIONS), "mentions")


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
        One row a candidate and language, the most frequent first: candidate,
        lang, reason (capitals, acronym or other script), expansion (of an
        acronym, if the text spells it out), count, and its first place: doc,
        start, end and quote.

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
    >>> found = candidates(cl.load.documents())
    >>> found.loc[found["candidate"] == "DSH", "expansion"].item()
    'Data Safe House'
    """
    schema.check(documents, "texts")
    places = _places(documents, passages)
    seen: dict[tuple[str, str], list[tuple[str, str, str, int, int, str]]] = defaultdict(list)
    for doc, lang, text in _texts(documents):
        for start, end, reason, expansion in candidates_of(text, lang):
            if places(doc, start):
                name = " ".join(text[start:end].split())
                place = (reason, expansion, doc, start, end, text[start:end])
                seen[name, lang].append(place)
    rows = []
    for (name, lang), found in seen.items():
        expansion = next((told[1] for told in found if told[1]), "")
        rows.append((name, lang, found[0][0], expansion, len(found), *found[0][2:]))
    table = _table(rows, CANDIDATES)
    order = ["count", "lang", "candidate"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def dated(facts: pd.DataFrame) -> pd.DataFrame:
    """Place the facts of time on the calendar.

    Parameters
    ----------
    facts : pandas.DataFrame
        As `find` returns it.

    Returns
    -------
    pandas.DataFrame
        One row a fact of time whose year is told, by doc and time: doc, passage,
        kind, when (value, or both values), first and last (days, ISO) and quote.

    Examples
    --------
    >>> import clusterlib as cl
    >>> found = dated(find(cl.load.documents()))
    >>> found.loc[found["doc"] == "nl", ["when", "first", "last"]]
          when       first        last
    7  2024-Q2  2024-04-01  2024-06-30
    8     2030  2030-01-01  2030-12-31
    """
    return place_in_time(facts)


def _texts(documents: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return doc, language and text, sorted by doc."""
    table = documents.sort_values("doc")[["doc", "lang", "text"]].astype(object)
    return [(doc, lang, text) for doc, lang, text in table.to_numpy().tolist()]


def _places(
    documents: pd.DataFrame, passages: pd.DataFrame | None
) -> Callable[[str, int], str | None]:
    """Return a function that names the passage in which a place of a text lies, or None."""
    running = clean.passages(documents) if passages is None else schema.check(passages, "passages")
    rows: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    table = running[["doc", "start", "end", "passage"]].astype(object).to_numpy().tolist()
    for doc, start, end, name in sorted(table):
        rows[doc].append((start, end, name))

    def place(doc: str, start: int) -> str | None:
        number = bisect.bisect(rows[doc], start, key=lambda row: row[0]) - 1
        inside = number >= 0 and start < rows[doc][number][1]
        return rows[doc][number][2] if inside else None

    return place


def _table(rows: Sequence[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    """Make a table of strings, whole numbers and truths, typed even if it is empty."""
    types = {name: TYPES.get(name, "str") for name in columns}
    return pd.DataFrame(rows, columns=columns).astype(types)
