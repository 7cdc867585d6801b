"""Words that scans and PDFs have cut: at the end of a line, or around a ligature.

In come a text and its language; out come the places to change and what to write there. Whether a
word is one is asked of the text itself, then of the dictionary of the language.
"""

import functools
import re
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError

from clusterlib.dictionary import is_listed

# Marks that stand for nothing but a cut; others may be hyphens.
SOFT = "\u00ad¬"
# A hyphen, or a mark that stands for one, and the single line end after it, between letters.
BREAK = re.compile(rf"[-‐‑{SOFT}](?<=[^\W_].)[ \t]*(?:\r\n|[\n\r\v\f\u2028\u2029])[ \t]*(?=[^\W_])")
HEAD, TAIL = re.compile(r"[^\W_]+$"), re.compile(r"[^\W_]+")
CUT = re.compile(rf"[^\W_]+(?:{BREAK.pattern})[^\W_]+")
WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
LONGEST = 40
# Languages that write compounds as one word; in German a compound begins with a capital.
COMPOUNDING = frozenset("da de et fi hu is nb nl nn no sv".split())
# Where a compound needs its hyphen: between vowels, or between two that are the same.
CLASH = {"nl": re.compile("[aeiou]{2}"), "fi": re.compile(r"([aeiouyäö])\1")}
# English words that keep a hyphen before another, though dictionaries have both spellings.
APART = frozenset("long self so well".split())
# What may follow a hyphen that stands for the rest of a word, beside "and" and "or" of CLDR.
MORE = {"de": "als bis bzw sowie wie", "nl": "als dan tot", "da": "samt", "sv": "samt"}
# What is left of a word around a ligature: "veri fi cation", "sta ff".
LIGATURE = re.compile(r"(?:ff[il]?|f[il]|[ﬀ-ﬄ])(?![^\W\d_])")
PARTS = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}


def join_lines(text: str, lang: str, source: str) -> Iterator[tuple[int, int, str]]:
    r"""Yield the line ends after a hyphen, and the hyphen or nothing that belongs there.

    >>> list(join_lines("sam-\narbeid, Energie-\nund Klima", "de", ""))
    [(3, 5, ''), (20, 22, '- ')]
    """
    for match in BREAK.finditer(text):
        head = HEAD.search(text, max(0, match.start() - LONGEST), match.start())
        tail = TAIL.match(text, match.end())
        if head and tail:
            soft = match[0][0] in SOFT
            new = "" if soft else _hyphen(head[0], tail[0], lang.split("-")[0], source)
            yield *match.span(), new


def _hyphen(head: str, tail: str, lang: str, source: str) -> str:
    """Return what stands between two halves: nothing, a hyphen, or one with a space."""
    capitals = head.isupper() and tail.isupper() and len(head) > 1
    if not (head + tail).isalpha() or not (tail[0].islower() or capitals):
        return "-"
    words, whole = _words(source), head + tail
    listed = is_listed(whole, lang, without=False)
    known = [one.lower() in words or is_listed(one, lang, without=False) for one in (head, tail)]
    if tail.lower() in _conjunctions(lang) and (known[0] or not listed):
        return "- "
    written_whole, hyphened = whole.lower() in words, f"{head}-{tail}".lower() in words
    if written_whole != hyphened:
        return "-" if hyphened else ""
    if len(head) == 1 or (lang == "en" and known[1] and head.lower() in APART):
        return "-"
    if listed or not all(known):
        return ""
    clash = lang in CLASH and CLASH[lang].fullmatch((head[-1] + tail[0]).lower())
    one_word = lang in COMPOUNDING and not clash and (lang != "de" or head[0].isupper())
    return "" if one_word else "-"


@functools.lru_cache(maxsize=4)
def _words(source: str) -> frozenset[str]:
    """Return the words that stand whole in a text."""
    return frozenset(word.lower() for word in WORD.findall(CUT.sub(" ", source)))


@functools.cache
def _conjunctions(lang: str) -> frozenset[str]:
    """Return the words for "and" and "or", from Unicode's locale data."""
    words = set(MORE.get(lang, "").split())
    try:
        patterns = Locale.parse(lang).list_patterns
    except (UnknownLocaleError, ValueError):
        return frozenset(words)
    for style in ("standard", "or"):
        words.update(re.findall(r"[^\W\d_]+", patterns[style]["2"]))
    return frozenset(words)


def join_ligatures(text: str, lang: str) -> Iterator[tuple[int, int, str]]:
    """Yield the spaces that stand around a ligature within a word of the dictionary.

    >>> list(join_ligatures("The veri fi cation of sta ff", "en"))
    [(8, 9, ''), (11, 12, ''), (25, 26, '')]
    """
    lang = lang.split("-")[0]
    for match in LIGATURE.finditer(text):
        start, end = match.span()
        before = HEAD.search(text, max(0, start - LONGEST), start - 1) if start else None
        after = TAIL.match(text, end + 1)
        left = before[0] if before and text[start - 1] == " " else ""
        right = after[0] if after and text[end : end + 1] == " " else ""
        part = PARTS.get(match[0], match[0])
        if text[start - 1 : start].isalpha() or is_listed(part, lang):
            continue
        for head, tail in ((left, right), (left, ""), ("", right)):
            if (head or tail) and is_listed(head + part + tail, lang, without=False):
                yield from [(start - 1, start, "")] if head else []
                yield from [(end, end + 1, "")] if tail else []
                break
