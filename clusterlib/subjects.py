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
from sklearn.utils import gen_batches
from threadpoolctl import threadpool_limits

from clusterlib import axes, embed
from clusterlib.embed.calibration import form_of
from clusterlib.embed.encoder import EncoderKey

# A heading must fit so many times better than it would by chance, since groups were drawn by
# headings and random ones were not: below, headings read wrong (label_judgements.csv).
TIMES = 1.5
# So large a part of a group's passages must be of each of its headings. Where the first has less
# than the second number, there may be another; two reach it, so that there is no third.
LEAST, COVER = 0.3, 0.6
# A passage is of so many headings, those nearest to it, and of all that these are part of.
NEAREST = 2
# Fewer clear passages say less than all passages of a group do.
FEWEST_CLEAR = 10
# A score by chance is what the best heading of random groups stays below, in this part. They
# are as many as have so many passages together, between these numbers; of many sizes some are
# drawn, and the others lie between them.
QUANTILE, DRAWN, FEWEST, MOST, SIZES = 0.95, 50_000, 200, 1000, 8
# Passages whose likeness to all headings is in memory at once.
BATCH = 4096
COLUMNS = ["heading", "heading_score", "heading_by_chance"]
FILE = importlib.resources.files("clusterlib") / "data" / "subjects.csv"

Rows = NDArray[np.float64]


def headings() -> pd.DataFrame:
    """Return the headings with their scope and the broader headings that they are part of.

    Bars stand between several broader ones; a field has none.

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
    """Return the unit sums of the vectors of each heading's words and of its scope.

    Those of the default encoder come with the package.
    """
    # Held here, since a key does not keep its encoder.
    encoder = encoder or embed.load_encoder()
    return _vectors(EncoderKey.of(encoder), tuple(texts())).copy()


def subject_axes(
    rows: NDArray[np.floating], encoder: embed.Encoder | None = None
) -> axes.SubjectAxes:
    """Return the axes that topics and themes are found on, not fitted yet.

    They have the form and the headings of the encoder that the rows, distinct unit vectors, come
    from; of vectors of an unknown length there are neither.

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
    """Return unit rows of passages and of headings, form whitened and means removed.

    There are no headings for vectors of an unknown encoder.

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
    """Find the heading of each group of passages: heading, heading_score and heading_by_chance.

    ``labels`` has the group of each row, from 0. Of rows that are ``clear`` of their group, those
    stand for it, if they are ten or more and half of it or more. heading is empty where there is
    none, and a bar stands between two; heading_score is how much more the passages are like the
    first than those of the corpus are, on average (a difference of cosines); heading_by_chance is
    what the best heading of random groups of the size stays below in 95 of 100 cases.

    A passage is of the two headings nearest to it, and of those that these are part of. Of the
    headings whose score is more than one and a half times what chance gives, the one that most
    passages are of is taken; three fifths are enough, and of those that have so many the one with
    the highest score is. Where it has fewer, the one that most of the other passages are of
    stands beside it. A heading that fewer than three tenths of the group are of, counting none
    twice, is not taken: a few passages that are very much like it do not name a group of others.
    Several groups may have the same heading.

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
        shares = one_hot / np.maximum(sizes, 1)[:, None]
        scores = _beyond(shares @ passages, passages, subjects)
        scores[sizes == 0] = 0
        nearest = _nearest(passages, subjects)
    names, within, table = headings()["heading"], _within(str(FILE)), []
    for members, score, limit in zip(one_hot, scores, limits, strict=True):
        chosen = _choose(score, within[nearest[members]].any(axis=1), TIMES * limit)
        best = score[chosen[0]] if chosen else score.max()
        table.append((" | ".join(names[chosen]), best, limit))
    return pd.DataFrame(table, columns=COLUMNS)


def _choose(scores: Rows, of_heading: NDArray[np.bool_], limit: float) -> list[int]:
    """Return the places of the headings of a group, none to two."""
    chosen: list[int] = []
    others = np.ones(len(of_heading), bool)
    while others.sum() > (1 - COVER) * len(others):
        cover = np.round(of_heading[others].sum(axis=0) / len(others), 3)
        fitting = np.flatnonzero((scores > limit) & (cover >= LEAST))
        if not len(fitting):
            break
        order = np.lexsort((-scores[fitting], -np.minimum(cover[fitting], COVER)))
        chosen.append(int(fitting[order[0]]))
        others &= ~of_heading[:, chosen[-1]]
    return chosen


@functools.cache
def _within(path: str) -> NDArray[np.bool_]:
    """Return whether a heading, by row, is another, by column, or a part of it."""
    table = _read(path)
    place = {heading: number for number, heading in enumerate(table["heading"])}
    within = np.eye(len(table), dtype=bool)
    for number, cell in enumerate(table["broader"]):
        within[number, [place[name] for name in cell.split(" | ") if name]] = True
    while (further := within @ within).sum() > within.sum():
        within = further
    return within


def _nearest(passages: Rows, subjects: Rows) -> NDArray[np.intp]:
    """Return the headings nearest to each passage, beyond what all passages have in common."""
    beyond = passages - passages.mean(axis=0)
    nearest = np.zeros((len(beyond), NEAREST), np.intp)
    for batch in gen_batches(len(beyond), BATCH):
        likeness = np.round(beyond[batch] @ subjects.T, 3)
        nearest[batch] = np.argsort(-likeness, axis=1, kind="stable")[:, :NEAREST]
    return nearest


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
