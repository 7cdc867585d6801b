"""All comparisons of a corpus, as far as its size and languages allow, and what was left out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clusterlib import embed
from clusterlib.compare.contrasts import MOST, contrasts
from clusterlib.compare.gaps import gaps
from clusterlib.compare.noise import floors
from clusterlib.compare.shares import shares
from clusterlib.compare.similarity import similarity
from clusterlib.resample import by_digest

# What is compared: the texts, or where they are too many to pair, what groups them.
# By column: what one of them and several are called.
UNITS = {
    "doc": ("text", "texts"),
    "initiative": ("initiative", "initiatives"),
    "country": ("country", "countries"),
    "lang": ("language", "languages"),
}
# Passages of a unit that speak for it in similarity, whose cost grows with their square.
SPEAKERS = 400
CONTRASTS = (
    "by category kind unit_a unit_b share_a share_b difference low high floor verdict".split(),
    "str str str str str float float float float float float str".split(),
)
SIMILARITY = (
    "by unit_a unit_b similarity low high floor".split(),
    "str str str float float float float".split(),
)
NEAREST = (
    "by unit nearest second lead low high floor verdict passage passage_of_nearest".split(),
    "str str str str float float float float str str str".split(),
)


def together(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    assigned: Mapping[str, pd.DataFrame],
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    random_state: int = 0,
) -> dict[str, pd.DataFrame]:
    """Make every comparison that a corpus allows.

    Parameters
    ----------
    documents, passages, vectors : pandas.DataFrame
        As `clusterlib.load.documents`, `clusterlib.clean.passages` and
        `clusterlib.embed.vectors` return them.
    assigned : mapping of str to pandas.DataFrame
        ``"codes"``, and other assignments if wanted: weights of topics, members
        of themes.
    codebook, encoder, random_state
        As for `floors`.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``shares`` and ``gaps`` of each text; ``contrasts`` and ``similarity`` of
        pairs of texts, or of what groups them (column ``by``), and ``nearest``, which
        other one each is most like, with the two passages that are nearest to one
        another; empty where there is nothing to pair; ``remarks``, a row for all
        that was left out.

    Examples
    --------
    >>> import clusterlib as cl
    >>> texts = cl.load.documents().query("doc == 'nl'")
    >>> passages = cl.clean.passages(texts)
    >>> vectors = cl.embed.vectors(passages)
    >>> assigned = {"codes": cl.codes.apply(passages, vectors)}
    >>> tables = together(texts, passages, vectors, assigned)
    >>> len(tables["contrasts"]), tables["remarks"]["remark"].tolist()
    (0, ['there is one text only, so nothing is compared with another'])
    """
    grouping = [name for name in ("initiative", "country") if name in documents]
    grouped = passages.merge(documents[["doc", *grouping]], on="doc", how="left")
    # The text would be copied for every code; the reader finds it by the name of the passage.
    plain = grouped.drop(columns=["text", "english"], errors="ignore")
    by, remarks = unit(grouped)
    parts = [shares(table, plain, "doc", random_state) for table in assigned.values()]
    tables = {"shares": pd.concat(parts, ignore_index=True)}
    tables["gaps"] = gaps(assigned["codes"], plain, codebook, encoder)
    tables["contrasts"] = _empty(CONTRASTS)
    tables |= {"similarity": _empty(SIMILARITY), "nearest": _empty(NEAREST)}
    if by:
        parts = []
        for table in assigned.values():
            floor = floors(table, plain, vectors, codebook, encoder, by, random_state)
            parts.append(contrasts(table, plain, floor, by, random_state))
        tables["contrasts"] = pd.concat(parts, ignore_index=True).assign(by=by)
        speaking, more = _speakers(plain, by)
        if (speaking[by].value_counts() > 1).sum() < 3:
            remarks.append(f"similarity is left out: it needs three {UNITS[by][1]} of two passages")
        else:
            alike = similarity(speaking, vectors, encoder, by, random_state)
            tables["similarity"] = alike.pairs.assign(by=by)
            quoted = _quoted(alike.nearest, speaking, vectors, by)
            tables["nearest"] = quoted.assign(by=by)[NEAREST[0]]
            remarks += more
    rows = [("compare", remark) for remark in remarks]
    return {**tables, "remarks": pd.DataFrame(rows, columns=["stage", "remark"], dtype="str")}


def unit(passages: pd.DataFrame) -> tuple[str, list[str]]:
    """Choose what is compared.

    Parameters
    ----------
    passages : pandas.DataFrame
        doc and lang; initiative and country if known.

    Returns
    -------
    str
        The first of doc, initiative, country and lang that every passage has and
        that has 2 to 50 values; ``""`` if none does.
    list of str
        What a reader has to know of this choice.

    Examples
    --------
    >>> unit(pd.DataFrame({"doc": ["a", "b"], "lang": "en"}))
    ('doc', [])
    >>> unit(pd.DataFrame({"doc": map(str, range(60)), "lang": ["en", "fr"] * 30}))
    ('lang', ['60 texts have too many pairs; they are compared by lang instead'])
    """
    texts = passages["doc"].nunique()
    if texts < 2:
        return "", ["there is one text only, so nothing is compared with another"]
    for column in UNITS:
        if column not in passages or passages[column].isna().any():
            continue
        if (passages[column].astype(str).str.strip() == "").any():
            continue
        if 2 <= passages[column].nunique() <= MOST:
            remark = f"{texts:,} texts have too many pairs; they are compared by {column} instead"
            return column, [] if column == "doc" else [remark]
    remark = f"{texts:,} texts have too many pairs, and no column groups them into 2 to {MOST}"
    return "", [f"{remark}: contrasts and similarity are left out"]


def _speakers(passages: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """Draw passages of large units by a digest of their names, which no order changes."""
    kept = by_digest(passages).groupby(by, sort=False).head(SPEAKERS).sort_index()
    if len(kept) == len(passages):
        return kept, []
    remark = f"similarity rests on {SPEAKERS} passages at most of each {by}, drawn by their names"
    return kept, [remark]


def _quoted(
    nearest: pd.DataFrame, passages: pd.DataFrame, vectors: pd.DataFrame, by: str
) -> pd.DataFrame:
    """Add the two passages of each unit and its nearest that are nearest to one another."""
    ordered, rows = embed.aligned(passages, vectors)
    places = ordered.groupby(ordered[by].astype(str)).indices
    names, pairs = ordered["passage"].to_numpy(), []
    for unit_a, unit_b in nearest[["unit", "nearest"]].to_numpy().tolist():
        one, two = np.asarray(places[unit_a]), np.asarray(places[unit_b])
        cosines = np.round(rows[one] @ rows[two].T, 5)
        first, second = np.unravel_index(cosines.argmax(), cosines.shape)
        pairs.append((names[one[first]], names[two[second]]))
    return nearest.assign(
        passage=[pair[0] for pair in pairs], passage_of_nearest=[pair[1] for pair in pairs]
    )


def _empty(columns: tuple[list[str], list[str]]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns[0]).astype(dict(zip(*columns, strict=True)))
