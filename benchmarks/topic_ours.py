"""Run cl.topics on the files of topic_peers.py, which starts this in a process of its own.

python benchmarks/topic_ours.py WORK VARIANT OUTPUT
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd


def main() -> None:
    work, variant, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    passages = pd.read_parquet(work / "passages.parquet")
    vectors = pd.read_parquet(work / f"{variant}.parquet")
    vectors = vectors.set_index("passage") if "passage" in vectors else vectors
    places = {"doc": passages["lang"], "position": 1, "start": 0, "end": 1, "kind": "body"}
    passages = passages.assign(**places, text=passages["text"].str.strip())
    start = time.perf_counter()
    import clusterlib as cl

    imported = time.perf_counter()
    found = cl.topics.fit(passages, vectors, n_topics=7).passages.set_index("passage")["topic"]
    end = time.perf_counter()
    labels = found.loc[passages["passage"]].str.removeprefix("topic-").astype(int).tolist()
    answer = {"labels": labels, "seconds": end - imported, "seconds_with_import": end - start}
    output.write_text(json.dumps({**answer, "versions": f"clusterlib {cl.__version__}"}))


if __name__ == "__main__":
    main()
