"""Notebooks as pages that need no script and no network."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import mistune
import nh3
from markupsafe import Markup

from clusterlib import cards
from clusterlib.export import site

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

# A card of a topic or theme is a section, which nh3 does not know for text.
TAGS = nh3.ALLOWED_TAGS | {"section"}
COMMON = {"class", "id", "lang", "dir", "role", "tabindex", "aria-label"}
ATTRIBUTES = {
    "*": COMMON,
    "a": {"href"},
    "img": {"src", "alt"},
    "mark": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


@dataclass(frozen=True)
class Figure:
    """A figure of a notebook: embedded, with words for those who do not see it.

    ``front`` says whether the notebook marks it, in the metadata of its picture,
    as one for the first page.
    """

    source: str
    alt: str
    caption: str
    front: bool = False


@dataclass(frozen=True)
class Page:
    """A notebook in the report: its files, its title, what it asks, and its figures."""

    name: str
    title: str
    lead: str
    figures: tuple[Figure, ...]


def write(notebooks: Sequence[Path], folder: Path) -> list[Page]:
    """Write a page for each executed notebook, and the notebook beside it.

    Parameters
    ----------
    notebooks : sequence of pathlib.Path
        In reading order.
    folder : pathlib.Path
        Where to write.

    Returns
    -------
    list of Page
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not notebooks:
        return []
    # A run has no notebooks, and this import costs as much as a stage of it.
    import nbformat

    read = [nbformat.read(path, as_version=4) for path in notebooks]
    pages = [_page(path, notebook) for path, notebook in zip(notebooks, read, strict=True)]
    exporter = _exporter()
    stems = {page.name for page in pages}
    for place, (path, notebook) in enumerate(zip(notebooks, read, strict=True)):
        if path.resolve() != (folder / path.name).resolve():
            shutil.copyfile(path, folder / path.name)
        body, _ = exporter.from_notebook_node(notebook)
        site.write(
            "notebook",
            folder / f"{path.stem}.html",
            page=pages[place],
            body=clean(body, stems),
            looks=Markup(cards.SHEET),
            before=pages[place - 1] if place else None,
            after=pages[place + 1] if place + 1 < len(pages) else None,
        )
    return pages


def clean(html: str, pages: set[str]) -> Markup:
    """Return HTML without anything that runs, fetches or leads nowhere.

    Parameters
    ----------
    html : str
        A part of a page.
    pages : set of str
        Notebooks that links between notebooks may lead to.

    Returns
    -------
    markupsafe.Markup

    Examples
    --------
    >>> print(clean('<p onclick="x()">a<script>b</script> <a href="n.ipynb">n</a></p>', {"n"}))
    <p>a <a href="n.html" rel="noopener noreferrer">n</a></p>
    """

    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return value if value.startswith("data:image/") else None
        if name != "href" or value.startswith(("#", "https:", "http:", "mailto:")):
            return value
        stem = value.split("#")[0].removesuffix(".ipynb")
        return value.replace(".ipynb", ".html") if stem in pages else None

    schemes = {"http", "https", "mailto", "data"}
    cleaned = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=kept, url_schemes=schemes
    )
    return Markup(_ordered(cleaned))


def _ordered(html: str) -> str:
    """Let headings go down one level at a time, under one title.

    >>> _ordered("<h1>a</h1><h2>b</h2><h4>c</h4><h4>d</h4>")
    '<h1>a</h1><h2>b</h2><h3>c</h3><h3>d</h3>'
    """
    last, above = 0, list[str]()

    def level(found: re.Match[str]) -> str:
        nonlocal last
        if not found[1]:
            # Headings that were of one level stay so.
            while above and above[-1] >= found[2]:
                above.pop()
            above.append(found[2])
            last = max(len(above), 2 if last else 1)
        return f"<{found[1]}h{last}"

    return re.sub(r"<(/?)h([1-6])\b", level, html)


def _exporter() -> "HTMLExporter":
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="notebook",
        extra_template_basedirs=[str(site.TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    # Text that a cell put into Markdown may be from a source: its HTML is shown, not obeyed.
    exporter.register_filter("prose", mistune.create_markdown(escape=True, plugins=["table"]))
    return exporter


def _page(path: Path, notebook: "NotebookNode") -> Page:
    first = notebook.cells[0].source if notebook.cells else ""
    title = re.search(r"^# (.+)$", first, re.MULTILINE)
    paragraphs = [part for part in first.split("\n\n") if part[:1] != "#"]
    figures = [
        Figure(f"data:image/png;base64,{output.data['image/png'].strip()}", alt, caption, front)
        for cell, following in zip(notebook.cells, notebook.cells[1:], strict=False)
        for output in cell.get("outputs", [])
        for alt, front in [_told(output)]
        if alt and (caption := _caption(following))
    ]
    return Page(
        name=path.stem,
        title=_plain(title[1]) if title else path.stem,
        lead=_plain(paragraphs[0]) if paragraphs else "",
        figures=tuple(figures),
    )


def _told(output: "NotebookNode") -> tuple[str, bool]:
    """Return what an output says of its picture: its words, and whether it is for the front."""
    told = output.get("metadata", {}).get("image/png", {})
    return told.get("alt", ""), bool(told.get("front"))


def _caption(cell: "NotebookNode") -> str:
    """Return the sentence in italics that stands under a figure."""
    found = re.match(r"\*([^*].*?)\*(?!\*)", cell.source) if cell.cell_type == "markdown" else None
    return _plain(found[1]) if found else ""


def _plain(markdown: str) -> str:
    """Take the marks out of a line of Markdown."""
    return re.sub(r"[*`]|\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
