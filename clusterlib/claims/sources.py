"""The tables of a corpus as an automatic commentary asks for them: by text, with quotations."""

import functools
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib.claims.claim import Quoted

EVIDENCE = ["doc", "passage", "start", "end", "quote", "strength"]
# The column that says what a contrast is between, in words.
NOUNS = {"doc": "text", "initiative": "initiative", "country": "country", "lang": "language"}


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
        """What contrasts are between."""
        return NOUNS.get(self.by, self.by)

    @functools.cached_property
    def labels(self) -> dict[str, str]:
        """What each code is called."""
        codes = self.table("codes")
        if "label" not in codes:
            return {}
        known = codes.drop_duplicates("code")
        return dict(zip(known["code"], known["label"], strict=True))

    def label(self, code: str) -> str:
        """Return what a code is called, in quotation marks."""
        return f"“{self.labels.get(code) or code}”"

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

    def shares_of(self, doc: str) -> pd.DataFrame:
        """Return the shares of codes in a text."""
        own = self._part("shares", doc)
        return own[own["kind"] == "code"] if len(own) else own

    @functools.cached_property
    def _scored(self) -> pd.DataFrame:
        """The passages in each code, best first, with their texts and units of contrasts."""
        codes = self.table("codes")
        names = ["passage", "code", "score", "coded", "relied_on"]
        own = codes[[name for name in names if name in codes]]
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
    def _coded(self) -> dict[str, dict[Hashable, NDArray[np.intp]]]:
        """Where the passages of each text and unit in each code are."""
        if not len(self.table("codes")):
            return {"doc": {}, "unit": {}}
        # Where texts are compared, they are the units.
        columns = ("doc",) if self.by == "doc" else ("doc", "unit")
        found = {
            name: _rows(self._scored.groupby([name, "code"], observed=True)) for name in columns
        }
        return {"doc": found["doc"], "unit": found[columns[-1]]}

    def best(self, unit: str, code: str, most: int, coded: bool) -> pd.DataFrame:
        """Return the passages that score highest in a code, as evidence.

        Parameters
        ----------
        unit : str
            One of those that contrasts are between.
        code : str
            Which code.
        most : int
            How many passages.
        coded : bool
            Only those that are given the code.
        """
        return self._best("unit", unit, code, most, coded)

    def best_of_text(self, doc: str, code: str, most: int, coded: bool) -> pd.DataFrame:
        """Return the same of a text, whatever contrasts are between."""
        return self._best("doc", doc, code, most, coded)

    def _best(self, column: str, unit: str, code: str, most: int, coded: bool) -> pd.DataFrame:
        places = self._coded[column].get((unit, code))
        if places is None:
            return pd.DataFrame(columns=EVIDENCE)
        own = self._scored.take(places)
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
            if "doc" in table and name != "codes"
        }

    def _part(self, name: str, doc: str) -> pd.DataFrame:
        places = self._places.get(name, {}).get(doc)
        return self.table(name)[:0] if places is None else self.table(name).take(places)


def _rows(groups: Any) -> dict[Hashable, NDArray[np.intp]]:
    """Return where the rows of each group are."""
    found: dict[Hashable, NDArray[np.intp]] = groups.indices
    return found
