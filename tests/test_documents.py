"""Every command in every document is executed here, or held against what it would run.

Python blocks are executed, on the seeds. Shell commands that are cheap are executed. The others are
not, and the reason stands in `TOO_MUCH`; of those, targets are tried with `make --dry-run`, and the
options of scripts are looked up in their parsers. A command of any other kind fails.
"""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import typer
import yaml
from conftest import ROOT

import clusterlib as cl
from clusterlib.cli import app

sys.path.insert(0, str(ROOT / "benchmarks"))
import check

sys.path.remove(str(ROOT / "benchmarks"))

LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    cwd=ROOT, capture_output=True, text=True, check=False,
).stdout.split()  # fmt: skip
# Without git, as in an archive, every document that is not in a folder of installed packages.
DOCUMENTS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in LISTED
    or sorted(
        str(path.relative_to(ROOT))
        for folder in (".", "benchmarks", "docs", "seeds", "tests/refi")
        for path in (ROOT / folder).glob("*.md")
    )
}
NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
}
DOCUMENTS |= {
    name: "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for name, notebook in NOTEBOOKS.items()
}
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:clusterlib|python|make|pip|apt-get|git|pytest|jupyter) [^`]+)`")
TOO_MUCH = {
    "make test": "runs these tests",
    "make check": "a part of `make test` beside this one",
    "make unit": "runs these tests",
    "make figures": "a part of `make test` beside this one",
    "make setup": "installs what these tests run on",
    "make run": "executes all notebooks; the landing gate runs it",
    "make refresh": "writes to the notebooks that are under test",
    "make lab": "does not end by itself",
    "make hooks": "writes to the repository's hooks",
    "make lock": "needs the network",
    "make bench": "needs data that is not in the repository, and minutes",
    "benchmarks": "needs data that is not in the repository, or minutes",
    "clusterlib run": "tests/test_run.py runs it; here its options are looked up",
    "pip install": "needs the network",
    "apt-get install": "changes the system",
}


def commands():
    found = {}
    for name, text in DOCUMENTS.items():
        for language, block in FENCED.findall(text):
            if language in ("sh", "bash", "console", "shell"):
                for line in block.splitlines():
                    line = line.strip().removeprefix("$ ")
                    if line and not line.startswith("#"):
                        found[line] = name
        for line in INLINE.findall(FENCED.sub("", text)):
            found[line] = name
    return [pytest.param(line, id=f"{name}: {line}") for line, name in sorted(found.items())]


def run(*words):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    ended = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def parser_of(script):
    """Return the options and the choices of positional arguments that a script declares."""
    options, choices = set(), []
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument":
            (first, *_) = [one.value for one in node.args if isinstance(one, ast.Constant)] or [""]
            if first.startswith("-"):
                options.add(first)
            for keyword in node.keywords:
                if keyword.arg == "choices" and first and not first.startswith("-"):
                    choices.append(ast.literal_eval(keyword.value))
    return options, choices


@pytest.mark.parametrize("line", commands())
def test_a_command_does_what_a_document_says(line):
    words = shlex.split(line)
    if words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word]
        assert targets
        if targets == ["help"]:
            assert "test" in run(*words)
            return
        assert {f"make {target}" for target in targets} <= set(TOO_MUCH)
        run("make", "--dry-run", *words[1:])
    elif words[0] == "python" and words[1].startswith("benchmarks/"):
        script = ROOT / words[1]
        if words[2:] == ["--table"]:
            assert run(sys.executable, *words[1:]).startswith("| measure |")
            return
        options, choices = parser_of(script)
        assert {word for word in words[2:] if word.startswith("--")} <= options
        for allowed in choices:
            assert words[2] in allowed
    elif words[:2] == ["pip", "install"]:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        (extra,) = re.findall(rf"^{project['name']}\[(\w+)\]$", words[2])
        assert extra in project["optional-dependencies"]
    elif words[:2] == ["clusterlib", "run"]:
        known = typer.main.get_command(app).commands["run"].params
        options = {name for option in known for name in option.opts}
        assert {word for word in words[2:] if word.startswith("--")} <= options
    else:
        assert " ".join(words[:2]) in TOO_MUCH


def python():
    return [
        pytest.param(name, id=name)
        for name, text in DOCUMENTS.items()
        if any(language == "python" for language, _ in FENCED.findall(text))
    ]


