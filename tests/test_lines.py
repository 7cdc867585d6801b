"""Lines of pages that are no text: phrases of menus and the like, and dates."""

import pytest
from conftest import cases

from clusterlib.load.lines import find_date, rule_of


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
    assert rule_of(line, lang) == rule


@pytest.mark.parametrize("case", cases("dates"), ids=lambda case: case["comment"])
def test_find(case):
    date = find_date(case["line"], case["lang"])
    assert (date and date.iso, date and date.alone) == (case["iso"], case["alone"])
