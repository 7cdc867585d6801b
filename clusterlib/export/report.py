"""The HTML report: a folder of pages that opens without a network, the findings first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clusterlib import clean, load
from clusterlib.claims import listed, number
from clusterlib.claims.wording import language
from clusterlib.export import exchange, findings, made, pages, site, texts
from clusterlib.export.made import Used
from clusterlib.export.tables import tables as write_tables

# What a row of each table is, in the order in which the report lists them.
ROWS = {
    "claims": "a sentence of the findings",
    "evidence": "a quotation of a claim",
    "survival": "a claim, with what becomes of it under each change",
    "documents": "a text",
    "ledger": "a removed or repaired part of a text",
    "passages": "a sentence-sized part of a text",
    "facts": "a date, period, quantity, percentage or amount of money in a text",
    "mentions": "a mention of an actor",
    "codes": "a passage and a code",
    "topics": "a topic",
    "topic_terms": "a topic and a word of a language",
    "topic_languages": "a topic, with its share of each language",
    "topic_passages": "a passage and its first topic",
    "topic_weights": "a passage and a topic",
    "topic_curve": "a number of topics that was tried",
    "themes": "a theme",
    "theme_members": "a passage and its theme",
    "theme_tree": "two themes, or groups of them, that are joined",
    "theme_curve": "a number of themes that was tried",
    "shares": "a text and a topic, theme or code",
    "contrasts": "a pair of texts and a topic, theme or code",
    "similarity": "a pair of texts",
    "nearest": "a text and the one that it is most like",
    "gaps": "a code that no passage of a text is given",
    "faults": "a file or row that could not be used, or only in part",
    "remarks": "what was left out, and why",
}
MOST_FIGURES = 4


@dataclass(frozen=True)
class Table:
    """A table as the report lists it."""

    name: str
    row: str
    rows: int
    columns: int


def report(
    notebooks: Sequence[Path],
    folder: Path,
    tables: Mapping[str, pd.DataFrame] | None = None,
    notes: Sequence[str] = (),
    most: int | None = None,
    codebook: Path | None = None,
    used: Used | None = None,
) -> Path:
    """Write the report: findings, figures, source texts, notebooks, tables, and what made them.

    The pages hold no script, fetch nothing and say so in a policy of their own.

    Parameters
    ----------
    notebooks : sequence of pathlib.Path
        Executed notebooks, in reading order.
    folder : pathlib.Path
        Where to write; made if it does not exist. What else is in it stays.
    tables : mapping of str to pandas.DataFrame, optional
        Whatever there is of documents, passages (with a column english where
        there are translations), ledger, claims and further tables. By default,
        the documents, passages and ledger of the seed texts. Without claims the
        report has no findings.
    notes : sequence of str
        What a reader has to know of what is not in the report.
    most : int, optional
        Give a page to so many texts at most, beyond those that are quoted; by
        default to all. The report says how many have none.
    codebook : pathlib.Path, optional
        That the codes are from; by default that of the seeds.
    used : Used, optional
        What else the results were made with: settings and tables.

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
    folder, used = Path(folder), used or Used()
    given = _seeds() if tables is None else dict(tables)
    ordered = {name: given[name] for name in [*ROWS, *sorted(given)] if name in given}
    found = findings.claims(ordered)
    every = ordered.get("documents", pd.DataFrame(columns=["doc", "lang"]))
    documents, without = texts.paged(every, found, most)
    shown = texts.write({**ordered, "documents": documents}, found, folder)
    written = pages.write([Path(path) for path in notebooks], folder / "notebooks")
    listing = write_tables(ordered, folder / "tables")
    exchanged, left = exchange.write(ordered, folder / "tables", codebook)
    return site.write(
        "index",
        folder / "index.html",
        title=_title(every),
        english=any(q.english for claim in found for q in claim.quotations),
        count=_count(len(every)).capitalize(),
        languages=listed(sorted({language(lang) for lang in set(every["lang"].astype(str))})),
        notes=[*notes, *without, *left],
        texts=shown,
        claims=found,
        sections=findings.sections(found),
        signs={sign: (word, said) for word, (sign, said) in findings.STRENGTHS.items()},
        failed=findings.FAILED,
        figures=_figures(written),
        pages=written,
        tables=[Table(name, ROWS.get(name, ""), r, c) for name, r, c in listing.to_numpy()],
        files=exchanged,
        versions=made.versions(),
        settings=used.settings,
        inputs=[*Used(files=tuple(map(Path, notebooks))).hashes(), *used.hashes()],
    )


def _seeds() -> dict[str, pd.DataFrame]:
    documents = load.documents()
    passages, ledger = clean.tables(documents)
    return {"documents": documents, "passages": passages, "ledger": ledger}


def _title(documents: pd.DataFrame) -> str:
    if not len(documents):
        return "What the texts say"
    named = documents.get("initiative", pd.Series(dtype="str")).fillna("").astype(str).str.strip()
    # Two texts may be on one initiative, or on none that is known.
    every = len(named) and named.is_unique and (named != "").all()
    noun, count = "cluster initiative" if every else "text", len(documents)
    return f"What {_count(count)} {noun}{'s' * (count > 1)} say{'s' * (count == 1)}"


def _count(count: int) -> str:
    return number(count) if count < 13 else f"{count:,}"


def _figures(written: Sequence[pages.Page]) -> list[tuple[pages.Page, pages.Figure]]:
    """Return the figures that notebooks mark as for the first page, in reading order.

    Where none is marked, the last figure of each of the last notebooks: where an
    argument arrives.
    """
    marked = [(page, figure) for page in written for figure in page.figures if figure.front]
    return marked or [(page, page.figures[-1]) for page in written if page.figures][-MOST_FIGURES:]
