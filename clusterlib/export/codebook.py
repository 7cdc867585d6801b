"""A codebook as a REFI-QDA file (`.qdc`), which QDA programs import."""

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pandas as pd

from clusterlib import __version__, codes, refi

if TYPE_CHECKING:
    from clusterlib.themes import Themes


def qdc(
    path: str | Path,
    codebook: str | Path | pd.DataFrame | None = None,
    themes: "Themes | None" = None,
) -> Path:
    """Write a codebook for programs of qualitative analysis.

    Parameters
    ----------
    path : str or pathlib.Path
        Where to write; by convention it ends on ``.qdc``.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; by default that of the seeds.
    themes : Themes, optional
        As `clusterlib.themes.fit` returns it; a folder of their own.

    Returns
    -------
    pathlib.Path
        The file, of the same bytes for the same codebook.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault of the codebook.

    Notes
    -----
    REFI-QDA codebook exchange 1.0 (www.qdasoftware.org). A dimension becomes a
    folder, a parent holds its codes, and the description of a code has its
    definition, when to use it and when not, and its probes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = qdc(f"{folder}/book.qdc").read_text(encoding="utf-8")
    >>> text.count('isCodable="true"')
    30
    """
    root = ElementTree.Element("CodeBook", {"xmlns": refi.CODEBOOK, "origin": origin()})
    refi.write(root, refi.tree(codes.read(codebook), themes))
    path = Path(path)
    path.write_bytes(document(root))
    return path


def refuse(unknown: list[str]) -> None:
    """Refuse what passages are given and the codebook does not have."""
    if unknown:
        raise ValueError(f"the codebook has no {', '.join(map(repr, unknown[:10]))}")


def origin() -> str:
    """Name the program that writes."""
    return f"clusterlib {__version__}"


def document(root: ElementTree.Element) -> bytes:
    """Return an XML document, indented so that a person can read it."""
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
