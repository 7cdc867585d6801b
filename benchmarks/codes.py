"""Measure coding by English descriptions: topics of SIB-200, neutral sentences, and the seeds.

    python benchmarks/codes.py --bench FOLDER

FOLDER holds sib200/*.tsv (parallel sentences with topics). `sib200_codebook.csv` beside this
file describes its seven topics; each sentence is given the best code.
"""

import itertools
import time
from pathlib import Path

import numpy as np
import pandas as pd
from space import SIB, arguments, read

import clusterlib as cl

BOOK = Path(__file__).parent / "sib200_codebook.csv"


def topics(folder: Path) -> pd.DataFrame:
    """Code SIB-200 language by language; return the code and topic of every sentence."""
    table = read(folder, SIB | {"eng_Latn": "en"}, ["index_id", "category", "text"])
    parts = []
    for _, part in table.groupby("lang"):
        codes = cl.codes.apply(part, cl.embed.vectors(part), BOOK)
        best = codes.loc[codes.groupby("passage")["score"].idxmax(), ["passage", "code"]]
        parts.append(part.merge(best, on="passage"))
    coded = pd.concat(parts)
    return coded.assign(right=coded["code"] == coded["category"].str.replace("/", "-"))


def between(coded: pd.DataFrame) -> dict[str, float]:
    """Measure the agreement of languages on parallel sentences; columns are languages."""
    rows = []
    for one, two in itertools.combinations(coded.columns, 2):
        a, b = coded[one].to_numpy(), coded[two].to_numpy()
        sums = np.array([[len(a), a.sum(), b.sum(), (a & b).sum()]], dtype=float)
        alpha = cl.codes.readings._alphas(sums)[0]
        rows.append(((a == b).mean(), alpha, 2 * (a & b).sum() / max(1, a.sum() + b.sum())))
    names = ["equal decisions", "alpha", "positive agreement"]
    return dict(zip(names, np.mean(rows, axis=0), strict=True))


def main() -> None:
    folder = arguments(__doc__).parse_args().bench / "sib200"
    sib = topics(folder)
    accuracy = sib.groupby("lang")["right"].mean()
    five = accuracy.drop("en")
    print(accuracy.round(3).to_string())
    print(f"SIB-200: mean of five {five.mean():.3f}, lowest {five.min():.3f}")
    same = sib.pivot(index="number", columns="lang", values="code")
    pairs = itertools.combinations(same.columns, 2)
    print(f"SIB-200: same best code {np.mean([(same[a] == same[b]).mean() for a, b in pairs]):.3f}")

    neutral = cl.embed.calibration()
    codes = cl.codes.apply(neutral, cl.embed.vectors(neutral)).merge(neutral, on="passage")
    largest = codes.groupby("code")["coded"].mean().max()
    print(f"neutral sentences, largest share coded {largest:.3f}")
    wide = codes.pivot(index=["row", "code"], columns="lang_x", values="coded")
    for name, part in (("all", wide), ("seed languages", wide[sorted(SIB.values())])):
        figures = ", ".join(f"{key} {value:.3f}" for key, value in between(part).items())
        print(f"neutral sentences, {name}: {figures}")

    passages = cl.clean.passages(cl.load.documents())
    vectors = cl.embed.vectors(passages)
    coding = [
        cl.codes.read_sheet(cl.load.seeds() / name, passages=passages)
        for name in ("coding.csv", "coding-second.csv")
    ]
    begun = time.perf_counter()
    codes = cl.codes.apply(passages, vectors)
    print(f"seeds: {time.perf_counter() - begun:.2f} s")
    print("two readers", cl.codes.agreement(*coding).to_string(index=False))
    for by in (None, "dimension", "lang", "code"):
        print(cl.codes.agreement(codes, coding[0], by).to_string(index=False))


if __name__ == "__main__":
    main()
