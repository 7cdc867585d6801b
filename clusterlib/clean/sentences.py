"""Where sentences begin and end."""

import re

import simplemma

# A quotation mark or bracket that a space follows closes what was said before.
CLOSING = re.compile(r"(?:[\"'»«”“’‘)\]]+\s+)+")


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
    starts: list[int] = []
    position = 0
    for sentence in simplemma.split_sentences(text, lang.split("-")[0]):
        position = text.index(sentence, position)
        closing = CLOSING.match(text, position)
        start = closing.end() if closing and starts else position
        if start < position + len(sentence):
            starts.append(start)
        position += len(sentence)
    spans = []
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        spans.append((start, start + len(text[start:following].rstrip())))
    return spans
