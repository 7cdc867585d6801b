"""Subject headings: what passages are about, in words that a person would choose.

The list is this project's own: some hundreds of plain headings over all fields of life,
denser where clusters work, each with a line that says what falls under it. A heading's
place in the space is that of its words and its scope together; groups of passages are
held against it in any language.

In come vectors of passages and their groups, out goes a heading for each, or none.
"""

import functools
import importlib.resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from clusterlib import axes, embed
from clusterlib.embed.calibration import form_of
from clusterlib.embed.encoder import EncoderKey

# A heading must fit so much better, and so many times what it would by chance, since groups were
# drawn by headings and random ones were not: below, headings read wrong (label_judgements.csv).
LEAST, TIMES = 0.115, 1.5
# A broader heading stands for a group that is as much like it as this, of its best heading.
BROADER = 0.7
# Fewer clear passages say less than all passages of a group do.
FEWEST_CLEAR = 10
# A score by chance is what the best heading of random groups stays below, in this part. They
# are as many as have so many passages together, between these numbers; of many sizes some are
# drawn, and the others lie between them.
QUANTILE, DRAWN, FEWEST, MOST, SIZES = 0.95, 50_000, 200, 1000, 8
COLUMNS = ["heading", "heading_score", "heading_by_chance"]
FILE = importlib.resources.files("clusterlib") / "data" / "subjects.csv"

Rows = NDArray[np.float64]


def headings() -> pd.DataFrame:
    """Return the subject headings.

    Returns
    -------
    pandas.DataFrame
        heading, scope (what falls under it) and broader (the heading that it is a part of, or
        an empty string); sorted by heading.

    Examples
    --------
    >>> headings().set_index("heading").loc["hydrogen", "scope"]
    'production, transport and use of hydrogen'
    """
    return _read(str(FILE)).copy()


@functools.cache
def _read(path: str) -> pd.DataFrame:
    table = pd.read_csv(path, encoding="utf-8", keep_default_na=False)
    return table.sort_values("heading", ignore_index=True)


def texts() -> list[str]:
    """Return what is embedded of the headings: their words, then their scopes."""
    table = headings()
    return [*table["heading"], *table["scope"]]


def vectors(encoder: embed.Encoder | None = None) -> Rows:
    """Return the place of each heading in the space of calibrated vectors.

    Parameters
    ----------
    encoder : Encoder, optional
        By default multilingual-e5-small, whose vectors come with the package.

    Returns
    -------
    numpy.ndarray
        Shape (headings, dim), unit rows: the sum of the vectors of the heading's words
        and of its scope.

    Examples
    --------
    >>> vectors().shape[1]
    384
    """
    # Held here, since a key does not keep its encoder.
    encoder = encoder or embed.load_encoder()
    return _vectors(EncoderKey.of(encoder), tuple(texts())).copy()


def subject_axes(
    rows: NDArray[np.floating], encoder: embed.Encoder | None = None
) -> axes.SubjectAxes:
    """Return the axes that topics and themes of some passages are found on, not fitted yet.

    Parameters
    ----------
    rows : numpy.ndarray
        Calibrated unit vectors of distinct passages, shape (n, dim).
    encoder : Encoder, optional
        That they come from; vectors of another length than the default encoder's need it,
        else there are no headings for them and no form.

    Returns
    -------
    clusterlib.axes.SubjectAxes
        With the form and the headings of the encoder, and as many axes as so many rows carry.

    Examples
    --------
    >>> axes_of_few = subject_axes(np.ones((24, 5)))
    >>> axes_of_few.n_components, axes_of_few.headings
    (2, None)
    """
    form = form_of(rows, encoder)
    headings = None if form is None else vectors(encoder)
    return axes.SubjectAxes(axes.n_axes(len(rows)), form, headings)


