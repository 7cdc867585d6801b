"""The main text of an HTML page, with its headings, lists, tables and captions."""

import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clusterlib.load.markup import (
    BESIDE,
    HIDDEN,
    declared_date,
    fold,
    is_beside,
    left_out,
    parse,
    visible,
)
from clusterlib.load.pages import Page

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
PARTS = frozenset("li tr caption figcaption dt dd".split())
BLOCKS = HEADINGS | PARTS | {"p"}
WHOLE = HEADINGS | {"tr", "p", "caption", "figcaption"}
LONG = 20  # characters that do not occur twice by chance


def html(text: str) -> Page:
    """Take the main text of a page, as trafilatura finds it, and what belongs to it.

    Trafilatura drops some headings, table rows, list items and captions of the
    main text; they are put back where they stood. The date is only taken from
    what the page declares: its metadata, JSON-LD or a marked ``time``.

    Parameters
    ----------
    text : str
        The source of the page.

    Returns
    -------
    Page
        With an empty text where no main text is found.
    """
    tree = parse(text)
    if tree is None:
        return Page("")
    facts = _extracted(tree) if visible(tree, HIDDEN | BESIDE).strip() else {}
    main = str(facts.get("text") or "").strip()
    if main:
        main = _completed(main, tree)
    said = {"title": facts.get("title"), "source": facts.get("sitename")}
    said["published"] = declared_date(tree)
    missing, beginning = left_out(tree, main)
    return Page(main, {key: value for key, value in said.items() if value}, missing, beginning)


def _extracted(tree: Any) -> dict[str, Any]:
    """Return what trafilatura finds, as long as it keeps the lines of the text apart."""
    import trafilatura
    from trafilatura.settings import use_config

    config = use_config()
    # For texts under this size it would join all paragraphs to one line.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    found = trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        config=config,
        date_extraction_params={"extensive_search": False},
    )
    return found if isinstance(found, dict) else found.as_dict() if found else {}


@dataclass
class _Lines:
    """The lines of an extracted text, and where in them a block of the page stands."""

    lines: list[str]
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        folded = [fold(line) for line in self.lines]
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


def _completed(main: str, tree: Any) -> str:
    """Put back the headings, rows, items and captions that extraction dropped."""
    text = _Lines(main.splitlines())
    blocks = [(block, _block_text(block)) for block in _blocks(tree)]
    blocks = [(block, line) for block, line in blocks if fold(line)]
    places: list[int | None] = []
    at = 0
    for _, line in blocks:
        places.append(text.place(fold(line), at))
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
        if parent in within or not isinstance(element.tag, str) or is_beside(element):
            within.add(element)
        elif element.tag in WHOLE or (element.tag in PARTS and not _holds_block(element)):
            within.add(element)
            yield element


def _holds_block(element: Any) -> bool:
    return any(below.tag in BLOCKS for below in element.iterdescendants("*"))


def _block_text(block: Any) -> str:
    if block.tag == "tr":
        cells = [" ".join(cell.text_content().split()) for cell in block.iter("td", "th")]
        return f"| {' | '.join(cells)} |" if any(cells) else ""
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
