"""Run the whole path on passages made from public texts: time and memory.

    python benchmarks/scale.py --bench FOLDER [--passages 1000] [--encoder NAME]

Documents of twenty sentences are made of NTREX and SIB-200, each sentence with a number of its
own. Each size runs as a process with two workers; memory is that of all its processes, sampled.
"""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from space import NTREX, SIB, arguments, read

SENTENCES, EVERY = 20, 0.2


def make(bench: Path, passages: int, file: Path) -> None:
    """Write a JSONL file of documents with so many sentences."""
    news = read(bench / "ntrex", NTREX, ["document", "line", "text"])[["lang", "text"]]
    topics = read(bench / "sib200", SIB, ["index_id", "category", "text"])[["lang", "text"]]
    pool = {lang: part["text"].tolist() for lang, part in pd.concat([news, topics]).groupby("lang")}
    draw = np.random.default_rng(0)
    langs = sorted(pool)
    with file.open("w", encoding="utf-8") as out:
        for number in range(-(-passages // SENTENCES)):
            lang = langs[number % len(langs)]
            chosen = draw.choice(len(pool[lang]), SENTENCES, replace=False)
            # A number in the midst makes each sentence one of its kind, and keeps its end.
            texts = [
                pool[lang][place].replace(" ", f" ({draw.integers(1000)}) ", 1) for place in chosen
            ]
            row = {"doc": f"{lang}-{number:06d}", "lang": lang, "text": "\n\n".join(texts)}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def measured(command: list[str]) -> tuple[float, float, str]:
    """Run a command; return its seconds, the peak of its memory in MB, and what it says."""
    start, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = psutil.Popen(command, stderr=errors, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, memory(process))
            time.sleep(EVERY)
        seconds = time.perf_counter() - start
        errors.seek(0)
        log = errors.read()
    if process.returncode:
        sys.exit(log)
    return seconds, peak / 1e6, log


def memory(process: psutil.Process) -> int:
    """Return what a process and all below it hold, pages that they share counted once."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += one.memory_full_info().pss
    return total


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000])
    parser.add_argument("--encoder", default="default")
    chosen = parser.parse_args()
    rows_by_size = []
    for passages in chosen.passages:
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder, "texts.jsonl"), Path(folder, "out")
            make(chosen.bench, passages, source)
            command = [sys.executable, "-m", "clusterlib", "run", str(source), "--out", str(out)]
            command += ["--encoder", chosen.encoder, "--workers", "2", "--max-mb", "10000"]
            seconds, peak, log = measured(command)
            rows = json.loads((out / "manifest.json").read_text())["stages"]["clean"]["rows"]
            rows_by_size.append((rows["passages"], seconds, peak))
            print(log, f"{rows['passages']} passages: {seconds:.0f} s, {peak:.0f} MB", flush=True)
    table = pd.DataFrame(rows_by_size, columns=["passages", "seconds", "MB"])
    table["passages/s"] = table["passages"] / table["seconds"]
    print(table.round(0).to_string(index=False))


if __name__ == "__main__":
    main()
