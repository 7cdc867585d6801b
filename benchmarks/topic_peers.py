"""Run BERTopic on the corpora that topics.py has written; by the Python that has it.

python topic_peers.py FOLDER COUNT     prints the labels of each variant and corpus
python topic_peers.py FOLDER time      prints the seconds of the first corpus

Settings are BERTopic's defaults but for a seed. Seven topics are asked for; of the outliers
each is given to the topic that is nearest by embedding.
"""

import json
import sys
import time
from pathlib import Path

TOPICS = 7


def fitted(texts: list[str], rows: "object", seed: int, k_means: bool) -> list[int]:
    """Return the topic of each text."""
    from bertopic import BERTopic
    from sklearn.cluster import KMeans

    if k_means:
        grouping = KMeans(TOPICS, n_init=5, random_state=seed)
        model = BERTopic(language="multilingual", hdbscan_model=grouping)
    else:
        # Outliers count as one of the topics that are asked for.
        model = BERTopic(language="multilingual", nr_topics=TOPICS + 1)
    model.umap_model.random_state = seed
    labels, _ = model.fit_transform(texts, rows)
    if -1 in labels and len(set(labels)) > 1:
        labels = model.reduce_outliers(texts, labels, strategy="embeddings", embeddings=rows)
    return [int(label) for label in labels]


def main() -> None:
    begun = time.perf_counter()
    import numpy as np
    from bertopic import BERTopic  # noqa: F401

    imported = time.perf_counter()
    folder = Path(sys.argv[1])

    def corpus(place: int) -> tuple[list[str], "np.ndarray", int]:
        document = json.loads((folder / f"{place}.json").read_text(encoding="utf-8"))
        return document["texts"], np.load(folder / f"{place}.npy"), document["seed"]

    if sys.argv[2] == "time":
        fitted(*corpus(0), k_means=False)
        seconds = time.perf_counter() - imported
        print(json.dumps({"fit": seconds, "with imports": seconds + imported - begun}))
        return
    places = range(int(sys.argv[2]))
    labels = {
        "BERTopic": [fitted(*corpus(place), k_means=False) for place in places],
        "BERTopic, KMeans": [fitted(*corpus(place), k_means=True) for place in places],
    }
    print(json.dumps(labels))


if __name__ == "__main__":
    main()
