"""Clean one text: its kept sentences, what was changed, and the text that remains.

Whether a full stop ends a sentence says a table of abbreviations in 28 languages.
"""

import functools
import re
from dataclasses import dataclass, replace

import simplemma

from clusterlib.clean.boilerplate import Kind, judge, repeat_key
from clusterlib.clean.layout import read_pages, read_rows
from clusterlib.clean.repair import Block, Edit, apply, blocks
from clusterlib.inputs import read_data
from clusterlib.load.languages import SHARED, identify_other, settle
from clusterlib.load.lines import find_date, months
from clusterlib.load.pdf import PAGE_END
from clusterlib.spelling import is_common

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
# What an ordinal counts in German without an article before it, beside months.
COUNTED = frozenset(
    "halbjahr jahr jahrhundert jahrtausend liga mal mannschaft platz quartal".split()
)
# Larger numbers are hardly ever ordinals of a name, as "den 31. Mai" and "det 19. Hus" are.
LARGEST_ORDINAL = 31
# Parts of names, which may follow an initial: "J. De Wit", "A. La Pira".
PARTICLES = frozenset(
    "al da das de del den der des di do dos du el la las le los mac nic ní uí van von ó".split()
)


@functools.cache
def abbreviations(lang: str) -> dict[str, str]:
    """Return the abbreviations of a language, without their last full stop.

    For each it says what it stands before without ending a sentence: ``any`` thing; a ``number``;
    an ``amount`` (a number, unless one stands before it); a ``name``, that is anything but a word
    that often opens a sentence; or ``nothing``, so that a sentence ends where a capital follows.
    After a word marked ``ordinal`` a number with a full stop is an ordinal.
    """
    return {
        word: row["before"]
        for row in read_data("abbreviations")
        if row["lang"] == SHARED.get(lang, lang)
        for word in row["words"].split(" | ")
    }


@functools.cache
def openers(lang: str) -> frozenset[str]:
    """Return words of a language that often open a sentence and are no part of a name."""
    rows = (row for row in read_data("sentence_openers") if row["lang"] == SHARED.get(lang, lang))
    return frozenset(word for row in rows for word in row["words"].split(" | "))


@functools.cache
def periods() -> frozenset[str]:
    """Return German words before which a number is an ordinal."""
    return COUNTED | set(months("de"))


