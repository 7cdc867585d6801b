"""The text of a page: plain text as it is, Markdown without its marks."""

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "tr", "hr", "br")
# Characters that markup may not hold; the parsers refuse or drop them.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Page:
    """A text, what the page says of itself, and what was left out.

    ``set_aside`` counts the visible words that are not part of the text, and
    ``beginning`` quotes the first of them.
    """

    text: str
    said: dict[str, str] = field(default_factory=dict)
    set_aside: int = 0
    beginning: str = ""


def plain(text: str) -> Page:
    """Take a plain text as it is."""
    return Page(text)


def markdown(text: str) -> Page:
    """Take the words of a Markdown text; simple ``key: value`` front matter is read."""
    import lxml.html
    import mistune

    said: dict[str, str] = {}
    if front := FRONT_MATTER.match(text):
        pairs = (line.split(":", 1) for line in front[1].splitlines() if ":" in line)
        said = {key.strip().lower(): value.strip(" \"'") for key, value in pairs}
        text = text[front.end() :]
    tree = lxml.html.fromstring(f"<div>{mistune.html(CONTROLS.sub(' ', text))}</div>")
    for hidden in list(tree.iter("script", "style")):
        hidden.drop_tree()
    for table in tree.iter("table"):
        _one_line_a_row(table)
    for block in tree.iter(*BLOCKS):
        block.text = f"\n\n{block.text or ''}"
        block.tail = f"\n\n{block.tail or ''}"
    lines = [" ".join(block.split()) for block in tree.text_content().split("\n\n")]
    if (head := tree.find(".//h1")) is not None:
        said.setdefault("title", " ".join(head.text_content().split()))
    return Page(
        "\n\n".join(filter(None, lines)),
        {key: value for key, value in said.items() if value},
    )


def _one_line_a_row(table: Any) -> None:
    """Let each row of a table be an item of a list that says what its cells are."""
    rows = list(table.iter("tr"))
    texts = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    for number, row in enumerate(rows):
        for cell in list(row):
            row.remove(cell)
        # The first row names the cells of the others, and stands with them if there are any.
        names = texts[0] if number else []
        if number or len(rows) == 1:
            pairs = zip_longest(names, texts[number], fillvalue="")
            told = [f"{name}: {cell}" if name else cell for name, cell in pairs if cell]
            row.text = f"- {'; '.join(told)}" if told else ""
