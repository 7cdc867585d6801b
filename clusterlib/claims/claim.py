"""A claim: a sentence, whether it holds, and the quotations that it rests on."""

from __future__ import annotations

import html
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from clusterlib import cards, load, schema

# How a claim is borne out, the strongest first, and how that is shown.
STRENGTHS = {"stated": "●", "counted": "◐", "doubtful": "○"}
COLUMNS = ["doc", "passage", "start", "end", "quote", "english", "strength"]
TABLE = ["claim", "section", "text", "holds", "strength", "evidence"]
# Quotations that a card shows before it folds the others away.
SHOWN = 3


Rows = pd.DataFrame | pd.Series
Evidence = Rows | Sequence[Rows]
Row = dict[Hashable, Any]


class ClaimError(AssertionError):
    """A claim is not true, or not borne out.

    Attributes
    ----------
    claim : str
        Its name.
    faults : list of str
        What is wrong, each with the rows that it is about.

    Examples
    --------
    >>> import clusterlib as cl
    >>> try:
    ...     cl.claims.check("All five name a sum of money.", False, pd.DataFrame())
    ... except cl.claims.ClaimError as error:
    ...     print(error.faults)
    ['its condition is false', 'there is no evidence for it']
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

    Examples
    --------
    >>> import clusterlib as cl
    >>> money = cl.facts.find(cl.load.documents()).query("kind == 'money'")
    >>> made = cl.claims.check("One text names a sum of money.", len(money) == 1, money)
    >>> made.strength, len(made.evidence)
    ('stated', 1)
    """

    name: str
    text: str
    strength: str
    evidence: pd.DataFrame = field(repr=False)

    @property
    def mark(self) -> str:
        """The mark of its strength and its name, as HTML."""
        sign = f'<span title="{self.strength}">{STRENGTHS[self.strength]} {self.strength}</span>'
        return f"{sign} · {self.name}"

    @property
    def quotations(self) -> list[cards.Quotation]:
        """Its evidence, as it is shown."""
        return [cards.Quotation.of(row) for row in self.evidence.to_dict("records")]

    def _repr_html_(self) -> str:
        sentence = f"<p>{html.escape(self.text)} <small>{self.mark}</small></p>"
        return cards.framed("claim", sentence + cards.quotations(self.quotations, SHOWN))

    def __repr__(self) -> str:
        quotes = [
            f"  {row['passage'] or row['doc']} “{' '.join(row['quote'].split())}”"
            for row in self.evidence.to_dict("records")
        ]
        return "\n".join([f"{self.text} [{self.strength}]", *quotes])


class Quoted:
    """The texts that claims quote, and the places of their passages.

    Parameters
    ----------
    documents : pandas.DataFrame
        doc and text.
    passages : pandas.DataFrame, optional
        doc, start, end and passage, and english if known.
    """

    def __init__(self, documents: pd.DataFrame, passages: pd.DataFrame | None = None) -> None:
        self.texts: dict[str, str] = dict(zip(documents["doc"], documents["text"], strict=True))
        columns = ["doc", "start", "end", "passage", "english"]
        own = pd.DataFrame(columns=columns) if passages is None else passages
        self.places: dict[str, list[tuple[int, int, str, str]]] = {}
        table = own.reindex(columns=columns, fill_value="").fillna("")
        for doc, *place in table.to_numpy().tolist():
            self.places.setdefault(doc, []).append(tuple(place))

    def at(self, doc: str, start: int, end: int) -> str:
        """Return what stands at a place."""
        return self.texts.get(doc, "")[start:end]

    def displaced(self, row: Row) -> str:
        """Say what is wrong with a quotation, if anything is."""
        doc, start, end, quote = (row[key] for key in ("doc", "start", "end", "quote"))
        where = f"{doc}, characters {start} to {end}"
        if doc not in self.texts:
            return f"{where}: there is no document {doc!r}"
        found = self.at(doc, start, end)
        return "" if found == quote else f"{where}: expected {quote!r:.80}, found {found!r:.80}"

    def described(self, row: Row) -> Row:
        """Add the passage, the English and the strength of a quotation, where unknown."""
        places = self.places.get(row["doc"], [])
        here = (place for place in places if place[0] <= row["start"] < place[1])
        *_, passage, english = next(here, (row.get("passage", ""), ""))
        strength = row.get("strength", "stated")
        return {**row, "passage": passage, "english": english, "strength": strength}


def check(
    text: str,
    holds: bool,
    evidence: Evidence,
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
    return made(name, text, holds, evidence, Quoted(known, passages))


def made(name: str, text: str, holds: bool, evidence: Evidence, quoted: Quoted) -> Claim:
    """Make a claim, or fail, as `check` does."""
    rows = gathered(evidence, quoted)
    if rows:
        schema.check(pd.DataFrame(rows), "evidence")
    faults = faults_of(holds, rows, quoted)
    if faults:
        raise ClaimError(name, faults)
    full = pd.DataFrame([quoted.described(row) for row in rows], columns=COLUMNS)
    strength = max(full["strength"], key=list(STRENGTHS).index)
    return Claim(name, " ".join(text.split()), strength, full)


def faults_of(holds: bool, rows: list[Row], quoted: Quoted) -> list[str]:
    """Say all that is wrong with a claim."""
    faults = [] if bool(holds) else ["its condition is false"]
    if not rows:
        return [*faults, "there is no evidence for it"]
    return faults + [fault for row in rows if (fault := quoted.displaced(row))]


def tabled(claims: Iterable[tuple[str, Claim]]) -> pd.DataFrame:
    """Return claims that hold, each with its section, as the table that is exported."""
    rows = [
        (claim.name, section, claim.text, True, claim.strength, claim.evidence.to_dict("records"))
        for section, claim in claims
    ]
    kinds = dict.fromkeys(TABLE, "str") | {"holds": "bool", "evidence": "object"}
    return schema.check(pd.DataFrame(rows, columns=TABLE).astype(kinds), "claims")


def gathered(evidence: Evidence, quoted: Quoted) -> list[Row]:
    """Return the rows of evidence, each place once, in the order in which they are given.

    Rows of passages have no quotation yet: theirs is the text at their place.
    """
    parts = [evidence] if isinstance(evidence, pd.DataFrame | pd.Series) else list(evidence)
    rows: dict[object, Row] = {}
    for part in parts:
        own = [part.to_dict()] if isinstance(part, pd.Series) else part.to_dict("records")
        for row in own:
            rows.setdefault(tuple(row.get(name) for name in ("doc", "start", "end")), row)
    found = list(rows.values())
    if all("quote" not in row for row in found):
        found = [{**row, "quote": quoted.at(row["doc"], row["start"], row["end"])} for row in found]
    return found