@functools.lru_cache(maxsize=16)
def _vectors(key: EncoderKey, lines_of_text: tuple[str, ...]) -> Rows:
    lines = pd.DataFrame({"text": lines_of_text}).assign(lang="en")
    lines["passage"] = lines.index.astype("str")
    rows = embed.matrix(embed.vectors(lines, key.encoder)).astype(np.float64)
    return axes.unit(rows[: len(rows) // 2] + rows[len(rows) // 2 :])


def place(rows: NDArray[np.floating], encoder: embed.Encoder | None = None) -> tuple[Rows, Rows]:
    """Return passages and headings where they can be compared: form whitened, means removed.

    Parameters
    ----------
    rows : numpy.ndarray
        Calibrated unit vectors of passages, shape (n, dim).
    encoder : Encoder, optional
        That they come from; vectors of another length than the default encoder's need it.

    Returns
    -------
    passages, headings : numpy.ndarray
        Unit rows, shapes (n, dim) and (headings, dim). There are no headings for vectors
        of an unknown encoder.

    Examples
    --------
    >>> passages, subjects = place(np.eye(384)[:3])
    >>> passages.shape, subjects.shape[1], place(np.eye(5))[1].shape
    ((3, 384), 384, (0, 5))
    """
    form = form_of(rows, encoder)
    if form is None:
        return np.asarray(rows, np.float64), np.empty((0, rows.shape[1]))
    subjects = vectors(encoder)
    with threadpool_limits(1):
        even = axes.whitening(form)
        passages = rows.astype(np.float64)
        return (
            axes.unit((passages - passages.mean(axis=0)) @ even),
            axes.unit((subjects - subjects.mean(axis=0)) @ even),
        )


def name_groups(
    rows: NDArray[np.floating],
    labels: NDArray[np.intp],
    n_groups: int,
    clear: NDArray[np.bool_] | None = None,
    encoder: embed.Encoder | None = None,
) -> pd.DataFrame:
    """Find the heading of each group of passages.

    Parameters
    ----------
    rows : numpy.ndarray
        Calibrated unit vectors of the passages, shape (n, dim).
    labels : numpy.ndarray
        The group of each passage, from 0.
    n_groups : int
        How many groups there are.
    clear : numpy.ndarray, optional
        Whether each passage is clearly of its group. Those that are stand for a group of
        which they are half or more, if they are ten or more.
    encoder : Encoder, optional
        That the vectors come from; vectors of another length than the default encoder's
        need it.

    Returns
    -------
    pandas.DataFrame
        One row a group: heading, an empty string where there is none; heading_score, how
        much more its passages are like the heading than those of the corpus are, on
        average (a difference of cosines); heading_by_chance, what the best heading of
        random groups of the size stays below in 95 of 100 cases. A heading must exceed one
        and a half times that, and 0.115; the broadest that it is a part of stands in its place
        where the group's score with that is seven tenths as high and no other group is most
        like it. No two groups have the same: the one that is more like it has it, the other
        its next.

    Examples
    --------
    >>> import clusterlib as cl
    >>> lines = ["A new stadium.", "The team won.", "They lost the match.", "Rain fell."]
    >>> lines += ["Storms are coming.", "The sun shines."]
    >>> table = pd.DataFrame({"passage": list("abcdef"), "lang": "en", "text": lines})
    >>> rows = cl.embed.matrix(cl.embed.vectors(table))
    >>> name_groups(rows, np.array([0, 0, 0, 1, 1, 1]), 2).shape
    (2, 3)
    """
    passages, subjects = place(rows, encoder)
    empty = pd.DataFrame({"heading": [""] * n_groups}).assign(**dict.fromkeys(COLUMNS[1:], np.nan))
    if not len(subjects):
        return empty
    one_hot = labels == np.arange(n_groups)[:, None]
    if clear is not None:
        count = (one_hot & clear).sum(axis=1)
        stand = (count >= FEWEST_CLEAR) & (count * 2 >= one_hot.sum(axis=1))
        one_hot &= clear | ~stand[:, None]
    sizes = one_hot.sum(axis=1)
    limits = _by_chance(passages, subjects, sizes)
    with threadpool_limits(1):
        means = (one_hot / np.maximum(sizes, 1)[:, None]) @ passages
        scores = _beyond(means, passages, subjects)
    names, broader, table = headings()["heading"].tolist(), _broader_headings(), []
    best, most_like = scores.max(axis=1), scores.argmax(axis=1)
    taken: set[int] = set()
    for group in sorted(range(n_groups), key=lambda group: (-best[group], group)):
        free = scores[group].copy()
        free[list(taken)] = -np.inf
        first, limit = int(free.argmax()), float(limits[group])
        named = bool(sizes[group] and free[first] > max(LEAST, TIMES * limit))
        if named:
            others = set(np.delete(most_like, group))
            enough = [place for place in broader[first] if free[place] >= BROADER * free[first]]
            first = next((place for place in reversed(enough) if place not in others), first)
            taken.add(first)
        score = free[first] if named else best[group]
        table.append((group, names[first] if named else "", score, limit))
    return pd.DataFrame(sorted(table), columns=["group", *COLUMNS])[COLUMNS]


def _broader_headings() -> list[list[int]]:
    """Return the places of the headings that each heading is a part of, nearest first."""
    table = headings()
    broader = pd.Index(table["heading"]).get_indexer(pd.Index(table["broader"]))
    chains: list[list[int]] = []
    for place in broader:
        chain = []
        while place >= 0:
            chain.append(int(place))
            place = broader[place]
        chains.append(chain)
    return chains


def _beyond(means: Rows, passages: Rows, subjects: Rows) -> Rows:
    """Return how much more groups are like headings than the corpus, from the groups' means."""
    return np.asarray(np.round((means - passages.mean(axis=0)) @ subjects.T, 3))


def _by_chance(passages: Rows, subjects: Rows, sizes: NDArray[np.intp]) -> Rows:
    """Return what the best heading of random groups of each size stays below in 95 of 100 cases."""
    drawn = np.unique(sizes[sizes > 0])
    if len(drawn) > SIZES:
        drawn = np.unique(np.geomspace(drawn[0], drawn[-1], SIZES).round().astype(int))
    limits = [_best_by_chance(passages, subjects, int(size)) for size in drawn]
    between = np.interp(np.log(np.maximum(sizes, 1)), np.log(drawn), limits)
    return np.asarray(np.round(np.where(sizes > 0, between, 0), 3))


def _best_by_chance(passages: Rows, subjects: Rows, size: int) -> float:
    draw = np.random.default_rng(0)
    n_draws = int(np.clip(DRAWN // size, FEWEST, MOST))
    drawn = [draw.choice(len(passages), size, replace=False, shuffle=False) for _ in range(n_draws)]
    bounds = np.arange(n_draws + 1) * size
    parts = (np.full(n_draws * size, 1 / size), np.concatenate(drawn), bounds)
    means = csr_array(parts, shape=(n_draws, len(passages))) @ passages
    with threadpool_limits(1):
        best = _beyond(means, passages, subjects).max(axis=1)
    return float(np.quantile(best, QUANTILE))
