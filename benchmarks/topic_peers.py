"""Fit a model to corpora that topics.py has written, by the Python that has it.

    python topic_peers.py NAME FOLDER

Prints the labels of each corpus, and the seconds that it took, with imports and without. Seven
topics are asked for. BERTopic has its own settings but for a seed; of its outliers each is given
to the topic that is nearest by embedding.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOPICS = 7
# Fits passages, their rows and a seed, and returns labels.
Fit = Callable[[dict[str, list[Any]], Any, int], list[Any]]


def ours() -> Fit:
    import pandas as pd

    from clusterlib import schema, topics

    # The first contract imports what pandera stands on, Dask among it where that is installed.
    schema.contract("topics")

    def fit(columns: dict[str, list[Any]], rows: Any, seed: int) -> list[Any]:
        passages = pd.DataFrame(columns)
        vectors = pd.DataFrame(rows.astype("float32"), passages["passage"])
        return topics.fit(passages, vectors, TOPICS, seed).passages["topic"].tolist()

    return fit


def bertopic(k_means: bool = False) -> Fit:
    from bertopic import BERTopic
    from sklearn.cluster import KMeans

    def fit(columns: dict[str, list[Any]], rows: Any, seed: int) -> list[Any]:
        # Outliers count as one of the topics that are asked for.
        grouping: dict[str, Any] = {"nr_topics": TOPICS + 1}
        if k_means:
            grouping = {"hdbscan_model": KMeans(TOPICS, n_init=5, random_state=seed)}
        model = BERTopic(language="multilingual", **grouping)
        model.umap_model.random_state = seed
        texts = columns["text"]
        labels, _ = model.fit_transform(texts, rows)
        if -1 in labels and len(set(labels)) > 1:
            labels = model.reduce_outliers(texts, labels, strategy="embeddings", embeddings=rows)
        return [int(label) for label in labels]

    return fit


MODELS = {"ours": ours, "BERTopic": bertopic, "BERTopic, KMeans": lambda: bertopic(k_means=True)}


def main() -> None:
    begun = time.perf_counter()
    import numpy as np

    fit = MODELS[sys.argv[1]]()
    imported = time.perf_counter()
    labels = []
    for path in sorted(Path(sys.argv[2]).glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = np.load(path.with_suffix(".npy"))
        labels.append(fit(document["passages"], rows, document["seed"]))
    ended = time.perf_counter()
    print(json.dumps({"labels": labels, "fit": ended - imported, "with imports": ended - begun}))


if __name__ == "__main__":
    main()
