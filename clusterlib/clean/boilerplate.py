"""Tell the text of a page from what stands around it, by the form of its lines.

The rules know nothing of particular sites: they look at length, sentence ends,
ellipses, repetition, position, the density of short lines, and the multilingual
phrase list. What the form of a line alone gives away is decided first (`judge_alone`),
then what its neighbours say.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from clusterlib.load.lines import (
    DIGIT,
    LABEL_WORDS,
    LIST_WORDS,
    LONG,
    TITLE_WORDS,
    TOP,
    WORD,
    find_byline,
    is_contact,
    is_date_line,
    is_language_switch,
    is_phrase,
    is_row_of_links,
    patterns,
    rule_at,
    rule_of,
)

Kind = Literal["headline", "body", "caption"]

# A mark that ends a sentence, closing ones, and the mark of a footnote: "el informe.1", "[^1]".
SENTENCE_END = re.compile(
    r"[.!?;\u037e。｡！？؟۔।॥։።][\"'»”“’‘)\]」』\s]*$"
    r"|[^\W\d_]{3}[\"'»”’)]*[.!?][\"'»”“’)]*\d{1,2}(?:[,\s]\d{1,2})*$"
    r"|[.!?][\"'»”“’)]*(?:\s?\[\^?\w{1,3}\]|\s?\(\d{1,2}\)|[¹²³⁰⁴-⁹*†]+)+$"
)
ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\]|\(…\))[\"'»”“’)\]\s]*$")
COLON = re.compile(r":\s*$")
BULLET = re.compile(r"^\s*(?:[•·▪◦‣*\-–—+]|\(?\d{1,2}[.)]|\(?[a-zа-я][.)])\s+\S", re.IGNORECASE)
SITE = re.compile(r"\s+[-–|·]\s+")
INITIALS = re.compile(r"^(?:[^\W\d_]\.\s?-?){1,4}$|^\(?[^\W\d_]{2,3}/[^\W\d_]{2,3}\)?$")
FILE_NAME = re.compile(r"\.(?:jpe?g|png|gif|pdf|docx?|svg|webp)\b|[^\W_]{3,}_[\w-]*\d", re.I)
FACT = re.compile(r"^(?:[-–•*]\s)?([^\W\d_][^:]{1,30}):\s+\S")
COOKIE = re.compile(r"cookie|:\s+_\w", re.IGNORECASE)
ADDRESS = re.compile(r"^\W*(?:https?://|www\.)\S+$|^\W*\S+@\S+\.\w{2,}\W*$")

# The marks that close a line stand within so many characters.
CLOSE = 60
# Fewest words of a line that ends in a colon and introduces a list.
INTRODUCTION = 6
LONGEST_LABEL = 300
# What begins like one of these may be a whole sentence: "Address: climate and jobs together."
SENTENCES_TOO = ("byline", "caption", "caption-sentence", "contact", "navigation")
# Fewest words of the items of a list without marks; those of a menu or of tags are shorter.
ITEM_WORDS = 3
# A line of so many words is a paragraph, even if its full stop is missing or it breaks off.
PARAGRAPH = 12
# A box of facts has so many lines at least, with its heading, and may hold lines of these rules.
BOX_LINES = 3
CONTACTS = ("contact", "address")
# A byline stands below a title and a lead at most.
BEFORE_BYLINE = 2
# What opens an annex (comments, other articles), and how much of the text may follow it at most.
ANNEX = ("reading", "related")
ANNEX_SHARE = 0.15


def repeat_key(text: str) -> str:
    """Return what two texts share that say the same: case, spaces and outer quotes aside."""
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
    part: Kind | None = None

    def __post_init__(self) -> None:
        head = self.text[:LONGEST_LABEL]
        # Of a long text, about.
        self.words = round(len(WORD.findall(head)) * len(self.text) / max(len(head), 1))
        self.key = repeat_key(self.text)
        tail = self.text[-CLOSE:]
        self.truncated = bool(ELLIPSIS.search(tail))
        self.sentence = bool(SENTENCE_END.search(tail)) and not self.truncated
        row = FACT.match(head)
        self.row = row is not None and not self.sentence
        self.fact = row is not None and not is_phrase(row[1])
        self.bullet = bool(BULLET.match(self.text))
        self.running = (
            (self.sentence and self.words >= 4)
            or (bool(COLON.search(tail)) and self.words >= INTRODUCTION)
            or (self.words >= LONG and not self.truncated and not self.is_links())
        )

    @property
    def open(self) -> bool:
        """Whether no rule has decided yet."""
        return self.verdict is None

    def is_links(self) -> bool:
        """Tell a row of menu items."""
        return not self.sentence and is_row_of_links(self.text, self.words, self.raw)

    def drop(self, rule: str, reason: str) -> None:
        """Drop the line, unless an earlier rule has decided."""
        self.verdict = self.verdict or Verdict(None, rule, reason)

    def keep(self, kind: Kind) -> None:
        """Keep the line, unless an earlier rule has decided."""
        self.verdict = self.verdict or Verdict(kind)


def judge(
    texts: Sequence[str],
    lang: str,
    raw: Sequence[str] | None = None,
    decided: Mapping[int, Verdict] | None = None,
) -> list[Verdict]:
    """Decide which blocks of a page are its text, from the repaired blocks in page order.

    ``raw`` has the blocks before repair, whose tabs and gaps tell a row of links; ``decided`` those
    that are judged already, by their place.
    """
    lines = [Line(text, lang, was) for text, was in zip(texts, raw or texts, strict=True)]
    for place, line in enumerate(lines):
        line.verdict = (decided or {}).get(place)
        if line.open:
            judge_alone(line)
    _drop_bylines(lines[:TOP])
    _drop_repeats(lines)
    _drop_teasers(lines)
    _mark_lists(lines)
    _mark_boxes(lines)
    first, last = _extent(lines)
    _judge_top(lines[:first])
    _judge_middle(lines[first:last])
    for line in lines[last:]:
        line.drop("after the text", "stands after the last sentence of the text")
    return [line.verdict or Verdict("body") for line in lines]


def _drop_bylines(lines: Sequence[Line]) -> None:
    """Drop the lines near the title that say who wrote the text, or where and when.

    A place and a date alone do so between the title and the text; elsewhere they head an event.
    Several together are a list of events, and one without a date may be a title.
    """
    above = paragraphs = 0
    bylines = [None if line.bullet else find_byline(line.text, line.lang) for line in lines]
    for place, (line, byline) in enumerate(zip(lines, bylines, strict=True)):
        if byline and line.open and not (place and COLON.search(lines[place - 1].text)):
            alone = sum(map(bool, bylines[max(place - 1, 0) : place + 2])) == 1
            if byline.worded:
                says = (alone or not paragraphs) and bool(byline.iso or above)
            else:
                titled = above or any(not _is_text(one) for one in lines[place + 1 : place + 2])
                says = bool(titled) and alone and not paragraphs
            if says:
                line.drop("byline", "says who wrote the text, or where and when")
                continue
        above += line.open and line.words > 1
        paragraphs += _is_text(line)
        if paragraphs > BEFORE_BYLINE:
            return


def _drop_repeats(lines: Sequence[Line]) -> None:
    """Keep the first full occurrence of a line, also where a truncated one stands before it."""
    seen: set[str] = set()
    keys = {line.key for line in lines}
    for line in lines:
        name, *site = SITE.split(line.text, maxsplit=1)
        if line.key in seen and line.key and not line.bullet:
            line.drop("repeat", "repeats an earlier line")
        elif site and not line.sentence and len(name.split()) > 1 and repeat_key(name) in keys:
            line.drop("repeat", "is the headline with the name of the site")
        elif not line.truncated:
            seen.add(line.key)
    full = sorted(seen)
    for line in lines:
        stem = line.key.rstrip(" .…[]()")
        if line.truncated and line.words >= TITLE_WORDS:
            place = bisect_right(full, stem)
            if place < len(full) and full[place].startswith(stem):
                line.drop("repeat", "is the truncated form of a line that stands in full")


def _drop_teasers(lines: Sequence[Line]) -> None:
    """Drop the truncated texts that stand for other pages, with the titles above them."""
    if not lines:
        return
    ends = patterns(lines[0].lang, "end")
    last = max((index for index, line in enumerate(lines) if _is_text(line)), default=-1)
    several = sum(line.truncated for line in lines) > 1
    for index, line in enumerate(lines):
        above = lines[index - 1] if index else None
        titled = above is not None and not above.running and above.words >= 1
        cut = line.truncated and titled and (several or index > last)
        more = not line.sentence and bool(ends.search(line.text))
        if cut or more or (line.truncated and line.words < PARAGRAPH):
            line.drop("teaser", "is the truncated start of another page")
            if titled and above is not None and not above.sentence:
                above.drop("teaser", "is the title of a truncated text")


def _mark_lists(lines: Sequence[Line]) -> None:
    """Mark the short items of lists that a line introduces, or that are long on average."""
    for above, items in _runs(lines, "bullet"):
        introduced = above is not None and above.running and bool(COLON.search(above.text))
        long = sum(item.words for item in items) >= LIST_WORDS * len(items)
        if len(items) > 1 and (introduced or long) and all(item.open for item in items):
            for item in items:
                item.part = "body"


def _runs(lines: Sequence[Line], feature: str) -> Iterator[tuple[Line | None, list[Line]]]:
    """Yield the lines that have a feature and follow one another, with the line above them."""
    above: Line | None = None
    for has, group in itertools.groupby(lines, attrgetter(feature)):
        run = list(group)
        if has:
            yield above, run
        above = run[-1]


def _mark_boxes(lines: Sequence[Line]) -> None:
    """Mark rows of labels and values that state facts of the subject, and the heading of them.

    Those of which half or more are known to speak of the page (its author, its tags) state none.
    """
    for head, box in _runs(lines, "row"):
        free = [line for line in box if line.fact and line.open]
        contacts = [line for line in box if line.verdict and line.verdict.rule in CONTACTS]
        headed = head is not None and head.open and not (head.running or head.sentence)
        values = [line.text.split(":", 1)[1].strip() for line in free]
        telling = any(DIGIT.search(value) or (" " in value and not contacts) for value in values)
        own = 2 * len(free) > len(box) - len(contacts)
        # A table of cookies is about the page.
        cookies = any(COOKIE.search(line.text) for line in [*box, head or box[0]])
        if own and telling and len(free) + headed >= BOX_LINES and not cookies:
            for line in box:
                line.part = "body"
            if box[1:] and not box[0].bullet and all(line.bullet for line in box[1:]):
                box[0].part = "headline"
            elif head is not None and headed:
                head.part = "headline"


def _extent(lines: Sequence[Line]) -> tuple[int, int]:
    running = [index for index, line in enumerate(lines) if _is_text(line)]
    if not running:
        return len(lines), len(lines)
    first, last = running[0], running[-1] + 1
    while last < len(lines) and (size := _goes_on(lines[last:])):
        last += size
    return first, _before_annex(lines, first, last)


def _goes_on(lines: Sequence[Line]) -> int:
    """Count the lines with which a text goes on after its last full sentence."""
    head = 1 if lines[0].open and lines[0].words < PARAGRAPH and not _belongs(lines[0]) else 0
    run = 0
    for line in lines[head : head + 3]:
        run += _belongs(line)
    enough = run >= (2 if head else 1)
    return head + 1 if enough and head < len(lines) and _belongs(lines[head]) else 0


def _belongs(line: Line) -> bool:
    listed = (line.bullet or line.fact) and line.words >= ITEM_WORDS
    return bool(line.part) or (line.open and (line.sentence or listed or line.words >= PARAGRAPH))


def _before_annex(lines: Sequence[Line], first: int, last: int) -> int:
    """Return where comments or other pages' texts begin, if little text follows them."""
    total = sum(line.words for line in lines[first:last] if _is_text(line))
    above = 0
    for index in range(first, last):
        verdict = lines[index].verdict
        if verdict and verdict.rule in ANNEX and total - above <= ANNEX_SHARE * total:
            return index
        above += lines[index].words if _is_text(lines[index]) else 0
    return last


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
    shorts: list[Line] = []
    above: Line | None = None
    for line in lines:
        if not line.open and not _is_text(line):
            continue
        paragraph = line.truncated and line.words >= PARAGRAPH
        full = line.running or line.sentence or line.bullet or line.part or paragraph
        if line.open and not full:
            shorts.append(line)
            continue
        _judge_shorts(shorts, listed=above is not None and bool(COLON.search(above.text)))
        line.keep(line.part or "body")
        shorts, above = [], line