def is_end(text: str, begin: int, stop: int, after: int, lang: str) -> bool | None:
    """Tell whether a full stop ends the sentence that began at a place and goes on ``after`` it.

    None if nothing is known of the word, and general rules decide.
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
    if (
        rule == "name"
        and word.lower() in abbreviations(lang)
        and "." not in word
        and _is_common(after_word, lang)
    ):
        return True
    return False if rule == "name" and after_word else None


def _is_common(word: str, lang: str) -> bool:
    """Tell whether a word has a capital because it opens a sentence; in German a noun has one."""
    return lang != "de" and len(word) > 3 and word.istitle() and is_common(word, lang)


def _rule(joined: str, word: str, previous: str, lang: str) -> str:
    """Return the rule of an abbreviation, looked up with what stands before it and alone."""
    key = joined.lower().replace(". ", ".")
    table = abbreviations(lang)
    for form in (f"{previous} {key}", key, word.lower(), f"-{word[-3:].lower()}"):
        # "F. Schiller" and "M. R. Štefánik" are names; "f." and "m. r." close a list or a date.
        if form in table and not (table[form] == "nothing" and joined.isupper()):
            return table[form]
    # "dr. Lie" is a title and a surname, "Co. KG" a company and its form.
    named = " " in joined and len(word) > 1 and word[0].isupper()
    if (DOTTED.fullmatch(joined) and not named) or (lang in ORDINALS and ROMAN.fullmatch(word)):
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
    name = previous.rstrip(".")
    counted = name != previous and "number" in (table.get(name), table.get(f"-{name[-3:]}"))
    if opens or counted or _is_common(following, lang):
        return True
    if table.get(previous) == "ordinal":
        return len(word) > 3 or (lang != "de" and int(word) > LARGEST_ORDINAL)
    if lang == "de" and previous.isalpha() and following.lower() not in periods():
        return True
    return None if lang in BEFORE_CAPITALS else True


# A quotation mark or bracket that a space follows closes what was said before.
CLOSING = re.compile(r"(?:(?:[\"'»”“’‘)\]]+|\[\^?\d{1,3}\]|\(\d{1,2}\))(?:\s+|$))+")
# German and its neighbours also quote »like this«; French opens « with a space after it.
CLOSING_INWARD = re.compile(r"(?:(?:[\"'«”“’‘)\]]+|\[\^?\d{1,3}\]|\(\d{1,2}\))(?:\s+|$))+")
INWARD = frozenset(["da", "de", "hr", "hu", "sk", "sl", "sr"])
# A sentence goes on behind a quotation: « Oui ! », dit-elle; « Oui ! » dit-elle; „Tak!” – woła.
QUOTED = frozenset('»«”“’‘"')
GOES_ON = re.compile(r"[»«”“’‘\")\]]+\s*(?:[,;:]|\.(?!\.))|(?:[–—-]\s+)?(?P<word>\w)")
# Where a sentence may end: a mark, closing ones, a space.
JUNCTION = re.compile(r"(?P<mark>[.!?…])[\"'”’»)\]]*\s+")
# A mark and the number of a footnote: "el informe.1 La", "el informe.[2]".
NOTE = r"(?:\s?\[\^?\w{1,3}\]|[¹²³⁰⁴-⁹]+|(?<=[^\W\d_]{3}.)\d{1,2}(?![\d.,]))+"
# Ends that the general rules do not know: before a capital, those after a footnote and after
# the quotation marks that close in German; in any place, those of Chinese, Japanese and Urdu.
BEFORE_CAPITAL = re.compile(rf"[.!?…](?:[\"'”’»)\]]*{NOTE}|[“«‘]+)\s+(?=(?P<next>[\W_]*[^\W_]))")
ANYWHERE = re.compile(
    r"[。｡！？!?۔።](?:(?<=[。｡！？])[」』”’）)]*(?![」』”’）)と。｡！？])\s*"
    r"|(?<=[!?])(?=[\u3040-\u30ff\u4e00-\u9fff])|(?<=[۔።])\s+)"
)
# A sentence of so many words that stands twice in a text is a lead and its repetition.
REPEAT_WORDS = 8


@dataclass(frozen=True)
class Sentence:
    """A kept sentence: its kind, its place in the source, and its text after repair."""

    kind: Kind
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Cleaned:
    """A text's kept sentences, the edits that lead to the cleaned text, and that text."""

    sentences: list[Sentence]
    edits: list[Edit]
    text: str


def clean_text(source: str, lang: str) -> Cleaned:
    """Clean one text; its edits, applied to it, give the cleaned text, and its line ends stay."""
    sentences: list[Sentence] = []
    edits: list[Edit] = []
    parts: list[str] = []
    seen: set[str] = set()
    position = 0
    has_pages = PAGE_END in source
    divided, edges = read_pages(source, lang) if has_pages else (blocks(source, lang), {})
    page, rows = read_rows(source, divided, lang)
    raw = [source[block.start : block.end] for block in page]
    verdicts = judge([block.text for block in page], lang, raw, rows | edges)
    kept = zip(page, verdicts, strict=True)
    texts = [block.text if verdict.kind else "" for block, verdict in kept]
    # Each part is divided by the rules of its own language.
    langs = settle(texts, [identify_other(text, lang) for text in texts], lang)
    for block, verdict, own in zip(page, verdicts, langs, strict=True):
        parts.append(source[position : block.start])
        position = block.end
        if verdict.kind is None:
            edits.append(Edit(block.start, block.end, "", verdict.rule, verdict.reason))
            continue
        whole, cuts = _divide(block, verdict.kind, own, seen)
        sentences += whole
        edits += _combined(block, cuts)
        parts.append(apply(block.text, cuts, 0))
    return Cleaned(sentences, edits, "".join([*parts, source[position:]]))


