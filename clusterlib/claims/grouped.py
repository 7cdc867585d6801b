"""Topics and themes in the form of codes: which passages they have, and how far they are relied on.

Of a number of topics or themes that is not stable nothing is said.
"""

from collections.abc import Mapping

import pandas as pd

from clusterlib import stability

# What is assigned to passages: codes are given, topics and themes are found.
KINDS = ("code", "topic", "theme")
COLUMNS = ["passage", "code", "label", "score", "coded", "relied_on"]

Tables = Mapping[str, pd.DataFrame]


def stable(tables: Tables, kind: str) -> bool:
    """Tell whether the number of topics or themes is stable; codes are not numbered.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        topics and topic_curve, or themes and theme_curve; without them nothing is known.
    kind : str
        One of `KINDS`.
    """
    if kind == "code":
        return True
    curve = tables.get(f"{kind}_curve", pd.DataFrame())
    if not len(curve) or not len(tables.get(f"{kind}s", ())):
        return False
    return bool(curve.loc[curve["chosen"], "stable"].all())


def assigned(tables: Tables, kind: str) -> pd.DataFrame:
    """Return what passages are given, in the form of codes.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        codes; or topics, topic_weights and topic_passages; or themes and theme_members.
    kind : str
        One of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        passage, code, label, score, coded and relied_on, as codes have them. The score
        is the weight of a topic; of a theme the margin by which a passage belongs to
        it, below zero if it belongs to another. Relied on is what returns in other
        samples and is no more of one language than chance would make it.
    """
    if kind == "code":
        return tables.get("codes", pd.DataFrame())
    if not stable(tables, kind):
        return pd.DataFrame(columns=COLUMNS)
    found = _weighed(tables) if kind == "topic" else _members(tables)
    known = tables[f"{kind}s"].set_index(kind)
    biased = known["language_bias"] > known["bias_by_chance"]
    relied = (known["stability"] >= stability.STABLE) & ~biased
    labels, marks = found["code"].map(known["label"]), found["code"].map(relied)
    return found.assign(label=labels, relied_on=marks.astype(bool))[COLUMNS]


def _weighed(tables: Tables) -> pd.DataFrame:
    """Return each passage with each topic; it is given the one that it has most of."""
    found = tables["topic_weights"].rename(columns={"topic": "code", "weight": "score"})
    first = tables["topic_passages"].set_index("passage")["topic"]
    return found.assign(coded=found["code"] == found["passage"].map(first))


def _members(tables: Tables) -> pd.DataFrame:
    """Return each passage with each theme."""
    names = tables["themes"][["theme"]].rename(columns={"theme": "code"})
    found = tables["theme_members"].merge(names, how="cross")
    own = found["theme"] == found["code"]
    return found.assign(score=found["margin"].where(own, -found["margin"]), coded=own)
