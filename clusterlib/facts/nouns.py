"""Read what a number counts: the noun after it, past adjectives, and its English.

In come tokens and the place after a number; out comes a `CountedNoun`.
"""

import functools
from typing import NamedTuple

from clusterlib.facts.lexicon import Tokens, load_lexicon
from clusterlib.facts.numbers import split_numeral
from clusterlib.spelling import is_listed, lemma_of

MOST_WORDS = 6
# Languages that write compounds as one word, whose last part is the noun.
COMPOUNDING = frozenset("da de et fi hu is nb nl sv".split())
SAME_WORD = 5
SHORTEST_PART = 4
# English nouns that are plural without an ending.
UNMARKED = tuple(
    "people men children staff police personnel cattle sheep fish deer aircraft spacecraft "
    "species series feet teeth geese mice criteria phenomena bacteria media alumni".split()
)
# How numbers begin that count less than two of a thing.
BELOW_TWO = frozenset("0, 0. 1, 1. 1".split())


class CountedNoun(NamedTuple):
    """The noun that a number counts: its tokens, and its English where the lexicon has it."""

    start: int
    end: int
    english: str


def read_noun(tokens: Tokens, place: int, linked: bool) -> CountedNoun | None:
    """Read the noun that begins at the token after a number or follows adjectives there.

    ``linked`` tells whether "of" may stand between, as after a million.
    """
    place = tokens.skip(place, *(["partitive", "clitic"] if linked else ["clitic"]))
    if tokens.lang == "en":
        return _read_english(tokens, place)
    described = False
    for here in range(place, place + MOST_WORDS):
        if described and _joins(tokens, here):
            continue
        if not _is_word(tokens, here):
            return None
        if phrase := _read_phrase(tokens, here):
            return phrase
        english = translate_noun(tokens[here].low, tokens.lang)
        if english is None and _ends_phrase(tokens, here):
            return None
        if english is None and _describes(tokens, here):
            described = _goes_on(tokens, here + 1)
            if described:
                continue
        # A common adjective, an ordinal or a verb is no noun; what another adjective stands
        # before is one, as in "20 nya anställda".
        verb = (here == place or not _describes(tokens, here)) and is_verb(tokens, here)
        if english is None and (verb or tokens.has(here, "adj", "ordinal")):
            return None
        return _read_pair(tokens, here, english)
    return None


def is_verb(tokens: Tokens, place: int) -> bool:
    """Tell whether a word is a form of a verb that cannot be a plural noun, as in "40 kwamen"."""
    token, word, lexicon = tokens[place], tokens[place].low, tokens.lexicon
    plurals = lexicon.endings["plural"]
    if plurals and not word.endswith(plurals) and token.text.islower():
        return tokens[place - 1].text[:2] not in BELOW_TWO
    if tokens.has(place, "verb") or (len(word) > 3 and word.endswith(lexicon.endings["verbend"])):
        return True
    forms = lexicon.other_forms("definite", word)
    if not word.endswith(lexicon.endings["formend"]):
        return False
    if word.endswith(lexicon.endings["pluralend"]) and not forms:
        return False
    if not lexicon.endings["infinitive"] or not is_listed(word, tokens.lang, without=False):
        return False
    lemma = lemma_of(word, tokens.lang)
    if lemma == word or not lemma.endswith(lexicon.endings["infinitive"]):
        return False
    # "Broar" has a definite plural, "broarna"; that of "arbetar" is of those who do it.
    nouns = [lemma_of(form, tokens.lang) for form in forms if is_listed(form, tokens.lang, False)]
    agent = lexicon.endings["agent"]
    return not any(noun.islower() and not (agent and noun.endswith(agent)) for noun in nouns)


def is_of_one(word: str, tokens: Tokens) -> bool:
    """Tell whether the form of a noun is of one thing, in a language whose numerals show it."""
    endings = tokens.lexicon.endings["singular"]
    return bool(endings) and word.endswith(endings)


@functools.lru_cache(maxsize=20000)
def translate_noun(word: str, lang: str) -> str | None:
    """Return the English of a common noun, or None."""
    lexicon = load_lexicon(lang)
    # The whole word, the longest part that a compound ends with, or what follows its last hyphen.
    parts = [word]
    if lang in COMPOUNDING:
        parts += [word[start:] for start in range(2, len(word) - SHORTEST_PART + 1)]
    parts += [word.rsplit("-", 1)[1]] if "-" in word else []
    values = (lexicon.find("noun", part) for part in parts)
    return next((english for english in values if english is not None), None)


