"""Compare sentence splitters on joined lines of NTREX.

    pip install pysbd spacy sentencex
    python benchmarks/sentences.py --bench FOLDER   (with FOLDER/ntrex/*.tsv)

A splitter should cut where lines of a document that end like sentences were joined by spaces.
Some lines hold more than one, so none reaches 1. Peers that are not installed are left out.
"""

import importlib.util
import re
import time
from collections.abc import Callable
from itertools import accumulate

import simplemma
from space import NTREX, arguments, read

from clusterlib.clean.sentences import split

END = re.compile(r"[.!?][\"'»”“’)]*$")
Splitter = Callable[[str, str], list[str]]


# A mark that a space and a capital follow.
MARK = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zа-я])")
OURS: dict[str, Splitter] = {
    "clusterlib": lambda text, lang: [text[start:end] for start, end in split(text, lang)],
    "simplemma alone": simplemma.split_sentences,
    "marks only": lambda text, lang: MARK.split(text),
}


def peers() -> dict[str, Splitter]:
    """Return the peers that are installed."""
    splitters: dict[str, Splitter] = {}
    if importlib.util.find_spec("pysbd"):
        import pysbd

        langs = {"bg", "de", "fr", "nl"}
        segmenters = {lang: pysbd.Segmenter(language=lang, clean=False) for lang in langs}
        fallback = pysbd.Segmenter(language="en", clean=False)
        splitters["pysbd"] = lambda text, lang: segmenters.get(lang, fallback).segment(text)
    if importlib.util.find_spec("spacy"):
        import spacy

        models = {lang: spacy.blank(lang) for lang in NTREX.values()}
        for model in models.values():
            model.add_pipe("sentencizer")
        splitters["spaCy sentencizer"] = lambda text, lang: [
            sentence.text for sentence in models[lang](text).sents
        ]
    if importlib.util.find_spec("sentencex"):
        import sentencex

        splitters["sentencex"] = lambda text, lang: list(sentencex.segment(lang, text))
    return splitters


def score(splitter: Splitter, documents: list[list[str]], lang: str) -> float:
    """Return F1 of the places of the cuts, counted in characters that are not spaces."""
    pairs = [(ends(lines), ends(splitter(" ".join(lines), lang))) for lines in documents]
    right = sum(len(wanted & cuts) for wanted, cuts in pairs)
    return 2 * right / sum(len(wanted) + len(cuts) for wanted, cuts in pairs)


def ends(parts: list[str]) -> set[int]:
    """Return where parts end within the whole, the last one aside."""
    return set(accumulate(len("".join(part.split())) for part in parts[:-1]))


def main() -> None:
    chosen = arguments(__doc__).parse_args()
    table = read(chosen.bench / "ntrex", NTREX, ["document", "line", "text"])
    table["text"] = table["text"].str.strip()
    table = table[table["text"].str.contains(END)]
    corpora = {
        str(lang): part.groupby("document")["text"].agg(list).tolist()
        for lang, part in table.groupby("lang")
    }
    print(f"{'':20}" + "".join(f"{lang:>8}" for lang in corpora) + f"{'mean':>8}{'Mchar/s':>9}")
    for name, splitter in (OURS | peers()).items():
        begun = time.perf_counter()
        scores = [score(splitter, documents, lang) for lang, documents in corpora.items()]
        speed = table["text"].str.len().sum() / (time.perf_counter() - begun) / 1e6
        row = "".join(f"{value:8.3f}" for value in [*scores, sum(scores) / len(scores)])
        print(f"{name:20}{row}{speed:9.2f}")


if __name__ == "__main__":
    main()
