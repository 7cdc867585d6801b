import functools
import itertools
import time
import timeit

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, cases, labelled, passages_of, refused
from hypothesis import given, settings
from hypothesis import strategies as st

import clusterlib as cl
from clusterlib.facts import extract_facts
from clusterlib.facts.actors import extract_candidates
from clusterlib.facts.lexicon import latin, load_lexicon
from clusterlib.facts.numbers import NumeralSum, split_numeral
from clusterlib.problems import InputError

LANGS = sorted(cl.embed.calibration()["lang"].unique())
SHARED = ["kind", "value", "value_end", "unit", "approximate", "quote"]


def reading(name):
    return pd.read_csv(ROOT / "tests" / "cases" / f"{name}.csv", keep_default_na=False)


def test_every_language_tells_a_verb_from_what_is_counted():
    """By endings or the dictionary form; German writes nouns with a capital."""
    verbal = ["verbend", "infinitive", "plural"]
    without = {lang for lang in LANGS if not any(map(load_lexicon(lang).endings.get, verbal))}
    # In Irish the verb goes first: none follows the number.
    assert without == {"de", "ga"}


def whole(texts, lang="en"):
    """Documents of these texts, and one passage for each."""
    passages = passages_of(texts, lang)
    return passages[["doc", "lang", "text"]], passages


CASES = cases("facts")


@pytest.fixture(scope="module")
def of_cases():
    """Return the facts of all labelled cases, found at once, by the name of the text."""
    texts, langs = ([case[key] for case in CASES] for key in ("text", "lang"))
    table = cl.facts.find(*whole(texts, langs))
    return {doc: rows[SHARED].to_dict("records") for doc, rows in table.groupby("doc")}


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["text"])
def test_labelled_cases(number, of_cases):
    assert of_cases.get(f"p{number:03d}", []) == CASES[number]["facts"]


def test_facts_agree_with_an_independent_reading(facts):
    """The reading was made by another person, who did not see what the finder gives."""
    read = reading("seed_facts")
    read["approximate"] = read["approximate"].astype(str).str.lower() == "true"
    keys = ["doc", "passage", "kind", "value", "value_end", "unit", "approximate", "hedge"]
    expected, actual = ([tuple(row) for row in table[keys].to_numpy()] for table in (read, facts))
    right = sum(min(expected.count(row), actual.count(row)) for row in set(actual))
    assert right / len(expected) >= 0.95
    assert right / len(actual) >= 0.95


def test_facts_stand_at_their_place_in_any_order_and_none_is_set_aside_by_the_reading(
    facts, mentions, documents, passages, actors
):
    texts = documents.set_index("doc")["text"]
    for table in (facts, mentions, cl.facts.candidates(documents, passages)):
        assert len(table)
        for row in table.itertuples():
            assert texts[row.doc][row.start : row.end] == row.quote
    # Neither the order of documents nor passages that are given change anything.
    mixed, shuffled = documents.iloc[::-1], passages.sample(frac=1, random_state=0)
    assert cl.facts.find(mixed).equals(facts)
    assert cl.facts.find(documents, shuffled).equals(facts)
    assert cl.facts.mentions(mixed, actors.iloc[::-1], shuffled).equals(mentions)
    assert cl.facts.mentions(documents, actors).equals(mentions)
    assert cl.facts.candidates(mixed).equals(cl.facts.candidates(documents, passages))
    # What the reading sets aside is no fact.
    for row in reading("seed_not_facts").itertuples():
        start = texts[row.doc].index(row.quote)
        of_doc = facts[facts["doc"] == row.doc]
        inside = (of_doc["start"] >= start) & (of_doc["end"] <= start + len(row.quote))
        assert not inside.any(), row.quote


@labelled("facts_of_texts", "cleaned")
def test_facts_are_those_of_the_text_as_it_is_cleaned(text, quotes):
    table = cl.facts.find(pd.DataFrame({"doc": ["a"], "lang": ["bg"], "text": [text]}))
    assert dict(zip(table["value"], table["quote"], strict=True)) == quotes


def test_tables_without_rows_are_typed(actors):
    texts = whole(["Nothing here."])
    for table in (cl.facts.find(*texts), cl.facts.mentions(texts[0], actors[:0], texts[1])):
        assert table.empty and table["start"].dtype == "int64"


WORDS = (
    "23. bis 2023 May mai % € Mio. – ( +49 1.5 3,000 both vingt zwei entre et à Q3 de т. лв. 'den k"
)
PIECES = st.sampled_from([*WORDS.split(), "\n", "\u202f"])
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=30).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS | st.text(max_size=300), lang=st.sampled_from([*LANGS, "und", "zh", "de-CH"]))
def test_any_text_in_any_language(text, lang):
    text = f"- {text}"
    facts = extract_facts(text, lang)
    spans = [(start, end) for start, end, _ in facts]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end, *_ in extract_candidates(text, lang))
    for row in cl.facts.find(*whole([text], lang)).itertuples():
        assert text[row.start : row.end] == row.quote


@pytest.mark.parametrize("lang", ["x-y", "zz", "sr-Latn-RS", "en-US", "a" * 8, "ar", "ja", "fa"])
def test_any_tag_is_taken(lang):
    assert extract_facts("2021-03-05 and 40 %", lang)


DIGITS = ["1 ", "1.", "12:34 ", "1,234 ", "0123456789.,-/ :\n%", "1.234.567,89 ", "12-13 ", "1\n"]
WORDY = ["zwischen 1 und ", "mehr als ", "23. bis 25. Mai ", "zwei-", "2020 "]


