import os
import random
import shutil
import sys
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from babel import Locale
from conftest import cases, fill, labelled, load, refused
from hypothesis import given, settings
from hypothesis import strategies as st

import clusterlib as cl
from clusterlib.inputs import decode
from clusterlib.load.duplicates import find_copies
from clusterlib.load.formats import READERS
from clusterlib.load.html import html, markdown
from clusterlib.load.languages import to_code
from clusterlib.load.lines import find_date, to_iso
from clusterlib.problems import InputError

CASES = Path(__file__).parent / "cases"

FRENCH = "La région a signé un accord pour créer une filière du stockage de l’énergie."
BULGARIAN = "Три клъстера подписаха меморандум за развитие на електрическата мобилност."
GERMAN = "Die Region fördert Speicher und größere Netze für die Industrie im Süden."


def in_full(text):
    """Return a text of a case with the sentences that it names."""
    for name, sentence in {"<fr>": FRENCH, "<bg>": BULGARIAN, "<de>": GERMAN}.items():
        text = text.replace(name, sentence)
    return text


@pytest.mark.parametrize("case", cases("folders"), ids=lambda case: case["comment"])
def test_a_folder_is_read_as_labelled(tmp_path, case):
    files = {name: in_full(text) for name, text in case["files"].items()}
    table, faults = load(fill(tmp_path, files))
    for column, values in case["table"].items():
        assert table[column].fillna("").tolist() == [in_full(value) for value in values]
    assert faults[["file", "line", "fault"]].fillna(0).to_numpy().tolist() == case["faults"]
    assert all(words in faults["message"].str.cat() for words in case.get("said", []))
    assert not any(words in faults["message"].str.cat() for words in case.get("unsaid", []))
    assert not any(words in table["text"].str.cat() for words in case.get("absent", []))


def test_seeds_load_without_a_word(documents, recwarn):
    cl.load.documents()
    assert documents["doc"].tolist() == ["bg", "de", "fr", "nb", "nl"]
    assert documents["lang"].tolist() == documents["lang_identified"].tolist()
    assert not recwarn


def test_an_error_names_all_faults_and_remarks_and_what_to_do(tmp_path):
    fill(tmp_path, {"a.txt": FRENCH, "b.txt": "", "memo.doc": "x"})
    fill(tmp_path, {"large.txt": FRENCH * 100, "rows.csv": "id,text\nx,one\nx,two\n"})
    with pytest.raises(InputError) as caught:
        cl.load.documents([tmp_path, tmp_path / "nothing.txt"], max_mb=0.002)
    message = str(caught.value)
    lines = [
        "b.txt: holds no text",
        "rows.csv, line 3: the id 'x' is taken",
        "nothing.txt: no such",
    ]
    assert all(line in message for line in [*lines, "errors=", "raise max_mb"])
    assert "memo.doc" in message.partition("remark")[2]
    shutil.copy(tmp_path / "large.txt", fill(tmp_path / "alone", {"b.txt": FRENCH}))
    assert len(cl.load.documents(tmp_path / "alone", max_mb=None)) == 2


def test_a_changed_seed_is_named_and_left_out(tmp_path):
    shutil.copytree(cl.load.seeds(), tmp_path, dirs_exist_ok=True)
    registry = pd.read_csv(tmp_path / "registry.csv")
    registry.assign(sha256=registry["sha256"].str.upper()).to_csv(
        tmp_path / "registry.csv", index=False
    )
    assert len(cl.load.documents(tmp_path)) == 5
    path = tmp_path / "nl-clusterregisseurs.txt"
    text = path.read_bytes()
    for changed in (text.replace(b"14,5", b"14,6"), text + b" "):
        path.write_bytes(changed)
        with pytest.raises(InputError, match=r"nl-clusterregisseurs\.txt.*content changed"):
            cl.load.documents(tmp_path)
        table, faults = load(tmp_path)
        assert table["doc"].tolist() == ["bg", "de", "fr", "nb"]
        assert faults["fault"].tolist() == ["changed"]


