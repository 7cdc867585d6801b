"""A study: one corpus with every table of the chain, each made when it is first asked for."""

import functools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clusterlib import clean, codes, compare, embed, facts, load, schema, themes, topics
from clusterlib.compare.together import contrast_above_noise, share_all

# Tables for which nothing is drawn: studies that differ in their seed have them in common.
UNDRAWN = frozenset("passages vectors codebook codes reference facts actors mentions gaps".split())


class MissingError(LookupError):
    """A study does not hold what a claim speaks of.

    Examples
    --------
    >>> import clusterlib as cl
    >>> cl.claims.quote(of(cl.load.documents()), "nl", "no such words")
    Traceback (most recent call last):
    clusterlib.compare.study.MissingError: “no such words” stands 0 times in 'nl', expected once
    """


# Each is itself, whatever it holds, so that what is made of one can be kept by it.
@dataclass(frozen=True, eq=False)
class Study:
    """A corpus, how it is analysed, and what comes out.

    Attributes
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it.
    companions : pathlib.Path
        Folder of the tables that go with the texts, each of them optional: codebook.csv,
        coding.csv, actors.csv and english.csv.
    encoder : Encoder, optional
        By default multilingual-e5-small.
    calibrate : {"reference", "corpus", None}
        As for `clusterlib.embed.vectors`.
    n_topics, n_themes, random_state : int, optional
        By default the numbers that describe the passages best; seed of what is drawn.
    by_reader : bool
        Take the codes that the reading gives instead of the machine's; it has to be complete.
    reading : str
        Which of the companions is the reference coding.

    Examples
    --------
    >>> import clusterlib as cl
    >>> study = of(cl.load.documents())
    >>> len(study.passages), study.but(random_state=1).random_state, study.present("nl", "xx")
    (96, 1, ['nl'])
    """

    documents: pd.DataFrame = field(repr=False)
    companions: Path
    encoder: embed.Encoder | None = None
    calibrate: embed.Calibration | None = "reference"
    n_topics: int | None = None
    n_themes: int | None = None
    random_state: int = 0
    by_reader: bool = False
    reading: str = "coding.csv"

    def but(self, **changes: Any) -> "Study":
        """Return the same study with other settings or documents; its encoder is loaded once.

        With another seed alone, tables for which nothing is drawn are not made again.
        """
        other = replace(self, **({"encoder": self.model} | changes))
        if set(changes) == {"random_state"}:
            vars(other).update({name: vars(self)[name] for name in UNDRAWN & vars(self).keys()})
        return other

    @functools.cached_property
    def model(self) -> embed.Encoder:
        """The encoder, loaded once."""
        return self.encoder or embed.load_encoder()

    @functools.cached_property
    def passages(self) -> pd.DataFrame:
        """Passages, with the reading translation of each where there is one (english)."""
        passages = clean.passages(self.documents)
        read = self._companion("english.csv")
        # By text, since names of passages change when a text does.
        english = {} if read is None else dict(zip(read["text"], read["english"], strict=True))
        words = [english.get(text, "") for text in passages["text"]]
        return passages.assign(english=pd.Series(words, passages.index, dtype="str"))

    def present(self, *docs: str) -> list[str]:
        """Return those of some documents that the study has, sorted."""
        return sorted(set(docs) & set(self.documents["doc"]))

    def words(self, doc: str) -> str:
        """Return the running text of a document in lower case, to look for words."""
        return " ".join(self.passages.loc[self.passages["doc"] == doc, "text"]).casefold()

    @functools.cached_property
    def vectors(self) -> pd.DataFrame:
        """Vectors of the passages."""
        return embed.vectors(self.passages, self.model, self.calibrate)

    @functools.cached_property
    def topics(self) -> topics.Topics:
        """Topics."""
        settings = self.n_topics, self.random_state, self.model
        return topics.fit(self.passages, self.vectors, *settings)

    @functools.cached_property
    def themes(self) -> themes.Themes:
        """Themes."""
        settings = self.n_themes, self.random_state, self.model
        return themes.fit(self.passages, self.vectors, *settings)

    @functools.cached_property
    def codebook(self) -> pd.DataFrame:
        """The codebook that goes with the texts, or that of the seeds."""
        path = self.companions / "codebook.csv"
        return codes.read(path if path.is_file() else None)

    @functools.cached_property
    def codes(self) -> pd.DataFrame:
        """Codes: the machine's, or those of the reading; relied_on says which to rely on."""
        if self.by_reader:
            return self._read()
        parts = codes.parts(self.passages, self.model, self.calibrate)
        settings = self.passages, self.vectors, self.codebook, self.model
        table = codes.apply(*settings, parts=parts)
        return table if self.reference is None else codes.marked(table, self.reference)

    def _read(self) -> pd.DataFrame:
        """Return the codes of the reading as a table like the machine's, without scores."""
        reference = self.reference
        if reference is None or set(self.passages["passage"]) - set(reference["passage"]):
            raise MissingError("the reference coding lacks passages; read them, or leave by_reader")
        labels = self.codebook.set_index("code")["label"]
        table = self.passages[["passage", "doc", "lang"]].merge(reference, on="passage")
        table.insert(5, "label", table["code"].map(labels))
        return table.assign(score=np.nan, threshold=np.nan, relied_on=True)

    @functools.cached_property
    def grid(self) -> pd.DataFrame:
        """The grid of the texts, as it was filled in; empty where they come without one."""
        grid = self._companion("grid.csv")
        if grid is None:
            return pd.DataFrame(columns=["doc", "attribute", "value", "start", "end", "quote"])
        return grid[grid["doc"].isin(self.documents["doc"])]

    @functools.cached_property
    def reference(self) -> pd.DataFrame | None:
        """The reference coding of those passages that still read as they did when coded."""
        path, read = self.companions / self.reading, self._companion("english.csv")
        if read is None or not path.is_file():
            return None
        names = read.merge(self.passages, on="text", suffixes=("_then", ""))
        now = dict(zip(names["passage_then"], names["passage"], strict=True))
        coding = codes.read_sheet(path, self.codebook)
        coding = coding.assign(passage=coding["passage"].map(now)).dropna(subset="passage")
        return coding if len(coding) else None

    @functools.cached_property
    def facts(self) -> pd.DataFrame:
        """Dates, quantities, percentages and money."""
        return facts.find(self.documents, self.passages)

    @functools.cached_property
    def actors(self) -> pd.DataFrame:
        """The actors that are looked for; empty where the texts come without a table of them."""
        actors = self._companion("actors.csv")
        columns = ["actor", "name", "english", "type", "helix", "aliases"]
        return pd.DataFrame(columns=columns, dtype="str") if actors is None else actors

    @functools.cached_property
    def mentions(self) -> pd.DataFrame:
        """Where actors are named."""
        table = facts.mentions(self.documents, self.actors, self.passages)
        names = self.actors.drop_duplicates("actor").set_index("actor")
        return table.assign(english=table["actor"].map(names.get("english", names["name"])))

    @functools.cached_property
    def shares(self) -> pd.DataFrame:
        """Shares of topics, themes and codes in each text."""
        tables = self.topics.weights, self.themes.members, self.codes
        return share_all(tables, self.passages, "doc", self.random_state)

    @functools.cached_property
    def contrasts(self) -> pd.DataFrame:
        """Contrasts of each pair of texts in topics, themes and codes."""
        groups = self._contrast(self.topics.weights, self.themes.members)
        return pd.concat([groups, self.code_contrasts], ignore_index=True)

    @functools.cached_property
    def code_contrasts(self) -> pd.DataFrame:
        """Contrasts of each pair of texts in codes alone, for which no model is fitted."""
        if self.by_reader:
            return compare.contrasts(self.codes, self.passages)
        return self._contrast(self.codes)

    @functools.cached_property
    def similarity(self) -> compare.Similarity:
        """How alike the texts are."""
        settings = self.model, "doc", self.random_state
        return compare.similarity(self.passages, self.vectors, *settings)

    @functools.cached_property
    def gaps(self) -> pd.DataFrame:
        """What texts do not mention."""
        return compare.gaps(self.codes, self.passages, self.codebook, self.model)

    def _contrast(self, *tables: pd.DataFrame) -> pd.DataFrame:
        settings = self.vectors, self.codebook, self.model, "doc", self.random_state
        return contrast_above_noise(tables, self.passages, *settings)

    def _companion(self, name: str) -> pd.DataFrame | None:
        path = self.companions / name
        return pd.read_csv(path, dtype="str").fillna("") if path.is_file() else None


def of(documents: pd.DataFrame, companions: str | Path | None = None, **settings: Any) -> Study:
    """Make a study of documents.

    Parameters
    ----------
    documents : pandas.DataFrame
        As `clusterlib.load.documents` returns it.
    companions : str or pathlib.Path, optional
        Folder with codebook.csv, coding.csv, actors.csv or english.csv, whichever there are; by
        default those of the seeds.
    **settings
        encoder, calibrate, n_topics, n_themes, random_state, by_reader; see `Study`.

    Returns
    -------
    Study

    Raises
    ------
    clusterlib.problems.InputError
        If the documents break their contract.
    NotADirectoryError
        If there is no such folder.

    Examples
    --------
    >>> import clusterlib as cl
    >>> of(cl.load.documents()).facts.query("kind == 'money'")["quote"].tolist()
    ['ca 165 millioner kroner']
    """
    folder = load.seeds() if companions is None else Path(companions)
    if not folder.is_dir():
        message = f"companions={str(companions)!r} is no folder; make it, and put tables that go "
        raise NotADirectoryError(f"{message}with your texts there, such as codebook.csv, or none")
    return Study(schema.check(documents, "documents"), folder, **settings)
