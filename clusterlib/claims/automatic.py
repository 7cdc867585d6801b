"""A commentary that is made of any corpus: only what its tables bear, and what was left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from clusterlib.claims import apart, whole, within
from clusterlib.claims.claim import Claim, made, tabled
from clusterlib.claims.sources import Draft, Sources
from clusterlib.claims.wording import times

# A commentary that nobody reads to its end says nothing: so many claims of a text, of so many
# texts (those of most passages), and so many differences.
PER_TEXT, TEXTS, DIFFERENCES = 6, 100, 40


@dataclass(frozen=True)
class Automatic:
    """A commentary, and what it does not say.

    Attributes
    ----------
    claims : list of Claim
        In reading order.
    table : pandas.DataFrame
        The same as a table: claim, section, text, holds, strength and evidence.
    remarks : pandas.DataFrame
        stage and remark: what was left out, and by which rule.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents().query("doc == 'nb'")
    >>> tables = {"documents": documents, "passages": cl.clean.passages(documents)}
    >>> cl.claims.automatic(tables).table[["claim", "strength"]].to_dict("records")
    [{'claim': 'corpus-size', 'strength': 'counted'}]
    """

    claims: list[Claim] = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    remarks: pd.DataFrame = field(repr=False)

    @property
    def sections(self) -> list[str]:
        """The sections, in reading order."""
        return list(dict.fromkeys(self.table["section"]))

    def section(self, title: str, most: int | None = None) -> "Automatic":
        """Return the commentary of one section alone.

        Parameters
        ----------
        title : str
            One of `sections`; any other has no claims.
        most : int, optional
            Only so many claims, the first.
        """
        own = [place for place, kept in enumerate(self.table["section"] == title) if kept][:most]
        table = self.table.iloc[own].reset_index(drop=True)
        return Automatic([self.claims[place] for place in own], table, self.remarks)

    def __repr__(self) -> str:
        return "\n".join(f"{claim.text} [{claim.strength}]" for claim in self.claims)

    def _repr_html_(self) -> str:
        return "".join(claim._repr_html_() for claim in self.claims)


def automatic(
    tables: Mapping[str, pd.DataFrame],
    per_text: int = PER_TEXT,
    texts: int = TEXTS,
    differences: int = DIFFERENCES,
) -> Automatic:
    """Say what the tables of a corpus bear out, each sentence with its quotations.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        documents and passages; and whatever there is of ledger, facts, codes,
        shares, contrasts, nearest and gaps; of topics (topics, topic_curve,
        topic_weights, topic_passages); and of themes (themes, theme_curve,
        theme_members): the summary, curve, weights or members, and passages that
        fits hold.
    per_text : int
        So many claims at most on one text.
    texts : int
        So many texts at most have claims of their own: those of most passages.
    differences : int
        So many claims at most on differences: the largest, of codes, topics and themes
        in turn. One claim is on all that has less of a code than a text.

    Returns
    -------
    Automatic

    Notes
    -----
    What rests on codes is ``doubtful`` unless the codes say that they are to be
    relied on (column relied_on): on texts that no one has coded by hand, nobody
    knows how well the machine does it. What rests on topics or themes is
    ``doubtful`` where one returns too seldom in other samples, or is more of one
    language than chance would make it; of topics or themes whose number is not
    stable nothing is said.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents().query("doc == 'nb'")
    >>> tables = {"documents": documents, "passages": cl.clean.passages(documents)}
    >>> automatic({**tables, "facts": cl.facts.find(documents)})
    The corpus has 17 passages of one text, in Norwegian Bokmål. [counted]
    The text nb names an amount of money: 165 million NOK (qualified in the text). [stated]
    The text nb names a quantity: 3 levels. [stated]
    The text nb names a point in time: 2016. [stated]
    """
    sources = Sources(dict(tables))
    order = sources.docs
    largest = sorted(order, key=lambda doc: (-len(sources.passages_of(doc)), doc))
    told = set(largest[:texts])
    drafts, remarks = list(whole.claims(sources)), []
    if len(told) < len(order):
        rule = f"only the {texts:,} texts of most passages have claims of their own"
        remarks.append(f"{rule}; {times(len(order) - len(told), 'text')} left out")
    for place, doc in enumerate(order, start=1):
        if doc in told:
            own = list(within.claims(sources, doc, f"text-{place}"))
            drafts += own[:per_text]
            remarks += _cut(own[per_text:], doc, per_text)
    kept, more = apart.claims(sources, differences)
    drafts += kept
    remarks += more
    claims = list(_checked(drafts, sources))
    sections = [draft.section for draft in drafts]
    said = [("claims", remark) for remark in remarks]
    left = pd.DataFrame(said, columns=["stage", "remark"], dtype="str")
    return Automatic(claims, tabled(zip(sections, claims, strict=True)), left)


def _cut(drafts: list[Draft], doc: str, most: int) -> list[str]:
    if not drafts:
        return []
    what = times(len(drafts), "claim")
    return [f"{what} on the text {doc} left out: {most} of one text at most are told"]


def _checked(drafts: list[Draft], sources: Sources) -> Iterator[Claim]:
    for draft in drafts:
        yield made(draft.name, draft.text, draft.holds, draft.evidence, sources.original)
