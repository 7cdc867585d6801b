"""Measure every figure that README quotes, and fail where the two disagree beyond the noise.

    python benchmarks/check.py --bench FOLDER [--peers-python PATH] [--only TEXT] [--again]

`quoted.csv` has a row for each figure: what is measured, the column of README's table, the value
quoted, how far a measurement may be from it, the command that measures it (named below) and a
pattern that finds the value (the lowest, if several) in what the command prints, which is kept in
build/bench/.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
KEPT = HERE.parent / "build" / "bench"
COMMANDS = {
    "space": ["space.py", "--bench", "{bench}"],
    "codes": ["codes.py", "--bench", "{bench}"],
    "facts": ["facts.py", "--bench", "{bench}"],
    "compare": ["compare.py", "--bench", "{bench}"],
    "topics": ["topics.py", "--bench", "{bench}", "--peers-python", "{peers}"],
}


def quoted() -> pd.DataFrame:
    """Return what README quotes, a row a figure."""
    return pd.read_csv(HERE / "quoted.csv", dtype={"quoted": "str"})


def table(figures: pd.DataFrame) -> str:
    """Return the table of README: a row for what is measured, a column for whom."""
    columns = list(dict.fromkeys(figures["column"]))
    wide = figures.pivot(index="measure", columns="column", values="quoted").fillna("–")
    lines = [["measure", *columns], ["---"] * (len(columns) + 1)]
    for measure in dict.fromkeys(figures["measure"]):
        lines.append([measure, *wide.loc[measure, columns].tolist()])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def lowest_match(pattern: str, printed: str) -> float | None:
    """Return the value that a pattern finds in what a command printed, the lowest of several."""
    return min(map(float, re.findall(pattern, printed)), default=None)


def measured(name: str, chosen: argparse.Namespace) -> str | None:
    """Run a command and return what it prints; none if it fails."""
    kept = KEPT / f"{name}.txt"
    if chosen.again:
        return kept.read_text(encoding="utf-8") if kept.exists() else None
    places = {"bench": str(chosen.bench), "peers": str(chosen.peers_python)}
    script, *options = (part.format(**places) for part in COMMANDS[name])
    print(f"running {script}", file=sys.stderr, flush=True)
    command = [sys.executable, str(HERE / script), *options]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        return None
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_text(ended.stdout, encoding="utf-8")
    return ended.stdout


def compare(figures: pd.DataFrame, printed: dict[str, str | None]) -> pd.DataFrame:
    """Set what is measured beside what is quoted; a figure that is not found disagrees."""
    rows = figures[["measure", "column", "quoted", "noise"]].copy()
    pairs = zip(figures["command"], figures["pattern"], strict=True)
    values = [lowest_match(pattern, printed[name] or "") for name, pattern in pairs]
    rows["measured"] = pd.Series(values, index=rows.index, dtype="float64")
    apart = (rows["measured"] - rows["quoted"].astype(float)).abs()
    # Half a digit of what is quoted is not a disagreement.
    rows["agrees"] = apart.round(6) <= rows["noise"] + 0.005
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, help="the folder of labelled data")
    parser.add_argument("--peers-python", type=Path, help="the Python that has the peers")
    parser.add_argument("--only", default="", help="figures whose measure or command has this text")
    parser.add_argument("--again", action="store_true", help="compare what the last run printed")
    parser.add_argument("--table", action="store_true", help="print README's table, no more")
    chosen = parser.parse_args()
    figures = quoted()
    if chosen.table:
        print(table(figures))
        return 0
    if not (chosen.bench or chosen.again):
        parser.error("--bench is needed")
    figures = figures[(figures["measure"] + " " + figures["command"]).str.contains(chosen.only)]
    names = dict.fromkeys(figures["command"])
    if "topics" in names and not (chosen.peers_python or chosen.again):
        parser.error("--peers-python is needed; --only leaves figures out")
    rows = compare(figures, {name: measured(name, chosen) for name in names})
    print(rows.to_string(index=False))
    wrong = rows[~rows["agrees"]]
    print(f"{len(rows) - len(wrong)} of {len(rows)} figures agree with README")
    return int(bool(len(wrong)))


if __name__ == "__main__":
    sys.exit(main())
