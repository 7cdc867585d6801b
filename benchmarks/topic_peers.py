"""Compare topic models of other packages on one multilingual corpus with given vectors.

The other packages live in an environment of their own, which need not have
clusterlib, nor a model hub:

    pip install bertopic turftopic sentence-transformers pyarrow

This script is run where clusterlib is:

    python benchmarks/topic_peers.py --bench FOLDER --peers-python PATH
        [--ours SCRIPT] [--repeats 3] [--only TEXT ...] [--work FOLDER] [--out FILE]

FOLDER holds sib200/*.tsv (parallel sentences with topics), whose five
languages are pooled. Every model gets the same vectors, of clusterlib's
default encoder, once as they are (raw) and once with the reference offset of
each language removed (calibrated). Nothing embeds while it is timed: the
peers that need vectors of words find those in a file too.

Each run is a process of its own. ``seconds`` go from texts and vectors in
memory to a topic for every passage, with the import of the library or
without; ``wall_s`` and ``peak_MB`` are those of the whole process, start of
Python included. With several repeats each figure is the median, save
``least_ratio``: the smallest of the seconds of a peer, with import, over those
of the script to compare that ran right after it.

Notes
-----
- Settings are the peers' defaults, save for the number of topics and a seed.
  UMAP with a seed keeps to one thread, so BERTopic is timed without one too.
- BERTopic counts its outliers as a topic: nr_topics=7 leaves six others, and
  nr_topics=8 the seven that the corpus has. Outliers are a class of their own
  in NMI and ARI, unless they are given to the topic nearest by embedding or
  c-TF-IDF.
- Every sentence is there in all five languages, so its nearest neighbours are
  its translations. That spares a model that follows neighbours (BERTopic) the
  languages that it would otherwise find in raw vectors. NMI, other than ARI,
  also rises with the number of topics.
- Turftopic assigns to the topic with the highest value. A passage without any
  value above 0 in KeyNMF is not assigned, and counts as an outlier.
- The vectors of words are raw also where those of passages are calibrated,
  save in the variant "calibrated words", in which each word is taken for one
  of the language that it is most frequent in. Signal separation (S3) uses
  words to describe topics only, so they change nothing here.

A SCRIPT to compare is run as ``PYTHON SCRIPT WORK VARIANT OUTPUT`` between any
two runs of peers. It reads WORK/passages.parquet and WORK/VARIANT.parquet, and
writes to OUTPUT, as JSON, ``labels`` (an integer for each passage in order, -1
for none), ``seconds_with_import``, ``seconds`` and ``versions``. By default it
is run by the Python that runs this.
"""

import argparse
import contextlib
import csv
import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

# What is imported here is in the parent, and must stay small: see `measure`.
if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SIB = {"bul_Cyrl": "bg", "deu_Latn": "de", "fra_Latn": "fr", "nld_Latn": "nl", "nob_Latn": "nb"}
TOPICS = 7
# Turftopic's default: rarer words are not looked at.
LEAST_PASSAGES = 10
SEED = 0
# The files of vectors of passages and of words.
VARIANTS = {
    "raw": ("raw", "words"),
    "calibrated": ("calibrated", "words"),
    "calibrated words": ("calibrated", "words_calibrated"),
}
LIBRARIES = ("bertopic", "turftopic")
PARTS = (
    "umap-learn",
    "hdbscan",
    "numba",
    "sentence-transformers",
    "torch",
    "scikit-learn",
    "numpy",
)
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
OURS = "ours"
OWN = Path(__file__).with_name("topic_ours.py")


@dataclass(frozen=True)
class Corpus:
    """What every model is given."""

    texts: list[str]
    vectors: "np.ndarray"
    words: dict[str, "np.ndarray"] = field(default_factory=dict)


class Words:
    """Looks up vectors of words; Turftopic asks nothing else of an encoder."""

    def __init__(self, vectors: dict[str, "np.ndarray"]) -> None:
        self.vectors = vectors

    def encode(self, sentences: list[str]) -> "np.ndarray":
        """Return the vectors of words that were embedded before."""
        import numpy as np

        return np.stack([self.vectors[text] for text in sentences])


