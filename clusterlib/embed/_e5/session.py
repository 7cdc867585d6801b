"""The converted weights as a tokenizer and as a session of ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterlib.embed._e5 import weights
from clusterlib.embed.encoder import Precision
from clusterlib.embed.files import Content

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from clusterlib.embed._e5.tokenizer import PieceTokenizer

Files = Path | Mapping[str, Content]

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


def open_tokenizer(files: Files) -> PieceTokenizer:
    """Return the tokenizer of the converted files."""
    from clusterlib.embed._e5.tokenizer import PieceTokenizer

    return PieceTokenizer(_content(files, _PIECES).decode(), _content(files, _RULES).decode())


def _content(files: Files, name: str) -> Content:
    return files[name] if isinstance(files, Mapping) else (files / name).read_bytes()


def open_graph(files: Files, threads: int) -> InferenceSession:
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
    if isinstance(files, Mapping):
        from clusterlib.embed._e5 import graph

        content = bytes(_content(files, _MODEL))
        arrays = graph.values_in(content, _content(files, _DATA))
        values = [ort.OrtValue.ortvalue_from_numpy(array) for array in arrays.values()]
        options.add_external_initializers(list(arrays), values)
    return ort.InferenceSession(
        content if isinstance(files, Mapping) else str(files / _MODEL),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=_SLOW_FUSIONS,
    )


def convert(source: Path, sha256: str, precision: Precision) -> dict[str, Content]:
    """Turn the weights file into the files that the encoder reads."""
    # Needed once a machine, so not imported at every start.
    from clusterlib.embed._e5 import graph, tokenizer

    weights.check_file(source, sha256)
    content = weights.parse(source.read_bytes(), str(source))
    model, data = graph.build(content, precision, _DATA)
    library, settings = tokenizer.definition(content.vocabulary)
    return {_MODEL: model, _DATA: data, _PIECES: library.encode(), _RULES: settings.encode()}
