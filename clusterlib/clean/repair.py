"""Repair a block (encoding, spaces, typography) and say where each change was made."""

import difflib
import functools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ftfy
from ftfy.badness import is_bad
from ftfy.chardata import CONTROL_CHARS, LIGATURES, WIDTH_MAP

from clusterlib.letters import letters

# Quotes stay as the page has them; all else that ftfy mends is damage.
FTFY = ftfy.TextFixerConfig(uncurl_quotes=False)
# Past so many words a change is given as one span: comparing grows with the square.
MOST_COMPARED = 400

INVISIBLE = "\u00ad\u200b\u2060\ufeff"
# Every gap but a single space between words.
GAP = re.compile(rf" ?(?! )[\s{INVISIBLE}][\s{INVISIBLE}]*| {{2,}}[\s{INVISIBLE}]*|^ | $")
# Characters that ftfy may change; a text without them, in NFC and not badly decoded, stays.
SUSPECT = re.compile(
    "["
    + "".join(map(re.escape, map(chr, {*LIGATURES, *CONTROL_CHARS, *WIDTH_MAP})))
    + "&\r\n\x80-\x9f\u2028\u2029\ud800-\udfff]"
    # The mark of UTF-8 read as Latin-1: a capital with an accent before another odd character.
    + "|[\u00c0-\u00df][^\x00-\x7f]"
)
# Signs that any language uses.
USUAL = frozenset(map(chr, range(128))) | frozenset("«»„“”‘’–—…\xa0")
SYMBOLS = ("CO ", "CH ", "SO ", "NH ", "SF ", "H ")
FORMULA = re.compile(r"(?<![\w.])(?:CO|CH|SO|NH|SF|H)(\s+)[2-6](?:(\s+)(?=-[^\W\d]))?(?![\w.,])")
WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True, order=True)
class Edit:
    """Replace ``start:end`` of the source by ``new``."""

    start: int
    end: int
    new: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Block:
    """A piece of source, normally a line, and its text with the edits applied."""

    start: int
    end: int
    text: str
    edits: tuple[Edit, ...] = ()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span that a span of the repaired text comes from."""
        return self._place(start, at_end=False), self._place(end, at_end=True)

    def place_of_cut(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span of a removal, up to where the text that follows begins."""
        return self._place(start, at_end=False), self._place(end, at_end=False)

    @functools.cached_property
    def _joints(self) -> tuple[list[int], list[int]]:
        """Where each edit starts and ends in the repaired text."""
        starts, ends, shift = [], [], -self.start
        for edit in self.edits:
            starts.append(edit.start + shift)
            ends.append(edit.start + shift + len(edit.new))
            shift += len(edit.new) - (edit.end - edit.start)
        return starts, ends

    def _place(self, position: int, at_end: bool) -> int:
        """Map a position; inside a replacement, to the outer edge of what it replaces."""
        starts, ends = self._joints
        index = (bisect_left if at_end else bisect_right)(starts, position) - 1
        if index < 0:
            return self.start + position
        edit = self.edits[index]
        if position < ends[index]:
            return edit.end if at_end else edit.start
        return edit.end + position - ends[index]


def repair(source: str, start: int, end: int, lang: str = "und") -> Block:
    """Repair the span ``start:end`` of a source text.

    Parameters
    ----------
    source : str
        The whole text, as loaded.
    start, end : int
        The span, in code points.
    lang : str
        The language of the text, whose letters are no damage.

    Returns
    -------
    Block

    Examples
    --------
    >>> repair("de CO 2 -reductie", 0, 17).text
    'de CO2-reductie'
    """
    raw = source[start:end]
    fixed, steps = (raw, None) if is_sound(raw, lang) else ftfy.fix_and_explain(raw, FTFY)
    if fixed == raw:
        edits = tuple(_typography(raw, start))
        return Block(start, end, apply(raw, edits, start), edits)
    text = apply(fixed, tuple(_typography(fixed, 0)), 0)
    done = ", ".join(dict.fromkeys(step.parameter for step in steps or ()))
    return Block(start, end, text, tuple(_difference(raw, text, start, f"ftfy: {done}")))


def is_sound(text: str, lang: str = "und") -> bool:
    """Tell a text that ftfy would leave as it is, in less time than ftfy takes to find out.

    >>> is_sound("Près de 300 entreprises"), is_sound("PrÃ¨s de 300 entreprises")
    (True, False)
    """
    if SUSPECT.search(text) or not unicodedata.is_normalized("NFC", text):
        return False
    return text.isascii() or _usual(lang).issuperset(text) or not is_bad(text)


@functools.cache
def _usual(lang: str) -> frozenset[str]:
    """Return the characters of a language that cannot come from bad decoding."""
    own = letters().get(lang.split("-")[0], frozenset())
    return USUAL | own | {char.upper() for char in own}


def apply(source: str, edits: Sequence[Edit], offset: int) -> str:
    """Apply edits, which are sorted and do not overlap, to a text that starts at an offset."""
    parts, position = [], 0
    for edit in edits:
        parts += [source[position : edit.start - offset], edit.new]
        position = edit.end - offset
    return "".join([*parts, source[position:]])


def _typography(text: str, offset: int) -> list[Edit]:
    """List the edits for spaces, invisible characters and chemical formulas."""
    edits: dict[int, Edit] = {}
    # Most lines have single spaces only and no formula; this finds out fast.
    plain = text.isprintable() and "  " not in text and text == text.strip(" ")
    if plain and not any(symbol in text for symbol in SYMBOLS):
        return []
    for found in FORMULA.finditer(text):
        for group in (1, 2):
            if found[group]:
                place = (offset + found.start(group), offset + found.end(group))
                edits[place[0]] = Edit(*place, "", "formula", "formula written apart")
    for found in GAP.finditer(text):
        place = (offset + found.start(), offset + found.end())
        outer = found.start() == 0 or found.end() == len(text)
        new = "" if outer or not any(char.isspace() for char in found[0]) else " "
        if found[0] != new and place[0] not in edits:
            edits[place[0]] = Edit(*place, new, "spaces", _why_gap(found[0], outer))
    return sorted(edits.values())


def _why_gap(gap: str, outer: bool) -> str:
    if outer:
        return "space around the line"
    if "\n" in gap or "\r" in gap:
        return "line wrapped within a sentence"
    if any(char in INVISIBLE for char in gap):
        return "invisible character"
    return "repeated or unusual space"


def _difference(raw: str, text: str, offset: int, reason: str) -> Iterator[Edit]:
    """Express a change as edits of whole words."""
    old, new = WORDS.findall(raw), WORDS.findall(text)
    if max(len(old), len(new)) > MOST_COMPARED:
        yield Edit(offset, offset + len(raw), text, "encoding", reason)
        return
    places = [0]
    for word in old:
        places.append(places[-1] + len(word))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, first_new, last_new in matcher.get_opcodes():
        if kind != "equal":
            words = "".join(new[first_new:last_new])
            yield Edit(offset + places[first], offset + places[last], words, "encoding", reason)
