"""Measure how well the space finds the same sentence, document and subject across languages.

    python benchmarks/space.py --bench FOLDER [--precision int8]

FOLDER holds ntrex/*.tsv (parallel news) and sib200/*.tsv (parallel sentences
with topics). Neither has a part in the calibration. Each row is measured with
no calibration, with the corpus's own mean, and with the project's reference.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score as ari
from sklearn.metrics import normalized_mutual_info_score as nmi

import clusterlib as cl
from clusterlib.language import neighbours

NTREX = {"bul": "bg", "deu": "de", "fra": "fr", "nld": "nl", "nob": "nb"}
SIB = {"bul_Cyrl": "bg", "deu_Latn": "de", "fra_Latn": "fr", "nld_Latn": "nl", "nob_Latn": "nb"}
WAYS = {"none": None, "corpus mean": "corpus", "reference": "reference"}
# Of a language's passages, so many are about its own favourite topic in the skewed corpus.
FAVOURED, SKEWED = 0.7, 150


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return what reads the command line of a benchmark on labelled data."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=description, formatter_class=layout)
    parser.add_argument("--bench", type=Path, required=True, help="the folder of labelled data")
    return parser


def read(folder: Path, files: dict[str, str], columns: list[str]) -> pd.DataFrame:
    """Read parallel files into one table with a name for every passage."""
    parts = []
    for name, lang in files.items():
        part = pd.read_csv(
            folder / f"{name}.tsv", sep="\t", names=columns, quoting=csv.QUOTE_NONE, dtype=str
        )
        part = part[part["text"] != "text"].assign(lang=lang)
        parts.append(part.assign(number=range(len(part))))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(passage=table["lang"] + "-" + table["number"].astype(str)).astype(
        {"text": "str", "lang": "str"}
    )


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """Return sentences with the columns that the contract of passages promises."""
    places = {"doc": table["lang"], "position": table["number"], "start": 0, "kind": "body"}
    return table.assign(**places, end=table["text"].str.len())


def translations_found(rows: np.ndarray, langs: np.ndarray) -> pd.DataFrame:
    """Return the part of the other languages in which each sentence's translation is nearest."""
    parts = {lang: rows[langs == lang] for lang in pd.unique(langs)}
    hits = {
        lang: [
            (part @ other.T).argmax(axis=1) == np.arange(len(part))
            for name, other in parts.items()
            if name != lang
        ]
        for lang, part in parts.items()
    }
    return pd.DataFrame({lang: np.mean(right, axis=0) for lang, right in hits.items()})


def retrieval(rows: np.ndarray, langs: np.ndarray) -> float:
    """Return P@1 of finding each sentence's translation, over all ordered pairs of languages."""
    return float(translations_found(rows, langs).to_numpy().mean())


def ntrex(table: pd.DataFrame, rows: np.ndarray) -> dict[str, float]:
    """Measure sentences and documents of parallel news."""
    langs = table["lang"].to_numpy()
    means = pd.DataFrame(rows).groupby([table["document"], table["lang"]]).mean()
    docs = means.to_numpy() / np.linalg.norm(means.to_numpy(), axis=1, keepdims=True)
    names = means.index.get_level_values(0).to_numpy()
    groups = KMeans(len(set(names)), n_init=3, random_state=0).fit_predict(docs)
    return {
        "NTREX sentence P@1": retrieval(rows, langs),
        "NTREX document P@1": retrieval(docs, means.index.get_level_values(1).to_numpy()),
        "NTREX document neighbour": float((names[neighbours(docs)] == names).mean()),
        "NTREX ARI with document": ari(names, groups),
        "NTREX ARI with language": ari(means.index.get_level_values(1), groups),
    }


def sib(table: pd.DataFrame, rows: np.ndarray, prefix: str) -> dict[str, float]:
    """Measure what seven groups of sentences have to do with topic and with language."""
    groups = KMeans(7, n_init=10, random_state=0).fit_predict(rows)
    return {
        f"{prefix} NMI with topic": nmi(table["category"], groups),
        f"{prefix} NMI with language": nmi(table["lang"], groups),
    }


def skewed(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw a corpus in which each language speaks mostly of its own topic."""
    draw = np.random.default_rng(seed)
    topics = sorted(table["category"].unique())
    favourites = draw.permutation(topics)[: table["lang"].nunique()]
    parts = []
    for lang, favourite in zip(sorted(table["lang"].unique()), favourites, strict=True):
        part = table[table["lang"] == lang]
        liked = part[part["category"] == favourite]
        count = min(len(liked), round(FAVOURED * SKEWED))
        others = part[part["category"] != favourite]
        rest = round(count * (1 - FAVOURED) / FAVOURED)
        parts += [liked.sample(count, random_state=seed), others.sample(rest, random_state=seed)]
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--precision", choices=["float32", "int8"], default="float32")
    chosen = parser.parse_args()
    encoder = cl.embed.load_encoder(precision=chosen.precision)
    news = read(chosen.bench / "ntrex", NTREX, ["document", "line", "text"])
    topics = read(chosen.bench / "sib200", SIB, ["index_id", "category", "text"])
    table = {}
    for name, calibrate in WAYS.items():
        figures = {}
        vectors = cl.embed.matrix(cl.embed.vectors(news, encoder, calibrate))
        figures |= ntrex(news, vectors)
        vectors = cl.embed.matrix(cl.embed.vectors(topics, encoder, calibrate))
        figures |= {"SIB-200 sentence P@1": retrieval(vectors, topics["lang"].to_numpy())}
        figures |= sib(topics, vectors, "SIB-200")
        draws = []
        for seed in range(5):
            corpus = skewed(topics, seed)
            vectors = cl.embed.matrix(cl.embed.vectors(corpus, encoder, calibrate))
            draws.append(sib(corpus, vectors, "SIB-200 skewed"))
        figures |= pd.DataFrame(draws).mean().to_dict()
        table[name] = figures
    print(f"{encoder.name}, {encoder.revision}")
    print(pd.DataFrame(table).round(4).to_string())


if __name__ == "__main__":
    main()
