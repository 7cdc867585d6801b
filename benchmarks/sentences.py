"""Compare sentence splitters on joined lines of NTREX.

    pip install pysbd spacy sentencex
    python benchmarks/sentences.py --bench FOLDER   (with FOLDER/ntrex/*.tsv)

The lines of a document that end like sentences are joined by spaces; a splitter
should cut where they were joined. NTREX lines hold more than one sentence now
and then, so no splitter reaches 1. Peers that are not installed are left out.
"""

import importlib.util
import re
import time
from collections.abc import Callable

import simplemma
from space import NTREX, arguments, read

from clusterlib.clean.sentences import split

END = re.compile(r"[.!?][\"'»”“’)]*$")
Splitter = Callable[[str, str], list[str]]


def ours(text: str, lang: str) -> list[str]:
    """Split as the library does."""
    return [text[start:end] for start, end in split(text, lang)]


def simplemma_alone(text: str, lang: str) -> list[str]:
    """Split by simplemma without what the library adds."""
    return simplemma.split_sentences(text, lang)


def marks_only(text: str, lang: str) -> list[str]:
    """Split after every mark that a space and a capital follow."""
    return re.split(r"(?<=[.!?])\s+(?=[^\W\d_a-zа-я])", text)


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
    right = extra = missed = 0
    for lines in documents:
        wanted, cuts = ends(lines), ends(splitter(" ".join(lines), lang))
        right += len(wanted & cuts)
        extra += len(cuts - wanted)
        missed += len(wanted - cuts)
    return 2 * right / (2 * right + extra + missed)


def ends(parts: list[str]) -> set[int]:
    """Return where parts end within the whole, the last one aside."""
    position, places = 0, set()
    for part in parts[:-1]:
        position += len("".join(part.split()))
        places.add(position)
    return places


def main() -> None:
    chosen = arguments(__doc__).parse_args()
    table = read(chosen.bench / "ntrex", NTREX, ["document", "line", "text"])
    table["text"] = table["text"].str.strip()
    table = table[table["text"].str.contains(END)]
    corpora = {
        str(lang): part.groupby("document")["text"].agg(list).tolist()
        for lang, part in table.groupby("lang")
    }
    splitters = {"clusterlib": ours, "simplemma alone": simplemma_alone, "marks only": marks_only}
    print(f"{'':20}" + "".join(f"{lang:>8}" for lang in corpora) + f"{'mean':>8}{'Mchar/s':>9}")
    for name, splitter in (splitters | peers()).items():
        begun = time.perf_counter()
        scores = [score(splitter, documents, lang) for lang, documents in corpora.items()]
        size = sum(
            len(line) for documents in corpora.values() for text in documents for line in text
        )
        speed = size / (time.perf_counter() - begun) / 1e6
        row = "".join(f"{value:8.3f}" for value in [*scores, sum(scores) / len(scores)])
        print(f"{name:20}{row}{speed:9.2f}")


if __name__ == "__main__":
    main()
