"""Make a page simpler before its main text is looked for.

What is not shown and what asks for consent goes; an article in an odd place is put into a plain
one; a table of data becomes a line a row, and a table that only places things becomes blocks.
"""

import re
from collections.abc import Iterator
from typing import Any

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
HIDDEN = frozenset("title script style template noscript svg iframe object".split())
INLINE = frozenset("a abbr b cite code em font i mark q s small span strong sub sup time u".split())
# What a menu is not: some words that end as a sentence does.
SENTENCE = re.compile(r"(?:\S+\s+){5,}\S+[.!?…]$")
CONTAINERS = ("body", "main", "article", "section", "div", "center", "blockquote")
BESIDE = frozenset("nav aside footer form button select".split())
ROLES = frozenset("navigation complementary contentinfo search".split())
# Elements that nest deeper are no person's work; below, only the lines of text are kept.
DEPTH = 100
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
MAIN = ("main", "article", "h1")
# Programs that ask for consent, by how the ids and classes of their dialogues begin.
CONSENT = re.compile(
    r"(?:^|\s)(?:cky-|cookie|cookies-|consent|gdpr|rgpd|dsgvo|avg-|onetrust|ot-sdk|ot-pc|optanon|"
    r"cybot|didomi|qc-cmp|usercentrics|uc-|iubenda|klaro|osano|cmplz|moove_gdpr|borlabs|truste|"
    r"sp_message|cc-window|cc-banner|cc_|tarteaucitron|fc-consent|termly|axeptio|ccm-|cmp-|cmpbox|"
    r"complianz|coi-|evidon|privacy-(?:banner|overlay|popup|modal)|samtykke|informasjonskaps)",
    re.IGNORECASE,
)
OVERLAY = re.compile(r"modal|pop-?up|overlay|banner|dialog|notice|privacy|lightbox", re.IGNORECASE)
# What the small files are called that consent is asked for, in all languages that are read.
COOKIES = re.compile(
    r"cookie|informasjonskaps|бисквитк|küpsis|eväste|traceur|fianán|kolačić|колачић|\bsüti|"
    r"vafrakök|vefkök|fótspor|slapuk|sīkdat|sīkfail|ciasteczk|piškot|\bkakor|çerez|\bкукі|"
    r"\bgdpr\b|\brgpd\b|dsgvo",
    re.IGNORECASE,
)
# So much of the lines of a block that asks for consent speak of it.
CONSENT_SHARE = 1 / 3
# Characters of a cell that is a paragraph on a page laid out as a table.
PARAGRAPH = 200
WIDEST = 100


def drop_hidden(tree: Any) -> None:
    """Drop what a browser does not show; of what is too deep keep the lines."""
    doomed = []
    stack = [(tree, 0)]
    while stack:
        element, depth = stack.pop()
        if not isinstance(element.tag, str):
            continue
        if _is_hidden(element):
            doomed.append(element)
        elif depth == DEPTH:
            lines = visible(element, HIDDEN).splitlines()
            for below in list(element):
                element.remove(below)
            element.text = None
            for line in filter(None, map(str.strip, lines)):
                _insert(element, len(element), line)
        else:
            stack.extend((below, depth + 1) for below in element)
    for element in doomed:
        element.drop_tree()


def _is_hidden(element: Any) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return element.getparent() is not None and (
        element.tag == "template"
        or element.get("hidden", "until-found") != "until-found"
        or (element.tag == "dialog" and element.get("open") is None)
        or "display:none" in style
        or "visibility:hidden" in style
    )


def simplify(tree: Any) -> None:
    """Drop dialogues, make articles plain that stand beside, and tables lines or blocks."""
    for line_break in list(tree.iter("br")):
        line_break.tail = f"\n{line_break.tail or ''}"
        if any(above.tag in HEADINGS for above in line_break.iterancestors()):
            line_break.drop_tag()
    for element in list(tree.iter("sup")):
        # A mark of a footnote, or an exponent, is no part of the number before it.
        if element.text_content().strip("[]() ").isdecimal():
            text = element.text_content().strip("[]() ").translate(RAISED)
            element.clear(keep_tail=True)
            element.text = text
            element.drop_tag()
    for element in tree.iter("details", "summary"):
        element.tag = "p" if element.tag == "summary" else "div"
    _drop_consent(tree)
    _promote(tree)
    for element in tree.iter("div", "center", "section"):
        if _is_plain(element) and SENTENCE.search(element.text_content().strip()):
            element.tag = "p"
    _wrap(tree)
    tables = list(tree.iter("table"))
    outer = {above for table in tables for above in table.iterancestors("table")}
    for table in reversed(tables):
        _rewrite(table, table in outer)


