"""Measure whether intervals of shares that a read sample corrects hold what they should.

    python benchmarks/intervals.py --bench FOLDER [--draws 200] [--half judged] [--one-each]

FOLDER holds sib200/*.tsv (parallel sentences with topics, which are the codes). 350 sentences are
in each of five languages, 60 of each are read in a draw, and each difference between languages is
false. Estimates were developed on the other half (`--half development`). With `--one-each` every
sentence is in one language only, 140 of each, of which 24 are read.
"""

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from codes import BOOK
from space import SIB, arguments, read

import clusterlib as cl

HALF, READ, LANGUAGES = 350, 60, len(SIB)


def corpus(folder: Path, half: str, one_each: bool) -> tuple[pd.DataFrame, ...]:
    """Return passages, vectors, the machine's codes, and the true ones in their form."""
    table = read(folder, SIB, ["index_id", "category", "text"])
    order = np.random.default_rng(0).permutation(table["number"].max() + 1)
    if one_each:
        place = pd.Series(np.arange(len(order)), index=order)
        langs = sorted(SIB.values())
        turn = [langs[number] for number in table["number"].map(place) % LANGUAGES]
        table = table[(table["lang"] == turn) & (table["number"].map(place) < 140 * LANGUAGES)]
    else:
        rows = order[-HALF:] if half == "judged" else order[:HALF]
        table = table[table["number"].isin(rows)]
    table = table.reset_index(drop=True)
    vectors = cl.embed.vectors(table)
    codes = cl.codes.apply(table, vectors, BOOK)
    topics = table.set_index("passage")["category"].str.replace("/", "-")
    truth = codes[["passage", "code"]].copy()
    truth["coded"] = truth["code"].eq(truth["passage"].map(topics))
    return table.drop(columns="category"), vectors, codes, truth


def draw(tables: tuple[pd.DataFrame, ...], n: int, seed: int) -> tuple[pd.DataFrame, list[float]]:
    """Return shares in each way from one sample, and how many differences are false."""
    passages, vectors, codes, truth = tables
    sheet = cl.codes.sheet(passages, codes, n=n, by="lang", random_state=seed)
    reading = truth.merge(sheet[["passage", "inclusion_probability"]], on="passage")
    taught = cl.codes.teach(codes, reading, vectors)
    sample = passages[passages["passage"].isin(reading["passage"])]
    ways = {
        "corrected": cl.compare.shares(taught, passages, "lang", reading=reading),
        # Thresholds and vectors untaught: the codes as they come, and their errors.
        "untaught": cl.compare.shares(codes, passages, "lang", reading=reading),
        "sample, by design": cl.compare.shares(
            codes.assign(probability=0.0), passages, "lang", reading=reading
        ),
        "sample, Jeffreys": cl.compare.shares(reading, sample, "lang"),
    }
    differences = cl.compare.contrasts(taught, passages, by="lang", reading=reading)
    reported = differences["verdict"] != "too little evidence"
    apart = (differences["low"] > 0) | (differences["high"] < 0)
    shares = pd.concat([table.assign(way=way) for way, table in ways.items()])
    return shares, [reported.mean(), float(reported.any()), apart.mean()]


def summarize(shares: pd.DataFrame, true: pd.DataFrame) -> pd.DataFrame:
    """Return coverage and mean width by topic and way."""
    rows = shares.merge(true, on=["unit", "category"], suffixes=("", "_true"))
    error = 1e-4  # shares are rounded
    inside = rows["share_true"].between(rows["low"] - error, rows["high"] + error)
    rows = rows.assign(coverage=inside, width=rows["high"] - rows["low"])
    rows["error"] = (rows["share"] - rows["share_true"]) ** 2
    table = rows.pivot_table(["coverage", "width", "error"], "category", "way", margins=True)
    table["error"] = table["error"] ** 0.5
    return table.drop(columns="All", level=1)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--half", choices=["judged", "development"], default="judged")
    parser.add_argument("--one-each", action="store_true")
    options = parser.parse_args()
    tables = corpus(options.bench / "sib200", options.half, options.one_each)
    passages, _, codes, truth = tables
    n = (24 if options.one_each else READ) * passages["lang"].nunique()
    # Other draws than those by which the estimates were developed.
    first = 0 if options.half == "development" else 1000
    seeds = range(first, first + options.draws)
    results = joblib.Parallel(2)(joblib.delayed(draw)(tables, n, seed) for seed in seeds)
    shares, false = zip(*results, strict=True)
    true = cl.compare.shares(truth, passages, "lang")[["unit", "category", "share"]]
    alone = cl.compare.shares(codes, passages, "lang").assign(way="uncorrected")
    pd.set_option("display.width", 250)
    print(summarize(pd.concat([*shares, alone]), true).round(3).to_string())
    if not options.one_each:
        print(
            "false differences between languages: {:.2%} of pairs and topics reported, "
            "one or more in {:.1%} of draws, {:.2%} of intervals without zero".format(
                *np.mean(false, axis=0)
            )
        )
        machine = cl.compare.contrasts(codes.assign(relied_on=True), passages, by="lang")
        reported = machine["verdict"] != "too little evidence"
        print(f"uncorrected and without floor: {reported.mean():.1%} reported")


if __name__ == "__main__":
    main()
