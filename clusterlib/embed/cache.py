"""Keep vectors by model, revision, kind and text: those of the package's own texts, and a cache."""

import functools
import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from clusterlib.embed.encoder import Encoder, Kind
from clusterlib.progress import bar

# Vectors that come with the package: those of its own texts, which most corpora need.
SHIPPED = Path(__file__).parents[1] / "data" / "vectors.npy"
# So many texts are embedded between two writes: little is lost by an interruption.
CHUNK = 256
WAIT = 20.0  # seconds that a process waits for another to finish writing
KEY = hashlib.sha256().digest_size

Row = NDArray[np.float32]


def default_file() -> Path:
    """Return the file that holds the vectors of this user."""
    return Path(platformdirs.user_cache_dir("clusterlib")) / "vectors.sqlite"


def encode(
    texts: Sequence[str], encoder: Encoder, kind: Kind = "passage", file: Path | None = None
) -> NDArray[np.float32]:
    """Encode texts, taking from the package and the cache what they have.

    Parameters
    ----------
    texts : sequence of str
        Repeated texts are encoded once.
    encoder : Encoder
        Encodes what is in neither.
    kind : {"passage", "query"}
        Part of the key.
    file : pathlib.Path, optional
        The cache; by default, the user's. If it cannot be read or written,
        that costs time and not the run. A damaged entry is made anew.

    Returns
    -------
    numpy.ndarray
        float32, shape (texts, encoder.dim), unit rows.
    """
    file = file or default_file()
    keys = [key_of(text, encoder, kind) for text in texts]
    vectors = shipped(keys)
    if file.is_file():
        vectors |= _exchange(file, set(keys) - vectors.keys(), encoder.dim) or {}
    lacking = {key: text for key, text in zip(keys, texts, strict=True) if key not in vectors}
    # Texts of like length in one chunk leave little padding.
    order = sorted(lacking, key=lambda key: (-len(lacking[key]), key))
    writable = True
    with bar(total=len(order), desc="embedding", unit="text") as progress:
        for start in range(0, len(order), CHUNK):
            chunk = order[start : start + CHUNK]
            rows = encoder.encode([lacking[key] for key in chunk], kind)
            new = dict(zip(chunk, _checked(rows, encoder, len(chunk)), strict=True))
            # A cache that is locked or full once is not waited for again.
            kept = _exchange(file, chunk, encoder.dim, new) if writable else None
            writable = kept is not None
            vectors |= new | (kept or {})
            progress.update(len(chunk))
    empty = np.empty((0, encoder.dim), np.float32)
    return np.stack([vectors[key] for key in keys]) if keys else empty


def _checked(rows: object, encoder: Encoder, count: int) -> NDArray[np.float32]:
    """Refuse what an encoder returns if it is no table of finite vectors."""
    vectors = np.asarray(rows, dtype=np.float32)
    if vectors.shape != (count, encoder.dim):
        wanted = f"{count} rows of {encoder.dim} numbers"
        shape = vectors.shape
        raise ValueError(f"the encoder {encoder.name!r} returned shape {shape}, not {wanted}")
    norms = np.linalg.norm(vectors, axis=1)
    if not (np.isfinite(norms).all() and (norms > 0).all()):
        raise ValueError(
            f"the encoder {encoder.name!r} returned a vector that is zero or not finite"
        )
    return vectors


def key_of(text: str, encoder: Encoder, kind: Kind) -> bytes:
    """Return what tells the vector of a text from all others: a SHA-256."""
    parts = (encoder.name, str(encoder.revision), kind, text)
    raw = "\0".join(part.replace("\0", "\0\0") for part in parts)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).digest()


def _connect(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=WAIT)
    # A damaged entry may be text that is no UTF-8.
    connection.text_factory = bytes
    return connection


def _exchange(
    file: Path, keys: Iterable[bytes], dim: int, new: Mapping[bytes, Row] | None = None
) -> dict[bytes, Row] | None:
    """Return what the cache has by these keys, once it has what is new; None if it cannot be used.

    The last digits of a vector depend on the batch it was made in, so where several
    processes made one at a time, that of the first is taken by all.
    """
    try:
        with closing(_connect(file)) as connection, connection:
            table = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)"
            connection.execute(table)
            if new:
                connection.execute("BEGIN IMMEDIATE")
            query = "SELECT vector FROM vectors WHERE key = ?"
            blobs = {key: connection.execute(query, (key,)).fetchone() for key in sorted(keys)}
            vectors = {key: _unpack(blob[0], dim) for key, blob in blobs.items() if blob}
            kept = {key: vector for key, vector in vectors.items() if vector is not None}
            rows = [(key, _pack(row)) for key, row in (new or {}).items() if key not in kept]
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            return kept
    except (sqlite3.Error, OSError) as error:
        # A file that is no database, or half of one, is in the way of the next run.
        if getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            file.unlink(missing_ok=True)
        return None


def _pack(vector: Row) -> bytes:
    data = vector.astype("<f4").tobytes()
    return zlib.crc32(data).to_bytes(4, "little") + data


def _unpack(blob: object, dim: int) -> Row | None:
    """Return the vector of an entry; a damaged one is none."""
    if not isinstance(blob, bytes) or len(blob) != 4 + 4 * dim:
        return None
    if zlib.crc32(blob[4:]) != int.from_bytes(blob[:4], "little"):
        return None
    return np.frombuffer(blob, "<f4", offset=4).astype(np.float32)


def shipped(keys: Sequence[bytes]) -> dict[bytes, Row]:
    """Return the vectors that the package has; of other texts and encoders there is none."""
    stored, vectors = read_shipped(SHIPPED)
    if not len(stored) or not len(keys):
        return {}
    asked = np.array(keys, stored.dtype)
    places = np.searchsorted(stored, asked).clip(max=len(stored) - 1)
    hits = np.flatnonzero(stored[places] == asked).tolist()
    return {keys[hit]: np.array(vectors[places[hit]]) for hit in hits}


@functools.cache
def read_shipped(file: Path) -> tuple[NDArray[np.bytes_], NDArray[np.float32]]:
    """Return keys in their order, and vectors mapped into memory; without a file, none."""
    if not file.is_file():
        return np.empty(0, f"S{KEY}"), np.empty((0, 0), np.float32)
    table = np.load(file, mmap_mode="r")
    # Keys lie together, so that a search does not go through the whole file.
    return np.array(table["key"]), table["vector"]