@pytest.mark.parametrize("piece", [*DIGITS, *WORDY])
def test_cost_grows_with_size_and_not_with_its_square(piece):
    costs = []
    for size in (4_000, 32_000):
        read = functools.partial(extract_facts, piece * (size // len(piece)), "de")
        # Without what else the process does meanwhile, such as looking for circles of objects.
        costs.append(min(timeit.repeat(read, timer=time.process_time, number=1, repeat=3)))
    assert costs[1] < 8 * 4 * max(costs[0], 0.01)


@pytest.mark.parametrize("case", [*reading("numerals").itertuples()], ids=lambda case: case.word)
def test_compound_numerals(case):
    values = split_numeral(case.word, case.lang)
    assert NumeralSum().add(values, True, case.lang).value == case.value


@pytest.mark.parametrize("lang", LANGS)
def test_every_language_has_its_words(lang):
    lexicon = load_lexicon(lang)
    wanted = {*range(2, 21), *range(30, 91, 10), 100, 1000}
    values = {int(value) for value in lexicon.numerals.values() if value == int(value)}
    built = set(range(11, 20)) if lang in {"tr", "ga"} else set()
    assert wanted - built <= values
    options = [*lexicon._phrases.values(), *lexicon._stems.values()]
    roles = {role for by_role in options for role in by_role}
    wanted = "month hedge circa both scale percent noun stop quarter label minus".split()
    assert roles >= set(wanted)
    scales = (by_role.get("scale", ()) for by_role in lexicon._phrases.values())
    assert {"1000000", "1000000000"} <= {value for those in scales for _, value in those}


@labelled("facts_of_texts", "units")
def test_units_have_their_english(text, lang, english):
    """Units of old that are near a metric one are not that one, nor is half a name the unit."""
    assert cl.facts.find(*whole([text], lang))["unit_english"].tolist() == [english]


def test_serbian_is_read_in_both_scripts():
    assert latin("Љубљана") == "Ljubljana"
    assert load_lexicon("sr").numerals["dvadeset"] == load_lexicon("sr").numerals["двадесет"]


def test_names_agree_with_an_independent_reading_and_candidates_find_them(
    mentions, actors, documents, passages
):
    """Organisations, programmes, people and places: each at its place, the whole of it."""
    assert set(mentions["actor"]) == set(actors["actor"])
    names, quotes = reading("seed_names"), mentions.groupby("passage")["quote"].agg(list)
    names["quotes"] = [quotes.get(passage, []) for passage in names["passage"]]
    covered = [
        any(row.quote in quote or quote in row.quote for quote in row.quotes)
        for row in names.itertuples()
    ]
    people = names.query("kind in ['organisation', 'person']").itertuples()
    assert np.mean(covered) >= 0.95
    assert np.mean([row.quote in row.quotes for row in people]) >= 0.95
    # Most organisations and people would be offered to an analyst without a table.
    candidates = cl.facts.candidates(documents, passages)["candidate"]
    names = reading("seed_names").query("kind in ['organisation', 'person']")["quote"]
    offered = [any(name in one or one in name for one in candidates) for name in names]
    assert np.mean(offered) >= 0.9


def test_facts_of_time_have_their_days():
    days = pd.DataFrame(cases("facts_of_texts")["days"]).assign(doc="a", passage="a-001")
    facts = days.drop(columns=["first", "last"]).assign(quote=days["value"])
    wanted = days.dropna(subset="first").sort_values("first")
    dated = cl.facts.dated(facts)
    assert dated["first"].tolist() == wanted["first"].tolist()
    assert dated["last"].tolist() == wanted["last"].tolist()


def test_overlapping_aliases_resolve_to_the_longest():
    documents, passages = whole(["Das CEA und das CEA Labor für Speicher, CEAs."], "de")
    actors = pd.DataFrame({"actor": ["cea", "labor"], "name": "X", "type": "research"})
    actors["aliases"] = ["CEA", "CEA  Labor | CEA Labor für Speicher"]
    table = cl.facts.mentions(documents, actors, passages)
    assert table["quote"].tolist() == ["CEA", "CEA Labor für Speicher"]
    assert table["helix"].tolist() == ["academia", "academia"]


def test_all_faults_of_a_table_of_actors_are_told_together(documents):
    actors = pd.DataFrame({"actor": list("aabc"), "type": ["firm", "wizard", "place", "place"]})
    actors["aliases"] = ["X | Y", "Z |", "Y", None]
    error = refused(InputError, "", cl.facts.mentions, documents, actors)
    message = str(error)
    for part in ("name: the column is missing", "wizard", "actor: ", "is empty", "one of 'a'"):
        assert part in message
    # An alias may serve two languages, and not one twice.
    actors = pd.DataFrame({"actor": ["a", "b"], "name": "X", "lang": ["de", "fr"]})
    actors = actors.assign(type="place", aliases="Region")
    assert len(cl.facts.mentions(documents, actors)) > 0
    refused(InputError, "also one of 'a'", cl.facts.mentions, documents, actors.assign(lang="de"))


@pytest.mark.parametrize(
    "case", [*reading("candidates").itertuples()], ids=lambda case: case.comment
)
def test_candidates_by_reason(case):
    reasons = set(filter(None, case.reasons.split(" | ")))
    table = cl.facts.candidates(*whole([case.text], case.lang))
    assert reasons <= set(table["reason"])
    assert bool(reasons) == bool(len(table))


def test_no_fact_goes_on_in_another_passage():
    every = cl.embed.calibration().groupby("lang")["text"].agg(" ".join)
    documents, _ = whole(every.tolist(), every.index.tolist())
    passages = cl.clean.passages(documents)
    facts = cl.facts.find(documents, passages).merge(passages, on="passage", suffixes=("", "_of"))
    assert len(facts) > 500
    assert (facts["start"] >= facts["start_of"]).all()
    assert (facts["end"] <= facts["end_of"]).all()
