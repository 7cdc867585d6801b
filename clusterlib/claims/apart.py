"""Claims on pairs: where texts meet and differ, and how often there is too little evidence."""

from collections.abc import Iterator

import pandas as pd

from clusterlib.claims.grouped import KINDS, stable
from clusterlib.claims.sources import Draft, Sources
from clusterlib.claims.wording import listed, number, times
from clusterlib.compare.together import UNITS

ALIKE, DIFFER = "Where they meet", "Where they differ"
LITTLE = "What the data do not allow one to say"
# Passages of the side that has more of a code, and of the one that has less.
MORE, LESS = 2, 1
# What a unit is compared with in one sentence, and units whose nearest is told.
OTHERS, NEAREST = 5, 10
TOO_LITTLE = "too little evidence"
# How it is said that a code, topic or theme takes up more of one than of another.
WORDS = {
    "code": ("{label} is given to {share}", "to fewer of"),
    "topic": ("The topic {label} takes up {share}", "less of those of"),
    "theme": ("The theme around {label} takes up {share}", "less of those of"),
}


def claims(sources: Sources, most: int) -> tuple[list[Draft], list[str]]:
    """Return the claims on pairs, and what was left out.

    Parameters
    ----------
    sources : Sources
        The tables.
    most : int
        So many at most are told of what has clearly more of a code, topic or theme
        than others.
    """
    contrasts = sources.table("contrasts")
    nearest = sources.table("nearest")
    drafts, remarks = _alike(sources, nearest)
    if len(contrasts):
        told, left = _differing(sources, contrasts, most)
        drafts += told
        remarks += left
        drafts += _undecided(sources, contrasts[contrasts["kind"] == "code"])
    drafts += [*_unlike(sources, nearest), *_unsure(sources)]
    return drafts, remarks


def _differing(
    sources: Sources, contrasts: pd.DataFrame, most: int
) -> tuple[list[Draft], list[str]]:
    """Say what differs clearly: the widest of codes, of topics and of themes in turn."""
    found: list[tuple[int, str, pd.DataFrame]] = []
    remarks = []
    for kind in KINDS:
        own = contrasts[contrasts["kind"] == kind]
        clear = own[own["verdict"] != TOO_LITTLE]
        if len(clear) and not stable(sources.tables, kind):
            what = times(len(clear), "clear difference")
            why = f"no number of {kind}s is known to be stable"
            remarks.append(f"{what} in {kind}s left out, since {why}: see the table contrasts")
            continue
        if kind != "code" and own["theme"].nunique() == 2:
            # Of two, one is what the other is not: the smaller is told.
            clear = clear[clear["theme"] == own["theme"].max()]
        found += [(place, kind, part) for place, part in enumerate(_groups(clear), start=1)]
    kept = sorted(found, key=lambda one: (one[0], KINDS.index(one[1])))[:most]
    kept = sorted(kept, key=lambda one: (KINDS.index(one[1]), one[0]))
    if len(found) > most:
        kinds = listed([f"{kind}s" for kind in KINDS if any(one[1] == kind for one in found)])
        told = f"of {len(found):,} {kinds} and what has clearly more of them"
        turn = ", of each in turn," if " and " in kinds else ""
        remarks.append(f"{told} the {most} with the widest difference{turn} are told")
    return [_apart(sources, part, kind, place) for place, kind, part in kept], remarks


def _alike(sources: Sources, nearest: pd.DataFrame) -> tuple[list[Draft], list[str]]:
    """Say which other one each unit is most like, where one is clearly ahead."""
    if not len(nearest):
        return [], []
    clear = nearest[nearest["verdict"] != TOO_LITTLE]
    clear = clear.sort_values(["lead", "doc"], ascending=[False, True])
    drafts = []
    for place, row in enumerate(clear.head(NEAREST).to_dict("records"), start=1):
        others = number(len(nearest) - 1)
        text = (
            f"Of the other {others}, the {sources.noun} {row['doc']} is most like "
            f"{row['nearest']}, ahead of {row['second']} by {row['lead']:.2f} in similarity "
            f"(interval {row['low']:.2f} to {row['high']:.2f})"
        )
        if row["floor"] > 0:
            text += f", where languages alone can move it by {row['floor']:.2f}"
        evidence = sources.quoted([row["passage"], row["passage_of_nearest"]], "counted")
        text += "; their passages nearest to one another are quoted."
        drafts.append(Draft(f"alike-{place}", ALIKE, text, True, evidence))
    told = f"of {len(clear)} that are clearly most like one other, the {NEAREST} first are told"
    return drafts, [told] if len(clear) > NEAREST else []


def _unlike(sources: Sources, nearest: pd.DataFrame) -> Iterator[Draft]:
    """Say for how many there is too little evidence what they are most like."""
    own = nearest[nearest["verdict"] == TOO_LITTLE] if len(nearest) else nearest
    if not len(own):
        return
    row = own.sort_values(["lead", "doc"], ascending=[False, True]).iloc[0]
    every = times(len(nearest), *UNITS[sources.by])
    text = (
        f"For {number(len(own))} of {every} "
        "there is too little evidence which other one they are most like. It is clearest for "
        f"{row['doc']}: {row['nearest']} is nearer to it than {row['second']} by "
        f"{row['lead']:.2f}, and the passages in which the two are nearest are quoted."
    )
    evidence = sources.quoted([row["passage"], row["passage_of_nearest"]], "counted")
    yield Draft("little-alike", LITTLE, text, True, evidence)


