"""A claim: a sentence, whether it holds, and the quotations that it rests on.

The tables of a corpus come in, as an index that finds and checks quotations; claims go out.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

import pandas as pd

from clusterlib import cards, load, schema, stability
from clusterlib.compare.together import UNITS

# How a claim is borne out, the strongest first, and how that is shown.
STRENGTHS = {"stated": "●", "counted": "◐", "doubtful": "○"}
COLUMNS = ["doc", "passage", "start", "end", "quote", "lang", "english", "strength"]
QUOTED = ["doc", "passage", "start", "end", "quote", "strength"]
TABLE = ["claim", "section", "text", "holds", "strength", "evidence"]
# Quotations that a card shows before it folds the others away.
SHOWN = 3
# What is assigned to passages: codes by description, topics and themes by a model.
KINDS = ("code", "topic", "theme")
# Tables that name a text as the unit that is compared.
OF_UNITS = ("shares", "gaps")
ASSIGNED = ["passage", "code", "label", "score", "coded", "relied_on"]

Rows = pd.DataFrame | pd.Series
Evidence = Rows | Sequence[Rows]
Row = dict[Hashable, Any]
# Where the rows of each group are.
Places = Mapping[Hashable, Any]


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
        Of its weakest evidence: ``"stated"``, the quoted words say it; ``"counted"``, it rests on
        passages that a reader has coded, or a machine whose code is relied on; ``"doubtful"``, on
        what should not stand alone.
    evidence : pandas.DataFrame
        doc, passage, start, end, quote, lang, english and strength.
    section : str
        Under which heading it is read, if under any.

    Examples
    --------
    >>> import clusterlib as cl
    >>> money = cl.facts.find(cl.load.documents()).query("kind == 'money'")
    >>> claim = cl.claims.check("One text names a sum of money.", len(money) == 1, money)
    >>> claim.strength, len(claim.evidence)
    ('stated', 1)
    """

    name: str
    text: str
    strength: str
    evidence: pd.DataFrame = field(repr=False)
    section: str = ""

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


@dataclass(frozen=True)
class ClaimSpec:
    """A claim before it is checked."""

    name: str
    section: str
    text: str
    holds: bool
    evidence: Evidence


def name_texts(documents: pd.DataFrame) -> dict[str, str]:
    """Return what readers call each text: its initiative, if no other has it, or its title."""
    alone = documents.get("initiative", pd.Series(index=documents.index, dtype="str"))
    alone = alone.mask(alone.duplicated(keep=False))
    names = {}
    for row, initiative in zip(documents.to_dict("records"), alone, strict=True):
        values = (initiative, row.get("title"), row["doc"])
        words = (" ".join(str(value).split()) for value in values if not pd.isna(value))
        names[str(row["doc"])] = shorten(next(filter(None, words)), 90, placeholder=" …")
    return names


