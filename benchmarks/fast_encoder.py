"""Measure the fast encoder beside the one that it is made from, its parts, and model2vec.

    python benchmarks/fast_encoder.py --bench FOLDER [--peers-python PATH]

The default encoder; sums of the vectors of words alone, and of words with what the encoder's
hidden states are on average where they occur in a sample, both without whitening and map,
without the map, and with all (the last is `cl.embed.words` as it is); and with PATH, a Python
that has `model2vec[distill]`, its static vectors of tokens. Each with reference calibration, on
the texts of space.py. Of half of the documents, the passages that are in the sample are left out.
"""

import argparse
import json
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import published
from sklearn.metrics import normalized_mutual_info_score as nmi
from space import NTREX, SIB, ntrex, read, retrieval, sib

import clusterlib as cl
from clusterlib.embed._e5 import weights as reader
from clusterlib.embed._e5 import wheel
from clusterlib.embed.encoder import Encoder
from clusterlib.embed.static import Sample, WordEncoder, count_words, sample_of

PEER = Path(__file__).with_name("static_tokens.py")
PARTS = ("sums", "whitened", "whitened and mapped")


class Opaque:
    """The default encoder without its hidden states: what is made of it has words alone."""

    def __init__(self, base: Encoder) -> None:
        self.name, self.revision, self.dim = base.name, base.revision, base.dim
        self.encode = base.encode


class Known:
    """An encoder whose vectors were made elsewhere."""

    name, cached = "model2vec", False

    def __init__(self, texts: list[str], rows: np.ndarray) -> None:
        self.revision, self.dim, self.rows = "", rows.shape[1], rows
        self.places = {text: place for place, text in enumerate(texts)}

    def encode(self, texts: list[str], kind: str = "passage") -> np.ndarray:
        """Return the rows of texts that are known."""
        return self.rows[[self.places[text] for text in texts]]


def variants(corpus: pd.DataFrame, sample: Sample) -> dict[str, Encoder]:
    """Make the encoders of what one sample shows."""
    base = cl.embed.load_encoder()
    found: dict[str, Encoder] = {"default encoder": base}
    for told, source in (("alone", Opaque(base)), ("with states", base)):
        whole = cl.embed.words(corpus, source, sample)
        dim, unit = whole.dim, np.eye(whole.dim)
        rest = whole.maps[1 + 2 * dim :]
        plain = np.vstack([np.zeros(dim), unit, unit, rest])
        white = np.vstack([whole.maps[: 1 + dim], unit, rest])
        maps = {"sums": plain, "whitened": white, "whitened and mapped": whole.maps}
        for part in PARTS:
            found[f"{told}, {part}"] = replace(whole, maps=maps[part], digest=part)
    return found


def building(corpus: pd.DataFrame, sample: Sample) -> dict[str, float]:
    """Time how long the words of a corpus take that were never embedded."""
    base = cl.embed.load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors.sqlite"
        with mock.patch("clusterlib.embed.cache.default_file", lambda: file):
            start = time.perf_counter()
            cl.embed.words(corpus, Opaque(base), sample)
            alone = time.perf_counter() - start
            # Words and sample are known by now: what remains is what the states cost.
            cl.embed.words(corpus, base, sample)
            return {"alone": alone, "with states": time.perf_counter() - start}


