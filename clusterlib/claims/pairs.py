"""Claims on what is compared: where it differs, what is common, what is absent, what is open.

The tables of a corpus come in as an index; claims go out, those first that are least in doubt.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from clusterlib.claims.claim import KINDS, Claim, EvidenceIndex
from clusterlib.claims.evidence import country, language, listed, number, part_of, times
from clusterlib.compare.pairs import FEWEST
from clusterlib.compare.shares import TOO_LITTLE
from clusterlib.compare.together import UNITS

ALIKE, DIFFER = "What they have in common", "Where they differ"
ABSENT = "What is absent"
LITTLE = "What the data do not allow one to say"
# Passages of the side that has more of a code, and of the one that has less.
MORE, LESS = 2, 1
# What a unit is compared with in one sentence, and units whose nearest is told.
OTHERS, NEAREST = 5, 3
# Topics or themes that all have, and those that some lack: so many are told. Whoever lacks one
# has it, at the upper end of the interval, in half of the share of others at most.
COMMON, LACKING, HALF = 5, 4, 0.5
# What all have is told if no two of them can differ by more, by the intervals of the differences:
# that no difference is clear says nothing where there are few passages.
SMALL = 0.25
# How it is said that a code, topic or theme takes up more of one than of another.
WORDS = {
    "code": ("{label} is given to {share}", "to fewer of"),
    "topic": ("The topic {label} takes up {share}", "less of those of"),
    "theme": ("The theme around {label} takes up {share}", "less of those of"),
}


def claims_on_pairs(index: EvidenceIndex, most: int) -> tuple[list[Claim], list[str]]:
    """Return the claims on what is compared, at most so many on differences, and what is left."""
    contrasts, nearest, kind = index.table("contrasts"), index.table("nearest"), index.kind
    grouped = contrasts[contrasts["kind"] == kind] if index.is_stable(kind) else contrasts[:0]
    claims, remarks = _differences(index, contrasts, most)
    claims += _common(index, grouped, kind)
    alike, more = _alike(index, nearest)
    claims += [*alike, *_lacking(index, grouped, kind), *_undecided(index, grouped, kind)]
    claims += _undecided(index, contrasts[contrasts["kind"] == "code"], "code")
    return [*claims, *_unlike(index, nearest), *_unsure(index)], [*remarks, *more]


def _name(index: EvidenceIndex, unit: object) -> str:
    """Return the name of one of the things that contrasts are between."""
    if index.by == "doc":
        return index.name(str(unit))
    return {"lang": language, "country": country}.get(index.by, str)(str(unit))


def _shorten(items: list[str], most: int) -> str:
    """Name the first things of a list, and how many there are beyond."""
    more = [f"{len(items) - most} more"] if len(items) > most else []
    return listed([*items[:most], *more])


def _shares_of_units(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each category (a row) in each unit (a column), as contrasts have it."""
    sides = [
        contrasts.set_index(["category", f"unit_{end}"])[f"share_{end}"].rename_axis(
            ["category", "unit"]
        )
        for end in "ab"
    ]
    shares: pd.DataFrame = pd.concat(sides).groupby(level=["category", "unit"]).first().unstack()
    return shares


def _differences(
    index: EvidenceIndex, contrasts: pd.DataFrame, most: int
) -> tuple[list[Claim], list[str]]:
    """Say what differs clearly: what may be relied on first, then what is least in doubt."""
    groups, remarks = list[tuple[tuple[Any, ...], pd.DataFrame]](), list[str]()
    for place, kind in enumerate(KINDS):
        rows = contrasts[contrasts["kind"] == kind]
        clear = rows[rows["verdict"] != TOO_LITTLE]
        if len(clear) and (kind not in ("code", index.kind) or not index.is_stable(kind)):
            remarks.append(_leave_out(index, clear, kind))
            continue
        if kind != "code" and rows["category"].nunique() == 2:
            # Of two, one is what the other is not: the smaller is told.
            clear = clear[clear["category"] == rows["category"].max()]
        for (category, unit), part in _by_unit(clear).groupby(["category", "unit"]):
            doubtful = category not in index.relied_on[kind]
            groups.append(((doubtful, -part["margin"].max(), place, category, unit), part))
    if len(groups) > most:
        remarks.append(
            f"of {len(groups):,} sentences on clear differences the table claims has the {most} "
            "that are least in doubt: see the table contrasts"
        )
    claims, told = list[Claim](), dict.fromkeys(KINDS, 0)
    for _, part in sorted(groups, key=lambda group: group[0])[:most]:
        kind = part["kind"].iloc[0]
        told[kind] += 1
        claims += _difference(index, part, kind, told[kind])
    return claims, remarks