@functools.lru_cache(maxsize=20000)
def name_noun(word: str, lang: str) -> str:
    """Return the English of a noun or a unit by its dictionary form, or nothing."""
    form = lemma_of(word, lang).lower()
    return translate_noun(form, lang) or load_lexicon(lang).find("measure", form) or ""


def _read_phrase(tokens: Tokens, here: int) -> CountedNoun | None:
    phrase = tokens.match(here, "noun")
    return CountedNoun(here, *phrase) if phrase and phrase[0] > here + 1 else None


def _read_pair(tokens: Tokens, here: int, english: str | None) -> CountedNoun | None:
    """Accept a word as the noun, with its other half if it is one of a pair."""
    token, other = tokens[here], tokens[here + 2]
    if english is None:
        acronym = sum(char.isupper() for char in token.text) > 1
        capital = token.text[0].isupper()
        wrong = not capital if tokens.lang == "de" else capital and not acronym
        if wrong or len(token.text) < 3:
            return None
    if other.kind == "word" and tokens.has(here + 1, "and"):
        pair = other.low[:SAME_WORD] == token.low[:SAME_WORD] and len(token.low) > SAME_WORD
        if pair or token.text.endswith("-"):
            english = english or translate_noun(other.low, tokens.lang)
            return CountedNoun(here, here + 3, english or name_noun(token.low, tokens.lang))
    return CountedNoun(here, here + 1, english or name_noun(token.low, tokens.lang))


def _read_english(tokens: Tokens, place: int) -> CountedNoun | None:
    """Read the first plural of a few English words, or a word that stands alone."""
    best = None
    single = tokens[place - 1].text == "1"
    for here in range(place, place + MOST_WORDS):
        token = tokens[here]
        english = translate_noun(token.low, tokens.lang)
        if best is None and here > place and _joins(tokens, here) and _is_word(tokens, here + 1):
            # "80 small and medium-sized enterprises".
            continue
        if not _is_word(tokens, here) or (english is None and _ends_phrase(tokens, here)):
            break
        if phrase := _read_phrase(tokens, here):
            return phrase
        plural = token.low.endswith("s") and not token.low.endswith(("ss", "us", "is"))
        unmarked = token.low.endswith(UNMARKED)
        # "Sheep farms", "police officers": the noun is the last of the two.
        pair = best is not None and here == best.end and tokens[here - 1].low.endswith(UNMARKED)
        if best and not (plural and (english or pair)):
            break
        if plural or unmarked or (english is not None and single):
            best = CountedNoun(here, here + 1, english or "")
    if best and tokens[best.start].text[0].isupper() and not best.english:
        return None
    return best


def _is_word(tokens: Tokens, place: int) -> bool:
    """Tell whether a token after the number is a whole word, set apart from what stands before."""
    token = tokens[place]
    apart = token.spaced or tokens[place - 1].text[-1] in "'’"
    return token.kind == "word" and apart and token.text[-1] not in "'’" and not token.line


def _describes(tokens: Tokens, place: int) -> bool:
    """Tell whether a word looks like an adjective of its language."""
    token = tokens[place]
    if tokens.lang == "de":
        return token.text[0].islower() and not token.text.endswith("-")
    if tokens.has(place, "adj", "ordinal"):
        return True
    if len(token.low) > 3 and token.low.endswith(tokens.lexicon.endings["adjend"]):
        return True
    forms = tokens.lexicon.other_forms("adjform", token.low)
    return any(is_listed(form, tokens.lang, without=False) for form in forms)


def _joins(tokens: Tokens, place: int) -> bool:
    """Tell whether a token stands between two adjectives."""
    return tokens[place].text == "," or tokens.has(place, "and")


def _ends_phrase(tokens: Tokens, place: int) -> bool:
    """Tell whether a word that is no common noun stands outside the phrase that is counted."""
    word = tokens[place].low
    return tokens.has(place, "stop") or split_numeral(word, tokens.lang) is not None


def _goes_on(tokens: Tokens, place: int) -> bool:
    """Tell whether another word of the same phrase follows."""
    token = tokens[place]
    if token.line:
        return False
    if _joins(tokens, place):
        return tokens[place + 1].kind == "word" and _describes(tokens, place + 1)
    if token.kind != "word":
        return False
    if translate_noun(token.low, tokens.lang) is not None:
        return True
    verb = is_verb(tokens, place) and not _describes(tokens, place)
    return not (verb or tokens.has(place, "stop"))
