"""Read codings back from a project of Taguette, a free program for coding, onto our passages.

Its export, one file of SQLite, comes in with the passages; out goes the same coding that sheets
and REFI-QDA projects give.
"""

import sqlite3
from pathlib import Path

import lxml.html
import pandas as pd

from clusterlib import refi
from clusterlib.codes.project import Book, Codings, Errors, letters
from clusterlib.problems import Problems

# Steps of the database's machine, some hundred times what a large project takes.
MOST = 100_000_000
CODINGS = """
    SELECT highlights.document_id, start_offset, end_offset, tags.path
    FROM highlights JOIN highlight_tags ON highlights.id = highlight_id
    JOIN tags ON tags.id = tag_id ORDER BY document_id, start_offset, end_offset, path
"""


def read_taguette(
    path: str | Path,
    passages: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    codebook: Book = None,
    *,
    errors: Errors = "raise",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read what was coded in Taguette.

    Parameters
    ----------
    path : str or pathlib.Path
        What Taguette writes as "export project" (``.sqlite3``).
    passages, documents, codebook, errors
        As `read_qdpx` takes them.

    Returns
    -------
    coding, left : pandas.DataFrame
        As `read_qdpx` returns them.

    Raises
    ------
    clusterlib.problems.InputError
        If the file is no project of Taguette, or nobody has coded in it. With
        ``errors="raise"`` also with every document whose text is none of the documents', and every
        tag that is given somewhere and that the codebook does not have.

    Notes
    -----
    A tag is known by the code or its label, alone or behind a prefix: Taguette writes a hierarchy
    as ``field.storage``. Highlights are placed by bytes of UTF-8 of the text between the HTML tags
    (Taguette 1.5.2, ``extract.py``).

    Examples
    --------
    >>> read_taguette("registry.csv", pd.DataFrame({"passage": []}))
    Traceback (most recent call last):
    ...
    clusterlib.problems.InputError: the project has 1 fault(s):
      registry.csv: is no project of Taguette that can be read: unable to open database file
    """
    sources, highlights = _read_tables(Path(path))
    codings = Codings(passages, documents, codebook, errors)
    by_letters = {loaded.text: doc for doc, loaded in reversed(codings.letters.items())}
    codes = refi.codes_by_name(codings.book)
    for number, (name, contents) in sources.items():
        text = "".join(lxml.html.fragment_fromstring(contents, create_parent=True).itertext())
        there = letters(text, "Taguette")
        rows = [row[1:] for row in highlights if row[0] == number]
        doc = by_letters.get(there.text)
        if doc is None:
            if rows:
                codings.omit(name, "its text is none of the documents' (or not as it was loaded)")
            continue
        given = codings.given.setdefault(doc, [])
        for start, end, tag in rows:
            span = there.span(start, end)
            code = codes.get(tag.casefold()) or codes.get(tag.rpartition(".")[2].casefold())
            if code is None:
                codings.omit(name, f"the codebook has no code {tag!r:.120}", tag, doc, span)
            else:
                given.append((*span, code, ""))
    codings.check(Problems())
    return codings.tables()


def _read_tables(path: Path) -> tuple[dict[int, tuple[str, str]], list[tuple[int, int, int, str]]]:
    """Return name and HTML of each document, and document, start, end and tag of each coding."""
    if path.exists() and path.stat().st_size > refi.LARGEST:
        raise refi.refuse(path.name, "too large", f"is larger than {refi.LARGEST >> 20} MB")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            # A stranger may have written functions into the file's own schema.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_progress_handler(lambda: True, MOST)
            sources = connection.execute("SELECT id, name, contents FROM documents ORDER BY id")
            documents = {int(number): (str(name), str(text)) for number, name, text in sources}
            codings = connection.execute(CODINGS).fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, ValueError, TypeError) as error:
        message = f"is no project of Taguette that can be read: {error}"
        raise refi.refuse(path.name, "broken file", message) from None
    return documents, [(int(doc), *span) for doc, *span in codings]
