"""Give topics to passages that they were not fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import axes, embed
from clusterlib.topics import mixture, result

if TYPE_CHECKING:
    from clusterlib.topics import Topics

# A new passage has the mean weights of so many nearest passages that have topics.
NEAREST = 6


@dataclass(frozen=True)
class Assigner:
    """What it takes to give topics to passages, a part of a corpus at a time.

    Attributes
    ----------
    fitted : axes.Axes
        Subject axes of the passages that topics were fitted on.
    coordinates : numpy.ndarray
        Their distinct places on these axes.
    weights : pandas.DataFrame
        Their weights, index passage, one column a topic.
    places : numpy.ndarray
        Which of the passages stands for each of the distinct places.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> vectors = cl.embed.vectors(passages)
    >>> first = passages.head(90)
    >>> found = cl.topics.fit(first, vectors.head(90), n_topics=4)
    >>> weights, _ = Assigner.of(found, vectors.head(90)).assign(passages, vectors)
    >>> weights.groupby("passage")["weight"].sum().round(6).unique()
    array([1.])
    """

    fitted: axes.Axes
    coordinates: NDArray[np.float64]
    weights: pd.DataFrame
    places: NDArray[np.intp]

    @classmethod
    def of(cls, topics: Topics, vectors: pd.DataFrame, random_state: int = 0) -> Assigner:
        """Return the assigner of topics fitted on vectors with a seed."""
        vectors = vectors.sort_index()
        rows = embed.matrix(vectors)
        first, _ = axes.distinct(rows)
        form = embed.form_of(rows, topics.encoder)
        fitted = axes.fit(rows, mixture.MOST_AXES, form, random_state)
        wide = topics.weights.pivot(index="passage", columns="topic", values="weight")
        # In the order that topics have, which names alone do not give from ten on.
        wide = wide.loc[vectors.index, topics.trust["topic"].tolist()]
        return cls(fitted, fitted.project(rows[first]), wide, first)

    def assign(
        self, passages: pd.DataFrame, vectors: pd.DataFrame
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return weights and passages as `Topics` holds them.

        Passages that topics were fitted on keep what they have.
        """
        own = passages.sort_values("passage", ignore_index=True)
        names = own["passage"].to_numpy(object)
        weights = np.zeros((len(own), self.weights.shape[1]))
        known = own["passage"].isin(self.weights.index).to_numpy()
        weights[known] = self.weights.loc[names[known]].to_numpy()
        if not known.all():
            rows = embed.matrix(vectors.loc[names[~known]])
            count = min(NEAREST, len(self.coordinates))
            near = axes.neighbours(self.fitted.project(rows), self.coordinates, count)
            weights[~known] = self.weights.to_numpy()[self.places[near]].mean(axis=1)
        return result.weighed(weights, self.weights.columns.to_numpy(object), own)
