import contextlib
import functools
import gc
import hashlib
import json
import os
import sqlite3
import sys
from pathlib import Path

os.environ.setdefault("CLUSTERLIB_QUIET", "1")

import numpy as np
import pandas as pd
import pytest

import clusterlib as cl

ROOT = Path(__file__).resolve().parents[1]
# Nothing of the user's is read or written, by processes that tests start neither. Vectors are
# kept until what makes them changes.
CACHE = ROOT / "build" / "cache"
os.environ["XDG_CACHE_HOME"] = str(CACHE)
VECTORS = CACHE / "clusterlib" / "vectors.sqlite"
ENCODER = [path.stat().st_mtime for path in (ROOT / "clusterlib" / "embed").rglob("*.py")]
if VECTORS.is_file() and VECTORS.stat().st_mtime < max(ENCODER):
    VECTORS.unlink(missing_ok=True)
# It runs where it is imported.
collect_ignore = ["forks.py"]


# Files that take longest come first, so that no worker is left with one of them at the end. Runs
# begin when the vectors that they share with the claims are in the cache, and other runs when
# those of the first are.
FIRST = "test_claims test_e5 test_report_browser test_commands test_run test_clean test_commentary"
FIRST = [*FIRST.split(), "test_notebooks", "09-commentary"]


def cases(name):
    return json.loads((ROOT / "tests" / "cases" / f"{name}.json").read_text(encoding="utf-8"))


def labelled(name, part=None):
    """Try a test on each labelled case of a file, or on each row of one of its tables."""
    given = cases(name)[part] if part else cases(name)
    ids = [case["comment"] for case in given]
    if not part:
        return pytest.mark.parametrize("case", given, ids=ids)
    _, *names = given[0]
    return pytest.mark.parametrize(names, [[case[key] for key in names] for case in given], ids=ids)


def refused(kind, fault, call, *given, **options):
    """Try that a call is refused by such an error, of any fault if none is named; return it."""
    with pytest.raises(kind, match=fault or None) as caught:
        call(*given, **options)
    return caught.value


def fill(folder, files):
    """Write files, texts or bytes by their names, and return the folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def fill_database(path, statements):
    """Write a database by its statements, and return its path."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(statements)
    return path


def load(source, **options):
    """Return documents and faults."""
    return cl.load.documents(source, errors="report", **options)


def passages_of(texts, langs="en"):
    """Return a table of passages, each of which is a text."""
    names = [f"p{place:03d}" for place in range(len(texts))]
    table = pd.DataFrame({"passage": names, "doc": names, "lang": langs, "text": texts})
    return table.assign(position=1, start=0, end=table["text"].str.len(), kind="body")


def scattered(sizes, dim, noise, seed=0):
    """Return rows that scatter about planted subjects, and the subject of each."""
    subjects = np.repeat(np.arange(len(sizes)), sizes)
    draw = np.random.default_rng(seed)
    return np.eye(dim)[subjects] + draw.normal(scale=noise, size=(len(subjects), dim)), subjects


def frame(rows, passages):
    """Return rows as vectors of passages, of unit length."""
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return pd.DataFrame(units.astype(np.float32), index=pd.Index(passages["passage"]))


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    # jsonschema's check of addresses, which notebooks have none of, takes two seconds to import.
    sys.modules["rfc3987_syntax"] = None
    # What is imported for the tests is no garbage, and to look through it takes seconds.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        # Tables are many small things, of which hardly any is garbage that refers to itself.
        gc.set_threshold(50_000, 50, 50)


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(FIRST)))


@pytest.fixture(scope="session")
def documents():
    return cl.load.documents()


@pytest.fixture(scope="session")
def passages(documents):
    return cl.clean.passages(documents)


@pytest.fixture(scope="session")
def vectors(passages):
    return cl.embed.vectors(passages)


@pytest.fixture(scope="session")
def ledger(documents):
    return cl.clean.ledger(documents)


@pytest.fixture(scope="session")
def translated(passages):
    """Return the passages of the seeds with their reading translations."""
    english = pd.read_csv(cl.load.seeds() / "english.csv")[["passage", "english"]]
    return passages.merge(english, on="passage", how="left")


@pytest.fixture(scope="session")
def coding(passages):
    return cl.codes.read_sheet(cl.load.seeds() / "coding.csv", passages=passages)


@pytest.fixture(scope="session")
def facts(documents, passages):
    return cl.facts.find(documents, passages)


@pytest.fixture(scope="session")
def actors():
    return pd.read_csv(cl.load.seeds() / "actors.csv")


@pytest.fixture(scope="session")
def mentions(documents, actors, passages):
    return cl.facts.mentions(documents, actors, passages)


@pytest.fixture(scope="session")
def planted():
    """Return passages and vectors of three subjects of unlike size, in two languages."""
    rows, subjects = scattered((60, 30, 15), 40, 0.06)
    draw = np.random.default_rng(1)
    names = [f"p-{number:03d}" for number in draw.permutation(len(subjects))]
    texts = [f"Sentence {number} of subject {subject}." for number, subject in enumerate(subjects)]
    passages = pd.DataFrame({"passage": names, "text": texts, "subject": subjects})
    passages["doc"] = passages["lang"] = draw.choice(["de", "fr"], len(passages))
    return passages, frame(rows, passages)


def build_once(factory, name, last, make):
    """Return a folder that one worker makes for all, and writes this file of it last."""
    import filelock

    folder = factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / name
    with filelock.FileLock(folder.with_suffix(".lock")):
        if not (folder / last).is_file():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def index(tmp_path_factory):
    """Return the first page of a report of the seeds and of hostile texts."""
    import reports

    return build_once(tmp_path_factory, "report", "index.html", reports.write) / "index.html"


@pytest.fixture(scope="session")
def seeds_run(tmp_path_factory):
    """Return the folder of a run of the seeds, which no test changes."""
    from clusterlib.run import Options, run

    return build_once(tmp_path_factory, "seeds-run", "manifest.json", lambda to: run(Options(), to))


@functools.cache
def of_word(word, dim=32):
    """Return a fixed random vector of a word."""
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dim)


class WordEncoder:
    """A mock encoder: the sum of fixed random vectors of a text's words, counting its calls."""

    name, revision, dim = "words", "1", 32

    def __init__(self):
        self.encoded = []

    def encode(self, texts, kind="passage"):
        self.encoded += texts
        rows = np.stack([self._row(kind, text) for text in texts]) if texts else np.empty((0, 32))
        return rows.astype(np.float32)

    def _row(self, kind, text):
        row = sum(of_word(word) for word in [kind, *text.lower().split()])
        return row / np.linalg.norm(row)


@pytest.fixture
def words():
    return WordEncoder()


@pytest.fixture
def nothing_is_kept():
    """Keep what is learned of an encoder that only has the name of another from other tests."""
    from clusterlib import subjects
    from clusterlib.codes import scoring
    from clusterlib.compare import noise
    from clusterlib.embed import calibration as _  # noqa: F401

    embedded = sys.modules["clusterlib.embed.calibration"]
    kept = (scoring._fitted, noise._code_sentences, embedded.measure_offsets)
    kept += (embedded.measure_form, subjects._vectors)
    for results in kept:
        results.cache_clear()
    yield
    for results in kept:
        results.cache_clear()


@pytest.fixture(autouse=True)
def no_vectors_of_a_mock_are_kept(request, monkeypatch):
    """Keep vectors of a mock with its test."""
    if "words" in request.fixturenames:
        file = request.getfixturevalue("tmp_path") / "vectors.sqlite"
        monkeypatch.setattr("clusterlib.embed.cache.default_file", lambda: file)
