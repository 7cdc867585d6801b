"""The main text of a page, HTML or Markdown, with its headings, lists, tables and captions."""

import bisect
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from clusterlib.load.lines import to_iso
from clusterlib.load.simplify import (
    BESIDE,
    HEADINGS,
    HIDDEN,
    RAISED,
    ROLES,
    drop_hidden,
    simplify,
    visible,
)

# Characters that markup may not hold; the parsers refuse or drop them.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
TAGS = re.compile(
    r"<(?:script|style|template)\b.*?</(?:script|style|template)\s*>|<[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
# The mark of a footnote, and that of its text.
NOTE = re.compile(r"\[\^(\d{1,3})\](:?)")
MARKDOWN_BLOCKS = tuple("h1 h2 h3 h4 h5 h6 p li pre tr hr br div section blockquote dt dd".split())

PARTS = frozenset("li figcaption dt dd".split())
BLOCKS = HEADINGS | PARTS | {"p"}
WHOLE = HEADINGS | {"p", "figcaption"}
# What may stand in a head.
HEAD = frozenset("title meta link base script style noscript template".split())
# Where pages state when they were published.
DATE_NAMES = frozenset(
    "article:published_time og:published_time datepublished date dc.date dc.date.issued "
    "dc.date.created dcterms.date dcterms.issued dcterms.created citation_publication_date "
    "citation_date publishdate publish-date publish_date pubdate sailthru.date".split()
)
LONG = 20  # characters that do not occur twice by chance
QUOTED_WORDS = 8


@dataclass(frozen=True)
class Page:
    """A text, what the page says of itself, and what was left out.

    ``set_aside`` counts the visible words that are not part of the text, and
    ``beginning`` quotes the first of them; ``remark`` says what else was not read.
    """

    text: str
    metadata: dict[str, str] = field(default_factory=dict)
    set_aside: int = 0
    beginning: str = ""
    remark: str = ""


def markdown(text: str) -> Page:
    """Take the words of a Markdown text; simple ``key: value`` front matter is read."""
    import lxml.html
    import mistune

    metadata: dict[str, str] = {}
    if front := FRONT_MATTER.match(text):
        pairs = (line.split(":", 1) for line in front[1].splitlines() if ":" in line)
        metadata = {key.strip().lower(): value.strip(" \"'") for key, value in pairs}
        text = text[front.end() :]
    text = NOTE.sub(lambda note: note[1].translate(RAISED) + " " * bool(note[2]), text)
    tree = lxml.html.fromstring(f"<div>{mistune.html(CONTROLS.sub(' ', text))}</div>")
    if (head := tree.find(".//h1")) is not None:
        metadata.setdefault("title", " ".join(head.text_content().split()))
    return Page(_flow(tree), {k: v for k, v in metadata.items() if v})


def flow(data: bytes) -> str:
    """Take all words of a page, without a search for its main text."""
    import lxml.html

    parser = lxml.html.HTMLParser(encoding="utf-8")
    source = CONTROLS.sub(" ", data.decode("utf-8", "replace")).encode()
    tree = lxml.html.document_fromstring(source or b"<p></p>", parser=parser)
    for head in tree.iter("head"):
        head.clear()
    return _flow(tree)


def _flow(tree: Any) -> str:
    for hidden in list(tree.iter("script", "style")):
        hidden.drop_tree()
    for table in tree.iter("table"):
        _one_line_a_row(table)
    for item in tree.iter("li"):
        inner = item.find("p")
        first = item if inner is None or (item.text or "").strip() else inner
        if first.text_content().strip():
            first.text = f"- {first.text or ''}"
    for block in tree.iter(*MARKDOWN_BLOCKS):
        block.text = f"\n\n{block.text or ''}"
        block.tail = f"\n\n{block.tail or ''}"
    lines = [" ".join(block.split()) for block in tree.text_content().split("\n\n")]
    return "\n\n".join(filter(None, lines))


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
            cells = [f"{name}: {cell}" if name else cell for name, cell in pairs if cell]
            row.text = f"- {'; '.join(cells)}" if cells else ""


def html(text: str) -> Page:
    """Take the main text of a page, as trafilatura finds it, and what belongs to it."""
    tree = _parse(text)
    if tree is None:
        return Page("")
    published = _declared_date(tree)
    headlines = {" ".join(head.text_content().split()).casefold() for head in tree.iter("h1")}
    drop_hidden(tree)
    shown = visible(tree, HIDDEN)
    simplify(tree)
    extract = _extract(tree) if visible(tree, HIDDEN | BESIDE).strip() else {}
    main = str(extract.get("text") or "").strip()
    if main:
        main = _complete(main, tree)
    title, site = extract.get("title"), extract.get("sitename") or ""
    if site.casefold() in headlines:
        # With a full stop, trafilatura takes it for an address.
        title, site = site, ""
    stated = {"title": title, "source": site, "published": published}
    metadata = {key: value for key, value in stated.items() if value}
    return Page(main, metadata, *_set_aside(shown, main))


def _parse(text: str) -> Any:
    import lxml.etree
    import lxml.html

    # Bytes, because a page may declare an encoding, which a string may not.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    source = CONTROLS.sub(" ", text).encode("utf-8", "replace")
    try:
        tree = lxml.html.document_fromstring(source, parser=parser)
    except lxml.etree.LxmlError:
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        # No person nests so deeply, and the parser drops the rest: the text between the tags.
        pieces = [piece.strip() for piece in TAGS.split(source.decode("utf-8"))]
        body = "".join(f"<p>{piece}</p>" for piece in pieces if piece)
        tree = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    head = tree.find("head")
    if tree.find("body") is None and head is not None:
        # Without a body the parser takes what it does not know, such as article, for the head.
        body = lxml.etree.SubElement(tree, "body")
        body.extend([element for element in head if element.tag not in HEAD])
    return tree


def _extract(tree: Any) -> dict[str, Any]:
    """Return what trafilatura finds, as long as it keeps the lines of the text apart."""
    import trafilatura
    from trafilatura.settings import use_config

    config = use_config()
    # For texts under this size it would join all paragraphs to one line.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    extract = trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        config=config,
        date_extraction_params={"extensive_search": False},
    )
    return extract if isinstance(extract, dict) else extract.as_dict() if extract else {}