class EvidenceIndex:
    """The tables of a corpus as claims ask for them: by text, with quotations."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.documents = tables["documents"]
        self.passages = self.table("passages")
        pairs = zip(self.documents["doc"], self.documents["text"], strict=True)
        self.texts: dict[str, str] = dict(pairs)
        self.langs = self.documents.set_index("doc").get("lang", pd.Series(dtype="str")).to_dict()
        self._rankings: dict[str, tuple[pd.DataFrame, dict[str, Places]]] = {}

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; one without columns if there is none."""
        return self.tables.get(name, pd.DataFrame())

    def at(self, doc: str, start: int, end: int) -> str:
        """Return what stands at a place."""
        return self.texts.get(doc, "")[start:end]

    @functools.cached_property
    def spans(self) -> dict[str, list[tuple[int, int, str, str, str]]]:
        """Start, end, name, language and English of the passages of each text."""
        columns = ["doc", "start", "end", "passage", "lang", "english"]
        spans: dict[str, list[tuple[int, int, str, str, str]]] = {}
        table = self.passages.reindex(columns=columns, fill_value="").fillna("")
        for doc, *span in table.to_numpy().tolist():
            spans.setdefault(doc, []).append(tuple(span))
        return spans

    def find_fault(self, row: Row) -> str:
        """Return what is wrong with a quotation, if anything is."""
        doc, start, end, quote = (row[key] for key in ("doc", "start", "end", "quote"))
        where = f"{doc}, characters {start} to {end}"
        if doc not in self.texts:
            return f"{where}: there is no document {doc!r}"
        text = self.at(doc, start, end)
        return "" if text == quote else f"{where}: expected {quote!r:.80}, found {text!r:.80}"

    def describe(self, row: Row) -> Row:
        """Add the passage, its language and English, and the strength, where unknown."""
        spans = (s for s in self.spans.get(row["doc"], []) if s[0] <= row["start"] < s[1])
        # What stands in no passage is in the language of its text.
        outside = row.get("passage", ""), self.langs.get(row["doc"], ""), ""
        *_, passage, lang, english = next(spans, outside)
        strength = row.get("strength", "stated")
        where = {**row, "passage": passage, "lang": lang}
        return {**where, "english": english, "strength": strength}

    def quote_passages(self, names: Iterable[str], strength: str) -> pd.DataFrame:
        """Return passages as evidence, in the order of their names given."""
        rows = []
        for name in names:
            doc, start, end = self._places[name]
            rows.append((doc, name, start, end, self.at(doc, start, end), strength))
        return pd.DataFrame(rows, columns=QUOTED)

    @functools.cached_property
    def _places(self) -> dict[str, tuple[str, int, int]]:
        columns = self.passages[["passage", "doc", "start", "end"]].to_numpy().tolist()
        return {name: (doc, start, end) for name, doc, start, end in columns}

    @functools.cached_property
    def docs(self) -> list[str]:
        """The texts that have passages, sorted."""
        return sorted(set(self.passages["doc"]))

    def of_text(self, name: str, doc: str) -> pd.DataFrame:
        """Return the rows of a table that are on a text."""
        rows = self._rows_by_text.get(name, {}).get(doc)
        return self.table(name)[:0] if rows is None else self.table(name).take(rows)

    def shares_of(self, doc: str, kind: str) -> pd.DataFrame:
        """Return the shares of codes, topics or themes in a text."""
        shares = self.of_text("shares", doc)
        return shares[shares["kind"] == kind] if len(shares) else shares

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """What readers call each text: see `name_texts`."""
        return name_texts(self.documents)

    def name(self, doc: str) -> str:
        """Return the name of a text as a sentence has it, in quotation marks if it is a title."""
        return doc if self.names[doc] == doc else f"“{self.names[doc]}”"

    @functools.cached_property
    def _rows_by_text(self) -> dict[str, Places]:
        """Where the rows of each text are, in each table but the codes, which are the longest."""
        return {
            name: table.groupby(column, sort=False).indices
            for name, table in self.tables.items()
            if (column := "unit" if name in OF_UNITS else "doc") in table
            and name not in ("codes", "topic_passages")
        }

    @functools.cached_property
    def by(self) -> str:
        """The column whose values contrasts are between."""
        contrasts = self.table("contrasts")
        return str(contrasts["by"].iloc[0]) if "by" in contrasts and len(contrasts) else "doc"

    @property
    def noun(self) -> str:
        """What one of the things is called that contrasts are between."""
        return UNITS[self.by][0]

    @functools.cached_property
    def relied_on(self) -> dict[str, set[str]]:
        """The codes, topics and themes that claims may rely on."""
        tables = {kind: table for kind, table in self.assigned.items() if "relied_on" in table}
        marked = {kind: table.groupby("code")["relied_on"].all() for kind, table in tables.items()}
        return {
            kind: set(marked[kind].index[marked[kind]]) if kind in marked else set()
            for kind in KINDS
        }

    def is_stable(self, kind: str) -> bool:
        """Tell whether the number of topics or themes is stable; codes are not numbered."""
        if kind == "code":
            return True
        curve = self.table(f"{kind}_curve")
        if not len(curve) or not len(self.table(f"{kind}s")):
            return False
        return bool(curve.loc[curve["chosen"], "stable"].all())

    @functools.cached_property
    def assigned(self) -> dict[str, pd.DataFrame]:
        """Codes, and in their form topics and themes: of a number that is not stable, none."""
        assigned = {"code": self.table("codes")}
        for kind, gather in (("topic", self._weights), ("theme", self._members)):
            if not self.is_stable(kind):
                assigned[kind] = pd.DataFrame(columns=ASSIGNED)
                continue
            rows, summary = gather(), self.tables[f"{kind}s"].set_index(kind)
            biased = summary["language_bias"] > summary["bias_by_chance"]
            relied_on = (summary["stability"] >= stability.STABLE) & ~biased
            labels, marks = rows["code"].map(summary["label"]), rows["code"].map(relied_on)
            assigned[kind] = rows.assign(label=labels, relied_on=marks.astype(bool))[ASSIGNED]
        return assigned

    def _weights(self) -> pd.DataFrame:
        """Return each passage with each topic; it is given the one that it has most of."""
        renamed = {"topic": "code", "weight": "score"}
        rows = self.tables["topic_weights"].rename(columns=renamed)
        first = self.tables["topic_passages"].set_index("passage")["topic"]
        return rows.assign(coded=rows["code"] == rows["passage"].map(first))

    def _members(self) -> pd.DataFrame:
        """Return each passage with each theme."""
        names = self.tables["themes"][["theme"]].rename(columns={"theme": "code"})
        rows = self.tables["theme_members"].merge(names, how="cross")
        member = rows["theme"] == rows["code"]
        return rows.assign(score=rows["margin"].where(member, -rows["margin"]), coded=member)

    @functools.cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """What each code, topic and theme is called."""
        labels = {}
        for kind, table in self.assigned.items():
            names = table.drop_duplicates("code") if "label" in table else pd.DataFrame()
            labels[kind] = dict(names[["code", "label"]].to_numpy().tolist()) if len(names) else {}
        return labels

    def label(self, code: str, kind: str = "code") -> str:
        """Return what a code, topic or theme is called, in quotation marks."""
        return f"“{self.labels[kind].get(code) or code}”"

    def best(
        self, unit: str, code: str, most: int, coded: bool, kind: str = "code", by: str = ""
    ) -> pd.DataFrame:
        """Return the passages that score highest in a code, topic or theme, as evidence."""
        rows = self._rows_of(unit, code, kind, by)
        if not len(rows):
            return pd.DataFrame(columns=QUOTED)
        rows = rows[rows["coded"]] if coded else rows
        relied_on = "relied_on" in rows and bool(rows["relied_on"].all())
        strength = "counted" if relied_on else "doubtful"
        return self.quote_passages(rows["passage"].head(most), strength)

    def count(self, doc: str, code: str) -> int:
        """Return how many passages of a text are given a code."""
        rows = self._rows_of(doc, code, "code", "doc")
        return int(rows["coded"].sum()) if len(rows) else 0

    def _rows_of(self, unit: str, code: str, kind: str, by: str) -> pd.DataFrame:
        """Return the rows of a unit, or of a text, in a code, topic or theme, best first."""
        if not len(self.assigned[kind]):
            return pd.DataFrame()
        scored, places = self._ranked(kind)
        column = "doc" if by == "doc" or self.by == "doc" else "unit"
        return scored.take(places[column].get((unit, code), []))

    def _ranked(self, kind: str) -> tuple[pd.DataFrame, dict[str, Places]]:
        """Return the passages in each code, best first, and where those of texts and units are."""
        if kind not in self._rankings:
            table = self.assigned[kind]
            names = ["passage", "code", "score", "coded", "relied_on"]
            rows = table[[name for name in names if name in table]]
            passages = dict(zip(self.passages["passage"], self.passages["doc"], strict=True))
            # Names that return often, as categories: a corpus has millions of these rows.
            keys = {"doc": rows["passage"].map(passages), "code": rows["code"]}
            if self.by != "doc":
                units = self.documents.set_index("doc")[self.by]
                keys["unit"] = keys["doc"].map(units).astype(str)
            rows = rows.assign(**{key: column.astype("category") for key, column in keys.items()})
            rows = rows.sort_values(["score", "passage"], ascending=[False, True], kind="stable")
            self._rankings[kind] = (
                rows,
                {
                    key: rows.groupby([key, "code"], observed=True).indices
                    for key in keys.keys() - {"code"}
                },
            )
        return self._rankings[kind]


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
        Rows of facts, mentions or passages, or of `quote`, `coded` and the like: doc, start and
        end; quote unless they are passages.
    name : str
        What the claim is called.
    documents : pandas.DataFrame, optional
        The texts that are quoted; by default the five seeds.
    passages : pandas.DataFrame, optional
        Of these texts, for the name and the English of each quotation.

    Returns
    -------
    Claim
        Shown with its quotations when it is the value of a cell.

    Raises
    ------
    ClaimError
        With every fault: a false condition, no evidence, texts that are not among the documents,
        quotations that are not where their rows say.

    Examples
    --------
    >>> import clusterlib as cl
    >>> facts = cl.facts.find(cl.load.documents())
    >>> money = facts[facts["kind"] == "money"]
    >>> check("One text names a sum of money.", len(money) == 1, money)
    One text names a sum of money. [stated]
      nb-015 “ca 165 millioner kroner”
    """
    tables = {"documents": load.documents() if documents is None else documents}
    if passages is not None:
        tables["passages"] = passages
    return make_claim(ClaimSpec(name, "", text, holds, evidence), EvidenceIndex(tables))


def make_claim(spec: ClaimSpec, index: EvidenceIndex, checked: bool = False) -> Claim:
    """Make a claim, or fail, as `check` does; evidence of the library's own is checked already."""
    rows = collect_rows(spec.evidence, index)
    if rows and not checked:
        schema.check(pd.DataFrame(rows), "evidence")
    faults = list_faults(spec.holds, rows, index)
    if faults:
        raise ClaimError(spec.name, faults)
    evidence = pd.DataFrame([index.describe(row) for row in rows], columns=COLUMNS)
    strength = max(evidence["strength"], key=list(STRENGTHS).index)
    return Claim(spec.name, " ".join(spec.text.split()), strength, evidence, spec.section)


