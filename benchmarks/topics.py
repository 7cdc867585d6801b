"""Compare ways to find topics in labelled sentences of five languages, by the same vectors.

python benchmarks/topics.py --bench FOLDER [--repeats N]     (FOLDER/sib200/*.tsv)

``pooled``: all sentences in all five languages; ``half``: half of the sentences, ``one each``:
each sentence in one language only, both drawn anew for each repeat.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.decomposition import NMF, PCA
from sklearn.metrics import normalized_mutual_info_score as nmi
from sklearn.mixture import GaussianMixture
from space import SIB, read
from threadpoolctl import threadpool_limits

import clusterlib as cl
from clusterlib.topics import words

N_TOPICS = 7
Rows = NDArray[np.float64]


def sentences(bench: Path) -> pd.DataFrame:
    """Read the sentences of five languages as a passages table with their category."""
    table = read(bench / "sib200", SIB, ["index_id", "category", "text"])
    table["passage"] = table["lang"] + "-" + table["index_id"].str.zfill(5)
    table = table.assign(doc=table["lang"], position=table["number"] + 1, start=0, kind="body")
    table["end"] = table["text"].str.len()
    return table.sort_values("passage", ignore_index=True)


def samples(table: pd.DataFrame, repeats: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the pooled table, and smaller ones drawn from it."""
    yield "pooled", table
    numbers = np.sort(table["index_id"].unique())
    for repeat in range(repeats):
        draw = np.random.default_rng(repeat)
        half = draw.permutation(numbers)[: len(numbers) // 2]
        yield "half", table[table["index_id"].isin(half)].reset_index(drop=True)
        own = dict(zip(numbers, draw.choice(sorted(SIB.values()), len(numbers)), strict=True))
        alone = table["lang"] == table["index_id"].map(own)
        yield "one each", table[alone].reset_index(drop=True)


def mixture(rows: Rows) -> Rows:
    return GaussianMixture(N_TOPICS, covariance_type="tied", n_init=5, random_state=0).fit_predict(
        rows
    )


def graph(rows: Rows) -> Rows:
    return np.maximum(rows @ rows.T, 0) ** 4


def k_means(passages: pd.DataFrame, rows: Rows) -> Rows:
    return KMeans(N_TOPICS, n_init=5, random_state=0).fit_predict(rows)


def components(passages: pd.DataFrame, rows: Rows) -> Rows:
    return mixture(PCA(20, random_state=0).fit_transform(rows))


def spectral(passages: pd.DataFrame, rows: Rows) -> Rows:
    return SpectralClustering(
        N_TOPICS, affinity="nearest_neighbors", n_neighbors=40, random_state=0
    ).fit_predict(rows)


def similarity(passages: pd.DataFrame, rows: Rows) -> Rows:
    model = NMF(N_TOPICS, init="nndsvda", random_state=0, max_iter=400, tol=1e-3)
    return model.fit_transform(graph(rows)).argmax(axis=1)


def concepts(passages: pd.DataFrame, rows: Rows) -> Rows:
    """Group the words of all languages by the mean vector of their passages, then NMF."""
    found = words.table(passages).query("words == 1")
    places = pd.Index(passages["passage"]).get_indexer(found["passage"])
    term = found.groupby(["lang", "term"]).ngroup().to_numpy()
    means = np.zeros((term.max() + 1, rows.shape[1]))
    np.add.at(means, term, rows[places])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    concept = KMeans(300, n_init=1, random_state=0).fit_predict(means)
    counts = np.zeros((len(rows), 300))
    np.add.at(counts, (places, concept[term]), 1)
    counts *= np.log(len(rows) / (1 + (counts > 0).sum(axis=0)))
    model = NMF(N_TOPICS, init="nndsvda", random_state=0, max_iter=400, tol=1e-3)
    return model.fit_transform(counts).argmax(axis=1)


def subject_axes(passages: pd.DataFrame, rows: Rows) -> Rows:
    return mixture(cl.axes.fit(rows, 20, cl.embed.form()).project(rows))


def ours(passages: pd.DataFrame, rows: Rows) -> Rows:
    vectors = pd.DataFrame(rows, index=passages["passage"])
    return cl.topics.fit(passages, vectors, n_topics=N_TOPICS).passages["topic"].to_numpy()


CANDIDATES: dict[str, Callable[[pd.DataFrame, Rows], Rows]] = {
    "k-means on vectors": k_means,
    "tied mixture on 20 principal components": components,
    "spectral clustering of 40 neighbours": spectral,
    "NMF of the similarity graph": similarity,
    "NMF of cross-language concepts": concepts,
    "tied mixture on 20 subject axes": subject_axes,
    "vote of mixtures on subject axes (cl.topics)": ours,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=4)
    chosen = parser.parse_args()
    table = sentences(chosen.bench)
    vectors = cl.embed.vectors(table).astype(np.float64)
    found = []
    for sample, passages in samples(table, chosen.repeats):
        rows = vectors.loc[passages["passage"]].to_numpy()
        for name, candidate in CANDIDATES.items():
            start = time.perf_counter()
            with threadpool_limits(1):
                labels = candidate(passages, rows)
            seconds = time.perf_counter() - start
            topic, lang = nmi(passages["category"], labels), nmi(passages["lang"], labels)
            found.append((name, sample, topic, lang, seconds))
    measures = ["NMI topic", "NMI language", "seconds"]
    result = pd.DataFrame(found, columns=["candidate", "sample", *measures])
    wide = result.groupby(["candidate", "sample"], sort=False)[measures].mean().unstack()
    print(wide.round({"NMI topic": 3, "NMI language": 4, "seconds": 1}).to_string())


if __name__ == "__main__":
    main()
