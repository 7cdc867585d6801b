"""List what may be names, for the analyst to confirm: capitals, acronyms, other scripts."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from clusterlib.facts.tokens import Token, tokenise
from clusterlib.facts.words import Words, words

# Words in small letters that may stand within a name: "Agence de l'environnement".
INNER = frozenset(
    "de la le les des du d' l' et of the and for für der des und van voor en på og för di del "
    "della e y do da dos i a za na по на за и в з та".split()
)
MOST_INNER = 3
# Signs that the letter of a unit may follow.
UNIT_SIGNS = "°µ"
EXPANDED = re.compile(r"\(\s*$")
MOST_WORDS = 8


class Candidate(NamedTuple):
    """What may be a name: its place, why, and what an acronym stands for, if the text says."""

    start: int
    end: int
    reason: str
    expansion: str


def candidates_of(text: str, lang: str) -> list[Candidate]:
    """List what may be names in a text.

    Parameters
    ----------
    text : str
        Any text.
    lang : str
        Its language.

    Returns
    -------
    list of Candidate
        In text order, not overlapping.

    Examples
    --------
    >>> found = candidates_of("Wij melden dat het Data Safe House (DSH) opent.", "nl")
    >>> [(candidate.reason, candidate.expansion) for candidate in found]
    [('capitals', ''), ('acronym', 'Data Safe House')]
    """
    tokens = tokenise(text)
    told = words(lang)
    script = _main_script(tokens)
    found: list[Candidate] = []
    place = 0
    while place < len(tokens):
        end = _name_end(tokens, place)
        if end == place or _of_a_unit(tokens, place):
            place += 1
            continue
        reason = _reason(tokens, place, end, told, script)
        if reason:
            span = tokens[place].start, tokens[end - 1].end
            long = _expansion(tokens, place, text) if reason == "acronym" else ""
            found.append(Candidate(*span, reason, long))
        place = end
    return found


def _capital(token: Token) -> bool:
    return token.kind == "word" and any(char.isupper() for char in token.text)


def _of_a_unit(tokens: list[Token], place: int) -> bool:
    """Tell whether a word is glued to a sign before it, as C is in 20 °C."""
    return place > 0 and not tokens[place].spaced and tokens[place - 1].text[-1] in UNIT_SIGNS


def _acronym(token: Token) -> bool:
    """Tell whether a word is mostly capitals, as CEA or BSK are."""
    letters = [char for char in token.text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return 2 <= len(letters) <= 8 and capitals >= 2 and capitals >= len(letters) - 1


def _name_end(tokens: list[Token], place: int) -> int:
    """Return the place after the words with capitals that begin here, small ones within."""
    if not _capital(tokens[place]):
        return place
    end = here = place + 1
    while here < len(tokens) and here - end <= MOST_INNER and not tokens[here].line:
        token = tokens[here]
        if token.kind != "word" or not (token.spaced or tokens[here - 1].text[-1] in "'’"):
            break
        if _capital(token):
            end = here + 1
        elif token.low not in INNER:
            break
        here += 1
    return end


def _reason(tokens: list[Token], place: int, end: int, told: Words, script: str) -> str:
    """Say why a run of words may be a name, or return an empty string."""
    token = tokens[place]
    if end == place + 1:
        # A month is none, nor is a letter: that of a unit or of a list.
        if len(token.text) == 1 or told.match("month", tokens, place):
            return ""
        if _acronym(token):
            return "acronym"
        if script and _script(token.text) not in {script, ""}:
            return "other script"
        if token.first or told.lang == "de" or told.has("stop", token.low):
            return "capitals" if _mixed(token.text) else ""
        return "capitals"
    if end == place + 2 and token.first and told.has("stop", token.low):
        return _reason(tokens, place + 1, end, told, script)
    return "capitals"


def _mixed(word: str) -> bool:
    """Tell whether a capital stands within a word, as in BullCharge."""
    return any(char.isupper() for char in word[1:]) and not word.isupper()


def _script(word: str) -> str:
    """Name the script of a word by its first letter."""
    letter = next((char for char in word if char.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""


def _main_script(tokens: list[Token]) -> str:
    """Name the script that most words are in."""
    counts: dict[str, int] = {}
    for token in tokens:
        if token.kind == "word":
            script = _script(token.text)
            counts[script] = counts.get(script, 0) + 1
    return max(sorted(counts), key=counts.__getitem__, default="")


def _expansion(tokens: list[Token], place: int, text: str) -> str:
    """Return the words whose initials an acronym has, before it or in brackets after it."""
    letters = [char.lower() for char in tokens[place].text if char.isalpha()]
    opened = place > 1 and tokens[place - 1].text == "("
    before = _spelt(tokens[max(0, place - 1 - 2 * MOST_WORDS) : place - 1], letters, True)
    after = place + 1 < len(tokens) and tokens[place + 1].text == "("
    follows = _spelt(tokens[place + 2 : place + 2 + 2 * MOST_WORDS], letters, False)
    span = before if opened else follows if after else None
    return text[span[0] : span[1]] if span else ""


def _spelt(tokens: list[Token], letters: list[str], backwards: bool) -> tuple[int, int] | None:
    """Find words next to the bracket whose initials are the letters, small words aside."""
    chain = list(_words(reversed(tokens) if backwards else tokens))
    wanted = letters[::-1] if backwards else letters
    taken: list[Token] = []
    for token in chain:
        if len(taken) == len(wanted):
            break
        if token.low[0] == wanted[len(taken)]:
            taken.append(token)
        elif token.low not in INNER:
            return None
    if len(taken) < len(wanted):
        return None
    ends = sorted((taken[0], taken[-1]))
    return ends[0].start, ends[1].end


def _words(tokens: Iterator[Token] | list[Token]) -> Iterator[Token]:
    """Yield the words up to the next sign."""
    for token in tokens:
        if token.kind != "word":
            return
        yield token
