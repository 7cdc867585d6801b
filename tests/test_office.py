"""Files that people or a crawl have: each kind is read, what must not be opened is refused."""

import gzip
import io
import itertools
import random
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import cases, fill, load
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import clusterlib as cl

SENTENCES = [
    "The region of Drenthe pays for a storage of hydrogen near the old gas field.",
    "Forty firms and two universities of applied sciences have joined the alliance.",
    "A second call for pilots opens in the spring of next year.",
]
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def archive(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return file.getvalue()


def docx(sentences=SENTENCES, **more):
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in sentences)
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>' for cell in row)}"
        "</w:tr>"
        for row in (("Year", "Tonnes"), ("2030", "12 400"))
    )
    head = f"<w:hdr {WORD}><w:p><w:r><w:t>Internal draft</w:t></w:r></w:p></w:hdr>"
    document = f"<w:document {WORD}><w:body>{body}<w:tbl>{rows}</w:tbl></w:body></w:document>"
    return archive({"word/document.xml": document, "word/header1.xml": head} | more)


def odt(sentences=SENTENCES):
    body = "".join(f"<text:p>{one}</text:p>" for one in sentences)
    content = (
        f"<office:document-content {OPEN}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def epub(sentences=SENTENCES):
    chapters = {f"c{place}.xhtml": one for place, one in enumerate(sentences)}
    items = "".join(f'<item id="{name}" href="{name}"/>' for name in chapters)
    refs = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="book.opf"/></container>',
        "book.opf": f"<package><manifest>{items}</manifest><spine>{refs}</spine></package>",
    }
    pages = {name: f"<html><body><p>{one}</p></body></html>" for name, one in chapters.items()}
    return archive(parts | pages)


def rtf(sentences=SENTENCES):
    text = "\\par ".join(sentences)
    text = "".join(char if char.isascii() else f"\\u{ord(char)}?" for char in text)
    return ("{\\rtf1\\ansi " + text + "}").encode("ascii")


def eml(sentences=SENTENCES):
    head = "From: a@b.eu\nSubject: News\nDate: Mon, 4 Mar 2024 10:00:00 +0100\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{chr(10).join(sentences)}\n".encode()


def pdf(pages=(SENTENCES,)):
    file = io.BytesIO()
    with PdfPages(file) as book:
        for lines in pages:
            figure = Figure(figsize=(8, 8))
            for place, line in enumerate(lines):
                figure.text(0.05, 0.9 - 0.04 * place, line)
            book.savefig(figure)
    return file.getvalue()


