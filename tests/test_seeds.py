import hashlib

import pandas as pd

import clusterlib as cl
from clusterlib.clean.sentences import clean_text


def test_registry_holds_the_bytes(documents):
    for row in documents.itertuples():
        assert hashlib.sha256((cl.load.seeds() / row.file).read_bytes()).hexdigest() == row.sha256


def test_titles_stand_in_the_texts(documents):
    titled = documents.dropna(subset="title")
    assert len(titled) == 4
    assert all(row.title in row.text for row in titled.itertuples())


def test_every_passage_has_its_english(passages):
    english = pd.read_csv(cl.load.seeds() / "english.csv")
    assert english["passage"].tolist() == passages["passage"].tolist()
    assert english["text"].tolist() == passages["text"].tolist()
    assert english["english"].str.len().gt(0).all()


def test_lines_agree_with_an_independent_judgement(documents):
    judged = pd.read_csv("tests/cases/seed_lines.csv")
    agree = total = 0
    for row in documents.itertuples():
        spans = [
            (sentence.start, sentence.end) for sentence in clean_text(row.text, row.lang).sentences
        ]
        keep = judged[judged["doc"] == row.doc].set_index("line")["keep"]
        position = 0
        for number, line in enumerate(row.text.split("\n"), start=1):
            end = position + len(line)
            if line.strip():
                kept = any(start < end and stop > position for start, stop in spans)
                agree += kept == (keep[number] == "yes")
                total += 1
            position = end + 1
    assert total == len(judged)
    assert agree / total >= 0.95
