"""Measure contrasts: what they report of texts that do not differ, and of planted differences.

    python benchmarks/compare.py --bench FOLDER [--draws N]

FOLDER holds ntrex/*.tsv (parallel news) and sib200/*.tsv (parallel sentences with topics).
*Parallel*: the same lines in two languages are two texts, which say the same; every verdict
other than "too little evidence" is false. *Halves*: two texts of one kind, other lines each.
*Planted*: 60 sentences a side in two languages, on one topic 20 points more often in the second;
what is compared is the topic as labelled, and as the machine codes it.
"""

import argparse
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
from codes import BOOK
from space import NTREX, SIB, read

import clusterlib as cl

SIZE, POINTS, BASES = 60, 0.2, (0.05, 0.1, 0.2, 0.3, 0.4)
TOO_LITTLE = "too little evidence"


def verdicts(assigned: pd.DataFrame, passages: pd.DataFrame, floors: pd.DataFrame) -> pd.Series:
    """Return the verdicts of the contrasts of these passages."""
    own = assigned[assigned["passage"].isin(passages["passage"])]
    return cl.compare.contrasts(own, passages, floors)["verdict"]


def floors_of(
    name: str, assigned: pd.DataFrame, passages: pd.DataFrame, vectors: pd.DataFrame
) -> pd.DataFrame:
    """Return floors between languages for texts of the size of these."""
    own = assigned[assigned["passage"].isin(passages["passage"])]
    return cl.compare.floors(own, passages, vectors if name != "codes" else None)


def parallel(folder: Path, draw: np.random.Generator) -> None:
    """Report verdicts on blocks of parallel lines, and on halves of one language."""
    table = read(folder / "ntrex", NTREX, ["document", "line", "text"])
    vectors = cl.embed.vectors(table)
    table["block"] = table["number"] // SIZE
    # The last lines are fewer than a block.
    whole = table.groupby(["lang", "block"])["passage"].transform("size") == SIZE
    fitted = {
        "codes": cl.codes.apply(table, vectors),
        "topics": cl.topics.fit(placed(table), vectors, n_topics=7).weights,
        "themes": cl.themes.fit(table, vectors, n_themes=7).members,
    }
    for name, assigned in fitted.items():
        same, halves = [], []
        for _, block in table[whole].groupby("block"):
            texts = block.assign(doc=block["lang"])
            floors = floors_of(name, assigned, texts, vectors)
            same.append(verdicts(assigned, texts, floors))
        for _, own in table.groupby("lang"):
            chosen = draw.permutation(len(own))[: 2 * SIZE]
            texts = own.iloc[chosen].assign(doc=np.repeat(["one", "two"], SIZE))
            floors = floors_of(name, assigned, texts, vectors)
            halves.append(verdicts(assigned, texts, floors))
        for kind, found in (("parallel", same), ("halves", halves)):
            every = pd.concat(found)
            share = (every != TOO_LITTLE).mean()
            print(f"{kind:9} {name:7} {len(every):6} contrasts, reported {share:.4f}")


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """Return what the contract of passages asks for."""
    places = {"position": table["number"], "start": 0, "end": table["text"].str.len()}
    return table.assign(doc=table["lang"], kind="body", **places)


def planted(folder: Path, draw: np.random.Generator, draws: int) -> None:
    """Report how often a planted difference is found, by share in the first text."""
    table = read(folder / "sib200", SIB, ["index_id", "category", "text"])
    table["code"] = table["category"].str.replace("/", "-")
    machine = cl.codes.apply(table, cl.embed.vectors(table), BOOK)
    wide = machine.pivot(index="passage", columns="code", values="coded")
    names = sorted(table["code"].unique())
    pairs = list(itertools.permutations(sorted(SIB.values()), 2))
    rows = []
    for base, number in itertools.product(BASES, range(draws)):
        topic, pair = names[number % len(names)], pairs[draw.integers(len(pairs))]
        texts = [
            side(table[table["lang"] == lang], topic, share, draw).assign(doc=doc)
            for lang, share, doc in zip(pair, (base, base + POINTS), "ab", strict=True)
        ]
        passages = pd.concat(texts)
        labelled = passages.assign(coded=passages["code"] == topic)[["passage", "code", "coded"]]
        labelled = labelled.assign(code=topic)
        coded = labelled.assign(coded=wide.loc[labelled["passage"], topic].to_numpy())
        floors = known_floors(topic, passages)
        found = [cl.compare.contrasts(own, passages, floors) for own in (labelled, coded)]
        rows.append((base, *(one["verdict"].item() == "less" for one in found)))
    power = pd.DataFrame(rows, columns=["share", "as labelled", "as coded"]).groupby("share").mean()
    print(f"\nplanted: {POINTS:.0%} more of a topic, {SIZE} sentences a side, {draws} draws a row")
    print(power.round(3).to_string())
    print(power.mean().round(3).rename("all").to_frame().T.to_string())


FLOORS: dict[tuple[str, ...], pd.DataFrame] = {}


def known_floors(topic: str, passages: pd.DataFrame) -> pd.DataFrame:
    """Return the floor of a topic between the two languages, measured once for each pair."""
    langs = tuple(passages.drop_duplicates("doc")["lang"])
    if langs not in FLOORS:
        book = cl.codes.read(BOOK)
        every = pd.MultiIndex.from_product([passages["passage"], book["code"]])
        codes = every.to_frame(index=False, name=["passage", "code"]).assign(coded=False)
        FLOORS[langs] = cl.compare.floors(codes, passages, codebook=BOOK)
    return FLOORS[langs].query("theme == @topic")


def side(own: pd.DataFrame, topic: str, share: float, draw: np.random.Generator) -> pd.DataFrame:
    """Draw sentences, each on the topic with a probability."""
    inside, outside = own[own["code"] == topic], own[own["code"] != topic]
    count = min(int((draw.random(SIZE) < share).sum()), len(inside))
    parts = [
        inside.sample(count, random_state=draw),
        outside.sample(SIZE - count, random_state=draw),
    ]
    return pd.concat(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=280)
    chosen = parser.parse_args()
    draw = np.random.default_rng(0)
    parallel(chosen.bench, draw)
    planted(chosen.bench, draw, chosen.draws)


if __name__ == "__main__":
    main()