def _declared_date(tree: Any) -> str | None:
    """Return the date of publication that the page declares in its markup."""
    for meta in tree.iter("meta"):
        names = {meta.get(name, "").lower() for name in ("name", "property", "itemprop")}
        if names & DATE_NAMES and (iso := to_iso(meta.get("content", ""))):
            return iso
    for script in tree.iter("script"):
        if script.get("type", "").lower() == "application/ld+json":
            match = re.search(r'"datePublished"\s*:\s*("[^"]*")', script.text or "")
            with suppress(ValueError):
                if match and (iso := to_iso(str(json.loads(match[1])))):
                    return iso
    for time in tree.iter("time"):
        marked = time.get("pubdate") is not None or time.get("itemprop") == "datePublished"
        if marked and (iso := to_iso(time.get("datetime") or time.text_content())):
            return iso
    return None


def _fold(text: str) -> str:
    """Drop what extraction changes: spaces, bullets and the rules of tables."""
    return re.sub(r"^[-–•*]+|[\s|]+", "", re.sub(r"^\s*[-–•*]\s", "", text))


@dataclass
class _Lines:
    """The lines of an extracted text, and where in them a block of the page stands."""

    lines: list[str]
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        folded = [_fold(line) for line in self.lines]
        self.joined = "".join(folded)
        self.starts = [0]
        for number, line in enumerate(folded):
            self.numbers[line].append(number)
            self.starts.append(self.starts[-1] + len(line))

    def place(self, key: str, after: int) -> int | None:
        """Return the number of the line that a block ends on, from line ``after`` on."""
        numbers = self.numbers.get(key, [])
        if (at := bisect.bisect_left(numbers, after)) < len(numbers):
            return numbers[at]
        if numbers:
            return after  # it stands above: nothing is missing, and the place stays
        start = self.joined.find(key, self.starts[after]) if len(key) >= LONG else -1
        return None if start < 0 else bisect.bisect_left(self.starts, start + len(key)) - 1


def _complete(main: str, tree: Any) -> str:
    """Put back the headings, items and captions that extraction dropped."""
    text = _Lines(main.splitlines())
    blocks = [(block, _block_text(block)) for block in _blocks(tree)]
    blocks = [(block, line) for block, line in blocks if _fold(line)]
    places: list[int | None] = []
    at = 0
    for _, line in blocks:
        places.append(text.place(_fold(line), at))
        at = at if places[-1] is None else max(at, places[-1])
    kept = [number for number, place in enumerate(places) if place is not None]
    if not kept:
        return main
    container = _common([blocks[number][0] for number in kept])
    title = max((n for n in range(kept[0]) if blocks[n][0].tag == "h1"), default=None)
    added: dict[int, list[str]] = defaultdict(list)
    at = -1
    for number, ((block, line), place) in enumerate(zip(blocks, places, strict=True)):
        at = at if place is None else max(at, place)
        inside = kept[0] < number < kept[-1] or (
            block.tag in PARTS and container is not None and container in block.iterancestors()
        )
        if place is None and (inside or number == title) and _belongs(block):
            added[at].append(line)
    lines = list(added[-1])
    for number, line in enumerate(text.lines):
        lines += [line, *added[number]]
    return "\n".join(lines)


def _blocks(tree: Any) -> Iterator[Any]:
    """Yield the blocks of a page in order, none inside another, without what stands beside."""
    within: set[Any] = set()
    for element in tree.iter():
        parent = element.getparent()
        if parent in within or not isinstance(element.tag, str) or _is_beside(element):
            within.add(element)
        elif element.tag in WHOLE or (
            element.tag in PARTS
            and not any(below.tag in BLOCKS for below in element.iterdescendants("*"))
        ):
            within.add(element)
            yield element


def _is_beside(element: Any) -> bool:
    """Tell what stands beside the main text (menus, footers), or is not shown."""
    return (
        element.tag in HIDDEN | BESIDE
        or element.get("role") in ROLES
        or element.get("hidden") is not None
    )


def _block_text(block: Any) -> str:
    words = " ".join(block.text_content().split())
    return f"- {words}" if block.tag == "li" and words else words


def _belongs(block: Any) -> bool:
    """Tell a part of the text from a menu or a teaser: those consist of links."""
    linked = sum(len(link.text_content()) for link in block.iter("a"))
    return bool(linked * 2 < len(block.text_content().strip()))


def _common(blocks: list[Any]) -> Any:
    """Return the innermost element that holds all blocks, unless it is the whole page."""
    chains = [list(block.iterancestors())[::-1] for block in blocks]
    shared = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    return shared[-1] if shared and shared[-1].tag not in ("html", "body") else None


def _set_aside(shown: str, main: str) -> tuple[int, str]:
    """Count the visible words that are not in the text, and quote the first of them."""
    missing = Counter(_words(shown)) - Counter(_words(main))
    if not missing:
        return 0, ""
    text = _fold(main)
    strange = (line for line in shown.splitlines() if _fold(line) and _fold(line) not in text)
    beginning = next(strange, "") or next(iter(missing))
    return missing.total(), " ".join(beginning.split()[:QUOTED_WORDS])


def _words(text: str) -> list[str]:
    return [word for part in text.split() if (word := part.strip("|-–•*"))]
