"""Measure the finder of facts against readings, and its agreement between languages.

    python benchmarks/facts.py --bench FOLDER   (with FOLDER/ntrex/*.tsv)

Prints the scores against the independent reading of the seeds and the labelled cases, and how far
the facts of parallel news agree between English and each other language.
"""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
from space import NTREX, arguments, read

import clusterlib as cl
from clusterlib.facts import extract_facts

CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"


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
    table = read(bench / "ntrex", NTREX | {"eng": "en"}, ["document", "line", "text"])
    facts = {
        lang: Counter(
            (number, fact.kind, fact.value, fact.value_end)
            for number, line in zip(part["number"], part["text"], strict=True)
            for *_, fact in extract_facts(line, str(lang))
        )
        for lang, part in table.groupby("lang")
    }
    english = facts.pop("en")
    total = english.total()
    for lang, found in facts.items():
        share = (english & found).total() / total
        print(
            f"{lang}: {found.total()} facts; {share:.2f} of the {total} English ones are the same"
        )


def main() -> None:
    chosen = arguments(__doc__).parse_args()
    scores()
    parallel(chosen.bench)


if __name__ == "__main__":
    main()
