"""All comparisons of a corpus, as far as its size and languages allow, and what goes together.

Passages, vectors and what passages are assigned to come in; the tables that a run writes go out,
and those of words with the texts that they mark, and of codes with one another. A study compares
in the same words: `share_all` and `contrast_above_noise`.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from clusterlib import clean, embed, schema
from clusterlib.axes import by_digest
from clusterlib.compare.noise import floors, gaps
from clusterlib.compare.pairs import FEWEST, MOST, contrasts, no_pairs, similarity
from clusterlib.compare.shares import shares, units_of
from clusterlib.topics import words

# What is compared: the texts, or where they are too many to pair, what groups them.
# By column: what one of them and several are called.
UNITS = {
    "doc": ("text", "texts"),
    "initiative": ("initiative", "initiatives"),
    "country": ("country", "countries"),
    "region": ("region", "regions"),
    "lang": ("language", "languages"),
}
# Passages of a unit that speak for it in similarity, whose cost grows with their square.
SPEAKERS = 400
# Two passages of which the cosine is as high have the same words.
SAME = 0.9995


def share_all(
    tables: Iterable[pd.DataFrame],
    passages: pd.DataFrame,
    by: str = "doc",
    random_state: int = 0,
    reading: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the shares of several assignments, such as of topics and of codes, in one table."""
    parts = [
        shares(table, passages, by, random_state, reading if "code" in table else None)
        for table in tables
    ]
    return pd.concat(parts, ignore_index=True)