def _divide(
    block: Block, kind: Kind, lang: str, seen: set[str]
) -> tuple[list[Sentence], list[Edit]]:
    """Divide a block into sentences; return those kept, and the cuts that drop the rest.

    Cuts are places in the repaired text. ``seen`` grows by the sentences kept.
    """
    cuts = []
    begin = 0
    if (date := find_date(block.text, lang)) and not date.alone:
        begin = len(block.text) - len(block.text[date.end :].lstrip(" :-–"))
        # A repair across the end of the date leaves it no place of its own.
        begin *= block.cuttable(begin)
        cuts += [Edit(0, begin, "", "metadata", "date before a headline")] * bool(begin)
    spans = _whole(block, [(begin + a, begin + b) for a, b in split(block.text[begin:], lang)])
    following = [start for start, _ in spans[1:]] + [len(block.text)]
    kept = []
    for (start, end), after in zip(spans, following, strict=True):
        sentence = block.text[start:end]
        key = repeat_key(sentence)
        if key in seen and len(key.split()) >= REPEAT_WORDS:
            cuts.append(Edit(start, after, "", "repeat", "repeats an earlier sentence"))
            continue
        seen.add(key)
        place = block.place(start), block.place(end, at_end=True)
        kept.append(Sentence(kind, *place, sentence))
    return kept, cuts


def _whole(block: Block, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join sentences between which a repair lies, so that each has a source of its own."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not (block.cuttable(start) and block.cuttable(joined[-1][1])):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _combined(block: Block, cuts: list[Edit]) -> list[Edit]:
    """Return the block's repairs outside the cuts, and the cuts, as edits of the source."""
    removals = [
        replace(cut, start=block.place(cut.start), end=block.place(cut.end)) for cut in cuts
    ]
    repairs = [
        edit
        for edit in block.edits
        if not any(cut.start <= edit.start and edit.end <= cut.end for cut in removals)
    ]
    return sorted([*repairs, *removals])


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Divide a repaired block, which has no line ends, into sentences.

    The spans have no spaces around, and together hold all other characters. General rules serve
    where simplemma has none for the language.
    """
    primary = lang.split("-")[0]
    quote = CLOSING_INWARD if primary in INWARD else CLOSING
    starts: list[int] = []
    for position in sorted(_cuts(text, primary)):
        closing = quote.match(text, position) if starts else None
        start = closing.end() if closing else position
        if starts and _goes_on(text, start):
            continue
        if start < len(text) and start not in starts[-1:]:
            starts.append(start)
    pairs = zip(starts, [*starts[1:], len(text)], strict=False)
    return [(start, start + len(text[start:following].rstrip())) for start, following in pairs]


def _goes_on(text: str, start: int) -> bool:
    """Tell whether what follows a quotation belongs to the sentence that holds it."""
    following = GOES_ON.match(text, start)
    if following is None or following["word"] is None:
        return following is not None
    before = start - 1
    while before > 0 and text[before].isspace():
        before -= 1
    return text[before] in QUOTED and following["word"].islower()


def _cuts(text: str, lang: str) -> set[int]:
    """Return where sentences begin: simplemma's places, corrected by abbreviations and marks."""
    cuts = set()
    position = 0
    for sentence in simplemma.split_sentences(text, lang):
        position = text.index(sentence, position)
        cuts.add(position)
        position += len(sentence)
    begin = min(cuts, default=0)
    for junction in JUNCTION.finditer(text):
        place = junction.end()
        if junction["mark"] == ".":
            verdict = is_end(text, begin, junction.start(), place, lang)
            if verdict is True and place < len(text):
                cuts.add(place)
            elif verdict is False:
                cuts.discard(place)
        if place in cuts:
            begin = place
    for end in BEFORE_CAPITAL.finditer(text):
        if not end["next"][-1].islower():
            cuts.add(end.end())
    return cuts | {end.end() for end in ANYWHERE.finditer(text) if end.end() < len(text)}
