"""Other models, through sentence-transformers: from a folder, or from the hub by revision."""

import hashlib
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clusterlib.embed.encoder import ADVICE, Kind

E5_PROMPTS = {"passage": "passage: ", "query": "query: "}


class SentenceEncoder:
    """A model that sentence-transformers runs.

    Parameters
    ----------
    name : str
        A folder, or a name on the hub.
    revision : str or None
        The commit of a hub model. A folder is told apart by its content.

    Raises
    ------
    ImportError
        If sentence-transformers is not installed.
    """

    def __init__(self, name: str, revision: str | None = None) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise ImportError(f"{name!r} needs sentence-transformers: {ADVICE}") from None
        folder = Path(name)
        self.name = folder.name if folder.is_dir() else name
        self.revision = _fingerprint(folder) if folder.is_dir() else str(revision)
        self._model: Any = SentenceTransformer(name, revision=revision, device="cpu")
        self.dim = int(self._model.get_sentence_embedding_dimension())
        own = dict(self._model.prompts or {})
        self.prompts = E5_PROMPTS if "e5" in name.lower() else own

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """Return one unit row a text; a text longer than the model reads is windowed.

        Parameters
        ----------
        texts : sequence of str
            Any strings.
        kind : {"passage", "query"}
            Texts, or descriptions to find them by.

        Returns
        -------
        numpy.ndarray
            float32, shape (texts, dim).
        """
        prompt = self.prompts.get(kind, "")
        parts = [
            (row, prompt + part) for row, text in enumerate(texts) for part in self._windows(text)
        ]
        sums = np.zeros((len(texts), self.dim))
        if parts:
            rows = self._model.encode([part for _, part in parts], normalize_embeddings=True)
            for (row, part), vector in zip(parts, rows, strict=True):
                sums[row] += len(part) * vector
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        return (sums / np.where(norms == 0, 1, norms)).astype(np.float32)

    def _windows(self, text: str) -> list[str]:
        """Cut a text into equal parts that the model reads whole."""
        most = int(self._model.max_seq_length or 512) - 16
        places = self._model.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )["offset_mapping"]
        count = max(1, -(-len(places) // most))
        if count == 1:
            return [text]
        starts = [
            0,
            *(places[len(places) * part // count][0] for part in range(1, count)),
            len(text),
        ]
        return [text[start:end] for start, end in itertools.pairwise(starts)]


def _fingerprint(folder: Path) -> str:
    """Return a hash of a model's files, so that other weights in the same folder are told apart."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
