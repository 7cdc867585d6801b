"""Claims as the report shows them: in their sections, each with the words it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterlib.claims.claim import STRENGTHS as SIGNS
from clusterlib.export import names

# What a reader sees of the strength of a claim: a sign and a word, never a colour alone.
MEANINGS = {
    "stated": "The quoted words say it.",
    "counted": "Rests on passages that a machine coded or counted, with a measure relied on.",
    "doubtful": "Rests on what should not be relied on alone.",
}
STRENGTHS = {word: (sign, MEANINGS[word]) for word, sign in SIGNS.items()}
FAILED = ("✕", "does not hold", "The data no longer bear this sentence.")


@dataclass(frozen=True)
class Quotation:
    """The words of a source that a claim rests on."""

    doc: str
    passage: str
    start: int
    end: int
    quote: str
    english: str
    lang: str

    @property
    def anchor(self) -> str:
        """Where it is highlighted on the page of its text."""
        return f"q-{self.start}-{self.end}"

    @property
    def page(self) -> str:
        """The page of its text, seen from the folder of the report."""
        return f"texts/{names.slug(self.doc)}.html"

    @property
    def direction(self) -> str:
        """The direction in which it is written."""
        return names.direction(self.lang)


@dataclass(frozen=True)
class Claim:
    """A sentence of the commentary."""

    name: str
    section: str
    text: str
    holds: bool
    strength: str
    quotations: tuple[Quotation, ...]

    @property
    def anchor(self) -> str:
        """Where it stands on the first page."""
        return f"claim-{names.slug(self.name)}"

    @property
    def sign(self) -> tuple[str, str, str]:
        """A sign, a word for it, and what it means."""
        if not self.holds:
            return FAILED
        sign, meaning = STRENGTHS[self.strength]
        return sign, self.strength, meaning


def claims(tables: Mapping[str, pd.DataFrame]) -> list[Claim]:
    """Read the claims and check each quotation against its source.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        ``claims`` and ``documents``; without claims there are none.

    Returns
    -------
    list of Claim
        In the order of the table.

    Raises
    ------
    ValueError
        With every fault: an unknown strength, a repeated name, a quotation that
        does not stand in its document where it is said to.
    """
    if "claims" not in tables:
        return []
    documents = tables.get("documents", pd.DataFrame(columns=["doc", "lang", "text"]))
    texts = dict(zip(documents["doc"], documents["text"], strict=True))
    langs = dict(zip(documents["doc"], documents["lang"], strict=True))
    found = [_claim(row, langs) for row in tables["claims"].to_dict("records")]
    faults = [*_faults(found), *_misquoted(found, texts)]
    if faults:
        raise ValueError("the claims cannot be shown:\n" + "\n".join(f"  {f}" for f in faults))
    return found


def sections(found: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Group claims by section: what is said of several texts first, then the profiles.

    Parameters
    ----------
    found : iterable of Claim
        In the order of the commentary.

    Returns
    -------
    dict of str to list of Claim
        Sections in the order in which they first appear, profiles after all
        others. A section is a profile of a text if each of its claims quotes that
        text, and most of them no other.

    Examples
    --------
    >>> def claim(section, *docs):
    ...     quoted = tuple(Quotation(doc, "", 0, 1, "a", "", "en") for doc in docs)
    ...     return Claim("", section, "", True, "stated", quoted)
    >>> own = claim("The text a", "a"), claim("The text a", "a"), claim("The text a", "a", "b")
    >>> list(sections([*own, claim("All", "a", "b")]))
    ['All', 'The text a']
    """
    grouped: dict[str, list[Claim]] = {}
    for claim in found:
        grouped.setdefault(claim.section, []).append(claim)
    return dict(sorted(grouped.items(), key=lambda item: _profile(item[1])))


def _profile(members: list[Claim]) -> bool:
    """Whether each claim that quotes anything quotes one text, and most of them it alone."""
    quoted = [{item.doc for item in claim.quotations} for claim in members if claim.quotations]
    alone = sum(len(docs) == 1 for docs in quoted)
    return 2 * alone > len(quoted) and len(set.intersection(*quoted)) == 1


def _claim(row: Mapping[Any, Any], langs: Mapping[str, str]) -> Claim:
    evidence = row["evidence"] if row["evidence"] is not None else ()
    return Claim(
        name=str(row["claim"]),
        section=str(row["section"]),
        text=str(row["text"]),
        holds=bool(row["holds"]),
        strength=str(row["strength"]),
        quotations=tuple(_quotation(item, langs) for item in evidence),
    )


def _quotation(item: Mapping[str, Any], langs: Mapping[str, str]) -> Quotation:
    english, passage = (item.get(key) for key in ("english", "passage"))
    return Quotation(
        doc=str(item["doc"]),
        passage="" if pd.isna(passage) else str(passage),
        start=int(item["start"]),
        end=int(item["end"]),
        quote=str(item["quote"]),
        english="" if pd.isna(english) else str(english),
        lang=langs.get(str(item["doc"]), ""),
    )


def _faults(found: list[Claim]) -> list[str]:
    seen: set[str] = set()
    faults = []
    for claim in found:
        if claim.strength not in STRENGTHS:
            known = ", ".join(STRENGTHS)
            faults.append(f"{claim.name}: the strength {claim.strength!r} is none of {known}")
        if claim.name in seen:
            faults.append(f"{claim.name}: the name is taken by an earlier claim")
        seen.add(claim.name)
    return faults


def _misquoted(found: list[Claim], texts: Mapping[str, str]) -> list[str]:
    return [
        f"{claim.name}: {item.quote!r:.60} is not at {item.start} to {item.end} of {item.doc!r}"
        for claim in found
        for item in claim.quotations
        if item.start < 0
        or not item.quote.strip()
        or texts.get(item.doc, "")[item.start : item.end] != item.quote
    ]
