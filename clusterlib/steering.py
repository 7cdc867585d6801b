"""What a reader wants of topics and themes: anchors that draw them, and edits, kept to be redone.

The groups of passages and a table of edits come in, out goes what becomes of each group; an edit
that no longer fits is a fault with a name. The table names the passages that stood for a group, so
that the group is found again in a rerun, whatever it is called there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted, validate_data

from clusterlib import axes, embed, inputs, stability, subjects
from clusterlib.problems import Problems

COLUMNS = ["action", "group", "value", "passages"]
# Passages that stand for a group; more than half of them must be together again.
STANDING = 10
BAR = " | "
Rows = NDArray[np.float64]
# The cosine from which a passage is like an anchor, and how far it is moved towards it.
LIKE, PULL = 0.2, 0.5


class AnchorPull(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Move each row towards the anchor that it is most like, if it is like one at all."""

    def __init__(
        self,
        names: Sequence[str] | None = None,
        anchors: ArrayLike | None = None,
        form: ArrayLike | None = None,
    ) -> None:
        self.names = names
        self.anchors = anchors
        self.form = form

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Find the middle of rows, shape (n_samples, n_features)."""
        self.mean_: Rows = validate_data(self, X, dtype=np.float64).mean(axis=0)
        return self

    def transform(self, X: ArrayLike) -> Rows:
        """Return rows, those that are like an anchor half-way towards it."""
        check_is_fitted(self)
        rows: Rows = validate_data(self, X, dtype=np.float64, reset=False, copy=True)
        near = self.nearest(rows)
        pulled = near >= 0
        if pulled.any():
            apart = rows[pulled] - self.mean_
            length = np.linalg.norm(apart, axis=1, keepdims=True)
            towards = length * np.asarray(self.anchors, np.float64)[near[pulled]]
            rows[pulled] = self.mean_ + (1 - PULL) * apart + PULL * towards
        return rows

    def nearest(self, rows: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return the place of the anchor that each row is like, -1 where there is none."""
        if self.anchors is None:
            return np.full(len(rows), -1)
        even = np.eye(rows.shape[1]) if self.form is None else axes.whitening(np.asarray(self.form))
        anchors = axes.unit(np.asarray(self.anchors, np.float64) @ even)
        likeness = np.round(axes.unit((rows - self.mean_) @ even) @ anchors.T, 4)
        near = np.where(likeness.max(axis=1) >= LIKE, likeness.argmax(axis=1), -1)
        return np.asarray(near, np.intp)


def space(
    rows: NDArray[np.floating], anchors: Sequence[str], encoder: embed.Encoder | None = None
) -> Pipeline:
    """Return the map to subject axes, not fitted yet, with the pull of anchors if there are any."""
    subject = subjects.subject_axes(rows, encoder)
    if isinstance(anchors, str):
        raise ValueError(f"anchors={anchors!r} is one string; give a list, such as [{anchors!r}]")
    if not len(anchors):
        return Pipeline([("axes", subject)])
    if subject.headings is None:
        raise ValueError("anchors need the encoder that the vectors come from; give it, too")
    places, listed = np.asarray(subject.headings), subjects.headings()["heading"].tolist()
    lines = pd.DataFrame({"passage": anchors, "text": anchors, "lang": "en"}).drop_duplicates()
    embedded = embed.vectors(lines, encoder).loc[lines["passage"]].to_numpy(np.float64, copy=True)
    for row, name in enumerate(lines["text"]):
        embedded[row] = places[listed.index(name)] if name in listed else embedded[row]
    directions = axes.unit(embedded - places.mean(axis=0))
    pull = AnchorPull(lines["text"].tolist(), directions, subject.form).fit(rows)
    problems, near = Problems(), pull.nearest(rows)
    for row, name in enumerate(lines["text"]):
        if row not in near:
            problems.error("anchors", "like no passage", f"no passage is like {name!r}")
    problems.raise_errors("the anchors", "name what the texts speak of, or leave them out")
    return Pipeline([("anchors", pull), ("axes", subject)])


