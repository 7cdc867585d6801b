"""The Excel workbook: every table, every value as what it is, and what columns mean."""

import importlib
import math

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.escape import unescape

import clusterlib as cl
from clusterlib.export import site

# Functions of the same names hide the modules.
module = importlib.import_module("clusterlib.export.tables")
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.org", "00123", "1e5", "{=1}"]


def test_every_exported_table_keeps_its_contract_and_is_described(exported, seeds_run):
    for name, table in exported.items():
        cl.schema.check(module.flat(table), name)
        columns = set(cl.schema.describe(name)["column"])
        assert "*" in columns or set(module.flat(table).columns) <= columns, name
    for path in (seeds_run / "tables").glob("*.parquet"):
        cl.schema.check(pd.read_parquet(path), path.stem)
    shares = cl.schema.describe("shares").set_index("column")
    assert {"passages_read", "relied_on"} <= set(shares.index[~shares["required"]])
    described = module.dictionary(exported)
    assert len(described) > 200
    assert described.loc[described["meaning"] == "", ["table", "column"]].empty
    assert sorted(set(exported) - {"vectors", "left_out"} - set(site.ROWS)) == []


@pytest.fixture(scope="module")
def exported(seeds_run):
    """Return the tables that a run of the seeds writes, and those of notebooks alone."""
    tables = {path.stem: pd.read_parquet(path) for path in (seeds_run / "tables").glob("*.parquet")}
    study = cl.study.of(cl.load.documents())
    survival = pd.DataFrame(columns=["claim", "without bg", "other seed"], dtype="str")

    def nl_plan(s):
        assert len(s.documents)
        first = s.passages.query("doc == 'nl'")["text"].iloc[0]
        return "It says so.", cl.claims.quote(s, "nl", first)

    commentary = cl.claims.Commentary(study, {"What is stated": [nl_plan]})
    more = {"mentions": study.mentions, "evidence": commentary.evidence, "survival": survival}
    names = "passages codes shares contrasts gaps".split()
    read = {name: getattr(study, name) for name in names}
    read["grid"] = cl.compare.grid(study.documents)
    return {**tables, **more, **read}


def test_an_index_with_a_name_is_kept(tmp_path):
    index = pd.Index(["nl-001", "nl-002"], name="passage")
    vectors = pd.DataFrame([[0.5, 1.0], [0.25, 0.0]], index=index)
    path = cl.export.workbook({"vectors": vectors}, tmp_path / "v.xlsx")
    sheet = pd.read_excel(path, sheet_name="vectors")
    assert sheet.columns.map(str).tolist() == ["passage", "0", "1"]
    assert sheet["passage"].tolist() == index.tolist()
    described = pd.read_excel(path, sheet_name="dictionary", dtype=str)
    assert described["column"].tolist() == ["passage", "0", "1"]
    assert openpyxl.load_workbook(path)["vectors"]["A1"].font.bold


def test_texts_stay_texts_and_numbers_numbers_and_long_texts_are_cut(tmp_path):
    table = pd.DataFrame(
        {
            "text": HOSTILE,
            "number": [0.25, 1, math.nan, math.inf, -0.5, 2, 3, 4, 5],
            "count": pd.array([1, None, *range(7)], dtype="Int64"),
            "coded": [True, False] * 4 + [True],
            "read": [pd.Timestamp("2024-01-02", tz="UTC"), *[pd.NaT] * 8],
        }
    )
    path = cl.export.workbook({"codes": table}, tmp_path / "all.xlsx")
    sheet = openpyxl.load_workbook(path)["codes"]
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == HOSTILE
    assert {row[0].data_type for row in rows} == {"s"}
    assert not any(row[0].hyperlink for row in rows)
    assert [row[1].value for row in rows] == [0.25, 1, None, "inf", -0.5, 2, 3, 4, 5]
    assert [row[2].value for row in rows][:3] == [1, None, 0]
    assert [row[3].data_type for row in rows] == ["b"] * 9
    assert [row[4].value for row in rows] == ["2024-01-02 00:00:00+00:00", *[None] * 8]
    assert sheet.freeze_panes == "A2"
    texts = ["a\r\nb\x00\x0b 🚗", "a" * 32_767, "b" * 32_768, "🚗" * 20_000, "", "_x000D_"]
    path = cl.export.workbook({"t": pd.DataFrame({"text": texts})}, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(path)["t"]
    cells = [row[0].value or "" for row in sheet.iter_rows(min_row=2)]
    assert [unescape(cells[0]), cells[1], *cells[4:]] == [*texts[:2], *texts[4:]]
    assert cells[2].endswith(module.CUT) and cells[3].endswith(module.CUT)
    assert len(cells[2]) == 32_767
    assert len(cells[3].encode("utf-16-le")) // 2 <= 32_767


def test_the_first_sheet_says_what_columns_mean(tmp_path, documents, passages):
    tables = {"documents": documents, "passages": passages, "own/table*": passages.head(2)}
    path = cl.export.workbook(tables, tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["dictionary", "documents", "passages", "own table"]
    described = pd.read_excel(path, sheet_name="dictionary", keep_default_na=False)
    assert described.columns.tolist() == ["table", "column", "type", "promised", "meaning"]
    of_documents = described[described["table"] == "documents"]
    assert of_documents["column"].tolist() == documents.columns.tolist()
    assert (of_documents["meaning"] != "").all()
    meanings = of_documents.set_index("column")["meaning"]
    assert meanings["text"].startswith("the whole text as loaded")
    again = pd.read_excel(path, sheet_name="passages", keep_default_na=False)
    pd.testing.assert_frame_equal(again, passages, check_dtype=False)
    whole = pd.read_excel(path, sheet_name="documents")
    assert whole["text"].tolist() == documents["text"].tolist()


def test_a_table_in_a_cell_is_written_as_json(tmp_path):
    inner = pd.DataFrame({"doc": ["fr"], "quote": ["=1 é"], "start": [3]})
    table = pd.DataFrame({"claim": ["a"], "evidence": [inner], "list": [["x"]]})
    table["array"] = [np.array([{"doc": "fr", "start": np.int64(3)}])]
    path = cl.export.workbook({"claims": table}, tmp_path / "c.xlsx")
    json_of_table = '[{"doc":"fr","quote":"=1 é","start":3}]'
    cells = [cell.value for cell in openpyxl.load_workbook(path)["claims"][2]]
    assert cells == ["a", json_of_table, '["x"]', '[{"doc": "fr", "start": 3}]']


def test_of_many_decisions_those_that_give_a_code_have_room_and_others_are_refused(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "DECISIONS", 2)
    codes = pd.DataFrame({"passage": list("abc"), "coded": [False, True, False]})
    path = cl.export.workbook({"codes": codes}, tmp_path / "all.xlsx")
    sheets = pd.read_excel(path, sheet_name=None)
    assert sheets["codes"]["passage"].tolist() == ["b"]
    assert sheets["dictionary"]["meaning"].tolist()[-1].startswith("the 1 of 3 rows")
    monkeypatch.setattr(module, "ROWS", 3)
    table = pd.DataFrame({"a": [1, 2, 3]})
    tables = {"One": table, "one": table.head(1), "[]": table.head(1), "dictionary": table.head(1)}
    with pytest.raises(ValueError, match=r"4 table\(s\) do not fit") as caught:
        cl.export.workbook(tables, tmp_path / "x.xlsx")
    for part in ("'One': has 3 rows", "'one': the sheet", "'[]': has no name", "'dictionary'"):
        assert part in str(caught.value)
    assert not (tmp_path / "x.xlsx").exists()
