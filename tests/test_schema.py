import pandas as pd
import pytest

from clusterlib import schema


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
