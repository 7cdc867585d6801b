"""Compare the default encoder with an independent run of its weights, and time it.

    pip install torch sentence-transformers sentencepiece
    python benchmarks/encoder.py check --bench FOLDER   the same vectors, the same tokens
    python benchmarks/encoder.py speed --bench FOLDER   sentences/s beside sentence-transformers
    python benchmarks/encoder.py alone --bench FOLDER   start, first vector and peak memory

FOLDER holds ntrex/*.tsv. The engines take turns on the same sentences in one
process, so that what else the machine does falls on all of them; a ratio is
the median over the rounds.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LANGUAGES = ("bul", "deu", "fra", "nld", "nob")
PRECISIONS = ("float32", "int8")


def sentences(bench: Path, every: int) -> list[str]:
    """Return every so many lines of NTREX in the five languages."""
    lines = [
        line
        for name in LANGUAGES
        for line in (bench / "ntrex" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    ]
    return [line.split("\t")[2] for line in lines[::every]]


def check(bench: Path) -> None:
    """Print how far vectors and tokens are from those of torch and sentencepiece."""
    import numpy as np
    from torch_reference import TorchEncoder

    from clusterlib.embed._e5.e5 import E5Encoder

    texts = sentences(bench, 20)
    long = [" ".join(texts[place : place + 40]) for place in (0, 40, 80)]
    theirs = TorchEncoder()
    every = sentences(bench, 1)
    ours = E5Encoder()
    tokens = ours._tokenizer.ids(every)
    same = sum(a == b for a, b in zip(tokens, theirs.pieces.encode(every), strict=True))
    print(f"tokens: {same} of {len(every)} sentences the same")
    for precision in PRECISIONS:
        for name, sample, kind in (
            ("passages", texts, "passage"),
            ("queries", texts[::4], "query"),
            ("texts over 512 tokens", long, "passage"),
        ):
            known = np.stack([theirs.encode(text, kind) for text in sample])
            found = E5Encoder(precision).encode(sample, kind)
            worst = np.abs(known - found).max()
            cosine = (known.astype(float) * found).sum(axis=1).min()
            print(
                f"{precision} {name}: {len(sample)}, largest difference {worst:.1e}, "
                f"smallest cosine {cosine:.6f}"
            )


def speed(bench: Path, rounds: int = 15) -> None:
    """Print sentences per second of each engine, and the ratio to sentence-transformers."""
    import torch
    from torch_reference import sentence_transformer

    from clusterlib.embed._e5.e5 import E5Encoder

    torch.set_num_threads(2)
    texts = sentences(bench, 40)
    runs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        model = sentence_transformer(Path(folder))
        engines = {
            "sentence-transformers fp32": lambda sample: model.encode(
                ["passage: " + text for text in sample], batch_size=32, show_progress_bar=False
            )
        }
        engines |= {name: E5Encoder(name, threads=2).encode for name in PRECISIONS}  # type: ignore[arg-type]
        for encode in engines.values():
            encode(texts[:16])
        for _ in range(rounds):
            for name, encode in engines.items():
                begun = time.perf_counter()
                encode(texts)
                runs.setdefault(name, []).append(time.perf_counter() - begun)
    base = runs["sentence-transformers fp32"]
    for name, seconds in runs.items():
        ratio = statistics.median(a / b for a, b in zip(base, seconds, strict=True))
        rate = len(texts) / statistics.median(seconds)
        print(f"{name:28}{rate:7.1f} sentences/s{ratio:7.2f} times, median of {rounds} rounds")


def peak_mb() -> float:
    """Return this process's peak memory; getrusage would give a child its parent's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def alone(bench: Path, precision: str) -> None:
    """Print start, first vector and peak memory of one engine in this fresh process."""
    begun = time.perf_counter()
    from clusterlib.embed._e5.e5 import E5Encoder

    imported = time.perf_counter() - begun
    begun = time.perf_counter()
    encoder = E5Encoder(precision, threads=2)  # type: ignore[arg-type]
    ready = time.perf_counter() - begun
    encoder.encode(["Warm."])
    begun = time.perf_counter()
    encoder.encode(["Le cluster réunit des entreprises et des laboratoires."])
    first = time.perf_counter() - begun
    encoder.encode(sentences(bench, 40))
    short = peak_mb()
    encoder.encode(["A sentence that goes on about the weather of the region. " * 300])
    print(
        f"{precision}: imports {imported:.2f} s, encoder ready after {ready:.2f} s, "
        f"one vector in {1000 * first:.0f} ms, peak {short:.0f} MB, "
        f"with a text of 3,600 tokens {peak_mb():.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["check", "speed", "alone"])
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--precision", choices=PRECISIONS)
    chosen = parser.parse_args()
    if chosen.command == "check":
        check(chosen.bench)
    elif chosen.command == "speed":
        speed(chosen.bench)
    elif chosen.precision:
        alone(chosen.bench, chosen.precision)
    else:
        for precision in PRECISIONS:
            command = [sys.executable, *sys.argv, "--precision", precision]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