def test_order_of_files_does_not_matter(tmp_path):
    names = ["b.txt", "a.txt", "ü.txt", "B.txt", "a.md"]
    fill(tmp_path, {name: f"{FRENCH} {number}" for number, name in enumerate(names)})
    paths = [tmp_path / name for name in names]
    first, faults = load(paths)
    random.Random(0).shuffle(paths)
    pd.testing.assert_frame_equal(first, load(paths)[0])
    assert faults["fault"].tolist() == ["near duplicate"] * 4
    assert first["doc"].is_unique


@pytest.mark.parametrize("case", cases("encodings"), ids=lambda case: case["comment"])
def test_an_encoding_is_read_without_a_loss_or_refused(case):
    data = case["text"].encode(case["encoding"])
    if case["is_read"]:
        assert decode(data, html=case["html"])[0] == case["text"]
    else:
        refused(InputError, "UTF-8", decode, data)


def test_almost_utf8_is_refused_with_its_place(tmp_path):
    text = (BULGARIAN + "\n").encode() * 3
    table, faults = load(fill(tmp_path, {"a.txt": text + b"\xff" + FRENCH.encode()}))
    assert table.empty
    assert faults.loc[0, ["line", "fault"]].tolist() == [4, "broken encoding"]
    assert f"byte {len(text)} (0xff)" in faults.loc[0, "message"]
    cut = fill(tmp_path / "cut", {"a.txt": BULGARIAN.encode()[:20]})
    assert load(cut)[1]["fault"].tolist() == ["broken encoding"]


def test_same_names_in_different_folders(tmp_path):
    fill(tmp_path, {"x/page.txt": FRENCH, "y/page.txt": GERMAN, "z/other.txt": BULGARIAN})
    expected = {"x-page": FRENCH, "y-page": GERMAN}
    folders = [tmp_path / "x", tmp_path / "y", tmp_path / "z"]
    for source in [str(tmp_path / "*" / "page.txt"), [f / "page.txt" for f in folders[:2]]]:
        table = cl.load.documents(source)
        assert dict(zip(table["doc"], table["text"], strict=True)) == expected
    for source in (folders, folders[::-1]):
        table = cl.load.documents(source)
        assert table["doc"].tolist() == ["other", "x-page", "y-page"]
        assert table["file"].tolist() == ["other.txt", "x/page.txt", "y/page.txt"]


def test_a_file_reached_twice_is_loaded_once(tmp_path):
    fill(tmp_path, {"a.txt": GERMAN, "sub/x.txt": FRENCH})
    (tmp_path / "0link.txt").symlink_to(tmp_path / "a.txt")
    sources = [tmp_path, tmp_path / "sub", tmp_path / "sub" / "x.txt", str(tmp_path / "**" / "*")]
    for _ in range(4):
        random.Random(_).shuffle(sources)
        assert cl.load.documents(sources)["doc"].tolist() == ["a", "sub-x"]


def test_a_registry_and_its_files_named_in_other_ways_and_beside_others(tmp_path, recwarn):
    seeds = cl.load.seeds()
    expected = cl.load.documents()
    for source in [str(seeds / "*"), [seeds, seeds / "nl-clusterregisseurs.txt"]]:
        pd.testing.assert_frame_equal(cl.load.documents(source), expected)
    pd.testing.assert_frame_equal(cl.load.documents(seeds / "registry.csv"), expected)
    assert not recwarn
    table = cl.load.documents([seeds, fill(tmp_path, {"mine.txt": GERMAN})])
    assert table["doc"].tolist() == ["bg", "de", "fr", "mine", "nb", "nl"]


def test_nothing_to_load_is_an_error(tmp_path):
    (tmp_path / "empty").mkdir()
    pd.DataFrame({"text": pd.Series([], dtype=str)}).to_parquet(tmp_path / "e.parquet")
    word, nothing = fill(tmp_path / "word", {"a.doc": "x", ".hidden.txt": "y"}), "nothing to load"
    for source, expected in (
        (tmp_path / "empty", {nothing}),
        ("", {nothing}),
        (word, {nothing, "not read", "hidden"}),
        (tmp_path / "e.parquet", {"empty"}),
    ):
        assert set(load(source)[1]["fault"]) == expected, source
        refused(InputError, "", cl.load.documents, source)
    for source in (3, b"x", [None]):
        refused(TypeError, "a source is a path", cl.load.documents, source)


