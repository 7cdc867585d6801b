"""Resolve the pins of pyproject.toml into requirements.lock, and repeat them for pip and conda."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = ("jupyterlab", "pandas", "matplotlib", "scikit-learn", "nbval")
PINS = "# Written by `make lock`: the pins of requirements.lock, without the hashes.\n"
ENVIRONMENT = """\
# For conda and mamba, written by `make lock`. All else that the library needs comes with it, in the
# versions of constraints.txt.
name: clusterlib
channels:
  - conda-forge
dependencies:
  - python=3.13
  - pip
  - pip:
      - -c constraints.txt
{pins}
      - -e .[notebooks]
"""


def resolve() -> None:
    command = "uv pip compile --universal --generate-hashes --python-version 3.11 --no-header"
    command += " --no-annotate --no-emit-index-url --quiet --output-file requirements.lock"
    command += " --group notebooks --group test --group build --extra notebooks pyproject.toml"
    binaries = Path(sys.executable).parent
    environment = os.environ | {"UV_NO_CONFIG": "1"}
    subprocess.run([binaries / "uv", *command.split()[1:]], cwd=ROOT, env=environment, check=True)


def write_pins() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9].*?==.*?)\s*\\$", lock, flags=re.MULTILINE)
    lines = "".join(f"{pin}\n" for pin in pins)
    (ROOT / "constraints.txt").write_text(PINS + lines, encoding="utf-8", newline="\n")
    chosen = [pin for name in STUDY for pin in pins if pin.startswith(f"{name}==")]
    text = ENVIRONMENT.format(pins="\n".join(f"      - {pin}" for pin in chosen))
    (ROOT / "environment.yml").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    resolve()
    write_pins()
