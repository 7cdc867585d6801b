"""The pins of pyproject.toml, requirements.lock, environment.yml and this environment agree."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")


def locked():
    lines = re.findall(r"^([a-z0-9].*?==.*?)\s*\\$", LOCK, flags=re.MULTILINE)
    return [Requirement(line) for line in lines]


def asked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"].values()
    return [
        Requirement(line)
        for line in [
            *project["project"]["dependencies"],
            *(line for group in groups for line in group),
        ]
    ]


def test_every_pin_has_a_hash_and_no_address():
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK
    assert "index-url" not in LOCK


@pytest.mark.parametrize("requirement", asked(), ids=lambda requirement: requirement.name)
def test_the_lock_keeps_what_the_project_asks(requirement):
    pins = [pin for pin in locked() if pin.name == requirement.name]
    assert pins
    for pin in pins:
        (exact,) = pin.specifier
        assert requirement.specifier.contains(exact.version)


def test_the_environment_file_repeats_the_lock():
    pins = re.findall(r'^ +- "(.+)"$', ENVIRONMENT, flags=re.MULTILINE)
    assert [str(Requirement(pin)) for pin in pins] == [str(pin) for pin in locked()]


def test_installed_versions_are_the_locked_ones():
    here = [pin for pin in locked() if pin.marker is None or pin.marker.evaluate()]
    wrong = {
        pin.name: importlib.metadata.version(pin.name)
        for pin in here
        if not pin.specifier.contains(importlib.metadata.version(pin.name))
    }
    assert wrong == {}


def test_import_is_light():
    code = "import sys, clusterlib; print(sorted({'pandas', 'matplotlib'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_modules_import_one_way():
    """A stage never imports a later one."""
    first = "problems encoding cells cards schema load clean axes embed language stability".split()
    stages = [*first, *"topics themes codes facts compare claims plot".split()]
    order = [*stages, "annotations", "view", "export", "notebooks"]
    for place, name in enumerate(order):
        folder = ROOT / "clusterlib" / name
        files = sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
        source = "\n".join(path.read_text(encoding="utf-8") for path in files)
        for later in order[place + 1 :]:
            assert not re.search(rf"from clusterlib(\.{later}\b| import .*\b{later}\b)", source)
