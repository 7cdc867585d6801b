"""Measure what themes have to do with topic and with language, and how long they take.

    python benchmarks/themes.py --bench FOLDER

FOLDER holds sib200/*.tsv (parallel sentences with topics). Sentences of five languages,
without English, are pooled.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import normalized_mutual_info_score as nmi
from space import SIB, read

import clusterlib as cl

# Random states, and passages for the timing.
STATES, COUNTS = range(5), (5_000, 20_000)
# Parts of a passage: about as many as the sentences of the seeds have.
PARTS = 5


def measured(
    passages: pd.DataFrame, vectors: pd.DataFrame, n_themes: int | None, seed: int = 0
) -> tuple[int, float, float]:
    """Return the number of themes, and NMI with topic and with language."""
    found = cl.themes.fit(passages, vectors, n_themes, seed)
    both = found.members.merge(passages, on="passage")
    told = nmi(both["category"], both["theme"]), nmi(both["lang"], both["theme"])
    return len(found.summary), round(told[0], 3), round(told[1], 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    table = read(parser.parse_args().bench / "sib200", SIB, ["index_id", "category", "text"])
    vectors = cl.embed.vectors(table)
    print(f"seven themes, {len(STATES)} random states (number, NMI with topic, with language)")
    print([measured(table, vectors, 7, seed) for seed in STATES])
    print("number chosen", measured(table, vectors, None))
    for lang, own in table.groupby("lang"):
        print(lang, measured(own, vectors.loc[own["passage"]], 7))

    passages = cl.clean.passages(cl.load.documents())
    seeds = cl.embed.vectors(passages)
    cl.themes.fit(passages, seeds)
    begun = time.perf_counter()
    found = cl.themes.fit(passages, seeds)
    print(f"seeds: {time.perf_counter() - begun:.2f} s, {len(found.summary)} themes")
    draw = np.random.default_rng(0)
    for count in COUNTS:
        rows = cl.embed.matrix(vectors)[draw.integers(0, len(vectors), count)]
        rows = rows + draw.normal(scale=0.03, size=rows.shape).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        names = [f"p-{number:05d}" for number in range(count)]
        many = pd.DataFrame({"passage": names, "lang": draw.choice(["de", "fr"], count)})
        begun = time.perf_counter()
        many = many.assign(text=names)
        cl.themes.fit(many, pd.DataFrame(rows, index=names))
        themes = time.perf_counter() - begun
        parts = pd.DataFrame(rows[draw.integers(0, count, PARTS * count)])
        parts["whole"] = np.tile(names, PARTS)
        begun = time.perf_counter()
        cl.codes.apply(many, pd.DataFrame(rows, index=names), parts=parts)
        codes = time.perf_counter() - begun
        print(f"{count} passages: themes {themes:.1f} s, codes {codes:.1f} s")


if __name__ == "__main__":
    main()
