"""Compare topic models where they are used: sentences of many languages, none of them twice.

    python benchmarks/topics.py --bench FOLDER [--half choose] [--draws N]
        [--peers-python PATH] [--time N]

FOLDER holds sib200/*.tsv, parallel sentences with topics, one half to choose by and one to judge
with. All models get the same calibrated vectors, and seven groups but for those that choose their
number. Figures are medians over draws (README.md says of what) of normalised mutual information
with topic and with language. With ``--peers-python``, a Python that has BERTopic (peers.txt), it
runs on the same draws; ``--time N`` has N fresh processes of each fit the pooled corpus by turns.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import normalized_mutual_info_score as nmi
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import cross_val_predict
from space import SIB, arguments, placed, read
from threadpoolctl import threadpool_limits

import clusterlib as cl

N_TOPICS, HALF, SIZE, FAVOURED = 7, 350, 303, 0.7
PEERS = Path(__file__).with_name("topic_peers.py")
Rows = NDArray[np.float64]
Labels = NDArray[np.generic]


@dataclass(frozen=True)
class Draw:
    """A corpus whose topics are known, and the random state of the models."""

    kind: str
    passages: pd.DataFrame
    rows: Rows
    seed: int


def corpora(bench: Path, half: str, draws: int) -> Iterator[Draw]:
    """Yield the draws of each kind of corpus."""
    table = read(bench / "sib200", SIB | {"eng_Latn": "en"}, ["index_id", "category", "text"])
    vectors = cl.embed.vectors(table)
    names = np.array(sorted(table["index_id"].unique(), key=int))
    order = np.random.default_rng(2026).permutation(names)
    sentences = order[:HALF] if half == "choose" else order[HALF:]
    topics = table.drop_duplicates("index_id").set_index("index_id")["category"]

    def draw(kind: str, seed: int, chosen: pd.DataFrame) -> Draw:
        return Draw(kind, chosen, vectors.loc[chosen["passage"]].to_numpy(np.float64), seed)

    def spoken(sentences: Labels, langs: list[str]) -> pd.DataFrame:
        wanted = pd.DataFrame({"index_id": sentences, "lang": langs})
        return wanted.merge(table, on=["index_id", "lang"]).sort_values("passage")

    for seed in range(draws):
        chance = np.random.default_rng(seed)
        drawn = np.sort(chance.choice(sentences, SIZE, replace=False))
        langs = chance.choice(sorted(SIB.values()), SIZE)
        yield draw("one each", seed, spoken(drawn, langs.tolist()))
        favourite = dict(zip(chance.permutation(topics.unique()), SIB.values(), strict=False))
        skewed = [
            favourite[topics[name]]
            if topics[name] in favourite and chance.random() < FAVOURED
            else lang
            for name, lang in zip(drawn, langs, strict=True)
        ]
        yield draw("skewed", seed, spoken(drawn, skewed))
    for seed in range(min(draws, 5)):
        yield draw("pooled", seed, table[table["lang"] != "en"].sort_values("passage"))
        yield draw("English", seed, table[table["lang"] == "en"].sort_values("passage"))


def tied(rows: Rows, seed: int, n_init: int = 5) -> Labels:
    """Fit one mixture of scikit-learn's."""
    mixture = GaussianMixture(N_TOPICS, covariance_type="tied", n_init=n_init, random_state=seed)
    return mixture.fit_predict(rows)


def subject(rows: Rows) -> Rows:
    return cl.axes.SubjectAxes(20, cl.embed.form()).fit_transform(rows)


def frame(draw: Draw) -> pd.DataFrame:
    """Return the vectors of a draw as the library takes them."""
    return pd.DataFrame(draw.rows.astype(np.float32), index=draw.passages["passage"])


def topics(draw: Draw, number: int | None = N_TOPICS) -> Labels:
    fitted = cl.topics.fit(placed(draw.passages), frame(draw), number, draw.seed)
    return fitted.passages["topic"].to_numpy()


def themes(draw: Draw, number: int | None = N_TOPICS) -> Labels:
    fitted = cl.themes.fit(draw.passages, frame(draw), number, draw.seed)
    return fitted.members["theme"].to_numpy()


