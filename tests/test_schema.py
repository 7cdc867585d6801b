import contextlib
import pickle
import re
import subprocess
import sys
from numbers import Real

import pandas as pd
import pytest

import clusterlib as cl
from clusterlib import schema
from clusterlib.schema import told
from clusterlib.schema.contracts import CONTRACTS
from clusterlib.schema.needs import NEEDS

EVERY = {**CONTRACTS, **NEEDS}


def test_reports_all_faults_at_once():
    table = pd.DataFrame({"doc": ["a", "a"], "lang": ["fr", "French"], "text": ["x", "y"]})
    with pytest.raises(cl.problems.InputError) as caught:
        schema.check(table, "texts")
    faults = caught.value.faults
    assert {"doc", "lang"} <= set(faults["column"])
    assert "French" in str(caught.value)


def test_an_error_comes_back_whole_from_another_process(tmp_path):
    for ask in (lambda: schema.check(pd.DataFrame(), "texts"), lambda: cl.load.documents(tmp_path)):
        with pytest.raises(cl.problems.InputError) as caught:
            ask()
        again = pickle.loads(pickle.dumps(caught.value))
        assert str(again) == str(caught.value)
        pd.testing.assert_frame_equal(again.faults, caught.value.faults)


def test_faults_are_sorted_and_told_once():
    problems = cl.problems.Problems(of_cells=True)
    for line in (3, 1, 3, None):
        problems.error("b.csv", "broken row", "4 fields", line)
    problems.warn("a.csv", "not used", "columns that are not used: x")
    faults = problems.table()
    assert faults["file"].tolist() == ["a.csv", *["b.csv"] * 3]
    assert faults["line"].fillna(0).tolist() == [0, 1, 3, 0]
    with pytest.raises(cl.problems.InputError, match=r"(?s)has 3 fault.*b\.csv: 4.*1 remark"):
        problems.raise_errors("the input")


def test_names_missing_columns():
    with pytest.raises(cl.problems.InputError, match="the column is missing"):
        schema.check(pd.DataFrame({"doc": ["a"]}), "passages")


@pytest.mark.parametrize("name", ["documents", "drawn shares"])
def test_a_list_in_place_of_a_value_is_a_fault(name):
    contract = EVERY[name]
    table = pd.DataFrame({key: columns_of(column) for key, column in contract.columns.items()})
    for column in contract.columns:
        with pytest.raises(cl.problems.InputError) as caught:
            schema.check(table.assign(**{column: [["a"]] * 3}), name)
        faults = caught.value.faults
        own = faults[faults["column"] == column]
        assert set(own["line"]) == {0, 1, 2}
        assert all(value in (["a"], "nl") for value in own["value"])
        assert "found ['a'] in row 2" in str(caught.value)


def test_seed_tables_keep_their_contracts(documents, passages, ledger):
    for name, table in [("documents", documents), ("passages", passages), ("ledger", ledger)]:
        assert schema.check(table, name) is table


def columns_of(column, count=3):
    """Return values that keep a column's promise."""
    texts = ["nl", "2021", "a" * 64, "<b>"]
    if column.kind is str:
        good = column.allowed or [text for text in texts if re.match(column.pattern, text)]
        values = [f"{good[0]}{'ab'[place % 2] * place}" for place in range(count)]
        return pd.Series(values if column.unique else [good[0]] * count, dtype="str")
    if column.kind is object:
        return pd.Series([pd.DataFrame({"doc": ["a"]})] * count, dtype=object)
    # A number may be whole or not; all else that is no text is yes or no.
    kind = {Real: "int64", None: "bool"}.get(column.kind, column.kind)
    return pd.Series([1] * count).astype(kind)


def damages(table, contract):
    """Yield a table with its contract's columns changed, one change a table."""
    yield table.iloc[:0]
    yield table.sample(frac=1, random_state=0)
    yield pd.concat([table, table], ignore_index=True)
    yield pd.concat([table, table], axis=1)
    for name in contract.columns:
        yield table.drop(columns=name)
        values = table[name].tolist()
        for value in (None, "", "\ud800", "x y", 7, -1, 1.5, []):
            changed = [value, *values[1:]]
            yield table.assign(**{name: pd.Series(changed, dtype=object)})
            with contextlib.suppress(ValueError, TypeError, UnicodeError):
                yield table.assign(**{name: pd.Series(changed)})
        for kind in ("str", "string", "category", "float64"):
            with contextlib.suppress(ValueError, TypeError):
                yield table.assign(**{name: table[name].astype(kind)})


