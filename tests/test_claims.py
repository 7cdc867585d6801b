"""Claims: what makes them fail."""

import inspect

import pandas as pd
import pytest
from conftest import labelled, refused

import clusterlib as cl
from clusterlib.claims import evidence
from clusterlib.claims.claim import ClaimError, name_texts
from clusterlib.compare.pairs import mid_p
from clusterlib.compare.study import UNDRAWN


@pytest.fixture(scope="module")
def study():
    return cl.study.of(cl.load.documents())


@pytest.fixture(scope="module")
def money(study):
    return study.facts[study.facts["kind"] == "money"]


@labelled("quoting", "words and numbers")
def test_words_and_numbers_of_sentences(function, arguments, expected):
    assert getattr(evidence, function)(*arguments) == expected


def test_the_probability_of_a_difference_is_halved_where_it_stands():
    assert round(mid_p(4, 10, 0, 10), 4) == 0.0433 and mid_p(0, 10, 0, 10) == 0.5


@labelled("quoting", "names")
def test_texts_are_called_by_one_kind_of_name(initiatives, titles, names):
    texts = {"doc": ["a", "b"], "initiative": initiatives, "title": titles}
    assert name_texts(pd.DataFrame(texts)) == dict(zip("ab", names, strict=True))
    assert name_texts(pd.DataFrame({"doc": ["a"]})) == {"a": "a"}


def test_a_claim_shows_its_quotations_and_has_the_strength_of_the_weakest(study, money):
    claim = cl.claims.check("One sum.", True, money, name="sum", passages=study.passages)
    assert repr(claim) == "One sum. [stated]\n  nb-015 “ca 165 millioner kroner”"
    shown = claim._repr_html_()
    assert "about 165 million kroner" in shown and "● stated" in shown
    row = money.iloc[0]
    rows = study.passages.loc[study.passages["doc"] == "nl", ["doc", "start", "end"]]
    for given, count in ((row, 1), ([row, money], 1), (rows, len(rows))):
        assert len(cl.claims.check("A sentence.", True, given).evidence) == count
    counted = cl.claims.coded(study, "fr", "urgency")
    doubtful = cl.claims.coded(study, "fr", "government")
    for more, strength in (([counted], "counted"), ([doubtful, counted], "doubtful")):
        assert cl.claims.check("All.", True, [money, *more]).strength == strength


@pytest.mark.parametrize("holds", [False, 0, pd.Series([1, 2]).eq(3).all()])
def test_a_false_condition_or_no_evidence_fails_by_name(money, holds):
    fault = r"'sum'.*\n.*condition is false"
    refused(ClaimError, fault, cl.claims.check, "One sum.", holds, money, name="sum")
    for nothing in ([], money[:0]):
        refused(ClaimError, "there is no evidence", cl.claims.check, "Nothing.", True, nothing)


def test_all_faults_are_told_together_with_what_stands_where_a_quotation_moved(study, money):
    rows = [money, money.assign(doc="xx"), money.assign(start=0, end=3)]
    error = refused(ClaimError, "", cl.claims.check, "One sum.", False, rows, name="sum")
    assert (len(error.faults), error.claim) == (3, "sum")
    moved = study.documents.assign(text=" " + study.documents["text"])
    fault = rf"nb, characters {money['start'].item()} to .*expected 'ca 165"
    refused(ClaimError, fault, cl.claims.check, "One sum.", True, money, documents=moved)


def test_text_from_sources_is_escaped():
    text = "<script>alert(1)</script> {{ 7 * 7 }}"
    documents = pd.DataFrame({"doc": ["x"], "text": [text]})
    rows = pd.DataFrame({"doc": ["x"], "start": [0], "end": [len(text)], "quote": [text]})
    shown = cl.claims.check("<b>bold</b>", True, rows, documents=documents)._repr_html_()
    assert "<b>" not in shown and "&lt;script&gt;" in shown


@labelled("quoting", "quotations")
def test_quotations_have_to_stand_once_and_facts_to_be_the_only_one(study, find, arguments, fault):
    refused(cl.study.MissingError, fault, getattr(cl.claims, find), study, *arguments)
    # White space may differ.
    rows = cl.claims.quote(study, "fr", "Près de 300 entreprises")
    assert rows["quote"].item().split() == ["Près", "de", "300", "entreprises"]