def bertopic(
    corpus: Corpus, topics: int | None = None, outliers: str | None = None, seed: int | None = SEED
) -> list[int]:
    from bertopic import BERTopic

    model = BERTopic(language="multilingual", nr_topics=topics)
    model.umap_model.random_state = seed
    labels, _ = model.fit_transform(corpus.texts, corpus.vectors)
    if outliers and -1 in labels:
        labels = model.reduce_outliers(
            corpus.texts, labels, strategy=outliers, embeddings=corpus.vectors
        )
    return [int(label) for label in labels]


def keynmf(corpus: Corpus, cross_lingual: bool = False) -> list[int]:
    from turftopic import KeyNMF

    model = KeyNMF(
        TOPICS, encoder=Words(corpus.words), random_state=SEED, cross_lingual=cross_lingual
    )
    values = model.fit_transform(corpus.texts, embeddings=corpus.vectors)
    return [int(row.argmax()) if row.max() > 0 else -1 for row in values]


def s3(corpus: Corpus) -> list[int]:
    from turftopic import SemanticSignalSeparation

    model = SemanticSignalSeparation(TOPICS, encoder=Words(corpus.words), random_state=SEED)
    values = model.fit_transform(corpus.texts, embeddings=corpus.vectors)
    return [int(label) for label in values.argmax(axis=1)]


@dataclass(frozen=True)
class Peer:
    """A model, what it imports, and the variants that differ for it."""

    fit: Callable[..., list[int]]
    options: dict[str, Any] = field(default_factory=dict)
    # BERTopic imports its parts when it is made; here they count as import all the same.
    modules: tuple[str, ...] = ("bertopic", "umap", "hdbscan")
    variants: tuple[str, ...] = ("raw", "calibrated")
    needs_words: bool = False


def _bertopics() -> Iterator[tuple[str, Peer]]:
    for topics in (None, TOPICS, TOPICS + 1):
        name = f"BERTopic nr_topics={topics}" if topics else "BERTopic"
        for outliers in (None, "embeddings", "c-tf-idf"):
            suffix = f", outliers by {outliers}" if outliers else ""
            yield name + suffix, Peer(bertopic, {"topics": topics, "outliers": outliers})
    yield "BERTopic, no seed", Peer(bertopic, {"seed": None})


PEERS = dict(_bertopics()) | {
    "KeyNMF": Peer(keynmf, {}, ("turftopic",), tuple(VARIANTS), needs_words=True),
    "KeyNMF cross-lingual": Peer(
        keynmf, {"cross_lingual": True}, ("turftopic",), tuple(VARIANTS), needs_words=True
    ),
    "S3": Peer(s3, {}, ("turftopic",), needs_words=True),
}


def load_table(file: Path) -> tuple[list[str], "np.ndarray"]:
    """Read names and vectors with nothing but pyarrow and numpy, which all peers import."""
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(file)
    columns = [name for name in table.column_names if name != "passage"]
    numbers = np.column_stack([table[name].to_numpy() for name in columns])
    return table["passage"].to_pylist(), np.ascontiguousarray(numbers, dtype=np.float32)


def load_corpus(work: Path, variant: str, needs_words: bool) -> Corpus:
    import pyarrow.parquet as pq

    of_passages, of_words = VARIANTS[variant]
    passages = pq.read_table(work / "passages.parquet", columns=["passage", "text"])
    names, vectors = load_table(work / f"{of_passages}.parquet")
    if names != passages["passage"].to_pylist():
        raise ValueError("vectors and passages are not in the same order")
    words = {}
    if needs_words:
        words = dict(zip(*load_table(work / f"{of_words}.parquet"), strict=True))
    return Corpus(passages["text"].to_pylist(), vectors, words)


