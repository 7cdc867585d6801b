"""Keep converted files in the user's cache: whole, checked, shared between processes.

An entry is a folder of files and a manifest of their checksums. The same key
always stands for the same bytes, so two processes that convert at once write
the same files, each replaced in one step; it does not matter who is last.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import platformdirs

_MANIFEST: Final = "manifest.json"
Content = bytes | bytearray


def default_folder() -> Path:
    """Return the folder for this package's caches on this system."""
    return Path(platformdirs.user_cache_dir("clusterlib")) / "encoders"


def load(folder: Path, make: Callable[[], Mapping[str, Content]]) -> Path | Mapping[str, Content]:
    """Return a folder that holds the files, making them if they are absent or damaged."""
    if is_whole(folder):
        return folder
    files = make()
    try:
        write(folder, files)
    except OSError:
        # Where another process keeps the same file open (Windows), it cannot
        # be replaced, but then it is there.
        return folder if is_whole(folder) else files
    return folder


def write(folder: Path, files: Mapping[str, Content]) -> None:
    """Write an entry, the manifest last, each file in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        replace(folder / name, content)
    manifest = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    replace(folder / _MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())


def is_whole(folder: Path) -> bool:
    """Tell whether every file of an entry is there, byte for byte."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        return bool(manifest) and all(
            digest(folder / name) == sha256 for name, sha256 in manifest.items()
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace(path: Path, content: Content) -> None:
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
