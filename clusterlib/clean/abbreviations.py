"""Tell whether a full stop ends a sentence, by a table of abbreviations in 28 languages."""

import csv
import functools
import importlib.resources
import re

# So far back an abbreviation and the word before it are looked for.
REACH = 24
# What follows a full stop: opening marks, then a word.
NEXT = re.compile(r"(?P<marks>[„“«»‘'\"(\[–—-]*\s?)(?P<word>[^\W_][\w’']*)?(?P<stop>\.?)")
# The article that stands before an abbreviation: "l'ing.", "d’av.".
ELISION = re.compile(r"\w{1,5}['’](?=\w)")
# Single letters and short parts with full stops between: U.K, z. B, s. r. o, bl.a.
DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.[ -]?)+[^\W\d_]{1,4}")
INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)*[^\W\d_]")
SPACED = re.compile(r"(?:(?<!\S)[^\W\d_]{1,2}\. )*(?<!\S)\S+$")
ROMAN = re.compile(r"[IVXLCDM]{2,}|[VX]")
# An ordinal is a number with a full stop, also before a noun or a name that has a capital.
ORDINALS = frozenset("bs cs da de et fi hr hu is lv nb nn no pl sk sl sr tr".split())
# There a number before a capital is an ordinal rather than the end of a sentence.
BEFORE_CAPITALS = frozenset(["de", "hu", "tr"])
# Parts of names, which may follow an initial: "J. De Wit", "A. La Pira".
PARTICLES = frozenset("al da das de del den der des di do dos du el la las le los van von".split())


@functools.cache
def abbreviations(lang: str) -> dict[str, str]:
    """Return the abbreviations of a language, without their last full stop.

    Parameters
    ----------
    lang : str
        A language code.

    Returns
    -------
    dict of str to str
        For each what it stands before without ending a sentence: ``any``
        thing; a ``number``; an ``amount`` (a number, unless one stands before
        it); a ``name``, that is anything but a word that often opens a
        sentence; or ``nothing``, so that a sentence ends where a capital
        follows. After a word marked ``ordinal`` a number with a full stop is
        an ordinal.

    Examples
    --------
    >>> abbreviations("de")["z.b"], abbreviations("de")["mio"]
    ('any', 'name')
    """
    return {
        word: row["before"]
        for row in _rows("abbreviations.csv")
        if row["lang"] == lang
        for word in row["words"].split(" | ")
    }


@functools.cache
def openers(lang: str) -> frozenset[str]:
    """Return words of a language that often open a sentence and are no part of a name."""
    rows = [row["words"] for row in _rows("sentence_openers.csv") if row["lang"] == lang]
    return frozenset(word for words in rows for word in words.split(" | "))


@functools.cache
def _rows(name: str) -> list[dict[str, str]]:
    path = importlib.resources.files("clusterlib") / "data" / name
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_end(text: str, begin: int, stop: int, after: int, lang: str) -> bool | None:
    """Tell whether a full stop ends a sentence.

    Parameters
    ----------
    text : str
        A block of text.
    begin : int
        Where the sentence begins.
    stop, after : int
        Where the full stop stands, and what follows it.
    lang : str
        The language, without its region.

    Returns
    -------
    bool or None
        None if nothing is known of the word, and general rules decide.

    Examples
    --------
    >>> is_end("Das kostet 3 Mio. Euro.", 0, 16, 18, "de")
    False
    """
    reach = max(begin, stop - REACH)
    last = text[text.rfind(" ", reach, stop) + 1 : stop]
    # Most words are no abbreviation: this finds out fast.
    if len(last) > 3 and last.isalpha() and not last.isupper() and not _rule(last, last, "", lang):
        return None
    head = text[reach:stop]
    spaced = SPACED.search(head)
    following = NEXT.match(text, after)
    if not spaced or not following:
        return None
    joined = ELISION.sub("", spaced[0].lstrip("„“«»‘'\"(["))
    word = joined.rsplit(" ", 1)[-1]
    before = head[: spaced.start()].rsplit(maxsplit=1)[-1:]
    previous = before[0].lower() if before else ""
    after_word = following["word"] or ""
    initial = len(after_word) == 1 and bool(following["stop"])
    opens = after_word[:1].isupper() and not initial and after_word.lower() in openers(lang)
    if INITIALS.fullmatch(joined) and joined.isupper() and after_word.lower() in PARTICLES:
        opens = previous[:1].isdecimal()
    numeric = after_word[:1].isdecimal() or bool(ROMAN.fullmatch(after_word) and not opens)
    if word.isdecimal():
        first = stop - len(word) == begin
        return _number_ends(word, previous, first, after_word, opens, lang)
    rule = _rule(joined, word, previous, lang)
    if rule == "any":
        return False
    if rule == "nothing":
        return not after_word[:1].islower()
    if rule in ("number", "amount") and numeric:
        return False if rule == "number" or not previous[:1].isdecimal() else None
    if opens and (rule or len(word) == 1):
        return True
    return False if rule == "name" and after_word else None


def _rule(joined: str, word: str, previous: str, lang: str) -> str:
    """Return the rule of an abbreviation, looked up with what stands before it and alone."""
    key = joined.lower().replace(". ", ".")
    table = abbreviations(lang)
    for form in (f"{previous} {key}", key, word.lower(), f"-{word[-3:].lower()}"):
        # "F. Schiller" and "M. R. Štefánik" are names; "f." and "m. r." close a list or a date.
        if form in table and not (table[form] == "nothing" and joined.isupper()):
            return table[form]
    if DOTTED.fullmatch(joined) or (lang in ORDINALS and ROMAN.fullmatch(word)):
        return "name"
    return ""


def _number_ends(
    word: str, previous: str, first: bool, following: str, opens: bool, lang: str
) -> bool | None:
    """Tell a number that ends a sentence from an ordinal and from the number of an item."""
    if not following[:1].isupper():
        return None
    if first:
        return len(word) > 3
    table = abbreviations(lang)
    counted = table.get(previous.rstrip("."), "") == "number" and previous.endswith(".")
    if opens or counted:
        return True
    if table.get(previous) == "ordinal":
        return len(word) > 3
    return None if lang in BEFORE_CAPITALS else True
