"""What goes together: words with the texts that they mark, and codes with one another.

Passages and codes come in; tables of counts with a measure of association go out.
"""

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from clusterlib import schema
from clusterlib.topics import terms, words


def keyness(passages: pd.DataFrame, by: str = "doc") -> pd.DataFrame:
    """Find the words that mark one text or group within its language.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang, text and the column ``by``.
    by : str
        What the words shall mark: ``"doc"``, or any other column, such as
        ``"initiative"``.

    Returns
    -------
    pandas.DataFrame
        One row a term of a unit and language: the column ``by``, lang, kind (term or name),
        term, count (in the unit), elsewhere (in other passages of the language), weight (how
        many standard errors the term is more frequent in the unit than elsewhere in its
        language, the calibration sentences included) and rank. Eight of a kind at most.

    Raises
    ------
    ValueError
        If a passage has no value in ``by``.

    Notes
    -----
    Log-odds ratio with an informative prior (Monroe, Colaresi and Quinn 2008,
    doi:10.1093/pan/mpn018). A text that is alone in its language is held against the
    calibration sentences only, so that its words say what it is about and not what is its own.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> marking = keyness(passages).query("doc == 'fr' and kind == 'term'")
    >>> marking["term"].head(2).tolist()
    ['énergie', 'cluster']
    """
    missing = passages.loc[passages[by].isna(), "passage"]
    if len(missing):
        raise ValueError(f"{len(missing)} passages have no {by}, such as {missing.iloc[0]!r}")
    units = passages.set_index("passage")[by].astype(str)
    weights = pd.get_dummies(units, dtype=float).reset_index()
    weights = weights.melt("passage", var_name="topic", value_name="weight")
    ranked = terms.rank(passages, weights)
    counted = words.table(passages)
    counted[by] = counted["passage"].map(units)
    keys = ["lang", "kind", "term"]
    totals = counted.groupby(keys)["count"].sum().rename("total").reset_index()
    counts = counted.groupby([by, *keys])["count"].sum().reset_index()
    table = ranked.rename(columns={"topic": by}).merge(counts).merge(totals)
    table["elsewhere"] = table["total"] - table["count"]
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
        One row a pair of codes that share a passage: code_a, code_b, together (passages with
        both), only_a, only_b, expected (together, if one had nothing to do with the other),
        jaccard (together, as a share of the passages with either) and p_value (of so many or
        more by chance, not corrected for the number of pairs). The most together first.

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
