"""Find the actors of a table in texts: organisations, programmes, people and places.

In come a table of actors, which is checked, and a text; out come the places of its aliases.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from clusterlib import schema
from clusterlib.facts.tokens import select_longest
from clusterlib.problems import InputError, Problems

# Which part of the helix an actor belongs to, unless the table says otherwise.
HELIX = {
    "public authority": "government",
    "agency": "government",
    "industry body": "industry",
    "cluster": "intermediary",
    "firm": "industry",
    "research": "academia",
    "programme": "",
    "person": "",
    "place": "",
}


def check_actors(actors: pd.DataFrame) -> pd.DataFrame:
    """Return a table of actors with the part of the helix filled in, if it has no faults.

    All faults are raised together in a `clusterlib.problems.InputError`: columns that are missing,
    actors named twice, unknown types, empty aliases, an alias of two actors.
    """
    problems = Problems(of_cells=True)
    try:
        schema.check(actors, "actors")
    except InputError as error:
        problems.add(error.faults)
    if {"actor", "aliases"} <= set(actors.columns):
        for promise, row, value in _alias_faults(actors):
            schema.note_cell(problems, "actors", "aliases", promise, row, value)
    problems.raise_errors("the table 'actors'")
    by_type = actors["type"].map(HELIX)
    helix = actors["helix"].fillna("") if "helix" in actors else by_type
    return actors.assign(helix=helix.where(helix != "", by_type))


def _alias_faults(actors: pd.DataFrame) -> Iterator[tuple[str, object, str]]:
    """Yield aliases that are empty, or that stand for two actors of one language."""
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = zip(actors.index, actors["actor"], _langs(actors), actors["aliases"], strict=True)
    for index, actor, lang, aliases in rows:
        for alias in str("" if pd.isna(aliases) else aliases).split("|"):
            name = " ".join(alias.split())
            if not name.strip("* "):
                yield "an alias is empty; take the stray | away or name one", index, str(aliases)
                continue
            for other, elsewhere in owners[name]:
                if other != actor and (lang == elsewhere or not (lang and elsewhere)):
                    yield f"the alias is also one of {other!r}; keep one", index, name
            owners[name].append((str(actor), lang))


def _langs(actors: pd.DataFrame) -> list[str]:
    """Return the language of each row of aliases; it is empty if they count in all."""
    return actors.get("lang", pd.Series("", actors.index)).fillna("").astype(str).tolist()


def select_aliases(actors: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return alias → actor for the texts of a language."""
    selection: dict[str, str] = {}
    rows = zip(actors["actor"], _langs(actors), actors["aliases"], strict=True)
    for actor, alias_lang, aliases in rows:
        if alias_lang in {"", lang, lang.split("-")[0]}:
            selection |= {" ".join(alias.split()): str(actor) for alias in str(aliases).split("|")}
    return selection


def find_aliases(text: str, aliases: dict[str, str]) -> list[tuple[int, int, str]]:
    """Find aliases in a text as whole words, with start, end and actor, in order.

    Of overlapping ones the longest counts. A star at either end lets the word go on there.

    >>> find_aliases("Innovasjon NorgeSiva og Norge", {"Norge": "no", "Innovasjon Norge*": "in"})
    [(0, 16, 'in'), (24, 29, 'no')]
    """
    if not aliases:
        return []
    ordered = sorted(aliases, key=lambda alias: (-len(alias.strip("*")), alias))
    forms = "|".join(f"({_pattern(alias)})" for alias in ordered)
    spans = []
    for match in re.finditer(rf"(?=(?:{forms}))", text):
        number = match.lastindex or 0
        spans.append((*match.span(number), aliases[ordered[number - 1]]))
    return [spans[index] for index in select_longest([(start, end) for start, end, _ in spans])]


def _pattern(alias: str) -> str:
    """Return the expression of an alias: any blanks, either apostrophe, whole words."""
    words = re.escape(" ".join(alias.strip("*").split())).replace(r"\ ", r"\s+")
    words = re.sub("['’]", "['’]", words)
    opening = "" if alias.startswith("*") else r"(?<!\w)"
    closing = "" if alias.endswith("*") else r"(?!\w)"
    return opening + words + closing
