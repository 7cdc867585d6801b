"""The text layer of a PDF: a line a line, an empty line between paragraphs, pages apart.

Running heads, page numbers and cut words are part of the text here; cleaning removes them.
"""

import ctypes
import itertools
import statistics
from collections.abc import Iterator
from typing import Any

from clusterlib.load.html import Page
from clusterlib.problems import refusal

# What ends a page, as in the texts of other programs.
PAGE_END = "\f"
# A gap between lines that is so much larger than usual stands between paragraphs.
WIDE = 1.35
# What stands for a hyphen that the program took for the end of a cut word.
CUT = "\x02"
# Pages that a remark names.
NAMED = 12


def pdf(data: bytes, most: int | None) -> Page:
    """Take the text layer of a PDF, pages ended by form feeds; those without text are named."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise refusal("encrypted", "it needs a password; save it without one") from None
        raise refusal("broken file", f"no PDF that can be read: {error}") from None
    try:
        texts, size = [], 0
        for number in range(len(document)):
            texts.append(_read_page(document, number))
            size += len(texts[-1])
            if most is not None and size > most:
                message = f"its text has more than {most:,} characters; raise max_mb"
                raise refusal("too large", message)
        metadata = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    empty = [str(number) for number, text in enumerate(texts, start=1) if not text.strip()]
    if len(empty) == len(texts):
        message = f"none of its {len(texts)} page(s) has a text layer; recognise its text (OCR)"
        raise refusal("no text layer", message)
    named = ", ".join(empty[:NAMED]) + (" …" if len(empty) > NAMED else "")
    remark = f"{len(empty)} of {len(texts)} pages without a text layer: {named}" if empty else ""
    title = metadata.get("Title", "").strip()
    text = "".join(text + PAGE_END for text in texts)
    return Page(text, {"title": title} if title else {}, remark=remark)


def _read_page(document: Any, number: int) -> str:
    import pypdfium2

    try:
        page = document[number]
        layer = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        text = layer.get_text_range().replace("\ufffe", CUT)
        lines = list(_lines(text, layer))
    finally:
        layer.close()
        page.close()
    gaps = [above - below for (_, above, _), (_, below, _) in itertools.pairwise(lines)]
    usual = statistics.median_low([gap for gap in gaps if gap > 1] or [0])
    parts = []
    for place, (line, _, size) in enumerate(lines):
        parts.append(line)
        if place < len(gaps):
            # A new column begins above, and its paragraph may go on.
            apart = gaps[place] > WIDE * usual or abs(lines[place + 1][2] - size) > 0.5
            parts.append("\n\n" if apart else "\n")
    return "".join(parts) + "\n" * bool(parts)


def _lines(text: str, layer: Any) -> Iterator[tuple[str, float, float]]:
    """Yield the lines of a page, with the height of each above the bottom and its size."""
    from pypdfium2.raw import FPDFText_GetCharOrigin, FPDFText_GetFontSize

    across, up = ctypes.c_double(), ctypes.c_double()
    start = 0
    for line in text.replace(CUT, "-\n").split("\n"):
        words = line.strip()
        if words:
            at = start + len(line) - len(line.lstrip())
            FPDFText_GetCharOrigin(layer, at, across, up)
            yield words, up.value, FPDFText_GetFontSize(layer, at)
        # A cut is one character of the layer, where text has two.
        start += len(line) + (0 if line.endswith("-") else 1)
