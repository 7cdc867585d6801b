"""Clean one text: its kept sentences, what was changed, and the text that remains."""

import re
from dataclasses import dataclass, replace

import simplemma

from clusterlib.clean.abbreviations import is_end
from clusterlib.clean.boilerplate import Kind, judge, repeat_key
from clusterlib.clean.paged import is_paged, read_pages
from clusterlib.clean.repair import Block, Edit, apply, blocks
from clusterlib.clean.rows import read_rows
from clusterlib.load import dates

# A quotation mark or bracket that a space follows closes what was said before.
CLOSING = re.compile(r"(?:(?:[\"'»”“’‘)\]]+|\[\^?\d{1,3}\]|\(\d{1,2}\))(?:\s+|$))+")
# German and its neighbours also quote »like this«; French opens « with a space after it.
CLOSING_INWARD = re.compile(r"(?:(?:[\"'«”“’‘)\]]+|\[\^?\d{1,3}\]|\(\d{1,2}\))(?:\s+|$))+")
INWARD = frozenset(["da", "de", "hr", "hu", "sk", "sl", "sr"])
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
    r"""Clean one text.

    Parameters
    ----------
    source : str
        The text as loaded.
    lang : str
        Its language, for abbreviations, dates and phrases.

    Returns
    -------
    Cleaned
        Applying ``edits`` to ``source`` gives ``text``, whose line ends are
        those of the source.

    Examples
    --------
    >>> cleaned = clean_text("Home\n\nThe region signs. It pays.", "en")
    >>> [sentence.text for sentence in cleaned.sentences]
    ['The region signs.', 'It pays.']
    """
    sentences: list[Sentence] = []
    edits: list[Edit] = []
    parts: list[str] = []
    seen: set[str] = set()
    position = 0
    divided, edges = read_pages(source, lang) if is_paged(source) else (blocks(source, lang), {})
    page, rows = read_rows(source, divided, lang)
    raw = [source[block.start : block.end] for block in page]
    verdicts = judge([block.text for block in page], lang, raw, rows | edges)
    for block, verdict in zip(page, verdicts, strict=True):
        parts.append(source[position : block.start])
        position = block.end
        if verdict.kind is None:
            edits.append(Edit(block.start, block.end, "", verdict.rule, verdict.reason))
            continue
        kept, cuts = _divide(block, verdict.kind, lang, seen)
        sentences += kept
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
    if (date := dates.find(block.text, lang)) and not date.alone:
        begin = len(block.text) - len(block.text[date.end :].lstrip(" :-–"))
        cuts.append(Edit(0, begin, "", "metadata", "date before a headline"))
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
        kept.append(Sentence(kind, *block.source(start, end), sentence))
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
    removals = []
    for cut in cuts:
        start, end = block.place_of_cut(cut.start, cut.end)
        removals.append(replace(cut, start=start, end=end))
    repairs = [
        edit
        for edit in block.edits
        if not any(cut.start <= edit.start and edit.end <= cut.end for cut in removals)
    ]
    return sorted([*repairs, *removals])


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Divide a repaired block into sentences.

    Parameters
    ----------
    text : str
        Text without line ends.
    lang : str
        Its language; general rules serve where simplemma has none for it.

    Returns
    -------
    list of (int, int)
        Spans without surrounding spaces, which together hold all other characters.

    Examples
    --------
    >>> text = "« Il est là. » Près de 300 entreprises."
    >>> [text[start:end] for start, end in split(text, "fr")]
    ['« Il est là. »', 'Près de 300 entreprises.']
    """
    primary = lang.split("-")[0]
    quote = CLOSING_INWARD if primary in INWARD else CLOSING
    starts: list[int] = []
    for position in sorted(_cuts(text, primary)):
        closing = quote.match(text, position) if starts else None
        start = closing.end() if closing else position
        if start < len(text) and start not in starts[-1:]:
            starts.append(start)
    pairs = zip(starts, [*starts[1:], len(text)], strict=False)
    return [(start, start + len(text[start:following].rstrip())) for start, following in pairs]


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