def _leave_out(index: EvidenceIndex, clear: pd.DataFrame, kind: str) -> str:
    """Say that clear differences in topics or themes are not told, and which one is widest."""
    why = f"no number of {kind}s is known to be stable"
    if index.is_stable(kind):
        why = f"sentences are on {index.kind}s, which group the same passages"
    first = clear.iloc[clear["difference"].abs().to_numpy().argmax()]
    ends = [
        f"{_name(index, first[f'unit_{end}'])} {_percent(first[f'share_{end}'])}" for end in "ab"
    ]
    summary = index.tables.get(f"{kind}s", pd.DataFrame(columns=[kind, "label"]))
    label = summary.set_index(kind)["label"].get(first["category"], first["category"])
    return (
        f"{times(len(clear), 'clear difference')} in {kind}s left out, since {why}: see the table "
        f"contrasts; the widest is in “{label}”, {ends[0]} per cent and {ends[1]}"
    )


def _by_unit(clear: pd.DataFrame) -> pd.DataFrame:
    """Return what each unit exceeds others in, the widest difference first."""
    less = clear["verdict"] == "less"
    rows = clear.assign(
        size=clear["difference"].abs(),
        margin=(clear[["low", "high"]].abs().min(axis=1) - clear["floor"]).round(4),
        unit=clear["unit_b"].where(less, clear["unit_a"]),
        other=clear["unit_a"].where(less, clear["unit_b"]),
        share=clear["share_b"].where(less, clear["share_a"]),
        below=clear["share_a"].where(less, clear["share_b"]),
    )
    return rows.sort_values(["size", "category", "other"], ascending=[False, True, True])


def _difference(index: EvidenceIndex, rows: pd.DataFrame, kind: str, place: int) -> Iterator[Claim]:
    """Say that one unit has more of a code, topic or theme than others, in the words of all."""
    first, least = rows.iloc[0], rows.iloc[-1]
    code, unit = str(first["category"]), str(first["unit"])
    others = [
        f"{_name(index, other)} ({_percent(below)})"
        for other, below in rows[["other", "below"]].to_numpy().tolist()
    ]
    which = "the difference"
    if len(rows) > 1:
        which = f"the smallest difference, with {_name(index, least['other'])},"
    whole = f"the passages of the {index.noun} {_name(index, unit)}"
    share = f"{_percent(first['share'])} per cent of {whole}"
    more, less = WORDS[kind]
    low, high = sorted(abs(float(least[end])) for end in ("low", "high"))
    text = (
        f"{more.format(label=index.label(code, kind), share=share)} and {less} "
        f"{_shorten(others, OTHERS)}: {which} is {_points(least['size'])} points "
        f"(interval {_points(low)} to {_points(high)})"
    )
    # Within one language nothing is compared with its translation.
    if least["floor"] > 0:
        floor = _points(least["floor"])
        text += f", above the {floor} by which translations of the same sentences differ"
    sides = [index.best(unit, code, MORE, True, kind)]
    sides += [index.best(other, code, LESS, False, kind) for other in rows["other"].head(OTHERS)]
    # Of a difference that a reading corrects there may be no passage to quote.
    if all(map(len, sides)):
        name = f"apart-{place}" if kind == "code" else f"apart-{kind}-{place}"
        yield index.claim(name, DIFFER, f"{text}.", sides)