def money_claim(s):
    money = cl.claims.fact(s, "nb", "money")
    assert money.approximate
    return f"{money.value} kroner.", money


def storage(s):
    assert cl.claims.coded(s, "nb", "storage").empty
    return "No storage.", [cl.claims.quote(s, "nl", "ruim 90%")]


def test_a_claim_that_does_not_hold_fails_by_name(study):
    def false(s):
        assert len(s.documents) == 6, "five are expected"
        return "Never.", []

    def missing(s):
        assert {}["missing"]
        return "Odd.", []

    def unquoted(s):
        assert True
        return "Nothing is quoted.", []

    for claim, fault in (
        (false, r"'false'.*\n.*its condition is false: five are expected"),
        (missing, r"'missing'.*\n.*cannot be computed.*KeyError"),
        (unquoted, r"'unquoted'.*\n.*there is no evidence for it"),
    ):
        commentary = cl.claims.Commentary(study, {"Odd": [claim]})
        refused(ClaimError, fault, commentary.section, "Odd")
        assert not commentary.again(study)["holds"].any()


def test_a_commentary_can_be_made_again_from_other_tables(study):
    commentary = cl.claims.Commentary(study, {"Telemark": [money_claim, storage]})
    without = study.but(documents=study.documents[study.documents["doc"] != "nb"])
    again = commentary.again(without)
    assert again["holds"].tolist() == [False, True]
    assert "0 facts of kind 'money'" in again["why"][0]
    survival = commentary.survival({"without nb": without, "same": study})
    assert survival["without nb"].tolist() == ["needs it", "holds"]
    assert survival["same"].tolist() == ["holds", "holds"]
    assert commentary.table["claim"].tolist() == ["money-claim", "storage"]
    assert commentary.table["section"].unique().tolist() == ["Telemark"]
    assert commentary.table["evidence"][0][0]["quote"] == "ca 165 millioner kroner"


def test_a_section_is_prose_that_opens_on_its_quotations(study):
    section = cl.claims.Commentary(study, {"One": [storage], "Two": [money_claim]}).section("Two")
    assert repr(section) == "165000000 kroner. [stated]\n  nb-015 “ca 165 millioner kroner”"
    shown = section._repr_html_()
    assert "<span>165000000 kroner.</span><details>" in shown and "No storage" not in shown
    assert shown.count("<details>") == 1 and "about 165 million kroner" in shown


def test_another_seed_draws_themes_anew_and_takes_over_what_is_not_drawn(study):
    tables = {name: getattr(study, name) for name in UNDRAWN}
    other, same = study.but(random_state=1), study.but(random_state=0)
    assert not study.themes.curve.equals(other.themes.curve)
    pd.testing.assert_frame_equal(study.code_contrasts, same.code_contrasts)
    anew = cl.study.of(study.documents, encoder=study.model, random_state=1)
    for name, table in tables.items():
        assert getattr(other, name) is table
        pd.testing.assert_frame_equal(getattr(anew, name), table)
    pd.testing.assert_frame_equal(study.code_contrasts, anew.code_contrasts)
    assert study.but(random_state=1, calibrate=None).vectors is not study.vectors


def test_a_pinned_quotation_has_to_stay(study, tmp_path):
    def money(s):
        assert len(s.documents)
        return "One.", s.facts.query("kind == 'money'")

    cl.claims.Commentary(study, {"": [money]}).pin(tmp_path / "pins.csv")
    pinned = cl.claims.Commentary(study, {"": [money]}, tmp_path / "pins.csv")
    assert pinned.again(study)["holds"].all()
    text = study.documents["text"].str.replace("165 millioner", "166 millioner")
    changed = pinned.again(study.but(documents=study.documents.assign(text=text)))
    assert "“ca 165 millioner kroner” no longer stands there" in changed["why"].item()


def test_claims_are_not_believed_without_assertions():
    module = inspect.getmodule(cl.claims.Commentary)
    optimised = dict(vars(module))
    exec(compile(inspect.getsource(module), "-O", "exec", optimize=1), optimised)
    refused(RuntimeError, "start Python without -O", optimised["Commentary"], None, {})
