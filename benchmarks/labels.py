"""Measure how often the headings of topics and themes fit their passages.

    python benchmarks/labels.py --bench FOLDER [--draws N]

FOLDER holds ntrex/*.tsv and sib200/*.tsv; sentence_headings.csv files each of their sentences.
Printed are the headings that cannot be told apart; how many headings of groups are right, which
they are for three or more of five passages that are clearly of the group (README.md says how it
is counted); how often a passage is what the heading of its group says, by how clearly it is of
the group; and how often the English of a term is right, by its confidence.
"""

from collections.abc import Iterator
from math import comb
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from space import NTREX, SIB, arguments, placed, read

import clusterlib as cl
from clusterlib import axes, subjects
from clusterlib.topics import english

FIRST, DOCUMENTS, DRAWN, FEW = 401, 40, 5, 5
GROUPS = {"ntrex": 10, "sib200": 7}
LEADS = {"topics": [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9], "themes": [0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4]}
GLOSSES = Path(__file__).parents[1] / "tests" / "cases" / "glosses.csv"
SURE = [0, 0.1, 0.2, 0.3, 0.4, 0.6]
ALIKE, RANK = 0.7, 10


def faults(encoder: cl.embed.Encoder) -> tuple[list[str], pd.Series]:
    """Return which headings cannot be told apart, and the rank of each one's own scope."""
    table = subjects.headings()
    lines = pd.DataFrame({"text": subjects.texts()}).assign(lang="en")
    lines["passage"] = lines.index.astype("str")
    rows = cl.embed.matrix(cl.embed.vectors(lines, encoder)).astype(np.float64)
    even = axes.whitening(cl.embed.form(encoder))
    parts = [rows[: len(table)], rows[len(table) :], subjects.vectors(encoder)]
    words, scopes, whole = (axes.unit((part - part.mean(axis=0)) @ even) for part in parts)
    names = table["heading"].tolist()
    likeness = np.triu(whole @ whole.T, 1)
    found = [
        f"{names[one]!r} and {names[other]!r} are alike: {likeness[one, other]:.2f}"
        for one, other in np.argwhere(likeness > ALIKE)
    ]
    for kind, part in {"words": words, "scope": scopes}.items():
        found += [
            f"the {kind} of {names[place]!r} are nearer to {names[other]!r}"
            for place, other in enumerate((part @ whole.T).argmax(axis=1))
            if place != other
        ]
    near = words @ scopes.T
    rank = pd.Series((near > np.diag(near)[:, None]).sum(axis=1), index=names)
    far = rank[rank >= RANK].items()
    found += [f"the scope of {name!r} is nearer to {place} others" for name, place in far]
    return found, rank


def accepted() -> dict[tuple[str, int], set[str]]:
    """Return the headings that are right for each sentence of each corpus."""
    broader = subjects.headings().set_index("heading")["broader"].str.split(" | ", regex=False)

    def above(heading: str) -> set[str]:
        return {heading}.union(*(above(name) for name in broader[heading] if name))

    table = pd.read_csv(Path(__file__).with_name("sentence_headings.csv"), keep_default_na=False)
    return {
        (corpus, number): set().union(*(above(one) for one in cell.split(" | ") if one))
        for corpus, number, cell in table.to_numpy().tolist()
    }