@pytest.mark.parametrize("name", EVERY)
def test_the_quick_look_passes_nothing_that_pandera_does_not(name):
    contract = EVERY[name]
    table = pd.DataFrame({key: columns_of(column) for key, column in contract.columns.items()})
    if contract.unique:
        table[contract.unique[0]] = pd.Series(["a", "b", "c"], dtype="str")
    assert contract.keeps(table)
    full, doubted = schema.contract(name), 0
    for damaged in damages(table, contract):
        if contract.keeps(damaged):
            full.validate(damaged, lazy=True)
        else:
            doubted += 1
    assert doubted > 10


def test_tables_without_faults_do_not_need_pandera():
    code = (
        "import sys, clusterlib as cl; cl.clean.passages(cl.load.documents()); "
        "print('pandera' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_says_what_its_columns_mean(name):
    shown = schema.contract(name)
    lines = str(shown).splitlines()
    assert lines[0] == name
    assert lines == repr(shown).splitlines()
    for line, (column, found) in zip(lines[1:], shown.columns.items(), strict=True):
        assert line.startswith(f"  {column} (")
        assert found.description
        assert line.endswith(f"): {found.description}")


def test_types_are_told_with_the_words_of_the_workbook():
    shown = str(schema.contract("facts"))
    assert "  start (whole number): first character, counted in" in shown
    assert "  approximate (yes/no): " in shown
    assert "  published (text, may be missing): " in str(schema.contract("documents"))
    assert "  helix (text, may be missing, not needed): " in str(schema.contract("actors"))
    assert "  coded (yes/no): whether the passage has" in str(schema.contract("codings"))
    assert set(told.OF.values()) <= set(CONTRACTS)
    assert set(told.OF) <= set(NEEDS)


def test_an_unknown_contract_is_refused_with_the_known_ones():
    for ask in (schema.contract, lambda name: schema.check(pd.DataFrame(), name)):
        with pytest.raises(ValueError, match=r"no contract 'fact'; expected .*'facts'"):
            ask("fact")


def test_yes_and_no_may_be_written_as_numbers():
    codings = pd.DataFrame({"passage": ["a", "b"], "code": "x", "coded": [1, 0]})
    for kind in ("int64", "bool", "float64", object):
        schema.check(codings.astype({"coded": kind}), "codings")
    with pytest.raises(cl.problems.InputError, match="is True or False, found 'yes' in row 0"):
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
        (SCORED, "doc", cl.codes.by_initiative),
        (TIMES, "doc", cl.plot.timeline),
        (TIMES, "last", cl.plot.timeline),
    ],
)
def test_a_column_that_is_missing_is_named_where_the_table_is_given(table, column, ask):
    ask(table)
    with pytest.raises(cl.problems.InputError, match=f"\n  {column}: the column is missing"):
        ask(table.drop(columns=column))


def test_codings_that_cannot_be_compared_are_refused():
    with pytest.raises(cl.problems.InputError, match=r"passage.*found 'a-1' in row"):
        cl.codes.agreement(pd.concat([SCORED, SCORED]), SCORED)
    with pytest.raises(ValueError, match="no column 'dimension' to measure by; found passage, doc"):
        cl.codes.agreement(SCORED, SCORED, by="dimension")


def test_a_ledger_of_other_texts_is_refused(documents, ledger):
    with pytest.raises(ValueError, match=r"names 1 text\(s\) that are not there: nl; give"):
        cl.clean.replay(documents[documents["doc"] != "nl"], ledger)
    with pytest.raises(cl.problems.InputError, match="start: the column is missing"):
        cl.clean.replay(documents, ledger.drop(columns="start"))


def test_a_table_is_no_source_of_texts(documents):
    for source in (documents, {"a": "A text."}):
        with pytest.raises(TypeError, match=r"a glob or a list of them; found a .*to_parquet"):
            cl.load.documents(source)
