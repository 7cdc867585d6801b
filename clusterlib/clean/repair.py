"""From a text to its blocks, repaired (encoding, spaces, typography), with each change by place.

Whether a word is one that a line end or a ligature has cut is asked of the text itself, then of
the dictionary of the language.
"""

import difflib
import functools
import itertools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ftfy
from ftfy.badness import is_bad
from ftfy.chardata import CONTROL_CHARS, LIGATURES, WIDTH_MAP

from clusterlib.inputs import read_data
from clusterlib.load.languages import locale_of
from clusterlib.spelling import find_mixed, is_listed

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
# A word with a ligature that may be the rest of one: "of ﬁce", "veriﬁ cation".
WITH_LIGATURE = re.compile(r"[^\W\d_]*[ﬀ-ﬄ][^\W\d_]*")
PARTS = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}


Span = tuple[int, int]
# Rules that change characters and leave the text that they belong to; all others remove it.
REPAIRS = frozenset("spaces/formula/encoding/alphabet/word/table row/page break".split("/"))


@dataclass(frozen=True, order=True)
class Edit:
    """Replace ``start:end`` of the source by ``new``."""

    start: int
    end: int
    new: str
    rule: str
    reason: str


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words before and after a span that single spaces set apart from it, or nothing."""
    head = HEAD.search(text, max(0, start - LONGEST), start - 1) if start else None
    tail = TAIL.match(text, end + 1)
    before = head[0] if head and text[start - 1] == " " else ""
    return before, tail[0] if tail and text[end] == " " else ""


def join_rests(text: str, lang: str) -> str:
    """Join a word that begins or ends with a ligature to its rest: "of ﬁce", "veriﬁ cation"."""

    def is_word(word: str) -> bool:
        return is_listed(unicodedata.normalize("NFKC", word), lang.split("-")[0], without=False)

    gaps = set()
    for match in WITH_LIGATURE.finditer(text):
        start, end = match.span()
        if not is_word(match[0]):
            before, after = _beside(text, start, end)
            if before and match[0][0] in PARTS and is_word(before + match[0]):
                gaps.add(start - 1)
            elif after and match[0][-1] in PARTS and is_word(match[0] + after):
                gaps.add(end)
    return "".join(char for place, char in enumerate(text) if place not in gaps) if gaps else text


def _join_lines(text: str, lang: str, source: str) -> Iterator[Edit]:
    """Yield the line ends after a hyphen, with the hyphen or nothing that belongs there."""
    for match in BREAK.finditer(text):
        head = HEAD.search(text, max(0, match.start() - LONGEST), match.start())
        tail = TAIL.match(text, match.end())
        if head and tail:
            soft = match[0][0] in SOFT
            new = "" if soft else _hyphen(head[0], tail[0], lang.split("-")[0], source)
            reason = "hyphen at the end of a line" if new else "cut at the end of a line"
            yield Edit(*match.span(), new, "word", reason)


def _hyphen(head: str, tail: str, lang: str, source: str) -> str:
    """Return what stands between two halves: nothing, a hyphen, or one with a space."""
    capitals = head.isupper() and tail.isupper() and len(head) > 1
    if not (head + tail).isalpha() or not (tail[0].islower() or capitals):
        return "-"
    words, whole = _words(source), head + tail
    listed = is_listed(whole, lang, without=False)
    clash = lang in CLASH and CLASH[lang].fullmatch((head[-1] + tail[0]).lower())
    # In Finnish one vowel meets itself at a line end in compounds only.
    if clash and lang == "fi":
        return "-"
    are_words = [
        one.lower() in words or is_listed(one, lang, without=False) for one in (head, tail)
    ]
    if tail.lower() in _conjunctions(lang) and (are_words[0] or not listed):
        return "- "
    written_whole, hyphened = whole.lower() in words, f"{head}-{tail}".lower() in words
    if written_whole != hyphened:
        return "-" if hyphened else ""
    if len(head) == 1 or (lang == "en" and are_words[1] and head.lower() in APART):
        return "-"
    if listed or not all(are_words):
        return ""
    one_word = lang in COMPOUNDING and not clash and (lang != "de" or head[0].isupper())
    return "" if one_word else "-"


@functools.lru_cache(maxsize=4)
def _words(source: str) -> frozenset[str]:
    return frozenset(word.lower() for word in WORD.findall(CUT.sub(" ", source)))


@functools.cache
def _conjunctions(lang: str) -> frozenset[str]:
    """Return the words for "and" and "or", from Unicode's locale data."""
    words = set(MORE.get(lang, "").split())
    known = locale_of(lang)
    patterns = known.list_patterns if known else {}
    for style in patterns.keys() & {"standard", "or"}:
        words.update(re.findall(r"[^\W\d_]+", patterns[style]["2"]))
    return frozenset(words)


