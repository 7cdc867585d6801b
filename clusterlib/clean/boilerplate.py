"""Tell the text of a page from what stands around it, by the form of its lines.

The rules know nothing of particular sites: they look at length, sentence ends,
ellipses, repetition, position, the density of short lines, and the multilingual
phrase list.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from clusterlib import dates, phrases

Kind = Literal["headline", "body", "caption"]

SENTENCE_END = re.compile(r"[.!?;\u037e。！？][\"'»”“’‘)\]\s]*$")
ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\]|\(…\))[\"'»”“’)\]\s]*$")
COLON = re.compile(r":\s*$")
BULLET = re.compile(r"^\s*(?:[•·▪◦‣*\-–—+]|\(?\d{1,2}[.)]|\(?[a-zа-я][.)])\s+\S", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
SEPARATOR = re.compile(r"\s*[|•·>»/›→]\s*|\s{2,}|\t|\s[-–]\s")
INITIALS = re.compile(r"^(?:[^\W\d_]\.\s?-?){1,4}$|^\(?[^\W\d_]{2,3}/[^\W\d_]{2,3}\)?$")
FILE_NAME = re.compile(r"(?:\.(?:jpe?g|png|gif|pdf|docx?|svg|webp)\b|[^\W\d_]{4,}_?\d+$)", re.I)
ADDRESS = re.compile(r"^\W*(?:https?://|www\.)\S+$|^\W*\S+@\S+\.\w{2,}\W*$")

# Fewest words of a title that stands above the text, among labels and menus.
TITLE_WORDS = 4
# So many words without a sentence end are still running text, not a label.
LONG = 22
# Phrases at the start of a line count only where the line is short like a label.
LABEL_WORDS = 15


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
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        self.words = len(WORD.findall(self.text))
        self.key = phrases.fold(self.text)
        self.truncated = bool(ELLIPSIS.search(self.text))
        self.sentence = bool(SENTENCE_END.search(self.text)) and not self.truncated
        self.bullet = bool(BULLET.match(self.text))
        self.running = (self.sentence and self.words >= 4) or (
            self.words >= LONG and not self.truncated and not _is_list_of_links(self)
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


def judge(texts: Sequence[str], lang: str) -> list[Verdict]:
    """Decide which blocks of a page are its text.

    Parameters
    ----------
    texts : sequence of str
        Repaired blocks in page order.
    lang : str
        The language of the page.

    Returns
    -------
    list of Verdict
        One for each block.

    Examples
    --------
    >>> page = ["Home", "Region signs an agreement on storage", "The region pays for it."]
    >>> [verdict.kind for verdict in judge(page, "en")]
    [None, 'headline', 'body']
    """
    lines = [Line(text, lang) for text in texts]
    for line in lines:
        _drop_by_itself(line)
    _drop_repeats(lines)
    _drop_teasers(lines)
    first, last = _extent(lines)
    _judge_top(lines[:first])
    _judge_middle(lines[first:last])
    for line in lines[last:]:
        line.drop("after the text", "stands after the last sentence of the text")
    return [line.verdict or Verdict("body") for line in lines]


def _drop_by_itself(line: Line) -> None:
    """Drop what its own form gives away, wherever it stands."""
    text = line.text
    if line.words == 0:
        line.drop("symbols", "holds no word")
    elif (date := dates.stated(text, line.lang)) and date.alone:
        line.drop("date", "states a date of the page")
    elif is_language_switch(text):
        line.drop("language switch", "lists languages")
    elif ADDRESS.match(text):
        line.drop("address", "is a link or an address")
    elif INITIALS.match(text):
        line.drop("byline", "is a signature")
    elif line.words <= 4 and not line.sentence and FILE_NAME.search(text):
        line.drop("caption", "reads like the name of a picture file")
    elif rule := phrases.rule_of(text, line.lang):
        short = line.words <= LABEL_WORDS
        if rule == "caption-sentence":
            if line.sentence:
                line.keep("caption")
            elif short:
                line.drop("caption", "describes a picture")
        elif rule != "published" and (short or rule in {"cookies", "legal"}):
            line.drop(rule, f"carries a phrase of the list: {rule}")
    elif _is_list_of_links(line):
        line.drop("links", "is a row of short parts")


def _is_list_of_links(line: Line) -> bool:
    """Tell a row of menu items: several separators, few words between them, no sentence end."""
    parts = [part for part in SEPARATOR.split(line.text) if part.strip()]
    return len(parts) >= 3 and not line.sentence and line.words <= 3.5 * len(parts)


def is_language_switch(text: str) -> bool:
    """Tell a line that only names languages, in whatever language.

    >>> is_language_switch("Bulgarian\\xa0 English"), is_language_switch("DE | EN")
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


