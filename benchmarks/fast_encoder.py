"""Measure the fast encoder beside the one that it is made from.

    python benchmarks/fast_encoder.py --bench FOLDER

The default encoder, and `cl.embed.words`, made from the passages of half of the documents;
each with reference calibration, on the texts of space.py, all and those that are not in the sample.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import normalized_mutual_info_score as nmi
from space import NTREX, SIB, ntrex, read, retrieval, sib

import clusterlib as cl
from clusterlib.embed.encoder import Encoder
from clusterlib.embed.static import sample_of


def rate(encoder: Encoder, texts: list[str]) -> float:
    """Return how many texts a second are encoded."""
    start = time.perf_counter()
    encoder.encode(texts * 5)
    return 5 * len(texts) / (time.perf_counter() - start)


def measures(
    table: pd.DataFrame, encoder: Encoder, in_sample: pd.Series, subject: str
) -> dict[str, float]:
    """Measure all passages, and those of the half that the sample is not from."""
    vectors = cl.embed.vectors(table, encoder)
    figures = {}
    for suffix, mask in (("", in_sample | True), (", not in the sample", ~in_sample)):
        part, part_vectors = table[mask].reset_index(drop=True), vectors[mask.to_numpy()]
        rows = cl.embed.matrix(part_vectors)
        if subject == "NTREX":
            measured = ntrex(part, rows)
        else:
            measured = {"SIB-200 sentence P@1": retrieval(rows, part["lang"].to_numpy())}
            measured |= sib(part, rows, "SIB-200")
            measured["SIB-200 cl.topics, NMI with topic"] = agreed(part, part_vectors, encoder)
        figures |= {f"{name}{suffix}": value for name, value in measured.items()}
    if subject == "NTREX":
        raw = cl.embed.matrix(cl.embed.vectors(table, encoder, None))
        figures["NTREX sentence P@1, uncalibrated"] = retrieval(raw, table["lang"].to_numpy())
    return figures


def agreed(table: pd.DataFrame, vectors: pd.DataFrame, encoder: Encoder) -> float:
    """Return how well as many topics as there are labels agree with these."""
    place = {"doc": table["lang"], "position": 1, "start": 0, "end": 1, "kind": "body"}
    count = table["category"].nunique()
    model = cl.topics.fit(table.assign(**place), vectors, n_topics=count, encoder=encoder)
    topics = model.passages.set_index("passage")["topic"]
    return nmi(table["category"], topics.loc[table["passage"]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    bench = parser.parse_args().bench
    news = read(bench / "ntrex", NTREX, ["document", "line", "text"])
    topics = read(bench / "sib200", SIB, ["index_id", "category", "text"])
    default = cl.embed.load_encoder()
    figures: dict[str, dict[str, float]] = {"default encoder": {}, "cl.embed.words": {}}
    for subject, table, group in (("NTREX", news, "document"), ("SIB-200", topics, "index_id")):
        names = np.random.default_rng(0).permutation(sorted(table[group].unique()))
        in_sample = table[group].isin(names[: len(names) // 2])
        sample = replace(sample_of(table), texts=sample_of(table[in_sample]).texts)
        words = cl.embed.words(table, default, sample)
        for name, encoder in zip(figures, (default, words), strict=True):
            figures[name] |= measures(table, encoder, in_sample, subject)
        if subject == "NTREX":
            figures["cl.embed.words"]["sentences/s"] = rate(words, table["text"].tolist())
    print(pd.DataFrame(figures).round(4).to_string())


if __name__ == "__main__":
    main()