def _join_ligatures(text: str, lang: str) -> Iterator[Edit]:
    """Yield the spaces that stand around a ligature within a word of the dictionary."""
    lang = lang.split("-")[0]
    for match in LIGATURE.finditer(text):
        start, end = match.span()
        before, after = _beside(text, start, end)
        part = PARTS.get(match[0], match[0])
        if text[start - 1 : start].isalpha() or is_listed(part, lang):
            continue
        for head, tail in ((before, after), (before, ""), ("", after)):
            if (head or tail) and is_listed(head + part + tail, lang, without=False):
                gaps = [start - 1] * bool(head) + [end] * bool(tail)
                yield from (Edit(at, at + 1, "", "word", "cut at a ligature") for at in gaps)
                break


# Quotes stay as the page has them; all else that ftfy mends is damage.
FTFY = ftfy.TextFixerConfig(uncurl_quotes=False)
# Damaged text is mended and compared in pieces of about so many characters, since comparing
# takes the square of the length.
PIECE = 1000
PIECE_END = re.compile(r"(?<=[^\s]) (?=[^\s>])")

INVISIBLE = "\u00ad\u200b\u2060\ufeff"
# The marks of quoted mail at the start of a line, and every gap but a single space between words.
QUOTED = re.compile(r"(?:^|(?<=[\n\r]))(?:>[ \t]+|>(?=[^\W\d]|>))+(?=\S)")
GAP = re.compile(
    rf"{QUOTED.pattern}| ?(?! )[\s{INVISIBLE}][\s{INVISIBLE}]*| {{2,}}[\s{INVISIBLE}]*|^ | $"
)
# Characters that ftfy may change; a text without them, in NFC and not badly decoded, stays.
SUSPECT = re.compile(
    "["
    + "".join(map(re.escape, map(chr, {*LIGATURES, *CONTROL_CHARS, *WIDTH_MAP})))
    + "&\r\n\x80-\x9f\u2028\u2029\ud800-\udfff]"
    # The mark of UTF-8 read as Latin-1: a capital with an accent before another odd character.
    + "|[\u00c0-\u00df][^\x00-\x7f]"
    # Also before a space that has been one without a break.
    + "|[\u00c2\u00c3] "
)
# Signs that any language uses.
USUAL = frozenset(map(chr, range(128))) | frozenset("«»„“”‘’–—…\xa0")
SYMBOLS = ("CO ", "CH ", "SO ", "NH ", "SF ", "H ")
# Other formulas than that of carbon dioxide only before a hyphen: "CH 4" may be four Swiss firms.
FORMULA = re.compile(
    r"(?<![\w.])(?:CO(?P<index>\s+)2|(?:CH|SO|NH|SF|H)(?P<other>\s+)[2-6](?=\s?-[^\W\d]))"
    r"(?:(?P<hyphen>\s+)(?=-[^\W\d]))?(?![\w.,])"
)
ALPHABET = "letters of another alphabet that look alike"
WORDS = re.compile(r"\s+|\S+")
LINE = re.compile(r"[^\n\r\v\f\u2029]+")
# The columns at which programs wrap text.
NARROWEST, WIDEST = 50, 100
# A column that cuts words may be narrower.
NARROWEST_CUTTING = 20


@dataclass(frozen=True)
class Block:
    """A piece of source, normally a line, and its text with the edits applied."""

    start: int
    end: int
    text: str
    edits: tuple[Edit, ...] = ()

    def cuttable(self, position: int) -> bool:
        """Tell whether a position of the repaired text lies outside every replacement."""
        starts, ends = self._joints
        index = bisect_left(starts, position) - 1
        return index < 0 or position >= ends[index]

    @functools.cached_property
    def _joints(self) -> tuple[list[int], list[int]]:
        """Where each edit starts and ends in the repaired text."""
        starts, ends, shift = [], [], -self.start
        for edit in self.edits:
            starts.append(edit.start + shift)
            ends.append(edit.start + shift + len(edit.new))
            shift += len(edit.new) - (edit.end - edit.start)
        return starts, ends

    def place(self, position: int, at_end: bool = False) -> int:
        """Return the place in the source; inside a replacement, the edge of what it replaces."""
        starts, ends = self._joints
        index = (bisect_left if at_end else bisect_right)(starts, position) - 1
        if index < 0:
            return self.start + position
        edit = self.edits[index]
        if position < ends[index]:
            return edit.end if at_end else edit.start
        return edit.end + position - ends[index]