def test_dates_and_numbers_of_parquet(tmp_path):
    dates = {
        "a": pd.to_datetime(["2022-03-31", None, "2020-01-02"]),
        "b": [2022, None, 2020],
        "c": date(2021, 5, 6),
    }
    for name, values in dates.items():
        texts = [f"{text} {name}" for text in (FRENCH, GERMAN, BULGARIAN)]
        frame = pd.DataFrame(
            {"Text": texts, "Date": values, "id": [f"{name}{n}" for n in range(3)]}
        )
        frame.to_parquet(tmp_path / f"{name}.parquet")
    published = load(tmp_path)[0].set_index("doc")["published"].fillna("-")
    assert published[["a0", "a1", "a2"]].tolist() == ["2022-03-31", "-", "2020-01-02"]
    assert published[["b0", "b1", "b2"]].tolist() == ["2022", "-", "2020"]
    assert published[["c0", "c1", "c2"]].tolist() == ["2021-05-06"] * 3


def test_any_failure_of_a_reader_is_a_fault(tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("deep down")

    monkeypatch.setitem(READERS, ".md", fail)
    table, faults = load(fill(tmp_path, {"a.txt": FRENCH, "b.md": "b"}))
    assert table["doc"].tolist() == ["a"]
    assert "RuntimeError: deep down" in faults.loc[0, "message"]


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_decode_or_are_refused(data):
    try:
        text, encoding = decode(data)
    except InputError:
        return
    if encoding.startswith(("utf-16", "utf-32")):
        assert text.encode(encoding) == data or data[:2] in (b"\xfe\xff", b"\xff\xfe", b"\0\0")
    else:
        assert text.encode(encoding) == data


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".jsonl", ".csv", ".parquet"])
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@settings(max_examples=25, deadline=None)
def test_any_file_loads_or_is_a_named_fault(tmp_path_factory, suffix, data):
    folder = tmp_path_factory.mktemp("any")
    (folder / f"file{suffix}").write_bytes(data)
    table, faults = load(folder)
    assert len(table) or len(faults)
    assert set(faults["file"]) <= {f"file{suffix}"}


def test_languages_that_tables_name_in_other_ways(tmp_path):
    names = pd.read_csv(CASES / "language_names.csv", dtype="str", keep_default_na=False)
    rows = names.assign(lang=names["name"], text=[f"{GERMAN} {n}" for n in names.index])
    rows[["lang", "text"]].to_csv(tmp_path / "t.csv", index_label="id")
    table, faults = load(tmp_path)
    read = table.set_index("doc")["lang"][[str(n) for n in names.index]]
    expected = names["lang"].where(names["lang"] != "", "de")
    assert [*zip(names["name"], read, strict=True)] == [*zip(names["name"], expected, strict=True)]
    named = faults.loc[faults["fault"] == "not a language", "line"].tolist()
    assert named == (names.index[names["lang"] == ""] + 2).tolist()


def test_every_language_is_known_by_its_name_in_every_other():
    langs = sorted(cl.embed.calibration()["lang"].unique())
    names = [(Locale.parse(place).languages[lang], lang) for place in langs for lang in langs]
    assert [(name, lang) for name, lang in names if to_code(name) != lang] == []
    assert [name for name, lang in names if to_code(name.upper()) != lang] == []


@pytest.mark.parametrize("case", cases("dates"), ids=lambda case: case["comment"])
def test_dates_are_found_in_lines(case):
    date = find_date(case["line"], case["lang"])
    assert (date and date.iso, date and date.alone) == (case["iso"], case["alone"])


@labelled("load", "dates that stand alone")
def test_dates_that_stand_alone(value, iso):
    assert to_iso(value) == iso


@pytest.mark.parametrize("case", cases("html_pages"), ids=lambda case: case["comment"])
def test_pages_are_read_line_by_line(case):
    page = markdown(case["markdown"]) if "markdown" in case else html(case["html"])
    assert page.text.split("\n") == case["lines"]
    assert page.metadata == case.get("metadata", page.metadata)


