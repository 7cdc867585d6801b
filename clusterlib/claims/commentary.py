"""A commentary: claims in order, which can be made again from other tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clusterlib.claims.claim import (
    Claim,
    ClaimError,
    Evidence,
    Rows,
    faults_of,
    gathered,
    made,
    tabled,
)
from clusterlib.claims.evidence import quoted
from clusterlib.study import MissingError, Study


@dataclass(frozen=True)
class Written:
    """A claim as it is written: how to make it from a study."""

    name: str
    section: str
    text: Callable[[Study], str]
    holds: Callable[[Study], bool]
    evidence: tuple[Callable[[Study], Evidence], ...]


class Commentary:
    """Claims about a study, in the order in which they are made.

    Parameters
    ----------
    study : Study
        What the claims are about.
    pinned : str or pathlib.Path, optional
        CSV with claim, doc and quote: what each claim rested on when it was last
        read against the sources. A claim fails when one of these quotations no
        longer stands in its document.

    Examples
    --------
    >>> import clusterlib as cl
    >>> said = Commentary(cl.study.of(cl.load.documents()))
    >>> said.section("Telemark")
    >>> said.check(
    ...     "nb-money",
    ...     lambda study: f"It names {cl.claims.fact(study, 'nb', 'money').value} kroner.",
    ...     lambda study: set(study.facts.query("kind == 'money'")["doc"]) == {"nb"},
    ...     lambda study: cl.claims.fact(study, "nb", "money"),
    ... )
    It names 165000000 kroner. [stated]
      nb-015 “ca 165 millioner kroner”
    >>> said.table[["claim", "section", "holds"]].values.tolist()
    [['nb-money', 'Telemark', True]]
    """

    def __init__(self, study: Study, pinned: str | Path | None = None) -> None:
        self.study = study
        self._pinned: dict[str, list[tuple[str, str]]] = {}
        if pinned is not None and Path(pinned).is_file():
            for claim, doc, quote in pd.read_csv(pinned, dtype="str").to_numpy().tolist():
                self._pinned.setdefault(claim, []).append((doc, quote))
        self._section = ""
        self._written: dict[str, Written] = {}
        self._made: dict[str, Claim] = {}

    def section(self, title: str) -> None:
        """Begin a section; claims that follow belong to it."""
        self._section = title

    def check(
        self,
        name: str,
        text: Callable[[Study], str],
        holds: Callable[[Study], bool],
        *evidence: Callable[[Study], Evidence],
    ) -> Claim:
        """Make a claim, or fail.

        Parameters
        ----------
        name : str
            What it is called, in lower case with hyphens; a claim made again
            under its name takes the place of the first.
        text, holds, *evidence : function of a study
            What `clusterlib.claims.check` takes, made from the study's tables;
            evidence of several functions is put together.

        Returns
        -------
        Claim

        Raises
        ------
        ClaimError
            As `clusterlib.claims.check` does; also if the study does not hold
            what the claim speaks of, or a pinned quotation is gone.
        """
        written = Written(name, self._section, text, holds, evidence)
        self._written[name] = written
        self._made[name] = self._make(written, self.study)
        return self._made[name]

    def again(self, study: Study) -> pd.DataFrame:
        """Make every claim from another study.

        Parameters
        ----------
        study : Study
            Such as the same texts with another seed or encoder.

        Returns
        -------
        pandas.DataFrame
            claim, holds and why not, a row a claim, in order.
        """
        rows = []
        for written in self._written.values():
            faults = self._faults(written, study)
            rows.append((written.name, not faults, "; ".join(faults)))
        return pd.DataFrame(rows, columns=["claim", "holds", "why"])

    def survival(self, variants: Mapping[str, Study]) -> pd.DataFrame:
        """Tell which claims outlive a change of texts or settings.

        Parameters
        ----------
        variants : mapping of str to Study
            Other studies, by what is different in them.

        Returns
        -------
        pandas.DataFrame
            claim, and a column a variant: ``"holds"``, ``"fails"``, or ``"needs
            it"`` where the claim quotes a text that the variant does not have.
        """
        found = {"claim": list(self._made)}
        for name, study in variants.items():
            holds = self.again(study).set_index("claim")["holds"]
            known = set(study.documents["doc"])
            without = {
                claim
                for claim, made in self._made.items()
                if not set(made.evidence["doc"]) <= known
            }
            found[name] = [
                "holds" if holds[claim] else "needs it" if claim in without else "fails"
                for claim in self._made
            ]
        return pd.DataFrame(found)

    @property
    def table(self) -> pd.DataFrame:
        """The claims that hold: claim, section, text, holds, strength and evidence (rows)."""
        sections = (self._written[name].section or "Claims" for name in self._made)
        return tabled(zip(sections, self._made.values(), strict=True))

    @property
    def evidence(self) -> pd.DataFrame:
        """The quotations of all claims: claim, and the columns of a claim's evidence."""
        parts = [claim.evidence.assign(claim=name) for name, claim in self._made.items()]
        table = pd.concat(parts, ignore_index=True)
        return table[["claim", *table.columns.drop("claim")]]

    def pin(self, path: str | Path) -> None:
        """Write as CSV what each claim rests on, once it has been read against the sources."""
        self.evidence[["claim", "doc", "quote"]].to_csv(path, index=False, lineterminator="\n")

    def _make(self, written: Written, study: Study) -> Claim:
        if faults := self._faults(written, study):
            raise ClaimError(written.name, faults)
        text, holds, evidence = _asked(written, study)
        return made(written.name, text, holds, evidence, quoted(study))

    def _faults(self, written: Written, study: Study) -> list[str]:
        """Say all that is wrong with a claim about a study."""
        known = quoted(study)
        lost = [
            f"{doc}: “{quote:.80}” no longer stands there"
            for doc, quote in self._pinned.get(written.name, [])
            if quote not in known.texts.get(doc, "")
        ]
        try:
            _, holds, evidence = _asked(written, study)
            return [*faults_of(holds, gathered(evidence, known), known), *lost]
        except MissingError as error:
            return [str(error), *lost]
        except (LookupError, ValueError, TypeError) as error:
            # What a claim speaks of may be gone in any way; which one is told.
            return [f"it cannot be computed: {error!r}", *lost]


def _asked(written: Written, study: Study) -> tuple[str, bool, list[Rows]]:
    """Return the text, the condition and the evidence of a claim."""
    text, holds = written.text(study), bool(written.holds(study))
    return text, holds, [part for find in written.evidence for part in _parts(find(study))]


def _parts(evidence: Evidence) -> Sequence[Rows]:
    return [evidence] if isinstance(evidence, pd.DataFrame | pd.Series) else evidence
