"""The text of a page: plain text as it is, Markdown and HTML without their marks."""

import re
from dataclasses import dataclass, field

FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "td", "th", "hr", "br")
# Characters that markup may not hold; the parsers refuse or drop them.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Page:
    """A text, what the page says of itself, and how many characters were left out."""

    text: str
    said: dict[str, str] = field(default_factory=dict)
    set_aside: int = 0


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


def html(text: str) -> Page:
    """Take the main text of an HTML page, as trafilatura finds it, with title and date."""
    import trafilatura

    text = CONTROLS.sub(" ", text)
    found = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False)
    facts = found if isinstance(found, dict) or found is None else found.as_dict()
    main = str((facts or {}).get("text") or "")
    if facts is None or not main.strip():
        return Page("")
    visible = trafilatura.html2txt(text)
    set_aside = max(0, len("".join(visible.split())) - len("".join(main.split())))
    said = {"title": facts["title"], "published": facts["date"], "source": facts["sitename"]}
    return Page(main, {key: value for key, value in said.items() if value}, set_aside)
