"""Describe groups of passages: members, labels, sizes, language, and how the groups merge."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, groups

# A passage is clearly a theme's if the next theme is so much farther.
CLEAR = 0.1
# Draws of random themes; letters of a label.
RANDOM, LABEL = 200, 48

Rows = NDArray[np.float64]
Groups = NDArray[np.intp]


def members(own: pd.DataFrame, far: Rows) -> pd.DataFrame:
    """Return passage, number of the theme, margin and clear.

    Parameters
    ----------
    own : pandas.DataFrame
        The passages.
    far : numpy.ndarray
        Distance of each to the centre of each theme, shape (passages, themes).
    """
    near = np.sort(far, axis=1)[:, :2]
    margin = np.round(1 - near[:, 0] / np.maximum(near[:, 1], 1e-9), 2) + 0.0
    table = pd.DataFrame({"passage": own["passage"], "number": far.argmin(axis=1)})
    return table.assign(margin=np.clip(margin, 0, 1), clear=margin >= CLEAR)


def named(found: pd.DataFrame, names: dict[int, str]) -> pd.DataFrame:
    """Return the members by the names of their themes."""
    table = found.assign(theme=found["number"].map(names).astype("str"))
    return table[["passage", "theme", "margin", "clear"]]


def summary(
    found: pd.DataFrame,
    own: pd.DataFrame,
    rows: NDArray[np.float32],
    stability: Rows,
    random_state: int,
) -> pd.DataFrame:
    """Describe each theme, the largest first; column number tells which it was in ``found``."""
    langs = embed.languages(own)
    marks = (langs[:, None] == np.unique(langs)).astype(np.int64)
    whole, belongs = marks.sum(axis=0), found["number"].to_numpy()
    parts = []
    for number in sorted(set(belongs.tolist())):
        inside = np.flatnonzero(belongs == number)
        draw = np.random.default_rng(random_state)
        chance = groups.bias_by_chance(whole, len(inside), RANDOM, draw)
        central = _central(rows[inside], inside)
        parts.append(
            {
                "number": number,
                "label": label(own, central),
                "size": len(inside),
                "stability": round(float(stability[number]), 2),
                "language_bias": round(groups.language_bias(marks[inside].sum(axis=0), whole), 2),
                "chance": round(chance, 2) + 0.0,
                "cohesion": _cohesion(rows[inside]),
                "central": own["passage"].iloc[central],
                "first": own["passage"].iloc[inside[0]],
            }
        )
    table = pd.DataFrame(parts).sort_values(["size", "first"], ascending=[False, True])
    table = table.drop(columns="first").reset_index(drop=True)
    # Names of one width sort as their numbers do.
    width = len(str(len(table)))
    names = [f"theme-{place:0{width}d}" for place in range(1, len(table) + 1)]
    table.insert(0, "theme", names)
    return table


def label(own: pd.DataFrame, place: int) -> str:
    """Return the beginning of a passage, in English if there is a translation.

    >>> label(pd.DataFrame({"text": ["Ein Messestand."], "english": ["A stand at a fair."]}), 0)
    'A stand at a fair'
    """
    english = own["english"].iloc[place] if "english" in own else None
    text = own["text"].iloc[place] if english is None or pd.isna(english) else english
    words = " ".join(str(text).split()).strip(" .:;,“”\"'«»")
    if len(words) <= LABEL:
        return words
    short = words[:LABEL].rsplit(" ", 1)[0] if " " in words[:LABEL] else words[:LABEL]
    return short.rstrip(" ,;:–-") + " …"


def _central(rows: NDArray[np.float32], inside: Groups) -> int:
    """Return the place of the row that is nearest to the mean of its theme; the first of equals."""
    mean = rows.mean(axis=0, dtype=np.float64)
    return int(inside[np.round(rows @ mean, 5).argmax()])


def _cohesion(rows: NDArray[np.float32]) -> float:
    """Return the mean cosine of two rows."""
    count, total = len(rows), rows.sum(axis=0, dtype=np.float64)
    if count < 2:
        return 1.0
    return round(float((total @ total - count) / (count * (count - 1))), 2) + 0.0


def merges(tree: Rows, parts: Groups, names: dict[int, str], themes: pd.DataFrame) -> pd.DataFrame:
    """Return the merges of a tree of rows that join themes.

    Parameters
    ----------
    tree : numpy.ndarray
        Ward's tree in the form of scipy.
    parts : numpy.ndarray
        The group of each of its rows at the cut.
    names : dict
        Number of a group → its theme.
    themes : pandas.DataFrame
        theme and size.
    """
    known: dict[int, str] = {row: names[int(group)] for row, group in enumerate(parts)}
    sizes = dict(zip(themes["theme"], themes["size"].astype(int), strict=True))
    found: list[tuple[str, str, str, float, int]] = []
    for step, (left, right, height, _) in enumerate(tree.tolist()):
        pair = [known[int(left)], known[int(right)]]
        if pair[0] == pair[1]:
            known[len(parts) + step] = pair[0]
            continue
        merge = f"merge-{len(found) + 1}"
        sizes[merge] = sizes[pair[0]] + sizes[pair[1]]
        found.append((merge, pair[0], pair[1], round(height, 2), sizes[merge]))
        known[len(parts) + step] = merge
    return pd.DataFrame(found, columns=["merge", "left", "right", "height", "size"])
