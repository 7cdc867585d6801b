"""A commentary that is made of any corpus: only what its tables bear, and what was left out.

Each function yields claims of one kind that the tables bear out, on the corpus as a whole and on
one text; those on what is compared are in `pairs`.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from clusterlib import clean
from clusterlib.claims.claim import QUOTED, Claim, EvidenceIndex
from clusterlib.claims.commentary import Automatic
from clusterlib.claims.evidence import language, listed, times, value
from clusterlib.claims.pairs import claims_on_pairs

# A commentary that nobody reads to its end says nothing: so many claims of a text, of so many
# texts (those of most passages), and so many differences.
PER_TEXT, TEXTS, DIFFERENCES = 6, 100, 12
# Quotations that stand for the corpus, and languages that a sentence can list.
CORPUS, LANGUAGES = 5, 12
# Kinds of facts that are told: name, kinds, and what one and several are called.
FACTS = (
    ("money", ["money"], "an amount of money", "amounts of money"),
    ("percentages", ["percentage"], "a percentage", "percentages"),
    ("quantities", ["quantity"], "a quantity", "quantities"),
    ("periods", ["period"], "a period", "periods"),
    ("dates", ["date", "month", "quarter", "year"], "a point in time", "points in time"),
)
# Values in one sentence, codes in one sentence, passages that stand for a code, absences told.
VALUES, CODES, EXAMPLES, ABSENCES = 5, 3, 2, 2
# One passage with a code or of a theme is no emphasis.
FEWEST = 2
WHOLE = "The corpus"


def automatic(
    tables: Mapping[str, pd.DataFrame],
    per_text: int = PER_TEXT,
    texts: int = TEXTS,
    differences: int = DIFFERENCES,
) -> Automatic:
    """Say what the tables of a corpus bear out, each sentence with its quotations.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        documents and passages; and whatever there is of ledger, facts, codes, shares, contrasts,
        nearest and gaps; of topics, topic_curve, topic_weights and topic_passages; and of themes,
        theme_curve and theme_members.
    per_text, texts, differences : int
        So many claims at most on one text, texts with claims (those of most passages), and claims
        on differences: the largest, each on all that has less of a code than a text.

    Returns
    -------
    Automatic

    Notes
    -----
    What rests on codes is ``doubtful`` unless the codes say that they are to be relied
    on (column relied_on). What rests on topics or themes is ``doubtful`` where one returns too
    seldom in other samples, or is more of one language than chance would make it; of topics or
    themes whose number is not stable nothing is said.

    Examples
    --------
    >>> import clusterlib as cl
    >>> documents = cl.load.documents().query("doc == 'nb'")
    >>> tables = {"documents": documents, "passages": cl.clean.passages(documents)}
    >>> automatic({**tables, "facts": cl.facts.find(documents)})
    The corpus has 17 passages of one text, in Norwegian Bokmål. [counted]
    The text “Industrial Green Tech” names an amount of money: ... [stated]
    The text “Industrial Green Tech” names a quantity: 3 levels. [stated]
    The text “Industrial Green Tech” names a point in time: 2016. [stated]
    """
    index = EvidenceIndex(tables)
    sizes = index.passages["doc"].value_counts()
    largest = set(sorted(index.docs, key=lambda doc: (-sizes[doc], doc))[:texts])
    on_pairs, remarks_on_pairs = claims_on_pairs(index, differences)
    claims, remarks, cut = [*claims_on_corpus(index), *on_pairs], list[str](), list[int]()
    if few := len(index.docs) - len(largest):
        rule = f"only the {texts:,} texts of most passages have claims of their own"
        remarks.append(f"{rule}; {times(few, 'text')} left out")
    for place, doc in enumerate(index.docs, start=1):
        if doc in largest:
            on_text = list(claims_on_text(index, doc, f"text-{place}"))
            claims += on_text[:per_text]
            cut += [len(on_text[per_text:])] if on_text[per_text:] else []
    if cut:
        what = f"{times(sum(cut), 'claim')} on {times(len(cut), 'text')} left out"
        remarks.append(f"{what}: the table claims has {per_text} of one text at most")
    rows = [("claims", remark) for remark in [*remarks, *remarks_on_pairs]]
    return Automatic(claims, pd.DataFrame(rows, columns=["stage", "remark"], dtype="str"))


def claims_on_corpus(index: EvidenceIndex) -> Iterator[Claim]:
    """Yield the claims on the size of a corpus, its languages, and what was set aside."""
    if not index.docs:
        return
    passages = index.passages
    counts = passages.drop_duplicates("doc")["lang"].value_counts()
    order = sorted(counts.index, key=lambda lang: (-counts[lang], language(lang)))
    counted = 1 < len(counts) < len(index.docs)
    names = [
        language(lang) + (f" ({counts[lang]:,})" if counted else "") for lang in order[:LANGUAGES]
    ]
    if len(order) > LANGUAGES:
        names.append(times(len(order) - LANGUAGES, "other language"))
    text = (
        f"The corpus has {times(len(passages), 'passage')} of "
        f"{times(len(index.docs), 'text')}, in {listed(names)}."
    )
    first = passages.drop_duplicates("lang")["passage"].head(CORPUS)
    yield index.claim("corpus-size", WHOLE, text, index.quote_passages(first, "counted"))
    yield from _removed(index)
    unknown = passages[passages["lang"] == "und"].drop_duplicates("doc")
    if len(unknown):
        text = f"The language of {times(len(unknown), 'text')} could not be told."
        evidence = index.quote_passages(unknown["passage"].head(CORPUS), "counted")
        yield index.claim("corpus-unknown-language", WHOLE, text, evidence)


def _removed(index: EvidenceIndex) -> Iterator[Claim]:
    """Say how much of the texts was set aside before anything was counted."""
    ledger = index.table("ledger")
    gone = ledger[~ledger["rule"].isin(clean.REPAIRS) & (ledger["replacement"].fillna("") == "")]
    gone = gone[[bool(str(text).strip()) for text in gone["text"]]]
    if not len(gone):
        return
    length = gone["end"] - gone["start"]
    share = int(length.sum()) / int(index.documents["text"].str.len().sum())
    longest = gone.assign(length=-length).sort_values(["length", "doc", "start"]).head(CORPUS)
    rows = [
        (doc, "", start, end, index.at(doc, start, end), "counted")
        for doc, start, end in longest[["doc", "start", "end"]].to_numpy().tolist()
    ]
    percent = f"{share:.0%}".replace("%", " per cent") if share >= 0.005 else "Less than 1 per cent"
    text = (
        f"{percent} of the characters of the texts, in {times(len(gone), 'place')}, were set aside "
        "before anything was counted, as boilerplate, repeats or the like; the longest are quoted."
    )
    yield index.claim("corpus-removed", WHOLE, text, pd.DataFrame(rows, columns=QUOTED))


def claims_on_text(index: EvidenceIndex, doc: str, name: str) -> Iterator[Claim]:
    """Yield the claims on a text, those that matter most first; names begin with ``name``.

    Codes that nothing says are given well come last.
    """
    kinds = [_groups_of_text, _facts, _codes, _absences]
    if index.relied_on["code"]:
        kinds = [_codes, _groups_of_text, _facts, _absences]
    for claims_of_kind in kinds:
        yield from claims_of_kind(index, doc, name, f"The text {index.name(doc)}")


def _codes(index: EvidenceIndex, doc: str, name: str, section: str) -> Iterator[Claim]:
    """Say which codes a text has most often, if some stand out; of equals all or none."""
    shares = index.shares_of(doc, "code")
    shares = shares.assign(count=(shares["share"] * shares["passages"]).round().astype(int))
    shares = shares[shares["count"] >= FEWEST]
    shares = shares.sort_values("count", ascending=False, kind="stable")
    if len(shares) > CODES:
        shares = shares[shares["count"] > shares["count"].iloc[CODES]]
    # What a reading corrects is an estimate: none is told unless as many passages are coded, since
    # others could not be called the most then.
    counts = [index.count(doc, code) for code in shares["category"]]
    if not len(shares) or (shares["count"] != counts).any() or (shares["low"] == 0).any():
        return
    count = len(index.of_text("passages", doc))
    parts = [
        f"{index.label(row['category'])} ({row['count']} of {count:,}; {_interval(row)})"
        for row in shares.to_dict("records")
    ]
    evidence = [index.best(doc, code, EXAMPLES, True, by="doc") for code in shares["category"]]
    subject, verb = ("code", "is") if len(parts) == 1 else ("codes", "are")
    called = index.name(doc)
    text = f"The {subject} given to most passages of the text {called} {verb} {listed(parts)}."
    yield index.claim(f"{name}-codes", section, text, evidence)


def _groups_of_text(index: EvidenceIndex, doc: str, name: str, section: str) -> Iterator[Claim]:
    """Say which topic and which theme a text has most of, if one stands out."""
    whole = f"the text {index.name(doc)}"
    for kind in index.groups:
        shares = index.shares_of(doc, kind)
        if kind == "code" or not len(shares):
            continue
        shares = shares.sort_values(["share", "category"], ascending=[False, True])
        first, group = shares.iloc[0].to_dict(), str(shares["category"].iloc[0])
        evidence = index.best(doc, group, EXAMPLES, coded=True, kind=kind, by="doc")
        if len(evidence) < FEWEST or (shares["share"] == first["share"]).sum() > 1:
            continue
        label, passages = index.label(group, kind), int(first["passages"])
        count = round(first["share"] * passages)
        if kind == "topic":
            # A passage mixes topics: what is counted is weights.
            size = f"{100 * first['share']:.0f} per cent of {passages:,} passages"
            text = f"The topic {label} takes up more of {whole} than any other: {size}"
        elif count == passages:
            text = f"All {passages:,} passages of {whole} are of the theme around {label}"
        else:
            text = f"More passages of {whole} are of the theme around {label} than of any other: "
            text += f"{count:,} of {passages:,}"
        text += f" ({_interval(first)})."
        yield index.claim(f"{name}-{kind}", section, text, evidence)


def _interval(row: Mapping[Hashable, Any]) -> str:
    return f"interval {100 * row['low']:.0f} to {100 * row['high']:.0f} per cent"


def _facts(index: EvidenceIndex, doc: str, name: str, section: str) -> Iterator[Claim]:
    """Say which values of each kind a text names."""
    rows = index.of_text("facts", doc).sort_values("start").to_dict("records")
    for plural, kinds, one, several in FACTS:
        named: dict[str, Mapping[Hashable, Any]] = {}
        for row in rows:
            if row["kind"] in kinds:
                named.setdefault(_write_fact(row), row)
        if not named:
            continue
        values = list(named)
        more = [f"{len(values) - VALUES} more"] if len(values) > VALUES else []
        what = one if len(values) == 1 else times(len(values), several, several)
        text = f"The text {index.name(doc)} names {what}: {listed([*values[:VALUES], *more])}."
        columns = ["doc", "passage", "start", "end", "quote"]
        evidence = pd.DataFrame(list(named.values())[:VALUES], columns=columns)
        yield index.claim(f"{name}-{plural}", section, text, evidence)


def _write_fact(row: Mapping[Hashable, Any]) -> str:
    kind, low, high = (str(row[name] or "") for name in ("kind", "value", "value_end"))
    unit = str(row["unit"] or "") if kind in ("money", "quantity") else ""
    # The English of a noun is its plural; where it is not known, or one is meant, the noun stands.
    if kind == "quantity" and unit:
        unit = str(row["unit_english"]) if row["unit_english"] and low != "1" else f"“{unit}”"
    return value(kind, low, high, unit, str(row["hedge"] or ""))


def _absences(index: EvidenceIndex, doc: str, name: str, section: str) -> Iterator[Claim]:
    """Say what a text does not mention, where its nearest passage falls short beyond noise."""
    gaps = index.of_text("gaps", doc)
    absent = gaps[gaps["verdict"] == "absent"]
    absent = absent.assign(margin=absent["short"] - absent["noise"])
    absent = absent.sort_values(["margin", "code"], ascending=[False, True])
    for row in absent.head(ABSENCES).to_dict("records"):
        evidence = index.best(doc, row["code"], 1, coded=False, by="doc")
        text = (
            f"No passage of the text {index.name(doc)} is given the code "
            f"{index.label(row['code'])}. The nearest one is quoted: it falls short of "
            "the code by more than a sentence and its translation may differ in it."
        )
        yield index.claim(f"{name}-without-{row['code']}", section, text, evidence)
