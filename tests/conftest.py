import json
from pathlib import Path

import pytest

import clusterlib as cl

ROOT = Path(__file__).resolve().parents[1]


def cases(name):
    return json.loads((ROOT / "tests" / "cases" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def documents():
    return cl.load.documents()


@pytest.fixture(scope="session")
def passages(documents):
    return cl.clean.passages(documents)


@pytest.fixture(scope="session")
def ledger(documents):
    return cl.clean.ledger(documents)
