import pytest
from conftest import cases

from clusterlib import dates


@pytest.mark.parametrize("case", cases("dates"), ids=lambda case: case["comment"])
def test_stated(case):
    found = dates.stated(case["line"], case["lang"])
    assert (found and found.iso, found and found.alone) == (case["iso"], case["alone"])


@pytest.mark.parametrize(
    ("value", "iso"),
    [("2023", "2023"), ("2023-10-31", "2023-10-31"), ("31.10.2023", "2023-10-31"), ("x", None)],
)
def test_normal(value, iso):
    assert dates.normal(value) == iso
