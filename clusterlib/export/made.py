"""What made a report: versions, settings, and the hashes of the tables that it depends on."""

import importlib.metadata
import importlib.resources
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clusterlib.embed.files import digest


@dataclass(frozen=True)
class Used:
    """What results were made with, beside their texts.

    Attributes
    ----------
    settings : mapping of str to str
        What was chosen, such as the encoder and the seed, by the names that a
        reader sees.
    files : tuple of pathlib.Path
        Tables that results depend on, such as the codebook.

    Examples
    --------
    >>> used = Used({"Seed": "0"}, tuple(data()))
    >>> "calibration.csv" in dict(used.hashes())
    True
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def hashes(self) -> list[tuple[str, str]]:
        """Return name and SHA-256 of each file."""
        return [(path.name, digest(path)) for path in self.files]


def data() -> list[Path]:
    """Return the tables that come with the package, by name."""
    folder = Path(str(importlib.resources.files("clusterlib") / "data"))
    return sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".parquet"))


def versions() -> dict[str, str]:
    """Return the version of Python, of the package and of all that it asks for."""
    asked = importlib.metadata.requires("clusterlib") or []
    packages = ["clusterlib", *(_name(line) for line in asked if "extra ==" not in line)]
    found = {"Python": platform.python_version()}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # not asked for on this system
    return found


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return found[0]
