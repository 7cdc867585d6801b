"""The HTML report: a folder of pages that opens without a network, the grid and the findings first.

Executed notebooks and the tables of the analysis come in; pages go out, with the tables beside
them, the files that other programs read, and what made them all.
"""

import importlib.metadata
import importlib.resources
import platform
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from markupsafe import Markup

from clusterlib import cards, clean, codes, load
from clusterlib.claims.claim import EvidenceIndex
from clusterlib.claims.evidence import listed, number
from clusterlib.claims.pairs import DIFFER
from clusterlib.embed.cache import digest
from clusterlib.export import findings, overview, pages
from clusterlib.export.qdpx import qdc, qdpx, require_codes
from clusterlib.export.tables import cell, flat, workbook
from clusterlib.export.tables import tables as write_tables
from clusterlib.inputs import read_data

if TYPE_CHECKING:
    from clusterlib.themes import Themes

Tables = Mapping[str, pd.DataFrame]
# What a row of each table is, in the order in which the report lists them.
ROWS = {row["table"]: row["row"] for row in read_data("tables")}
MOST_FIGURES = 4
# Rows of all sheets together, and passages of a project: more take long to write and to open.
MOST_ROWS, MOST_PASSAGES = 200_000, 5_000
# Pages of texts that nobody quotes, and rows of a table that a reader opens as CSV, of a run.
MOST_PAGES, MOST_TABLE_ROWS = 200, 200_000
# Rows of a table that has a page, to be searched and sorted, and letters of a cell there.
MOST_SHOWN, LETTERS = 3_000, 400
# Tables of sentences, whose cells are shown whole.
SENTENCES = ("claims", "remarks")
WHOLE = ("documents", "passages", "ledger", "claims")
PROGRAMS = "programs of qualitative analysis such as QualCoder, MAXQDA, NVivo and ATLAS.ti"


def hash_names(files: Iterable[Path]) -> list[tuple[str, str]]:
    """Return name and SHA-256 of each file."""
    return [(path.name, digest(path)) for path in files]


def package_data() -> list[Path]:
    """Return the tables that come with the package, by name."""
    folder = Path(str(importlib.resources.files("clusterlib") / "data"))
    return sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".parquet"))


def _versions() -> dict[str, str]:
    """Return the version of Python, of the package and of all that it asks for."""
    asked = importlib.metadata.requires("clusterlib") or []
    names = [re.split(r"[^\w.-]", line)[0] for line in asked if "extra ==" not in line]
    versions = {"Python": platform.python_version()}
    for name in ["clusterlib", *names]:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # not asked for on this system
    return versions


def report(
    notebooks: Sequence[Path],
    folder: Path,
    tables: Tables | None = None,
    notes: Sequence[str] = (),
    most: int | None = None,
    codebook: Path | None = None,
    settings: Mapping[str, str] = {},
    files: Iterable[Path] = (),
    paragraphs: bool = False,
    by: str | None = None,
) -> Path:
    """Write the report: what the corpus is, map, findings, texts, tables, and what made them.

    The pages fetch nothing and run one script, by which tables are searched and sorted, and say
    so in a policy of their own; they read without it.

    Parameters
    ----------
    notebooks : sequence of pathlib.Path
        Executed notebooks, in reading order.
    folder : pathlib.Path
        Where to write; made if it does not exist. What else is in it stays.
    tables : mapping of str to pandas.DataFrame, optional
        Whatever there is of documents, passages (with a column english where there are
        translations), ledger, claims and further tables. By default, the documents, passages and
        ledger of the seed texts. Without claims the report has no findings.
    notes : sequence of str
        What the report does not show, beside the table of remarks, if there is one.
    most : int, optional
        Give a page to so many texts at most, beyond those that are quoted; by default to all.
    codebook : pathlib.Path, optional
        That the codes are from; by default that of the seeds.
    settings : mapping of str to str
        What else was chosen, such as the encoder and the seed, by the names that a reader sees.
    files : iterable of pathlib.Path
        Tables that results depend on, such as the codebook.
    paragraphs : bool
        Show each section of the findings as a paragraph whose sentences have marks that open on
        their quotations, as somebody wrote it; else the first 25 as a list: those that are not
        doubtful and not on one text alone.
    by : str, optional
        The column of documents that gives passages their colour and shares their groups; by
        default the first of initiative, country, region, lang and doc of two to eight values.

    Returns
    -------
    pathlib.Path
        The first page.

    Raises
    ------
    ValueError
        If a quotation of a claim does not stand where the claim says.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     index = report([], Path(folder))
    ...     print(index.name, (Path(folder) / "texts" / "nl.html").is_file())
    index.html True
    """
    folder = Path(folder)
    given = _seeds() if tables is None else dict(tables)
    ordered = {name: given[name] for name in [*ROWS, *sorted(given)] if name in given}
    index = EvidenceIndex(ordered)
    claims, documents = findings.read_findings(index), index.documents
    shown = findings.choose_findings(claims, paragraphs)
    placed = {finding.name: finding for finding in shown}
    claims = [placed.get(finding.name, finding) for finding in claims]
    chosen, without = findings.choose_texts(documents, claims, most)
    quoted, grid = findings.read_grid(index)
    texts = findings.write_texts(index, chosen, claims, folder, quoted)
    written = pages.write_notebooks([Path(path) for path in notebooks], folder / "notebooks")
    listing = write_tables(ordered, folder / "tables")
    with_page = _write_table_pages(ordered, claims, texts, folder / "tables")
    projects, unwritten = write_files(ordered, folder / "tables", codebook)
    return pages.write_page(
        "index",
        folder / "index.html",
        title=_title(documents),
        english=any(c.quotation.english for claim in claims for c in claim.citations),
        lead=overview.describe(index, subjects=not paragraphs),
        left_out=overview.left_out(ordered),
        overview=overview.overview(index, by, {text.doc: text.page for text in texts}),
        notes=[*_remarks(ordered), *notes, *without, *unwritten],
        texts=texts,
        looks=Markup(cards.SHEET),
        grid=grid,
        claims=shown,
        others=[finding for finding in claims if finding.name not in placed],
        differ=DIFFER,
        paragraphs=paragraphs,
        sections=findings.group_by_section(shown),
        signs={sign: (word, meaning) for word, (sign, meaning) in findings.STRENGTHS.items()},
        failed=findings.FAILED,
        figures=_front_figures(written),
        pages=written,
        tables=listing.assign(
            row=[ROWS.get(name, "") for name in listing["name"]],
            page=listing["name"].isin(with_page),
        ).to_dict("records"),
        files=projects,
        versions=_versions(),
        settings=settings,
        inputs=hash_names([*map(Path, notebooks), *files]),
    )


