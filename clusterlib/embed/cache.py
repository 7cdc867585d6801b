"""Keep what took long: vectors by model, revision, kind and text, and files that were converted.

Files stand in a folder with a manifest of their checksums. The same key always stands for the same
bytes, so of two processes that make them at once either may be last.
"""

import atexit
import functools
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import platformdirs
import sklearn
from numpy.typing import NDArray

from clusterlib.embed.encoder import Encoder, Kind, Span, SpanEncoder
from clusterlib.progress import bar

# Vectors that come with the package: those of its own texts, which most corpora need.
SHIPPED = Path(__file__).parents[1] / "data" / "vectors.npz"
# So many texts are embedded between two writes: little is lost by an interruption.
CHUNK = 256
WAIT = 20.0  # seconds that a process waits for another to finish writing
KEY = hashlib.sha256().digest_size
MANIFEST = "manifest.json"

Rows = NDArray[np.float32]


def default_folder() -> Path:
    """Return the folder for this package's caches on this system."""
    return Path(platformdirs.user_cache_dir("clusterlib"))


def default_file() -> Path:
    """Return the file that holds the vectors of this user."""
    return default_folder() / "vectors.sqlite"


def encode(texts: Sequence[str], encoder: Encoder, kind: Kind = "passage") -> Rows:
    """Encode texts, taking from the package and the cache what they have."""
    keys = [key_of(text, encoder, kind) for text in texts]

    def make(chunk: Mapping[bytes, str]) -> dict[bytes, Rows]:
        rows = _checked(encoder.encode(list(chunk.values()), kind), encoder, len(chunk))
        return dict(zip(chunk, rows[:, None], strict=True))

    rows = _complete(dict(zip(keys, texts, strict=True)), encoder.dim, make)
    empty = np.empty((0, encoder.dim), np.float32)
    return np.concatenate([rows[key] for key in keys]) if keys else empty


def encode_spans(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], encoder: SpanEncoder
) -> list[Rows]:
    """Encode texts and spans of their words from one reading, taking what the cache has."""
    pairs = [*zip(texts, spans, strict=True)]
    keys = [key_of_spans(text, parts, encoder) for text, parts in pairs]
    wanted = dict(zip(keys, pairs, strict=True))

    def make(chunk: Mapping[bytes, str]) -> dict[bytes, Rows]:
        spans = [wanted[key][1] for key in chunk]
        wholes, parts = encoder.encode_spans(list(chunk.values()), spans)
        read = [key_of(text, encoder, "passage") for text in chunk.values()]
        return dict(zip(chunk, parts, strict=True)) | dict(zip(read, wholes[:, None], strict=True))

    rows = _complete({key: text for key, (text, _) in wanted.items()}, encoder.dim, make)
    return [rows[key] for key in keys]


def _complete(
    texts: Mapping[bytes, str], dim: int, make: Callable[[Mapping[bytes, str]], dict[bytes, Rows]]
) -> dict[bytes, Rows]:
    """Return rows by key: those of the package and the cache, and the others as they are made."""
    kept = shipped(texts)
    if default_file().is_file():
        kept |= _exchange(texts.keys() - kept.keys(), dim) or {}
    # Texts of like length in one chunk leave little padding.
    order = sorted(texts.keys() - kept.keys(), key=lambda key: (-len(texts[key]), key))
    writable = True
    with bar(total=len(order), desc="embedding", unit="text") as progress:
        for start in range(0, len(order), CHUNK):
            chunk = order[start : start + CHUNK]
            new = make({key: texts[key] for key in chunk})
            # A cache that is locked or full once is not waited for again.
            theirs = _exchange(new, dim, new) if writable else None
            writable = theirs is not None
            kept |= new | (theirs or {})
            progress.update(len(chunk))
    return kept


def _checked(rows: object, encoder: Encoder, count: int) -> Rows:
    """Refuse what an encoder returns if it is no table of finite vectors."""
    vectors = np.asarray(rows, dtype=np.float32)
    fault = ""
    if vectors.shape != (count, encoder.dim):
        fault = f"shape {vectors.shape}, not {count} rows of {encoder.dim} numbers"
    elif not (np.isfinite(vectors).all() and vectors.any(axis=1).all()):
        fault = "a vector that is zero or not finite"
    if fault:
        raise ValueError(f"the encoder {encoder.name!r} returned {fault}")
    return vectors


def key_of(text: str, encoder: Encoder, kind: str) -> bytes:
    """Return what tells the vector of a text from all others: a SHA-256."""
    parts = (encoder.name, str(encoder.revision), kind, text)
    raw = "\0".join(part.replace("\0", "\0\0") for part in parts)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).digest()


