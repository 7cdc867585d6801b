import json
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clusterlib as cl
from clusterlib.load.decode import DecodeError, decode

FRENCH = "La région a signé un accord pour créer une filière du stockage de l’énergie."
BULGARIAN = "Три клъстера подписаха меморандум за развитие на електрическата мобилност."
GERMAN = "Die Region fördert Speicher und größere Netze für die Industrie im Süden."


def report(source, **options):
    return cl.load.documents(source, errors="report", **options)


def test_seeds_load_without_a_word(documents, recwarn):
    cl.load.documents()
    assert documents["doc"].tolist() == ["bg", "de", "fr", "nb", "nl"]
    assert documents["lang"].tolist() == documents["lang_identified"].tolist()
    assert not recwarn


def test_a_folder_of_ones_own(tmp_path):
    (tmp_path / "one.txt").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "two.html").write_text(
        f"<html><head><title>Zwei</title></head><body><nav>Menü</nav><article><p>{GERMAN}</p>"
        f"<p>{GERMAN.replace('Süden', 'Norden')}</p></article></body></html>",
        encoding="utf-8",
    )
    (tmp_path / "three.md").write_text(
        f"---\ntitle: Трети\ndate: 2022-03-30\n---\n# Глава\n\n**{BULGARIAN}**\n", encoding="utf-8"
    )
    table, faults = report(tmp_path)
    assert table["doc"].tolist() == ["one", "sub-two", "three"]
    assert table["lang"].tolist() == ["fr", "de", "bg"]
    assert table.loc[2, "published"] == "2022-03-30"
    assert table.loc[2, "title"] == "Трети"
    assert "**" not in table.loc[2, "text"]
    assert "Menü" not in table.loc[1, "text"]
    assert faults["fault"].tolist() == ["main text only"]


def test_seeds_and_a_folder_beside_them(tmp_path):
    (tmp_path / "mine.txt").write_text(GERMAN, encoding="utf-8")
    table = cl.load.documents([cl.load.seeds(), tmp_path])
    assert table["doc"].tolist() == ["bg", "de", "fr", "mine", "nb", "nl"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "cp1252"),
        (BULGARIAN, "cp1251"),
        (GERMAN, "iso8859_15"),
        ("Závod získal podporu a zvýšil výrobu elektřiny pro celé město.", "cp1250"),
    ],
)
def test_encodings(tmp_path, text, encoding):
    if encoding == "iso8859_15":
        text = text.replace("’", "'")
    (tmp_path / "text.txt").write_bytes(text.encode(encoding))
    assert cl.load.documents(tmp_path).loc[0, "text"] == text


def test_declared_charset_of_a_page():
    page = f'<meta charset="windows-1251"><p>{BULGARIAN}</p>'.encode("cp1251")
    assert BULGARIAN in decode(page, html=True)[0]


def test_tables_of_texts(tmp_path):
    rows = [{"id": "a", "text": FRENCH, "date": "2020"}, {"id": "b", "text": GERMAN}]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "rows.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(f'id;text\nc;"{BULGARIAN}"\n', encoding="utf-8")
    frame = pd.DataFrame({"id": ["d"], "text": ["Klyngen skal bidra til en grønnere industri."]})
    frame.to_parquet(tmp_path / "rows.parquet")
    table = cl.load.documents(tmp_path)
    assert table["doc"].tolist() == ["a", "b", "c", "d"]
    assert table["lang"].tolist() == ["fr", "de", "bg", "nb"]
    assert table.loc[0, "published"] == "2020"


