"""Measure the finder of facts: speed, growth with size, hostile text, and scores.

    python benchmarks/facts.py [--bench FOLDER]   (with FOLDER/ntrex/*.tsv)

Prints texts and characters per second over the seeds, the exponent of time in the
length of a text, the time of 1 MB of digits and separators, and the scores against
the independent reading of the seeds and the labelled cases. With FOLDER also
how far the facts of parallel news agree between English and each other language.
"""

import argparse
import csv
import json
import math
import time
from collections import Counter
from pathlib import Path

import pandas as pd

import clusterlib as cl
from clusterlib.facts import extract_facts

CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"
HOSTILE = ("1 ", "1.", "12:34 ", "1,234 ", "0123456789.,-/ :\n%", "zwischen 1 und ")
# Times that the seeds are read, lengths of the text whose time is compared, that of hostile ones.
REPEATS, SHORT, LONG, HUGE = 40, 50_000, 800_000, 1_000_000
LANGUAGES = {"bul": "bg", "deu": "de", "fra": "fr", "nld": "nl", "nob": "nb", "eng": "en"}


def seconds(text: str, lang: str) -> float:
    begun = time.process_time()
    extract_facts(text, lang)
    return time.process_time() - begun


def speed() -> None:
    documents = cl.load.documents()
    rows = list(zip(documents["text"], documents["lang"], strict=True))
    for text, lang in rows:
        extract_facts(text, lang)
    spent = sum(seconds(text, lang) for _ in range(REPEATS) for text, lang in rows)
    length = sum(len(text) for text, _ in rows)
    texts, characters = (REPEATS * count / spent for count in (len(rows), length))
    print(f"seeds: {texts:.0f} texts/s, {characters:.0f} characters/s")
    german = "\n\n".join([text for text, lang in rows if lang == "de"] * 200)
    small, large = (seconds(german[:size], "de") for size in (SHORT, LONG))
    exponent = math.log(large / small, LONG / SHORT)
    print(f"exponent of time in length, {SHORT:,} to {LONG:,}: {exponent:.2f}")


def hostile() -> None:
    for piece in HOSTILE:
        text = piece * (HUGE // len(piece))
        documents = pd.DataFrame({"doc": ["x"], "lang": ["de"], "text": [text]})
        begun = time.process_time()
        cl.facts.find(documents)
        print(f"{HUGE / 1e6:g} MB of {piece!r}: {time.process_time() - begun:.1f} s")


def scores() -> None:
    facts = cl.facts.find(cl.load.documents())
    read = pd.read_csv(CASES / "seed_facts.csv", keep_default_na=False)
    read["approximate"] = read["approximate"].astype(str).str.lower() == "true"
    keys = ["doc", "passage", "kind", "value", "value_end", "unit", "approximate", "hedge"]
    expected, actual = (Counter(map(tuple, table[keys].to_numpy())) for table in (read, facts))
    right = (expected & actual).total()
    print(f"seeds: recall {right / expected.total():.3f}, precision {right / actual.total():.3f}")
    cases = json.loads((CASES / "facts.json").read_text(encoding="utf-8"))
    good = 0
    for case in cases:
        wanted = [(fact["kind"], fact["value"], fact["quote"]) for fact in case["facts"]]
        got = extract_facts(case["text"], case["lang"])
        good += wanted == [(f.kind, f.value, case["text"][a:b]) for a, b, f in got]
    langs = len({case["lang"] for case in cases})
    print(f"labelled cases: {good} of {len(cases)} in {langs} languages")


def parallel(bench: Path) -> None:
    """Compare kinds and values line by line; translations also convert miles and idioms."""
    facts = {}
    for name, lang in LANGUAGES.items():
        with (bench / "ntrex" / f"{name}.tsv").open(encoding="utf-8") as file:
            lines = [row[2] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
        facts[lang] = [
            Counter(
                (fact.kind, fact.value, fact.value_end) for *_, fact in extract_facts(line, lang)
            )
            for line in lines
        ]
    english = facts.pop("en")
    for lang, rows in facts.items():
        same = sum((a & b).total() for a, b in zip(english, rows, strict=True))
        total = sum(row.total() for row in english)
        count = sum(row.total() for row in rows)
        print(f"{lang}: {count} facts; {same / total:.2f} of the {total} English ones are the same")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path)
    chosen = parser.parse_args()
    speed()
    hostile()
    scores()
    if chosen.bench:
        parallel(chosen.bench)


if __name__ == "__main__":
    main()
