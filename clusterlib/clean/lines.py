"""A line of a page, its features, and what its own form gives away."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from clusterlib.load import dates, phrases

Kind = Literal["headline", "body", "caption"]

SENTENCE_END = re.compile(r"[.!?;\u037e。！？][\"'»”“’‘)\]\s]*$")
ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\]|\(…\))[\"'»”“’)\]\s]*$")
COLON = re.compile(r":\s*$")
BULLET = re.compile(r"^\s*(?:[•·▪◦‣*\-–—+]|\(?\d{1,2}[.)]|\(?[a-zа-я][.)])\s+\S", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
SEPARATOR = re.compile(r"\s*[|•·>»/›→]\s*|\s{2,}|\t|\s[-–]\s")
SITE = re.compile(r"\s+[-–|·]\s+")
INITIALS = re.compile(r"^(?:[^\W\d_]\.\s?-?){1,4}$|^\(?[^\W\d_]{2,3}/[^\W\d_]{2,3}\)?$")
FILE_NAME = re.compile(r"\.(?:jpe?g|png|gif|pdf|docx?|svg|webp)\b|[^\W_]{3,}_[\w-]*\d", re.I)
FACT = re.compile(r"^[^\W\d_][^:]{1,30}:\s+\S")
ADDRESS = re.compile(r"^\W*(?:https?://|www\.)\S+$|^\W*\S+@\S+\.\w{2,}\W*$")

# So many words without a sentence end are still running text, not a label.
LONG = 22
# Fewest words of a line that ends in a colon and introduces a list.
INTRODUCTION = 6
# Fewest words, on average, of the items of a list; a menu has shorter ones.
LIST_WORDS = 3.5
# Phrases at the start of a line count only where the line is short like a label.
LABEL_WORDS = 15
LONGEST_LABEL = 300
# What begins like one of these may be a whole sentence: "Address: climate and jobs together."
SENTENCES_TOO = ("byline", "caption", "caption-sentence", "contact", "navigation")


def repeat_key(text: str) -> str:
    """Return what two texts share that say the same: case, spaces and outer quotes aside.

    >>> repeat_key("« Members in  2021. »") == repeat_key("members in 2022.")
    False
    """
    return " ".join(text.casefold().split()).strip("\"'»«”“„’‘ ").rstrip(".")


@dataclass(frozen=True)
class Verdict:
    """What becomes of a block: its kind if it is kept, or the rule that drops it."""

    kind: Kind | None
    rule: str = ""
    reason: str = ""


@dataclass
class Line:
    """A block's text with the features that the rules look at."""

    text: str
    lang: str
    raw: str
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        self.words = _count_words(self.text)
        self.key = repeat_key(self.text)
        self.truncated = bool(ELLIPSIS.search(self.text))
        self.sentence = bool(SENTENCE_END.search(self.text)) and not self.truncated
        self.fact = bool(FACT.match(self.text))
        self.bullet = bool(BULLET.match(self.text))
        self.running = (
            (self.sentence and self.words >= 4)
            or (bool(COLON.search(self.text)) and self.words >= INTRODUCTION)
            or (self.words >= LONG and not self.truncated and not is_list_of_links(self))
        )

    @property
    def open(self) -> bool:
        """Whether no rule has decided yet."""
        return self.verdict is None

    def drop(self, rule: str, reason: str) -> None:
        """Drop the line, unless an earlier rule has decided."""
        self.verdict = self.verdict or Verdict(None, rule, reason)

    def keep(self, kind: Kind) -> None:
        """Keep the line, unless an earlier rule has decided."""
        self.verdict = self.verdict or Verdict(kind)


def _count_words(text: str) -> int:
    """Count words; of a long text, about."""
    head = text[:LONGEST_LABEL]
    return round(len(WORD.findall(head)) * len(text) / max(len(head), 1))


def judge_alone(line: Line) -> None:
    """Decide what a line's own form gives away, wherever it stands."""
    if line.words == 0:
        line.drop("symbols", "holds no word")
    elif len(line.text) <= LONGEST_LABEL:
        for rule, reason, holds in BY_FORM:
            if holds(line):
                line.drop(rule, reason)
    if line.open:
        _judge_by_phrase(line)
    if line.open and is_list_of_links(line):
        line.drop("links", "is a row of short parts")


def _judge_by_phrase(line: Line) -> None:
    """Apply the phrase list; only a short line is a label, whatever it begins with."""
    rule = phrases.rule_at("start", line.text, line.lang)
    if line.sentence and rule in SENTENCES_TOO:
        if rule.startswith("caption"):
            line.keep("caption")
        return
    rule = phrases.rule_at("within", line.text, line.lang)
    if line.words <= LABEL_WORDS:
        rule = phrases.rule_of(line.text, line.lang)
        if not line.sentence:
            rule = rule or phrases.rule_at("label", line.text, line.lang)
    if rule == "caption-sentence":
        line.drop("caption", "describes a picture")
    elif rule and rule != "published":
        line.drop(rule, f"carries a phrase of the list: {rule}")


def is_list_of_links(line: Line) -> bool:
    """Tell a row of menu items: short parts, or parts and words of the phrase list."""
    if line.sentence:
        return False
    parts = [part for part in SEPARATOR.split(line.raw.strip()) if part.strip()]
    if len(parts) >= 3 and line.words <= LIST_WORDS * len(parts):
        return True
    if len(parts) >= 2 and line.words <= LONG:
        return any(phrases.is_phrase(part) for part in parts)
    return 3 <= line.words <= LABEL_WORDS and phrases.coverage(line.text) >= 0.6


def is_language_switch(text: str) -> bool:
    r"""Tell a line that only names languages, in whatever language.

    >>> is_language_switch("Bulgarian\xa0 English"), is_language_switch("DE | EN")
    (True, True)
    """
    parts = [part for part in re.split(r"[\s|/,•·()\-]+", text.casefold()) if part]
    names, codes = _language_names()
    named = bool(parts) and all(part in names or part in codes for part in parts)
    return named and (len(parts) > 1 or parts[0] in names)


@functools.cache
def _language_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return names (in English and in themselves) and codes of Europe's languages, from CLDR."""
    from babel import Locale

    codes = (
        "bg bs ca cs cy da de el en es et eu fi fr ga gl hr hu is it lb lt lv mk mt nb nl nn no "
        "pl pt ro ru sk sl sq sr sv tr uk"
    ).split()
    english = Locale("en").languages
    names = {english[code] for code in codes}
    names |= {Locale(code).languages.get(code, "") for code in codes}
    words = {word for name in names for word in name.casefold().split()}
    return frozenset(words), frozenset([*codes, "ua", "gr", "cz", "dk", "se", "si", "gb", "rs"])


def _is_file_name(line: Line) -> bool:
    return line.words <= 4 and not line.sentence and bool(FILE_NAME.search(line.text))


BY_FORM: tuple[tuple[str, str, Callable[[Line], bool]], ...] = (
    ("date", "states a date of the page", lambda line: dates.is_date_line(line.text, line.lang)),
    ("language switch", "lists languages", lambda line: is_language_switch(line.text)),
    ("address", "is a link or an address", lambda line: bool(ADDRESS.match(line.text))),
    ("byline", "is a signature", lambda line: bool(INITIALS.match(line.text))),
    ("caption", "reads like the name of a picture file", _is_file_name),
)