def test_all_faults_together_with_file_and_line(tmp_path):
    (tmp_path / "empty.txt").write_text("  \n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "large.txt").write_text("x" * 3000)
    (tmp_path / "columns.csv").write_text("a,b\n1,2\n")
    (tmp_path / "rows.jsonl").write_text(
        '{"id": "x", "text": "Bonjour"}\nnot json\n{"id": "x", "text": "Encore"}\n{"id": "y"}\n'
        '{"id": "z", "text": "\\ud800"}\n'
    )
    (tmp_path / "good.txt").write_text(FRENCH, encoding="utf-8")
    table, faults = report([tmp_path, tmp_path / "nothing.txt"], max_mb=0.002)
    assert table["doc"].tolist() == ["good", "x"]
    found = set(zip(faults["file"], faults["line"].fillna(0), faults["fault"], strict=True))
    assert {
        ("empty.txt", 0, "empty"),
        ("binary.txt", 0, "too large"),
        ("large.txt", 0, "too large"),
        ("columns.csv", 1, "missing column"),
        ("rows.jsonl", 2, "not JSON"),
        ("rows.jsonl", 3, "duplicate id"),
        ("rows.jsonl", 4, "no text"),
        ("rows.jsonl", 5, "not Unicode"),
        (str(tmp_path / "nothing.txt"), 0, "missing"),
    } <= found
    with pytest.raises(cl.load.LoadError, match=r"rows\.jsonl, line 3.*taken by") as caught:
        cl.load.documents(tmp_path)
    assert "binary.txt" in str(caught.value)
    assert "errors=" in str(caught.value)


def test_the_way_to_lift_the_limit_is_named(tmp_path):
    (tmp_path / "large.txt").write_text(FRENCH * 100, encoding="utf-8")
    with pytest.raises(cl.load.LoadError, match="max_mb"):
        cl.load.documents(tmp_path, max_mb=0.001)
    assert len(cl.load.documents(tmp_path, max_mb=None)) == 1


def copy_of_seeds(folder):
    for path in cl.load.seeds().iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_a_changed_seed_is_named(tmp_path):
    path = copy_of_seeds(tmp_path) / "nl-clusterregisseurs.txt"
    path.write_bytes(path.read_bytes().replace(b"14,5", b"14,6"))
    with pytest.raises(cl.load.LoadError, match=r"nl-clusterregisseurs\.txt.*content changed"):
        cl.load.documents(tmp_path)


def test_registry_faults_come_together(tmp_path):
    (tmp_path / "a.txt").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "unlisted.txt").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "registry.csv").write_text(
        "doc,file,lang,published\na,a.txt,de,someday\na,a.txt,fr,\nb,../b.txt,fr,\nc,c.txt,fr,\n"
    )
    table, faults = report(tmp_path)
    assert table["doc"].tolist() == ["a"]
    assert table.loc[0, "lang"] == "de"
    assert set(faults["fault"]) == {
        "duplicate id",
        "outside",
        "missing",
        "not listed",
        "language disagrees",
        "unclear date",
    }
    (tmp_path / "registry.csv").write_text("name\na.txt\n")
    assert report(tmp_path)[1]["fault"].tolist() == ["missing column"]


def test_links_out_of_the_folder_are_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    table, faults = report(tmp_path / "in")
    assert len(table) == 0
    assert faults["fault"].tolist() == ["outside"]


def test_remarks_are_warnings_when_raising(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(FRENCH, encoding="utf-8")
    with pytest.warns(cl.load.LoadWarning, match="the same as that of 'a'"):
        assert len(cl.load.documents(tmp_path)) == 2


def test_order_of_files_does_not_matter(tmp_path):
    names = ["b.txt", "a.txt", "ü.txt", "B.txt", "a.md"]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(f"{FRENCH} {number}", encoding="utf-8")
    paths = [tmp_path / name for name in names]
    first = cl.load.documents(paths)
    random.Random(0).shuffle(paths)
    pd.testing.assert_frame_equal(first, cl.load.documents(paths))
    assert first["doc"].is_unique


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_decode_or_are_refused(data):
    try:
        text, encoding = decode(data)
    except DecodeError:
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
    table, faults = report(folder)
    assert len(table) or len(faults)
    assert set(faults["file"]) <= {f"file{suffix}"}
