"""Claims on one text: its codes, topic and theme, what it states, and what it never mentions."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from clusterlib.claims.sources import Draft, Sources
from clusterlib.claims.wording import listed, times, value

# Kinds of facts that are told: name, kinds, and what one and several are called.
KINDS = (
    ("money", ["money"], "an amount of money", "amounts of money"),
    ("percentages", ["percentage"], "a percentage", "percentages"),
    ("quantities", ["quantity"], "a quantity", "quantities"),
    ("periods", ["period"], "a period", "periods"),
    ("dates", ["date", "month", "quarter", "year"], "a point in time", "points in time"),
)
# Values in one sentence, codes in one sentence, passages that stand for a code, absences told.
VALUES, CODES, EXAMPLES, ABSENCES = 5, 3, 2, 2
# One passage with a code or of a theme is no emphasis.
FEWEST = 2


def claims(sources: Sources, doc: str, name: str) -> Iterator[Draft]:
    """Yield the claims on a text that its tables bear out, those that matter most first.

    Parameters
    ----------
    sources : Sources
        The tables.
    doc : str
        The text.
    name : str
        What names of its claims begin with.
    """
    section = f"The text {title(sources, doc)}"
    yield from _coded(sources, doc, name, section)
    yield from _grouped(sources, doc, name, section)
    for kind in KINDS:
        yield from _stated(sources, doc, name, section, kind)
    yield from _absent(sources, doc, name, section)


def title(sources: Sources, doc: str) -> str:
    """Return how a text is called in a heading: its name, and its initiative or title."""
    row = sources.document(doc).iloc[0]
    for column in ("initiative", "title"):
        told = row.get(column)
        if isinstance(told, str) and told.strip():
            return f"{doc}: {' '.join(told.split())}"
    return doc


def _coded(sources: Sources, doc: str, name: str, section: str) -> Iterator[Draft]:
    """Say which codes a text has most often, if some stand out."""
    chosen = _foremost(sources, doc)
    if not len(chosen):
        return
    count = len(sources.passages_of(doc))
    parts = [
        f"{sources.label(row['theme'])} ({row['count']} of {count:,}; {_interval(row)})"
        for row in chosen.to_dict("records")
    ]
    codes = chosen["theme"].tolist()
    evidence = pd.concat(
        [sources.best_of_text(doc, code, EXAMPLES, coded=True) for code in codes], ignore_index=True
    )
    word = "code" if len(codes) == 1 else "codes"
    verb = "is" if len(codes) == 1 else "are"
    text = f"The {word} given to most passages of the text {doc} {verb} {listed(parts)}."
    yield Draft(f"{name}-codes", section, text, len(evidence) > 0, evidence)


def _grouped(sources: Sources, doc: str, name: str, section: str) -> Iterator[Draft]:
    """Say which topic and which theme a text has most of, if one stands out."""
    for kind in ("topic", "theme"):
        shares = sources.shares_of(doc, kind)
        if not len(shares) or not sources.labels[kind]:
            continue
        own = shares.sort_values(["share", "theme"], ascending=[False, True])
        first, group = own.iloc[0].to_dict(), str(own["theme"].iloc[0])
        evidence = sources.best_of_text(doc, group, EXAMPLES, coded=True, kind=kind)
        if len(evidence) < FEWEST or (own["share"] == first["share"]).sum() > 1:
            continue
        label, passages = sources.label(group, kind), int(first["passages"])
        count = round(first["share"] * passages)
        if kind == "topic":
            # A passage mixes topics: what is counted is weights.
            size = f"{100 * first['share']:.0f} per cent of {passages:,} passages"
            text = f"The topic {label} takes up more of the text {doc} than any other: {size}"
        elif count == passages:
            text = f"All {passages:,} passages of the text {doc} are of the theme around {label}"
        else:
            text = f"More passages of the text {doc} are of the theme around {label} than of any "
            text += f"other: {count:,} of {passages:,}"
        text += f" ({_interval(first)})."
        yield Draft(f"{name}-{kind}", section, text, True, evidence)


def _interval(row: Mapping[Hashable, Any]) -> str:
    return f"interval {100 * row['low']:.0f} to {100 * row['high']:.0f} per cent"


def _foremost(sources: Sources, doc: str) -> pd.DataFrame:
    """Return the most frequent codes; of equals all or none."""
    shares = sources.shares_of(doc)
    if not len(shares):
        return shares
    own = shares.assign(count=(shares["share"] * shares["passages"]).round().astype(int))
    own = own[own["count"] >= FEWEST].sort_values("count", ascending=False, kind="stable")
    if len(own) <= CODES:
        return own
    above: pd.DataFrame = own[own["count"] > own["count"].iloc[CODES]]
    return above


def _stated(
    sources: Sources, doc: str, name: str, section: str, kind: tuple[str, list[str], str, str]
) -> Iterator[Draft]:
    """Say which values of a kind a text names."""
    facts = sources.facts_of(doc)
    if not len(facts):
        return
    own = facts[facts["kind"].isin(kind[1])].sort_values("start")
    own = own.assign(told=[_told(row) for row in own.to_dict("records")])
    values = list(dict.fromkeys(own["told"]))
    if not values:
        return
    shown = [*values[:VALUES]]
    if len(values) > VALUES:
        shown.append(f"{len(values) - VALUES} more")
    what = kind[2] if len(values) == 1 else f"{times(len(values), kind[3], kind[3])}"
    text = f"The text {doc} names {what}: {listed(shown)}."
    evidence = own[own["told"].isin(values[:VALUES])]
    evidence = evidence.drop_duplicates("told")[["doc", "passage", "start", "end", "quote"]]
    yield Draft(f"{name}-{kind[0]}", section, text, True, evidence)


def _told(row: dict[object, object]) -> str:
    parts = [str(row[name] or "") for name in ("kind", "value", "value_end")]
    unit = str(row["unit"] or "") if row["kind"] in ("money", "quantity") else ""
    # The English of a noun is its plural; where it is not known, or one is meant, the noun stands.
    if row["kind"] == "quantity" and unit:
        unit = str(row["unit_english"]) if row["unit_english"] and parts[1] != "1" else f"“{unit}”"
    return value(parts[0], parts[1], parts[2], unit, bool(row["approximate"]))


def _absent(sources: Sources, doc: str, name: str, section: str) -> Iterator[Draft]:
    """Say what a text does not mention, where its nearest passage falls short beyond noise."""
    gaps = sources.gaps_of(doc)
    if not len(gaps):
        return
    own = gaps[gaps["verdict"] == "absent"]
    clear = own.assign(margin=own["short"] - own["noise"])
    clear = clear.sort_values(["margin", "code"], ascending=[False, True])
    for row in clear.head(ABSENCES).to_dict("records"):
        evidence = sources.best_of_text(doc, row["code"], 1, coded=False)
        text = (
            f"No passage of the text {doc} is given the code {sources.label(row['code'])}: the "
            f"nearest, quoted here, lacks {row['short']:.3f} in score, where translations of one "
            f"sentence differ by {row['noise']:.3f} at most in 95 of 100 cases."
        )
        yield Draft(f"{name}-without-{row['code']}", section, text, len(evidence) > 0, evidence)