def blocks(text: str, lang: str = "und") -> list[Block]:
    """Divide a text into repaired blocks, in order and without blank ones.

    A block is a line, or the lines of a paragraph that was wrapped at a fixed width.
    """
    paragraphs: list[list[Span]] = [[]]
    for line in LINE.finditer(text):
        if line[0].isspace():
            paragraphs.append([])
            continue
        before = text[slice(*paragraphs[-1][-1])] if paragraphs[-1] else ""
        if ">" in (line[0].strip(), before.strip()) or (line[0][0] == ">") != before.startswith(
            ">"
        ):
            paragraphs.append([])
        if paragraphs[-1] and text[paragraphs[-1][-1][1] : line.start()].count("\n") > 1:
            paragraphs.append([])
        paragraphs[-1].append(line.span())
    spans = [span for lines in paragraphs for span in _unwrapped(text, lines)]
    return [repair(text, start, end, lang) for start, end in spans]


def _unwrapped(text: str, lines: list[Span]) -> list[Span]:
    """Join lines that are pieces of one wrapped paragraph.

    A program ends a line where the next word would not have fitted, a person anywhere.
    """
    width = max((end - start for start, end in lines), default=0)
    quoted = bool(lines) and text[lines[0][0]] == ">"
    ends = [(end, start + len(text[start:end].rstrip(" \t")) - 1) for start, end in lines]
    cut = {end for end, last in ends if BREAK.match(text, last)}
    wraps = quoted or (NARROWEST_CUTTING if cut else NARROWEST) <= width <= WIDEST
    if len(lines) < 2 or not (wraps or cut):
        return lines
    pieces = [[lines[0]]]
    for (start, end), following in itertools.pairwise(lines):
        word = QUOTED.sub("", text[slice(*following)]).split(maxsplit=1)[0]
        breaks_off = end - start > width / 2 and text[end - 1] not in ".!?:;…"
        full = wraps and end - start + 1 + len(word) > width
        if end in cut or full or (quoted and (word[0].islower() or breaks_off)):
            pieces[-1].append(following)
        else:
            pieces.append([following])
    spans: list[Span] = []
    for piece in pieces:
        starts = [QUOTED.sub("", text[start:end]).lstrip()[:1] for start, end in piece[1:]]
        going_on = sum(start.islower() for start in starts)
        sure = quoted or any(end in cut for _, end in piece)
        wrapped = len(piece) > 1 and (sure or going_on >= max(1, (len(piece) - 1) / 4))
        spans += [(piece[0][0], piece[-1][1])] if wrapped else piece
    return spans


def repair(source: str, start: int, end: int, lang: str = "und") -> Block:
    """Repair the span ``start:end`` of a source text; the letters of its language are no damage."""
    raw = source[start:end]
    letters = [
        Edit(start + word.start, start + word.end, word.new, "alphabet", ALPHABET)
        for word in find_mixed(raw, lang)
        if word.new
    ]
    if is_sound(raw, lang):
        edits = tuple(sorted([*letters, *_moved(_typography(raw, lang, source), start)]))
        return Block(start, end, apply(raw, edits, start), edits)
    mended = apply(raw, letters, start)
    changes: list[Edit] = []
    texts = []
    for begin, stop in _pieces(raw):
        fixed, steps = ftfy.fix_and_explain(join_rests(mended[begin:stop], lang), FTFY)
        typography = _typography(fixed, lang, source)
        texts.append(apply(fixed, typography, 0))
        place = start + begin
        if fixed == mended[begin:stop]:
            inside = [edit for edit in letters if place <= edit.start < start + stop]
            changes += sorted([*inside, *_moved(typography, place)])
            continue
        done = ", ".join(dict.fromkeys(step.parameter for step in steps or ()))
        reason = f"ftfy, on the passage around it: {done}"
        changes += _moved(_difference(raw[begin:stop], texts[-1], reason), place)
    return Block(start, end, " ".join(texts), tuple(changes))