def xlsx(rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def table(sentences):
    return pd.DataFrame({"id": range(len(sentences)), "text": sentences})


BUILDERS = {
    "docx": docx,
    "odt": odt,
    "epub": epub,
    "rtf": rtf,
    "eml": eml,
    "pdf": lambda lines: pdf([lines[at : at + 20] for at in range(0, len(lines), 20)] or [()]),
    "xlsx": lambda sentences: xlsx([["id", "text"], *enumerate(sentences)]),
    "tsv": lambda sentences: table(sentences).to_csv(sep="\t", index=False).encode(),
    "json": lambda sentences: table(sentences).to_json(orient="records").encode(),
}
BULGARIAN = [
    "Три клъстера подписаха меморандум за сътрудничество.",
    "Те ще изградят зарядни станции в пет общини.",
    "Проектът ще струва два милиона лева.",
]
TOWNS = ["".join(chr(ord("a") + int(digit)) for digit in str(1000 + n)) for n in range(500)]
LONG = [f"The council of {town.title()} paid for a bridge." for town in TOWNS]
TEXT = "\n".join(SENTENCES)


@pytest.mark.parametrize("sentences", [SENTENCES, BULGARIAN, LONG], ids=["en", "bg", "long"])
@pytest.mark.parametrize("kind", BUILDERS)
def test_each_kind_is_read_whole(tmp_path, kind, sentences):
    documents, faults = load(fill(tmp_path, {f"a.{kind}": BUILDERS[kind](sentences)}))
    assert not (faults["severity"] == "error").any()
    text = " ".join(" ".join(documents["text"]).split())
    assert all(sentence in text for sentence in sentences)
    passages, _ = cl.clean.tables(documents)
    assert set(sentences) <= set(passages["text"])
    # Offsets count the text that was taken out of the file.
    sources = dict(zip(documents["doc"], documents["text"], strict=True))
    for row in passages[passages["text"].isin(sentences)].itertuples():
        assert " ".join(sources[row.doc][row.start : row.end].split()) == row.text


@pytest.mark.parametrize("damage", ["cut", "empty"])
@pytest.mark.parametrize("kind", BUILDERS)
def test_of_a_damaged_or_empty_file_nothing_is_lost_unsaid(tmp_path, kind, damage):
    """What is left of a file that was cut is read, or the file is refused by name."""
    whole = BUILDERS[kind](SENTENCES)
    data = whole[: len(whole) * 2 // 3] if damage == "cut" else BUILDERS[kind]([])
    files = {f"a.{kind}": data, "b.txt": "The other file of this folder is whole."}
    documents, faults = load(fill(tmp_path, files))
    assert "The other file of this folder is whole." in documents["text"].str.cat()
    read = " ".join(" ".join(documents["text"]).split())
    named = faults["file"].str.contains(f"a.{kind}", regex=False).any()
    assert named or (damage == "cut" and any(one[:30] in read for one in SENTENCES))


def test_what_documents_letters_and_feeds_bring_beside_their_sentences(tmp_path):
    """Rows of a table and no running head, a title and a date, and each entry as a text."""
    entries = [f"<title>News</title><description>&lt;p&gt;{one}&lt;/p&gt;" for one in SENTENCES]
    items = "".join(f"<item>{one}</description><link>http://a.eu</link></item>" for one in entries)
    feed = f"<rss><channel>{items}</channel></rss>"
    files = {"draft.docx": docx(), "letter.eml": eml(), "news.xml": feed}
    documents, faults = load(fill(tmp_path, files))
    draft, letter, *news = documents.itertuples()
    assert "| 2030 | 12 400 |" in draft.text and "Internal draft" not in draft.text
    assert "Internal draft" in faults["message"].str.cat()
    assert (letter.title, letter.published[:10]) == ("News", "2024-03-04")
    assert [entry.text for entry in news] == [f"News\n\n{one}" for one in SENTENCES]
    assert {entry.source for entry in news} == {"http://a.eu"}


def test_cells_without_a_header_are_no_text_and_of_two_columns_the_filled_one_counts(tmp_path):
    rows = [["id", "text", None], [1, TEXT, None], [2, None, "internal remark"], [None, None, 5]]
    again = "A region founds a hydrogen valley with eleven partners."
    twice = xlsx([["text", "title", "text"], [again, "T", None]])
    documents, faults = load(fill(tmp_path, {"bare.xlsx": xlsx(rows), "twice.xlsx": twice}))
    assert documents["text"].tolist() == [TEXT, again]
    assert faults[["file", "line", "fault"]].to_numpy().tolist() == [["bare.xlsx", 3, "no text"]]


def test_pages_without_a_text_layer_are_named(tmp_path):
    _, faults = load(fill(tmp_path, {"a.pdf": pdf([SENTENCES, [], SENTENCES[:1]])}))
    assert "1 of 3 pages without a text layer: 2" in faults["message"].str.cat()


def understated():
    """Return a document whose text unpacks to far more than its archive states."""
    data = bytearray(docx(["0" * 3_000_000]))
    size = data.index(b"PK\x01\x02") + 24
    data[size : size + 4] = (10).to_bytes(4, "little")
    return bytes(data)


ENCRYPTED = next(bytes.fromhex(case["pdf"]) for case in cases("hostile_files"))


PAGES = [
    ["Die Region zahlt für einen Speicher am alten Gasfeld und für die Lei-"],
    ["tungen dorthin. Vierzig Firmen und zwei Hochschulen sind dabei, weil sie"],
    ["das Thema im Unterricht haben.", "", "Ein drittes Vorhaben betrifft Holz aus Wäldern."],
]


def test_running_heads_and_page_numbers_go_to_the_ledger_and_sentences_go_on(tmp_path):
    pages = [
        ["Bericht der Region", "", *lines, "", f"Seite {number} von 3"]
        for number, lines in enumerate(PAGES, start=1)
    ]
    documents = cl.load.documents(fill(tmp_path, {"a.pdf": pdf(pages)}))
    passages, ledger = cl.clean.tables(documents)
    assert passages["text"].tolist() == [
        "Bericht der Region",
        "Die Region zahlt für einen Speicher am alten Gasfeld und für die Leitungen dorthin.",
        "Vierzig Firmen und zwei Hochschulen sind dabei, weil sie das Thema im Unterricht haben.",
        "Ein drittes Vorhaben betrifft Holz aus Wäldern.",
    ]
    assert passages["page"].tolist() == [1, 1, 2, 3]
    taken = ledger["text"].str.cat()
    assert all(f"Seite {number} von 3" in taken for number in (1, 2, 3))
    assert taken.count("Bericht der Region") == 2


TEXTS = {
    "bg": "Три клъстера подписаха меморандум за развитие на електрическата мобилност в страната.",
    "de": "Die Region fördert Speicher und größere Netze für die Industrie im Süden des Landes.",
    "fr": "La région a signé un accord pour créer une filière du stockage de l’énergie à Limoges.",
    "nb": "Klyngen skal bidra til at næringslivet på Østlandet blir klimapositivt før året 2040.",
    "nl": "De minister heeft vijf regisseurs aangesteld die de verduurzaming moeten versnellen.",
}
ENCODINGS = ["utf-8", "utf-16", "cp1252"]
PAGE = "<html><head><title>{0}</title></head><body><article><p>{0}</p><p>{1}</p></article></body>"
PACKED = gzip.compress(TEXTS["de"].encode() * 50)
ZEROS = gzip.compress(bytes(30_000_000))
BROKEN = {
    "scan.pdf": (pdf([[]]), "no text layer"),
    "cut.pdf": (pdf()[:300], "broken file"),
    "locked.pdf": (ENCRYPTED, "encrypted"),
    "macro.docx": (docx(**{"word/vbaProject.bin": "x"}), "macros"),
    "bomb.docx": (docx(**{"word/media/a.bin": b"0" * 3_000_000}), "too large"),
    "understated.docx": (understated(), "broken file"),
    "entities.docx": (
        docx(**{"word/document.xml": '<!DOCTYPE d [<!ENTITY a "aa">]><d>&a;</d>'}),
        "broken file",
    ),
    "cut.docx": (docx()[:200], "broken file"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
    "text.docx": (b"only a text", "wrong suffix"),
    "page.docx": (pdf(), "wrong suffix"),
    "sheet.docx": (xlsx([["text"], [TEXT]]), "wrong suffix"),
    "formula.xlsx": (xlsx([["id", "text"], ["one", "=A1&A2"]]), "formula"),
    "numbers.xlsx": (xlsx([["year", "tonnes"], [2030, 12_400]]), "missing column"),
    "empty.pdf": (b"", "empty"),
    "broken.json": (b'[{"text": "a"', "not JSON"),
    "deep.json": (b"[" * 100_000, "not JSON"),
    "page.xml": (b"<page><p>Text</p></page>", "not read"),
    "binary.txt": (b"\x7fELF\x00\x01\x02\x00\x00" * 50, "binary"),
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\n", "empty"),
    "mixed.txt": ("für größere Städte ".encode() * 9 + b"\xff", "broken encoding"),
    "cut-16.txt": ("für größere Städte".encode("utf-16")[:-1], "broken encoding"),
    "lines.jsonl": (b'{"text": ', "not JSON"),
    "columns.csv": (b"a,b\n1,2\n", "missing column"),
    "header.csv": (b"doc,text\n", "empty"),
    "table.parquet": (b"PAR1 and then nothing", "broken file"),
    "menu.html": (b"<html><body><nav>Menu</nav></body></html>", "no main text"),
    "packed.txt.gz": (b"not packed at all", "broken file"),
    "cut.txt.gz": (PACKED[:-20], "broken file"),
    "bomb.txt.gz": (ZEROS, "too large"),
    "bomb.warc.gz": (ZEROS, "too large"),
    "none.warc": (b"", "empty"),
    "text.warc": (b"no archive", "broken file"),
    "object.warc": (b'{"a": 1}', "broken file"),
}

# warcio's writer, which only the tests use, leaves temporary files to the garbage collector.
LEAKS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def test_a_mixed_folder(tmp_path):
    """Texts and pages of each language and encoding, some of them twice, and what is broken."""
    draw, good = random.Random(0), {"de-packed.txt.gz": PACKED, "en-good.docx": docx()}
    for number, (lang, encoding) in enumerate(itertools.product(TEXTS, ENCODINGS * 10)):
        words = TEXTS[lang].split()
        draw.shuffle(words)
        parts = TEXTS[lang], f"{number} {' '.join(words)}."
        is_page = number % 2 and encoding != "utf-16"
        content = PAGE.format(*parts) if is_page else "\n\n".join(parts)
        alphabet = "cp1251" if lang == "bg" and encoding == "cp1252" else encoding
        name = f"{lang}-{number:03d}.{'html' if is_page else 'txt'}"
        good[name] = content.encode(alphabet, "replace")
    copies = {f"copy-{name}": name for name in draw.sample([*good], 15)}
    broken = {f"broken/{name}": fault for name, (_, fault) in BROKEN.items()}
    fill(tmp_path / "broken", {name: data for name, (data, _) in BROKEN.items()})
    fill(tmp_path, good | {copy: good[copies[copy]] for copy in copies})
    table, faults = load(tmp_path, max_mb=1)
    errors = faults[faults["severity"] == "error"]
    assert set(table["file"]) == {*good, *copies}
    assert dict(zip(errors["file"], errors["fault"], strict=True)) == broken
    assert errors["message"].str.len().min() > 10
    twice = faults.loc[faults["fault"] == "duplicate text", "message"]
    for pair in copies.items():
        docs = [repr(Path(name).stem) for name in pair]
        assert any(all(doc in message for doc in docs) for message in twice), pair
    expected = table["doc"].str.removeprefix("copy-").str[:2]
    assert (table["lang"] == expected).mean() > 0.97
    assert {"utf-8", "utf-16", "cp1251", "cp1252"} <= set(table["encoding"])


def test_links_and_paths_that_leave_the_folder(tmp_path):
    away = fill(tmp_path / "away", {"secret.txt": TEXTS["de"]})
    here = fill(tmp_path / "here", {"good.txt": TEXTS["fr"]})
    (here / "link.txt").symlink_to(away / "secret.txt")
    (here / "folder").symlink_to(away)
    table, faults = load(here)
    assert table["doc"].tolist() == ["good"]
    found = dict(zip(faults["file"], faults["fault"], strict=True))
    assert found == {"link.txt": "outside", "folder": "not followed"}
    for name in ("../away/secret.txt", str(away / "secret.txt"), "link.txt"):
        table, faults = load(fill(here, {"registry.csv": f"doc,file\nx,{name}\n"}))
        assert table.empty and "outside" in set(faults["fault"])


def crawl(*pages):
    """Return a WARC of (kind, status, headers, body) answers."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    for number, (kind, status, headers, body) in enumerate(pages):
        head = StatusAndHeaders(status, [("Content-Type", kind), *headers], protocol="HTTP/1.1")
        address = f"https://example.org/{number}"
        record = writer.create_warc_record(
            address, "response", payload=io.BytesIO(body), http_headers=head
        )
        writer.write_record(record)
    return stream.getvalue()


@LEAKS
def test_pages_and_texts_of_an_archive(tmp_path):
    page = PAGE.format(TEXTS["fr"], TEXTS["fr"].replace("Limoges", "Pau")).encode()
    packed = [("Content-Encoding", "gzip")]
    data = crawl(
        ("text/html; charset=utf-8", "200 OK", [], page),
        ("text/plain", "200 OK", packed, gzip.compress(TEXTS["nl"].encode())),
        ("text/html", "404 Not Found", [], page),
        ("image/png", "200 OK", [], b"\x89PNG"),
        ("text/html", "200 OK", packed, gzip.compress(bytes(30_000_000))),
    )
    table, faults = load(fill(tmp_path / "pages", {"crawl.warc.gz": data}))
    assert table["lang"].tolist() == ["fr", "nl"]
    assert table["source"].tolist() == ["https://example.org/0", "https://example.org/1"]
    assert table["line"].tolist() == [1, 2]
    assert sorted(faults["fault"]) == ["not read", "not read", "too large"]
    assert any("status 404" in message for message in faults["message"])
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=False)
    for lang, text in sorted(TEXTS.items()):
        payload = {"payload": io.BytesIO(text.encode()), "warc_content_type": "text/plain"}
        address = f"https://example.org/{lang}"
        writer.write_record(writer.create_warc_record(address, "conversion", **payload))
    data = stream.getvalue()
    table, faults = load(fill(tmp_path / "texts", {"crawl.warc.wet": data}))
    assert table["lang"].tolist() == sorted(TEXTS) and faults.empty
    table, faults = load(fill(tmp_path / "texts", {"crawl.warc.wet": data[:-40]}))
    assert len(table) == 4 and faults["fault"].tolist() == ["broken file"]
