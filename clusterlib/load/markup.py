"""HTML as a tree: what a browser shows of it, and what it declares of itself."""

import json
import re
from collections import Counter
from typing import Any

from clusterlib import dates
from clusterlib.load.pages import CONTROLS

HIDDEN = frozenset("title script style template noscript svg iframe object".split())
BESIDE = frozenset("nav aside footer form button select".split())
ROLES = frozenset("navigation complementary contentinfo search".split())
INLINE = frozenset("a abbr b cite code em font i mark q s small span strong sub sup time u".split())
# Where pages state when they were published.
DATE_NAMES = frozenset(
    "article:published_time og:published_time datepublished date dc.date dc.date.issued "
    "dc.date.created dcterms.date dcterms.issued dcterms.created citation_publication_date "
    "citation_date publishdate publish-date publish_date pubdate sailthru.date".split()
)
QUOTED_WORDS = 8
# What may stand in a head.
HEAD = frozenset("title meta link base script style noscript template".split())


def parse(text: str) -> Any:
    """Parse a page; None if it holds no element at all."""
    import lxml.etree
    import lxml.html

    # Bytes, because a page may declare an encoding, which a string may not.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    source = CONTROLS.sub(" ", text).encode("utf-8", "replace")
    try:
        tree = lxml.html.document_fromstring(source, parser=parser)
    except lxml.etree.LxmlError:
        return None
    head = tree.find("head")
    if tree.find("body") is None and head is not None:
        # Without a body the parser takes what it does not know, such as article, for the head.
        body = lxml.etree.SubElement(tree, "body")
        body.extend([element for element in head if element.tag not in HEAD])
    return tree


def declared_date(tree: Any) -> str | None:
    """Return the date of publication that the page declares in its markup."""
    for meta in tree.iter("meta"):
        names = {meta.get(name, "").lower() for name in ("name", "property", "itemprop")}
        if names & DATE_NAMES and (iso := dates.normal(meta.get("content", ""))):
            return iso
    for script in tree.iter("script"):
        if script.get("type", "").lower() == "application/ld+json":
            found = re.search(r'"datePublished"\s*:\s*("[^"]*")', script.text or "")
            if found and (iso := dates.normal(_unquoted(found[1]))):
                return iso
    for time in tree.iter("time"):
        marked = time.get("pubdate") is not None or time.get("itemprop") == "datePublished"
        if marked and (iso := dates.normal(time.get("datetime") or time.text_content())):
            return iso
    return None


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(value))
    except ValueError:
        return ""


def fold(text: str) -> str:
    """Drop what extraction changes: spaces, bullets and the rules of tables."""
    return re.sub(r"^[-–•*]+|[\s|]+", "", re.sub(r"^\s*[-–•*]\s", "", text))


def is_beside(element: Any) -> bool:
    """Tell what stands beside the main text (menus, footers), or is not shown."""
    return (
        element.tag in HIDDEN | BESIDE
        or element.get("role") in ROLES
        or element.get("hidden") is not None
        or "display:none" in element.get("style", "").replace(" ", "")
    )


def left_out(tree: Any, main: str) -> tuple[int, str]:
    """Count the visible words that are not in the text, and quote the first of them."""
    shown = visible(tree, HIDDEN)
    missing = Counter(_words(shown)) - Counter(_words(main))
    if not missing:
        return 0, ""
    text = fold(main)
    strange = (line for line in shown.splitlines() if fold(line) and fold(line) not in text)
    beginning = next(strange, "") or next(iter(missing))
    return missing.total(), " ".join(beginning.split()[:QUOTED_WORDS])


def _words(text: str) -> list[str]:
    return [word for part in text.split() if (word := part.strip("|-–•*"))]


def visible(tree: Any, without: frozenset[str]) -> str:
    """Return the text that a browser shows, a line a block; no recursion: pages nest deeply."""
    parts: list[str] = []
    stack: list[Any] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        shown = isinstance(item.tag, str) and item.tag not in without and item.get("hidden") is None
        gap = "" if item.tag in INLINE else "\n"
        below = [gap, item.text or "", *item, gap] if shown else []
        stack.extend(reversed([*below, item.tail or ""]))
    return "".join(parts)
