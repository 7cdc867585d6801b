"""A claim: a sentence, whether it holds, and the quotations that it rests on."""

import html
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from clusterlib import load, schema

# How a claim is borne out, the strongest first, and how that is shown.
STRENGTHS = {"stated": "●", "counted": "◐", "doubtful": "○"}
COLUMNS = ["doc", "passage", "start", "end", "quote", "english", "strength"]
# Quotations that a card shows before it folds the others away.
SHOWN = 3
STYLE = (
    "<style>.cl-claim {max-width: 46em; margin: 0 0 0.8em} .cl-claim p {margin: 0 0 0.3em} "
    ".cl-claim blockquote {margin: 0 0 0.3em 1em; padding: 0 0 0 0.8em; "
    "border-left: 3px solid #8a8a8a} .cl-claim .cl-from {opacity: 0.8; font-size: 0.9em}</style>"
)


class ClaimError(AssertionError):
    """A claim is not true, or not borne out.

    Attributes
    ----------
    claim : str
        Its name.
    faults : list of str
        What is wrong, each with the rows that it is about.
    """

    def __init__(self, claim: str, faults: Sequence[str]) -> None:
        self.claim, self.faults = claim, list(faults)
        lines = [f"  {fault}" for fault in self.faults]
        super().__init__("\n".join([f"the claim {claim!r} does not hold:", *lines]))


@dataclass(frozen=True)
class Claim:
    """A claim that holds.

    Attributes
    ----------
    name, text : str
        What it is called, and the sentence.
    strength : str
        Of its weakest evidence: ``"stated"``, the quoted words say it;
        ``"counted"``, it rests on passages that a machine has coded and whose
        code is relied on; ``"doubtful"``, on what should not stand alone.
    evidence : pandas.DataFrame
        doc, passage, start, end, quote, english and strength.
    """

    name: str
    text: str
    strength: str
    evidence: pd.DataFrame = field(repr=False)

    def _repr_html_(self) -> str:
        quotes = [_quoted(row) for row in self.evidence.to_dict("records")]
        more = len(quotes) - SHOWN
        if more > 0:
            folded = "".join(quotes[SHOWN:])
            word = "quotation" if more == 1 else "quotations"
            quotes = [
                *quotes[:SHOWN],
                f"<details><summary>{more} more {word}</summary>{folded}</details>",
            ]
        mark = f'<span title="{self.strength}">{STRENGTHS[self.strength]} {self.strength}</span>'
        told = f"<p>{html.escape(self.text)} <small>{mark} · {self.name}</small></p>"
        return f'<div class="cl-claim">{STYLE}{told}{"".join(quotes)}</div>'

    def __repr__(self) -> str:
        quotes = [
            f"  {row['passage'] or row['doc']} “{' '.join(row['quote'].split())}”"
            for row in self.evidence.to_dict("records")
        ]
        return "\n".join([f"{self.text} [{self.strength}]", *quotes])


