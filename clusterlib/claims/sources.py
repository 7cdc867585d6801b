"""The tables of a corpus as an automatic commentary asks for them: by text, with quotations."""

import functools
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib.claims.claim import Quoted
from clusterlib.claims.grouped import KINDS, assigned
from clusterlib.compare.together import UNITS

EVIDENCE = ["doc", "passage", "start", "end", "quote", "strength"]

# Scored passages, and where those of each text and unit in each code are.
Ranked = tuple[pd.DataFrame, dict[str, dict[Hashable, NDArray[np.intp]]]]


@dataclass(frozen=True)
class Draft:
    """A claim before it is checked."""

    name: str
    section: str
    text: str
    holds: bool
    evidence: pd.DataFrame


class Sources:
    """Tables of a corpus, by text.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As `clusterlib.claims.automatic` takes them.
    """

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.documents, self.passages = tables["documents"], tables["passages"]
        self.docs = sorted(set(self.passages["doc"]))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; one without columns if there is none."""
        return self.tables.get(name, pd.DataFrame())

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
    def assigned(self) -> dict[str, pd.DataFrame]:
        """Codes, and in their form topics and themes."""
        return {kind: assigned(self.tables, kind) for kind in KINDS}

    @functools.cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """What each code, topic and theme is called."""
        found = {}
        for kind, table in self.assigned.items():
            known = table.drop_duplicates("code") if "label" in table else pd.DataFrame()
            found[kind] = dict(known[["code", "label"]].to_numpy().tolist()) if len(known) else {}
        return found

    def label(self, code: str, kind: str = "code") -> str:
        """Return what a code, topic or theme is called, in quotation marks."""
        return f"“{self.labels[kind].get(code) or code}”"

    def document(self, doc: str) -> pd.DataFrame:
        """Return the row of a text."""
        return self._part("documents", doc)

    def passages_of(self, doc: str) -> pd.DataFrame:
        """Return the passages of a text."""
        return self._part("passages", doc)

    def facts_of(self, doc: str) -> pd.DataFrame:
        """Return the facts of a text."""
        return self._part("facts", doc)

    def gaps_of(self, doc: str) -> pd.DataFrame:
        """Return what a text does not mention."""
        return self._part("gaps", doc)

    def shares_of(self, doc: str, kind: str = "code") -> pd.DataFrame:
        """Return the shares of codes, topics or themes in a text."""
        own = self._part("shares", doc)
        return own[own["kind"] == kind] if len(own) else own

    def _scored(self, kind: str) -> pd.DataFrame:
        """Return the passages in each code, best first, with their texts and units of contrasts."""
        table = self.assigned[kind]
        names = ["passage", "code", "score", "coded", "relied_on"]
        own = table[[name for name in names if name in table]]
        docs = own["passage"].map(
            dict(zip(self.passages["passage"], self.passages["doc"], strict=True))
        )
        known = self.documents.set_index("doc")
        units = docs if self.by == "doc" else docs.map(known[self.by]).astype(str)
        # Names that return often, as categories: a corpus has millions of these rows.
        kinds = {"doc": docs, "unit": units, "code": own["code"]}
        own = own.assign(**{name: column.astype("category") for name, column in kinds.items()})
        return own.sort_values(["score", "passage"], ascending=[False, True], kind="stable")

    @functools.cached_property
    def _ranked(self) -> dict[str, Ranked]:
        """The passages in each code, topic and theme, and where those of each text and unit are."""
        # Where texts are compared, they are the units.
        columns = ("doc",) if self.by == "doc" else ("doc", "unit")
        ranked = {}
        for kind, table in self.assigned.items():
            if not len(table):
                continue
            own = self._scored(kind)
            found = [_rows(own.groupby([name, "code"], observed=True)) for name in columns]
            ranked[kind] = (own, {"doc": found[0], "unit": found[-1]})
        return ranked

    def best(
        self, unit: str, code: str, most: int, coded: bool, kind: str = "code"
    ) -> pd.DataFrame:
        """Return the passages that score highest in a code, topic or theme, as evidence.

        Parameters
        ----------
        unit : str
            One of those that contrasts are between.
        code : str
            Which code, topic or theme.
        most : int
            How many passages.
        coded : bool
            Only those that are given it.
        kind : str
            Which of the three it is.
        """
        return self._best("unit", unit, code, most, coded, kind)

    def best_of_text(
        self, doc: str, code: str, most: int, coded: bool, kind: str = "code"
    ) -> pd.DataFrame:
        """Return the same of a text, whatever contrasts are between."""
        return self._best("doc", doc, code, most, coded, kind)

    def _best(
        self, column: str, unit: str, code: str, most: int, coded: bool, kind: str
    ) -> pd.DataFrame:
        scored, places = self._ranked.get(kind, (pd.DataFrame(), {"doc": {}, "unit": {}}))
        if (unit, code) not in places[column]:
            return pd.DataFrame(columns=EVIDENCE)
        own = scored.take(places[column][unit, code])
        own = own[own["coded"]] if coded else own
        relied = "relied_on" in own and bool(own["relied_on"].all())
        return self.quoted(own["passage"].head(most), "counted" if relied else "doubtful")

    def quoted(self, names: Iterable[str], strength: str) -> pd.DataFrame:
        """Return passages as evidence, in the order of their names given."""
        rows = []
        for name in names:
            doc, start, end = self.places[name]
            rows.append((doc, name, start, end, self.original.at(doc, start, end), strength))
        return pd.DataFrame(rows, columns=EVIDENCE)

    @functools.cached_property
    def places(self) -> dict[str, tuple[str, int, int]]:
        """Text, start and end of each passage."""
        columns = self.passages[["passage", "doc", "start", "end"]].to_numpy().tolist()
        return {name: (doc, start, end) for name, doc, start, end in columns}

    @functools.cached_property
    def original(self) -> Quoted:
        """The texts, to quote from."""
        return Quoted(self.documents, self.passages)

    @functools.cached_property
    def _places(self) -> dict[str, dict[Hashable, NDArray[np.intp]]]:
        """Where the rows of each text are, in each table but the codes, which are the longest."""
        return {
            name: _rows(table.groupby("doc", sort=False))
            for name, table in self.tables.items()
            if "doc" in table and name not in ("codes", "topic_passages")
        }

    def _part(self, name: str, doc: str) -> pd.DataFrame:
        places = self._places.get(name, {}).get(doc)
        return self.table(name)[:0] if places is None else self.table(name).take(places)


def _rows(groups: Any) -> dict[Hashable, NDArray[np.intp]]:
    """Return where the rows of each group are."""
    found: dict[Hashable, NDArray[np.intp]] = groups.indices
    return found
