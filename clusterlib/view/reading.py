"""Show texts as they are analysed: passages with codes, facts and actors, English beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clusterlib import schema
from clusterlib.marks import marks
from clusterlib.view.texts import Chip, Reading

if TYPE_CHECKING:
    from clusterlib.themes import Themes

TIMES = ("date", "month", "quarter", "year", "period")
THEME = "theme"


def reading(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    *,
    codes: pd.DataFrame | None = None,
    codebook: str | Path | pd.DataFrame | None = None,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> Reading:
    """Show texts with what was found in them.

    Parameters
    ----------
    documents : pandas.DataFrame
        The texts to show: doc, lang and text; initiative and title if known.
    passages : pandas.DataFrame
        passage, doc, start and end; english if there is a translation, which
        then stands beside the text.
    codes : pandas.DataFrame, optional
        passage, code and coded; label and dimension if known.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; names and orders the codes. Without
        it they have the labels, dimensions and order of their table, or if that
        has no labels, those of the seeds' codebook.
    themes : Themes, optional
        As `clusterlib.themes.fit` returns it.
    facts, mentions : pandas.DataFrame, optional
        As `clusterlib.facts.find` and `clusterlib.facts.mentions` return them.

    Returns
    -------
    Reading
        Shown by a notebook when it is the value of a cell; plain text elsewhere.

    Raises
    ------
    clusterlib.problems.InputError
        If codes lack a column.
    ValueError
        If passages are unknown, spans lie outside their text, or codes that
        passages have are not in the codebook.

    Notes
    -----
    The text is the source's, letter by letter; what no passage covers is small.
    Every mark has a letter or a label beside its colour and its line.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents().query("doc == 'fr'")
    >>> passages = cl.clean.passages(documents)
    >>> print(str(reading(documents, passages.head(1), facts=cl.facts.find(documents))))
    fr · Cluster Énergie et Stockage · Un cluster pour l’énergie et le stockage
    fr-001  Un cluster pour l’énergie et le stockage
    """
    places = passages[passages["doc"].isin(documents["doc"])]
    book, given = _codes(codes, codebook, places)
    table = marks(documents, places, given, None, _own(facts, documents), _own(mentions, documents))
    inside = table[table["kind"].isin(["fact", "actor"])].copy()
    inside["kind"] = [
        "actor" if kind == "actor" else "time" if key in TIMES else "amount"
        for kind, key in zip(inside["kind"], inside["key"], strict=True)
    ]
    inside["note"] = inside["note"].where(inside["kind"] != "actor", inside["key"])
    chips = [*_themes(themes, places), *_labels(book, given)]
    by_passage: dict[str, tuple[Chip, ...]] = {}
    for passage, chip in chips:
        by_passage[passage] = (*by_passage.get(passage, ()), chip)
    groups = tuple(dict.fromkeys(chip.group for _, chip in chips))
    return Reading(documents, places, inside, by_passage, groups)


def _own(table: pd.DataFrame | None, documents: pd.DataFrame) -> pd.DataFrame | None:
    return None if table is None else table[table["doc"].isin(documents["doc"])]


def _codes(
    codes: pd.DataFrame | None, codebook: str | Path | pd.DataFrame | None, places: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the codebook, and the codes that passages have; None if they have none."""
    if codes is None:
        return pd.DataFrame(), None
    schema.check(codes, "codings")
    given = codes[codes["coded"].astype(bool)]
    book = _book(codes, given, codebook)
    given = given[given["passage"].isin(places["passage"])]
    return book, given if len(given) else None


def _book(
    codes: pd.DataFrame, given: pd.DataFrame, codebook: str | Path | pd.DataFrame | None
) -> pd.DataFrame:
    """Return code, label and dimension of each code."""
    if codebook is None and "label" in codes:
        own = codes.drop_duplicates("code").astype({"label": object})
        named = own["label"].where(own["label"].notna(), own["code"])
        own = own.assign(label=named, dimension=own.get("dimension", ""))
    else:
        from clusterlib.compare.book import fitting

        # A codebook that is given may call the codes otherwise; it must only have them.
        own = fitting(given if codebook is None else given[["code"]], codebook)
    return own[["code", "label", "dimension"]].astype(object).fillna("")


def _labels(book: pd.DataFrame, given: pd.DataFrame | None) -> Iterator[tuple[str, Chip]]:
    """Return passage and code of each coding, in the order of the codebook."""
    if given is not None:
        for row in book.merge(given[["passage", "code"]], on="code").to_dict("records"):
            yield row["passage"], Chip(row["dimension"] or "code", row["label"])


def _themes(themes: "Themes | None", passages: pd.DataFrame) -> Iterator[tuple[str, Chip]]:
    if themes is None:
        return
    members = themes.members[themes.members["passage"].isin(passages["passage"])]
    for row in members.merge(themes.summary, on="theme", how="left").to_dict("records"):
        yield row["passage"], Chip(THEME, f"{row['theme']}: {row['label']}")
