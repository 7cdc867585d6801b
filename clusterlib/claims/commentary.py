"""Commentaries: claims in reading order, as they are shown, and made again from other studies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from clusterlib import cards
from clusterlib.claims.claim import SHOWN, STRENGTHS, Claim, ClaimError, Evidence, to_table
from clusterlib.claims.evidence import index_of
from clusterlib.compare.study import MissingError, Study

# A sentence, and what it rests on.
Statement: TypeAlias = tuple[str, Evidence]
ClaimFunction: TypeAlias = Callable[[Study], Statement]


@dataclass(frozen=True)
class Section:
    """The claims of one section: a paragraph whose marks open on the quotations.

    >>> import clusterlib as cl
    >>> money = cl.facts.find(cl.load.documents()).query("kind == 'money'")
    >>> Section([cl.claims.check("One text names a sum of money.", True, money)])
    One text names a sum of money. [stated]
      nb-015 “ca 165 millioner kroner”
    """

    claims: list[Claim] = field(repr=False)

    def _repr_html_(self) -> str:
        sentences = " ".join(map(_sentence, self.claims))
        return cards.framed("claim", f'<div class="cl-prose">{sentences}</div>')

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.claims))


def _sentence(claim: Claim) -> str:
    """Return a claim as a sentence with a mark that opens on its quotations."""
    about = f"{claim.strength}: what {claim.name} rests on"
    quoted = cards.quotations(claim.quotations, SHOWN)
    return cards.sentence(claim.text, STRENGTHS[claim.strength], about, quoted)


@dataclass(frozen=True)
class Automatic:
    """A commentary, and what it does not say.

    Attributes
    ----------
    claims : list of Claim
        In reading order.
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
    remarks: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """The same as a table: claim, section, text, holds, strength and evidence."""
        return to_table(self.claims)

    @property
    def sections(self) -> list[str]:
        """The sections, in reading order."""
        return list(dict.fromkeys(claim.section for claim in self.claims))

    def section(self, title: str, most: int | None = None) -> "Automatic":
        """Return the commentary of one section alone, or only so many of its claims."""
        claims = [claim for claim in self.claims if claim.section == title]
        return Automatic(claims[:most], self.remarks)

    def __repr__(self) -> str:
        return "\n".join(f"{claim.text} [{claim.strength}]" for claim in self.claims)

    def _repr_html_(self) -> str:
        return "".join(claim._repr_html_() for claim in self.claims)


