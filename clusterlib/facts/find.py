"""Find all facts of one text."""

import itertools

from clusterlib.facts.amounts import amount_at
from clusterlib.facts.fact import Fact, longest
from clusterlib.facts.heard import ISO, ROUGH, SYMBOLS
from clusterlib.facts.hyphens import parted
from clusterlib.facts.moments import LETTERED
from clusterlib.facts.numerals import compound
from clusterlib.facts.times import time_at
from clusterlib.facts.tokens import Token, tokenise
from clusterlib.facts.words import Words, words

# So many numbers and signs in a row without a word are a table, not a sentence.
MOST_WORDLESS = 24


def facts_of(text: str, lang: str) -> list[tuple[int, int, Fact]]:
    """Find the facts of a text.

    Parameters
    ----------
    text : str
        Any text.
    lang : str
        Its language, as a BCP 47 tag.

    Returns
    -------
    list of (int, int, Fact)
        Start and end in the text, in order, and the fact.

    Examples
    --------
    >>> [(start, end, fact.value) for start, end, fact in facts_of("In 1988, six regions", "en")]
    [(3, 7, '1988'), (9, 20, '6')]
    """
    told = words(lang)
    tokens = parted(tokenise(text), told)
    found: list[Fact] = []
    told_in_words = _near_words(tokens)
    for place, token in enumerate(tokens):
        if told_in_words[place] and _may_begin(token, told):
            readings = (time_at(tokens, place, told), amount_at(tokens, place, told))
            found += [fact for fact in readings if fact]
    kept = [found[index] for index in longest([(fact.first, fact.end) for fact in found])]
    found = _without_names(tokens, kept)
    return [(tokens[fact.first].start, tokens[fact.end - 1].end, fact) for fact in found]


def _near_words(tokens: list[Token]) -> list[bool]:
    """Tell which tokens are not deep in a table of numbers, which is no running text."""
    near = []
    wordless = 0
    for token in tokens:
        wordless = 0 if token.kind == "word" else wordless + 1
        near.append(wordless <= MOST_WORDLESS)
    return near


def _may_begin(token: Token, told: Words) -> bool:
    """Tell whether it is worth reading on from a token."""
    if token.kind == "number":
        return True
    if token.kind == "sign":
        return token.text in SYMBOLS or token.text in ROUGH
    if token.text in ISO or token.text in {"US", "H"} or LETTERED.fullmatch(token.low):
        return True
    return told.opens(token.low) or compound(token.low, told.lang) is not None


def _without_names(tokens: list[Token], facts: list[Fact]) -> list[Fact]:
    """Drop numbers in words that are part of a name elsewhere in the text."""
    names = {
        (token.low, after.low)
        for token, after in itertools.pairwise(tokens)
        if token.kind == "word" and token.text[0].isupper() and not token.first
    }
    return [fact for fact in facts if not _is_named(tokens, fact, names)]


def _is_named(tokens: list[Token], fact: Fact, names: set[tuple[str, str]]) -> bool:
    token = tokens[fact.first]
    if fact.kind != "quantity" or token.kind != "word" or not token.text[0].isupper():
        return False
    return fact.end > fact.first + 1 and (token.low, tokens[fact.first + 1].low) in names
