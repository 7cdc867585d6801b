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

from clusterlib import cards, clean, load, schema, stability
from clusterlib.compare.together import UNITS

# How a claim is borne out, the strongest first, and how that is shown.
STRENGTHS = {"stated": "●", "counted": "◐", "doubtful": "○"}
COLUMNS = ["doc", "passage", "start", "end", "quote", "lang", "english", "strength"]
QUOTED = ["doc", "passage", "start", "end", "quote", "strength"]
# Quotations that a card shows before it folds the others away.
SHOWN = 3
# What is assigned to passages: codes by description, topics and themes by a model.
KINDS = ("code", "topic", "theme")
# Tables that name a text by another column than doc.
BY_TEXT = {"shares": "unit", "gaps": "unit"}
# On topics or themes of which more are headings, no sentence rests: they speak of nothing.
HEADED = 0.5

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


def name_texts(documents: pd.DataFrame) -> dict[str, str]:
    """Return what readers call each text: all by one kind of name, so that they can be told apart.

    By initiative, if each text has one of its own; else by title, with the name of the text behind
    a title that two share, and in place of one that is missing.
    """
    docs, unnamed = documents["doc"].astype(str), pd.Series("", documents.index)
    initiatives = documents.get("initiative", unnamed).fillna("").astype(str)
    alone = (initiatives != "").all() and initiatives.is_unique
    names = initiatives if alone else documents.get("title", unnamed).fillna("").astype(str)
    names = names.map(lambda words: shorten(words, 90, placeholder=" …"))
    shared = names.duplicated(keep=False)
    names = names.mask(shared, names + " (" + docs + ")").where(names != "", docs)
    return dict(zip(docs, names, strict=True))


