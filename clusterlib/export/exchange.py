"""Files that take the results into other programs: a workbook, a project and a codebook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pandas as pd

from clusterlib import codes as book
from clusterlib.claims import listed
from clusterlib.export.codebook import qdc, refuse
from clusterlib.export.qdpx import qdpx
from clusterlib.export.workbook import workbook

if TYPE_CHECKING:
    from clusterlib.themes import Themes

# Rows of all sheets together, and passages of a project: more take long to write and to open.
ROWS, PASSAGES = 200_000, 5_000
WORKBOOK, PROJECT, CODEBOOK = "tables.xlsx", "project.qdpx", "codebook.qdc"
PROGRAMS = "programs of qualitative analysis such as QualCoder, MAXQDA, NVivo and ATLAS.ti"


@dataclass(frozen=True)
class File:
    """A file for another program, and what it is for."""

    name: str
    use: str


def write(
    tables: Mapping[str, pd.DataFrame], folder: Path, codebook: Path | None = None
) -> tuple[list[File], list[str]]:
    """Write what other programs read, of whatever tables there are.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All of them go into the workbook. Of documents, passages, codes, themes
        with theme_members, facts and mentions the project is made.
    folder : pathlib.Path
        Where to write; a file of an earlier time that cannot be written now is
        removed.
    codebook : pathlib.Path, optional
        That the codes are from; by default that of the seeds.

    Returns
    -------
    files : list of File
        Those that were written, of the same bytes for the same tables.
    notes : list of str
        What was left out, and why.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files, notes = write({"own": pd.DataFrame({"a": [1]})}, Path(folder))
    >>> [file.name for file in files], notes
    (['tables.xlsx'], [])
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, notes = [], []
    for name, make in ((WORKBOOK, _workbook), (PROJECT, _project), (CODEBOOK, _codebook)):
        path = folder / name
        path.unlink(missing_ok=True)
        try:
            use, left = make(tables, path, codebook)
        # Tables of any make may be in a report: what a file cannot be made of is told.
        except (KeyError, ValueError) as fault:
            use, left = "", [f"there is no {name}: {' '.join(str(fault).split())}"]
        files += [File(name, use)] if use else []
        notes += left
    return files, notes


def _workbook(
    tables: Mapping[str, pd.DataFrame], path: Path, codebook: Path | None
) -> tuple[str, list[str]]:
    kept = set(_small(tables))
    left = [name for name in tables if name not in kept]
    if kept:
        workbook({name: table for name, table in tables.items() if name in kept}, path)
    told = [f"{name} ({len(tables[name]):,} rows)" for name in left]
    notes = [f"{path.name} has {ROWS:,} rows at most, and not {listed(told)}"] if left else []
    use = "The tables as sheets of one Excel workbook; the first sheet says what columns mean."
    return use if kept else "", notes


def _small(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Return the names of the tables, the shortest first, that have room together."""
    rows = 0
    for name in sorted(tables, key=lambda name: (len(tables[name]), name)):
        rows += len(tables[name])
        if rows <= ROWS:
            yield name


def _project(
    tables: Mapping[str, pd.DataFrame], path: Path, codebook: Path | None
) -> tuple[str, list[str]]:
    documents, passages = tables.get("documents"), tables.get("passages")
    if documents is None or documents.empty:
        return "", []
    if passages is not None and len(passages) > PASSAGES:
        return "", [
            f"{path.name} is for {PASSAGES:,} passages at most, and here are {len(passages):,}: "
            "clusterlib.export.qdpx writes one of texts that you choose"
        ]
    codes, themes = (tables.get("codes"), _themes(tables)) if passages is not None else (None, None)
    facts, mentions = tables.get("facts"), tables.get("mentions")
    parts = {"codes": codes, "themes": themes, "facts": facts, "actors": mentions}
    qdpx(
        path,
        documents,
        passages,
        codes=codes,
        codebook=codebook,
        themes=themes,
        facts=facts,
        mentions=mentions,
    )
    found = [name for name, table in parts.items() if table is not None]
    marked = f", with {listed(found)} at their places" if found else ""
    return f"The texts and the codebook{marked}: a REFI-QDA project for {PROGRAMS}.", []


def _codebook(
    tables: Mapping[str, pd.DataFrame], path: Path, codebook: Path | None
) -> tuple[str, list[str]]:
    if "codes" not in tables:
        return "", []
    themes, known = _themes(tables), set(book.read(codebook)["code"])
    refuse(sorted(set(tables["codes"]["code"].astype(str)) - known))
    qdc(path, codebook, themes)
    also = " and the themes" if themes is not None else ""
    return f"The codebook{also} alone, for the same programs: to code other texts by it.", []


def _themes(tables: Mapping[str, pd.DataFrame]) -> "Themes | None":
    """Return the themes as far as an export asks for them."""
    if not {"themes", "theme_members"} <= set(tables):
        return None
    return cast(
        "Themes", SimpleNamespace(members=tables["theme_members"], summary=tables["themes"])
    )
