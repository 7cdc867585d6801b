"""The grid of the seeds rests on words of the texts, and a sheet of one's own reads back."""

import pandas as pd
import pytest
from conftest import labelled, refused

import clusterlib as cl
from clusterlib.compare.grid import NOT_STATED
from clusterlib.problems import InputError, InputWarning


@pytest.fixture(scope="module")
def read(documents):
    return cl.compare.grid(documents)


def test_every_cell_of_the_seeds_is_filled_and_quotes_its_text_or_is_silent(read, documents):
    assert len(read) == len(documents) * len(cl.compare.attributes())
    assert [*dict.fromkeys(read["attribute"])] == [*cl.compare.attributes()["attribute"]]
    texts = documents.set_index("doc")["text"]
    stated = read[read["value"] != NOT_STATED]
    for row in stated.itertuples():
        assert texts[row.doc][row.start : row.end] == row.quote
    silent = read[read["value"] == NOT_STATED]
    assert silent[["start", "end"]].isna().all(axis=None)
    assert (silent["quote"] == "").all()
    wide = read.pivot(index="attribute", columns="doc", values="value")
    assert (wide.loc["legal form"] == NOT_STATED).sum() == 4
    assert (wide.loc["money"] == NOT_STATED).sum() == 4
    assert "not for the cluster" in wide.loc["money", "nb"]


@pytest.fixture
def texts():
    text = "A fair opens. Ten firms sign, and ten firms pay."
    return pd.DataFrame({"doc": ["a"], "initiative": ["A"], "text": [text]})


def cell(value="a fair", quote="A fair opens", doc="a", attribute="trigger", **more):
    return {"doc": doc, "attribute": attribute, "value": value, "quote": quote, **more}


def test_a_quotation_without_its_place_is_found(texts):
    (row,) = cl.compare.grid(texts, pd.DataFrame([cell()])).itertuples()
    assert (row.initiative, row.start, row.end) == ("A", 0, 12)
    second = texts["text"].item().rfind("firms")
    given = pd.DataFrame([cell("they pay", "firms", start=str(second))])
    assert cl.compare.grid(texts, given)["start"].tolist() == [second]


@labelled("compare", "cells of the grid")
def test_a_fault_is_named_with_its_line(texts, changes, message):
    good = cell(attribute="field", value=NOT_STATED, quote="")
    given = pd.DataFrame([good, cell(**changes)])
    caught = refused(InputError, "", cl.compare.grid, texts, given)
    first = caught.faults.query("line == 1 or line == 3").iloc[0]
    assert message in first["message"]


def test_all_faults_are_named_together(texts):
    rows = [cell(), cell(), cell(quote="gone", attribute="field"), cell(doc="b", attribute="stage")]
    caught = refused(InputError, "", cl.compare.grid, texts, pd.DataFrame(rows))
    kinds = set(caught.faults["fault"])
    assert {"duplicate cell", "quotation", "unknown text", "unread cell"} <= kinds
    with pytest.raises(InputError, match="there is no column 'quote'"):
        cl.compare.grid(texts, pd.DataFrame([{"doc": "a", "attribute": "x", "value": "y"}]))


def test_cells_that_nobody_has_read_are_left_out_and_not_called_missing(texts):
    rows = [cell(), cell(value="", quote="", attribute="field")]
    with pytest.warns(InputWarning, match=r"1 cell\(s\) are not read yet, such as 'field' of 'a'"):
        assert cl.compare.grid(texts, pd.DataFrame(rows))["attribute"].tolist() == ["trigger"]
    with pytest.raises(InputError, match="no cell has a value"):
        cl.compare.grid(texts, pd.DataFrame(rows[1:]))


def test_a_sheet_proposes_passages_that_answer_and_reads_back(
    documents, passages, vectors, read, tmp_path
):
    path = tmp_path / "sheet.csv"
    sheet = cl.compare.grid_sheet(passages, vectors, path=path)
    assert len(sheet) == len(documents) * len(cl.compare.attributes())
    assert sheet["proposed"].str.count("\n").eq(2).all()
    filled = pd.read_csv(path, dtype="str").fillna("").assign(value=NOT_STATED)
    filled.to_csv(path, index=False)
    assert (cl.compare.grid(documents, path)["value"] == NOT_STATED).all()
    sheet = sheet.set_index(["doc", "attribute"])["proposed"]
    places = passages.set_index("passage")[["doc", "start", "end"]]
    hits = []
    for row in read[read["value"] != NOT_STATED].itertuples():
        names = [line.split(":")[0] for line in sheet[row.doc, row.attribute].split("\n")]
        near = places.loc[[name for name in names if name in places.index]]
        hits.append(((near["start"] <= row.start) & (near["end"] >= row.end)).any())
    # Three passages drawn at random of thirteen to 26 would hold the words in one of six cells.
    assert sum(hits) / len(hits) > 1 / 3
