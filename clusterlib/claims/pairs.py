"""Claims on what is compared: where it differs, what is common, what is absent, what is open.

The tables of a corpus come in as an index; claims go out, those first that are least in doubt.
"""

from collections.abc import Iterator

import pandas as pd

from clusterlib.claims.claim import KINDS, ClaimSpec, EvidenceIndex
from clusterlib.claims.evidence import country, language, listed, number, times
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
TOO_LITTLE = "too little evidence"
# How it is said that a code, topic or theme takes up more of one than of another.
WORDS = {
    "code": ("{label} is given to {share}", "to fewer of"),
    "topic": ("The topic {label} takes up {share}", "less of those of"),
    "theme": ("The theme around {label} takes up {share}", "less of those of"),
}


def choose_kind(index: EvidenceIndex) -> str:
    """Return what speaks for a corpus: themes, topics if these alone are stable, or nothing."""
    kinds = [kind for kind in ("theme", "topic") if len(index.table(f"{kind}s"))]
    return next((kind for kind in kinds if index.is_stable(kind)), (*kinds, "")[0])


def claims_on_pairs(index: EvidenceIndex, most: int) -> tuple[list[ClaimSpec], list[str]]:
    """Return the claims on what is compared, at most so many on differences, and what is left."""
    contrasts, nearest = index.table("contrasts"), index.table("nearest")
    specs, remarks = list[ClaimSpec](), list[str]()
    kind = choose_kind(index)
    if len(contrasts):
        specs, remarks = _differences(index, contrasts, most)
        if kind and index.is_stable(kind):
            specs += _common(index, contrasts[contrasts["kind"] == kind], kind)
    alike, more = _alike(index, nearest)
    specs += alike
    if len(contrasts):
        if kind and index.is_stable(kind):
            specs += _lacking(index, contrasts[contrasts["kind"] == kind], kind)
            specs += _undecided(index, contrasts[contrasts["kind"] == kind], kind)
        specs += _undecided(index, contrasts[contrasts["kind"] == "code"], "code")
    specs += [*_unlike(index, nearest), *_unsure(index)]
    return specs, [*remarks, *more]