@pytest.mark.parametrize("name", python())
def test_python_in_a_document_runs_on_a_folder_of_texts(name, tmp_path, monkeypatch):
    (tmp_path / "my-texts").mkdir()
    for path in cl.load.seeds().glob("*.txt"):
        shutil.copy(path, tmp_path / "my-texts")
    shutil.copy(cl.load.seeds() / "codebook.csv", tmp_path / "my-codebook.csv")
    monkeypatch.chdir(tmp_path)
    names = {}
    for language, block in FENCED.findall(DOCUMENTS[name]):
        if language == "python":
            exec(compile(f"import clusterlib as cl\n{block}", name, "exec"), names)
    assert len(names["documents"]) == 5
    for written in re.findall(r'"([\w-]+\.(?:qdpx|xlsx))"', DOCUMENTS[name]):
        assert (tmp_path / written).stat().st_size > 1000


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    folder = ROOT / ("notebooks" if name in NOTEBOOKS else Path(name).parent)
    for target in re.findall(r"\]\(([^)#\s]+)", DOCUMENTS[name]):
        assert "://" in target or (folder / target).exists(), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_are_named_exist(name):
    for path in re.findall(
        r"`((?:clusterlib|tests|benchmarks|seeds|docs)/[^`\s*]+)`", DOCUMENTS[name]
    ):
        assert (ROOT / path).exists(), path


def shown():
    """Return what notebooks 07 and 08 show as words, without marks of emphasis."""
    lines = []
    for name in ("07-compare-the-initiatives", "08-commentary"):
        for cell in NOTEBOOKS[name].cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                words = data.get("text/markdown") or data.get("text/plain", "")
                lines += words.replace("**", "").splitlines()
    return lines


def test_what_the_readme_says_of_the_texts_is_what_the_notebooks_compute():
    told = [line[2:] for line in DOCUMENTS["README.md"].splitlines() if line.startswith("> ")]
    assert len(told) >= 5
    for line in told:
        assert line in shown(), line
    # A claim says what bears it out, and none that is doubtful is a finding.
    assert sum(line.endswith(("[stated]", "[counted]")) for line in told) >= 3
    assert not any("[doubtful]" in line for line in told)


def test_the_table_of_the_readme_is_that_of_the_measured_figures():
    assert f"\n{check.table(check.quoted())}\n" in DOCUMENTS["README.md"]
    assert set(check.quoted()["command"]) <= set(check.COMMANDS)


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [("score 0.52", True), ("score 0.54", True), ("score 0.56", False), ("nothing", False)],
)
def test_a_measurement_beyond_the_noise_disagrees(printed, agrees):
    row = {"measure": "m", "column": "c", "quoted": "0.52", "noise": 0.02, "command": "space"}
    figures = pd.DataFrame([{**row, "pattern": r"score ([\d.]+)"}])
    assert check.compare(figures, {"space": printed})["agrees"].tolist() == [agrees]
    assert check.compare(figures, {"space": None})["agrees"].tolist() == [False]


def test_of_several_values_the_lowest_counts():
    assert check.found(r"f (\S+)", "f 0.8\nf 0.7\nf 0.9") == 0.7


def test_the_readme_can_be_read_in_a_few_minutes():
    text = FENCED.sub("", DOCUMENTS["README.md"])
    prose = [line for line in text.splitlines() if not line.startswith(("|", "!"))]
    assert len(" ".join(prose).split()) <= 700


def test_every_method_has_its_reference_and_every_reference_its_method():
    body, references = DOCUMENTS["docs/methods.md"].split("## References\n")
    entries = re.findall(r"^- (\S+?),.*?\((\d{4})\)", references, flags=re.MULTILINE)
    assert entries == sorted(entries)
    for surname, year in entries:
        assert re.search(rf"{surname}[^;:]{{0,60}}\b{year}\b", body), surname
    # Every year in brackets belongs to an entry whose first author stands before it.
    for before, year in re.findall(r"([^()]{0,60})\(?\b((?:19|20)\d{2})\)", body):
        assert any(year == when and surname in before for surname, when in entries), before
    for number, line in enumerate(re.findall(r"^(\d+)\. ", body, flags=re.MULTILINE), start=1):
        assert int(line) == number


def test_the_citation_names_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == cl.__version__
    assert f"## {cl.__version__}\n" in DOCUMENTS["CHANGELOG.md"]


def test_the_hook_runs_what_the_tests_run_first():
    path = ROOT / ".pre-commit-config.yaml"
    (repository,) = yaml.safe_load(path.read_text(encoding="utf-8"))["repos"]
    (hook,) = repository["hooks"]
    assert (repository["repo"], hook["entry"]) == ("local", "make check")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^test: check ", makefile, flags=re.MULTILINE)
