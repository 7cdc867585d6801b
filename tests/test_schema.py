import contextlib
import re
import subprocess
import sys

import pandas as pd
import pytest

from clusterlib import schema
from clusterlib.schema.contracts import CONTRACTS


def test_reports_all_faults_at_once():
    table = pd.DataFrame({"doc": ["a", "a"], "lang": ["fr", "French"], "text": ["x", "y"]})
    with pytest.raises(schema.TableError) as caught:
        schema.check(table, "texts")
    faults = caught.value.faults
    assert {"doc", "lang"} <= set(faults["column"])
    assert "French" in str(caught.value)


def test_names_missing_columns():
    with pytest.raises(schema.TableError, match="the column is missing"):
        schema.check(pd.DataFrame({"doc": ["a"]}), "passages")


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
    return pd.Series([1] * count).astype(column.kind)


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


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_quick_look_passes_nothing_that_pandera_does_not(name):
    contract = CONTRACTS[name]
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
