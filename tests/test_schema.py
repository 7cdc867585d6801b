import pickle

import pandas as pd
import pandera
import pytest
from conftest import refused

import clusterlib as cl
from clusterlib import schema
from clusterlib.problems import InputError
from clusterlib.schema.columns import MODELS


def test_an_error_has_all_faults_and_comes_back_whole_from_another_process(tmp_path):
    table = pd.DataFrame({"doc": ["a", "a"], "lang": ["fr", "French"], "text": ["x", "y"]})
    caught = refused(InputError, "French", schema.check, table, "texts")
    assert {"doc", "lang"} <= set(caught.faults["column"])
    for error in (caught, refused(InputError, "", cl.load.documents, tmp_path)):
        again = pickle.loads(pickle.dumps(error))
        assert str(again) == str(error)
        pd.testing.assert_frame_equal(again.faults, error.faults)


def test_faults_are_sorted_and_noted_once():
    problems = cl.problems.Problems(of_cells=True)
    for line in (3, 1, 3, None):
        problems.error("b.csv", "broken row", "4 fields", line)
    problems.warn("a.csv", "not used", "columns that are not used: x")
    faults = problems.table()
    assert faults["file"].tolist() == ["a.csv", *["b.csv"] * 3]
    assert faults["line"].fillna(0).tolist() == [0, 1, 3, 0]
    fault = r"(?s)has 3 fault.*b\.csv: 4.*1 remark"
    refused(InputError, fault, problems.raise_errors, "the input")


@pytest.mark.parametrize("name", ["documents", "drawn shares"])
def test_a_list_in_place_of_a_value_is_a_fault(name):
    table = pd.DataFrame({"doc": ["a", "b", "c"], "lang": "nl", "sha256": "a" * 64})
    table = table.assign(unit=table["doc"], category="x")
    table = table.assign(initiative="x", country="NL", title="x", published="2021", source="x")
    table = table.assign(text="x", share=0.5, low=0, high=1)
    schema.check(table, name)
    for column in schema.promised(name):
        fault = r"found \['a'\] in row 2"
        lists = table.assign(**{column: [["a"]] * 3})
        faults = refused(InputError, fault, schema.check, lists, name).faults
        of_column = faults[faults["column"] == column]
        assert set(of_column["line"]) == {0, 1, 2}
        assert all(value == ["a"] for value in of_column["value"])


@pytest.mark.parametrize("name", MODELS)
def test_a_contract_says_what_its_columns_mean(name):
    shown = schema.contract(name)
    lines = str(shown).splitlines()
    assert lines[0] == name and lines == repr(shown).splitlines()
    described = schema.describe(name)
    assert list(shown.columns) == described["column"].tolist()
    for line, row in zip(lines[1:], described.to_dict("records"), strict=True):
        assert line.startswith(f"  {row['column']} ({row['type']}")
        assert ("may be missing" in line) == row["nullable"]
        assert ("not needed" in line) == (not row["required"])
        assert row["description"] == row["description"].strip() != ""
        assert line.endswith(f"): {row['description']}")


def test_types_are_shown_with_the_words_of_the_workbook_and_an_unknown_contract_is_refused():
    for name, line in (
        ("facts", "  start (whole number): first character, counted in"),
        ("facts", "  approximate (yes/no): "),
        ("actors", "  helix (text, may be missing, not needed): "),
    ):
        assert line in str(schema.contract(name))
    for ask in (schema.contract, schema.describe, lambda name: schema.check(pd.DataFrame(), name)):
        refused(ValueError, r"no contract 'fact'; expected .*'facts'", ask, "fact")


