"""Resolve the pins of pyproject.toml into requirements.lock, and repeat them in environment.yml."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# Written by `make lock` from requirements.lock: the same pins for conda and Binder.
name: clusterlib
channels:
  - conda-forge
dependencies:
  - python=3.13
  - pip
  - pip:
"""


def resolve() -> None:
    command = "uv pip compile --universal --generate-hashes --python-version 3.11 --no-header"
    command += " --no-annotate --no-emit-index-url --quiet --output-file requirements.lock"
    command += " --group notebooks --group test --group build pyproject.toml"
    binaries = Path(sys.executable).parent
    environment = os.environ | {"UV_NO_CONFIG": "1"}
    subprocess.run([binaries / "uv", *command.split()[1:]], cwd=ROOT, env=environment, check=True)


def write_environment() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9].*?==.*?)\s*\\$", lock, flags=re.MULTILINE)
    lines = [f'      - "{pin}"\n' for pin in pins]
    text = HEAD + "".join(lines) + "      - -e .\n"
    (ROOT / "environment.yml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    resolve()
    write_environment()
