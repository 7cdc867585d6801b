"""Measure on sentences that have a code whether it is found, and alike in each language.

    python benchmarks/code_noise.py

`seeds/code_sentences.csv` holds three sentences a code in six languages. They are coded as passages
are; English stands beside the five languages of the seeds and is in no pair of them.
"""

import itertools

import numpy as np
import pandas as pd

import clusterlib as cl
from clusterlib.compare.noise import code_heldout

LANGS = ["bg", "de", "fr", "nb", "nl"]
DRAWS = 1000


def code_sentences(by_seeds: bool) -> pd.DataFrame:
    """Give codes to the sentences as to a corpus of their own, or as to passages of the seeds."""
    table = pd.read_csv(cl.load.seeds() / "code_sentences.csv")
    vectors, parts, scorer = cl.embed.vectors(table), cl.codes.parts(table), None
    if by_seeds:
        passages = cl.clean.passages(cl.load.documents())
        seeds = cl.embed.vectors(passages), cl.codes.parts(passages)
        scorer = cl.codes.fit(*seeds, frozenset(LANGS))
    given = cl.codes.apply(table, vectors, parts=parts, scorer=scorer)
    given = given.rename(columns={"code": "given"})[["passage", "given", "score", "coded"]]
    return given.merge(table, on="passage")


def pairs(decisions: pd.DataFrame) -> pd.DataFrame:
    """Compare the five languages by twos; a row is a decision, a column a language."""
    rows = {}
    for one, two in itertools.combinations(LANGS, 2):
        a, b = decisions[one].to_numpy(bool), decisions[two].to_numpy(bool)
        alike = 2 * (a & b).sum() / (a.sum() + b.sum())
        rows[f"{one}-{two}"] = {"positive agreement": alike, "differ": (a != b).mean()}
    return pd.DataFrame(rows).T


def print_agreement(given: pd.DataFrame) -> None:
    """Print what languages are given, and how far pairs of them agree."""
    own = given[given["given"] == given["code"]].set_index("passage")
    each = given.groupby("passage").agg(codes=("coded", "sum"), best=("score", "max"))
    own = own.join(each).assign(best=lambda table: table["score"] == table["best"])
    measures = {
        "coded": "recall of own code",
        "best": "it is the best",
        "codes": "codes a sentence",
    }
    print(own.groupby("lang")[[*measures]].mean().rename(columns=measures).T.round(3).to_string())
    wide = given.pivot(index=["code", "row", "given"], columns="lang", values="coded")
    same = wide.index.get_level_values("code") == wide.index.get_level_values("given")
    kinds = {"own": pairs(wide[same]), "others": pairs(wide[~same]), "all": pairs(wide)}
    print(pd.concat(kinds, axis=1).agg(["mean", "min", "max"]).round(3).to_string(), "\n")


def shares(given: pd.DataFrame) -> pd.DataFrame:
    """Compare how often languages are given each code, with what shuffled translations show."""
    given = given[given["lang"].isin(LANGS)]
    own = given[given["given"] == given["code"]].groupby("code")["coded"].mean()
    wide = given.pivot(index=["code", "row"], columns=["given", "lang"], values="coded")
    counts = {code: wide[code][LANGS].to_numpy(float) for code in own.index}
    counts["all codes"] = np.sum([*counts.values()], axis=0)
    draw, rows = np.random.default_rng(0), {}
    for code, count in counts.items():
        means = count.mean(axis=0)
        chance = [np.ptp(draw.permuted(count, axis=1).mean(axis=0)) for _ in range(DRAWS)]
        figures = {"range": np.ptp(means), "95 % by chance": np.quantile(chance, 0.95)}
        recall = {"recall of own": own.get(code, own.mean())}
        rows[code] = dict(zip(LANGS, means, strict=True)) | figures | recall
    return pd.DataFrame(rows).T.round(3).sort_values("range", ascending=False, kind="stable")


def main() -> None:
    given = code_sentences(by_seeds=False)
    print_agreement(given)
    print("share of sentences that are given a code\n", shares(given).to_string(), "\n")
    print("with what the seeds, and not these sentences, have in common")
    print_agreement(code_sentences(by_seeds=True))
    neutral = code_heldout(LANGS).pivot(index=["row", "code"], columns="lang", values="coded")
    print("calibration sentences\n", pairs(neutral).mean().round(3).to_string())


if __name__ == "__main__":
    main()