def _pieces(raw: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(raw) - start > PIECE and (cut := PIECE_END.search(raw, start + PIECE)):
        yield start, cut.start()
        start = cut.end()
    yield start, len(raw)


def is_sound(text: str, lang: str = "und") -> bool:
    """Tell a text that ftfy would leave as it is, in less time than ftfy takes to find out."""
    if SUSPECT.search(text) or not unicodedata.is_normalized("NFC", text):
        return False
    return text.isascii() or _usual(lang).issuperset(text) or not is_bad(text)


@functools.cache
def _usual(lang: str) -> frozenset[str]:
    """Return the characters of a language that cannot come from bad decoding."""
    alphabets = {row["lang"]: row["letters"] for row in read_data("letters")}
    alphabet = alphabets.get(lang.split("-")[0], "")
    return USUAL.union(alphabet, map(str.upper, alphabet))


def apply(source: str, edits: Sequence[Edit], offset: int) -> str:
    """Apply edits, which are sorted and do not overlap, to a text that starts at an offset."""
    parts, position = [], 0
    for edit in edits:
        parts += [source[position : edit.start - offset], edit.new]
        position = edit.end - offset
    return "".join([*parts, source[position:]])


def _moved(edits: Iterable[Edit], by: int) -> list[Edit]:
    return [Edit(one.start + by, one.end + by, one.new, one.rule, one.reason) for one in edits]


def _typography(text: str, lang: str, source: str) -> list[Edit]:
    """List the edits for cut words, spaces, invisible characters and chemical formulas."""
    cuts = list(_join_ligatures(text, lang)) if LIGATURE.search(text) else []
    # A block of one line, as most are, has no cut within.
    cuts += [] if text.isprintable() else _join_lines(text, lang, source)
    edits = {edit.start: edit for edit in cuts}
    # Most lines have single spaces only and no formula; this finds out fast.
    plain = text.isprintable() and "  " not in text and text == text.strip(" ") and text[:1] != ">"
    if plain and not any(symbol in text for symbol in SYMBOLS):
        return sorted(edits.values())
    for formula in FORMULA.finditer(text):
        for group in ("index", "other", "hyphen"):
            if formula[group]:
                start, end = formula.span(group)
                edits[start] = Edit(start, end, "", "formula", "formula written apart")
    for gap in GAP.finditer(text):
        start = gap.start()
        outer = gap.start() == 0 or gap.end() == len(text)
        joins = outer or ">" in gap[0] or not any(char.isspace() for char in gap[0])
        new = "" if joins else " "
        of_cut = any(edit.start <= start < edit.end for edit in cuts)
        if gap[0] != new and start not in edits and not of_cut:
            edits[start] = Edit(start, gap.end(), new, "spaces", _gap_reason(gap[0], outer))
    return sorted(edits.values())


def _gap_reason(gap: str, outer: bool) -> str:
    if ">" in gap:
        return "mark of quoted mail"
    if outer:
        return "space around the line"
    if "\n" in gap or "\r" in gap:
        return "line wrapped within a sentence"
    if any(char in INVISIBLE for char in gap):
        return "invisible character"
    return "repeated or unusual space"


def _difference(raw: str, text: str, reason: str) -> Iterator[Edit]:
    """Express a change as edits, as short as words and their common ends allow."""
    old, new = WORDS.findall(raw), WORDS.findall(text)
    places = [0, *itertools.accumulate(map(len, old))]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, first_new, last_new in matcher.get_opcodes():
        if kind == "equal":
            continue
        was, now = "".join(old[first:last]), "".join(new[first_new:last_new])
        head = _common(was, now)
        tail = _common(was[head:][::-1], now[head:][::-1])
        start = places[first] + head
        was, now = was[head : len(was) - tail], now[head : len(now) - tail]
        for begin, stop in _runs(was, now):
            part = now[begin:stop] if len(was) == len(now) else now
            yield Edit(start + begin, start + stop, part, "encoding", reason)


def _runs(was: str, now: str) -> Iterator[Span]:
    """Yield where two texts of one length differ; of texts of two lengths, the whole."""
    if len(was) != len(now):
        yield 0, len(was)
        return
    differing = [place for place in range(len(was)) if was[place] != now[place]]
    for _, run in itertools.groupby(enumerate(differing), lambda pair: pair[1] - pair[0]):
        places = [place for _, place in run]
        yield places[0], places[-1] + 1


def _common(one: str, other: str) -> int:
    """Count the characters that two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
