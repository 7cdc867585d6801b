"""The tables of a corpus as an automatic commentary asks for them: by text, with quotations."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

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
    def scored(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The passages of each unit of contrasts, and of each text, in each code, best first."""
        codes = self.table("codes")
        if not len(codes):
            return {}
        known = self.documents.set_index("doc")
        units = self.passages[["passage", "doc"]]
        if self.by != "doc":
            units = units.assign(unit=units["doc"].map(known[self.by]).astype(str))
        names = [
            name for name in ("passage", "code", "score", "coded", "relied_on") if name in codes
        ]
        own = codes[names].drop(columns="doc", errors="ignore").merge(units, on="passage")
        own = own.sort_values(["score", "passage"], ascending=[False, True], kind="stable")
        found: dict[tuple[str, str], pd.DataFrame] = {}
        for column in ("doc", "unit") if "unit" in own else ("doc",):
            for (unit, code), part in own.groupby([column, "code"], sort=False):
                found[f"{column}:{unit}", str(code)] = part
        return found

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
        prefix = "doc" if self.by == "doc" else "unit"
        return self._best(f"{prefix}:{unit}", code, most, coded)

    def best_of_text(self, doc: str, code: str, most: int, coded: bool) -> pd.DataFrame:
        """Return the same of a text, whatever contrasts are between."""
        return self._best(f"doc:{doc}", code, most, coded)

    def _best(self, key: str, code: str, most: int, coded: bool) -> pd.DataFrame:
        own = self.scored.get((key, code))
        if own is None:
            return pd.DataFrame(columns=EVIDENCE)
        own = own[own["coded"]] if coded else own
        relied = "relied_on" in own and bool(own["relied_on"].all())
        return self.quoted(own["passage"].head(most), "counted" if relied else "doubtful")

    def quoted(self, names: Iterable[str], strength: str) -> pd.DataFrame:
        """Return passages as evidence, in the order of their names given."""
        rows = []
        for name in names:
            doc, start, end = self.places[name]
            rows.append((doc, name, start, end, self.texts[doc][start:end], strength))
        return pd.DataFrame(rows, columns=EVIDENCE)

    @functools.cached_property
    def places(self) -> dict[str, tuple[str, int, int]]:
        """Text, start and end of each passage."""
        columns = self.passages[["passage", "doc", "start", "end"]].to_numpy().tolist()
        return {name: (doc, start, end) for name, doc, start, end in columns}

    @functools.cached_property
    def texts(self) -> dict[str, str]:
        """The text of each document."""
        return dict(zip(self.documents["doc"], self.documents["text"], strict=True))

    @functools.cached_property
    def _groups(self) -> dict[str, dict[str, pd.DataFrame]]:
        return {
            name: {str(doc): part for doc, part in table.groupby("doc", sort=False)}
            for name, table in self.tables.items()
            if "doc" in table
        }

    def _part(self, name: str, doc: str) -> pd.DataFrame:
        return self._groups.get(name, {}).get(doc, self.table(name)[:0])
