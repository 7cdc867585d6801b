"""Compare the whole path, from texts to topics, with BERTopic and Turftopic on 10,000 passages.

    python benchmarks/whole_path.py --bench FOLDER --peers-python PATH [--passages N]

FOLDER holds sib200/*.tsv (sentences with topics) and ntrex/*.tsv, which fill up what is
lacking; PATH has the peers, as for topic_peers.py. Documents of twenty sentences are made
of them. `clusterlib run` reads the documents and does all its stages to the report, with the
default encoder and with the fast one. The peers get the sentences one by one, with vectors of
the default encoder: its seconds are theirs too, with those of the words that Turftopic asks
for. Caches of vectors are empty; what is downloaded or converted once is there. Memory is the
peak of a process and all that it starts.

Quality is the agreement with the labels of SIB-200: of the passage that holds most of a
sentence, in clusterlib; 7 topics are asked for everywhere.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs
from scale import SENTENCES, measured, numbered
from sklearn.metrics import normalized_mutual_info_score as nmi
from space import NTREX, SIB, read
from topic_peers import PEERS, TOPICS, vocabulary, wanted

PATHS = {
    "BERTopic nr_topics=7": ("raw", "calibrated"),
    "BERTopic nr_topics=7, outliers by embeddings": ("calibrated",),
    "KeyNMF": ("calibrated",),
    "S3": ("calibrated",),
}
EMBED = """
import sys
import numpy as np
import pandas as pd
import clusterlib as cl
source, way, target = sys.argv[1:]
found = cl.embed.vectors(pd.read_parquet(source), calibrate=None if way == "raw" else way)
found.to_parquet(target)
"""


def corpus(bench: Path, count: int) -> pd.DataFrame:
    """Return sentences in documents: passage, lang, text, category (or ""), doc, start, end."""
    topics = read(bench / "sib200", SIB, ["index_id", "category", "text"])
    news = read(bench / "ntrex", NTREX, ["document", "line", "text"]).assign(category="")
    lacking = max(count - len(topics) - len(news), 0)
    draw = np.random.default_rng(0)
    again = news.sample(lacking, replace=True, random_state=0)
    # A number in the midst makes a line that is taken again another one.
    again["text"] = [numbered(text, int(draw.integers(1000))) for text in again["text"]]
    table = (
        pd.concat([topics, news, again])
        .head(count)[["lang", "text", "category"]]
        .sample(frac=1, random_state=0)
    )
    table = table.sort_values("lang", kind="stable", ignore_index=True)
    table["text"] = table["text"].str.strip()
    place = table.groupby("lang").cumcount() // SENTENCES
    table["doc"] = table["lang"] + place.map("-{:04d}".format)
    lengths = table["text"].str.len() + 2
    table["end"] = lengths.groupby(table["doc"]).cumsum() - 2
    table["start"] = table["end"] - lengths + 2
    return table.assign(passage=[f"s{number:05d}" for number in range(len(table))])


def write(table: pd.DataFrame, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for doc, part in table.groupby("doc"):
            row = {"doc": doc, "lang": part["lang"].iloc[0], "text": "\n\n".join(part["text"])}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def ours(table: pd.DataFrame, work: Path, encoder: str) -> dict[str, object]:
    """Run every stage on the documents."""
    out = work / f"out-{encoder}"
    command = [sys.executable, "-m", "clusterlib", "run", str(work / "texts.jsonl")]
    command += ["--out", str(out), "--topics", str(TOPICS), "--encoder", encoder]
    seconds, peak, _ = measured(command)
    passages = pd.read_parquet(out / "tables" / "passages.parquet")
    found = pd.read_parquet(out / "tables" / "topic_passages.parquet")[["passage", "topic"]]
    passages = passages.merge(found, on="passage")[["doc", "start", "end", "topic"]]
    both = table.merge(passages, on="doc", suffixes=("", "_of_passage"), how="left")
    last, first = both[["end", "end_of_passage"]].min(axis=1), both[["start", "start_of_passage"]]
    both["shared"] = last - first.max(axis=1)
    held = both[both["shared"] > 0].sort_values("shared").drop_duplicates("passage", keep="last")
    labels = table["passage"].map(held.set_index("passage")["topic"]).fillna("none")
    return {"model": f"clusterlib, {encoder}", "seconds": seconds, "MB": peak, "labels": labels}


def embedded(source: Path, way: str, target: Path) -> tuple[float, float]:
    """Embed a table in a process of its own; return its seconds and its peak in MB."""
    command = [sys.executable, "-c", EMBED, str(source), way, str(target)]
    return measured(command)[:2]


def theirs(name: str, variant: str, work: Path, python: Path) -> dict[str, object]:
    output = work / "run.json"
    script = Path(__file__).with_name("topic_peers.py")
    command = [str(python), str(script), "--child", name, "--variant", variant]
    seconds, peak, _ = measured([*command, "--work", str(work), "--output", str(output)])
    labels = pd.Series(json.loads(output.read_text())["labels"])
    return {"model": f"{name}, {variant}", "seconds": seconds, "MB": peak, "labels": labels}


def scored(table: pd.DataFrame, run: dict[str, object]) -> dict[str, object]:
    labels = pd.Series(run.pop("labels")).reset_index(drop=True)
    known = table["category"] != ""
    assigned = ~labels.isin([-1, "none"])
    quality = {
        "topic": nmi(table.loc[known, "category"], labels[known]),
        "language": nmi(table.loc[known, "lang"], labels[known]),
        "assigned": assigned[known].mean(),
    }
    return {**run, **quality}


def compare(chosen: argparse.Namespace, work: Path) -> None:
    table = corpus(chosen.bench, chosen.passages)
    write(table, work / "texts.jsonl")
    rows = []

    def add(run: dict[str, object]) -> None:
        rows.append(scored(table, run))
        print({k: round(v, 3) if isinstance(v, float) else v for k, v in rows[-1].items()})
        sys.stdout.flush()

    for encoder in ("fast", "default"):
        if wanted("clusterlib", chosen.only):
            add(ours(table, work, encoder))
            empty(Path(os.environ["XDG_CACHE_HOME"]))
    table.to_parquet(work / "passages.parquet", index=False)
    vocabulary(table).to_parquet(work / "vocabulary.parquet", index=False)
    took = {"raw": embedded(work / "passages.parquet", "raw", work / "raw.parquet")}
    # The sentences are there now: what removing offsets adds is little, and counted once.
    embedded(work / "passages.parquet", "reference", work / "calibrated.parquet")
    took["words"] = embedded(work / "vocabulary.parquet", "raw", work / "words.parquet")
    for name, variants in PATHS.items():
        for variant in variants if wanted(name, chosen.only) else ():
            run = theirs(name, variant, work, chosen.peers_python)
            for part in ("raw", "words") if PEERS[name].needs_words else ("raw",):
                run["seconds"] += took[part][0]
                run["MB"] = max(run["MB"], took[part][1])
            add(run)
    digits = {"seconds": 0, "MB": 0, "topic": 3, "language": 3, "assigned": 2}
    print(f"{len(table)} sentences in {table['doc'].nunique()} documents")
    print(pd.DataFrame(rows).round(digits).to_string(index=False))


def empty(cache: Path) -> None:
    """Forget all vectors."""
    for path in cache.rglob("vectors.sqlite*"):
        path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--peers-python", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--only", nargs="+", help="models whose name has one of these texts")
    chosen = parser.parse_args()
    kept = Path(platformdirs.user_cache_dir("clusterlib"))
    with tempfile.TemporaryDirectory() as work:
        os.environ["XDG_CACHE_HOME"] = str(Path(work, "cache"))
        own = Path(platformdirs.user_cache_dir("clusterlib"))
        own.mkdir(parents=True)
        for name in ("encoders", "dictionaries"):
            if (kept / name).is_dir():
                (own / name).symlink_to(kept / name)
        compare(chosen, Path(work))


if __name__ == "__main__":
    main()