def _groups(clear: pd.DataFrame) -> list[pd.DataFrame]:
    """Return what each unit exceeds others in, the widest difference first."""
    less = clear["verdict"] == "less"
    own = clear.assign(
        size=clear["difference"].abs(),
        unit=clear["doc_b"].where(less, clear["doc_a"]),
        other=clear["doc_a"].where(less, clear["doc_b"]),
        share=clear["share_b"].where(less, clear["share_a"]),
        below=clear["share_a"].where(less, clear["share_b"]),
    )
    own = own.sort_values(["size", "theme", "other"], ascending=[False, True, True])
    parts = [part for _, part in own.groupby(["theme", "unit"], sort=True)]
    return sorted(parts, key=lambda part: -float(part["size"].iloc[0]))


def _apart(sources: Sources, own: pd.DataFrame, kind: str, place: int) -> Draft:
    """Say that one unit has more of a code, topic or theme than others, in the words of all."""
    first, least = own.iloc[0], own.iloc[-1]
    code, unit = str(first["theme"]), str(first["unit"])
    others = [
        f"{row['other']} ({_percent(row['below'])})" for row in own.head(OTHERS).to_dict("records")
    ]
    if len(own) > OTHERS:
        others.append(f"{len(own) - OTHERS} more")
    low, high = sorted(abs(float(least[end])) for end in ("low", "high"))
    which = f"the smallest difference, with {least['other']}," if len(own) > 1 else "the difference"
    share = f"{_percent(first['share'])} per cent of the passages of the {sources.noun} {unit}"
    more, less = WORDS[kind]
    text = (
        f"{more.format(label=sources.label(code, kind), share=share)} and {less} {listed(others)}: "
        f"{which} is "
        f"{_points(least['size'])} points (interval {_points(low)} to {_points(high)})"
    )
    # Within one language nothing is compared with its translation.
    if least["floor"] > 0:
        floor = _points(least["floor"])
        text += f", above the {floor} by which translations of the same sentences differ"
    sides = [sources.best(unit, code, MORE, True, kind)]
    sides += [sources.best(other, code, LESS, False, kind) for other in own["other"].head(OTHERS)]
    evidence = pd.concat(sides, ignore_index=True)
    name = f"apart-{place}" if kind == "code" else f"apart-{kind}-{place}"
    return Draft(name, DIFFER, f"{text}.", all(map(len, sides)), evidence)


def _undecided(sources: Sources, coded: pd.DataFrame) -> Iterator[Draft]:
    """Say how many contrasts are too little evidence, and quote the widest of them."""
    own = coded[coded["verdict"] == TOO_LITTLE]
    if not len(own):
        return
    own = own.assign(size=own["difference"].abs())
    order = ["size", "theme", "doc_a", "doc_b"]
    row = own.sort_values(order, ascending=[False, True, True, True]).iloc[0]
    sides = [sources.best(row[end], row["theme"], LESS, coded=False) for end in ("doc_a", "doc_b")]
    text = (
        f"In {len(own):,} of {times(len(coded), 'comparison')} of one {sources.noun} with another "
        "in one code there is too little evidence to say that they differ; the widest of these, "
        f"by {_points(row['size'])} points, is in {sources.label(row['theme'])} between "
        f"{row['doc_a']} and {row['doc_b']}, whose nearest passages are quoted. "
        f"If none differed, {0.05 * len(coded):.0f} could still seem to by chance."
    )
    evidence = pd.concat(sides, ignore_index=True)
    yield Draft("little-contrasts", LITTLE, text, len(evidence) > 0, evidence)


def _unsure(sources: Sources) -> Iterator[Draft]:
    """Say how many absences are too little evidence, and quote the one that misses by least."""
    gaps = sources.table("gaps")
    own = gaps[gaps["verdict"] == TOO_LITTLE] if len(gaps) else gaps
    if not len(own):
        return
    row = own.sort_values(["short", "doc", "code"]).iloc[0]
    told = "all are" if len(own) == len(gaps) > 1 else f"{times(len(own), 'is', 'are')}"
    text = (
        f"Of {times(len(gaps), 'case')} in which no passage of a text is given a code, "
        f"{told} too little evidence that the text does not mention it; the nearest "
        f"miss is {sources.label(row['code'])} in {row['doc']}, quoted here."
    )
    evidence = sources.best_of_text(str(row["doc"]), str(row["code"]), 1, coded=False)
    yield Draft("little-gaps", LITTLE, text, len(evidence) > 0, evidence)


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):.0f}"


def _points(difference: object) -> str:
    """Write percentage points; to one place, since a difference may just exceed its floor."""
    return f"{100 * float(str(difference)):.1f}"
