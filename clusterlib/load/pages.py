"""The text of a page: plain text as it is, Markdown without its marks."""

import re
from dataclasses import dataclass, field

FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "td", "th", "hr", "br")
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