def child(name: str, work: Path, variant: str, output: Path) -> None:
    """Run one model and write what it found; runs in the environment of the peers."""
    peer = PEERS[name]
    corpus = load_corpus(work, variant, peer.needs_words)
    start = time.perf_counter()
    for module in peer.modules:
        importlib.import_module(module)
    imported = time.perf_counter()
    labels = peer.fit(corpus, **peer.options)
    end = time.perf_counter()
    found = {
        "labels": labels,
        "seconds_with_import": end - start,
        "seconds": end - imported,
        "versions": ", ".join(_versions(peer.modules)),
    }
    output.write_text(json.dumps(found))


def _versions(modules: tuple[str, ...]) -> Iterator[str]:
    for name in (*(name for name in LIBRARIES if name in modules), *PARTS):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            yield f"{name} {importlib.metadata.version(name)}"


def prepare(bench: Path, work: Path) -> None:
    """Write passages, their vectors and those of words; runs where clusterlib is."""
    import clusterlib as cl

    passages = read(bench / "sib200")
    words = vocabulary(passages)
    passages.to_parquet(work / "passages.parquet", index=False)
    cl.embed.vectors(passages, calibrate=None).to_parquet(work / "raw.parquet")
    cl.embed.vectors(passages).to_parquet(work / "calibrated.parquet")
    cl.embed.vectors(words, calibrate=None).to_parquet(work / "words.parquet")
    cl.embed.vectors(words).to_parquet(work / "words_calibrated.parquet")


def read(folder: Path) -> "pd.DataFrame":
    """Pool the languages in one table of passages."""
    import pandas as pd

    parts = []
    for name, lang in SIB.items():
        part = pd.read_csv(folder / f"{name}.tsv", sep="\t", quoting=csv.QUOTE_NONE, dtype="str")
        names = [f"{lang}-{number:04d}" for number in range(len(part))]
        parts.append(part.assign(lang=lang, passage=names))
    columns = ["passage", "lang", "text", "category", "index_id"]
    return pd.concat(parts, ignore_index=True)[columns].astype("str")


def vocabulary(passages: "pd.DataFrame") -> "pd.DataFrame":
    """Return the words that Turftopic asks for, with the language each is most frequent in."""
    import numpy as np
    import pandas as pd
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(min_df=LEAST_PASSAGES)
    counts = counter.fit_transform(passages["text"])
    langs = np.array(sorted(passages["lang"].unique()))
    sums = [np.asarray(counts[(passages["lang"] == lang).to_numpy()].sum(axis=0)) for lang in langs]
    words = counter.get_feature_names_out()
    lang = langs[np.concatenate(sums).argmax(axis=0)]
    return pd.DataFrame({"passage": words, "lang": lang, "text": words}).astype("str")


def measure(command: list[str], log: Path) -> dict[str, float]:
    """Run a process; return the wall time and peak memory of it.

    Linux hands the peak of a parent on to its children, so the parent imports
    numpy and what needs it only after the last run.
    """
    start = time.perf_counter()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, env=os.environ | OFFLINE
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} failed:\n{log.read_text(errors='replace')[-3000:]}")
    return {"wall_s": wall, "peak_MB": usage.ru_maxrss / 1024}


