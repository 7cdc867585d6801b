"""The first screen of the report: what a corpus is, a map of it, and its themes by group.

Tables come in; what is drawn goes out, with places and colours, for a template to write.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten, wrap
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from clusterlib import compare
from clusterlib.axes import by_digest
from clusterlib.claims.claim import EvidenceIndex, name_texts
from clusterlib.claims.evidence import country, language, listed, number, times
from clusterlib.compare.together import UNITS, first_grouping
from clusterlib.problems import unread

Tables = Mapping[str, pd.DataFrame]
# What may group texts, in this order.
COLUMNS = ("initiative", "country", "region", "lang", "doc")
# Groups that a reader tells apart by colour and shape, points of a map, letters that one shows,
# topics or themes whose shares are drawn, and those that a sentence names.
GROUPS, POINTS, LETTERS, ROWS, NAMED = 8, 2000, 260, 12, 5
POINT = ["x", "y", "title", "href"]
# Claims that belong to what a corpus is.
OF_CORPUS = ("corpus-removed", "corpus-unknown-language")
# Sources that are named.
SOURCES = 4
# The map and the shares, in pixels: of the whole, of its margin, of a line of a label. On the
# narrowest screens they are three quarters as large, and their letters still ten pixels high.
WIDTH, HEIGHT, MARGIN, LINE, LETTER = 480, 400, 14, 15, 8.8
LABELS, ROW, STEP = 164, 10, 7.5
# Letters of a line of a name beside the shares, and on the map.
BESIDE, ON_MAP = 18, 20


@dataclass(frozen=True)
class Group:
    """Texts that are shown in one colour and shape: their name, and how many they are."""

    name: str
    colour: str
    shape: str
    texts: int
    passages: int


def describe(index: EvidenceIndex, subjects: bool = True) -> list[str]:
    """Say in sentences what a corpus is: texts, languages, subjects, dates, where they are from.

    Subjects are those that a machine groups; who wrote the findings says them better.
    """
    documents, passages = index.documents, index.passages
    if documents.empty:
        return []
    langs = documents["lang"].astype(str).map(language).value_counts().sort_index()
    several = 1 < len(langs) < len(documents)
    names = [str(name) + (f" ({count})" if several else "") for name, count in langs.items()]
    size = f", {len(passages):,} passages" if len(passages) else ""
    sentences = [f"{times(len(documents), 'text').capitalize()}{size}, in {listed(names)}."]
    sentences += _subjects(index) if subjects else []
    if "published" in documents:
        dates = documents["published"].dropna().astype(str).sort_values()
        undated = len(documents) - len(dates)
        if len(dates):
            days = dates.unique().tolist()
            span = listed(days) if len(days) <= SOURCES else f"{days[0]} to {days[-1]}"
            # A text without a date may be from another time.
            without = f"; {times(undated, 'has', 'have')} no date" if undated else ""
            sentences.append(f"Published {span}{without}.")
        else:
            sentences.append("No text states when it was published.")
    places = _places(documents)
    if len(places):
        # One more is named rather than counted.
        most = len(places) if len(places) == SOURCES + 1 else SOURCES
        named = [f"{name} ({count})" if count > 1 else name for name, count in places[:most]]
        more = [f"{number(len(places) - most)} more"] if len(places) > most else []
        sentences.append(f"From {listed([*named, *more])}.")
    claims = index.table("claims")
    of_corpus = claims.loc[claims["claim"].isin(OF_CORPUS), "text"]
    return [*sentences, *of_corpus.str.replace("; the longest are quoted", "")]


def _subjects(index: EvidenceIndex) -> list[str]:
    """Name the largest topics or themes on which a sentence may rest, and how many others are."""
    kind = index.kind
    if not kind:
        return []
    if not index.is_stable(kind):
        return [f"Into how many {kind}s the passages fall is not certain, so none is named here."]
    ranked = index.ranked[kind]
    sizes = ranked[ranked["coded"]]["code"].astype(str).value_counts()
    firm = sorted(index.relied_on[kind] & set(sizes.index), key=lambda name: (-sizes[name], name))
    if not firm:
        why = _doubts(index, kind)
        return [f"No {kind} is certain enough to say what most passages are about: {why}."]
    named = [
        f"{index.label(name, kind)} ({100 * sizes[name] / len(index.passages):.0f} per cent)"
        for name in firm[:NAMED]
    ]
    rest = len(sizes) - len(named)
    more = f"; {times(rest, 'other')} {'is' if rest == 1 else 'are'} smaller or less certain"
    what = f"the certain {kind} is" if len(named) == 1 else f"the largest certain {kind}s are"
    return [f"By share of passages, {what} {listed(named)}{more if rest else ''}."]


def _doubts(index: EvidenceIndex, kind: str) -> str:
    """Say why no sentence may rest on some topics or themes, and on how many; nothing if on all."""
    if not index.is_stable(kind):
        return f"the number of {kind}s is not stable"
    groups = index.groups[kind]
    seldom = int((~groups["returns"]).sum())
    headed = int((groups["returns"] & groups["headed"]).sum())
    biased = int((groups["returns"] & ~groups["headed"] & ~groups["relied_on"]).sum())
    reasons = [f"{times(seldom, 'returns', 'return')} too seldom in other samples"] * (seldom > 0)
    reasons += [f"{times(headed, 'is', 'are')} mostly of headings"] * (headed > 0)
    if biased:
        reasons.append(f"{times(biased, 'is', 'are')} more of one language than by chance alone")
    return listed(reasons)


def _places(documents: pd.DataFrame) -> list[tuple[str, int]]:
    """Return the sites, folders or kinds of files that texts are from, the most frequent first."""
    if "source" not in documents:
        return []
    sources, files = (
        documents.get(name, documents["source"]).fillna("").astype(str)
        for name in ("source", "file")
    )
    hosts = sources.map(_host)
    stated = sources.mask(sources == files, "")
    places = hosts.where(hosts != "", stated).where(lambda names: names != "", "files")
    counts = Counter(" ".join(str(place).split()) for place in places)
    if set(counts) == {"files"}:
        return []
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _host(source: str) -> str:
    """Return the site of an address, nothing of what is none."""
    try:
        return urlsplit(source).hostname or ""
    except ValueError:
        return ""


def left_out(tables: Tables) -> list[str]:
    """Return what was not read, a line a file and why."""
    faults = tables.get("faults", pd.DataFrame())
    return unread(faults) if {"severity", "fault"} <= set(faults) else []


def choose_group(documents: pd.DataFrame, by: str | None = None) -> str:
    """Choose the column that groups texts: the first that all have, of two to eight values.

    >>> choose_group(pd.DataFrame({"doc": list("abc"), "lang": ["de", "de", "fr"]}))
    'lang'
    """
    if by is not None:
        if by not in documents:
            raise ValueError(f"texts have no column {by!r}; there are {listed([*documents])}")
        return by
    return first_grouping(documents, COLUMNS, GROUPS)


def overview(
    index: EvidenceIndex, by: str | None = None, pages: Mapping[str, str] = {}
) -> SimpleNamespace | None:
    """Lay out the map and the shares of a corpus for a template, or nothing if it has no map."""
    tables = index.tables
    documents, passages = index.documents, index.passages
    kind, column = index.kind, choose_group(documents, by)
    assigned = tables.get("topic_weights" if kind == "topic" else "theme_members")
    plane = tables.get(f"{kind}_map")
    if plane is None or assigned is None or not len(passages):
        return None
    groups, unit = _groups(documents, passages, column)
    rest = passages[["passage", "doc", "lang"]].assign(unit=passages["doc"].map(unit))
    shares = compare.shares(assigned, rest, "unit")
    shares = shares[shares["unit"].isin([group.name for group in groups])]
    # A name on which no sentence may rest is not drawn as a firm one.
    firm = set(tables[f"{kind}s"].set_index(kind)["label"].reindex(sorted(index.relied_on[kind])))
    summary = tables[f"{kind}s"]
    parts = _shares(shares, summary.head(ROWS), kind, groups, firm)
    parts["undrawn"] = len(summary[ROWS:])
    parts |= _map(plane, kind, passages, unit, groups, pages, firm)
    stable, doubts = index.is_stable(kind), _doubts(index, kind)
    parts |= {"kind": kind, "by": UNITS.get(column, (column,))[0], "groups": groups}
    return SimpleNamespace(stable=stable, doubts=doubts, size=(WIDTH, HEIGHT), **parts)


def _groups(
    documents: pd.DataFrame, passages: pd.DataFrame, column: str
) -> tuple[list[Group], dict[str, str]]:
    """Return the groups in the order of their texts, and the group of each text."""
    from clusterlib.plot.picture import marks

    ordered = documents.sort_values("doc")
    if column == "doc":
        unit = name_texts(ordered)
    else:
        values = ordered[column] if column else pd.Series("all texts", ordered.index)
        values = values.fillna("").astype(str).str.strip().replace("", "not stated")
        values = values.map({"lang": language, "country": country}.get(column, str))
        unit = dict(zip(ordered["doc"], values, strict=True))
    counts = passages["doc"].map(unit).value_counts()
    texts = pd.Series(unit).value_counts()
    largest = sorted(counts.index, key=lambda name: (-counts[name], name))[:GROUPS]
    names = [name for name in dict.fromkeys(unit.values()) if name in largest]
    signs = marks(names)
    return [Group(name, *signs[name], int(texts[name]), int(counts[name])) for name in names], unit


def _wrap(label: str, firm: set[str], width: int) -> tuple[list[str], bool]:
    """Return the lines of a label and whether it is unsure, which a question mark says."""
    unsure = label not in firm
    lines = wrap(label, width - unsure, max_lines=3, placeholder=" …")
    return [*lines[:-1], lines[-1] + "?" * unsure] if lines else [], unsure


def _shares(
    shares: pd.DataFrame, summary: pd.DataFrame, kind: str, groups: list[Group], firm: set[str]
) -> dict[str, Any]:
    """Return a row for each topic or theme with the place of each group and its interval."""
    top = max(float(shares["high"].max()), 0.1)
    scale = (WIDTH - LABELS - 24) / top
    step = next(step for step in (0.05, 0.1, 0.2, 0.25) if top / step <= 6 or step == 0.25)
    ticks = [
        (LABELS + scale * step * n, f"{100 * step * n:.0f} %") for n in range(int(top / step) + 1)
    ]
    by_group = shares.set_index(["category", "unit"])
    rows, y = [], 30.0
    for row in summary.to_dict("records"):
        words, unsure = _wrap(str(row["label"]), firm, BESIDE)
        band = max(STEP * len(groups) + ROW, LINE * len(words) + 6)
        marks = []
        for place, group in enumerate(groups):
            one = by_group.loc[(row[kind], group.name)]
            low, share, high = (float(one[name]) for name in ("low", "share", "high"))
            title = f"{group.name}: {share:.0%} (interval {low:.0%} to {high:.0%})"
            at = y + band / 2 + STEP * (place - (len(groups) - 1) / 2)
            ends = [round(LABELS + scale * value, 1) for value in (low, share, high)]
            marks.append({"group": group, "y": round(at, 1), "ends": ends, "title": title})
        rows.append({"label": words, "unsure": unsure, "y": y, "middle": y + band / 2})
        rows[-1]["marks"] = marks
        y += band
    return {"rows": rows, "ticks": ticks, "height": y + 8}


def _map(
    plane: pd.DataFrame,
    kind: str,
    passages: pd.DataFrame,
    unit: Mapping[str, str],
    groups: list[Group],
    pages: Mapping[str, str],
    firm: set[str],
) -> dict[str, Any]:
    """Return points by group and labels of regions, with their places in pixels."""
    from clusterlib.plot.passages import spread

    names = {group.name for group in groups}
    plane = plane[plane["doc"].map(unit).isin(names)]
    few = by_digest(plane).head(POINTS).sort_values("passage")
    # The middle nine tenths decide the scale; what lies far out stands at the edge.
    low, high = (few[["x", "y"]].quantile(end) for end in (0.005, 0.995))
    span = (high - low).clip(lower=1e-9)
    x = ((few["x"] - low["x"]) / span["x"]).clip(0, 1) * (WIDTH - 2 * MARGIN) + MARGIN
    y = ((high["y"] - few["y"]) / span["y"]).clip(0, 1) * (HEIGHT - 2 * MARGIN) + MARGIN
    few = few.assign(x=x.round(1), y=y.round(1))
    columns = ["passage", "start", "text", *({"english"} & set(passages))]
    shown = few.merge(passages[columns], on="passage")
    shown = shown.assign(unit=shown["doc"].map(unit), english=shown.get("english", ""))
    shown["title"] = [
        "\n".join(shorten(part, LETTERS, placeholder=" …") for part in parts if part)
        for parts in shown[["text", "english"]].fillna("").to_numpy().tolist()
    ]
    shown["href"] = [
        f"{pages[doc]}#p-{start}" if pages.get(doc) else ""
        for doc, start in shown[["doc", "start"]].to_numpy().tolist()
    ]
    points = {
        group.name: shown.loc[shown["unit"] == group.name, POINT].to_dict("records")
        for group in groups
    }
    grouped = few.groupby([kind, "label"])
    middles = grouped[["x", "y"]].median().assign(size=-grouped.size())
    labels = []
    for (_, label), (x, y, size) in zip(middles.index, middles.to_numpy().tolist(), strict=True):
        words, unsure = _wrap(str(label), firm, ON_MAP)
        wide, high_ = LETTER * max(map(len, words)), LINE * len(words)
        box = (x - wide / 2, y - high_ / 2, x + wide / 2, y + high_ / 2)
        labels.append((unsure, size, words, box))
    # Those that may carry a sentence, and the largest, come first; some may find no room.
    labels.sort()
    frame = (6.0, 2.0, WIDTH - 6.0, HEIGHT - 2.0)
    boxes = spread([box for *_, box in labels], frame, few[["x", "y"]].to_numpy())
    placed = [
        {
            "x": round((box[0] + box[2]) / 2, 1),
            "lines": [(round(box[1] + LINE * (n + 0.78), 1), word) for n, word in enumerate(words)],
            "unsure": unsure,
        }
        for (unsure, _, words, _), box in zip(labels, boxes, strict=True)
        if box
    ]
    trust = float(plane["trustworthiness"].max())
    counts = {"omitted": len(plane) - len(few), "unnamed": len(labels) - len(placed)}
    return {"points": points, "labels": placed, "trust": trust, **counts}
