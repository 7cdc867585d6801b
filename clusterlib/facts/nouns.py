"""What a number counts: the noun after it, past adjectives, and its English."""

import functools
from typing import NamedTuple

from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words, words

MOST_WORDS = 6
# Languages that write compounds as one word, whose last part is the noun.
COMPOUNDING = frozenset("da de et fi hu is nb nl sv".split())
SAME_WORD = 5


class Counted(NamedTuple):
    """The noun that a number counts: its tokens, and its English where it is known."""

    start: int
    end: int
    english: str


def counted(tokens: list[Token], place: int, told: Words, linked: bool) -> Counted | None:
    """Find the noun that begins at a token or follows adjectives there.

    Parameters
    ----------
    tokens : list of Token
        The text.
    place : int
        The token after the number.
    told : Words
        The words of the language.
    linked : bool
        Whether "of" may stand between, as after a million.

    Returns
    -------
    Counted or None

    Examples
    --------
    >>> from clusterlib.facts.tokens import tokenise
    >>> counted(tokenise("vijf geografische regio’s"), 1, words("nl"), False)
    Counted(start=2, end=3, english='regions')
    """
    if linked and (found := told.match("partitive", tokens, place)):
        place = found[0]
    if told.lang == "en":
        return _english(tokens, place, told)
    described = False
    for here in range(place, min(len(tokens), place + MOST_WORDS)):
        token = tokens[here]
        if described and (token.text == "," or told.has("and", token.low)):
            continue
        if not _is_word(token, told) or token.line:
            return None
        whole = told.match("noun", tokens, here)
        if whole and whole[0] > here + 1:
            return Counted(here, whole[0], whole[1])
        english = gloss(token.low, told.lang)
        if english is None and (told.has("stop", token.low) or _is_verb(token, told)):
            return None
        if english is None and _describes(token, told) and _goes_on(tokens, here + 1, told):
            described = True
            continue
        return _noun(tokens, here, told, english)
    return None


@functools.lru_cache(maxsize=20000)
def gloss(word: str, lang: str) -> str | None:
    """Return the English of a common noun, or None.

    >>> gloss("industrieclusters", "nl"), gloss("клъстера", "bg")
    ('clusters', 'clusters')
    """
    nouns = words(lang).roles.get("noun")
    if nouns is None:
        return None
    english = nouns.word(word)
    if english is None and lang in COMPOUNDING:
        english = nouns.last_part(word)
    if english is None and "-" in word:
        english = nouns.word(word.rsplit("-", 1)[1])
    return english


def _noun(tokens: list[Token], here: int, told: Words, english: str | None) -> Counted | None:
    """Accept a word as the noun, with its other half if it is one of a pair."""
    token = tokens[here]
    acronym = sum(char.isupper() for char in token.text) > 1
    capital = token.text[0].isupper()
    if english is None and told.lang == "de" and not capital:
        return None
    if english is None and told.lang != "de" and capital and not acronym:
        return None
    if english is None and len(token.text) < 3:
        return None
    end = here + 1
    if end + 1 < len(tokens) and told.has("and", tokens[end].low):
        other = tokens[end + 1]
        pair = other.low[:SAME_WORD] == token.low[:SAME_WORD] and len(token.low) > SAME_WORD
        if other.kind == "word" and (pair or token.text.endswith("-")):
            english = english or gloss(other.low, told.lang)
            end += 2
    return Counted(here, end, english or "")


def _english(tokens: list[Token], place: int, told: Words) -> Counted | None:
    """Find the first plural of a few English words, or a word that stands alone."""
    best = None
    for here in range(place, min(len(tokens), place + MOST_WORDS)):
        token = tokens[here]
        english = gloss(token.low, told.lang)
        stop = told.has("stop", token.low) and english is None
        if not _is_word(token, told) or token.line or stop:
            break
        whole = told.match("noun", tokens, here)
        if whole and whole[0] > here + 1:
            return Counted(here, whole[0], whole[1])
        plural = token.low.endswith("s") and not token.low.endswith(("ss", "us", "is"))
        if best and not (plural and english):
            break
        if plural or english is not None:
            best = Counted(here, here + 1, english or "")
        elif not _goes_on(tokens, here + 1, told) and token.text.islower():
            return Counted(here, here + 1, "") if here == place else None
    if best and tokens[best.start].text[0].isupper() and not best.english:
        return None
    return best


def _is_word(token: Token, told: Words) -> bool:
    """Tell whether a token after the number is a word set apart from what stands before it."""
    elided = token.text[-1:] in "'’"
    return token.kind == "word" and (token.spaced or elided) and not elided


def _describes(token: Token, told: Words) -> bool:
    """Tell whether a word looks like an adjective of its language."""
    if told.lang == "de":
        return token.text[0].islower() and not token.text.endswith("-")
    if told.has("adj", token.low):
        return True
    return len(token.low) > 3 and token.low.endswith(told.endings)


def _is_verb(token: Token, told: Words) -> bool:
    """Tell whether a word has an ending that only verbs have."""
    return bool(told.verbs) and len(token.low) > 3 and token.low.endswith(told.verbs)


def _goes_on(tokens: list[Token], place: int, told: Words) -> bool:
    """Tell whether another word of the same phrase follows."""
    if place >= len(tokens) or tokens[place].line:
        return False
    token = tokens[place]
    if token.text == "," or told.has("and", token.low):
        after = tokens[place + 1 : place + 2]
        return bool(after) and after[0].kind == "word" and _describes(after[0], told)
    return token.kind == "word" and not (
        told.has("stop", token.low) and gloss(token.low, told.lang) is None
    )
