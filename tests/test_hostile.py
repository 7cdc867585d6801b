"""Sources that break, lead elsewhere, unpack to too much, or come from a crawl."""

import gzip
import io
import itertools
import random
from pathlib import Path

import pytest
from conftest import fill, load
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

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
    "binary.txt": (b"\x7fELF\x00\x01\x02\x00\x00" * 50, "binary"),
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\n", "empty"),
    "mixed.txt": ("für größere Städte ".encode() * 9 + b"\xff", "broken encoding"),
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
    draw, good = random.Random(0), {"de-packed.txt.gz": PACKED}
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
    table, faults = load(tmp_path, max_mb=5)
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
    away, here = tmp_path / "away", tmp_path / "here"
    away.mkdir(), here.mkdir()
    (away / "secret.txt").write_text(TEXTS["de"], encoding="utf-8")
    (here / "good.txt").write_text(TEXTS["fr"], encoding="utf-8")
    (here / "link.txt").symlink_to(away / "secret.txt")
    (here / "folder").symlink_to(away)
    table, faults = load(here)
    assert table["doc"].tolist() == ["good"]
    assert dict(zip(faults["file"], faults["fault"], strict=True)) == {
        "link.txt": "outside",
        "folder": "not followed",
    }
    for name in ("../away/secret.txt", str(away / "secret.txt"), "link.txt"):
        (here / "registry.csv").write_text(f"doc,file\nx,{name}\n", encoding="utf-8")
        table, faults = load(here)
        assert table.empty and "outside" in set(faults["fault"])


def archive(*pages):
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
def test_pages_of_an_archive(tmp_path):
    page = PAGE.format(TEXTS["fr"], TEXTS["fr"].replace("Limoges", "Pau")).encode()
    packed = [("Content-Encoding", "gzip")]
    data = archive(
        ("text/html; charset=utf-8", "200 OK", [], page),
        ("text/plain", "200 OK", packed, gzip.compress(TEXTS["nl"].encode())),
        ("text/html", "404 Not Found", [], page),
        ("image/png", "200 OK", [], b"\x89PNG"),
        ("text/html", "200 OK", packed, gzip.compress(bytes(30_000_000))),
    )
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    table, faults = load(tmp_path)
    assert table["lang"].tolist() == ["fr", "nl"]
    assert table["source"].tolist() == ["https://example.org/0", "https://example.org/1"]
    assert table["line"].tolist() == [1, 2]
    assert sorted(faults["fault"]) == ["not read", "not read", "too large"]
    assert any("status 404" in message for message in faults["message"])


@LEAKS
def test_texts_of_an_archive(tmp_path):
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=False)
    for lang, text in sorted(TEXTS.items()):
        payload = {"payload": io.BytesIO(text.encode()), "warc_content_type": "text/plain"}
        address = f"https://example.org/{lang}"
        writer.write_record(writer.create_warc_record(address, "conversion", **payload))
    (tmp_path / "crawl.warc.wet").write_bytes(stream.getvalue())
    table, faults = load(tmp_path)
    assert table["lang"].tolist() == sorted(TEXTS) and faults.empty
    (tmp_path / "crawl.warc.wet").write_bytes(stream.getvalue()[:-40])
    table, faults = load(tmp_path)
    assert len(table) == 4 and faults["fault"].tolist() == ["broken file"]