def check(
    text: str,
    holds: bool,
    evidence: pd.DataFrame | pd.Series | Sequence[pd.DataFrame | pd.Series],
    *,
    name: str = "claim",
    documents: pd.DataFrame | None = None,
    passages: pd.DataFrame | None = None,
) -> Claim:
    """Make a claim, or fail.

    Parameters
    ----------
    text : str
        The sentence; by convention an f-string whose numbers are from tables.
    holds : bool
        The condition, computed from the same tables.
    evidence : pandas.DataFrame, pandas.Series or list of them
        Rows of facts, mentions or passages, or of `quote`, `coded` and the like:
        doc, start and end; quote unless they are passages.
    name : str
        What the claim is called.
    documents : pandas.DataFrame, optional
        The texts that are quoted; by default the five seeds.
    passages : pandas.DataFrame, optional
        Passages of these texts, for the name and the English of each quotation.

    Returns
    -------
    Claim
        Shown with its quotations when it is the value of a cell.

    Raises
    ------
    ClaimError
        Naming the claim and the rows, if the condition is false, the evidence is
        empty, a text is not among the documents, or a quotation is not where
        its row says. All of these are told together.

    Examples
    --------
    >>> import clusterlib as cl
    >>> facts = cl.facts.find(cl.load.documents())
    >>> money = facts[facts["kind"] == "money"]
    >>> check("One text names a sum of money.", len(money) == 1, money)
    One text names a sum of money. [stated]
      nb-015 “ca 165 millioner kroner”
    """
    known = load.documents() if documents is None else documents
    rows = gathered(evidence)
    faults = [] if bool(holds) else ["its condition is false"]
    if not len(rows):
        raise ClaimError(name, [*faults, "there is no evidence for it"])
    texts = dict(zip(known["doc"], known["text"], strict=True))
    if "quote" not in rows:
        rows["quote"] = [
            texts.get(doc, "")[start:end]
            for doc, start, end in rows[["doc", "start", "end"]].to_numpy().tolist()
        ]
    rows = schema.check(rows, "evidence").reset_index(drop=True)
    faults += [fault for row in rows.to_dict("records") if (fault := _displaced(row, texts))]
    if faults:
        raise ClaimError(name, faults)
    full = _described(rows, passages)
    strength = max(full["strength"], key=list(STRENGTHS).index)
    return Claim(name, " ".join(text.split()), strength, full[COLUMNS])


def gathered(
    evidence: pd.DataFrame | pd.Series | Sequence[pd.DataFrame | pd.Series],
) -> pd.DataFrame:
    """Put evidence into one table, each place once, in the order it was given."""
    parts = [evidence] if isinstance(evidence, pd.DataFrame | pd.Series) else list(evidence)
    frames = [part.to_frame().T if isinstance(part, pd.Series) else part for part in parts]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return pd.DataFrame()
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.astype({name: "int64" for name in ("start", "end") if name in rows})
    return rows.drop_duplicates([name for name in ("doc", "start", "end") if name in rows])


def _displaced(row: dict[Hashable, Any], texts: dict[str, str]) -> str:
    """Say what is wrong with a quotation, if anything is."""
    doc, start, end, quote = (row[key] for key in ("doc", "start", "end", "quote"))
    where = f"{doc}, characters {start} to {end}"
    if doc not in texts:
        return f"{where}: there is no document {doc!r}"
    found = texts[doc][start:end]
    return "" if found == quote else f"{where}: expected {quote!r:.80}, found {found!r:.80}"


def _described(rows: pd.DataFrame, passages: pd.DataFrame | None) -> pd.DataFrame:
    """Add the passage, the English and the strength of each row, where they are not known."""
    columns = ["doc", "start", "end", "passage", "english"]
    own = pd.DataFrame(columns=columns) if passages is None else passages
    places = own.reindex(columns=columns).fillna("").to_numpy().tolist()
    inside = [
        next(
            (place[3:] for place in places if place[0] == doc and place[1] <= start < place[2]),
            None,
        )
        for doc, start in rows[["doc", "start"]].to_numpy().tolist()
    ]
    given = rows["passage"] if "passage" in rows else pd.Series("", index=rows.index)
    rows["passage"] = [here[0] if here else now for here, now in zip(inside, given, strict=True)]
    rows["english"] = [here[1] if here else "" for here in inside]
    if "strength" not in rows:
        rows["strength"] = "stated"
    rows["strength"] = rows["strength"].fillna("stated")
    return rows


def _quoted(row: dict[Hashable, Any]) -> str:
    quote = html.escape(" ".join(str(row["quote"]).split()))
    english = html.escape(str(row["english"]))
    below = f"<br>{english}" if english else ""
    place = html.escape(f"{row['passage'] or row['doc']}, {row['start']}–{row['end']}")
    return f'<blockquote>“{quote}”{below} <span class="cl-from">[{place}]</span></blockquote>'