def _wrap(tree: Any) -> None:
    for parent in list(tree.iter(*CONTAINERS)):
        children = list(parent)
        if not any(child.tag in HEADINGS | {"p"} for child in children):
            continue
        run = None
        if (parent.text or "").strip():
            run, parent.text = _insert(parent, 0, parent.text), None
        for child in children:
            if child.tag in INLINE or child.tag == "br":
                if run is None and (child.tag != "br" or (child.tail or "").strip()):
                    run = _insert(parent, parent.index(child))
                if run is not None:
                    run.append(child)
                continue
            run = None
            if child.tag in ("div", "center") and _is_plain(child):
                child.tag = "p"
            if (child.tail or "").strip():
                run, child.tail = _insert(parent, parent.index(child) + 1, child.tail), None


def _insert(parent: Any, place: int, text: str | None = None) -> Any:
    """Insert a paragraph among the children of an element, and return it."""
    paragraph = parent.makeelement("p", {})
    paragraph.text = text
    parent.insert(place, paragraph)
    return paragraph


def _is_plain(element: Any) -> bool:
    plain = all(below.tag in INLINE or below.tag == "br" for below in element.iterdescendants())
    return plain and bool(element.text_content().strip())


def _drop_consent(tree: Any) -> None:
    """Drop dialogues that ask for consent, unless nothing else is on the page."""
    doomed: list[Any] = []
    for element in tree.iter("div", "section", "aside", "form", "dialog", "footer"):
        if not any(above in doomed for above in element.iterancestors()) and _asks(element):
            doomed.append(element)
    words = len(visible(tree, HIDDEN | BESIDE - {"aside", "form"}).split())
    for element in doomed:
        words -= len(visible(element, HIDDEN).split())
    if words > 0:
        for element in doomed:
            element.drop_tree()


def _asks(element: Any) -> bool:
    if any(element.find(f".//{tag}") is not None for tag in MAIN):
        return False
    if any(above.tag in ("main", "article") for above in element.iterancestors()):
        return False
    marks = f"{element.get('id', '')} {element.get('class', '')}"
    role = element.get("role") in ("dialog", "alertdialog") or element.tag == "dialog"
    if CONSENT.search(marks) or role or element.get("aria-modal") == "true":
        return True
    text = visible(element, HIDDEN)
    if not COOKIES.search(text):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    share = sum(bool(COOKIES.search(line)) for line in lines) / len(lines)
    return bool(OVERLAY.search(marks)) or share >= CONSENT_SHARE


def _promote(tree: Any) -> None:
    """Take an aside, or a form, for a plain block if it holds most of the text."""
    rest = len(visible(tree, HIDDEN | BESIDE).split())
    headed = tree.find(".//h1") is not None
    beside = [*tree.iter("aside", "form"), *tree.xpath("//*[@role='complementary']")]
    for element in beside:
        words = len(visible(element, HIDDEN | BESIDE - {element.tag}).split())
        links = sum(len(link.text_content().split()) for link in element.iter("a"))
        title = headed and element.find(".//h1") is not None
        if links * 2 < words and (words > 2 * rest or (title and words > rest / 2)):
            element.tag = "div"
            element.attrib.pop("role", None)


