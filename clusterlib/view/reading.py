"""Show texts as they are analysed: passages with codes, facts and actors, English beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

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
        passage, code and coded.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it; names the codes.
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
    ValueError
        If passages are unknown or spans lie outside their text.

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
    if codes is not None:
        codes = codes[codes["passage"].isin(places["passage"])]
    table = marks(documents, places, codes, None, _own(facts, documents), _own(mentions, documents))
    inside = table[table["kind"].isin(["fact", "actor"])].copy()
    inside["kind"] = [
        "actor" if kind == "actor" else "time" if key in TIMES else "amount"
        for kind, key in zip(inside["kind"], inside["key"], strict=True)
    ]
    inside["note"] = inside["note"].where(inside["kind"] != "actor", inside["key"])
    chips = [*_themes(themes, places), *_codes(codes, codebook)]
    by_passage: dict[str, tuple[Chip, ...]] = {}
    for passage, chip in chips:
        by_passage[passage] = (*by_passage.get(passage, ()), chip)
    groups = tuple(dict.fromkeys(chip.group for _, chip in chips))
    return Reading(documents, places, inside, by_passage, groups)


def _own(table: pd.DataFrame | None, documents: pd.DataFrame) -> pd.DataFrame | None:
    return None if table is None else table[table["doc"].isin(documents["doc"])]


def _codes(
    codes: pd.DataFrame | None, codebook: str | Path | pd.DataFrame | None
) -> Iterator[tuple[str, Chip]]:
    """Return passage and code of each coding, in the order of the codebook."""
    if codes is None:
        return
    from clusterlib.codes import read

    given = codes[codes["coded"].astype(bool)][["passage", "code"]]
    for row in read(codebook).merge(given, on="code").to_dict("records"):
        yield row["passage"], Chip(row["dimension"] or "code", row["label"])


def _themes(themes: "Themes | None", passages: pd.DataFrame) -> Iterator[tuple[str, Chip]]:
    if themes is None:
        return
    members = themes.members[themes.members["passage"].isin(passages["passage"])]
    for row in members.merge(themes.summary, on="theme", how="left").to_dict("records"):
        yield row["passage"], Chip(THEME, f"{row['theme']}: {row['label']}")