def _write_table_pages(
    tables: Tables,
    claims: Sequence[findings.Finding],
    texts: Sequence[findings.Text],
    folder: Path,
) -> list[str]:
    """Write a page for each table that is not too long, and return their names."""
    names, pages_of = [], {text.doc: f"../{text.page}" for text in texts}
    links: dict[str, dict[str, str]] = {"doc": pages_of}
    if {"passage", "doc", "start"} <= set(tables.get("passages", ())):
        rows = tables["passages"][["passage", "doc", "start"]].to_numpy().tolist()
        places = {name: f"{pages_of[doc]}#p-{at}" for name, doc, at in rows if doc in pages_of}
        links["passage"] = places
    for name, given in tables.items():
        if not 0 < len(given) <= MOST_SHOWN or name == "documents":
            continue
        table = flat(given).drop(columns=["evidence", "holds"], errors="ignore")
        table = table.map(_cell, whole=name in SENTENCES)
        of_columns = [links.get(str(column), {}) for column in table]
        pages.write_page(
            "table",
            folder / f"{name}.html",
            name=name,
            about=ROWS.get(name, ""),
            columns=[*table],
            rows=[
                [(value, link.get(value, "")) for value, link in zip(row, of_columns, strict=True)]
                for row in table.to_numpy(object).tolist()
            ],
            anchors=[claim.anchor for claim in claims] if name == "claims" else [],
        )
        names.append(name)
    return names


def _cell(value: Any, whole: bool = False) -> str:
    """Return a value as a cell of a page shows it: rounded, cut, nothing for what is missing.

    >>> _cell("word " * 100)[-11:], len(_cell("word " * 100, whole=True))
    ('word word …', 500)
    """
    value = cell(value)
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{round(value, 4) + 0.0:g}"
    text = "" if pd.api.types.is_scalar(value) and pd.isna(value) else str(value)
    if whole or len(text) <= LETTERS:
        return text
    return (text[:LETTERS].rpartition(" ")[0] or text[:LETTERS]) + " …"


def report_tables(
    source: Path,
    folder: Path,
    codebook: Path | None,
    settings: Mapping[str, str],
    files: Iterable[Path],
    by: str | None = None,
) -> dict[str, Any]:
    """Write the report of the tables of a run, without what is too long, and say what it has."""
    tables, notes = {}, []
    for path in sorted(source.glob("*.parquet")):
        rows = pq.ParquetFile(path).metadata.num_rows
        # What is left out is in the report already, as its notes and remarks.
        if path.stem in ("vectors", "left_out"):
            continue
        if rows > MOST_TABLE_ROWS and path.stem not in WHOLE:
            note = f"the table {path.stem} has {rows:,} rows: see the folder tables of the run"
            notes.append(note)
            continue
        tables[path.stem] = pd.read_parquet(path)
    omitted = pd.read_parquet(source / "left_out.parquet")
    tables["remarks"] = pd.concat([tables["remarks"], omitted], ignore_index=True)
    report([], folder, tables, notes, MOST_PAGES, codebook, settings, files, by=by)
    # In the order in which it is read back, so that a kept report is told alike.
    return {
        "findings": len(
            findings.choose_findings(findings.read_findings(EvidenceIndex(tables)), False)
        ),
        "left out": [*_remarks(tables), *notes],
        "page": "report/index.html",
        "texts with a page": len(list((folder / "texts").glob("*.html"))),
    }


