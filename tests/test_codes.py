"""Codebooks and their faults, coding, agreement, and sheets for coding by hand."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, cases, passages_of, refused

import clusterlib as cl
from clusterlib.codes import scoring
from clusterlib.problems import InputError

BOOK = pd.read_csv(ROOT / "tests" / "cases" / "codebook.csv")


@pytest.fixture
def sentences():
    """Return sentences with the code that each is about."""
    table = pd.read_csv(ROOT / "tests" / "cases" / "coded_sentences.csv")
    table["passage"] = [f"p-{place}" for place in table.index]
    return table[["passage", "lang", "text", "code"]]


@pytest.fixture
def mock(words):
    """Return passages, vectors and encoder of a corpus of a few words."""
    draw = np.random.default_rng(0)
    nouns = ["visitors", "fair", "grant", "budget", "weather", "river", "plan", "school"]
    texts = [" ".join(draw.choice(nouns, 4)) for _ in range(30)]
    passages = passages_of(texts, ["en", "de"] * 15).assign(doc=["a", "b"] * 15)
    return passages, cl.embed.vectors(passages, words), words


@pytest.mark.parametrize("case", cases("tables"), ids=lambda case: case["comment"])
def test_every_fault_of_a_table_is_told_at_once_with_its_line(tmp_path, sentences, case):
    path = tmp_path / "table.csv"
    path.write_bytes("\r\n".join(case["lines"]).encode(case["encoding"]))
    given = (BOOK, sentences) if case["kind"] == "sheet" else ()
    caught = refused(InputError, "", cl.codes.read_sheet if given else cl.codes.read, path, *given)
    faults = caught.faults
    assert {"line", "column", "value", "message"} <= set(faults.columns)
    rows = faults["line"].fillna(0).tolist(), faults["message"].tolist()
    for line, message, (of_line, part) in zip(*rows, case["faults"], strict=True):
        assert line == (of_line or 0) and part in message


def test_what_a_spreadsheet_adds_is_left_out(tmp_path):
    rows = ["Code;Label;Definition;Probes;;", 'one;Über;"Two\r\nlines";a | b;;']
    path = tmp_path / "book.csv"
    path.write_bytes("\r\n".join([*rows, "four;Three;Text;c | d;;"]).encode("cp1252"))
    book = cl.codes.read(path)
    assert book["label"].tolist() == ["Über", "Three"]
    assert book["definition"].tolist() == ["Two lines", "Text"]
    assert "" not in book
    refused(InputError, "is no table that can be read", cl.codes.read, tmp_path / "nothing.csv")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tables_are_read_as_any_spreadsheet_saves_them(tmp_path, sign, encoding, sentences):
    path = tmp_path / "table.csv"
    saved = {"index": False, "sep": sign, "encoding": encoding, "lineterminator": "\r\n"}
    book = BOOK.assign(label=["Messen, Größe; Café", "Geld – Förderung"])
    book.to_csv(path, **saved)
    pd.testing.assert_frame_equal(cl.codes.read(path), cl.codes.read(book))
    # A sheet goes out blind.
    sentences = sentences.assign(score=0.9)
    sentences.loc[0, "text"] = "=1+1"
    sheet = cl.codes.sheet(sentences, path=tmp_path / "sheet.csv")
    assert sheet.columns.tolist() == ["passage", "lang", "text", "codes", "note"]
    assert "'=1+1" in (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig")
    filled = sheet[["passage", "codes", "note"]].rename(columns=str.title)
    filled.loc[0, ["Codes", "Note"]] = ["money | fair", "Größe; Café\nzweite Zeile"]
    filled.to_csv(path, **saved)
    coding = cl.codes.read_sheet(path, BOOK, sentences)
    given = coding.query("coded")[["passage", "code"]].to_numpy().tolist()
    assert given == [["p-0", "fair"], ["p-0", "money"]] and len(coding) == 2 * len(sentences)
    assert "Größe; Café" in coding["note"].iloc[0]


def test_one_probe_is_enough_signs_are_kept_and_dimensions_come_from_the_parent():
    signs = ["Fewer than 5 < 6 & more", "R&D"]
    book = BOOK.assign(probes=["One.", "Two."], definition=signs, parent=["", "fair"])
    read = cl.codes.read(book.assign(dimension=["event", ""]))
    assert read["definition"].tolist() == signs
    assert read["dimension"].tolist() == ["event", "event"]


def test_passages_get_the_code_that_they_are_about_in_any_language(sentences):
    codes = cl.codes.apply(sentences, cl.embed.vectors(sentences), BOOK)
    best = codes.loc[codes.groupby("passage")["score"].idxmax()].set_index("passage")["code"]
    assert best.to_dict() == sentences.set_index("passage")["code"].to_dict()
    assert codes.merge(sentences, on=["passage", "code"])["coded"].all()
    cl.schema.check(codes, "codes")


def test_order_changes_nothing_and_a_part_without_passages_has_columns_of_the_same_types(mock):
    passages, vectors, words = mock
    codes = cl.codes.apply(passages, vectors, BOOK, words)
    again = cl.codes.apply(passages[::-1], vectors.sample(frac=1, random_state=0), BOOK, words)
    pd.testing.assert_frame_equal(codes, again)
    parts = cl.codes.parts(passages, words)
    scorer = scoring.fit(vectors, parts, frozenset({"de"}), BOOK, words)
    part, none = (
        cl.codes.apply(passages.head(count), vectors, BOOK, parts=parts, scorer=scorer)
        for count in (3, 0)
    )
    assert len(none) == 0 and none.dtypes.to_dict() == part.dtypes.to_dict()
    cl.schema.check(none, "codes")


def test_no_more_neutral_sentences_than_the_share_are_coded(words):
    neutral = cl.embed.calibration()
    vectors = cl.embed.vectors(neutral, words)
    coded = []
    for share in (0.05, 0.02, 0.001):
        codes = cl.codes.apply(neutral, vectors, BOOK, words, share)
        assert (codes.groupby("code")["coded"].mean() <= share).all()
        coded.append(codes["coded"])
    # A smaller share never codes more.
    assert (coded[0] >= coded[1]).all() and (coded[1] >= coded[2]).all()


def test_what_cannot_be_coded_is_refused(mock):
    passages, vectors, words = mock
    for given, fault in (
        ([vectors, BOOK, words, 0.5], r"above 0 and at most 0\.05"),
        ([vectors.drop("p000"), BOOK, words], r"1 passage\(s\) have no vector: p000"),
        ([vectors, BOOK], "32 dimensions; those of 'multilingual"),
    ):
        refused(ValueError, fault, cl.codes.apply, passages, *given)


def test_agreement_of_a_known_example():
    """The example with two coders and binary data of Krippendorff (2011), alpha 0.095."""
    coders = {"Ana": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "Bo": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]}
    one, two = (
        pd.DataFrame({"passage": list("abcdefghij"), "code": "x", "coded": coded})
        for coded in coders.values()
    )
    (result,) = cl.codes.agreement(one, two, coders=tuple(coders)).itertuples()
    assert (result.Ana, result.Bo, result.both, result.note) == (2, 4, 1, "")
    assert result.alpha == pytest.approx(0.095, abs=0.006)
    assert result.low <= 0.1 <= result.high and not result.relied_on


def test_full_agreement_is_one_and_silence_has_no_alpha():
    one = pd.DataFrame({"passage": list("abab"), "code": list("xxyy"), "coded": [1, 0, 0, 0]})
    x, y = cl.codes.agreement(one, one, by="code").itertuples()
    assert (x.alpha, x.note) == (1, "alpha rests on 1 case") and np.isnan(y.alpha)
    assert cl.codes.marked(one, one)["relied_on"].tolist() == [True, True, False, False]
    other, fault = one.assign(passage=list("cdcd")), "no passage and code in common"
    refused(ValueError, fault, cl.codes.agreement, one, other)


@pytest.mark.parametrize(("empty", "is_said"), [(25, True), (10, True), (9, False)])
def test_a_sheet_that_ends_in_empty_rows_is_remarked_on(recwarn, empty, is_said):
    sheet = pd.DataFrame({"passage": [f"p-{place:02d}" for place in range(50)], "codes": "fair"})
    sheet.loc[50 - empty :, "codes"] = " | "
    cl.codes.read_sheet(sheet, BOOK)
    first = f"line {52 - empty}: from 'p-{50 - empty}' to the end, {empty} rows have no code; fill"
    assert [first in str(one.message) for one in recwarn] == [True] * is_said
    noted = sheet.assign(note=["", "none fits"] * 25)
    cl.codes.read_sheet(noted, BOOK)
    cl.codes.read_sheet(sheet.sort_values("codes"), BOOK)
    assert len(recwarn) == is_said


def test_disagreements_come_with_their_text_the_widest_first(mock):
    passages, vectors, words = mock
    codes = cl.codes.apply(passages, vectors, BOOK, words)
    reference = codes.assign(coded=~codes["coded"], note="n")
    result = cl.codes.disagreements(codes, reference, passages)
    assert len(result) == len(codes) and result["distance"].is_monotonic_decreasing
    assert result["kind"].value_counts()["missed"] == (~codes["coded"]).sum()
    assert {"text", "score", "threshold", "note"} <= set(result.columns)
    assert set(result["kind"]) <= {"missed", "added"}


def test_the_readings_of_the_seeds_and_the_machine_agree_as_far_as_reported(
    passages, vectors, coding
):
    second = cl.codes.read_sheet(cl.load.seeds() / "coding-second.csv", passages=passages)
    assert cl.codes.agreement(coding, second)["alpha"].item() > 0.9
    codes = cl.codes.apply(passages, vectors)
    assert cl.codes.agreement(codes, coding)["alpha"].item() >= 0.5
    marked = cl.codes.marked(codes, coding)
    assert marked["relied_on"].any() and not marked["relied_on"].all()


@pytest.fixture
def rare():
    """Return passages of three texts of different size, and codes of which one is rare."""
    sizes = {"a": 120, "b": 60, "c": 8}
    rows = [(f"{doc}-{place:03d}", doc) for doc, size in sizes.items() for place in range(size)]
    passages = pd.DataFrame(rows, columns=["passage", "doc"]).assign(lang="de", text="A text.")
    draw = np.random.default_rng(1)
    table = pd.DataFrame({"code": ["common", "rare"], "threshold": [0.5, 0.98]})
    codes = passages[["passage"]].merge(table, how="cross")
    codes["score"] = draw.random(len(codes)).round(4)
    return passages, codes.assign(coded=codes["score"] > codes["threshold"])


def test_a_sample_is_blind_of_equal_parts_and_does_not_depend_on_order(rare, tmp_path):
    passages, codes = rare
    sheet = cl.codes.sheet(passages, codes, n=40, path=tmp_path / "sheet.csv")
    columns = ["passage", "doc", "lang", "text", "codes", "note", "inclusion_probability"]
    assert sheet.columns.tolist() == columns
    # Of the smallest text all are drawn, and what it lacks is drawn of the others.
    counts = sheet["doc"].value_counts()
    assert counts.sum() == 40 and counts["c"] == 8 and abs(counts["a"] - counts["b"]) <= 2
    assert (sheet.loc[sheet["doc"] == "c", "inclusion_probability"] == 1).all()
    shuffled = (table.sample(frac=1, random_state=2) for table in (passages, codes))
    pd.testing.assert_frame_equal(sheet, cl.codes.sheet(*shuffled, n=40))
    other = cl.codes.sheet(passages, codes, n=40, random_state=1)
    assert not sheet["passage"].equals(other["passage"])
    # Probabilities come back as any spreadsheet saves them.
    written = sheet["inclusion_probability"].map(lambda value: str(value).replace(".", ","))
    filled = sheet.assign(codes="fair", inclusion_probability=written)
    once = cl.codes.read_sheet(filled, BOOK).drop_duplicates("passage")["inclusion_probability"]
    assert once.tolist() == sheet["inclusion_probability"].tolist()


def test_passages_are_drawn_as_often_as_the_sheet_says(rare):
    passages, codes = rare
    sheets = [cl.codes.sheet(passages, codes, n=40, random_state=seed) for seed in range(300)]
    drawn = pd.concat(sheets)
    often = drawn.groupby("passage")["inclusion_probability"].agg(["size", "first", "nunique"])
    assert (often["nunique"] == 1).all()
    assert (often["size"] / 300 - often["first"]).abs().max() < 0.13
    assert (often["size"] / 300 - often["first"]).abs().mean() < 0.03
    likely = codes.query("code == 'rare' and coded")["passage"]
    others = often[~often.index.str.startswith("c")]
    is_likely = others.index.isin(likely)
    assert others["first"][is_likely].min() > 1.5 * others["first"][~is_likely].median()


def test_a_sample_that_cannot_be_drawn_is_refused(rare):
    passages, codes = rare
    for given, options, fault in (
        (codes, {"n": 0}, "expected 1 to 188"),
        (codes, {"n": 189}, "expected 1 to 188"),
        (codes, {"n": 9, "by": "region"}, "no column 'region'"),
        (codes.iloc[2:], {"n": 9}, "the codes lack some of the passages"),
    ):
        refused(ValueError, fault, cl.codes.sheet, passages, given, **options)
    refused(TypeError, "name the file by path=", cl.codes.sheet, passages, "sheet.csv")


@pytest.fixture
def sampled():
    """Return codes, a reading of part, vectors and the truth.

    Of one code the score tells, of another the vectors.
    """
    draw = np.random.default_rng(0)
    names = [f"p-{place:03d}" for place in range(400)]
    X = draw.normal(size=(400, 8))
    truth = pd.DataFrame({"score": X[:, 0] > 1, "vectors": X[:, 1] > 0.8, "chance": X[:, 2] > 9})
    truth["chance"] = draw.random(400) < 0.3
    scores = pd.DataFrame({name: draw.normal(size=400) for name in truth})
    scores["score"] = X[:, 0] + draw.normal(scale=0.3, size=400)
    codes, truth = (
        table.assign(passage=names).melt("passage", var_name="code")
        for table in (scores.round(4), truth)
    )
    codes = codes.rename(columns={"value": "score"})
    truth = truth.rename(columns={"value": "coded"}).astype({"coded": bool})
    vectors = pd.DataFrame(X, index=pd.Index(names, name="passage"))
    reading = truth[truth["passage"] < "p-150"]
    return codes.assign(threshold=9.0, coded=False), reading, vectors, truth


def test_a_sample_teaches_thresholds_and_codes_and_not_chance(sampled):
    codes, reading, vectors, truth = sampled
    taught = cl.codes.teach(codes, reading, vectors)
    assert taught["passage"].equals(codes["passage"]) and taught["code"].equals(codes["code"])
    assert (taught["coded"] == (taught["score"] > taught["threshold"])).all()
    inside, rest = (
        cl.codes.agreement(taught, part, by="code").set_index("code")
        for part in (reading, truth[truth["passage"] >= "p-150"])
    )
    assert rest.loc["score", "alpha"] > 0.6 and rest.loc["vectors", "alpha"] > 0.6
    # What was read is judged by the rest of the sample: chance is not learned by heart.
    assert inside.loc["chance", "low"] < 0.1 and abs(rest.loc["chance", "alpha"]) < 0.2
    assert (inside["alpha"] - rest["alpha"]).abs().max() < 0.25
    share = taught.groupby("code")["coded"].mean() - truth.groupby("code")["coded"].mean()
    assert share.abs().max() < 0.1
    alone = cl.codes.teach(codes, reading).query("code == 'vectors'")
    assert abs(cl.codes.agreement(alone, truth)["alpha"].item()) < 0.2


def test_what_is_taught_depends_on_no_order_and_silence_teaches_nothing(sampled):
    codes, *given, _ = sampled
    shuffled = (table.sample(frac=1, random_state=1) for table in (codes, *given))
    one, other = (
        cl.codes.teach(*tables).sort_values(["passage", "code"], ignore_index=True)
        for tables in (shuffled, (codes, *given))
    )
    pd.testing.assert_frame_equal(one, other)
    reading, vectors = given
    silent = cl.codes.teach(codes, reading.assign(coded=False), vectors)
    pd.testing.assert_frame_equal(silent.drop(columns="probability"), codes)
    other = reading.assign(passage="x-" + reading["passage"])
    fault = r"none of the passages was read; .* as 'x-p-000'"
    refused(ValueError, fault, cl.codes.teach, codes, other)
