"""Give themes to passages that they were not fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed
from clusterlib.themes import describe, tree
from clusterlib.themes.fit import Themes

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Assigner:
    """What it takes to give themes to passages, a part of a corpus at a time.

    Attributes
    ----------
    members : pandas.DataFrame
        Of the passages that themes were fitted on.
    themes : list of str
        Their names, in the order of the model.
    fitted : axes.Axes
        Subject axes of these passages.
    among : numpy.ndarray
        A sample of their places, which new passages are averaged with.
    model : numpy.ndarray
        How far a place is from each theme; see `tree.distances`.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> vectors = cl.embed.vectors(passages)
    >>> first = passages.head(90)
    >>> assigner = Assigner.of(cl.themes.fit(first, vectors, n_themes=4), vectors)
    >>> members = assigner.assign(passages, vectors)
    >>> len(members), members["theme"].nunique()
    (96, 4)
    """

    members: pd.DataFrame
    themes: list[str]
    fitted: axes.Axes
    among: Rows
    model: Rows

    @classmethod
    def of(
        cls,
        themes: Themes,
        vectors: pd.DataFrame,
        random_state: int = 0,
        encoder: embed.Encoder | None = None,
    ) -> Assigner:
        """Return the assigner of themes fitted on vectors with a seed."""
        rows = embed.matrix(vectors.loc[themes.members["passage"]])
        kept, _ = axes.distinct(rows)
        whole = rows[kept].astype(np.float64)
        fitted = axes.fit(whole, tree.AXES, embed.form_of(whole, encoder), random_state)
        placed = axes.unit(fitted.project(whole))
        names = themes.summary["theme"].tolist()
        groups = themes.members["theme"].map(names.index).to_numpy(np.intp)[kept]
        model = tree.model(tree.averaged(placed, random_state), groups, len(names))
        among = placed[axes.sample(len(placed), axes.SAMPLE, random_state)]
        return cls(themes.members.set_index("passage"), names, fitted, among, model)

    def assign(self, passages: pd.DataFrame, vectors: pd.DataFrame) -> pd.DataFrame:
        """Return members as `Themes` holds them; fitted passages keep their theme."""
        own = passages[["passage"]].sort_values("passage", ignore_index=True)
        known = own["passage"].isin(self.members.index)
        old = self.members.loc[own.loc[known, "passage"]].reset_index()
        if known.all():
            return old
        new = own[~known].reset_index(drop=True)
        placed = axes.unit(self.fitted.project(embed.matrix(vectors.loc[new["passage"]])))
        count = min(tree.NEIGHBOURS, len(self.among))
        near = self.among[axes.neighbours(placed, self.among, count)]
        # The passage itself counts twice, as in `tree.averaged`.
        averaged = np.round((2 * placed + near.sum(axis=1)) / (count + 2), 6)
        members = describe.members(new, tree.distances(averaged, self.model))
        named = describe.named(members, dict(enumerate(self.themes)))
        return pd.concat([old, named]).sort_values("passage", ignore_index=True)
