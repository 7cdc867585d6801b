"""Pages from templates: everything is escaped, nothing runs, nothing is fetched."""

import functools
import importlib.resources
from pathlib import Path
from typing import Any

import jinja2

TEMPLATES = importlib.resources.files("clusterlib") / "data" / "report"
# What a page may do if something gets past the escaping: show its own style and embedded images.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)


def write(template: str, path: Path, **values: Any) -> Path:
    """Fill a template and write the page.

    Parameters
    ----------
    template : str
        The template's file name, without its suffix.
    path : pathlib.Path
        The page; its folder is made if it does not exist.
    **values
        What the template shows. Strings are escaped unless they are markup.

    Returns
    -------
    pathlib.Path
        The page.
    """
    page = _templates().get_template(f"{template}.html.j2").render(policy=POLICY, **values)
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