class Commentary:
    """Claims about a study, in the order in which they are read.

    Parameters
    ----------
    study : Study
        What the claims are about.
    sections : mapping of str to sequence of function
        The claims of each section. A claim is a function of a study: its name is that of the claim,
        its body asserts what makes the claim true, and it returns the sentence and its evidence, as
        `clusterlib.claims.check` takes them.
    pinned : str or pathlib.Path, optional
        CSV with claim, doc and quote: what each claim rested on when it was last read against the
        sources. A claim fails when one of these quotations no longer stands in its document.

    Raises
    ------
    RuntimeError
        If Python leaves out assertions (``python -O``): every claim would hold.

    Examples
    --------
    >>> import clusterlib as cl
    >>> def nb_money(study):
    ...     money = cl.claims.fact(study, "nb", "money")
    ...     assert set(study.facts.query("kind == 'money'")["doc"]) == {"nb"}
    ...     return f"It names {money.value} kroner.", money
    >>> commentary = Commentary(cl.study.of(cl.load.documents()), {"Telemark": [nb_money]})
    >>> commentary.section("Telemark")
    It names 165000000 kroner. [stated]
      nb-015 “ca 165 millioner kroner”
    """

    def __init__(
        self,
        study: Study,
        sections: Mapping[str, Sequence[ClaimFunction]],
        pinned: str | Path | None = None,
    ) -> None:
        if not __debug__:
            raise RuntimeError("claims are assertions: start Python without -O")
        self.study = study
        self.sections = {title: list(functions) for title, functions in sections.items()}
        self._functions = {
            _name(function): (title, function)
            for title, functions in self.sections.items()
            for function in functions
        }
        self._pinned: dict[str, list[tuple[str, str]]] = {}
        if pinned is not None and Path(pinned).is_file():
            for claim, doc, quote in pd.read_csv(pinned, dtype="str").to_numpy().tolist():
                self._pinned.setdefault(claim, []).append((doc, quote))
        self._claims: dict[str, Claim] = {}

    def section(self, title: str) -> Section:
        """Return the claims of a section.

        A ClaimError says which of them does not hold: as `clusterlib.claims.check` raises it; also
        if the study does not hold what the claim speaks of, or a pinned quotation is gone.
        """
        return Section([self._claim(_name(function)) for function in self.sections[title]])

    @property
    def claims(self) -> dict[str, Claim]:
        """All claims, by name; the first that does not hold raises ClaimError."""
        return {name: self._claim(name) for name in self._functions}

    def again(self, study: Study, claims: Sequence[str] | None = None) -> pd.DataFrame:
        """Make claims, by default all, from another study, such as one with another seed.

        Returns claim, holds and why not, a row a claim, in order.
        """
        rows = []
        for name in self._functions if claims is None else claims:
            try:
                self._make(name, study)
                rows.append((name, True, ""))
            except ClaimError as error:
                rows.append((name, False, "; ".join(error.faults)))
        return pd.DataFrame(rows, columns=["claim", "holds", "why"])

    def survival(self, variants: Mapping[str, Study]) -> pd.DataFrame:
        """Tell which claims outlive a change of texts or settings.

        ``variants`` are other studies, by what is different in them. Returns claim, and a column a
        variant: ``"holds"``, ``"fails"``, or ``"needs it"`` where the claim quotes a text that the
        variant does not have.
        """
        docs = {name: set(claim.evidence["doc"]) for name, claim in self.claims.items()}
        verdicts = {"claim": list(docs)}
        for variant, study in variants.items():
            holds = self.again(study).set_index("claim")["holds"]
            present = set(study.documents["doc"])
            verdicts[variant] = [
                "holds" if holds[name] else "fails" if docs[name] <= present else "needs it"
                for name in docs
            ]
        return pd.DataFrame(verdicts)

    @property
    def table(self) -> pd.DataFrame:
        """The claims that hold: claim, section, text, holds, strength and evidence (rows)."""
        return to_table(self.claims.values())

    @property
    def evidence(self) -> pd.DataFrame:
        """The quotations of all claims: claim, and the columns of a claim's evidence."""
        parts = [claim.evidence.assign(claim=name) for name, claim in self.claims.items()]
        table = pd.concat(parts, ignore_index=True)
        return table[["claim", *table.columns.drop("claim")]]

    def pin(self, path: str | Path) -> None:
        """Write as CSV what each claim rests on, once it has been read against the sources."""
        self.evidence[["claim", "doc", "quote"]].to_csv(path, index=False, lineterminator="\n")

    def _claim(self, name: str) -> Claim:
        if name not in self._claims:
            self._claims[name] = self._make(name, self.study)
        return self._claims[name]

    def _make(self, name: str, study: Study) -> Claim:
        """Make a claim from a study; a ClaimError says all that is wrong with it."""
        index, (section, function) = index_of(study), self._functions[name]
        faults = [
            f"{doc}: “{quote:.80}” no longer stands there"
            for doc, quote in self._pinned.get(name, [])
            if quote not in index.texts.get(doc, "")
        ]
        try:
            claim = index.claim(name, section, *function(study))
        except ClaimError as error:
            faults = [*error.faults, *faults]
        except AssertionError as error:
            faults.insert(0, ": ".join(filter(None, ["its condition is false", str(error)])))
        except MissingError as error:
            faults.insert(0, str(error))
        except (LookupError, ValueError, TypeError) as error:
            # What a claim speaks of may be gone in any way; which one is told.
            faults.insert(0, f"it cannot be computed: {error!r}")
        if faults:
            raise ClaimError(name, faults)
        return claim


def _name(function: ClaimFunction) -> str:
    """Return the name of a claim, which is that of its function."""
    return function.__name__.replace("_", "-")
