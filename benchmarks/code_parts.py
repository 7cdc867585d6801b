"""Try other parts of passages for coding: runs of other lengths, and how many of the best count.

    python benchmarks/code_parts.py

Prints the agreement with the reading of the seeds for each setting, the agreement where the
setting is chosen on four texts and tried on the fifth, and what becomes of it when names of
organisations are taken out of the texts first.
"""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import clusterlib as cl
from clusterlib.codes import runs, scoring
from clusterlib.facts.actors import check_actors, find_aliases, select_aliases

# Words in a run and words until the next one begins; how many of the best runs count.
LENGTHS = [(1, 1), (4, 2), (5, 2), (6, 2), (6, 3), (7, 3), (8, 4), (10, 5)]
BEST = [1, 2, 3]
CHOSEN = (6, 3, 2)

Rows = NDArray[np.float64]


def best(count: int) -> Callable[[Rows, NDArray[np.intp]], Rows]:
    """Return what gives the mean of the highest scores of each group of rows."""

    def mean(scores: Rows, starts: NDArray[np.intp]) -> Rows:
        parts = np.split(scores, starts[1:])
        return np.stack([np.sort(part, axis=0)[::-1][:count].mean(axis=0) for part in parts])

    return mean


def coded(
    passages: pd.DataFrame, words: int, step: int, count: int, shown: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Code the passages by parts of that kind; of other texts if these are shown instead."""
    kept = runs.WORDS, runs.STEP, runs.best_two
    runs.WORDS, runs.STEP, runs.best_two = words, step, best(count)
    # Thresholds of one kind of parts are not those of another.
    scoring._fitted.cache_clear()
    try:
        parts = cl.codes.parts(passages if shown is None else shown)
        return cl.codes.apply(passages, cl.embed.vectors(passages), parts=parts)
    finally:
        runs.WORDS, runs.STEP, runs.best_two = kept
        scoring._fitted.cache_clear()


def alpha(codes: pd.DataFrame, coding: pd.DataFrame, docs: list[str]) -> float:
    """Return the agreement on some of the texts."""
    own = codes[codes["doc"].isin(docs)]
    theirs = coding[coding["passage"].isin(own["passage"])]
    return float(cl.codes.agreement(own, theirs)["alpha"].iloc[0])


def nameless(passages: pd.DataFrame) -> pd.DataFrame:
    """Take the names of actors out of passages that are more than a name."""
    table = check_actors(pd.read_csv(cl.load.seeds() / "actors.csv"))
    texts = []
    for lang, text in zip(passages["lang"], passages["text"], strict=True):
        left = text
        for start, end, _ in reversed(find_aliases(text, select_aliases(table, lang))):
            left = left[:start] + left[end:]
        texts.append(" ".join(left.split()) or text)
    return passages.assign(text=texts)


def main() -> None:
    passages = cl.clean.passages(cl.load.documents())
    docs = sorted(set(passages["doc"]))
    coding = cl.codes.read_sheet(cl.load.seeds() / "coding.csv", passages=passages)
    found = {
        (*length, count): coded(passages, *length, count)
        for length, count in itertools.product(LENGTHS, BEST)
    }
    told = {setting: alpha(codes, coding, docs) for setting, codes in found.items()}
    table = pd.Series(told).rename_axis(["words", "step", "best"]).unstack()
    print("agreement with the reading, alpha")
    print(table.to_string())

    tried = []
    for left in docs:
        others = [doc for doc in docs if doc != left]
        chosen = max(sorted(found), key=lambda setting: alpha(found[setting], coding, others))
        tried.append(found[chosen][found[chosen]["doc"] == left])
        print(f"without {left}: {chosen}")
    print(f"chosen on four texts, tried on the fifth: {alpha(pd.concat(tried), coding, docs):.2f}")

    masked = nameless(passages)
    print("\nwithout names of organisations")
    for name, codes in {
        "as it is": found[CHOSEN],
        "in passages and parts": coded(masked, *CHOSEN),
        "in parts alone": coded(passages, *CHOSEN, masked),
    }.items():
        by = cl.codes.agreement(codes, coding, "code").set_index("code")["alpha"]
        worst = f"{(by < 0.4).sum()} codes under 0.4"
        one = f"electric-mobility {by['electric-mobility']:.2f}"
        two = f"cluster-organisation {by['cluster-organisation']:.2f}"
        print(f"{name}: {alpha(codes, coding, docs):.2f}, {worst}, {one}, {two}")


if __name__ == "__main__":
    main()
