"""What a number counts: the noun after it, past adjectives, and its English."""

import functools
from typing import NamedTuple

from clusterlib.facts.numerals import compound
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words, words

MOST_WORDS = 6
# Languages that write compounds as one word, whose last part is the noun.
COMPOUNDING = frozenset("da de et fi hu is nb nl sv".split())
SAME_WORD = 5
# English nouns that are plural without an ending.
UNMARKED = frozenset("people men women children staff".split())


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
    link = told.match("partitive", tokens, place) if linked else None
    link = link or told.match("clitic", tokens, place)
    place = link[0] if link else place
    if told.lang == "en":
        return _english(tokens, place, told)
    described = False
    for here in range(place, min(len(tokens), place + MOST_WORDS)):
        token = tokens[here]
        if described and _joins(token, told):
            continue
        if not _is_word(token, told) or token.line:
            return None
        if whole := _known_phrase(tokens, here, told):
            return whole
        english = gloss(token.low, told.lang)
        if english is None and _ends_phrase(token, told):
            return None
        if english is None and _describes(token, told):
            described = _goes_on(tokens, here + 1, told)
            if described:
                continue
            if _is_adjective(token, told):
                return None
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


def _known_phrase(tokens: list[Token], here: int, told: Words) -> Counted | None:
    """Return a common noun of several words, such as percentage points."""
    whole = told.match("noun", tokens, here)
    return Counted(here, whole[0], whole[1]) if whole and whole[0] > here + 1 else None


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
    single = place > 0 and tokens[place - 1].text == "1"
    for here in range(place, min(len(tokens), place + MOST_WORDS)):
        token = tokens[here]
        english = gloss(token.low, told.lang)
        stop = english is None and _ends_phrase(token, told)
        if not _is_word(token, told) or token.line or stop:
            break
        if whole := _known_phrase(tokens, here, told):
            return whole
        plural = token.low.endswith("s") and not token.low.endswith(("ss", "us", "is"))
        plural = plural or token.low in UNMARKED
        if best and not (plural and english):
            break
        if plural or (english is not None and single):
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
    if _is_adjective(token, told):
        return True
    return len(token.low) > 3 and token.low.endswith(told.endings)


def _joins(token: Token, told: Words) -> bool:
    """Tell whether a token stands between two adjectives."""
    return token.text == "," or told.has("and", token.low)


def _is_adjective(token: Token, told: Words) -> bool:
    """Tell whether a word is surely no noun: a common adjective or an ordinal."""
    return told.has("adj", token.low) or told.has("ordinal", token.low)


def _ends_phrase(token: Token, told: Words) -> bool:
    """Tell whether a word that is no known noun stands outside the phrase that is counted."""
    if told.has("stop", token.low) or _is_verb(token, told):
        return True
    return compound(token.low, told.lang) is not None


def _is_verb(token: Token, told: Words) -> bool:
    """Tell whether a word has an ending that only verbs have."""
    return bool(told.verbs) and len(token.low) > 3 and token.low.endswith(told.verbs)


def _goes_on(tokens: list[Token], place: int, told: Words) -> bool:
    """Tell whether another word of the same phrase follows."""
    if place >= len(tokens) or tokens[place].line:
        return False
    token = tokens[place]
    if _joins(token, told):
        after = tokens[place + 1 : place + 2]
        return bool(after) and after[0].kind == "word" and _describes(after[0], told)
    return token.kind == "word" and not (
        told.has("stop", token.low) and gloss(token.low, told.lang) is None
    )