def _common(index: EvidenceIndex, contrasts: pd.DataFrame, kind: str) -> Iterator[Claim]:
    """Say what all have and may be relied on, the largest first, where no two can differ much."""
    apart = contrasts[["low", "high"]].abs().max(axis=1).groupby(contrasts["category"]).max()
    shares = _shares_of_units(contrasts)
    least = shares.min(axis=1)[lambda values: values > 0]
    near = set(apart.index[apart <= SMALL])
    rest = [name for name in least.index if name in index.relied_on[kind] & near]
    rest = sorted(rest, key=lambda name: (-least[name], name))
    if not rest:
        return
    parts = [
        f"{index.label(name, kind)} ({_percent(least[name])} to "
        f"{_percent(shares.loc[name].max())} per cent of their passages)"
        for name in rest
    ]
    sides = [index.best(shares.loc[name].idxmax(), name, 1, True, kind) for name in rest[:COMMON]]
    units = times(shares.shape[1], *UNITS[index.by])
    text = (
        f"All {units} have the {kind}{'s' * (len(rest) > 1)} {_shorten(parts, COMMON)}, in which "
        f"no two of them differ by more than {_points(apart[rest].max())} points (95 % intervals)."
    )
    yield index.claim("common", ALIKE, text, sides)


def _lacking(index: EvidenceIndex, contrasts: pd.DataFrame, kind: str) -> Iterator[Claim]:
    """Say which topic or theme no passage of some is of, though others would let expect it."""
    counts, shares = index.counts, _shares_of_units(contrasts)
    means = (shares * counts).sum(axis=1) / counts.sum()
    rows = []
    for category in sorted(means.index, key=lambda name: (-means[name], name)):
        # Of what none of n have, three in n is the upper end in 95 of 100 cases.
        none = (shares.loc[category] == 0) & (3 / counts <= HALF * means[category])
        if none.any() and category in index.relied_on[kind]:
            rows.append((category, means[category], sorted(none.index[none])))
    for place, (category, mean, none) in enumerate(rows[:LACKING], start=1):
        named = [f"{_name(index, unit)} (none of {counts[unit]:,} passages)" for unit in none]
        text = (
            f"The {kind} {index.label(category, kind)}, {_percent(mean)} per cent of all passages, "
            f"is absent from {listed(named[:OTHERS])}"
        )
        text += f" and {len(named) - OTHERS} more" if len(named) > OTHERS else ""
        sides = [index.best(unit, category, LESS, False, kind) for unit in none[:OTHERS]]
        text += "; what comes nearest there is quoted."
        yield index.claim(f"absent-{place}", ABSENT, text, sides)


def _alike(index: EvidenceIndex, nearest: pd.DataFrame) -> tuple[list[Claim], list[str]]:
    """Say which other one each unit is most like, where one is clearly ahead."""
    clear = nearest[(nearest["verdict"] != TOO_LITTLE) & ~_repeats(nearest)]
    claims = list(_repeated(index, nearest[_repeats(nearest)]))
    for place, row in enumerate(_by_lead(clear)[:NEAREST], start=1):
        unit, one, two = (_name(index, row[name]) for name in ("unit", "nearest", "second"))
        text = (
            f"Of the other {number(len(nearest) - 1)}{_long(index, nearest)}, the {index.noun} "
            f"{unit} is most like {one}, ahead of {two} by {row['lead']:.2f} in similarity "
            f"(interval {row['low']:.2f} to {row['high']:.2f})"
        )
        if row["floor"] > 0:
            text += f", where languages alone can move it by {row['floor']:.2f}"
        text += "; their passages nearest to one another are quoted."
        claims.append(index.claim(f"alike-{place}", ALIKE, text, _both(index, row)))
    remark = f"of {len(clear)} that are clearly most like one other, the {NEAREST} first are told"
    return claims, [remark] if len(clear) > NEAREST else []


