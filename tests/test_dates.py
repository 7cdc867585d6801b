import pytest
from conftest import cases

from clusterlib.load import dates


@pytest.mark.parametrize("case", cases("dates"), ids=lambda case: case["comment"])
def test_find(case):
    date = dates.find(case["line"], case["lang"])
    assert (date and date.iso, date and date.alone) == (case["iso"], case["alone"])


@pytest.mark.parametrize(
    ("value", "iso"),
    [("2023", "2023"), ("2023-10-31", "2023-10-31"), ("31.10.2023", "2023-10-31"), ("x", None)],
)
def test_to_iso(value, iso):
    assert dates.to_iso(value) == iso