def _rewrite(table: Any, is_outer: bool) -> None:
    """Turn a table into blocks: a line a row if it is one of data, else its cells."""
    rows = list(table.iter("tr"))
    if is_outer or not _holds_data(table, rows):
        for element in table.iter("td", "th", "caption"):
            plain = all(below.tag in INLINE or below.tag == "br" for below in element)
            element.tag = "p" if plain else "div"
        for element in table.iter("table", "thead", "tbody", "tfoot", "tr"):
            element.tag = "div"
        return
    title = [line for caption in table.iter("caption") if (line := cell_text(caption))]
    grid = _grid(rows)
    heads = _heads(rows, grid)
    columns = zip(*grid[:heads], strict=True)
    names = [" ".join(dict.fromkeys(filter(None, column))) for column in columns]
    lines = [*title, *write_table(names, [cells for cells in grid[heads:] if any(cells)])]
    tail = table.tail
    table.clear()
    table.tail, table.tag = tail, "div"
    for line in lines:
        _insert(table, len(table), line)


def _holds_data(table: Any, rows: list[Any]) -> bool:
    """Tell a table of data from one that only places things on a page."""
    if table.get("role") in ("presentation", "none") or not rows:
        return False
    if next(table.iter("h1", "h2", "h3", "h4", "nav", "article", "form"), None) is not None:
        return False
    if next(table.iter("th", "thead", "caption"), None) is not None:
        return True
    widths = [sum(1 for _ in row.iter("td")) for row in rows]
    cells = (len(cell.text_content()) for cell in table.iter("td"))
    return len(rows) > 1 and max(widths) > 1 and max(cells, default=0) <= PARAGRAPH


def _grid(rows: list[Any]) -> list[list[str]]:
    """Return the texts of the cells; what spans rows, or heads columns, stands in each."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    for row in rows:
        cells: list[str] = []

        def fill(cells: list[str] = cells) -> None:
            while (pending := below.get(len(cells), (0, ""))) and pending[0] > 0:
                below[len(cells)] = (pending[0] - 1, pending[1])
                cells.append(pending[1])

        for cell in row.iter("td", "th"):
            fill()
            text = cell_text(cell)
            for number in range(_span(cell, "colspan")):
                shown = text if number == 0 or cell.tag == "th" else ""
                below[len(cells)] = (_span(cell, "rowspan") - 1, shown)
                cells.append(shown)
            if len(cells) > WIDEST:
                break
        fill()
        grid.append(cells)
    width = max(map(len, grid), default=0)
    return [cells + [""] * (width - len(cells)) for cells in grid]


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), WIDEST)) if value.isdecimal() else 1


def _heads(rows: list[Any], grid: list[list[str]]) -> int:
    """Return how many of the first rows name the columns of the others."""
    count = 0
    for row in rows:
        if row.getparent().tag != "thead" and next(row.iter("td"), None) is not None:
            break
        count += 1
    if count == len(rows):
        count = min(1, count - 1)
    digits = [any(char.isdigit() for cell in cells for char in cell) for cells in grid]
    without = count == 0 and not digits[0] and len(rows) > 1 and all(digits[1:])
    return 1 if without and all(grid[0]) else count


def cell_text(cell: Any) -> str:
    """Return the text of a cell as one line, its paragraphs and items apart."""
    pieces = [" ".join(line.split()) for line in visible(cell, HIDDEN).splitlines()]
    text = ""
    for piece in filter(None, pieces):
        gap = " " if cell.tag != "td" or text.endswith((".", ",", ";", ":", "!", "?")) else ", "
        text = f"{text}{gap}{piece}" if text else piece
    return text.replace("|", "/")


def write_table(names: list[str], rows: list[list[str]]) -> list[str]:
    """Write a table as lines with bars between cells, below the names of its columns if any."""
    lines = [f"| {' | '.join(cells)} |" for cells in ([names] if names else []) + rows]
    return [lines[0], "|" + "---|" * len(names), *lines[1:]] if names else lines


def visible(tree: Any, without: frozenset[str]) -> str:
    """Return the text that a browser shows, a line a block; no recursion: pages nest deeply."""
    return "".join(_parts(tree, without))


def _parts(tree: Any, without: frozenset[str]) -> Iterator[str]:
    stack: list[Any] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        shown = isinstance(item.tag, str) and item.tag not in without and item.get("hidden") is None
        gap = "" if item.tag in INLINE else "\n"
        below = [gap, item.text or "", *item, gap] if shown else []
        stack.extend(reversed([*below, (item.tail or "") if item is not tree else ""]))
