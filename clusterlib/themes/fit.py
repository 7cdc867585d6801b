"""Fit themes: the number where they are stable, their members, their tree and their labels."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed, groups, schema
from clusterlib.themes import describe, tree
from clusterlib.themes.cards import Cards, drawn

FEWEST, MOST_THEMES = 8, 12
# The stability of a number must exceed the floor by so much.
GAIN = 0.1

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Themes:
    """Themes of a corpus.

    Attributes
    ----------
    members : pandas.DataFrame
        passage, theme, margin (0: as near to the next theme, 1: at the centre
        of its own) and clear, whether the margin is 0.1 or more.
    summary : pandas.DataFrame
        theme, label, size, stability (mean Jaccard similarity over bootstrap
        samples), language_bias (part of the theme that would have to change its
        language to have those of the corpus), chance (what random themes of its
        size stay below in 95 of 100 cases), cohesion (mean cosine of two of its
        passages) and central, the passage that the label is from. The largest
        theme first.
    tree : pandas.DataFrame
        Merges of themes: merge, left, right, height and size.
    curve : pandas.DataFrame
        n_themes, stability, lowest (of a theme), floor (of rows without
        structure) and chosen.
    stable : bool
        Whether any number of themes was stable; if not, the fewest were taken.
    source : pandas.DataFrame
        The passages, as they were given, in the order of their names.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = cl.themes.fit(passages, cl.embed.vectors(passages), n_themes=4)
    >>> len(themes.summary), len(themes.tree), len(themes.members)
    (4, 3, 96)
    """

    members: pd.DataFrame
    summary: pd.DataFrame
    tree: pd.DataFrame
    curve: pd.DataFrame
    stable: bool
    source: pd.DataFrame = field(repr=False)

    def _repr_html_(self) -> str:
        return self.cards()._repr_html_()

    def cards(self, most: int = 2) -> Cards:
        """Return a card for each theme, the largest first.

        Parameters
        ----------
        most : int
            Passages shown for each language that the theme has.

        Returns
        -------
        Cards
            Shown as HTML by a notebook, as plain text elsewhere.

        Raises
        ------
        ValueError
            If ``most`` is less than 1.

        Examples
        --------
        >>> import clusterlib as cl
        >>> passages = cl.clean.passages(cl.load.documents())
        >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=4)
        >>> print(str(themes.cards(most=1)).splitlines()[2])
          languages  bg 1 of 13, fr 2 of 20, nb 14 of 17, nl 17 of 20
        """
        return drawn(self.members, self.summary, self.source, most)


def fit(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    n_themes: int | None = None,
    random_state: int = 0,
    encoder: embed.Encoder | None = None,
) -> Themes:
    """Group passages by themes.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, lang and text; english, if there are translations to label by.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it.
    n_themes : int, optional
        By default the number, up to 12, that exceeds the floor of stability most.
    random_state : int
        Seed of samples.
    encoder : Encoder, optional
        The one that the vectors are from, if it is not the default.

    Returns
    -------
    Themes

    Raises
    ------
    ValueError
        If fewer than 8 passages are distinct, passages have no vector, or more
        themes are wanted than distinct passages allow.

    Notes
    -----
    Ward's method on subject axes (see `clusterlib.axes`), each passage averaged
    with its nearest, then every passage to the nearest theme. Equal passages
    count once. The tree is built of at most 2,500 passages, and stability is
    measured on at most 400, so that time grows with the number of passages.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=4)
    >>> int(themes.summary["size"].sum())
    96
    """
    schema.check(passages, "texts to embed")
    own, rows = embed.aligned(passages, vectors)
    kept, same = axes.distinct(rows)
    numbers = _numbers(n_themes, len(kept))
    whole = rows[kept].astype(np.float64)
    form = embed.form_of(whole, encoder)
    placed = tree.coordinates(whole, form, random_state)
    few = axes.sample(len(whole), tree.STABLE_ROWS, random_state)
    curve = _curve(whole[few], placed[few], form, numbers, random_state)
    number, stable = _chosen(curve)
    averaged = tree.averaged(placed, random_state)
    seen = axes.sample(len(whole), tree.TREE, random_state)
    merged = tree.merges(averaged[seen])
    parts = tree.cut(merged, number)
    model = tree.settle(averaged[seen], parts)[1]
    far = tree.distances(averaged, model)
    (returned,) = tree.stability(placed[few], [far[few].argmin(axis=1)], tree.DRAWS, random_state)
    members = describe.members(own, far[same])
    summary = describe.summary(members, own, rows, returned, random_state)
    names = dict(zip(summary["number"], summary["theme"], strict=True))
    return Themes(
        describe.named(members, names),
        summary.drop(columns="number"),
        describe.merges(merged, parts, names, summary),
        curve.assign(chosen=curve["n_themes"] == number),
        stable,
        own,
    )


def by_initiative(themes: Themes, passages: pd.DataFrame) -> pd.DataFrame:
    """Count the passages of each text in each theme.

    Parameters
    ----------
    themes : Themes
        As `fit` returns it.
    passages : pandas.DataFrame
        passage and doc.

    Returns
    -------
    pandas.DataFrame
        One row a theme: theme, label, and a column a doc.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> themes = fit(passages, cl.embed.vectors(passages), n_themes=2)
    >>> int(by_initiative(themes, passages)[["bg", "de", "fr", "nb", "nl"]].to_numpy().sum())
    96
    """
    docs = themes.members.merge(passages[["passage", "doc"]], on="passage", validate="one_to_one")
    counted = pd.crosstab(docs["theme"], docs["doc"]).rename_axis(columns=None)
    return themes.summary[["theme", "label"]].merge(counted.reset_index(), on="theme")


def _numbers(n_themes: int | None, distinct: int) -> list[int]:
    """Return the numbers of themes to try."""
    if distinct < FEWEST:
        raise ValueError(
            f"themes need {FEWEST} passages with different texts; found {distinct}. "
            "Add texts, or read these few"
        )
    most = distinct // 2
    if n_themes is not None and not 2 <= n_themes <= most:
        raise ValueError(f"n_themes={n_themes}; expected 2 to {most} for {distinct} passages")
    return [n_themes] if n_themes else list(range(2, min(MOST_THEMES, distinct // 4) + 1))


def _curve(
    whole: Rows, placed: Rows, form: Rows | None, numbers: list[int], random_state: int
) -> pd.DataFrame:
    """Measure the stability of each number of themes beside that of rows without structure."""
    found = _stabilities(placed, numbers, tree.DRAWS, random_state)
    floors = []
    for turn in range(tree.FLOORS):
        drawn = tree.structureless(whole, random_state + turn)
        flat = tree.coordinates(drawn, form, random_state)
        floors.append(_stabilities(flat, numbers, tree.DRAWS // tree.FLOORS, random_state + turn))
    table = pd.DataFrame(
        {
            "n_themes": numbers,
            "stability": [values.mean() for values in found],
            "lowest": [values.min() for values in found],
            "floor": [
                np.mean([values.mean() for values in turns]) for turns in zip(*floors, strict=True)
            ],
        }
    )
    return table.round(2)


def _stabilities(placed: Rows, numbers: list[int], draws: int, random_state: int) -> list[Rows]:
    wholes = tree.groupings(tree.averaged(placed), numbers)
    return tree.stability(placed, wholes, draws, random_state)


def _chosen(curve: pd.DataFrame) -> tuple[int, bool]:
    """Return the number of themes, and whether it is stable."""
    gain, good = _gain(curve), holds(curve)
    place = int(gain.where(good, -np.inf).to_numpy().argmax())
    return int(curve["n_themes"].iloc[place]), bool(good.any())


def holds(curve: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which numbers of themes are stable: none dissolves, and all beat the floor."""
    return (curve["lowest"] >= groups.DISSOLVED) & (_gain(curve) >= GAIN)


def _gain(curve: pd.DataFrame) -> "pd.Series[float]":
    return (curve["stability"] - curve["floor"]).round(2)