def key_of_spans(text: str, spans: Sequence[Span], encoder: Encoder) -> bytes:
    """Return what tells the vectors of spans of a text from all others."""
    return key_of(f"{[*map(tuple, spans)]}\0{text}", encoder, "spans")


def _connect(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=WAIT)
    # A damaged entry may be text that is no UTF-8.
    connection.text_factory = bytes
    return connection


def _exchange(
    keys: Iterable[bytes], dim: int, new: Mapping[bytes, Rows] | None = None
) -> dict[bytes, Rows] | None:
    """Return what the cache has, once it has what is new; None if it cannot be used."""
    file, kept = default_file(), {}
    # The last digits of a vector depend on the batch it was made in: that of the first is taken.
    try:
        with closing(_connect(file)) as connection, connection:
            table = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)"
            connection.execute(table)
            if new:
                connection.execute("BEGIN IMMEDIATE")
            query = "SELECT vector FROM vectors WHERE key = ?"
            for key in sorted(keys):
                entry = connection.execute(query, (key,)).fetchone()
                rows = _unpack(entry[0], dim) if entry else None
                if rows is not None:
                    kept[key] = rows
            absent = [(key, _pack(rows)) for key, rows in (new or {}).items() if key not in kept]
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", absent)
            return kept
    except (sqlite3.Error, OSError) as error:
        # A file that is no database, or half of one, is in the way of the next run.
        if getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            file.unlink(missing_ok=True)
        return None


def _pack(rows: Rows) -> bytes:
    data = rows.astype("<f4").tobytes()
    return zlib.crc32(data).to_bytes(4, "little") + data


def _unpack(blob: object, dim: int) -> Rows | None:
    """Return the rows of an entry; a damaged one has none."""
    if not isinstance(blob, bytes) or len(blob) < 4 + 4 * dim or (len(blob) - 4) % (4 * dim):
        return None
    if zlib.crc32(blob[4:]) != int.from_bytes(blob[:4], "little"):
        return None
    return np.frombuffer(blob, "<f4", offset=4).astype(np.float32).reshape(-1, dim)


def shipped(keys: Iterable[bytes]) -> dict[bytes, Rows]:
    """Return the vectors that the package has; of other texts and encoders there is none."""
    stored = read_shipped(SHIPPED)
    return {key: stored[key].astype(np.float32) for key in keys if key in stored}


@functools.cache
def read_shipped(file: Path) -> dict[bytes, NDArray[np.floating]]:
    """Return the rows of each key; without a file, none."""
    stored: dict[bytes, NDArray[np.floating]] = {}
    if file.is_file():
        with np.load(file) as arrays:
            for kind in ("texts", "spans"):
                # As text, keys would lose zeros at their end.
                keys = arrays[f"{kind} keys"].view(f"V{KEY}").tolist()
                rows = np.split(arrays[f"{kind} rows"], arrays[f"{kind} ends"][:-1])
                stored |= zip(keys, rows, strict=True)
    return stored


def load(folder: Path, make: Callable[[], Mapping[str, bytes | bytearray]]) -> Path:
    """Return a folder that holds files, which are made if one of them is absent or damaged."""
    if is_whole(folder):
        return folder
    files = make()
    try:
        write(folder, files)
    except OSError:
        # On Windows what another process has open cannot be replaced, but then it is there.
        if not is_whole(folder):
            folder = Path(tempfile.mkdtemp(prefix="clusterlib-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            write(folder, files)
    return folder


def write(folder: Path, files: Mapping[str, bytes | bytearray]) -> None:
    """Write files, each in one step, and the manifest last."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        replace(folder / name, content)
    manifest = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    replace(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())


def is_whole(folder: Path) -> bool:
    """Tell whether every file of a folder is there, byte for byte."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return bool(manifest) and all(
            digest(folder / name) == sha256 for name, sha256 in manifest.items()
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace(path: Path, content: bytes | bytearray) -> None:
    """Write beside `path` and move into place, so that no reader sees half a file."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            # Without this a crash of the machine could leave an empty file.
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def remember(
    asked: str, content: bytes, measure: Callable[[], list[float]], code: Iterable[str]
) -> list[float]:
    """Return numbers that were measured before of a content, or measure them and keep them.

    ``code`` names the files that hold what measures: other code may give other numbers.

    >>> remember("length", b"content", lambda: [7.0], [__file__])
    [7.0]
    """
    key = hashlib.sha256(f"{sklearn.__version__} {asked} ".encode() + content)
    for file in code:
        key.update(Path(file).read_bytes())
    kept = default_file().parent / "scores" / key.hexdigest()
    with suppress(OSError, ValueError):
        return [float(number) for number in json.loads(kept.read_bytes())]
    numbers = measure()
    # As with vectors, a cache that cannot be written costs time and not the run.
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        replace(kept, json.dumps(numbers).encode())
    return numbers
