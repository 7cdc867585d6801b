"""Keep vectors on disk by model, revision, kind and text, so that a rerun embeds nothing twice."""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from clusterlib.embed import shipped
from clusterlib.embed.encoder import Encoder, Kind
from clusterlib.progress import bar

FILE = "vectors.sqlite"
# So many texts are embedded between two writes: little is lost by an interruption.
CHUNK = 256
WAIT = 20.0  # seconds that a process waits for another to finish writing


def default_file() -> Path:
    """Return the file that holds the vectors of this user."""
    return Path(platformdirs.user_cache_dir("clusterlib")) / FILE


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
    if not getattr(encoder, "cached", True):
        # Faster than the disk, so there is nothing to keep.
        return _checked(encoder.encode(texts, kind), encoder, len(texts))
    file = file or default_file()
    keys = [key_of(text, encoder, kind) for text in texts]
    known = shipped.find(keys)
    known |= _read(file, set(keys) - known.keys(), encoder.dim)
    lacking = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    # Texts of like length in one chunk leave little padding.
    order = sorted(lacking, key=lambda key: (-len(lacking[key]), key))
    writable = True
    with bar(total=len(order), desc="embedding", unit="text") as progress:
        for start in range(0, len(order), CHUNK):
            chunk = order[start : start + CHUNK]
            rows = _checked(
                encoder.encode([lacking[key] for key in chunk], kind), encoder, len(chunk)
            )
            made = dict(zip(chunk, rows, strict=True))
            # A cache that is locked or full once is not waited for again.
            kept = _keep(file, made, encoder.dim) if writable else None
            writable = kept is not None
            known |= made | (kept or {})
            progress.update(len(chunk))
    empty = np.empty((0, encoder.dim), np.float32)
    return np.stack([known[key] for key in keys]) if keys else empty


def _checked(rows: object, encoder: Encoder, count: int) -> NDArray[np.float32]:
    """Refuse what an encoder returns if it is no table of finite vectors."""
    found = np.asarray(rows, dtype=np.float32)
    if found.shape != (count, encoder.dim):
        wanted = f"{count} rows of {encoder.dim} numbers"
        raise ValueError(f"the encoder {encoder.name!r} returned shape {found.shape}, not {wanted}")
    norms = np.linalg.norm(found, axis=1)
    if not (np.isfinite(norms).all() and (norms > 0).all()):
        raise ValueError(
            f"the encoder {encoder.name!r} returned a vector that is zero or not finite"
        )
    return found


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
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _read(file: Path, keys: set[bytes], dim: int) -> dict[bytes, NDArray[np.float32]]:
    """Return what the cache has; a damaged entry counts as absent."""
    if not file.is_file():
        return {}
    try:
        with closing(_connect(file)) as connection:
            return _select(connection, keys, dim)
    except sqlite3.DatabaseError:
        _set_aside(file)
    except OSError:
        pass
    return {}


def _select(
    connection: sqlite3.Connection, keys: Iterable[bytes], dim: int
) -> dict[bytes, NDArray[np.float32]]:
    found: dict[bytes, NDArray[np.float32]] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        marks = ",".join("?" * len(chunk))
        query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
        for key, blob in connection.execute(query, chunk):
            vector = _unpack(blob, dim)
            if vector is not None:
                found[key] = vector
    return found


def _keep(
    file: Path, made: dict[bytes, NDArray[np.float32]], dim: int
) -> dict[bytes, NDArray[np.float32]] | None:
    """Write vectors in one transaction, and return what is kept of these texts.

    The last digits of a vector depend on the batch it was made in, so where several
    processes made one at a time, that of the first is taken by all. None if nothing
    could be written, which never stops the run.
    """
    try:
        with closing(_connect(file)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            kept = _select(connection, made, dim)
            rows = [(key, _pack(vector)) for key, vector in made.items() if key not in kept]
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            return kept
    except (sqlite3.Error, OSError):
        return None


def _set_aside(file: Path) -> None:
    """Remove a file that is no database, so that the next run starts a new one."""
    try:
        with file.open("rb") as stream:
            broken = stream.read(15) != b"SQLite format 3"
        with closing(sqlite3.connect(file)) as connection:
            broken = broken or connection.execute("PRAGMA quick_check").fetchone() != ("ok",)
    except sqlite3.OperationalError:
        return  # locked or not readable now, which is no damage
    except (sqlite3.DatabaseError, OSError):
        broken = True
    if broken:
        file.unlink(missing_ok=True)


def _pack(vector: NDArray[np.float32]) -> bytes:
    data = vector.astype("<f4").tobytes()
    return zlib.crc32(data).to_bytes(4, "little") + data


def _unpack(blob: object, dim: int) -> NDArray[np.float32] | None:
    if not isinstance(blob, bytes) or len(blob) != 4 + 4 * dim:
        return None
    if zlib.crc32(blob[4:]) != int.from_bytes(blob[:4], "little"):
        return None
    return np.frombuffer(blob, "<f4", offset=4).astype(np.float32)
