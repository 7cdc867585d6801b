"""Search and associations: words in context, passages by meaning, words and codes together."""

import numpy as np
import pandas as pd
import pytest
from conftest import labelled, passages_of, refused

import clusterlib as cl
from clusterlib.problems import InputError


@labelled("search", "words")
def test_words_are_found_as_asked(query, kind, expected):
    passages = passages_of(["The Battery Show opens.", "Of old batteries, showers and a.b: yy y"])
    found = cl.search.words(passages, query, kind)
    assert found["match"].tolist() == expected
    texts = passages.set_index("passage")["text"]
    for row in found.itertuples():
        assert texts[row.passage][row.start : row.end] == row.match
        assert (row.left + row.match + row.right) in texts[row.passage]


def test_inflected_words_are_found_in_their_language_at_places_of_the_source(documents, passages):
    found, sources = cl.search.words(passages, "cluster*"), documents.set_index("doc")["text"]
    assert len(found) > 20
    for row in found.itertuples():
        assert row.match in sources[row.doc][row.start : row.end]
    texts = ["Les batteries du cluster.", "Die Speicher werden größer.", "De bedrijven groeien."]
    passages = passages_of(texts, ["fr", "de", "nl"])
    for query, match in (("batterie", "batteries"), ("groß", "größer"), ("bedrijf", "bedrijven")):
        assert cl.search.words(passages, query, "lemma")["match"].tolist() == [match]


@labelled("search", "queries")
def test_a_query_that_cannot_be_read_is_refused(query, kind, fault):
    refused(ValueError, fault, cl.search.words, passages_of(["text"]), query, kind)


def test_meaning_finds_what_is_said_in_another_language(passages, vectors):
    wanted = {
        "ministries finance the programme": "nb",
        "a delegation visits the exhibitors of a trade fair": "de",
        "five coordinators are appointed by the minister": "nl",
        "solar parks and charging stations": "bg",
    }
    for query, doc in wanted.items():
        found = cl.search.meaning(passages, vectors, query, most=3)
        assert doc in set(found["doc"]), query
        assert found["cosine"].is_monotonic_decreasing
    shuffled = passages.sample(frac=1, random_state=1)
    again = cl.search.meaning(shuffled, vectors, query, most=3)
    pd.testing.assert_frame_equal(found, again)
    refused(ValueError, "the query is empty", cl.search.meaning, passages, vectors, "")


def test_words_that_mark_a_group_are_found():
    texts = ["The ferry left the harbour."] * 4 + ["The mill grinds the corn."] * 4
    passages = passages_of(texts).assign(group=["sea"] * 4 + ["land"] * 4)
    table = cl.compare.keyness(passages, by="group")
    best = table[table["rank"] <= 2].groupby("group")["term"].agg(set).to_dict()
    assert best["sea"] & {"ferry", "harbour"} and best["land"] & {"mill", "corn", "grinds"}
    assert (table["elsewhere"] == 0).all() and (table["count"] == 4).all()
    without = passages.assign(group=passages["group"].where(passages.index > 0))
    with pytest.raises(ValueError, match=r"1 passage\(s\) have no 'group', such as 'p000'"):
        cl.compare.keyness(without, "group")


def test_codes_that_go_together_are_counted():
    draw = np.random.default_rng(0)
    coded = draw.random((200, 3)) < 0.3
    coded[:, 1] = coded[:, 0]
    names = [f"p{place:03d}" for place in range(200)]
    codes = pd.DataFrame(coded, names, list("abc")).rename_axis("passage").reset_index()
    codes = codes.melt("passage", var_name="code", value_name="coded")
    table = cl.compare.cooccurrence(codes).set_index(["code_a", "code_b"])
    assert table.loc[("a", "b"), "jaccard"] == 1 and table.loc[("a", "b"), "p_value"] < 0.001
    assert table.loc[("a", "c"), "p_value"] > 0.001
    together = (coded[:, 0] & coded[:, 2]).sum()
    assert table.loc[("a", "c"), "together"] == together
    refused(InputError, "coded", cl.compare.cooccurrence, codes.drop(columns="coded"))
