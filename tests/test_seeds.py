import hashlib
import itertools

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


def test_code_sentences_are_whole_and_in_their_language():
    sentences = pd.read_csv(cl.load.seeds() / "code_sentences.csv")
    rows = list(sentences[["code", "row", "lang"]].itertuples(index=False, name=None))
    langs = ["bg", "de", "en", "fr", "nb", "nl"]
    assert rows == list(itertools.product(cl.codes.read()["code"], [1, 2, 3], langs))
    assert sentences["text"].str.split().str.len().between(8, 25).all()
    assert not sentences["text"].duplicated().any()
    assert sentences["passage"].tolist() == ["-".join(map(str, row)) for row in rows]
    for (code, lang), texts in sentences.groupby(["code", "lang"])["text"]:
        assert cl.language.identify("\n".join(texts)) == lang, code


def test_code_sentences_stand_nowhere_else(documents):
    sentences = pd.read_csv(cl.load.seeds() / "code_sentences.csv")
    others = [*documents["text"], *cl.embed.calibration()["text"]]
    for name in ("codebook.csv", "english.csv", "commentary.csv"):
        others.append((cl.load.seeds() / name).read_text(encoding="utf-8"))
    text = "\n".join(others).casefold()
    words = sentences["text"].str.casefold().str.strip(".»”“")
    assert [sentence for sentence in words if sentence in text] == []
