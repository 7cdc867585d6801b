"""Measure the fast encoder beside the one that it is made from, and its parts one by one.

    python benchmarks/fast_encoder.py --bench FOLDER

The default encoder, the sums of words without whitening and map, without the map, and
`cl.embed.words` as it is; each with reference calibration, on the texts of space.py.
Of half of the documents, the passages that the map is learned on are left out.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from space import NTREX, SIB, ntrex, read, retrieval, sib

import clusterlib as cl
from clusterlib.embed.encoder import Encoder
from clusterlib.embed.sample import sample_of


def variants(corpus: pd.DataFrame, seen: pd.DataFrame) -> dict[str, Encoder]:
    """Make the encoders; the map is learned on the passages of ``seen`` alone."""
    sample = replace(sample_of(corpus), texts=sample_of(seen).texts)
    whole = cl.embed.words(corpus, sample=sample)
    dim = whole.dim
    plain = np.vstack([np.zeros(dim), np.eye(dim), np.eye(dim)])
    white = np.vstack([whole.maps[: 1 + dim], np.eye(dim)])
    return {
        "default encoder": whole.base,
        "sums of words": replace(whole, maps=plain, digest="plain"),
        "whitened": replace(whole, maps=white, digest="white"),
        "whitened and mapped (cl.embed.words)": whole,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    chosen = parser.parse_args()
    news = read(chosen.bench / "ntrex", NTREX, ["document", "line", "text"])
    topics = read(chosen.bench / "sib200", SIB, ["index_id", "category", "text"])
    found: dict[str, dict[str, float]] = {}
    for table, group in ((news, "document"), (topics, "index_id")):
        names = np.random.default_rng(0).permutation(sorted(table[group].unique()))
        seen = table[table[group].isin(names[: len(names) // 2])]
        for name, encoder in variants(table, seen).items():
            own = found.setdefault(name, {})
            rows = cl.embed.matrix(cl.embed.vectors(table, encoder))
            langs = table["lang"].to_numpy()
            if group == "document":
                start = time.perf_counter()
                if name != "default encoder":
                    encoder.encode(table["text"].tolist() * 5)
                    seconds = time.perf_counter() - start
                    own["sentences/s"] = round(5 * len(table) / seconds)
                own |= ntrex(table, rows)
                raw = cl.embed.matrix(cl.embed.vectors(table, encoder, None))
                own["NTREX sentence P@1, uncalibrated"] = retrieval(raw, langs)
            else:
                own |= {"SIB-200 sentence P@1": retrieval(rows, langs)}
                own |= sib(table, rows, "SIB-200")
            away = ~table.index.isin(seen.index)
            own[f"P@1, other half by {group}"] = retrieval(rows[away], langs[away])
    print(pd.DataFrame(found).round(4).to_string())


if __name__ == "__main__":
    main()
