import itertools

import pandas as pd
from test_clean import kept_lines

import clusterlib as cl


def test_every_passage_has_its_english(passages):
    english = pd.read_csv(cl.load.seeds() / "english.csv")
    pd.testing.assert_frame_equal(english[["passage", "text"]], passages[["passage", "text"]])
    assert english["english"].str.len().gt(0).all()


def test_code_sentences_are_in_their_language_and_stand_nowhere_else(documents):
    sentences = pd.read_csv(cl.load.seeds() / "code_sentences.csv")
    rows = [*itertools.product(cl.codes.read()["code"], [1, 2, 3], "bg de en fr nb nl".split())]
    assert sentences["passage"].tolist() == ["-".join(map(str, row)) for row in rows]
    for (code, lang), texts in sentences.groupby(["code", "lang"])["text"]:
        assert cl.language.identify("\n".join(texts)) == lang, code
    others = [*documents["text"], *cl.embed.calibration()["text"]]
    for name in ("codebook.csv", "english.csv", "commentary.csv"):
        others.append((cl.load.seeds() / name).read_text(encoding="utf-8"))
    text = "\n".join(others).casefold()
    words = sentences["text"].str.casefold().str.strip(".»”“")
    assert [sentence for sentence in words if sentence in text] == []
    assert words.is_unique


def test_lines_agree_with_an_independent_judgement(documents):
    judged = pd.read_csv("tests/cases/seed_lines.csv").set_index("doc")["keep"]
    agree = [
        kept == (keep == "yes")
        for row in documents.itertuples()
        for (_, kept), keep in zip(kept_lines(row.text, row.lang), judged[row.doc], strict=True)
    ]
    assert len(agree) == len(judged)
    assert sum(agree) / len(agree) >= 0.95