@pytest.mark.parametrize("opening", ["<table><tr><td>", "<div>", "<ul><li>", "<b>", "<aside>"])
def test_a_page_that_nests_deeply_is_read_in_time(opening):
    sentence = "The cluster of the region signed an agreement with twelve firms about storage."
    for depth in (90, 500, 5000):
        start = time.monotonic()
        page = f"<p>{sentence}</p>{opening * depth}Another paragraph of many words follows here."
        assert sentence in html(f"<html><body>{page}").text
        assert time.monotonic() - start < 5


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_utf8_loses_no_other_file(tmp_path):
    names = (b"caf\xe9.txt", b"good.txt", b"d\xe9/in.txt")
    table, faults = load(fill(tmp_path, {os.fsdecode(name): GERMAN for name in names}))
    assert table["doc"].tolist() == ["good"]
    assert faults["file"].tolist() == ["caf\\xe9.txt", "d\\xe9/in.txt"]
    assert set(faults["fault"]) == {"not Unicode"}


DUPLICATES = cases("duplicates")


@pytest.mark.parametrize("case", DUPLICATES, ids=[case["name"] for case in DUPLICATES])
def test_texts_that_repeat_another(case):
    for pair in ([case["first"], case["second"]], [case["second"], case["first"]]):
        copies = list(find_copies([pair[0], "Quite another text, of no use here.", pair[1]]))
        kinds = ["same" if copy.whole else "near" for copy in copies]
        assert kinds == [case["verdict"]] * (case["verdict"] != "apart"), case["comment"]


def test_copies_are_kept_or_dropped_and_said(tmp_path):
    texts = {case["name"]: case["first"] for case in DUPLICATES if case["verdict"] == "near"}
    first = texts["another headline"]
    fill(tmp_path, {"a.txt": first, "b.txt": f"{first.upper()}\n"})
    fill(tmp_path, {"c.txt": f"Heute neu\n\n{first}", "d.txt": texts["two words changed"]})
    table, faults = load(tmp_path)
    assert table["doc"].tolist() == ["a", "b", "c", "d"]
    assert faults[["file", "severity", "fault"]].to_numpy().tolist() == [
        ["b.txt", "warning", "duplicate text"],
        ["c.txt", "warning", "near duplicate"],
    ]
    assert "'c' and 'a' share 9" in faults["message"].iloc[1]
    with pytest.warns(cl.problems.InputWarning, match="the same as that of 'a'"):
        assert len(cl.load.documents(tmp_path)) == 4
    table, faults = load(tmp_path, duplicates="drop")
    assert table["doc"].tolist() == ["a", "d"]
    assert all(message.endswith("it is left out") for message in faults["message"])
    with pytest.raises(ValueError, match="duplicates='sometimes'"):
        cl.load.documents(tmp_path, duplicates="sometimes")


@given(st.lists(st.text(max_size=60), max_size=8), st.randoms())
@settings(max_examples=60, deadline=None)
def test_copies_of_any_texts(texts, draw):
    copies = list(find_copies(texts))
    assert all(copy.first < copy.place and 0.5 <= copy.shared <= 1 for copy in copies)
    # Those that are the first of their kind repeat no other, and a text repeats itself.
    firsts = [texts[n] for n in range(len(texts)) if n not in {copy.place for copy in copies}]
    assert not list(find_copies(firsts))
    assert len(list(find_copies([*firsts, *firsts]))) == len(firsts)


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.json", "rows.xlsx"])
def test_columns_of_tables_are_called_what_a_user_says(tmp_path, name):
    rows = [{"nr": "a", "tekst": FRENCH, "text": "not this", "data": "2021-03-01"}]
    table, path = pd.DataFrame(rows), tmp_path / name
    if name.endswith("xlsx"):
        table.to_excel(path, index=False)
    elif name.endswith("csv"):
        table.to_csv(path, index=False)
    else:
        table.to_json(path, orient="records", lines=name.endswith("l"))
    columns = {"text": "tekst", "id": "nr", "date": "data"}
    documents, _ = load(path, columns=columns)
    assert documents.loc[0, ["doc", "text", "published"]].tolist() == ["a", FRENCH, "2021-03-01"]
    documents, faults = load(path, columns={"text": "treść", "id": "nr"})
    assert documents.empty
    (message,) = faults.loc[faults["severity"] == "error", "message"].head(1)
    assert "treść" in message and "nr" in message and "tekst" in message
    with pytest.raises(ValueError, match="no field of a text; expected one of id"):
        load(path, columns={"words": "tekst"})
    with pytest.raises(TypeError, match=r"columns=\['text'\]; expected a mapping such as"):
        load(path, columns=["text"])