def contrast_above_noise(
    tables: Iterable[pd.DataFrame],
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    by: str = "doc",
    random_state: int = 0,
    reading: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the contrasts of several assignments in one table, each beside its noise floor."""
    parts = []
    for assigned in tables:
        read = reading if "code" in assigned else None
        # What a reading corrects has no floor.
        settings = vectors, codebook, encoder, by
        floor = None if read is not None else floors(assigned, passages, *settings)
        parts.append(contrasts(assigned, passages, floor, by, random_state, read))
    return pd.concat(parts, ignore_index=True)


def together(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    assigned: Mapping[str, pd.DataFrame],
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    random_state: int = 0,
    reading: pd.DataFrame | None = None,
    by: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Make every comparison that a corpus allows.

    Parameters
    ----------
    documents, passages, vectors : pandas.DataFrame
        Of one corpus.
    assigned : mapping of str to pandas.DataFrame
        ``"codes"``, and other assignments if wanted: weights of topics, members of themes.
    codebook, encoder, random_state, reading
        As for `floors` and `shares`.
    by : str, optional
        What pairs are of: doc, initiative, country, region or lang; by default the first of these
        that has 2 to 50 values.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``shares`` and ``gaps`` of each text; ``contrasts`` and ``similarity`` of pairs of texts, or
        of what groups them (column ``by``), and ``nearest``, which other one each is most like,
        with the two passages that are nearest to one another; empty where there is nothing to pair;
        ``remarks``, a row for all that was left out.

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
    grouping = [name for name in UNITS if name in set(documents) - {"doc", "lang"}]
    grouped = passages.merge(documents[["doc", *grouping]], on="doc", how="left")
    # The text would be copied for every code; the reader finds it by the name of the passage.
    grouped = grouped.drop(columns=["text", "english"], errors="ignore")
    by, remarks = choose_unit(grouped, by)
    tables = {
        "shares": share_all(assigned.values(), grouped, "doc", random_state, reading),
        "gaps": gaps(assigned["codes"], grouped, codebook, encoder, reading=reading),
    }
    tables |= {name: no_pairs(name) for name in ("contrasts", "similarity", "nearest")}
    if by:
        settings = vectors, codebook, encoder, by, random_state, reading
        pairs = contrast_above_noise(assigned.values(), grouped, *settings)
        tables["contrasts"] = pairs.assign(by=by)
        speaking, more = _draw_speakers(grouped, by)
        is_long = speaking[by].value_counts() >= FEWEST
        if is_long.sum() < 3:
            needed = f"three {UNITS[by][1]} of {FEWEST} passages"
            remarks.append(f"similarity is left out: it needs {needed}")
        else:
            alike = similarity(speaking, vectors, encoder, by, random_state)
            tables["similarity"] = alike.pairs.assign(by=by)
            nearest = _add_passages(alike.nearest, _running(speaking, by), vectors, by)
            nearest.insert(0, "by", by)
            tables["nearest"] = nearest
            remarks += more
            if short := int((~is_long).sum()):
                left_out = f"{short} of {len(is_long)} {UNITS[by][1]}"
                remarks.append(f"similarity leaves out {left_out}, of fewer than {FEWEST} passages")
    rows = [("compare", remark) for remark in remarks]
    return {**tables, "remarks": pd.DataFrame(rows, columns=["stage", "remark"], dtype="str")}


def choose_unit(passages: pd.DataFrame, by: str | None = None) -> tuple[str, list[str]]:
    """Choose what is compared, and say what a reader has to know of this choice."""
    texts = passages["doc"].nunique()
    if texts < 2:
        return "", ["there is one text only, so nothing is compared with another"]
    if by in UNITS:
        if first_grouping(passages, [by], MOST):
            return by, []
        unit, remarks = choose_unit(passages)
        return unit, [f"not every text has a {by}, or they have one or over {MOST}", *remarks]
    if column := first_grouping(passages, UNITS, MOST):
        remark = f"{texts:,} texts have too many pairs; they are compared by {column} instead"
        return column, [] if column == "doc" else [remark]
    remark = f"{texts:,} texts have too many pairs, and no column groups them into 2 to {MOST}"
    return "", [f"{remark}: contrasts and similarity are left out"]


def first_grouping(table: pd.DataFrame, columns: Iterable[str], most: int) -> str:
    """Return the first of some columns that every row has, with 2 to so many values; else ""."""
    for column in columns:
        values = table.get(column, pd.Series([""])).fillna("").astype(str).str.strip()
        if (values != "").all() and 2 <= values.nunique() <= most:
            return column
    return ""


def _draw_speakers(passages: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """Draw passages of large units by a digest of their names, which no order changes."""
    kept = by_digest(passages).groupby(by, sort=False).head(SPEAKERS).sort_index()
    if len(kept) == len(passages):
        return kept, []
    remark = f"similarity rests on {SPEAKERS} passages at most of each {by}, drawn by their names"
    return kept, [remark]


def _running(passages: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return passages without headings, which are alike in all texts, if all units have others."""
    running = passages[~clean.section_headings(passages)]
    return running if set(running[by]) == set(passages[by]) else passages


def _add_passages(
    nearest: pd.DataFrame, passages: pd.DataFrame, vectors: pd.DataFrame, by: str
) -> pd.DataFrame:
    """Add the two passages in which each unit and its nearest are nearest, and what is repeated."""
    ordered, rows = embed.aligned(passages, vectors)
    places = ordered.groupby(ordered[by].astype(str)).indices
    names, pairs = ordered["passage"].to_numpy(), []
    for unit_a, unit_b in nearest[["unit", "nearest"]].to_numpy().tolist():
        one, two = np.asarray(places[unit_a]), np.asarray(places[unit_b])
        cosines = np.round(rows[one] @ rows[two].T, 5)
        first, second = np.unravel_index(cosines.argmax(), cosines.shape)
        repeated = float((cosines >= SAME).any(axis=1).mean())
        pairs.append((names[one[first]], names[two[second]], round(repeated, 2)))
    columns = ["passage", "passage_of_nearest", "repeated"]
    return nearest.join(pd.DataFrame(pairs, nearest.index, columns))


def keyness(passages: pd.DataFrame, by: str = "doc") -> pd.DataFrame:
    """Find the words that mark one text or group within its language.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang, text and the column ``by``.
    by : str
        What the words shall mark: ``"doc"``, or any other column, such as ``"initiative"``.

    Returns
    -------
    pandas.DataFrame
        One row a term of a unit and language, eight of a kind at most: the column ``by``, lang,
        kind (term or name), term, count (in the unit), elsewhere (in other passages of the
        language), weight (how many standard errors the term is more frequent in the unit than
        elsewhere in its language, the calibration sentences included) and rank.

    Raises
    ------
    ValueError
        If there is no column ``by``, or a passage has no value in it.

    Notes
    -----
    Log-odds ratio with an informative prior (Monroe, Colaresi and Quinn 2008,
    doi:10.1093/pan/mpn018). A text that is alone in its language is held against the calibration
    sentences only, so that its words say what it is about and not what is its own.

    Examples
    --------
    >>> import clusterlib as cl
    >>> marking = keyness(cl.clean.passages(cl.load.documents()))
    >>> marking.query("doc == 'fr' and kind == 'term'")["term"].head(2).tolist()
    ['énergie', 'cluster']
    """
    units = units_of(passages, by).set_axis(passages["passage"])
    weights = pd.get_dummies(units, dtype=float).reset_index()
    weights = weights.melt("passage", var_name="topic", value_name="weight")
    ranked = words.rank(passages, weights)
    counted = words.table(passages)
    counted[by] = counted["passage"].map(units)
    keys = ["lang", "kind", "term"]
    counts = counted.groupby([by, *keys])["count"].sum().reset_index()
    counts["elsewhere"] = counts.groupby(keys)["count"].transform("sum") - counts["count"]
    table = ranked.rename(columns={"topic": by}).merge(counts)
    table = table.astype({"count": int, "elsewhere": int})
    return table[[by, *keys, "count", "elsewhere", "weight", "rank"]]


def cooccurrence(codes: pd.DataFrame) -> pd.DataFrame:
    """Count the passages that carry two codes together.

    Parameters
    ----------
    codes : pandas.DataFrame
        passage, code and coded, by a machine or a reader.

    Returns
    -------
    pandas.DataFrame
        One row a pair of codes that share a passage: code_a, code_b, together (passages with both),
        only_a, only_b, expected (together, if one had nothing to do with the other), jaccard
        (together, as a share of the passages with either) and p_value (of so many or more by
        chance, not corrected for the number of pairs). The most together first.

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing.

    Examples
    --------
    >>> codes = pd.DataFrame({"passage": ["a", "a", "b", "b"], "code": ["x", "y", "x", "y"]})
    >>> cooccurrence(codes.assign(coded=[True, True, True, False])).values.tolist()
    [['x', 'y', 1, 1, 0, 1.0, 0.5, 1.0]]
    """
    schema.check(codes, "codings")
    wide = codes.pivot(index="passage", columns="code", values="coded").fillna(False).astype(int)
    shared, sizes, n = (wide.T @ wide).to_numpy(), wide.sum().to_numpy(), len(wide)
    first, second = np.nonzero(np.triu(shared, 1))
    both, one, other = shared[first, second], sizes[first], sizes[second]
    table = pd.DataFrame(
        {
            "code_a": wide.columns[first].astype("str"),
            "code_b": wide.columns[second].astype("str"),
            "together": both,
            "only_a": one - both,
            "only_b": other - both,
            "expected": np.round(one * other / n, 2),
            "jaccard": np.round(both / (one + other - both), 3),
            "p_value": np.round(hypergeom.sf(both - 1, n, one, other), 4),
        }
    )
    return table.sort_values(
        ["together", "code_a", "code_b"], ascending=[False, True, True], ignore_index=True
    )
