"""Measure contrasts: what they report of texts that do not differ, and of planted differences.

    python benchmarks/compare.py --bench FOLDER [--draws N]

FOLDER holds ntrex/*.tsv (parallel news) and sib200/*.tsv (parallel sentences with topics).
*Parallel*: the same lines in two languages; every verdict but "too little evidence" is false.
*Halves*: other lines of one language each. *Planted*: 60 sentences a side in two languages, on
one topic 20 points more often in the second, as labelled, as coded and as a topic model has it;
the share is fixed (3 and 15 of 60), or each sentence is drawn with that probability.
"""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from codes import BOOK
from scipy.optimize import linear_sum_assignment
from space import NTREX, SIB, arguments, placed, read

import clusterlib as cl

SIZE, POINTS, BASES = 60, 0.2, (0.05, 0.1, 0.2, 0.3, 0.4)
# Draws of two texts of one language.
HALVES = 20
TOO_LITTLE = "too little evidence"


def verdicts(
    name: str, assigned: pd.DataFrame, texts: pd.DataFrame, vectors: pd.DataFrame
) -> pd.Series:
    """Return the verdicts of contrasts of texts, above floors for texts of their size."""
    part = assigned[assigned["passage"].isin(texts["passage"])]
    floors = cl.compare.floors(part, texts, vectors if name != "codes" else None)
    return cl.compare.contrasts(part, texts, floors)["verdict"]


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
            same.append(verdicts(name, assigned, block.assign(doc=block["lang"]), vectors))
        for (_, part), _ in itertools.product(table.groupby("lang"), range(HALVES)):
            chosen = draw.permutation(len(part))[: 2 * SIZE]
            texts = part.iloc[chosen].assign(doc=np.repeat(["one", "two"], SIZE))
            halves.append(verdicts(name, assigned, texts, vectors))
        for kind, pairs in (("parallel", same), ("halves", halves)):
            every = pd.concat(pairs)
            share = (every != TOO_LITTLE).mean()
            print(f"{kind:9} {name:7} {len(every):6} contrasts, reported {share:.4f}")


def planted(folder: Path, draw: np.random.Generator, draws: int) -> None:
    """Report how often a planted difference is found, by share in the first text."""
    table = read(folder / "sib200", SIB, ["index_id", "category", "text"])
    table["code"] = table["category"].str.replace("/", "-")
    measured = measures(table)
    names, pairs = sorted(table["code"].unique()), sorted(SIB.values())
    for way in ("fixed", "drawn"):
        rows = []
        for base, number in itertools.product(BASES, range(draws)):
            topic, pair = names[number % len(names)], draw.permutation(pairs)[:2]
            texts = [
                side(table[table["lang"] == lang], topic, share, draw, way).assign(doc=doc)
                for lang, share, doc in zip(pair, (base, base + POINTS), "ab", strict=True)
            ]
            passages = pd.concat(texts)
            results = {
                name: is_reported(measure, topic, passages) for name, measure in measured.items()
            }
            rows.append({"share": base, **results})
        power = pd.DataFrame(rows).groupby("share").mean()
        print(f"\nplanted, {way}: {POINTS:.0%} more of a topic, {SIZE} a side, {draws} draws a row")
        print(power.round(3).to_string())
        print(power.mean().round(3).rename(way).to_frame().T.to_string())


def measures(table: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, Callable[..., pd.DataFrame]]]:
    """Return, by name, a column a topic for every sentence, and what finds their floors."""
    vectors = cl.embed.vectors(table)
    labels = pd.get_dummies(table.set_index("passage")["code"]).astype(float)
    coded = cl.codes.apply(table, vectors, BOOK).pivot(
        index="passage", columns="code", values="coded"
    )
    weights = cl.topics.fit(placed(table), vectors, n_topics=7).weights
    topics = weights.pivot(index="passage", columns="topic", values="weight")
    means = topics.loc[labels.index].T @ labels / labels.sum()
    best = linear_sum_assignment(-means.to_numpy())
    matched = {means.columns[j]: means.index[i] for i, j in zip(*best, strict=True)}

    def of_codes(topic: str, passages: pd.DataFrame) -> pd.DataFrame:
        every = pd.MultiIndex.from_product([passages["passage"], labels.columns])
        codes = every.to_frame(index=False, name=["passage", "code"]).assign(coded=False)
        return cl.compare.floors(codes, passages, codebook=BOOK)

    def of_topics(topic: str, passages: pd.DataFrame) -> pd.DataFrame:
        by_lang = passages.assign(doc=passages["lang"])
        near = table[table["lang"].isin(by_lang["lang"])].assign(doc=lambda part: part["lang"])
        floors = cl.compare.floors(weights[weights["passage"].isin(near["passage"])], near, vectors)
        names = dict(zip(by_lang["lang"], passages["doc"], strict=True))
        floors = floors.replace({"unit_a": names, "unit_b": names})
        order = floors[["unit_a", "unit_b"]].apply(sorted, axis=1, result_type="expand")
        floors[["unit_a", "unit_b"]] = order
        back = {topic: label for label, topic in matched.items()}
        return floors.assign(category=floors["category"].map(back)).dropna(subset="category")

    wide = pd.DataFrame({label: topics[topic] for label, topic in matched.items()})
    return {
        "as labelled": (labels, of_codes),
        "as coded": (coded.astype(float), of_codes),
        "as topics": (wide, of_topics),
    }


FLOORS: dict[tuple[object, ...], pd.DataFrame] = {}


def is_reported(
    measure: tuple[pd.DataFrame, Callable[..., pd.DataFrame]], topic: str, passages: pd.DataFrame
) -> bool:
    """Tell whether the second text is found to have more of a topic."""
    wide, floors_between = measure
    key = (floors_between.__name__, *passages.drop_duplicates("doc")["lang"])
    if key not in FLOORS:
        FLOORS[key] = floors_between(topic, passages)
    weights = passages[["passage"]].assign(
        topic=topic, weight=wide.loc[passages["passage"], topic].to_numpy(float)
    )
    floors = FLOORS[key].query("category == @topic")
    return bool(cl.compare.contrasts(weights, passages, floors)["verdict"].item() == "less")


def side(
    table: pd.DataFrame, topic: str, share: float, draw: np.random.Generator, way: str
) -> pd.DataFrame:
    """Draw sentences: so many of the topic, or each of it with that probability."""
    inside, outside = table[table["code"] == topic], table[table["code"] != topic]
    count = round(SIZE * share) if way == "fixed" else int((draw.random(SIZE) < share).sum())
    count = min(count, len(inside))
    parts = [
        inside.sample(count, random_state=draw),
        outside.sample(SIZE - count, random_state=draw),
    ]
    return pd.concat(parts)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--draws", type=int, default=140)
    chosen = parser.parse_args()
    draw = np.random.default_rng(0)
    parallel(chosen.bench, draw)
    planted(chosen.bench, draw, chosen.draws)


if __name__ == "__main__":
    main()
