"""The multilingual list of phrases that pages carry besides their text.

`data/boilerplate.csv` has one phrase a row with the rule that it stands for
(navigation, share, published, …), its language, and how it matches a line:
as the ``whole`` of it, at its ``start``, at its ``end``, anywhere ``within``, or
within a short line that is no sentence (``label``).
"""

import functools
import re
from collections import defaultdict

from clusterlib.cells import read_data

LETTER = re.compile(r"[^\W\d_]")
# So many words may follow a phrase of two or more words that makes up a line.
MOST_EXTRA = 2
# Words of pages in any language: a French page may say "Connect with us".
EVERYWHERE = ("en", "und")


def fold(line: str) -> str:
    """Fold a line for comparison: case, spaces, and what is not a letter at its ends."""
    first = LETTER.search(line)
    if first is None:
        return ""
    last = next(index for index in range(len(line), 0, -1) if LETTER.match(line[index - 1]))
    return " ".join(line[first.start() : last].split()).casefold()


@functools.cache
def _whole() -> dict[str, str]:
    rules: dict[str, str] = {}
    for row in read_data("boilerplate"):
        if row["match"] in {"whole", "end"}:
            rules.setdefault(fold(row["phrase"]), row["rule"])
    return rules


@functools.cache
def patterns(lang: str, match: str) -> re.Pattern[str]:
    """Return one expression for all phrases of a language, a group for each rule."""
    phrases = defaultdict(set)
    primary = lang.split("-")[0]
    for row in read_data("boilerplate"):
        of_lang = row["lang"] in {primary, *EVERYWHERE} or primary == "und"
        if of_lang and row["match"] == match:
            phrases[row["rule"]].add(row["phrase"])
    groups = []
    for rule in sorted(phrases):
        longest_first = sorted(phrases[rule], key=lambda phrase: (-len(phrase), phrase))
        words = "|".join(_expression(phrase, rule) for phrase in longest_first)
        groups.append(f"(?P<{rule.replace('-', '_')}>{words})")
    body = "|".join(groups) or r"(?!)"
    form = {"start": rf"^\W*(?:{body})", "end": rf"(?<!\w)(?:{body})[\W\d]*$"}
    return re.compile(form.get(match, rf"(?<!\w)(?:{body})"), re.IGNORECASE)


def _expression(phrase: str, rule: str) -> str:
    """Return the expression of a phrase; before a date its colon is optional."""
    words, colon = phrase.rstrip(": "), phrase.rstrip().endswith(":")
    tail = r"\s*:" if colon and rule != "published" else r"(?!\w)"
    return re.escape(words).replace(r"\ ", r"\s+") + tail


def is_phrase(text: str) -> bool:
    """Tell whether a text is one phrase of the list, in any language."""
    return fold(text) in _whole()


def coverage(line: str) -> float:
    """Return the share of a line's words that are phrases of the list, one after another."""
    words = [fold(word) for word in line.split()]
    words = [word for word in words if word]
    covered = position = 0
    while position < len(words):
        lengths = range(min(4, len(words) - position), 0, -1)
        phrases = (size for size in lengths if " ".join(words[position:][:size]) in _whole())
        size = next(phrases, 0)
        covered += size
        position += max(size, 1)
    return covered / max(len(words), 1)


def rule_of(line: str, lang: str) -> str | None:
    """Name the rule whose phrase makes up a short line that may be a label, or None."""
    words = fold(line).split(" ")
    fewest = min(2, len(words))
    for length in range(len(words), max(fewest, len(words) - MOST_EXTRA) - 1, -1):
        if rule := _whole().get(" ".join(words[:length])):
            return rule
    return rule_at("start", line, lang) or rule_at("within", line, lang)


def rule_at(match: str, line: str, lang: str) -> str | None:
    """Name the rule of a phrase that a line carries at its start, its end or within, or None."""
    phrase = patterns(lang, match).search(line)
    return str(phrase.lastgroup).replace("_", "-") if phrase else None
