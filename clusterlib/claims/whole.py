"""Claims on a corpus as a whole: its size, its languages, and what was set aside."""

from collections.abc import Iterator

import pandas as pd

from clusterlib.claims.sources import EVIDENCE, Draft, Sources
from clusterlib.claims.wording import language, listed, times

SECTION = "The corpus"
# Quotations that stand for many, and languages that a sentence can list.
EXAMPLES, LANGUAGES = 5, 12
# What these rules take away is white space and marks, not text.
REPAIRS = {"spaces"}


def claims(sources: Sources) -> Iterator[Draft]:
    """Yield the claims on a corpus that its tables bear out."""
    if sources.docs:
        yield _size(sources)
        yield from _removed(sources)
        yield from _unknown(sources)


def _size(sources: Sources) -> Draft:
    passages = sources.passages
    counts = passages.drop_duplicates("doc")["lang"].value_counts()
    order = sorted(counts.index, key=lambda lang: (-counts[lang], language(lang)))
    names = [language(lang) for lang in order[:LANGUAGES]]
    if len(counts) > 1 and len(counts) < len(sources.docs):
        names = [
            f"{name} ({counts[lang]:,})"
            for name, lang in zip(names, order[:LANGUAGES], strict=True)
        ]
    if len(order) > LANGUAGES:
        names.append(times(len(order) - LANGUAGES, "other language"))
    text = (
        f"The corpus has {times(len(passages), 'passage')} of "
        f"{times(len(sources.docs), 'text')}, in {listed(names)}."
    )
    first = passages.drop_duplicates("lang")["passage"].head(EXAMPLES)
    return Draft("corpus-size", SECTION, text, True, sources.quoted(first, "counted"))


def _removed(sources: Sources) -> Iterator[Draft]:
    """Say how much of the texts was set aside before anything was counted."""
    ledger = sources.table("ledger")
    if not len(ledger):
        return
    gone = ledger[~ledger["rule"].isin(REPAIRS) & (ledger["replacement"].fillna("") == "")]
    gone = gone[[bool(str(text).strip()) for text in gone["text"]]]
    if not len(gone):
        return
    whole = int(sources.documents["text"].str.len().sum())
    share = int((gone["end"] - gone["start"]).sum()) / whole
    longest = gone.assign(length=gone["start"] - gone["end"])
    longest = longest.sort_values(["length", "doc", "start"]).head(EXAMPLES)
    rows = [
        (doc, "", start, end, sources.original.at(doc, start, end), "counted")
        for doc, start, end in longest[["doc", "start", "end"]].to_numpy().tolist()
    ]
    percent = f"{share:.0%}".replace("%", " per cent") if share >= 0.005 else "Less than 1 per cent"
    text = (
        f"{percent} of the characters of the texts, in {times(len(gone), 'place')}, were set aside "
        "before anything was counted, as boilerplate, repeats or the like; the longest are quoted."
    )
    yield Draft("corpus-removed", SECTION, text, True, pd.DataFrame(rows, columns=EVIDENCE))


def _unknown(sources: Sources) -> Iterator[Draft]:
    """Say which texts are in a language that could not be told."""
    own = sources.passages[sources.passages["lang"] == "und"].drop_duplicates("doc")
    if len(own):
        text = f"The language of {times(len(own), 'text')} could not be told."
        evidence = sources.quoted(own["passage"].head(EXAMPLES), "counted")
        yield Draft("corpus-unknown-language", SECTION, text, True, evidence)
