"""Teach the codes by a sample that was read: thresholds, and where it has enough, the ranking."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from clusterlib import embed, schema
from clusterlib.codes.sheets import inverse_probabilities

# A code that the sample has so often is taught by vectors too; fewer teach how to read its score.
POSITIVES = 10
# Parts of the sample, of which each is judged by what the others teach.
FOLDS = 5
# Components of the vectors, and the inverse of the penalty of the regression.
COMPONENTS, C = 64, 3.0

Rows = NDArray[np.float64]


def teach(
    codes: pd.DataFrame, reading: pd.DataFrame, vectors: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Teach the codes by passages that a person has read.

    Parameters
    ----------
    codes : pandas.DataFrame
        As `apply` returns it.
    reading : pandas.DataFrame
        As `read_sheet` returns it, of a sample of the passages; with inclusion_probability if they
        were drawn with unequal ones.
    vectors : pandas.DataFrame, optional
        As `clusterlib.embed.vectors` returns it for all the passages.

    Returns
    -------
    pandas.DataFrame
        The codes with a column probability: how likely a passage has the code. A code that the
        sample has ten times or oftener is taught by the vectors too, if that foretells the reading
        better: its passages change places, so that the most probable has the highest score. Of each
        code as many passages exceed the threshold as the sample says of all; a code that the sample
        never has keeps it.

    Raises
    ------
    clusterlib.problems.InputError
        If a table lacks a column.
    ValueError
        If no passage was read.

    Notes
    -----
    A logistic regression on the score, and on 64 principal components of the vectors. A passage
    that was read is judged by what four fifths of the sample that it is not of teach, so that
    `agreement` with the reading is what other passages will have, and shares can be corrected by it
    (cross-prediction-powered inference: Zrnic and Candès 2024, doi:10.1073/pnas.2322083121).

    Examples
    --------
    >>> names = [f"a-{number}" for number in range(8)]
    >>> scores = {"code": "x", "score": np.arange(8) / 10, "threshold": 0.9, "coded": False}
    >>> codes = pd.DataFrame({"passage": names, **scores})
    >>> reading = codes[["passage", "code"]].assign(coded=[0, 0, 0, 0, 1, 1, 1, 1])
    >>> teach(codes, reading)["coded"].tolist()
    [False, False, False, False, True, True, True, True]
    """
    schema.check(codes, "scored codes")
    schema.check(reading, "codings")
    reading = reading[reading["passage"].isin(codes["passage"])]
    if not len(reading):
        raise ValueError("none of the passages was read")
    wide = codes.pivot(index="passage", columns="code", values="score")
    space = None
    if vectors is not None:
        from sklearn.decomposition import PCA

        X = embed.matrix(vectors.loc[wide.index]).astype(np.float64)
        count = min(COMPONENTS, *X.shape)
        with threadpool_limits(1):
            space = PCA(count, svd_solver="full").fit_transform(X)
    tables = []
    for code, rows in codes.groupby("code", sort=False):
        rows = rows.sort_values("passage", ignore_index=True)
        judged = reading[reading["code"] == code]
        tables.append(_teach_code(rows, judged, space) if len(judged) else rows)
    taught = pd.concat(tables, ignore_index=True).set_index(["passage", "code"])
    order = pd.MultiIndex.from_frame(codes[["passage", "code"]])
    return taught.loc[order].reset_index()[[*codes.columns, "probability"]]


def _teach_code(rows: pd.DataFrame, judged: pd.DataFrame, space: Rows | None) -> pd.DataFrame:
    """Return the passages of one code, sorted by name, as the sample teaches them."""
    given = rows["passage"].map(judged.set_index("passage")["coded"].astype(float)).to_numpy()
    known, weight = ~np.isnan(given), inverse_probabilities(judged, rows["passage"])
    y, w = given[known].astype(np.float64), weight[known]
    score = rows["score"].to_numpy(np.float64, copy=True)
    if min(y.sum(), len(y) - y.sum()) < 2:
        return rows.assign(probability=rows["coded"].astype(float))
    X = ((score - score.mean()) / max(score.std(), 1e-9))[:, None]
    probability, by_vectors = _cross_fit(X, known, y, w), False
    if space is not None and y.sum() >= POSITIVES:
        other = _cross_fit(np.hstack([X, space]), known, y, w)
        # They teach only what foretells the reading better than the score does.
        errors = [
            np.average((y - values[known]) ** 2, weights=w) for values in (probability, other)
        ]
        by_vectors = bool(round(errors[1], 4) < round(errors[0], 4))
        probability = other if by_vectors else probability
    share = probability.mean() + np.average(y - probability[known], weights=w)
    if by_vectors:
        # The same scores in another order; of equally probable ones the higher score stays it.
        order = np.lexsort((score, probability))
        score[order] = np.sort(score)
    count = int(np.clip(round(share * len(rows)), 1, len(rows) - 1))
    above, below = np.sort(score)[::-1][count - 1 : count + 1]
    threshold = round((above + below) / 2, 4)
    columns = {"score": score, "threshold": threshold, "probability": probability}
    return rows.assign(**columns, coded=score > threshold)


def _cross_fit(X: Rows, known: NDArray[np.bool_], y: Rows, weight: Rows) -> Rows:
    """Return probabilities: of what was read from the other folds, of the rest from the mean."""
    from sklearn.linear_model import LogisticRegression

    fold = np.empty(len(y), dtype=int)
    # Each fold has its part of the passages with the code.
    fold[np.argsort(y, kind="stable")] = np.arange(len(y)) % FOLDS
    places, values = np.flatnonzero(known), np.zeros(len(X))
    with threadpool_limits(1):
        for number in range(FOLDS):
            others = fold != number
            model = LogisticRegression(C=C, max_iter=1000)
            model.fit(X[places[others]], y[others], weight[others] / weight[others].mean())
            predicted = model.predict_proba(X)[:, 1]
            values[~known] += predicted[~known] / FOLDS
            values[places[~others]] = predicted[places[~others]]
    return np.round(values, 4)
