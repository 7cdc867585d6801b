"""Tell numbers that are no facts: telephone numbers, times of day, names, labels, lists."""

from decimal import Decimal

from clusterlib.facts.nouns import gloss
from clusterlib.facts.tokens import Token
from clusterlib.facts.words import Words

LONGEST_TITLE = 8
OPENING = frozenset('„“"«‚‘»”')
CLOSING = frozenset('“”"»’«')
POSTCODE_DIGITS = (4, 5, 6)
RUN = 3
LONGEST_SHARE = 4
JOINING = frozenset("-–/._:,'’#@\\")


def is_no_amount(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """Tell whether the number at ``place``, which ends before ``end``, is no amount.

    Parameters
    ----------
    tokens : list of Token
        The text.
    place, end : int
        The tokens of the number.
    told : Words
        The words of the language.

    Examples
    --------
    >>> from clusterlib.facts.tokens import tokenise
    >>> from clusterlib.facts.words import words
    >>> is_no_amount(tokenise("Kapitel 3 Ergebnisse"), 1, 2, words("de"))
    True
    """
    token = tokens[place]
    checks = (_is_labelled, _is_clock, _is_idiom, _is_proportion)
    own = (_is_joined, _is_run, _is_postcode, _is_item) if token.kind == "number" else (_is_name,)
    return any(check(tokens, place, end, told) for check in (*checks, *own))


def _is_labelled(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See "Chapter 3", "No. 12", "§ 5"."""
    if not place or tokens[place].line:
        return False
    if tokens[place - 1].text in {"§", "№", "#", "°"}:
        return True
    return told.before("label", tokens, place) is not None


def _is_clock(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See "kl. 10", "18 Uhr", "om negen uur"; a preposition alone makes no time of day."""
    start = told.before("clockbefore", tokens, place)
    after = told.match("clockafter", tokens, end)
    if after:
        word = tokens[end].low
        plain = gloss(word, told.lang) is None and not told.has("stop", word)
        sure = plain or word == "uhr"
        return sure or start is not None
    if start is None:
        return False
    weak = told.has("stop", tokens[start].low) or told.has("to", tokens[start].low)
    return not weak and not told.has("from", tokens[start].low)


def _is_idiom(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See "zwei Seiten einer Medaille" and other figures of speech around the number."""
    for start in range(max(0, place - 4), place + 1):
        found = told.match("idiom", tokens, start)
        if found and found[0] > place:
            return True
    return False


def _is_proportion(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See "one in eight", "two out of five": a share, of which nothing is counted."""
    start = told.before("ratio", tokens, place)
    if not start:
        return False
    part, whole = tokens[start - 1], _small(tokens[place], told)
    found = told.match("ratio", tokens, start)
    if found and found[1] == "first" and not part.first:
        # "One of eight" within a sentence is a member, and the eight are counted.
        return False
    low = Decimal(1) if part.low in told.ones else _small(part, told)
    return low is not None and whole is not None and low < whole


def _small(token: Token, told: Words) -> Decimal | None:
    """Return the value of a number of one word or of digits alone."""
    if token.text.isdecimal() and token.text.isascii() and len(token.text) <= LONGEST_SHARE:
        return Decimal(token.text)
    return told.numerals.get(token.low)


def _is_joined(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See digits that belong to a word or a code: CO2, COVID-19, BW_4, v2.1."""
    if not place or tokens[place].spaced or tokens[place].line:
        return False
    before = tokens[place - 1]
    if before.kind == "word":
        return len(before.text) != 3 or not before.text.isupper()
    joins = before.text in JOINING
    return joins and place > 1 and not before.spaced and tokens[place - 2].kind != "sign"


def _is_run(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See telephone numbers: several numbers in a row, or one after a plus or with a zero first."""
    if tokens[place].text[0] == "0" and tokens[place].text[1:2].isdigit():
        return True
    first = last = place
    while first and place - first < 2 * RUN and _near(tokens, first):
        first -= 1
    while last + 1 < len(tokens) and last - place < 2 * RUN and _near(tokens, last + 1):
        last += 1
    run = [token for token in tokens[first : last + 1] if token.kind == "number"]
    plus = any(token.text == "+" for token in tokens[max(0, first - 1) : place])
    return len(run) >= RUN or (len(run) == RUN - 1 and (plus or run[0].text[0] == "0"))


def _near(tokens: list[Token], place: int) -> bool:
    """Tell whether a token continues a row of numbers."""
    token, before = tokens[place], tokens[place - 1]
    if token.line:
        return False
    return all(part.kind == "number" or part.text in "-–/()+" for part in (token, before))


def _is_postcode(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See "70173 Stuttgart": bare digits before a capital that is no common noun."""
    text = tokens[place].text
    after = tokens[end] if end < len(tokens) else None
    if not (text.isdigit() and len(text) in POSTCODE_DIGITS and end == place + 1 and after):
        return False
    if after.kind != "word" or not after.text[0].isupper() or gloss(after.low, told.lang):
        return False
    if told.lang != "de":
        return True
    return len(text) == 5 and not text.endswith("00")


def _is_item(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See the number of an item in a list, or of a section: "1. Goals", "2) Means"."""
    return tokens[place].line and end < len(tokens) and tokens[end].text in {".", ")"}


def _is_name(tokens: list[Token], place: int, end: int, told: Words) -> bool:
    """See a number in words that is part of a name: capital within a sentence, or in a title."""
    token = tokens[place]
    if not token.text[0].isupper():
        return False
    if not token.first:
        return True
    before = tokens[place - 1].text if place and not token.spaced else ""
    if before not in OPENING or before == "":
        return False
    title = tokens[end : end + LONGEST_TITLE]
    for found in title:
        if found.text in CLOSING:
            return True
        if found.text in {".", "!", "?", ","}:
            return False
    return False
