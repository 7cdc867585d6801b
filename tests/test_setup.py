"""Pins agree wherever they stand, and the package works where it is installed otherwise."""

import importlib.metadata
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import yaml
from conftest import ROOT
from packaging.requirements import Requirement

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
BINDER = ROOT / ".binder"


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = [
    Requirement(line) for line in re.findall(r"^([a-z0-9].*?==.*?)\s*\\$", LOCK, flags=re.MULTILINE)
]


def test_the_lock_keeps_what_the_project_asks_by_hash_and_without_addresses():
    groups = [
        PROJECT["project"]["dependencies"],
        PROJECT["project"]["optional-dependencies"]["notebooks"],
        *PROJECT["dependency-groups"].values(),
    ]
    for asked in (Requirement(line) for group in groups for line in group):
        pins = [pin for pin in LOCKED if pin.name == asked.name]
        assert pins, asked
        assert all(asked.specifier.contains(one.version) for pin in pins for one in pin.specifier)
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(LOCKED)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK and "index-url" not in LOCK


def test_constraints_and_the_environment_file_repeat_the_lock(tmp_path):
    write_pins = runpy.run_path(str(ROOT / ".ci" / "lock.py"))["write_pins"]
    write_pins.__globals__["ROOT"] = tmp_path
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    write_pins()
    for name in ("constraints.txt", "environment.yml"):
        assert (ROOT / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8"), name
    study = [Requirement(line).name for line in ENVIRONMENT["dependencies"][-1]["pip"][1:-1]]
    assert study == ["jupyterlab", "pandas", "matplotlib", "scikit-learn", "nbval"]


def test_binder_installs_the_lock_and_the_package_with_the_python_of_conda():
    required = (BINDER / "requirements.txt").read_text(encoding="utf-8").split()
    assert required[0] == "-r"
    assert (BINDER / required[1]).resolve() == ROOT / "requirements.lock"
    name, _, version = (BINDER / "runtime.txt").read_text(encoding="utf-8").strip().partition("-")
    assert f"{name}={version}" in ENVIRONMENT["dependencies"]
    *_, last = (BINDER / "postBuild").read_text(encoding="utf-8").splitlines()
    exec(re.fullmatch(r"python -c '(.+)'", last)[1], {})


def test_the_wheel_works_without_the_repository(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(tmp_path / "site")
    code = "import clusterlib as cl; print(cl.__file__, len(cl.load.documents()))"
    code += "; print(len(cl.embed.calibration()), len(cl.codes.read()), cl.export.site.__name__)"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-c", code]
    place, *counts = subprocess.check_output(
        command, cwd=tmp_path, env=environment, text=True
    ).split()
    assert place.startswith(str(tmp_path / "site"))
    assert counts == ["5", "2716", "30", "clusterlib.export.site"]

    def files(root):
        """Return the files of the library below a folder."""
        paths = [path for path in (root / "clusterlib").rglob("*") if path.is_file()]
        return {path.relative_to(root) for path in paths if "__pycache__" not in path.parts}

    # All files of the library are in it, and no other Python than that.
    seeds = {Path("clusterlib", "seeds", path.name) for path in (ROOT / "seeds").iterdir()}
    assert files(tmp_path / "site") == files(ROOT) | seeds


def test_installed_versions_are_the_locked_ones():
    here = [pin for pin in LOCKED if pin.marker is None or pin.marker.evaluate()]
    installed = {pin: importlib.metadata.version(pin.name) for pin in here}
    assert [pin for pin in here if not pin.specifier.contains(installed[pin])] == []


def test_import_is_light():
    code = "import sys, clusterlib; print({'pandas', 'matplotlib'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


def test_the_modules_import_one_way():
    """A stage never imports a later one."""
    first = "problems inputs schema cards load clean embed axes language".split()
    stages = [*first, *"stability topics themes codes facts compare claims plot".split()]
    order = [*stages, "view", "export", "notebooks"]
    for place, name in enumerate(order):
        folder = ROOT / "clusterlib" / name
        files = sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
        source = "\n".join(path.read_text(encoding="utf-8") for path in files)
        for later in order[place + 1 :]:
            assert not re.search(rf"from clusterlib(\.{later}\b| import .*\b{later}\b)", source)
