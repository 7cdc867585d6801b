"""Measure load and clean on many texts made from the seeds and NTREX, and on one large text.

    python benchmarks/load_and_clean.py --bench FOLDER   (with FOLDER/ntrex/*.tsv)

Prints texts per second at growing sizes, the exponent of time in the number of
texts (1 is linear), and time and memory of a single text of 20 MB.
"""

import argparse
import json
import math
import random
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from space import NTREX, read

import clusterlib as cl

SIZES = (1_250, 5_000, 20_000)


def make_texts(bench: Path, count: int) -> list[str]:
    """Mix the frame of a seed page with sentences of the same language, the same each time."""
    draw = random.Random(0)
    seeds = cl.load.documents().set_index("lang")["text"]
    table = read(bench / "ntrex", NTREX, ["document", "line", "text"])
    lines = table.groupby("lang")["text"].agg(list)
    texts = []
    for number in range(count):
        lang = list(NTREX.values())[number % len(NTREX)]
        page = seeds[lang].split("\n")
        place = draw.randrange(len(page))
        added = draw.sample(lines[lang], 4)
        texts.append("\n".join([*page[:place], *added, *page[place:]]))
    return texts


def write(texts: list[str], folder: Path, parts: int) -> list[Path]:
    """Write the texts as JSONL files of equal size."""
    paths = []
    for part in range(parts):
        path = folder / f"part-{part}.jsonl"
        rows = [
            json.dumps({"id": f"t{number:05d}", "text": text}, ensure_ascii=False)
            for number, text in list(enumerate(texts))[part::parts]
        ]
        path.write_text("\n".join(rows), encoding="utf-8")
        paths.append(path)
    return paths


def process(path: Path) -> tuple[int, int, int]:
    """Load and clean one file: texts, passages and changes."""
    documents, _ = cl.load.documents(path, errors="report", max_mb=None)
    passages, ledger = cl.clean.tables(documents)
    return len(documents), len(passages), len(ledger)


def peak_mb() -> float:
    """Return the peak memory of this process and its largest child."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in both) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    texts = make_texts(chosen.bench, max(SIZES))
    seconds = {}
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(chosen.workers) as pool:
        folder = Path(name)
        list(pool.map(process, write(texts[:200], folder, chosen.workers)))  # warm-up
        for size in SIZES:
            paths = write(texts[:size], folder, chosen.workers)
            begun = time.monotonic()
            counts = [sum(column) for column in zip(*pool.map(process, paths), strict=True)]
            seconds[size] = time.monotonic() - begun
            print(
                f"{size:6d} texts: {size / seconds[size]:5.0f} texts/s on {chosen.workers} "
                f"processes, {counts[1]} passages, {counts[2]} ledger rows"
            )
        exponent = math.log(seconds[SIZES[-1]] / seconds[SIZES[0]]) / math.log(SIZES[-1] / SIZES[0])
        print(f"exponent of time in texts, {SIZES[0]} to {SIZES[-1]}: {exponent:.2f}")
        print(f"peak memory of a process: {peak_mb():.0f} MB")
        large = folder / "large.txt"
        for megabytes in (5, 20):
            repeated, size = [], 0
            for text in texts:
                repeated.append(text)
                size += len(text.encode())
                if size > megabytes * 1e6:
                    break
            large.write_text("\n\n".join(repeated), encoding="utf-8")
            begun = time.monotonic()
            _, passages, _ = pool.submit(process, large).result()
            print(
                f"one text of {megabytes} MB: {time.monotonic() - begun:.1f} s, {passages} passages"
            )


if __name__ == "__main__":
    main()