class EvidenceIndex:
    """The tables of a corpus as claims ask for them: by text, with quotations."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.documents = self.table("documents")
        self.passages = self.table("passages")
        self.docs: list[str] = sorted(set(self.passages["doc"]))
        self.texts: dict[str, str] = dict(self.documents[["doc", "text"]].to_numpy().tolist())
        self.langs = self.documents.set_index("doc").get("lang", pd.Series(dtype="str")).to_dict()
        # What readers call each text.
        self.names = name_texts(self.documents)
        self._rows_by_text: dict[str, Places] = {}
        contrasts = self.table("contrasts")
        # The column whose values contrasts are between, and what one of these is called.
        self.by = contrasts["by"].iloc[0] if "by" in contrasts and len(contrasts) else "doc"
        self.noun = UNITS[self.by][0]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; one without rows if there is none."""
        return self.tables[name] if name in self.tables else schema.empty(name)

    def name(self, doc: str) -> str:
        """Return the name of a text as a sentence has it, in quotation marks if it is a title."""
        name: str = self.names[doc]
        return doc if name == doc else f"“{name}”"

    def of_text(self, name: str, doc: str) -> pd.DataFrame:
        """Return the rows of a table that are on a text."""
        table = self.table(name)
        if name not in self._rows_by_text:
            by_text = table.groupby(BY_TEXT.get(name, "doc"), sort=False)
            self._rows_by_text[name] = by_text.indices
        return table.take(self._rows_by_text[name].get(doc, []))

    def shares_of(self, doc: str, kind: str) -> pd.DataFrame:
        """Return the shares of codes, topics or themes in a text."""
        shares = self.of_text("shares", doc)
        return shares[shares["kind"] == kind]

    @functools.cached_property
    def has_english(self) -> bool:
        """Whether any passage has its English."""
        return "english" in self.passages and bool(self.passages["english"].fillna("").ne("").any())

    @functools.cached_property
    def spans(self) -> dict[str, list[tuple[int, int, str, str, str]]]:
        """Start, end, name, language and English of the passages of each text."""
        columns = ["doc", "start", "end", "passage", "lang", "english"]
        spans: dict[str, list[tuple[int, int, str, str, str]]] = {}
        table = self.passages.reindex(columns=columns, fill_value="").fillna("")
        for doc, *span in table.to_numpy().tolist():
            spans.setdefault(doc, []).append(tuple(span))
        return spans

    @functools.cached_property
    def _places(self) -> dict[str, tuple[str, int, int]]:
        columns = self.passages[["passage", "doc", "start", "end"]].to_numpy().tolist()
        return {name: (doc, start, end) for name, doc, start, end in columns}

    def at(self, doc: str, start: int, end: int) -> str:
        """Return what stands at a place."""
        return self.texts.get(doc, "")[start:end]

    def quote_passages(self, names: Iterable[str], strength: str) -> pd.DataFrame:
        """Return passages as evidence, in the order of their names given."""
        rows = []
        for name in names:
            doc, start, end = self._places[name]
            rows.append((doc, name, start, end, self.at(doc, start, end), strength))
        return pd.DataFrame(rows, columns=QUOTED)

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
        where: Row = {"passage": passage, "lang": lang, "english": english}
        return {"strength": "stated", **row, **where}

    @functools.cached_property
    def units(self) -> pd.Series[str]:
        """Which of the things that contrasts are between each text is of."""
        docs = self.documents.set_index("doc", drop=False)
        return docs[self.by].astype(str)

    @functools.cached_property
    def counts(self) -> pd.Series[int]:
        """How many passages each of the things has that contrasts are between."""
        return self.passages["doc"].map(self.units).value_counts()

    def is_stable(self, kind: str) -> bool:
        """Tell whether the number of topics or themes is stable; codes are not numbered.

        One group tells no passage from another: it is none.
        """
        if kind == "code":
            return True
        curve = self.tables.get(f"{kind}_curve")
        if curve is None or len(self.tables.get(f"{kind}s", ())) < 2:
            return False
        return bool(len(curve) and curve.loc[curve["chosen"], "stable"].all())

    @functools.cached_property
    def kind(self) -> str:
        """What speaks for a corpus: themes, topics if these alone are stable, or nothing."""
        kinds = [kind for kind in ("theme", "topic") if len(self.tables.get(f"{kind}s", ()))]
        return next(filter(self.is_stable, kinds), (*kinds, "")[0])

    @functools.cached_property
    def groups(self) -> dict[str, pd.DataFrame]:
        """What codes, topics and themes are called, and whether claims may rely on them.

        Of topics or themes whose number is not stable there are none.
        """
        codes = self.table("codes").drop_duplicates("code").set_index("code")
        codes = codes.assign(relied_on=codes.get("relied_on", False), label=codes.get("label"))
        groups = {"code": codes.astype({"relied_on": bool})}
        for kind in filter(self.is_stable, KINDS[1:]):
            summary = self.tables[f"{kind}s"].set_index(kind)
            returns = summary["stability"] >= stability.STABLE
            biased = summary["language_bias"] > summary["bias_by_chance"]
            headed = self._share_of_headings(kind).reindex(summary.index) > HEADED
            relied_on = returns & ~biased & ~headed
            groups[kind] = summary[["label"]].assign(
                returns=returns, headed=headed, relied_on=relied_on
            )
        return groups

    @functools.cached_property
    def headings(self) -> frozenset[str]:
        """The passages that are headings within a text."""
        return frozenset(self.passages.loc[clean.section_headings(self.passages), "passage"])

    def _share_of_headings(self, kind: str) -> pd.Series[float]:
        """Return how many of the passages of each topic or theme are headings."""
        members = self.tables["topic_passages" if kind == "topic" else "theme_members"]
        return members["passage"].isin(self.headings).astype(float).groupby(members[kind]).mean()

    @functools.cached_property
    def relied_on(self) -> dict[str, set[str]]:
        """The codes, topics and themes that claims may rely on."""
        none = {kind: set[str]() for kind in KINDS}
        return none | {
            kind: set(groups.index[groups["relied_on"]]) for kind, groups in self.groups.items()
        }

    def label(self, code: str, kind: str = "code") -> str:
        """Return what a code, topic or theme is called, in quotation marks."""
        label = self.groups[kind]["label"].get(code)
        return f"“{code if pd.isna(label) or not label else label}”"

    @functools.cached_property
    def ranked(self) -> dict[str, pd.DataFrame]:
        """The passages in each code, topic and theme, the best first: doc, unit and coded."""
        docs = self.passages.set_index("passage")["doc"]
        ranked = {}
        for kind in self.groups:
            rows = self._assigned(kind)[["passage", "code", "score", "coded"]]
            rows = rows.assign(doc=rows["passage"].map(docs))
            rows["unit"] = rows["doc"].map(self.units)
            rows["heading"] = rows["passage"].isin(self.headings)
            # Names that return often, as categories: a corpus has millions of these rows.
            rows = rows.astype(dict.fromkeys(["code", "doc", "unit"], "category"))
            # A heading is quoted where there is nothing else.
            order = ["heading", "score", "passage"]
            ranked[kind] = rows.sort_values(order, ascending=[True, False, True])
        return ranked

    def _assigned(self, kind: str) -> pd.DataFrame:
        """Return each passage with each code, topic or theme."""
        if kind == "code":
            codes = self.table("codes")
            return codes if "score" in codes else codes.assign(score=0.0)
        if kind == "topic":
            rows = self.tables["topic_weights"].rename(columns={"topic": "code", "weight": "score"})
            # A passage is given the one that it has most of.
            first = self.tables["topic_passages"].set_index("passage")["topic"]
            return rows.assign(coded=rows["code"] == rows["passage"].map(first))
        names = self.tables["themes"][["theme"]].rename(columns={"theme": "code"})
        rows = self.tables["theme_members"].merge(names, how="cross")
        member = rows["theme"] == rows["code"]
        return rows.assign(score=rows["margin"].where(member, -rows["margin"]), coded=member)

    @functools.cached_property
    def _ranked_places(self) -> dict[tuple[str, str], Places]:
        """Where the rows of each text and unit are in each code, topic and theme."""
        return {
            (kind, column): rows.groupby([column, "code"], observed=True).indices
            for kind, rows in self.ranked.items()
            for column in ("doc", "unit")
        }

    def best(
        self, unit: str, code: str, most: int, coded: bool, kind: str = "code", by: str = "unit"
    ) -> pd.DataFrame:
        """Return the passages of a unit that score highest in a code, topic or theme."""
        rows = self._rows_of(unit, code, kind, by)
        rows = rows[rows["coded"]] if coded else rows
        strength = "counted" if code in self.relied_on[kind] else "doubtful"
        return self.quote_passages(rows["passage"].head(most), strength)

    def count(self, doc: str, code: str) -> int:
        """Return how many passages of a text are given a code."""
        return int(self._rows_of(doc, code, "code", "doc")["coded"].sum())

    def _rows_of(self, unit: str, code: str, kind: str, by: str) -> pd.DataFrame:
        """Return the rows of a unit, or of a text, in a code, topic or theme, best first."""
        return self.ranked[kind].take(self._ranked_places[kind, by].get((unit, code), []))

    def claim(
        self, name: str, section: str, text: str, evidence: Evidence, holds: bool = True
    ) -> Claim:
        """Make a claim, or raise a ClaimError with all that is wrong with it."""
        rows, faults = self._collect(evidence), [] if holds else ["its condition is false"]
        faults += [fault for row in rows if (fault := self.find_fault(row))]
        faults += [] if rows else ["there is no evidence for it"]
        if faults:
            raise ClaimError(name, faults)
        table = pd.DataFrame([self.describe(row) for row in rows], columns=COLUMNS)
        strength = max(table["strength"], key=list(STRENGTHS).index)
        return Claim(name, " ".join(text.split()), strength, table, section)

    def _collect(self, evidence: Evidence) -> list[Row]:
        """Return the rows of evidence, each place once, in the order in which they are given."""
        parts = [evidence] if isinstance(evidence, pd.DataFrame | pd.Series) else evidence
        unique: dict[object, Row] = {}
        for part in parts:
            records = [part.to_dict()] if isinstance(part, pd.Series) else part.to_dict("records")
            for row in records:
                unique.setdefault(tuple(row.get(name) for name in ("doc", "start", "end")), row)
        rows = list(unique.values())
        if all("quote" not in row for row in rows):
            places = [(row["doc"], row["start"], row["end"]) for row in rows]
            rows = [
                {**row, "quote": self.at(*place)} for row, place in zip(rows, places, strict=True)
            ]
        if rows:
            schema.check(pd.DataFrame(rows), "evidence")
        return rows


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
    return EvidenceIndex(tables).claim(name, "", text, evidence, bool(holds))


def to_table(claims: Iterable[Claim]) -> pd.DataFrame:
    """Return claims that hold as the table that is exported."""
    none = schema.empty("claims")
    rows = [
        (c.name, c.section, c.text, True, c.strength, c.evidence.to_dict("records")) for c in claims
    ]
    return schema.check(pd.DataFrame(rows, columns=none.columns).astype(none.dtypes), "claims")
