"""Draw topics, themes and codes: how many, how they join, and who speaks of them.

Tables of fitted groups and of counts come in; axes with what they hold go out.
"""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from clusterlib import schema
from clusterlib.plot.picture import ABOVE, MARKS, axes, columns_of, ink, marks, plain, tabular
from clusterlib.schema.contracts import UNDATED

# Columns that hold a number of groups.
NUMBERS = ("n_topics", "n_themes")
# Letters in a line of the name of a column.
WIDTH = 13


def curve(trials: pd.DataFrame, number: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how stable each number of groups is, beside rows without structure.

    Parameters
    ----------
    trials : pandas.DataFrame
        n_topics or n_themes, stability, weakest, null and chosen.
    number : str, optional
        The name of the column of numbers; by default the one that is there.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing, or no text or number where one is drawn.
    ValueError
        If there is no column of that name.

    Examples
    --------
    >>> rows = {"n_themes": [2, 3], "stability": 0.8, "weakest": 0.6, "null": 0.5}
    >>> curve(pd.DataFrame({**rows, "chosen": [True, False]})).get_xlabel()
    'number of themes'
    """
    schema.check(trials, "trials")
    number = number or next((name for name in NUMBERS if name in trials), "n_topics")
    if number not in trials:
        raise ValueError(f"the trials have no column {number!r}; expected one of {NUMBERS}")
    ax = ax or axes(7.5, 3.6)
    names = {"stability": "stability", "weakest": "of the weakest", "null": "without structure"}
    lines = {"stability": "-", "weakest": ":", "null": "--"}
    for place, name in enumerate(names):
        colour, mark = ("#666666", "") if name == "null" else MARKS[place]
        ax.plot(trials[number], trials[name], lines[name], marker=mark, color=colour)
    # Names that would lie on one another move apart, the lowest staying where its line ends.
    last, height = trials.iloc[-1], -1.0
    for name in sorted(names, key=lambda name: (last[name], name)):
        height = max(last[name], height + 0.07)
        ax.text(last[number] + 0.15, height, names[name], va="center")
    ax.axhline(0.5, color="#BBBBBB", linewidth=0.8)
    chosen = trials[trials["chosen"]]
    ax.plot(chosen[number], chosen["stability"], "o", ms=15, mfc="none", mec="#000000")
    ax.set_xticks(trials[number])
    ax.set_xlim(trials[number].min() - 0.3, trials[number].max() + 2)
    ax.set_ylim(0, 1)
    ax.set_xlabel(number.replace("n_", "number of "))
    ax.set_ylabel("mean Jaccard index")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def dendrogram(leaves: pd.DataFrame, merges: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a tree from its leaves, named on the left, to where all are one on the right.

    Parameters
    ----------
    leaves : pandas.DataFrame
        leaf and label.
    merges : pandas.DataFrame
        merge, left, right (leaves or earlier merges) and height, the lowest first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing, or no text or number where one is drawn.

    Examples
    --------
    >>> leaves = pd.DataFrame({"leaf": ["a", "b"], "label": ["one", "two"]})
    >>> merges = pd.DataFrame({"merge": ["m"], "left": ["a"], "right": ["b"], "height": [1.5]})
    >>> [text.get_text() for text in dendrogram(leaves, merges).get_yticklabels()]
    ['one', 'two']
    """
    schema.check(leaves, "leaves")
    schema.check(merges, "merges")
    ax = ax or axes(9, 0.42 * len(leaves) + 1.0)
    parts = {name: [name] for name in leaves["leaf"]}
    rows = merges[["merge", "left", "right", "height"]].to_numpy().tolist()
    for merge, child_a, child_b, _ in rows:
        parts[merge] = parts[child_a] + parts[child_b]
    order = parts[rows[-1][0]] if rows else list(leaves["leaf"])
    places = {leaf: (float(place), 0.0) for place, leaf in enumerate(order)}
    for merge, child_a, child_b, height in rows:
        (top, near), (bottom, far) = places[child_a], places[child_b]
        line = [near, height, height, far]
        ax.plot(line, [top, top, bottom, bottom], color=MARKS[0][0], linewidth=1.6)
        places[merge] = ((top + bottom) / 2, height)
    labels = leaves.set_index("leaf")["label"]
    ax.set_yticks(range(len(order)), labels.loc[order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.set_xlim(0, None)
    ax.set_xlabel("how unlike the groups are that meet here (Ward's distance)")
    return plain(ax)


def intervals(shares: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw shares with their intervals, a row a category and a mark a unit.

    Parameters
    ----------
    shares : pandas.DataFrame
        As `clusterlib.compare.shares` returns it: unit, category, share, low, high.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing, or no text or number where one is drawn.

    Examples
    --------
    >>> rows = {"unit": ["de", "fr"], "category": "jobs", "share": 0.2, "low": 0.1, "high": 0.4}
    >>> [text.get_text() for text in intervals(pd.DataFrame(rows)).get_legend().get_texts()]
    ['de', 'fr']
    """
    schema.check(shares, "drawn shares")
    categories, units = list(dict.fromkeys(shares["category"])), sorted(shares["unit"].unique())
    ax = ax or axes(9, 0.62 * len(categories) + 1.4)
    places = np.linspace(-0.3, 0.3, len(units)) if len(units) > 1 else np.zeros(1)
    signs = marks(units)
    for unit, place in zip(units, places, strict=True):
        colour, mark = signs[unit]
        one = shares[shares["unit"] == unit].set_index("category").loc[categories]
        rows = np.arange(len(categories)) + place
        ax.hlines(rows, one["low"], one["high"], color=colour, linewidth=1.4)
        ax.plot(one["share"], rows, mark, color=colour, markersize=5, label=unit)
    for row in range(1, len(categories)):
        ax.axhline(row - 0.5, color="#DDDDDD", linewidth=0.8)
    ax.set_yticks(range(len(categories)), categories)
    ax.set_ylim(len(categories) - 0.5, -0.5)
    ax.set_xlim(-0.01, None)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("share of a text's passages, with its 95 % interval")
    ax.legend(ncols=columns_of(units), **ABOVE)
    return plain(ax)


def trends(shares: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw shares by year, quarter or month with their intervals, a row a category.

    Parameters
    ----------
    shares : pandas.DataFrame
        As `clusterlib.compare.by_time` returns it. Lines break where a period has no texts;
        texts without a date stand apart on the right.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    clusterlib.problems.InputError
        If a column is missing, or no text or number where one is drawn.

    Examples
    --------
    >>> rows = {"period": ["2023", "2024"], "category": "jobs", "kind": "code", "documents": 3}
    >>> rows |= {"passages": 9, "share": [0.2, 0.4], "low": 0.1, "high": 0.5}
    >>> [text.get_text() for text in trends(pd.DataFrame(rows)).get_xticklabels()]
    ['2023', '2024']
    """
    schema.check(shares, "shares by time")
    periods = shares.drop_duplicates("period")["period"].tolist()
    categories = list(dict.fromkeys(shares["category"]))
    ax = ax or axes(9, 0.8 * len(categories) + 1.4)
    dated = np.array(periods) != UNDATED
    places = np.arange(len(periods)) + 0.6 * ~dated
    full = max(np.ceil(shares["high"].max() * 10) / 10, 0.1)
    signs = marks(categories)
    for row, category in enumerate(categories):
        colour, mark = signs[category]
        one = shares[shares["category"] == category].set_index("period").loc[periods]
        # Higher is more; the first category is the uppermost row.
        low, share, high = (
            len(categories) - row - 1 + 0.85 * one[name].to_numpy(float) / full
            for name in ("low", "share", "high")
        )
        ax.axhline(len(categories) - row - 1, color="#DDDDDD", linewidth=0.8, zorder=0)
        ax.vlines(places, low, high, color=colour, linewidth=1.4)
        ax.plot(places, share, mark, color=colour, markersize=5)
        ax.plot(places[dated], share[dated], color=colour, linewidth=0.8)
    names = [textwrap.fill(str(name), 28) for name in reversed(categories)]
    ax.set_yticks(np.arange(len(categories)) + 0.4, names)
    ax.set_ylim(-0.05, len(categories))
    step = -(-len(periods) // 12)
    ticks = [place for place in range(len(periods)) if place % step == 0 or not dated[place]]
    ax.set_xticks(places[ticks], [periods[place] for place in ticks])
    ax.set_xlim(places[0] - 0.5, places[-1] + 0.5)
    ax.set_xlabel(f"share of a period's passages, with its 95 % interval; a row is {full:.0%} high")
    return plain(ax)


def grid(
    counts: pd.DataFrame,
    beside: pd.DataFrame | None = None,
    shares: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a table of counts as shaded squares with the counts in them; nothing for none.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; the index names the rows, and a line marks where its first level changes, if
        it has two.
    beside : pandas.DataFrame, optional
        Other counts of the same rows and columns, such as a machine's beside a reader's; set small
        behind the first where they are known, missing elsewhere.
    shares : pandas.DataFrame, optional
        From 0 to 1, by which squares are shaded; by default by the counts.
    ax : matplotlib.axes.Axes, optional
        Where to draw; else on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = grid(pd.DataFrame({"de": [2, 0], "fr": [1, 3]}, index=["jobs", "storage"]))
    >>> [text.get_text() for text in ax.texts]
    ['2', '1', '3']
    """
    ax = ax or axes(1.16 * len(counts.columns) + 3.6, 0.27 * len(counts) + 1.2)
    tones = (counts if shares is None else shares).to_numpy(float)
    tones = tones / (tones.max() or 1)
    for row, values in enumerate(counts.to_numpy().tolist()):
        for column, value in enumerate(values):
            shade = 0.12 + 0.88 * float(tones[row, column]) if value else 0
            square = Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, alpha=shade)
            square.set(facecolor=MARKS[0][0], linewidth=0)
            ax.add_patch(square)
            colour = ink([1 - shade * (1 - part) for part in to_rgb(MARKS[0][0])])
            style: dict[str, Any] = {"ha": "center", "va": "center", "color": colour}
            if value:
                ax.text(column, row, str(value), fontsize=10, **style)
            other = float("nan") if beside is None else float(beside.to_numpy()[row, column])
            if not np.isnan(other):
                ax.text(column + 0.3, row, f"({other:.0f})", fontsize=8.5, **style)
    groups = list(counts.index.get_level_values(0)) if counts.index.nlevels > 1 else []
    for row in range(1, len(groups)):
        if groups[row] != groups[row - 1]:
            ax.axhline(row - 0.5, color="#999999", linewidth=0.8)
    names = [" · ".join(name) if isinstance(name, tuple) else str(name) for name in counts.index]
    ax.set_xlim(-0.5, len(counts.columns) - 0.5)
    ax.set_ylim(len(counts) - 0.4, -0.6)
    columns = [textwrap.fill(str(name), WIDTH, break_long_words=False) for name in counts.columns]
    return tabular(ax, names, columns)