def _shares_of_units(contrasts: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the share of each category in each unit, as contrasts have it."""
    sides = [
        contrasts[["category", f"unit_{end}", f"share_{end}"]].set_axis(
            ["category", "unit", "share"], axis=1
        )
        for end in "ab"
    ]
    table = pd.concat(sides).drop_duplicates(["category", "unit"])
    shares: dict[str, dict[str, float]] = {}
    for category, unit, share in table.to_numpy().tolist():
        shares.setdefault(category, {})[unit] = share
    return shares


def _common(index: EvidenceIndex, contrasts: pd.DataFrame, kind: str) -> Iterator[ClaimSpec]:
    """Say what all have and may be relied on, the largest first, where no two clearly differ."""
    clear = set(contrasts.loc[contrasts["verdict"] != TOO_LITTLE, "category"])
    shares = _shares_of_units(contrasts)
    rest = [name for name in shares if name not in clear and min(shares[name].values()) > 0]
    rest = [name for name in rest if name in index.relied_on[kind]]
    rest = sorted(rest, key=lambda name: (-min(shares[name].values()), name))
    if not rest:
        return
    parts, sides = [], []
    for category in rest[:COMMON]:
        order = sorted((-share, unit) for unit, share in shares[category].items())
        ends = f"{_percent(-order[-1][0])} to {_percent(-order[0][0])} per cent"
        parts.append(f"{index.label(category, kind)} ({ends} of their passages)")
        sides.append(index.best(order[0][1], category, 1, True, kind))
    more = [f"{len(rest) - COMMON} more"] if len(rest) > COMMON else []
    units = times(index.table("contrasts")["unit_b"].nunique() + 1, *UNITS[index.by])
    text = (
        f"All {units} have the {kind}{'s' * (len(rest) > 1)} {listed([*parts, *more])}, in which "
        "no two of them clearly differ."
    )
    evidence = pd.concat(sides, ignore_index=True)
    yield ClaimSpec("common", ALIKE, text, len(evidence) > 0, evidence)


def _lacking(index: EvidenceIndex, contrasts: pd.DataFrame, kind: str) -> Iterator[ClaimSpec]:
    """Say which topic or theme no passage of some is of, though others would let expect it."""
    column = "doc" if index.by == "doc" else index.by
    units = index.documents.set_index("doc")[column] if column != "doc" else None
    names = index.passages["doc"] if units is None else index.passages["doc"].map(units)
    counts = names.astype(str).value_counts()
    rows = []
    for category, shares in _shares_of_units(contrasts).items():
        mean = sum(share * counts[unit] for unit, share in shares.items()) / counts.sum()
        # Of what none of n have, three in n is the upper end in 95 of 100 cases.
        none = [u for u, share in shares.items() if share == 0 and 3 / counts[u] <= HALF * mean]
        if none and category in index.relied_on[kind]:
            rows.append((mean, category, sorted(none)))
    rows = sorted(rows, key=lambda row: (-row[0], row[1]))[:LACKING]
    for place, (mean, category, none) in enumerate(rows, start=1):
        named = [f"{_unit(index, unit)} (none of {counts[unit]:,} passages)" for unit in none]
        text = (
            f"The {kind} {index.label(category, kind)}, {_percent(mean)} per cent of all passages, "
            f"is absent from {listed(named[:OTHERS])}"
        )
        text += f" and {len(named) - OTHERS} more" if len(named) > OTHERS else ""
        sides = [index.best(unit, category, LESS, False, kind) for unit in none[:OTHERS]]
        evidence = pd.concat(sides, ignore_index=True)
        text += "; what comes nearest there is quoted."
        yield ClaimSpec(f"absent-{place}", ABSENT, text, len(evidence) > 0, evidence)


def _unit(index: EvidenceIndex, unit: object) -> str:
    """Return the name of one of the things that contrasts are between."""
    if index.by == "doc":
        return index.name(str(unit))
    return {"lang": language, "country": country}.get(index.by, str)(str(unit))


def _alike(index: EvidenceIndex, nearest: pd.DataFrame) -> tuple[list[ClaimSpec], list[str]]:
    """Say which other one each unit is most like, where one is clearly ahead."""
    if not len(nearest):
        return [], []
    clear = nearest[nearest["verdict"] != TOO_LITTLE]
    clear = clear.sort_values(["lead", "unit"], ascending=[False, True])
    specs = []
    for place, row in enumerate(clear.head(NEAREST).to_dict("records"), start=1):
        others = number(len(nearest) - 1)
        unit, one, two = (_unit(index, row[name]) for name in ("unit", "nearest", "second"))
        text = (
            f"Of the other {others}, the {index.noun} {unit} is most like "
            f"{one}, ahead of {two} by {row['lead']:.2f} in similarity "
            f"(interval {row['low']:.2f} to {row['high']:.2f})"
        )
        if row["floor"] > 0:
            text += f", where languages alone can move it by {row['floor']:.2f}"
        text += "; their passages nearest to one another are quoted."
        evidence = index.quote_passages([row["passage"], row["passage_of_nearest"]], "counted")
        specs.append(ClaimSpec(f"alike-{place}", ALIKE, text, True, evidence))
    remark = f"of {len(clear)} that are clearly most like one other, the {NEAREST} first are told"
    return specs, [remark] if len(clear) > NEAREST else []


def _unlike(index: EvidenceIndex, nearest: pd.DataFrame) -> Iterator[ClaimSpec]:
    """Say for how many there is too little evidence what they are most like."""
    rows = nearest[nearest["verdict"] == TOO_LITTLE] if len(nearest) else nearest
    if not len(rows):
        return
    row = rows.sort_values(["lead", "unit"], ascending=[False, True]).iloc[0]
    text = (
        f"For {number(len(rows))} of {times(len(nearest), *UNITS[index.by])} "
        "there is too little evidence which other one they are most like. It is clearest for "
        f"{_unit(index, row['unit'])}: {_unit(index, row['nearest'])} is nearer to it than "
        f"{_unit(index, row['second'])} by "
        f"{row['lead']:.2f}, and the passages in which the two are nearest are quoted."
    )
    evidence = index.quote_passages([row["passage"], row["passage_of_nearest"]], "counted")
    yield ClaimSpec("little-alike", LITTLE, text, True, evidence)


def _differences(
    index: EvidenceIndex, contrasts: pd.DataFrame, most: int
) -> tuple[list[ClaimSpec], list[str]]:
    """Say what differs clearly: what may be relied on first, then what is least in doubt."""
    groups: list[tuple[str, pd.DataFrame]] = []
    remarks = []
    chosen = choose_kind(index)
    for kind in KINDS:
        rows = contrasts[contrasts["kind"] == kind]
        clear = rows[rows["verdict"] != TOO_LITTLE]
        if not len(clear):
            continue
        if not index.is_stable(kind) or kind not in ("code", chosen):
            what = times(len(clear), "clear difference")
            why = f"no number of {kind}s is known to be stable"
            if index.is_stable(kind):
                why = f"{chosen}s group the same passages"
            first = clear.iloc[clear["difference"].abs().to_numpy().argmax()]
            ends = [
                f"{_unit(index, first[f'unit_{end}'])} {_percent(first[f'share_{end}'])}"
                for end in "ab"
            ]
            label = _label_of(index, str(first["category"]), kind)
            remarks.append(
                f"{what} in {kind}s left out, since {why}: see the table contrasts; the widest is "
                f"in “{label}”, {ends[0]} per cent and {ends[1]}"
            )
            continue
        if kind != "code" and rows["category"].nunique() == 2:
            # Of two, one is what the other is not: the smaller is told.
            clear = clear[clear["category"] == rows["category"].max()]
        groups += [(kind, part) for part in _by_unit(clear)]

    def rank(group: tuple[str, pd.DataFrame]) -> tuple[bool, float, int, str, str]:
        kind, part = group
        first, place = part.iloc[0], KINDS.index(kind)
        doubtful = str(first["category"]) not in index.relied_on[kind]
        return doubtful, -part["margin"].max(), place, str(first["category"]), str(first["unit"])

    if len(groups) > most:
        remarks.append(
            f"of {len(groups):,} clear differences the {most} are told that are least in doubt: "
            "see the table contrasts"
        )
    kept, specs = sorted(groups, key=rank)[:most], list[ClaimSpec]()
    for so_many, (kind, part) in enumerate(kept, start=1):
        place = sum(other == kind for other, _ in kept[:so_many])
        specs.append(_difference(index, part, kind, place))
    # Of a difference that a reading corrects there may be no passage to quote.
    return [spec for spec in specs if spec.holds], remarks


def _label_of(index: EvidenceIndex, group: str, kind: str) -> str:
    """Return what a topic or theme is called, of a number that is not stable, too."""
    summary = index.table(f"{kind}s")
    names = dict(summary[[kind, "label"]].to_numpy().tolist()) if len(summary) else {}
    return str(names.get(group, group))


def _by_unit(clear: pd.DataFrame) -> list[pd.DataFrame]:
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
    rows = rows.sort_values(["size", "category", "other"], ascending=[False, True, True])
    return [part for _, part in rows.groupby(["category", "unit"], sort=True)]


def _difference(index: EvidenceIndex, rows: pd.DataFrame, kind: str, place: int) -> ClaimSpec:
    """Say that one unit has more of a code, topic or theme than others, in the words of all."""
    first, least = rows.iloc[0], rows.iloc[-1]
    code, unit = str(first["category"]), str(first["unit"])
    head = rows.head(OTHERS).to_dict("records")
    others = [f"{_unit(index, row['other'])} ({_percent(row['below'])})" for row in head]
    others += [f"{len(rows) - OTHERS} more"] if len(rows) > OTHERS else []
    low, high = sorted(abs(float(least[end])) for end in ("low", "high"))
    which = (
        f"the smallest difference, with {_unit(index, least['other'])},"
        if len(rows) > 1
        else "the difference"
    )
    whole = f"the passages of the {index.noun} {_unit(index, unit)}"
    share = f"{_percent(first['share'])} per cent of {whole}"
    more, less = WORDS[kind]
    text = (
        f"{more.format(label=index.label(code, kind), share=share)} and {less} {listed(others)}: "
        f"{which} is {_points(least['size'])} points (interval {_points(low)} to {_points(high)})"
    )
    # Within one language nothing is compared with its translation.
    if least["floor"] > 0:
        floor = _points(least["floor"])
        text += f", above the {floor} by which translations of the same sentences differ"
    sides = [index.best(unit, code, MORE, True, kind)]
    sides += [index.best(row["other"], code, LESS, False, kind) for row in head]
    evidence = pd.concat(sides, ignore_index=True)
    name = f"apart-{place}" if kind == "code" else f"apart-{kind}-{place}"
    return ClaimSpec(name, DIFFER, f"{text}.", all(map(len, sides)), evidence)


def _undecided(index: EvidenceIndex, contrasts: pd.DataFrame, kind: str) -> Iterator[ClaimSpec]:
    """Say how many contrasts are too little evidence, and quote the widest of them."""
    rows = contrasts[contrasts["verdict"] == TOO_LITTLE]
    if not len(rows):
        return
    rows = rows.assign(size=rows["difference"].abs())
    order = ["size", "category", "unit_a", "unit_b"]
    row = rows.sort_values(order, ascending=[False, True, True, True]).iloc[0]
    sides = [
        index.best(row[end], row["category"], LESS, coded=False, kind=kind)
        for end in ("unit_a", "unit_b")
    ]
    one, two = (_unit(index, row[end]) for end in ("unit_a", "unit_b"))
    text = (
        f"In {len(rows):,} of {times(len(contrasts), 'comparison')} of one {index.noun} with "
        f"another in one {kind} there is too little evidence to say that they differ; the widest "
        f"of these, by {_points(row['size'])} points, is in {index.label(row['category'], kind)} "
        f"between {one} and {two}, whose nearest passages are quoted. "
        "Differences are corrected for their number."
    )
    evidence = pd.concat(sides, ignore_index=True)
    name = "little-contrasts" + ("" if kind == "code" else f"-{kind}")
    yield ClaimSpec(name, LITTLE, text, len(evidence) > 0, evidence)


def _unsure(index: EvidenceIndex) -> Iterator[ClaimSpec]:
    """Say how many absences are too little evidence, and quote the one that misses by least."""
    gaps = index.table("gaps")
    rows = gaps[gaps["verdict"] == TOO_LITTLE] if len(gaps) else gaps
    if not len(rows):
        return
    row = rows.sort_values(["short", "unit", "code"]).iloc[0]
    share = "all of these" if len(rows) == len(gaps) > 1 else f"{number(len(rows))} of these"
    text = (
        f"In {times(len(gaps), 'case')} no passage of a text is given a code. In {share} a passage "
        "comes so near to it that the text may mention it all the same; the nearest one, quoted "
        f"here, is to {index.label(row['code'])} in {index.name(row['unit'])}."
    )
    evidence = index.best(str(row["unit"]), str(row["code"]), 1, coded=False, by="doc")
    yield ClaimSpec("little-gaps", LITTLE, text, len(evidence) > 0, evidence)


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):.0f}"


def _points(difference: object) -> str:
    """Write percentage points; to one place, since a difference may just exceed its floor."""
    return f"{100 * float(str(difference)):.1f}"