def _repeats(nearest: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which units repeat their nearest one, or are repeated by it: likeness is no finding."""
    return nearest["repeated"] >= HALF


def _repeated(index: EvidenceIndex, repeating: pd.DataFrame) -> Iterator[Claim]:
    """Say which units repeat one another, a pair once."""
    pairs = set[frozenset[str]]()
    ordered = repeating.sort_values(["repeated", "unit"], ascending=[False, True])
    for row in ordered.to_dict("records"):
        if (pair := frozenset({row["unit"], row["nearest"]})) not in pairs:
            pairs.add(pair)
            one, two = (_name(index, row[name]) for name in ("unit", "nearest"))
            text = (
                f"{_percent(row['repeated'])} per cent of the passages of the {index.noun} {one} "
                f"stand word for word in {two}: they count twice in all that is counted."
            )
            yield index.claim(f"repeated-{len(pairs)}", ALIKE, text, _both(index, row))


def _unlike(index: EvidenceIndex, nearest: pd.DataFrame) -> Iterator[Claim]:
    """Say for how many there is too little evidence what they are most like."""
    rows = _by_lead(nearest[(nearest["verdict"] == TOO_LITTLE) & ~_repeats(nearest)])
    for row in rows[:1]:
        unit, one, two = (_name(index, row[name]) for name in ("unit", "nearest", "second"))
        text = (
            f"For {part_of(len(rows), len(nearest), *UNITS[index.by])}{_long(index, nearest)} "
            "there is too little evidence which other one they are most like. It is clearest for "
            f"{unit}: {one} is nearer to it than {two} by {row['lead']:.2f}, and the passages in "
            "which the two are nearest are quoted."
        )
        yield index.claim("little-alike", LITTLE, text, _both(index, row))


def _long(index: EvidenceIndex, nearest: pd.DataFrame) -> str:
    """Say which ones are compared, where some are too short for it."""
    return f" with {number(FEWEST)} passages or more" if len(nearest) < len(index.counts) else ""


def _by_lead(nearest: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return nearest.sort_values(["lead", "unit"], ascending=[False, True]).to_dict("records")


def _both(index: EvidenceIndex, row: Mapping[Hashable, Any]) -> pd.DataFrame:
    """Return the passages in which a unit and its nearest are nearest to one another."""
    return index.quote_passages([row["passage"], row["passage_of_nearest"]], "counted")


def _undecided(index: EvidenceIndex, contrasts: pd.DataFrame, kind: str) -> Iterator[Claim]:
    """Say how many contrasts are too little evidence, and quote the widest of them."""
    rows = contrasts[contrasts["verdict"] == TOO_LITTLE]
    rows = rows.assign(size=-rows["difference"].abs())
    rows = rows.sort_values(["size", "category", "unit_a", "unit_b"])
    for row in rows.head(1).to_dict("records"):
        units, category = (row["unit_a"], row["unit_b"]), row["category"]
        one, two = (_name(index, unit) for unit in units)
        text = (
            f"In {part_of(len(rows), len(contrasts), 'comparison')} of one {index.noun} with "
            f"another in one {kind} there is too little evidence to say that they differ; the "
            f"widest of these, by {_points(-row['size'])} points, is in "
            f"{index.label(category, kind)} between {one} and {two}, whose nearest passages are "
            "quoted. Differences are corrected for their number."
        )
        name = "little-contrasts" + ("" if kind == "code" else f"-{kind}")
        sides = [index.best(unit, category, LESS, False, kind) for unit in units]
        yield index.claim(name, LITTLE, text, sides)


def _unsure(index: EvidenceIndex) -> Iterator[Claim]:
    """Say how many absences are too little evidence, and quote the one that misses by least."""
    gaps = index.table("gaps")
    rows = gaps[gaps["verdict"] == TOO_LITTLE].sort_values(["short", "unit", "code"])
    for row in rows.head(1).to_dict("records"):
        share = "all of these" if len(rows) == len(gaps) > 1 else f"{number(len(rows))} of these"
        text = (
            f"In {times(len(gaps), 'case')} no passage of a text is given a code. In {share} the "
            "text may mention it all the same: a passage comes near to the code, or no reading "
            "shows that the code is given well. The nearest passage, quoted here, is to "
            f"{index.label(row['code'])} in {index.name(row['unit'])}."
        )
        evidence = index.best(row["unit"], row["code"], 1, coded=False, by="doc")
        yield index.claim("little-gaps", LITTLE, text, evidence)


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):.0f}"


def _points(difference: object) -> str:
    """Write percentage points; to one place, since a difference may just exceed its floor."""
    return f"{100 * float(str(difference)):.1f}"