def test_a_cell_of_the_grid_may_quote_nothing():
    cells = pd.DataFrame({"initiative": "x", "attribute": "money", "doc": ["a", "b"]})
    cells = cells.assign(value=["a grant", "not stated"], quote=["a grant", ""])
    cells = cells.assign(start=pd.array([0, None], "Int64"), end=pd.array([7, None], "Int64"))
    assert schema.check(cells, "grid") is cells
    described = schema.describe("grid").set_index("column")
    assert described.loc["start", ["type", "nullable"]].tolist() == ["whole number", True]
    for column, value in {"end": -1, "value": "", "start": 8}.items():
        with pytest.raises(InputError, match="the table 'grid' has"):
            schema.check(cells.assign(**{column: cells[column].mask([True, False], value)}), "grid")


def test_yes_and_no_may_be_written_as_numbers_and_numbers_as_whole_ones():
    floors = pd.DataFrame({"category": ["x"], "unit_a": "a", "unit_b": "b", "floor": 0})
    schema.check(floors, "floors")
    with pytest.raises(cl.problems.InputError, match=r"in_range\(0, 1\), found 2"):
        schema.check(floors.assign(floor=2), "floors")
    codings = pd.DataFrame({"passage": ["a", "b"], "code": "x", "coded": [1, 0]})
    for kind in ("int64", "bool", "float64", object):
        schema.check(codings.astype({"coded": kind}), "codings")
    with pytest.raises(InputError, match="is True or False, found 'yes' in row 0"):
        schema.check(codings.assign(coded="yes"), "codings")


SCORED = pd.DataFrame(
    {"passage": ["a-1"], "doc": ["a"], "code": ["x"], "coded": [True], "score": 0.2}
).assign(threshold=0.1)
TIMES = pd.DataFrame({"doc": ["a"], "when": "1988", "first": "1988-01-01", "last": "1988-12-31"})
TEXTS = pd.DataFrame({"passage": ["a-1"], "text": ["A fair."]})


@pytest.mark.parametrize(
    ("table", "column", "ask"),
    [
        (TEXTS, "passage", cl.codes.sheet),
        (TEXTS, "text", lambda table: cl.codes.disagreements(SCORED, SCORED, table)),
        (SCORED, "score", lambda table: cl.codes.disagreements(table, SCORED, TEXTS)),
        (SCORED, "code", lambda table: cl.codes.agreement(SCORED, table)),
        (SCORED, "coded", lambda table: cl.codes.marked(table, SCORED)),
        (TIMES, "doc", cl.plot.timeline),
        (TIMES, "last", cl.plot.timeline),
    ],
)
def test_a_column_that_is_missing_is_named_where_the_table_is_given(table, column, ask):
    ask(table)
    refused(InputError, f"\n  {column}: the column is missing", ask, table.drop(columns=column))


def test_tables_of_something_else_are_refused(documents, ledger):
    alone, headless = documents[documents["doc"] != "nl"], ledger.drop(columns="start")
    source = r"a glob or a list of them; found a .*to_parquet"
    for call, given, fault in (
        (cl.codes.agreement, [pd.concat([SCORED] * 2), SCORED], r"passage.*found 'a-1' in row"),
        (cl.codes.agreement, [SCORED, SCORED, "dimension"], "'dimension' to measure by; found pas"),
        (cl.clean.replay, [alone, ledger], r"1 text\(s\) that are not there: nl; give"),
        (cl.clean.replay, [documents, headless], "start: the column is missing"),
        (cl.load.documents, [documents], source),
        (cl.load.documents, [{"a": "A text."}], source),
    ):
        refused((ValueError, TypeError), fault, call, *given)


@pytest.mark.parametrize("name", ["documents", "facts"])
def test_what_pandera_refuses_is_refused(request, name):
    whole = request.getfixturevalue(name)
    for column in whole:
        for value in (None, "", "a", -1, 2.5, True, [1]):
            table = whole.head(3).assign(**{column: pd.Series([value] * 3, whole.index[:3])})
            try:
                schema.contract(name).validate(table)
            except (pandera.errors.SchemaError, TypeError):
                refused(InputError, "", schema.check, table, name)
            else:
                assert schema.check(table, name) is table
