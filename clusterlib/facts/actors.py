"""Find who is named: the actors of a table, and what may be names, for the analyst to confirm.

In come a table of actors, which is checked, and a text; out come the places of its aliases, and of
capitals, acronyms and words in other scripts.
"""

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from clusterlib import schema
from clusterlib.facts.lexicon import Token, Tokens, load_lexicon, select_longest, tokenize
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
    """Return a table of actors with the part of the helix filled in, if it has no faults."""
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


def _aliases(actors: pd.DataFrame) -> pd.DataFrame:
    """Return a row an alias: actor, its language (empty if it counts in all), cell and alias."""
    langs = actors.get("lang", pd.Series("", actors.index)).fillna("").astype(str)
    cells = actors["aliases"].fillna("").astype(str)
    table = pd.DataFrame({"actor": actors["actor"].astype(str), "lang": langs, "cell": cells})
    table = table.assign(alias=cells.str.split("|")).explode("alias")
    return table.assign(alias=table["alias"].str.split().str.join(" "))


def _alias_faults(actors: pd.DataFrame) -> Iterator[tuple[str, object, str]]:
    """Yield aliases that are empty, or that stand for two actors of one language."""
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for index, actor, lang, cell, alias in _aliases(actors).itertuples(name=None):
        if not alias.strip("* "):
            yield "an alias is empty; take the stray | away or name one", index, cell
            continue
        for other, elsewhere in owners[alias]:
            if other != actor and (lang == elsewhere or not (lang and elsewhere)):
                yield f"the alias is also one of {other!r}; keep one", index, alias
        owners[alias].append((actor, lang))


def select_aliases(actors: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return alias → actor for the texts of a language."""
    table = _aliases(actors)
    table = table[table["lang"].isin(["", lang, lang.split("-")[0]])]
    return dict(zip(table["alias"], table["actor"], strict=True))


def find_aliases(text: str, aliases: dict[str, str]) -> list[tuple[int, int, str]]:
    """Find aliases in a text as whole words, with start, end and actor, in order.

    Of overlapping ones the longest counts. A star at either end lets the word go on there.
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


# Words in small letters that may stand within a name: "Agence de l'environnement".
INNER = frozenset(
    "de la le les des du d' l' et of the and for für der des und van voor en på og för di del "
    "della e y do da dos i a za na по на за и в з та".split()
)
MOST_INNER = 3
# Signs that the letter of a unit may follow.
UNIT_SIGNS = "°µ"
MOST_WORDS = 8


class Candidate(NamedTuple):
    """What may be a name: its place, why, and what an acronym stands for, if the text says."""

    start: int
    end: int
    reason: str
    expansion: str


def extract_candidates(text: str, lang: str) -> list[Candidate]:
    """List what may be names in a text, in order and not overlapping."""
    tokens = Tokens(tokenize(text), load_lexicon(lang))
    scripts = Counter(_script(token.text) for token in tokens if token.kind == "word")
    script = max(sorted(scripts), key=scripts.__getitem__, default="")
    candidates: list[Candidate] = []
    place = 0
    while place < tokens.size:
        end = _name_end(tokens, place)
        # A letter may belong to a sign, as C does in 20 °C.
        glued = not tokens[place].spaced and tokens[place - 1].text[-1] in UNIT_SIGNS
        if end == place or glued:
            place += 1
            continue
        if reason := _reason(tokens, place, end, script):
            expansion = _expansion(tokens, place, text) if reason == "acronym" else ""
            span = tokens[place].start, tokens[end - 1].end
            candidates.append(Candidate(*span, reason, expansion))
        place = end
    return candidates


def _has_capital(token: Token) -> bool:
    return token.kind == "word" and any(char.isupper() for char in token.text)


def _is_acronym(token: Token) -> bool:
    """Tell whether a word is mostly capitals, as CEA or BSK are."""
    letters = [char for char in token.text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return 2 <= len(letters) <= 8 and capitals >= 2 and capitals >= len(letters) - 1


def _name_end(tokens: Tokens, place: int) -> int:
    """Return the place after the words with capitals that begin here, small ones within."""
    if not _has_capital(tokens[place]):
        return place
    end = here = place + 1
    while here - end <= MOST_INNER and not tokens[here].line:
        token = tokens[here]
        if token.kind != "word" or not (token.spaced or tokens[here - 1].text[-1] in "'’"):
            break
        if _has_capital(token):
            end = here + 1
        elif token.low not in INNER:
            break
        here += 1
    return end


def _reason(tokens: Tokens, place: int, end: int, script: str) -> str:
    """Say why a run of words may be a name, or return an empty string."""
    token = tokens[place]
    if end == place + 1:
        # A month is none, nor is a letter: that of a unit or of a list.
        if len(token.text) == 1 or tokens.match(place, "month"):
            return ""
        if _is_acronym(token):
            return "acronym"
        if script and _script(token.text) not in {script, ""}:
            return "other script"
        if token.first or tokens.lang == "de" or tokens.has(place, "stop"):
            # A capital stands within the word, as in BullCharge.
            mixed = any(char.isupper() for char in token.text[1:]) and not token.text.isupper()
            return "capitals" if mixed else ""
        return "capitals"
    if end == place + 2 and token.first and tokens.has(place, "stop"):
        return _reason(tokens, place + 1, end, script)
    return "capitals"


def _script(word: str) -> str:
    letter = next((char for char in word if char.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""


def _expansion(tokens: Tokens, place: int, text: str) -> str:
    """Return the words whose initials an acronym has, before it or in brackets after it."""
    letters = [char.lower() for char in tokens[place].text if char.isalpha()]
    if place > 1 and tokens[place - 1].text == "(":
        before = tokens[max(0, place - 1 - 2 * MOST_WORDS) : place - 1]
        span = _spelt(reversed(before), letters[::-1])
    elif tokens[place + 1].text == "(":
        span = _spelt(tokens[place + 2 : place + 2 + 2 * MOST_WORDS], letters)
    else:
        span = None
    return text[span[0] : span[1]] if span else ""


def _spelt(tokens: Iterable[Token], initials: list[str]) -> tuple[int, int] | None:
    """Find words next to the bracket that have these initials, small words aside."""
    words: list[Token] = []
    for token in itertools.takewhile(lambda token: token.kind == "word", tokens):
        if len(words) == len(initials):
            break
        if token.low[0] == initials[len(words)]:
            words.append(token)
        elif token.low not in INNER:
            return None
    if len(words) < len(initials):
        return None
    first, last = sorted((words[0], words[-1]))
    return first.start, last.end
