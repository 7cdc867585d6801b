"""The HTML report: pages that open from a folder without a network."""

import importlib.metadata
import importlib.resources
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import nbformat

from clusterlib import clean, load

PACKAGES = ("clusterlib", "pandas", "matplotlib", "scikit-learn", "ftfy", "simplemma")
TEMPLATES = importlib.resources.files("clusterlib") / "data" / "report"


@dataclass(frozen=True)
class Page:
    """A notebook in the report: its files, its title and what it asks."""

    name: str
    title: str
    lead: str


def report(notebooks: Sequence[Path], folder: Path) -> Path:
    """Write the report: a page for each executed notebook, the tables, and an index.

    Parameters
    ----------
    notebooks : sequence of pathlib.Path
        Executed notebooks, in reading order, in ``folder``.
    folder : pathlib.Path
        Where to write; made if it does not exist.

    Returns
    -------
    pathlib.Path
        The index page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = [_notebook_page(path, folder) for path in notebooks]
    tables = _tables(folder / "tables")
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    text = _template("index.html.j2").render(
        pages=pages, tables=tables, versions={"Python": platform.python_version()} | versions
    )
    index = folder / "index.html"
    index.write_text(text, encoding="utf-8")
    return index


def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(str(TEMPLATES))
    return jinja2.Environment(loader=loader, autoescape=True).get_template(name)


def _notebook_page(path: Path, folder: Path) -> Page:
    """Write a notebook as a page that needs no script and no network."""
    from nbconvert import HTMLExporter

    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["title"] = _title(notebook)
    exporter = HTMLExporter(
        template_name="notebook",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    body, _ = exporter.from_notebook_node(notebook, resources={"style": style})
    (folder / f"{path.stem}.html").write_text(body, encoding="utf-8")
    return Page(path.stem, _title(notebook), _lead(notebook))


def _title(notebook: nbformat.NotebookNode) -> str:
    found = re.search(r"^# (.+)$", notebook.cells[0].source, re.MULTILINE)
    return found[1] if found else "Untitled"


def _lead(notebook: nbformat.NotebookNode) -> str:
    """Return the first paragraph under the title, without its marks."""
    paragraphs = [part for part in notebook.cells[0].source.split("\n\n") if part[:1] != "#"]
    return re.sub(r"[*`]|\[([^\]]+)\]\([^)]*\)", r"\1", paragraphs[0]) if paragraphs else ""


def _tables(folder: Path) -> dict[str, int]:
    """Write the tables as CSV and Parquet; return how many rows each has."""
    folder.mkdir(exist_ok=True)
    documents = load.documents()
    passages, ledger = clean.tables(documents)
    tables = {"documents": documents, "ledger": ledger, "passages": passages}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return {name: len(table) for name, table in tables.items()}
