import numpy as np
import pandas as pd
import pytest
from conftest import WordEncoder

import clusterlib as cl
from clusterlib.embed import cache, static
from clusterlib.embed.static import PlacedWords, sample_of
from clusterlib.run import Options, stages


@pytest.fixture(scope="module")
def fast(passages, tmp_path_factory):
    file = tmp_path_factory.mktemp("mocked") / "vectors.sqlite"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cache, "default_file", lambda: file)
        return cl.embed.words(passages, WordEncoder())


def test_words_are_cut_in_any_script():
    assert static.distinct_words(["L’été, ЕЛЕКТРО-мобилност 2030!"]) == sorted(
        ["l", "été", "електро", "мобилност", "2030"]
    )
    assert static.count_words([]) == {}
    assert static.word_matrix(["a b a", "", "b"], {"a": 0, "b": 1, "…": 2}).toarray().tolist() == [
        [2, 1, 0],
        [0, 0, 1],
        [0, 1, 0],
    ]


def test_it_is_an_encoder(fast, passages):
    assert isinstance(fast, cl.embed.Encoder)
    rows = fast.encode(passages["text"].tolist())
    assert rows.dtype == np.float32 and rows.shape == (96, 32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert fast.encode([]).shape == (0, 32)
    assert np.isfinite(fast.encode(["", "…", "neverseen", "\ud800"])).all()


def test_a_text_has_one_vector_whatever_stands_beside_it(fast, passages):
    texts = passages["text"].tolist()
    together = fast.encode([*texts, "a new word: quodlibet"])
    alone = np.vstack([fast.encode([text]) for text in texts])
    assert np.abs(together[:-1] - alone).max() < 1e-6


def test_order_and_parts_of_the_corpus_make_no_difference(fast, passages, words):
    shuffled = passages.sample(frac=1, random_state=0)
    again = cl.embed.words(shuffled, words)
    texts = passages["text"].tolist()
    assert again.revision == fast.revision
    assert (again.encode(texts) == fast.encode(texts)).all()
    parts = [sample_of(part) for _, part in shuffled.groupby("doc")]
    whole = sum(parts[1:], start=parts[0])
    assert whole == sample_of(passages)
    assert cl.embed.words(passages, words, whole).revision == fast.revision


def test_another_corpus_is_another_revision(fast, passages, words):
    assert cl.embed.words(passages.iloc[1:], words).revision != fast.revision


def test_it_serves_every_stage(fast, passages):
    vectors = cl.embed.vectors(passages, fast)
    assert "calibration" not in vectors
    assert len(cl.topics.fit(passages, vectors, 3, encoder=fast).trust) == 3
    assert cl.themes.fit(passages, vectors, 3, encoder=fast).summary["size"].sum() == 96
    assert len(cl.codes.apply(passages, vectors, encoder=fast)) == 96 * 30


def test_its_vectors_are_not_kept_on_disk(fast, passages, tmp_path):
    from clusterlib.embed import cache

    before = cache.default_file().stat().st_size
    cl.embed.vectors(passages, fast)
    assert cache.default_file().stat().st_size == before


def test_a_corpus_without_words(words):
    table = pd.DataFrame({"passage": ["a-1", "a-2"], "lang": ["de", "de"], "text": ["…", "!"]})
    assert np.isfinite(cl.embed.words(table, words).encode(["…"])).all()


@pytest.fixture(scope="module")
def placed(passages):
    """Return a fast encoder of a few passages, made of the default encoder."""
    few = passages.iloc[:12]
    return cl.embed.words(few), few


def test_words_are_found_in_their_places():
    places = [("l", 0, 1), ("été", 2, 5), ("d", 6, 7), ("une", 8, 11), ("été", 12, 15)]
    assert static.word_spans("L’ÉTÉ d'une été.") == places
    assert static.word_spans("…") == []


def test_a_word_in_place_is_the_mean_of_its_tokens():
    class Shown:
        name, revision, dim = "shown", "1", 2

        def states(self, texts):
            # Three tokens of two words; the second reaches from the first into the other.
            yield "Ab-cd", [(0, 1), (1, 4), (4, 5)], np.array([[1, 0], [0, 1], [0, 1.0]], "f4")
            yield "ab", [(0, 2)], np.array([[1, 0]], "f4")
            yield "…", [(0, 1)], np.array([[5, 5]], "f4")

        def encode(self, texts, kind="passage"):
            return np.array([[0.6, 0.8]] * len(texts), "f4").reshape(-1, 2)

    rows = PlacedWords(Shown(), ["Ab-cd", "ab", "…"]).encode(["ab", "cd", "…"])
    assert np.allclose(rows, [[2 / 5**0.5, 1 / 5**0.5], [0, 1], [0.6, 0.8]])


def test_the_sample_shows_words_among_others(placed):
    fast, _ = placed
    alone = cache.encode(list(fast.table.index), fast.base)
    rows = fast.table.drop(columns="count").to_numpy()
    # Half of a vector is the word alone, half what it is among others.
    assert np.allclose(np.linalg.norm(rows - alone, axis=1), 1, atol=1e-5)
    assert fast.maps.shape == (2 + 3 * 384, 384)
    assert np.isfinite(fast.encode(["neverseen word", "…", ""])).all()


def test_the_same_sample_is_not_read_twice(placed, monkeypatch):
    fast, few = placed
    monkeypatch.setattr("clusterlib.embed._e5.e5.E5Encoder.states", None)
    again = cl.embed.words(few.sample(frac=1, random_state=0))
    texts = few["text"].tolist()
    assert again.revision == fast.revision
    assert (again.encode(texts) == fast.encode(texts)).all()


def test_a_corpus_of_one_word_among_others():
    table = pd.DataFrame({"passage": ["a-1", "a-2"], "lang": ["de", "de"], "text": ["…", "!"]})
    assert np.isfinite(cl.embed.words(table).encode(["…", "Netz"])).all()


def test_a_run_keeps_all_that_the_encoder_is(placed):
    fast, few = placed

    class Kept:
        """What a run has on disk."""

        def each(self, stage, table):
            return [few.iloc[5:], few.iloc[:5]]

        def read(self, stage, table, part):
            return stages.embed_words(self, Options(("texts",), encoder="fast"))[part][table]

    again = stages.encoder_of(Kept(), Options(("texts",), encoder="fast"))
    texts = [*few["text"], "neverseen word"]
    assert again.revision == fast.revision and again.langs == fast.langs
    assert (again.encode(texts) == fast.encode(texts)).all()