def corpora(bench: Path, draws: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the passages of each draw, with the number of each sentence."""
    news = read(bench / "ntrex", NTREX, ["document", "line", "text"])
    topics = read(bench / "sib200", SIB, ["index_id", "category", "text"])
    topics["number"] = topics["index_id"].astype(int)
    for seed in range(FIRST, FIRST + draws):
        draw, langs = np.random.default_rng(seed), sorted(SIB.values())
        names = draw.choice(sorted(news["document"].unique()), DOCUMENTS, replace=False)
        spoken = dict(zip(names, draw.choice(langs, DOCUMENTS), strict=True))
        yield "ntrex", news[news["lang"] == news["document"].map(spoken)]
        names = sorted(topics["index_id"].unique(), key=int)
        spoken = dict(zip(names, draw.choice(langs, len(names)), strict=True))
        yield "sib200", topics[topics["lang"] == topics["index_id"].map(spoken)]


def fitted(passages: pd.DataFrame, number: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the passages of topics and of themes: passage, heading, group, margin and clear."""
    given = placed(passages.assign(text=passages["text"].str.strip()).query("text != ''"))
    vectors = cl.embed.vectors(given)
    for kind, fit in (("topics", cl.topics.fit), ("themes", cl.themes.fit)):
        groups = fit(given, vectors, number)
        table = groups.passages if kind == "topics" else groups.members
        heading = groups.summary.set_index(groups.kind)["heading"]
        table = table.rename(columns={groups.kind: "group"})
        yield kind, table.assign(heading=table["group"].map(heading))


def likely(fits: np.ndarray) -> float:
    """Return how likely the headings, a column each, are right for passages drawn from these."""
    count, some = min(DRAWN, len(fits)), fits.any(axis=1)

    def draws(kept: np.ndarray) -> int:
        """Return how many draws have three or more of some heading, all of them among these."""
        others = int((~some).sum())
        return sum(comb(int(kept.sum()), n) * comb(others, count - n) for n in range(3, count + 1))

    # Without draws that lack one of two headings; three or more cannot lack both.
    lacking = sum(draws(some & ~one) for one in fits.T)
    return (draws(some) - lacking) / comb(len(fits), count)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--draws", type=int, default=4)
    chosen = parser.parse_args()
    found, rank = faults(cl.embed.load_encoder())
    print("\n".join(found) or "all headings are told apart")
    shares = ", ".join(f"{(rank < most).mean():.2f} within {most}" for most in (1, 3, 10))
    print(f"{len(rank)} headings; a heading's own scope is the nearest to its words: {shares}")
    right, rows, parts = accepted(), [], []
    none: set[str] = set()
    for corpus, passages in corpora(chosen.bench, chosen.draws):
        numbers = passages.set_index("passage")["number"]
        for kind, table in fitted(passages, GROUPS[corpus]):
            table = table[table["heading"] != ""].assign(corpus=corpus, kind=kind)
            filed = [right.get((corpus, one), none) for one in table["passage"].map(numbers)]
            pairs = zip(table["heading"].str.split(" | ", regex=False), filed, strict=True)
            table["fits"] = [[name in of_one for name in names] for names, of_one in pairs]
            drawn = [
                part[part["clear"]] if part["clear"].sum() >= FEW else part
                for _, part in table.groupby("group")
            ]
            fits = sum(likely(np.array(part["fits"].tolist())) for part in drawn)
            two = sum(len(part["fits"].iloc[0]) == 2 for part in drawn)
            rows.append((corpus, kind, fits, len(drawn), two))
            parts.append(table.assign(fits=table["fits"].map(any)))
    table = pd.DataFrame(rows, columns=["corpus", "kind", "right", "named", "two"])
    print(table.groupby(["corpus", "kind"]).mean().round(2).to_string())
    whole = pd.concat(parts)
    for kind, edges in LEADS.items():
        part = whole[whole["kind"] == kind]
        lead = pd.cut(part["margin"], [*edges, 1.01], right=False)
        by_lead = part.groupby([lead, "corpus"], observed=True)["fits"].mean()
        print(f"{kind}: part of the passages that are what the heading of their group says")
        print(by_lead.unstack().round(2).to_string())
    asked = pd.read_csv(GLOSSES, keep_default_na=False).rename(columns={"english": "accepted"})
    asked = asked.assign(topic="t", kind="term", passage=asked.index.astype(str))
    terms = asked[["topic", "lang", "kind", "term"]]
    with mock.patch.object(english, "GUESS", 0.0):
        glosses = english.gloss(terms, asked[["passage", "lang"]].assign(text=asked["term"]))
    pairs = zip(glosses["english"], asked["accepted"], strict=True)
    fits = pd.Series([word in cell.split(" | ") for word, cell in pairs])
    confidence = pd.cut(glosses["confidence"], [*SURE, 1.01], right=False)
    print(fits.groupby(confidence, observed=True).agg(["mean", "size"]).round(2).to_string())


if __name__ == "__main__":
    main()
