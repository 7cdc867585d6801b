import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, fill, frame, load, passages_of, refused

import clusterlib as cl
from clusterlib import language
from clusterlib.embed.calibration import calibration
from clusterlib.load.languages import COVERED


@pytest.mark.parametrize("lang", sorted(calibration()["lang"].unique()))
def test_every_calibrated_language_is_identified(lang):
    text = "\n".join(calibration().query("lang == @lang")["text"])
    alike = {"sr": {"sr", "mk", "bs", "hr"}, "hr": {"hr", "bs", "sr"}}
    assert language.identify(text) in alike.get(lang, {lang})
    # Too few letters say nothing.
    assert language.identify("2023 · EU") == "und"


def planted(shift, seed=0):
    """Make two languages that say the same, the second moved by a constant."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(40, 8))
    rows = np.vstack([rows, rows + draw.normal(scale=0.05, size=rows.shape)])
    rows[40:, 0] += shift
    passages = passages_of(["a text"] * 80, ["fr"] * 40 + ["de"] * 40)
    return frame(rows, passages), passages


def test_audit_sees_a_planted_offset_in_any_order_of_passages_that_are_given():
    vectors, passages = planted(8.0)
    # Varieties of a language are one.
    passages.loc[::2, "lang"] += "-XX"
    with_offset = language.audit(vectors, passages).set_index("measure")
    without = language.audit(*planted(0.0)).set_index("measure")
    assert with_offset.loc["classifier", "value"] > 0.9
    assert with_offset.loc["neighbour", "value"] > 0.9
    assert with_offset.loc["clusters", "value"] > 0.5
    assert without.loc["neighbour", "value"] < 0.1
    assert without.loc["clusters", "value"] < 0.1
    assert with_offset["chance"].lt(0.6).all()
    vectors, passages = planted(1.0)
    first = language.audit(vectors, passages)
    mixed = (table.sample(frac=1, random_state=1) for table in (vectors, passages))
    pd.testing.assert_frame_equal(first, language.audit(*mixed))
    for measure in (language.audit, language.pairs):
        refused(ValueError, "not given: 'p079'", measure, vectors, passages.iloc[:79])
    refused(ValueError, "two languages", language.audit, vectors.iloc[:5], passages.iloc[:5])


def test_pairs_cross_languages_and_use_a_passage_once():
    vectors, passages = planted(0.0)
    pairs = language.pairs(vectors, passages, most=15)
    langs = passages.set_index("passage")["lang"]
    assert (pairs["passage_a"].map(langs) != pairs["passage_b"].map(langs)).all()
    assert not pairs.melt()["value"].iloc[:30].duplicated().any()
    assert pairs["cosine"].is_monotonic_decreasing


def test_a_misplaced_and_a_wrong_translation_are_found(passages):
    english = pd.read_csv(cl.load.seeds() / "english.csv")
    result = language.check_translations(passages, english)
    assert not result["suspect"].any()
    wrong = english.copy()
    wrong.loc[[3, 4], "english"] = english.loc[[4, 3], "english"].to_numpy()
    wrong.loc[20, "english"] = "The swimming pool will reopen after the summer holidays."
    suspects = language.check_translations(passages, wrong).query("suspect")["passage"].tolist()
    assert suspects == english.loc[[3, 4, 20], "passage"].tolist()


TWO_LANGUAGES = pd.read_csv(ROOT / "tests/cases/two_languages.csv", keep_default_na=False)


@pytest.mark.parametrize("case", list(TWO_LANGUAGES.itertuples()), ids=lambda case: case.comment)
def test_sentences_of_another_language_are_told(tmp_path, case):
    documents, faults = load(fill(tmp_path, {"a.txt": case.text.replace(" / ", "\n\n")}))
    passages = cl.clean.passages(documents)
    assert documents["lang"].tolist() == [case.lang]
    assert " ".join(passages["lang"]) == case.passages
    assert ("several languages" in set(faults["fault"])) == (len(set(passages["lang"])) > 1)


def test_a_language_without_lists_is_named_once_a_text_and_has_no_facts(tmp_path):
    texts = {
        "ja": "東京都は水素の貯蔵施設を2030年に建設する。費用の半分は国が負担する。",
        "sw": "Serikali ya mkoa inalipa 50 % ya gharama za mradi huo wa umeme wa jua mwaka 2024.",
        "nl": "De haven van Antwerpen bouwt in 2024 een terminal voor waterstof met de stad.",
    }
    documents, faults = load(fill(tmp_path, {f"{lang}.txt": texts[lang] for lang in texts}))
    named = faults[faults["fault"] == "language not covered"]
    assert named["file"].tolist() == ["ja.txt", "sw.txt"]
    assert named["message"].str.contains("without spaces").tolist() == [True, False]
    assert set(cl.facts.find(documents)["doc"]) == {"nl"}


def test_the_languages_that_are_covered_are_those_with_lists():
    for name in ("calibration", "abbreviations", "fact_words"):
        langs = set(pd.read_csv(ROOT / "clusterlib" / "data" / f"{name}.csv")["lang"]) - {"und"}
        assert langs == COVERED, name
