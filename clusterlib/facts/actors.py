"""Find the actors of a table in texts: organisations, programmes, people and places."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from clusterlib import schema
from clusterlib.facts.fact import longest
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


def checked(actors: pd.DataFrame) -> pd.DataFrame:
    """Return a table of actors with the part of the helix filled in, if it has no faults.

    Parameters
    ----------
    actors : pandas.DataFrame
        actor, name, type and aliases (``a | b``); helix and lang if known.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault: columns that are missing, actors named twice, unknown
        types, empty aliases, an alias of two actors.
    """
    problems = Problems(of_cells=True)
    try:
        schema.check(actors, "actors")
    except InputError as error:
        problems.add(error.faults)
    if "aliases" in actors and "actor" in actors:
        for promise, row, value in _alias_faults(actors):
            schema.note_cell(problems, "actors", "aliases", promise, row, value)
    problems.raise_errors("the table 'actors'")
    own = actors["type"].map(HELIX)
    helix = actors["helix"].fillna("") if "helix" in actors else own
    return actors.assign(helix=helix.where(helix != "", own))


def _alias_faults(actors: pd.DataFrame) -> Iterator[tuple[str, object, str]]:
    """Yield aliases that are empty, or that stand for two actors of one language."""
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    langs = actors["lang"].fillna("") if "lang" in actors else [""] * len(actors)
    rows = zip(actors.index, actors["actor"], langs, actors["aliases"], strict=True)
    for index, actor, lang, aliases in rows:
        for alias in str("" if pd.isna(aliases) else aliases).split("|"):
            name = " ".join(alias.split())
            if not name.strip("* "):
                yield "an alias is empty; take the stray | away or name one", index, str(aliases)
                continue
            for other, elsewhere in owners[name]:
                if other != actor and (lang == elsewhere or not (lang and elsewhere)):
                    yield f"the alias is also one of {other!r}; keep one", index, name
            owners[name].append((str(actor), str(lang)))


def spans(text: str, aliases: dict[str, str]) -> list[tuple[int, int, str]]:
    """Find aliases in a text as whole words; of overlapping ones the longest counts.

    Parameters
    ----------
    text : str
        Any text.
    aliases : dict
        Alias → actor. A star at either end of an alias lets the word go on there.

    Returns
    -------
    list of (int, int, str)
        Start, end and actor, in order.

    Examples
    --------
    >>> spans("Innovasjon NorgeSiva og Norge", {"Norge": "no", "Innovasjon Norge*": "in"})
    [(0, 16, 'in'), (24, 29, 'no')]
    """
    if not aliases:
        return []
    ordered = sorted(aliases, key=lambda alias: (-len(alias.strip("*")), alias))
    forms = "|".join(f"({_form(alias)})" for alias in ordered)
    found = []
    for match in re.finditer(rf"(?=(?:{forms}))", text):
        number = next(place for place, group in enumerate(match.groups(), 1) if group is not None)
        found.append((*match.span(number), aliases[ordered[number - 1]]))
    return [found[index] for index in longest([(start, end) for start, end, _ in found])]


def _form(alias: str) -> str:
    """Return the expression of an alias: any blanks, either apostrophe, whole words."""
    words = re.escape(" ".join(alias.strip("*").split())).replace(r"\ ", r"\s+")
    words = re.sub("['’]", "['’]", words)
    opening = "" if alias.startswith("*") else r"(?<!\w)"
    closing = "" if alias.endswith("*") else r"(?!\w)"
    return opening + words + closing


def aliases_of(actors: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return alias → actor for the texts of a language."""
    found: dict[str, str] = {}
    langs = actors["lang"].fillna("") if "lang" in actors else [""] * len(actors)
    for actor, own, aliases in zip(actors["actor"], langs, actors["aliases"], strict=True):
        if own in {"", lang, lang.split("-")[0]}:
            found |= {" ".join(alias.split()): str(actor) for alias in str(aliases).split("|")}
    return found