def _drop_repeats(lines: Sequence[Line]) -> None:
    """Keep the first full occurrence of a line, also where a truncated one stands before it."""
    seen: set[str] = set()
    for line in lines:
        if line.key in seen and not line.bullet:
            line.drop("repeat", "repeats an earlier line")
        elif not line.truncated:
            seen.add(line.key)
    for line in lines:
        stem = line.key.rstrip(" .…[]()")
        if line.truncated and line.words >= 4 and any(
            key.startswith(stem) and key != stem for key in seen
        ):
            line.drop("repeat", "is the truncated form of a line that stands in full")


def _drop_teasers(lines: Sequence[Line]) -> None:
    """Drop the truncated texts that stand for other pages, with the titles above them."""
    ends = phrases.patterns(lines[0].lang, "end") if lines else None
    for index, line in enumerate(lines):
        above = lines[index - 1] if index else None
        titled = above is not None and not above.running and above.words >= 1
        cut = line.truncated and (titled or line.words < 8)
        more = ends is not None and bool(ends.search(line.text)) and not line.sentence
        if cut or more:
            line.drop("teaser", "is the truncated start of another page")
            if titled and above is not None and not above.sentence:
                above.drop("teaser", "is the title of a truncated text")


def _extent(lines: Sequence[Line]) -> tuple[int, int]:
    """Return where running text begins and where it ends."""
    running = [index for index, line in enumerate(lines) if _is_text(line)]
    if not running:
        return len(lines), len(lines)
    first, last = running[0], running[-1] + 1
    while last < len(lines) and lines[last].open and lines[last].bullet:
        last += 1
    return first, last


def _is_text(line: Line) -> bool:
    kept = line.verdict is not None and line.verdict.kind is not None
    return kept or (line.open and line.running)


def _judge_top(lines: Sequence[Line]) -> None:
    """Find the title among the labels and menus above the text."""
    open_lines = [line for line in lines if line.open]
    titles = [line for line in open_lines if line.words >= TITLE_WORDS or line.sentence]
    nearest = [line for line in open_lines[-1:] if line.words > 1]
    for line in titles or nearest:
        line.keep("headline")
    for line in lines:
        line.drop("label", "is a short line above the text")


def _judge_middle(lines: Sequence[Line]) -> None:
    """Keep the text, the headings in it and its lists; drop labels and menus between."""
    for index, line in enumerate(lines):
        if not line.open:
            continue
        before = next((other for other in reversed(lines[:index]) if _is_text(other)), None)
        if line.running or line.sentence or line.bullet:
            line.keep("body")
        elif before is not None and COLON.search(before.text) and line.words <= LONG:
            line.keep("body")
        elif _heads_text(lines, index):
            line.keep("headline")
        else:
            line.drop("label", "is a short line that heads no text")


def _heads_text(lines: Sequence[Line], index: int) -> bool:
    """Tell whether text follows a short line, at once or after one further heading."""
    following = [line for line in lines[index + 1 : index + 3] if line.open or _is_text(line)]
    return bool(following) and (following[0].running or following[0].bullet)
