"""Measure how long a run takes to read many pages, in one process and with workers.

    python benchmarks/load_files.py --files 2000 [--workers 0 1 2]

Half of the files are HTML pages with a menu and a footer around paragraphs of the
seeds, half are plain texts. Starting the workers is not counted, what they import is.
"""

import argparse
import html
import random
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import clusterlib as cl
from clusterlib.run import Options, run, start_workers

PARAGRAPHS = 12
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
</head><body><nav><ul>{menu}</ul></nav><main><article><h1>{title}</h1>{text}</article></main>
<footer><p>Contact, imprint, privacy, cookies</p></footer></body></html>"""
MENU = "".join(f'<li><a href="/{number}">Entry {number}</a></li>' for number in range(60))


class LoadedError(Exception):
    """The run is where it is measured."""


def write(folder: Path, count: int) -> None:
    """Write pages of paragraphs drawn from a seed, the same each time."""
    draw = random.Random(0)
    seeds = cl.load.documents()[["lang", "text"]].to_numpy().tolist()
    for number in range(count):
        lang, text = seeds[number % len(seeds)]
        lines = draw.choices([line for line in text.splitlines() if len(line) > 80], k=PARAGRAPHS)
        lines = [f"{number} {line}" for line in lines]
        if number // len(seeds) % 2:
            (folder / f"{number:06d}.txt").write_text("\n\n".join(lines), encoding="utf-8")
            continue
        paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        page = PAGE.format(lang=lang, title=f"Page {number}", menu=MENU, text=paragraphs)
        (folder / f"{number:06d}.html").write_text(page, encoding="utf-8")


def timed(source: Path, workers: int, out: Path) -> tuple[dict[str, float], bytes]:
    """Return when each stage up to load was done, in seconds, and the documents."""
    done: dict[str, float] = {}

    def tell(line: str) -> None:
        done[line.split(":")[0]] = time.perf_counter() - begun
        if line.startswith("load"):
            raise LoadedError

    with start_workers(workers) as mapper:
        begun = time.perf_counter()
        with suppress(LoadedError):
            run(Options((str(source),)), out, mapper, tell)
    tables = sorted((out / "stages" / "load").glob("*/*.parquet"))
    return done, b"".join(table.read_bytes() for table in tables)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts").mkdir()
        write(folder / "texts", chosen.files)
        size = sum(path.stat().st_size for path in (folder / "texts").iterdir()) / 1e6
        print(f"{chosen.files} files of {size:.0f} MB")
        tables = set()
        for workers in chosen.workers:
            done, table = timed(folder / "texts", workers, folder / f"out-{workers}")
            tables.add(table)
            how = f"{workers} worker(s)" if workers else "no workers"
            print(
                f"{how}: read {done['read']:.1f} s, load {done['load'] - done['read']:.1f} s, "
                f"{chosen.files / done['load']:.0f} files/s"
            )
        print("the tables are the same" if len(tables) == 1 else "the tables DIFFER")


if __name__ == "__main__":
    main()