def distilled(python: Path, news: list[str], topics: list[str]) -> tuple[Encoder, dict[str, float]]:
    """Let model2vec distil the default encoder and embed all texts; return what it took as well."""
    texts = [*news, *topics, *cl.embed.calibration()["text"]]
    held = reader.read(wheel.find()[0])
    pieces = zip(held.vocabulary.pieces, held.vocabulary.scores.tolist(), strict=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        np.savez(work / "weights.npz", **published.state(held))
        written: dict[str, Any] = {
            "config": published.config(held),
            "pieces": [list(pieces), held.vocabulary.unk],
            "texts": [texts, len(news)],
        }
        for name, value in written.items():
            (work / f"{name}.json").write_text(json.dumps(value))
        subprocess.run([python, PEER, work], check=True)
        return Known(texts, np.load(work / "rows.npy")), json.loads(
            (work / "took.json").read_text()
        )


def lacking(table: pd.DataFrame, sample: Sample) -> str:
    """Tell the shares of the words of a table, and of its text, that a sample lacks."""
    known = count_words([text for _, text in sample.texts.values()])
    words = count_words(table["text"].tolist())
    new = [count for word, count in words.items() if word not in known]
    return f"{len(new) / len(words):.2f} of the words, {sum(new) / words.total():.2f} of the text"


def rate(encoder: WordEncoder, texts: list[str]) -> float:
    """Return how many texts a second are encoded."""
    start = time.perf_counter()
    encoder.encode(texts * 5)
    return 5 * len(texts) / (time.perf_counter() - start)


def measures(
    table: pd.DataFrame, encoder: Encoder, seen: pd.Series, subject: str
) -> dict[str, float]:
    """Measure all passages, and those of the half that the sample is not from."""
    vectors = cl.embed.vectors(table, encoder)
    found = {}
    for told, kept in (("", seen | True), (", not in the sample", ~seen)):
        part = table[kept].reset_index(drop=True)
        rows = cl.embed.matrix(vectors)[kept.to_numpy()]
        if subject == "NTREX":
            own = ntrex(part, rows)
        else:
            own = {"SIB-200 sentence P@1": retrieval(rows, part["lang"].to_numpy())}
            own |= sib(part, rows, "SIB-200")
            own["SIB-200 cl.topics, NMI with topic"] = agreed(
                part, vectors[kept.to_numpy()], encoder
            )
        found |= {f"{name}{told}": value for name, value in own.items()}
    if subject == "NTREX":
        raw = cl.embed.matrix(cl.embed.vectors(table, encoder, None))
        found["NTREX sentence P@1, uncalibrated"] = retrieval(raw, table["lang"].to_numpy())
    return found


def agreed(table: pd.DataFrame, vectors: pd.DataFrame, encoder: Encoder) -> float:
    """Return how well as many topics as there are labels agree with these."""
    place = {"doc": table["lang"], "position": 1, "start": 0, "end": 1, "kind": "body"}
    count = table["category"].nunique()
    model = cl.topics.fit(table.assign(**place), vectors, n_topics=count, encoder=encoder)
    topics = model.passages.set_index("passage")["topic"]
    return nmi(table["category"], topics.loc[table["passage"]])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--peers-python", type=Path, help="a Python that has model2vec")
    chosen = parser.parse_args()
    news = read(chosen.bench / "ntrex", NTREX, ["document", "line", "text"])
    topics = read(chosen.bench / "sib200", SIB, ["index_id", "category", "text"])
    found: dict[str, dict[str, float]] = {}
    peers: dict[str, Encoder] = {}
    if chosen.peers_python:
        texts = (table["text"].tolist() for table in (news, topics))
        peers["model2vec"], spent = distilled(chosen.peers_python, *texts)
    for table, group in ((news, "document"), (topics, "index_id")):
        names = np.random.default_rng(0).permutation(sorted(table[group].unique()))
        seen = table[group].isin(names[: len(names) // 2])
        sample = replace(sample_of(table), texts=sample_of(table[seen]).texts)
        print(f"the sample lacks, by {group}: {lacking(table, sample)}", end="; ")
        print(f"where it is not from: {lacking(table[~seen], sample)}")
        took = building(table, sample) if group == "document" else {}
        for name, encoder in (variants(table, sample) | peers).items():
            own = found.setdefault(name, {})
            own |= measures(table, encoder, seen, "NTREX" if group == "document" else "SIB-200")
            if group == "document" and isinstance(encoder, WordEncoder):
                own["sentences/s"] = rate(encoder, table["text"].tolist())
                own["seconds to build"] = took[name.split(",")[0]]
    for name in peers:
        found[name] |= spent
    print(pd.DataFrame(found).round(4).to_string())


if __name__ == "__main__":
    main()