def _remarks(tables: Tables) -> list[str]:
    return tables["remarks"]["remark"].tolist() if "remarks" in tables else []


def _seeds() -> dict[str, pd.DataFrame]:
    documents = load.documents()
    passages, ledger = clean.tables(documents)
    return {"documents": documents, "passages": passages, "ledger": ledger}


def _title(documents: pd.DataFrame) -> str:
    if not len(documents):
        return "What the texts say"
    names = documents.get("initiative", pd.Series(dtype="str")).fillna("").astype(str).str.strip()
    # Two texts may be on one initiative, or on none that is known.
    distinct = len(names) and names.is_unique and (names != "").all()
    noun, count = "cluster initiative" if distinct else "text", len(documents)
    written = number(count) if count < 13 else f"{count:,}"
    return f"What {written} {noun}{'s' * (count > 1)} say{'s' * (count == 1)}"


def _front_figures(written: Sequence[pages.Page]) -> list[tuple[pages.Page, pages.Figure]]:
    """Return the figures that notebooks mark for the first page; else the last of the last ones."""
    marked = [(page, figure) for page in written for figure in page.figures if figure.front]
    return marked or [(page, page.figures[-1]) for page in written if page.figures][-MOST_FIGURES:]


def write_files(
    tables: Tables, folder: Path, codebook: Path | None = None
) -> tuple[dict[str, str], list[str]]:
    """Write a workbook, a project and a codebook; return what each is for, and what is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    files, notes = dict[str, str](), list[str]()
    writers: dict[str, Callable[[Tables, Path, Path | None], str]] = {
        "tables.xlsx": _write_workbook,
        "project.qdpx": _write_project,
        "codebook.qdc": _write_codebook,
    }
    for name, write in writers.items():
        path = folder / name
        path.unlink(missing_ok=True)
        try:
            use = write(tables, path, codebook)
        # Tables of any make may be in a report: it says what a file cannot be made of.
        except (KeyError, ValueError) as fault:
            notes.append(f"there is no {name}: {' '.join(str(fault).split())}")
        else:
            files |= {name: use} if use else {}
    left_out = [
        f"{name} ({len(tables[name]):,} rows)" for name in tables if name not in _fitting(tables)
    ]
    if left_out:
        notes.insert(0, f"tables.xlsx has {MOST_ROWS:,} rows at most, and not {listed(left_out)}")
    return files, notes


def _fitting(tables: Tables) -> list[str]:
    """Return the tables that a workbook has room for, the shortest first."""
    sizes = pd.Series({name: len(table) for name, table in tables.items()}, dtype="int64")
    sizes = sizes.sort_index().sort_values(kind="stable")
    return sizes.index[sizes.cumsum() <= MOST_ROWS].tolist()


def _write_workbook(tables: Tables, path: Path, codebook: Path | None) -> str:
    names = _fitting(tables)
    if not names:
        return ""
    workbook({name: table for name, table in tables.items() if name in names}, path)
    return "The tables as sheets of one Excel workbook; the first sheet says what columns mean."


def _write_project(tables: Tables, path: Path, codebook: Path | None) -> str:
    documents, passages = tables.get("documents"), tables.get("passages")
    if documents is None or documents.empty:
        return ""
    if passages is not None and len(passages) > MOST_PASSAGES:
        raise ValueError(
            f"it is for {MOST_PASSAGES:,} passages at most, and here are {len(passages):,}; "
            "clusterlib.export.qdpx writes one of texts that you choose"
        )
    marked = {
        "codes": tables.get("codes") if passages is not None else None,
        "themes": _themes(tables) if passages is not None else None,
        "facts": tables.get("facts"),
        "mentions": tables.get("mentions"),
    }
    qdpx(path, documents, passages, codebook=codebook, **marked)  # type: ignore[arg-type]
    words = {"mentions": "actors"}
    kinds = [words.get(name, name) for name, table in marked.items() if table is not None]
    places = f", with {listed(kinds)} at their places" if kinds else ""
    return f"The texts and the codebook{places}: a REFI-QDA project for {PROGRAMS}."


def _write_codebook(tables: Tables, path: Path, codebook: Path | None) -> str:
    if "codes" not in tables:
        return ""
    themes, book = _themes(tables), codes.read(codebook)
    require_codes(sorted(set(tables["codes"]["code"].astype(str)) - set(book["code"])))
    qdc(path, codebook, themes)
    also = " and the themes" if themes is not None else ""
    return f"The codebook{also} alone, for the same programs: to code other texts by it."


def _themes(tables: Tables) -> "Themes | None":
    """Return the themes as far as an export asks for them."""
    if not {"themes", "theme_members"} <= set(tables):
        return None
    return cast(
        "Themes", SimpleNamespace(members=tables["theme_members"], summary=tables["themes"])
    )