def run_all(chosen: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    """Run peers and the script to compare by turns."""
    names = [name for name in PEERS if wanted(name, chosen.only)]
    runs = [(name, variant) for name in names for variant in PEERS[name].variants]
    output, log, found = work / "run.json", work / "run.log", []

    def run(name: str, variant: str, command: list[str]) -> None:
        output.unlink(missing_ok=True)
        measured = measure(command, log)
        found.append(
            {"peer": name, "variant": variant, **measured, **json.loads(output.read_text())}
        )
        seconds = found[-1]["seconds_with_import"]
        print(f"{name}, {variant}: {seconds:.2f} of {measured['wall_s']:.2f} s", file=sys.stderr)

    def command_of(name: str, variant: str) -> list[str]:
        internal = ["--child", name, "--variant", variant, "--output", str(output)]
        return [str(chosen.peers_python), __file__, "--work", str(work), *internal]

    # A library's first run compiles what it then keeps; that is not counted.
    for name in {PEERS[name].modules: name for name in names}.values():
        measure(command_of(name, "raw"), log)
    for _ in range(chosen.repeats):
        for name, variant in runs:
            run(name, variant, command_of(name, variant))
            of_passages = VARIANTS[variant][0]
            python, script = str(chosen.ours_python), str(chosen.ours)
            run(OURS, of_passages, [python, script, str(work), of_passages, str(output)])
    return found


def wanted(name: str, only: list[str] | None) -> bool:
    return not only or any(text.lower() in name.lower() for text in only)


def score(found: list[dict[str, Any]], work: Path) -> "pd.DataFrame":
    """Return a row a model and variant: what it found, and the medians of what it took."""
    import pandas as pd
    from sklearn.metrics import adjusted_rand_score as ari
    from sklearn.metrics import normalized_mutual_info_score as nmi

    passages = pd.read_parquet(work / "passages.parquet")
    rows = []
    for position, run in enumerate(found):
        ours = found[position | 1]
        labels = pd.Series(run["labels"])
        if len(labels) != len(passages):
            raise ValueError(f"{run['peer']} labelled {len(labels)} of {len(passages)} passages")
        rows.append(
            {
                "peer": run["peer"],
                "variant": run["variant"],
                "topics": labels[labels >= 0].nunique(),
                "nmi_category": nmi(passages["category"], labels),
                "nmi_language": nmi(passages["lang"], labels),
                "ari_category": ari(passages["category"], labels),
                "assigned": (labels >= 0).mean(),
                "seconds_with_import": run["seconds_with_import"],
                "seconds": run["seconds"],
                "ratio": run["seconds_with_import"] / ours["seconds_with_import"],
                "wall_s": run["wall_s"],
                "peak_MB": run["peak_MB"],
                "versions": run["versions"],
            }
        )
    groups = pd.DataFrame(rows).groupby(["peer", "variant", "versions"], sort=False)
    table = groups.median().assign(least_ratio=groups["ratio"].min(), runs=groups.size())
    table = table.drop(columns="ratio").reset_index()
    return table[[*(name for name in table if name != "versions"), "versions"]]


def compare(chosen: argparse.Namespace, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    me = [sys.executable, __file__, "--bench", str(chosen.bench), "--work", str(work)]
    subprocess.run([*me, "--prepare"], check=True)
    table = score(run_all(chosen, work), work)
    if chosen.out:
        table.to_csv(chosen.out, index=False)
    for versions in table["versions"].unique():
        print(versions)
    digits = {
        "topics": 0,
        "seconds_with_import": 1,
        "seconds": 1,
        "least_ratio": 1,
        "wall_s": 1,
        "peak_MB": 0,
    }
    print(table.drop(columns="versions").round(digits).round(4).to_string(index=False))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, help="the folder of labelled data")
    parser.add_argument("--peers-python", type=Path, help="the Python that has the peers")
    parser.add_argument("--ours", type=Path, default=OWN, help="a script to compare with")
    parser.add_argument("--ours-python", type=Path, default=sys.executable, help="what runs it")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="peers whose name has one of these texts")
    parser.add_argument("--work", type=Path, help="where vectors are kept; else nowhere")
    parser.add_argument("--out", type=Path, help="a CSV file for the table")
    # How the script calls itself.
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    for name, kind in {"--child": str, "--variant": str, "--output": Path}.items():
        parser.add_argument(name, type=kind, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child, chosen.work, chosen.variant, chosen.output)
    elif not chosen.bench:
        parser.error("--bench is needed")
    elif chosen.prepare:
        prepare(chosen.bench, chosen.work)
    elif not chosen.peers_python:
        parser.error("--peers-python is needed")
    elif chosen.work:
        compare(chosen, chosen.work)
    else:
        with tempfile.TemporaryDirectory() as work:
            compare(chosen, Path(work))


if __name__ == "__main__":
    main()
