import csv
import importlib.resources

import pytest

from clusterlib.load import phrases


@pytest.mark.parametrize(
    ("line", "lang", "rule"),
    [
        ("Connect with us", "fr", "share"),
        ("» Lire la suite", "fr", "more"),
        ("Saltar al contenido principal", "es", "navigation"),
        ("Photo: Ann Lee / Press", "en", "caption"),
        ("Diese Website verwendet Cookies", "de", "cookies"),
        ("Energy cooperatives in Bulgaria", "en", None),
    ],
)
def test_rule_of(line, lang, rule):
    assert phrases.rule_of(line, lang) == rule


def test_the_list_is_sound():
    path = importlib.resources.files("clusterlib") / "data" / "boilerplate.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["match"] for row in rows} == {"whole", "start", "end", "within", "label"}
    assert all(row["phrase"] == row["phrase"].lower().strip() for row in rows)
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert len({row["lang"] for row in rows}) >= 28
