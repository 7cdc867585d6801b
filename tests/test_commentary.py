"""The claims of notebook 08, under changes of the texts: a change fails those that rest on it."""

import itertools
import json
import re
from pathlib import Path

import pandas as pd
import pytest

import clusterlib as cl

# Collected beside the notebooks, whose conftest has the same name as that of the tests.
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "08-commentary.ipynb"


@pytest.fixture(scope="module")
def commentary():
    """Make the claims of notebook 08."""
    names = {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        wanted = ("import clusterlib", "study = ", "said.")
        if cell["cell_type"] == "code" and source.startswith(wanted):
            exec(source, names)
    return names["said"]


def reload(folder, texts, study):
    """Write changed texts as files of a copy of the seeds, hashes renewed, and load them."""
    import hashlib

    registry = pd.read_csv(cl.load.seeds() / "registry.csv", dtype="str")
    for row in registry.itertuples():
        data = texts[row.doc].encode("utf-8")
        (folder / row.file).write_bytes(data)
        registry.loc[row.Index, "sha256"] = hashlib.sha256(data).hexdigest()
    registry.to_csv(folder / "registry.csv", index=False)
    found, _ = cl.load.documents(folder, errors="report")
    return study.but(documents=found)


def failing(commentary, study):
    again = commentary.again(study)
    return set(again.loc[~again["holds"], "claim"])


def resting(commentary, texts):
    """Return the claims with a quotation that no longer stands in its text."""
    rows = commentary.evidence
    lost = [quote not in texts[doc] for doc, quote in zip(rows["doc"], rows["quote"], strict=True)]
    return set(rows["claim"][lost])


def contents(commentary):
    documents = commentary.study.documents
    return dict(zip(documents["doc"], documents["text"], strict=True))


def test_every_claim_is_made_once_and_read_against_the_sources(commentary):
    source = NOTEBOOK.read_text(encoding="utf-8")
    assert source.count('"said.check(') == len(commentary.table) >= 40
    pinned = pd.read_csv(cl.load.seeds() / "commentary.csv")
    assert set(pinned["claim"]) == set(commentary.table["claim"])
    pairs = commentary.evidence[["claim", "doc", "quote"]]
    pd.testing.assert_frame_equal(pinned, pairs, check_dtype=False)


def test_each_initiative_has_five_claims_of_its_own(commentary):
    rows = commentary.evidence.groupby("claim")["doc"].agg(set)
    own = rows[rows.map(len) == 1].map(lambda docs: next(iter(docs)))
    assert set(own) == {"bg", "de", "fr", "nb", "nl"}
    assert own.value_counts().min() >= 5


def test_no_number_of_a_claim_is_typed():
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if source.startswith("said.check("):
            told = source.split("lambda s:")[1]
            typed = re.sub(r"\{.*?\}", "", told)
            # The two is that of carbon dioxide.
            assert not re.search(r"\d", typed.replace("CO2", "")), typed


@pytest.mark.parametrize(
    ("doc", "before", "after"),
    [
        ("nl", "ruim 90%", "ruim 80%"),
        ("nb", "165 millioner", "156 millioner"),
        ("fr", "Près de 300", "Près de 30"),
        ("bg", "30 март", "29 март"),
        ("de", "1988", "1998"),
    ],
)
def test_one_changed_number_fails_the_claims_that_rest_on_it(
    commentary, tmp_path, doc, before, after
):
    texts = contents(commentary)
    assert texts[doc].count(before) == 1
    texts[doc] = texts[doc].replace(before, after)
    expected = resting(commentary, texts)
    assert expected
    assert failing(commentary, reload(tmp_path, texts, commentary.study)) == expected


@pytest.mark.parametrize("passage", ["nb-015", "nl-010", "fr-009", "de-026", "bg-010"])
def test_a_deleted_passage_fails_the_claims_that_rest_on_it(commentary, tmp_path, passage):
    row = commentary.study.passages.set_index("passage").loc[passage]
    texts = contents(commentary)
    text = texts[row["doc"]]
    texts[row["doc"]] = text[: row["start"]] + text[row["end"] :]
    expected = resting(commentary, texts)
    assert expected
    assert failing(commentary, reload(tmp_path, texts, commentary.study)) == expected


@pytest.mark.parametrize("pair", [("fr", "nl"), ("bg", "nb"), ("de", "fr")])
def test_exchanged_texts_fail_the_claims_that_rest_on_them(commentary, tmp_path, pair):
    texts = contents(commentary)
    one, two = pair
    texts[one], texts[two] = texts[two], texts[one]
    expected = resting(commentary, texts)
    rows = commentary.evidence
    assert expected == set(rows["claim"][rows["doc"].isin(pair)])
    assert failing(commentary, reload(tmp_path, texts, commentary.study)) == expected
    assert len(list(itertools.chain(expected))) < len(commentary.table)


def test_every_claim_holds_with_the_codes_of_a_reader(commentary):
    assert not failing(commentary, commentary.study.but(by_reader=True))