def bound(draw: Draw) -> Labels:
    model = LogisticRegression(C=10, max_iter=1000)
    return cross_val_predict(model, draw.rows, draw.passages["category"], cv=5)


MODELS: dict[str, Callable[[Draw], Labels]] = {
    "cl.topics, 7": topics,
    "cl.themes, 7": themes,
    "cl.topics, number chosen": lambda draw: topics(draw, None),
    "cl.themes, number chosen": lambda draw: themes(draw, None),
    "PCA(20), one tied mixture": lambda draw: tied(PCA(20).fit_transform(draw.rows), draw.seed),
    "the same, 20 starts": lambda draw: tied(PCA(20).fit_transform(draw.rows), draw.seed, 20),
    "form whitening, PCA(20), one tied mixture": lambda draw: tied(subject(draw.rows), draw.seed),
    "the same again, 20 starts": lambda draw: tied(subject(draw.rows), draw.seed, 20),
    "k-means on vectors": lambda draw: KMeans(
        N_TOPICS, n_init=5, random_state=draw.seed
    ).fit_predict(draw.rows),
    "languages": lambda draw: draw.passages["lang"].to_numpy(),
    "logistic regression with labels": bound,
}


def fitted_apart(python: Path | str, name: str, draws: list[Draw]) -> dict[str, Any]:
    """Run a model of topic_peers.py on draws in a process of its own; return what it prints."""
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"}
    with tempfile.TemporaryDirectory() as folder:
        for place, draw in enumerate(draws):
            document = {"passages": placed(draw.passages).to_dict("list"), "seed": draw.seed}
            Path(folder, f"{place:03d}.json").write_text(json.dumps(document), encoding="utf-8")
            np.save(Path(folder, f"{place:03d}.npy"), draw.rows)
        command = [str(python), str(PEERS), name, folder]
        printed = subprocess.check_output(command, text=True, env=environment)
    answer: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return answer


def agreement(draws: list[Draw], python: Path | None) -> pd.DataFrame:
    """Measure every model on every draw."""
    labels = {}
    for name, model in MODELS.items():
        with threadpool_limits(1):
            labels[name] = [model(draw) for draw in draws]
    for name in ("BERTopic", "BERTopic, KMeans") if python else ():
        labels[name] = fitted_apart(python, name, draws)["labels"]
    measured = [
        (name, draw.kind, nmi(draw.passages["category"], one), nmi(draw.passages["lang"], one))
        for name, all_of_it in labels.items()
        for draw, one in zip(draws, all_of_it, strict=True)
    ]
    return pd.DataFrame(measured, columns=["model", "kind", "topic", "language"])


def timed(draw: Draw, python: Path, turns: int) -> pd.DataFrame:
    """Fit a corpus in fresh processes, by turns; seconds, with imports and without."""
    rows = []
    for _ in range(turns):
        seconds = {}
        for name, one in (("ours", sys.executable), ("BERTopic", python)):
            answer = fitted_apart(one, name, [draw])
            seconds |= {f"{name} {part}": answer[part] for part in ("fit", "with imports")}
        rows.append(seconds)
    return pd.DataFrame(rows)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--half", choices=("choose", "judge"), default="judge")
    parser.add_argument("--draws", type=int, default=24)
    parser.add_argument("--peers-python", type=Path, help="the Python that has the peers")
    parser.add_argument("--time", type=int, default=0, help="turns to time")
    chosen = parser.parse_args()
    draws = list(corpora(chosen.bench, chosen.half, chosen.draws))
    table = agreement(draws, chosen.peers_python)
    wide = table.groupby(["model", "kind"], sort=False).median().unstack().round(3)
    print(wide.to_string())
    if chosen.time and chosen.peers_python:
        pooled = next(draw for draw in draws if draw.kind == "pooled")
        seconds = timed(pooled, chosen.peers_python, chosen.time)
        print(seconds.round(1).to_string(index=False))
        for part in ("fit", "with imports"):
            ratio = seconds[f"BERTopic {part}"] / seconds[f"ours {part}"]
            print(f"{part}: BERTopic takes {ratio.median():.1f} times as long (median)")


if __name__ == "__main__":
    main()
