"""The pins of pyproject.toml, requirements.lock, environment.yml and this environment agree."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib

import browser
import pytest
from conftest import ROOT
from documents import DOCUMENTS, FENCED
from packaging.requirements import Requirement
from playwright.sync_api import Error

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


def test_every_dependency_says_why():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = re.findall(r'^    "[a-z].*$', text, flags=re.MULTILINE)
    assert all("#" in line for line in lines)


def test_the_gate_runs_the_commands_of_the_readme_and_prepares_nothing():
    (commands,) = [
        text for language, text in FENCED.findall(DOCUMENTS["README.md"]) if language == "sh"
    ]
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    run = [line.partition(" | ")[0] for line in lines if line and not line.startswith("#")]
    assert run[2:4] == commands.split("\n")[:2] == ["make run", "make test"]
    assert run[:2] == ["set -euo pipefail", 'cd "$(dirname "$0")/.."']


@pytest.mark.parametrize(
    ("cases", "line"),
    [
        (["<testcase/>", "<testcase/><testcase/>"], "all 3 tests ran and passed"),
        (
            ["<testcase><skipped message='no browser'/></testcase>" * 2, "<testcase/>"],
            "2 of 3 tests did not run: no browser",
        ),
    ],
)
def test_the_last_line_says_what_did_not_run(cases, line, tmp_path):
    files = [tmp_path / f"{number}.xml" for number, _ in enumerate(cases)]
    for file, text in zip(files, cases, strict=True):
        file.write_text(f"<testsuites><testsuite>{text}</testsuite></testsuites>", encoding="utf-8")
    command = [sys.executable, ROOT / ".ci" / "tally.py", *files]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown == f"make test: {line}\n"


def test_a_browser_that_does_not_start_is_passed_over_unless_it_was_chosen(tmp_path, monkeypatch):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(browser, "NAMES", [str(broken)])
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert not browser.starts()
    monkeypatch.setenv("CHROMIUM", str(broken))
    with pytest.raises(Error):
        browser.starts()


def test_without_a_browser_the_reason_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "LOG", tmp_path / "browser.log")
    monkeypatch.setattr(browser, "run", lambda command: False)
    monkeypatch.setattr(browser, "MANAGERS", {"sh": "false"})
    monkeypatch.setattr(browser, "REASON", tmp_path / "reason")
    for user, refusal in ((0, "sh cannot install one"), (1000, "sh needs root")):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        browser.REASON.write_text(browser.install(), encoding="utf-8")
        assert f"(playwright cannot download one, {refusal}; see " in browser.reason()
        assert "\n" not in browser.reason()


def test_import_is_light():
    code = "import sys, clusterlib; print(sorted({'pandas', 'matplotlib'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_modules_import_one_way():
    """A stage never imports a later one."""
    first = "problems encoding cells cards schema load clean axes embed language stability".split()
    stages = [*first, *"topics themes codes facts compare study claims plot".split()]
    order = [*stages, "annotations", "view", "export", "notebooks"]
    for place, name in enumerate(order):
        folder = ROOT / "clusterlib" / name
        files = sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
        source = "\n".join(path.read_text(encoding="utf-8") for path in files)
        for later in order[place + 1 :]:
            assert not re.search(rf"from clusterlib(\.{later}\b| import .*\b{later}\b)", source)
