"""What is marked in the texts: coded passages, themes, facts and actors, each at its place."""

from typing import TYPE_CHECKING

import pandas as pd

from clusterlib import schema

if TYPE_CHECKING:
    from clusterlib.themes import Themes

COLUMNS = ["doc", "start", "end", "kind", "key", "note"]


def marks(
    documents: pd.DataFrame,
    passages: pd.DataFrame | None = None,
    codes: pd.DataFrame | None = None,
    themes: "Themes | None" = None,
    facts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put everything that is marked in the texts into one table.

    Parameters
    ----------
    documents : pandas.DataFrame
        doc, lang and text.
    passages : pandas.DataFrame, optional
        passage, doc, start and end; needed for codes and themes.
    codes, themes, facts, mentions
        As the stages return them.

    Returns
    -------
    pandas.DataFrame
        One row a mark, in text order: doc, start, end (code points), kind
        (code, theme, fact or actor), key (the code, the theme, …) and note:
        score and threshold of a code where they are known, the margin of a
        theme, the value of a fact.

    Raises
    ------
    ValueError
        With every passage that is unknown and every span outside its text.
    """
    schema.check(documents, "texts")
    found = [pd.DataFrame(columns=COLUMNS)]
    if (codes is not None or themes is not None) and passages is None:
        raise ValueError("codes and themes are of passages; give these too")
    if codes is not None:
        own = codes[codes["coded"].astype(bool)]
        found.append(_placed(own.assign(kind="code", key=own["code"], note=_scores(own)), passages))
    if themes is not None:
        own = themes.members
        told = own.assign(kind="theme", key=own["theme"], note="margin " + _shown(own["margin"], 2))
        found.append(_placed(told, passages))
    if facts is not None:
        found.append(facts.assign(key=facts["kind"], kind="fact", note=_values(facts))[COLUMNS])
    if mentions is not None:
        found.append(mentions.assign(kind="actor", key=mentions["actor"], note="")[COLUMNS])
    table = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    table = table.drop_duplicates(["doc", "start", "end", "kind", "key"])
    _check(table, documents)
    table = table.astype({"start": "int64", "end": "int64"})
    # The longer span first, so that what lies inside another follows it.
    order = table.assign(back=-table["end"]).sort_values(["doc", "start", "back", "kind", "key"])
    return order[COLUMNS].reset_index(drop=True)


def _placed(table: pd.DataFrame, passages: pd.DataFrame | None) -> pd.DataFrame:
    """Give marks of passages their places."""
    assert passages is not None
    unknown = sorted(set(table["passage"]) - set(passages["passage"]))
    if unknown:
        raise ValueError(f"{len(unknown)} passage(s) have no place: {', '.join(unknown[:10])}")
    own = table.drop(columns=["doc", "start", "end"], errors="ignore")
    places = passages[["passage", "doc", "start", "end"]]
    return own.merge(places, on="passage", validate="many_to_one")[COLUMNS]


def _check(table: pd.DataFrame, documents: pd.DataFrame) -> None:
    lengths = table["doc"].map(documents.set_index("doc")["text"].str.len())
    wrong = lengths.isna() | (table["start"] < 0) | (table["end"] > lengths)
    wrong |= table["start"] >= table["end"]
    if wrong.any():
        told = [f"{r['doc']} {r['start']}–{r['end']}" for r in table[wrong].to_dict("records")]
        raise ValueError(f"{len(told)} span(s) lie outside their text: {', '.join(told[:10])}")


def _scores(codes: pd.DataFrame) -> "pd.Series[str]":
    if not {"score", "threshold"} <= set(codes.columns):
        return pd.Series("", index=codes.index)
    # As many decimals as scores are rounded to: with fewer, many equal their threshold.
    return "score " + _shown(codes["score"], 4) + ", threshold " + _shown(codes["threshold"], 4)


def _shown(numbers: "pd.Series[float]", decimals: int) -> "pd.Series[str]":
    return numbers.map(f"{{:.{decimals}f}}".format)


def _values(facts: pd.DataFrame) -> "pd.Series[str]":
    """Say what each fact says, as ``300 entreprises (enterprises) “Près de”``."""
    told = [
        " ".join(
            part
            for part in (
                row["value"],
                f"to {row['value_end']}" if row["value_end"] else "",
                row["unit"],
                f"({row['unit_english']})" if row["unit_english"] not in ("", row["unit"]) else "",
                f"“{row['hedge']}”" if row["approximate"] else "",
            )
            if part
        )
        for row in facts.to_dict("records")
    ]
    return pd.Series(told, index=facts.index, dtype="str")
