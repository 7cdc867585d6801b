"""Shares by year, quarter and month: texts are drawn, not passages, and gaps are shown."""

import numpy as np
import pandas as pd
import pytest
from conftest import labelled

import clusterlib as cl


def corpus(dates, passages=4):
    docs = [f"d{number:02d}" for number in range(len(dates))]
    documents = pd.DataFrame({"doc": docs, "published": dates})
    table = pd.DataFrame({"doc": np.repeat(docs, passages), "lang": "de"})
    return documents, table.assign(passage=[f"p{place:03d}" for place in range(len(table))])


def members(passages, inside):
    return passages[["passage"]].assign(theme=np.where(inside, "x", "y"))


def of(theme, table):
    return table[table["category"] == theme].set_index("period")


@labelled("compare", "periods")
def test_periods_between_others_are_there_and_texts_without_a_date_are_last(
    every, periods, undated
):
    documents, passages = corpus(["2024-02-29", "2022-11", "2022-11-05", None, "2024"])
    table = of("x", cl.compare.by_time(members(passages, True), passages, documents, every))
    assert table.index.tolist() == [*periods, "no date"]
    assert table.loc["no date", "documents"] == undated
    assert table["documents"].sum() == 5
    assert table["passages"].sum() == 20
    empty = table[table["documents"] == 0]
    assert len(empty) == len(periods) - 2
    assert empty[["share", "low", "high"]].isna().all(axis=None)


def test_the_interval_is_that_of_texts_and_not_of_passages():
    documents, passages = corpus(["2023"] * 10, passages=20)
    of_texts, of_passages = (
        of("x", cl.compare.by_time(members(passages, inside), passages, documents))
        for inside in (passages["doc"] < "d05", np.arange(len(passages)) % 2 == 0)
    )
    assert of_texts["share"].tolist() == of_passages["share"].tolist() == [0.5]
    wide, narrow = ((table["high"] - table["low"]).item() for table in (of_texts, of_passages))
    assert 0.45 < wide < 0.65
    assert narrow < wide / 2


def test_intervals_hold_what_texts_are_drawn_from():
    draw = np.random.default_rng(0)
    documents, passages = corpus(["2023"] * 12, passages=5)
    hits = 0
    for _ in range(60):
        chance = np.repeat(draw.beta(1, 2, size=12), 5)
        table = cl.compare.by_time(members(passages, draw.random(60) < chance), passages, documents)
        row = of("x", table).loc["2023"] if "x" in table["category"].tolist() else None
        hits += row is not None and row["low"] <= 1 / 3 <= row["high"]
    assert hits >= 54


def test_weights_of_topics_and_the_order_of_passages():
    documents, passages = corpus(["2023-01-01", "2024-01-01"])
    shares = pd.DataFrame({"topic": ["a", "b"], "weight": [0.25, 0.75]})
    weights = passages[["passage"]].merge(shares, how="cross")
    table = cl.compare.by_time(weights, passages, documents)
    assert of("b", table)["share"].tolist() == [0.75, 0.75]
    again = cl.compare.by_time(weights, passages[::-1], documents[::-1])
    pd.testing.assert_frame_equal(table, again)


def test_faults_have_names():
    documents, passages = corpus(["2023", "2024"])
    for given, every, fault in (
        (documents, "week", "every='week'; expected one of year, quarter, month"),
        (documents.head(1), "year", "no document 'd01'"),
        (documents.assign(published="May 2023"), "year", "published"),
        (documents[["doc"]], "year", "published"),
    ):
        with pytest.raises(ValueError, match=fault):
            cl.compare.by_time(members(passages, True), passages, given, every)
