"""Pages of the report from templates: everything is escaped, nothing is fetched.

Values of the report and executed notebooks come in; HTML files go out.
"""

import base64
import functools
import hashlib
import importlib.resources
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import mistune
from markupsafe import Markup

from clusterlib import cards

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

TEMPLATES = importlib.resources.files("clusterlib") / "data" / "report"
# The one script, by which tables are searched and sorted; pages read without it.
SCRIPT = (TEMPLATES / "tables.js").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
# What a page may do if something gets past the escaping: show its own style and embedded images,
# and run that script.
POLICY = (
    f"default-src 'none'; script-src 'sha256-{_DIGEST}'; img-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir", "role", "tabindex", "aria-label"},
    "a": {"href"},
    "img": {"src", "alt"},
    "mark": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


@dataclass(frozen=True)
class Figure:
    """A figure of a notebook, embedded, with words, and whether it is for the first page."""

    source: str
    alt: str
    caption: str
    front: bool = False


@dataclass(frozen=True)
class Page:
    """A notebook in the report: its file, its title, what it asks, and its figures."""

    name: str
    title: str
    lead: str
    figures: tuple[Figure, ...]


def slug(name: str) -> str:
    """Return a name that is safe in a file name and an address, another one for each name.

    >>> slug("nl-target"), slug("../Énergie & <b>")
    ('nl-target', 'energie-b-7c43ed73')
    """
    # A name that ends like a hash gets one, too: else it could pass for another's.
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name) and not re.search(r"-[0-9a-f]{8}$", name):
        return name
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:40].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kept or 'text'}-{digest}"


def write_page(template: str, path: Path, **values: Any) -> Path:
    """Fill a template, named without its suffix, and write the page."""
    filled = _templates().get_template(f"{template}.html.j2")
    page = filled.render(policy=POLICY, script=Markup(SCRIPT), **values)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A half of a surrogate pair cannot be written; no other text is changed.
    path.write_bytes(page.encode("utf-8", "replace"))
    return path


@functools.cache
def _templates() -> jinja2.Environment:
    """Return the templates, each compiled once."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(TEMPLATES)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_notebooks(notebooks: Sequence[Path], folder: Path) -> list[Page]:
    """Write a page for each executed notebook, in reading order, and the notebook beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not notebooks:
        return []
    # A run has no notebooks, and this import costs as much as a stage of it.
    import nbformat

    nodes = [nbformat.read(path, as_version=4) for path in notebooks]
    pages = [_describe(path, notebook) for path, notebook in zip(notebooks, nodes, strict=True)]
    exporter = _exporter()
    stems = {page.name for page in pages}
    for place, (path, notebook) in enumerate(zip(notebooks, nodes, strict=True)):
        if path.resolve() != (folder / path.name).resolve():
            shutil.copyfile(path, folder / path.name)
        body, _ = exporter.from_notebook_node(notebook)
        write_page(
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
    """Return HTML without anything that runs, fetches or leads to none of the named pages.

    >>> print(clean('<p onclick="x()">a<script>b</script> <a href="n.ipynb">n</a></p>', {"n"}))
    <p>a <a href="n.html" rel="noopener noreferrer">n</a></p>
    """
    import nh3

    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return value if value.startswith("data:image/") else None
        if name != "href" or value.startswith(("#", "https:", "http:", "mailto:")):
            return value
        stem = value.split("#")[0].removesuffix(".ipynb")
        return value.replace(".ipynb", ".html") if stem in pages else None

    schemes = {"http", "https", "mailto", "data"}
    # A card of a topic or theme is a section, which nh3 does not know for text.
    tags = nh3.ALLOWED_TAGS | {"section"}
    cleaned = nh3.clean(
        html, tags=tags, attributes=ATTRIBUTES, attribute_filter=keep, url_schemes=schemes
    )
    return Markup(_order_headings(name_heads(cleaned)))


def name_heads(html: str) -> str:
    """Let a corner of a table that names nothing be a cell and no heading.

    >>> name_heads('<th scope="col"></th><th>a</th>')
    '<td></td><th>a</th>'
    """
    return re.sub(r"<th\b[^>]*></th>", "<td></td>", html)


def _order_headings(html: str) -> str:
    """Let headings go down one level at a time, under one title.

    >>> _order_headings("<h1>a</h1><h2>b</h2><h4>c</h4><h4>d</h4>")
    '<h1>a</h1><h2>b</h2><h3>c</h3><h3>d</h3>'
    """
    last, above = 0, list[str]()

    def level(match: re.Match[str]) -> str:
        nonlocal last
        if not match[1]:
            # Headings that were of one level stay so.
            while above and above[-1] >= match[2]:
                above.pop()
            above.append(match[2])
            last = max(len(above), 2 if last else 1)
        return f"<{match[1]}h{last}"

    return re.sub(r"<(/?)h([1-6])\b", level, html)


def _exporter() -> "HTMLExporter":
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="notebook",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    # Text that a cell put into Markdown may be from a source: its HTML is shown, not obeyed.
    exporter.register_filter("prose", mistune.create_markdown(escape=True, plugins=["table"]))
    return exporter


def _describe(path: Path, notebook: "NotebookNode") -> Page:
    first = notebook.cells[0].source if notebook.cells else ""
    title = re.search(r"^# (.+)$", first, re.MULTILINE)
    paragraphs = [part for part in first.split("\n\n") if part[:1] != "#"]
    figures = []
    for cell, following in zip(notebook.cells, notebook.cells[1:], strict=False):
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("image/png", {})
            if about.get("alt") and (caption := _caption(following)):
                source = f"data:image/png;base64,{output.data['image/png'].strip()}"
                figures.append(Figure(source, about["alt"], caption, bool(about.get("front"))))
    return Page(
        name=path.stem,
        title=_plain(title[1]) if title else path.stem,
        lead=_plain(paragraphs[0]) if paragraphs else "",
        figures=tuple(figures),
    )


def _caption(cell: "NotebookNode") -> str:
    """Return the sentence in italics that stands under a figure."""
    if cell.cell_type != "markdown":
        return ""
    match = re.match(r"\*([^*].*?)\*(?!\*)", cell.source)
    return _plain(match[1]) if match else ""


def _plain(markdown: str) -> str:
    """Take the marks out of a line of Markdown."""
    return re.sub(r"[*`]|\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