def _judge_shorts(shorts: Sequence[Line], listed: bool) -> None:
    """Judge successive short lines that stand between two pieces of text."""
    items = len(shorts) >= 3 and min(line.words for line in shorts[1:]) >= ITEM_WORDS
    items = items or sum(line.fact for line in shorts) >= 3
    introduced = [bool(COLON.search(line.text)) for line in shorts]
    if introduced[1:2] == [True] and not listed:
        shorts[0].keep("headline")
        shorts[1].keep("body")
    listed = listed or any(introduced[:-1])
    if listed or items:
        for line in shorts[:-1]:
            line.keep("body")
    elif len(shorts) == 2 and shorts[0].words >= ITEM_WORDS:
        shorts[0].keep("headline")
    for line in shorts[-1:]:
        line.keep("headline")
    for line in shorts:
        line.drop("label", "is one of several short lines between paragraphs")


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
    if line.open and line.is_links():
        line.drop("links", "is a row of short parts")


def _judge_by_phrase(line: Line) -> None:
    """Apply the phrase list; only a short line is a label, whatever it begins with."""
    rule = rule_at("start", line.text, line.lang)
    if line.sentence and rule in SENTENCES_TOO:
        if rule.startswith("caption"):
            line.keep("caption")
        return
    rule = rule_at("within", line.text, line.lang)
    if line.words <= LABEL_WORDS:
        rule = rule_of(line.text, line.lang)
        if not line.sentence:
            rule = rule or rule_at("label", line.text, line.lang)
    if rule == "caption-sentence":
        line.drop("caption", "describes a picture")
    elif rule and rule != "published":
        line.drop(rule, f"carries a phrase of the list: {rule}")


BY_FORM: tuple[tuple[str, str, Callable[[Line], bool]], ...] = (
    ("date", "states a date of the page", lambda line: is_date_line(line.text, line.lang)),
    ("language switch", "lists languages", lambda line: is_language_switch(line.text)),
    ("address", "is a link or an address", lambda line: bool(ADDRESS.match(line.text))),
    ("contact", "holds addresses and little else", lambda line: is_contact(line.text)),
    ("byline", "is a signature", lambda line: bool(INITIALS.match(line.text))),
    (
        "caption",
        "reads like the name of a picture file",
        lambda line: line.words <= 4 and not line.sentence and bool(FILE_NAME.search(line.text)),
    ),
)