def list_faults(holds: bool, rows: list[Row], index: EvidenceIndex) -> list[str]:
    """Return all that is wrong with a claim."""
    faults = [] if bool(holds) else ["its condition is false"]
    if not rows:
        return [*faults, "there is no evidence for it"]
    return faults + [fault for row in rows if (fault := index.find_fault(row))]


def collect_rows(evidence: Evidence, index: EvidenceIndex) -> list[Row]:
    """Return the rows of evidence, each place once, in the order in which they are given."""
    parts = [evidence] if isinstance(evidence, pd.DataFrame | pd.Series) else list(evidence)
    unique: dict[object, Row] = {}
    for part in parts:
        records = [part.to_dict()] if isinstance(part, pd.Series) else part.to_dict("records")
        for row in records:
            unique.setdefault(tuple(row.get(name) for name in ("doc", "start", "end")), row)
    rows = list(unique.values())
    if all("quote" not in row for row in rows):
        rows = [{**row, "quote": index.at(row["doc"], row["start"], row["end"])} for row in rows]
    return rows


def to_table(claims: Iterable[Claim]) -> pd.DataFrame:
    """Return claims that hold as the table that is exported."""
    rows = [
        (c.name, c.section, c.text, True, c.strength, c.evidence.to_dict("records")) for c in claims
    ]
    kinds = dict.fromkeys(TABLE, "str") | {"holds": "bool", "evidence": "object"}
    return schema.check(pd.DataFrame(rows, columns=TABLE).astype(kinds), "claims")
