"""Where sentences begin and end."""

import re

import simplemma

# A quotation mark or bracket that a space follows closes what was said before.
CLOSING = re.compile(r"(?:[\"'»”“’‘)\]]+(?:\s+|$))+")
# German and its neighbours also quote »like this«; French opens « with a space after it.
CLOSING_INWARD = re.compile(r"(?:[\"'«”“’‘)\]]+(?:\s+|$))+")
INWARD = frozenset(["da", "de", "hr", "hu", "sk", "sl", "sr"])
# "т.н. „Зелена", "d.h. »grün«": an abbreviation of single letters before a quotation ends nothing.
ABBREVIATED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.\s?){2,}$")
OPENING = re.compile(r"[„“«»\"'(]")


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
    position = 0
    for sentence in simplemma.split_sentences(text, primary):
        position = text.index(sentence, position)
        closing = quote.match(text, position) if starts else None
        start = closing.end() if closing else position
        if start < position + len(sentence) and not _goes_on(text, starts, start):
            starts.append(start)
        position += len(sentence)
    ends = [len(text[:following].rstrip()) for following in [*starts[1:], len(text)]]
    return list(zip(starts, ends, strict=True)) if starts else []


def _goes_on(text: str, starts: list[int], start: int) -> bool:
    """Tell whether what begins at ``start`` goes on after an abbreviation."""
    if not starts or not OPENING.match(text, start):
        return False
    before = text[max(starts[-1], start - 12) : start].rstrip()
    return bool(ABBREVIATED.search(before)) and before[-2:-1].islower()
