"""What a reading says of the machine's codes: how far both agree, and what it teaches."""

import functools
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from clusterlib import embed, schema
from clusterlib.codes.sheets import inverse_probabilities

# Where alpha may be below this, a code is not to be relied on; draws of the interval.
LOWEST, DRAWS = 0.4, 1000
# On fewer passages than these that anybody coded, alpha says so.
FEW = 5

Rows = NDArray[np.float64]
By = Literal["code", "dimension", "lang"]


def agreement(
    codes: pd.DataFrame,
    coding: pd.DataFrame,
    by: By | None = None,
    random_state: int = 0,
    coders: tuple[str, str] = ("first", "second"),
) -> pd.DataFrame:
    """Measure the agreement of two coders by Krippendorff's alpha.

    Parameters
    ----------
    codes, coding : pandas.DataFrame
        passage, code and coded of each coder, as `apply` or `read_sheet` returns it; the first with
        the column that ``by`` names. What only one of them has judged is left out.
    by : {"code", "dimension", "lang"}, optional
        One row for each of these instead of one for all.
    random_state : int
        Seed of the bootstrap.
    coders : tuple of str
        What the columns of the two coders are called, such as machine and reader.

    Returns
    -------
    pandas.DataFrame
        What ``by`` names, passages, a column for each coder (how often they coded), both, alpha,
        low and high (95 % interval over 1,000 bootstrap samples of passages), note (where alpha
        rests on fewer than five cases) and relied_on: low is 0.4 or more. Alpha is missing where
        neither coder coded anything.

    Raises
    ------
    clusterlib.problems.InputError
        If either coding lacks a column, or has a passage and code twice.
    ValueError
        If there is nothing that both have judged, or ``codes`` lack the column that ``by`` names.

    Notes
    -----
    Every passage and code is a unit with two values, coded or not (Krippendorff 2004, nominal). 1
    is full agreement, 0 is what chance would give.

    Examples
    --------
    >>> one = pd.DataFrame({"passage": list("abcd"), "code": "x", "coded": [1, 1, 0, 0]})
    >>> agreement(one, one.assign(coded=[1, 0, 0, 0]))[["both", "alpha"]].values.tolist()
    [[1.0, 0.53]]
    """
    pairs = _pairs(codes, coding)
    if by and by not in pairs:
        present = ", ".join(map(str, codes.columns))
        raise ValueError(f"codes have no column {by!r} to measure by; found {present}")
    groups: dict[Any, pd.DataFrame] = dict(list(pairs.groupby(by))) if by else {"all": pairs}
    # Codes are in the order of the codebook.
    names = [code for code in codes["code"].unique() if code in groups] if by == "code" else groups
    measured = [_measured(groups[name], random_state) for name in names]
    rows = [(name, *row) for name, row in zip(names, measured, strict=True)]
    columns = [by or "all", "passages", *coders, "both", "alpha", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    cases = table[coders[0]] + table[coders[1]] - table["both"]
    notes = cases.map(lambda count: f"alpha rests on {count} case{'s' * (count > 1)}")
    table["note"] = notes.where(cases.between(1, FEW - 1), "")
    if not by:
        table = table.drop(columns="all")
    return table.assign(relied_on=table["low"] >= LOWEST)


def marked(codes: pd.DataFrame, coding: pd.DataFrame) -> pd.DataFrame:
    """Mark the codes that are not to be relied on.

    Parameters
    ----------
    codes, coding : pandas.DataFrame
        As `apply` returns it, and the reference, as `read_sheet` returns it.

    Returns
    -------
    pandas.DataFrame
        The codes with a column relied_on: as `agreement` has it of the code; false where the
        reference does not judge the code, or nobody gave it.

    Raises
    ------
    clusterlib.problems.InputError, ValueError
        As `agreement` raises them.

    Examples
    --------
    >>> one = pd.DataFrame({"passage": list("abcd"), "code": "x", "coded": [1, 1, 0, 0]})
    >>> marked(one, one.assign(coded=[0, 1, 1, 0]))["relied_on"].unique().tolist()
    [False]
    """
    table = agreement(codes, coding, by="code")
    relied_on = dict(zip(table["code"], table["relied_on"], strict=True))
    return codes.assign(relied_on=codes["code"].map(relied_on).fillna(False).astype(bool))


def disagreements(
    codes: pd.DataFrame, coding: pd.DataFrame, passages: pd.DataFrame
) -> pd.DataFrame:
    """List where two coders disagree, the widest first.

    Parameters
    ----------
    codes, coding : pandas.DataFrame
        As for `marked`.
    passages : pandas.DataFrame
        passage and text; english if there is a translation.

    Returns
    -------
    pandas.DataFrame
        passage, code, kind (``"missed"``: in the reference only, or ``"added"``), text, english,
        score, threshold, distance (how far the score is on the wrong side of the threshold) and
        note, if the reference has one.

    Raises
    ------
    clusterlib.problems.InputError, ValueError
        As `agreement` raises them; and if the passages lack a column, or have one twice.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage": list("ab"), "text": ["One.", "Two."]})
    >>> given = {"code": "x", "coded": [1, 0], "score": [0.3, 0.1], "threshold": 0.2}
    >>> codes = passages[["passage"]].assign(**given)
    >>> disagreements(codes, codes.assign(coded=1), passages)[["passage", "kind"]].values.tolist()
    [['b', 'missed']]
    """
    schema.check(codes, "scored codes")
    schema.check(passages, "passages to code")
    pairs = _pairs(codes, coding)
    apart = pairs[pairs["coded"] != pairs["reference"]].copy()
    apart["kind"] = np.where(apart["reference"], "missed", "added")
    apart["distance"] = (apart["score"] - apart["threshold"]).abs().round(4)
    texts = [name for name in ("passage", "text", "english") if name in passages]
    apart = apart.merge(passages[texts], on="passage", how="left", validate="many_to_one")
    extra = [name for name in ("relied_on", "note") if name in apart]
    columns = ["passage", "code", "kind", *texts[1:], "score", "threshold", "distance", *extra]
    order = ["distance", "passage", "code"]
    return apart.sort_values(order, ascending=[False, True, True], ignore_index=True)[columns]


def _pairs(codes: pd.DataFrame, coding: pd.DataFrame) -> pd.DataFrame:
    """Put what both coders have judged side by side, sorted by passage."""
    schema.check(codes, "codings")
    schema.check(coding, "codings")
    kept = [name for name in ("passage", "code", "coded", "note") if name in coding]
    other = coding[kept].rename(columns={"coded": "reference"})
    pairs = codes.merge(other, on=["passage", "code"], validate="one_to_one")
    if not len(pairs):
        raise ValueError("the two codings have no passage and code in common")
    pairs = pairs.astype({"coded": bool, "reference": bool})
    return pairs.sort_values(["passage", "code"], ignore_index=True)


def _measured(pairs: pd.DataFrame, random_state: int) -> tuple[int | float, ...]:
    """Return passages, first, second, both, alpha, low and high of the pairs."""
    ones, others = pairs["coded"].astype(int), pairs["reference"].astype(int)
    units = pd.DataFrame({"units": 1, "first": ones, "second": others, "both": ones * others})
    sums = units.groupby(pairs["passage"]).sum().to_numpy(np.float64)
    total = sums.sum(axis=0)
    counts = (len(sums), *total[1:].astype(int).tolist())
    if not total[1] + total[2]:
        return *counts, np.nan, np.nan, np.nan
    (alpha,) = _alphas(total[None])
    chosen = bootstrap_counts(len(sums), len(sums), DRAWS, random_state)
    # A sample in which nobody coded says nothing.
    drawn = _alphas(chosen @ sums)
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return *counts, *(round(float(value), 2) + 0.0 for value in (alpha, low, high))


@functools.lru_cache(maxsize=8)
def bootstrap_counts(size: int, among: int, times: int, seed: int) -> NDArray[np.int64]:
    """Draw so many samples of a size; of the same kind they are the same, and drawn once.

    A row of the table, which is read only, is a sample: how often each of the units is in it.
    """
    draw = np.random.default_rng(seed)
    drawn = draw.multinomial(size, np.full(among, 1 / among), size=times)
    drawn.setflags(write=False)
    return drawn


def _alphas(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return alpha of each row of units, first, second and both: the closed form of two coders."""
    units, first, second, both = sums.T
    ones = first + second
    apart = (ones - 2 * both) / units
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = 2 * ones * (2 * units - ones) / (2 * units * (2 * units - 1))
        alphas: NDArray[np.float64] = 1 - apart / by_chance
    # Where both code everything there is no chance to correct for.
    return np.where((ones > 0) & (apart == 0), 1.0, alphas)


# A code that the sample has so often is taught by vectors too; fewer teach how to read its score.
POSITIVES = 10
# Parts of the sample, of which each is judged by what the others teach.
FOLDS = 5
# Components of the vectors, and the inverse of the penalty of the regression.
COMPONENTS, C = 64, 3.0


def teach(
    codes: pd.DataFrame, reading: pd.DataFrame, vectors: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Teach the codes by passages that a person has read.

    Parameters
    ----------
    codes, reading : pandas.DataFrame
        As `apply` returns it; and as `read_sheet` does, of a sample of the passages, with
        inclusion_probability if they were drawn with unequal ones.
    vectors : pandas.DataFrame, optional
        As `clusterlib.embed.vectors` returns it for all the passages.

    Returns
    -------
    pandas.DataFrame
        The codes with a column probability: how likely a passage has the code. Of each code as many
        passages exceed the threshold as the sample says of all; a code that the sample never has
        keeps it. Where the sample has a code ten times or oftener, and vectors foretell the reading
        better, the most probable passage has the highest score.

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
    >>> passages = [f"a-{number}" for number in range(8)]
    >>> codes = pd.DataFrame({"passage": passages, "code": "x", "threshold": 0.9, "coded": False})
    >>> reading = codes.assign(coded=[0, 0, 0, 0, 1, 1, 1, 1])
    >>> teach(codes.assign(score=np.arange(8) / 10), reading)["coded"].tolist()
    [False, False, False, False, True, True, True, True]
    """
    schema.check(codes, "scored codes")
    schema.check(reading, "codings")
    given, reading = reading, reading[reading["passage"].isin(codes["passage"])]
    if not len(reading):
        first = next(iter(given["passage"]), "nothing")
        raise ValueError(f"none of the passages was read; the reading has others, as {first!r}")
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
    is_judged, weight = ~np.isnan(given), inverse_probabilities(judged, rows["passage"])
    y, w = given[is_judged].astype(np.float64), weight[is_judged]
    score = rows["score"].to_numpy(np.float64, copy=True)
    if min(y.sum(), len(y) - y.sum()) < 2:
        return rows.assign(probability=rows["coded"].astype(float))
    X = ((score - score.mean()) / max(score.std(), 1e-9))[:, None]
    probability, by_vectors = _cross_fit(X, is_judged, y, w), False
    if space is not None and y.sum() >= POSITIVES:
        other = _cross_fit(np.hstack([X, space]), is_judged, y, w)
        # They teach only what foretells the reading better than the score does.
        errors = [
            np.average((y - values[is_judged]) ** 2, weights=w) for values in (probability, other)
        ]
        by_vectors = bool(round(errors[1], 4) < round(errors[0], 4))
        probability = other if by_vectors else probability
    share = probability.mean() + np.average(y - probability[is_judged], weights=w)
    if by_vectors:
        # The same scores in another order; of equally probable ones the higher score stays it.
        order = np.lexsort((score, probability))
        score[order] = np.sort(score)
    count = int(np.clip(round(share * len(rows)), 1, len(rows) - 1))
    above, below = np.sort(score)[::-1][count - 1 : count + 1]
    threshold = round((above + below) / 2, 4)
    columns = {"score": score, "threshold": threshold, "probability": probability}
    return rows.assign(**columns, coded=score > threshold)


def _cross_fit(X: Rows, is_judged: NDArray[np.bool_], y: Rows, weight: Rows) -> Rows:
    """Return probabilities: of what was read from the other folds, of the rest from the mean."""
    from sklearn.linear_model import LogisticRegression

    fold = np.empty(len(y), dtype=int)
    # Each fold has its part of the passages with the code.
    fold[np.argsort(y, kind="stable")] = np.arange(len(y)) % FOLDS
    places, values = np.flatnonzero(is_judged), np.zeros(len(X))
    with threadpool_limits(1):
        for number in range(FOLDS):
            others = fold != number
            model = LogisticRegression(C=C, max_iter=1000)
            model.fit(X[places[others]], y[others], weight[others] / weight[others].mean())
            predicted = model.predict_proba(X)[:, 1]
            values[~is_judged] += predicted[~is_judged] / FOLDS
            values[places[~others]] = predicted[places[~others]]
    return np.round(values, 4)