def mark_anchors(
    summary: pd.DataFrame, model: Pipeline, rows: NDArray[np.floating], groups: "pd.Series[str]"
) -> pd.DataFrame:
    """Say in a summary which group each anchor drew most of its passages to."""
    if "anchors" not in model.named_steps:
        return summary
    pull = model["anchors"]
    near = pd.Series(pull.nearest(rows), groups.index)
    drawn: dict[str, list[str]] = {name: [] for name in summary.iloc[:, 0]}
    for place, name in enumerate(pull.names):
        count = groups[near == place].value_counts()
        drawn[min(count.index, key=lambda group: (-count[group], group))].append(name)
    anchor = [BAR.join(drawn[name]) for name in summary.iloc[:, 0]]
    return summary.assign(anchor=pd.Series(anchor, summary.index, dtype="str"))


@dataclass(frozen=True)
class Plan:
    """What becomes of groups."""

    names: list[str]
    matrix: NDArray[np.float64]
    labels: dict[str, str]
    by_hand: dict[str, str]

    def combine(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add the weights of what is merged; where only what is dropped had any, all are even."""
        combined = weights @ self.matrix
        combined[combined.sum(axis=1) == 0] = 1.0
        return combined

    def nearest(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the distance to the nearest part of each group that remains."""
        parts = [distances[:, column > 0].min(axis=1) for column in self.matrix.T]
        return np.stack(parts, axis=1)

    def describe(
        self,
        table: pd.DataFrame,
        groups: "pd.Series[str]",
        rows: NDArray[np.floating],
        passages: pd.DataFrame,
    ) -> pd.DataFrame:
        """Describe the groups that remain; the stability of merged ones is that of the weakest."""
        kind, steady = table.columns[0], table.set_index(table.columns[0])["stability"]
        before = steady[sorted(steady.index)].to_numpy()
        weakest = np.array([before[column > 0].min() for column in self.matrix.T])
        places = pd.Index(self.names).get_indexer(pd.Index(groups))
        described = stability.describe(places, weakest, rows, passages, kind)
        described[kind] = [self.names[place] for place in described.pop("group")]
        merged = described[kind].map(self.by_hand).fillna("").str.contains("merged")
        described["verdict"] = described["verdict"].mask(merged, "merged by hand")
        return described.sort_values(kind, ignore_index=True)

    def mark(self, summary: pd.DataFrame) -> pd.DataFrame:
        """Return a summary with the new labels, and a column that says what was done by hand."""
        names = summary.iloc[:, 0].tolist()
        pairs = zip(names, summary["label"], strict=True)
        label = pd.Series([self.labels.get(name, label) for name, label in pairs], dtype="str")
        done = pd.Series([self.by_hand.get(name, "") for name in names], dtype="str")
        return summary.assign(label=label, by_hand=done)


def record(
    members: pd.DataFrame,
    merge: Mapping[str, Sequence[str]],
    rename: Mapping[str, str],
    drop: Iterable[str],
) -> pd.DataFrame:
    """Return edits as a table that can be kept."""
    rows = [("keep", into, "") for into in merge]
    rows += [("merge", group, into) for into, others in merge.items() for group in others]
    rows += [("rename", group, label) for group, label in rename.items()]
    rows += [("drop", group, "") for group in drop]
    problems, present = Problems(), sorted(set(members["group"]))
    for action, group, _ in rows:
        if group not in present:
            message = f"there is no {group!r} to {action}; expected one of {', '.join(present)}"
            problems.error("edits", "unknown group", message)
    problems.raise_errors("the edits")
    ordered = members.sort_values(["strength", "passage"], ascending=[False, True])
    standing = ordered.groupby("group")["passage"].agg(lambda names: BAR.join(names[:STANDING]))
    table = [(action, group, value, standing[group]) for action, group, value in rows]
    return pd.DataFrame(table, columns=COLUMNS, dtype="str")


def read(path: str | Path) -> pd.DataFrame:
    """Read edits that were kept as CSV; faults of the file are raised together."""
    problems = Problems()
    table = inputs.read(path, "edits", problems, "; expected a table of edits")
    for name in COLUMNS:
        if name not in table and not problems.count_errors():
            problems.error("edits", "missing column", f"{path} has no column {name!r}")
    problems.raise_errors("the edits")
    return table[COLUMNS].reset_index(drop=True)


def plan(edits: pd.DataFrame, members: pd.DataFrame, labels: Mapping[str, str]) -> Plan:
    """Find the groups that edits are about, and say what becomes of them."""
    problems, names = Problems(), sorted(labels)
    now = _find(edits, members, problems)
    fitting = edits[
        edits["group"].isin(now) & (edits["value"].isin(now) | (edits["action"] != "merge"))
    ]
    fitting = fitting.assign(group=fitting["group"].map(now))
    merged = fitting[fitting["action"] == "merge"]
    into = dict(zip(merged["group"], merged["value"].map(now), strict=True))
    dropped = set(fitting.loc[fitting["action"] == "drop", "group"])
    target = {name: _follow(name, into, problems) for name in names}
    kept = sorted(set(target.values()) - dropped)
    if not kept:
        problems.error("edits", "nothing left", "no group remains; drop fewer")
    named = fitting[fitting["action"] == "rename"]
    renamed = {k: v for k, v in zip(named["group"], named["value"], strict=True) if k in kept}
    shown = pd.Series({name: renamed.get(name, labels[name]) for name in kept}, dtype="str")
    for name in renamed:
        others = shown.index[(shown == shown[name]) & (shown.index != name)]
        if len(others):
            message = f"the label {shown[name]!r} of {name!r} is that of {others[0]!r} as well"
            problems.error("edits", "label taken", message)
    problems.raise_errors("the edits", "mend or remove them; without edits nothing is changed")
    matrix = np.array([[float(target[name] == group) for group in kept] for name in names])
    done = {"merged": {target[name] for name in into}, "renamed": set(renamed)}
    by_hand = {name: " and ".join(what for what in done if name in done[what]) for name in kept}
    return Plan(kept, matrix, renamed, by_hand)


def _follow(name: str, into: Mapping[str, str], problems: Problems) -> str:
    """Return where a group ends that is merged into one that may be merged itself."""
    seen = [name]
    while seen[-1] in into:
        if into[seen[-1]] in seen:
            problems.error("edits", "circle", f"{name!r} becomes part of itself")
            break
        seen.append(into[seen[-1]])
    return seen[-1]


def _find(edits: pd.DataFrame, members: pd.DataFrame, problems: Problems) -> dict[str, str]:
    """Return what each group of the edits is called now; note those that are no longer there."""
    groups = members.set_index("passage")["group"]
    kind = groups.iloc[0].partition("-")[0]
    now: dict[str, str] = {}
    for group, listed in edits.drop_duplicates("group")[["group", "passages"]].to_numpy().tolist():
        passages = listed.split(BAR)
        there = groups.reindex(passages).value_counts()
        best = min(there.index, key=lambda name: (-there[name], name), default="")
        if group.partition("-")[0] in {"topic", "theme"} - {kind}:
            message = f"{group!r} is none of these {kind}s; give edits that were made on {kind}s"
            problems.error("edits", "other kind", message)
        elif 2 * there.get(best, 0) <= len(passages):
            message = f"of the {len(passages)} passages that stood for {group!r} "
            message += f"{there.get(best, 0)} are together now; its topic or theme dissolved"
            problems.error("edits", "dissolved", message)
        elif best in now.values():
            other = next(name for name, members in now.items() if members == best)
            message = f"{group!r} and {other!r} are one now, {best!r}"
            problems.error("edits", "no longer apart", message)
        else:
            now[group] = str(best)
    return now
