"""What is marked in the texts: coded passages, themes, facts and actors, each at its place.

The tables of the stages come in; one table of places goes out, which views show and projects of
qualitative analysis hold.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterlib import schema

if TYPE_CHECKING:
    from clusterlib.themes import Themes

COLUMNS = ["doc", "start", "end", "kind", "key", "note"]


def annotations(
    documents: pd.DataFrame,
    passages: pd.DataFrame | None = None,
    codes: pd.DataFrame | None = None,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put everything that is marked in the texts into one table."""
    schema.check(documents, "texts")
    if (codes is not None or themes is not None) and passages is None:
        raise ValueError("codes and themes are of passages; give these too")
    parts = []
    if codes is not None:
        rows = codes[codes["coded"].astype(bool)]
        notes = _scores(rows)
        parts.append(_place(rows.assign(kind="code", key=rows["code"], note=notes), passages))
    if themes is not None:
        rows = themes.members
        notes = [f"margin {margin:.2f}" for margin in rows["margin"]]
        parts.append(_place(rows.assign(kind="theme", key=rows["theme"], note=notes), passages))
    if facts is not None:
        notes = [_value(row) for row in facts.to_dict("records")]
        parts.append(facts.assign(key=facts["kind"], kind="fact", note=notes)[COLUMNS])
    if mentions is not None:
        parts.append(mentions.assign(kind="actor", key=mentions["actor"], note="")[COLUMNS])
    none = pd.DataFrame(columns=COLUMNS)
    table = pd.concat([part for part in parts if len(part)] or [none], ignore_index=True)
    table = table.drop_duplicates(["doc", "start", "end", "kind", "key"])
    _check_places(table, documents)
    table = table.astype({"start": "int64", "end": "int64"})
    # The longer span first, so that what lies inside another follows it.
    order = table.assign(back=-table["end"]).sort_values(["doc", "start", "back", "kind", "key"])
    return order[COLUMNS].reset_index(drop=True)


def _place(table: pd.DataFrame, passages: pd.DataFrame | None) -> pd.DataFrame:
    assert passages is not None
    unknown = sorted(set(table["passage"]) - set(passages["passage"]))
    if unknown:
        raise ValueError(f"{len(unknown)} passage(s) have no place: {', '.join(unknown[:10])}")
    places = passages[["passage", "doc", "start", "end"]]
    rows = table.drop(columns=["doc", "start", "end"], errors="ignore")
    return rows.merge(places, on="passage", validate="many_to_one")[COLUMNS]


def _check_places(table: pd.DataFrame, documents: pd.DataFrame) -> None:
    lengths = table["doc"].map(documents.set_index("doc")["text"].str.len())
    wrong = lengths.isna() | (table["start"] < 0) | (table["end"] > lengths)
    wrong |= table["start"] >= table["end"]
    if wrong.any():
        spans = [f"{r['doc']} {r['start']}–{r['end']}" for r in table[wrong].to_dict("records")]
        raise ValueError(f"{len(spans)} span(s) lie outside their text: {', '.join(spans[:10])}")


def _scores(codes: pd.DataFrame) -> list[str]:
    if not {"score", "threshold"} <= set(codes.columns):
        return [""] * len(codes)
    # As many decimals as scores are rounded to: with fewer, many equal their threshold.
    pairs = zip(codes["score"], codes["threshold"], strict=True)
    return [f"score {score:.4f}, threshold {threshold:.4f}" for score, threshold in pairs]


def _value(fact: dict[Any, Any]) -> str:
    """Say what a fact says, as ``300 entreprises (enterprises) “Près de”``."""
    english = fact["unit_english"]
    parts = [
        fact["value"],
        f"to {fact['value_end']}" if fact["value_end"] else "",
        fact["unit"],
        f"({english})" if english not in ("", fact["unit"]) else "",
        f"“{fact['hedge']}”" if fact["approximate"] else "",
    ]
    return " ".join(filter(None, parts))
