"""Every command in every document works: on a few sentences, with vectors of words, if it is long.

`HELP` names those that are asked for their help only; `make` is asked what it would do.
"""

import functools
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib

import joblib
import nbformat
import numpy as np
import pytest
from conftest import ROOT, fill, of_word, refused
from documents import DOCUMENTS, FENCED

import clusterlib as cl
from clusterlib import notebooks
from clusterlib.cli import app
from clusterlib.embed import encoder

INLINE = re.compile(r"`((?:clusterlib|python|make|pip|apt-get|git|pytest|jupyter) [^`]+)`")
HELP = {
    "clusterlib run": "reads the seeds, which tests/test_run.py does",
    "scale": "starts runs in processes of their own, as tests/test_run.py does",
}
NOT_HERE = {"pip install": "needs the network", "conda env": "needs conda"}
# What makes a benchmark small: languages, sizes that it sets itself, and options.
NTREX = {"deu": "de", "fra": "fr"}
SIB = {"deu_Latn": "de", "fra_Latn": "fr"}
SIZES = {
    "compare": {"SIZE": 6, "HALVES": 1, "BASES": (0.2,)},
    "intervals": {"HALF": 30, "READ": 10},
    "labels": {"DOCUMENTS": 2, "GROUPS": {"ntrex": 2, "sib200": 2}},
    # BERTopic is in an environment of its own.
    "topics": {
        "HALF": 35,
        "SIZE": 30,
        "fitted_apart": lambda python, name, draws: {
            "labels": [draw.passages["lang"] for draw in draws],
            "fit": 1.0,
            "with imports": 1.0,
        },
    },
}


DRAWS = {"compare": "1", "intervals": "2", "labels": "1", "topics": "1"}


def commands():
    names = {}
    for name, text in DOCUMENTS.items():
        for language, block in FENCED.findall(text):
            if language in ("sh", "bash", "console", "shell"):
                for line in block.splitlines():
                    line = line.strip().removeprefix("$ ")
                    if line and not line.startswith("#"):
                        names[line] = name
        for line in INLINE.findall(FENCED.sub("", text)):
            names[line] = name
    return {line: f"{name}: {line}" for line, name in sorted(names.items())}


def starting(words):
    chosen = {line: label for line, label in commands().items() if line.startswith(words)}
    return [pytest.param(shlex.split(line), id=label) for line, label in chosen.items()]


def word(number):
    """Return a word for a number, in letters."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with texts and with data in the format of the public ones."""
    folder = tmp_path_factory.mktemp("commands")
    seeds = [*cl.load.seeds().glob("nb*.txt"), *cl.load.seeds().glob("nl*.txt")]
    files = {f"my-texts/{path.name}": path.read_bytes() for path in seeds}
    topics = sorted(cl.codes.read(ROOT / "benchmarks" / "sib200_codebook.csv")["code"])
    for name in ("bul", "deu", "eng", "fra", "nld", "nob"):
        lines = [f"news{n // 4}\t{n}\tA{word(n)} met {n} b{word(n)} firms." for n in range(12)]
        files[f"bench/ntrex/{name}.tsv"] = "\n".join(lines)
    for name, lang in {**SIB, "eng_Latn": "en"}.items():
        rows = ["index_id\tcategory\ttext"]
        for number in range(70):
            words = " ".join(f"{lang}{word(number)}{letter}" for letter in "pqrstuvw")
            topic = topics[number % len(topics)]
            rows.append(f"{number}\t{topic}\t{topic} {topic} {topic} {words}")
        files[f"bench/sib200/{name}.tsv"] = "\n".join(rows)
    return fill(folder, files)


@pytest.fixture
def small(folder, monkeypatch, no_vectors_of_a_mock_are_kept, nothing_is_kept):
    """Run in that folder, with vectors of words; translations of a calibration sentence are one."""
    every = cl.embed.calibration()
    rows = dict(zip(every["text"], every["row"].astype(str), strict=True))

    def encode(self, texts, kind="passage"):
        split = [rows.get(text, text).lower().split() or [""] for text in texts]
        sums = [sum(of_word(one, 384) for one in words) for words in split]
        units = [one / np.linalg.norm(one) for one in sums]
        return np.array(units, dtype=np.float32).reshape(-1, 384)

    def encode_spans(self, texts, spans):
        words = [text.split() for text in texts]
        parts = [
            encode(self, [" ".join(row[a:b]) for a, b in part])
            for row, part in zip(words, spans, strict=True)
        ]
        return encode(self, texts), parts

    monkeypatch.setattr("clusterlib.embed._e5.e5.E5Encoder.encode", encode)
    monkeypatch.setattr("clusterlib.embed._e5.e5.E5Encoder.encode_spans", encode_spans)
    # Its weights, which nothing uses, would be checked anew with every call.
    monkeypatch.setattr("clusterlib.embed.encoder._default", functools.cache(encoder._default))
    monkeypatch.setattr("clusterlib.embed.cache.default_file", lambda: folder / "vectors.sqlite")
    monkeypatch.setattr("clusterlib.embed.cache.SHIPPED", folder / "vectors.npz")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.chdir(folder)
    few = every[every["lang"].isin(["de", "en", "fr"]) & (every["row"] <= 24)]
    # Other processes would import for longer than they had work to do.
    with joblib.parallel_config("sequential"):
        yield few.reset_index(drop=True)


def script(name, few, folder, monkeypatch):
    """Import a benchmark and make it small."""
    module = importlib.import_module(name)
    sizes = dict(SIZES.get(name, {}))
    sizes |= {"NTREX": NTREX, "SIB": SIB}
    sizes |= {"calibration": lambda: few, "KEPT": folder / "kept"}
    sizes |= {"FILE": folder / "offsets.parquet", "FORM": folder / "form.parquet"}
    for constant in sizes.keys() & vars(module).keys():
        monkeypatch.setattr(module, constant, sizes[constant])
    if name == "codes":
        monkeypatch.setattr("clusterlib.embed.calibration", lambda: few)
    return module


# Of so few sentences there are warnings that are to the point.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("words", starting("python benchmarks"))
def test_a_benchmark_runs(words, small, folder, monkeypatch, capsys):
    name = re.fullmatch(r"benchmarks/(\w+)\.py", words[1])[1]
    module = script(name, small, folder, monkeypatch)
    given = [str(folder / "bench") if part == "FOLDER" else part for part in words[2:]]
    if name in HELP or " ".join([name, *words[2:3]]) in HELP:
        monkeypatch.setattr("sys.argv", [name, "--help"])
        refused(SystemExit, "0", module.main)
        flags = set(re.findall(r"--[\w-]+", capsys.readouterr().out))
        assert {part for part in given if part.startswith("--")} <= flags
        return

    wanted = (None, 0)
    if name == "check" and "--bench" in given:
        # The others run by themselves; of what is not printed no figure agrees.
        monkeypatch.setattr(module, "measured", lambda name, chosen: "")
        wanted = (1,)
    monkeypatch.setattr(
        "sys.argv", [name, *given, *(["--draws", DRAWS[name]] if name in DRAWS else [])]
    )
    assert module.main() in wanted
    assert len(capsys.readouterr().out) > 40


@pytest.mark.parametrize("words", starting("clusterlib"))
def test_a_run_does_what_a_document_says(words, small, folder, capsys):
    if " ".join(words) in HELP:
        refused(SystemExit, "0", app, [*words[1:], "--help"])
        assert "--out" in capsys.readouterr().out
        return
    places = {"FOLDER": "my-texts", "RESULTS": "results"}
    app([places.get(part, part) for part in words[1:]])
    written = sorted(path.name for path in (folder / "results").iterdir() if path.suffix != ".lock")
    assert {"manifest.json", "report", "tables"} <= set(written)
    assert (folder / "results" / "tables" / "claims.parquet").is_file()
    # Once more: everything is kept.
    capsys.readouterr()
    app([places.get(part, part) for part in words[1:]])
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert all(line.endswith("kept from an earlier run") for line in lines)


def test_notebooks_of_ones_own_are_refreshed_checked_and_compared(tmp_path, monkeypatch, capsys):
    """What `docs/reruns.md` says, with a notebook that shows what no rerun repeats."""
    lines = FENCED.search(DOCUMENTS["docs/reruns.md"])[2].splitlines()
    refresh, check, compare = [shlex.split(line) for line in lines]
    monkeypatch.chdir(tmp_path)
    cells = [nbformat.v4.new_code_cell(source) for source in ("6 * 7", "object()")]
    (tmp_path / "my-notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), "my-notebooks/a.ipynb")
    assert notebooks.main(check[3:]) == 1
    assert "code cell 1: was not run" in capsys.readouterr().out
    assert notebooks.main([*refresh[3:-1], "my-notebooks/a.ipynb"]) == 0
    assert notebooks.main(check[3:]) == 0
    assert notebooks.main(["check", "my-notebooks"]) == 1
    assert "code cell 2: shows an address in memory" in capsys.readouterr().out
    ended = [
        subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
        for words in (compare, [word for word in compare if "sanit" not in word])
    ]
    assert [one.returncode for one in ended] == [0, 1], ended[0].stdout
    assert "2 passed" in ended[0].stdout


def test_papermill_is_given_parameters_of_the_notebook():
    """That it runs with other parameters, tests/test_notebooks.py shows."""
    (line,) = [line for line in commands() if line.startswith("papermill ")]
    notebook, _, *options = shlex.split(line)[1:]
    cells = nbformat.read(ROOT / notebook, as_version=4).cells
    (cell,) = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    names = {line.partition(" = ")[0] for line in cell.source.splitlines()}
    assert set(options[::3]) == {"-p"} and set(options[1::3]) <= names


def run(*words):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    ended = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("words", starting("make"))
def test_a_target_is_there(words):
    if words[1:] == ["help"]:
        assert "test" in run(*words)
    else:
        assert [part for part in words[1:] if "=" not in part]
        run("make", "--dry-run", *words[1:])


def test_extras_that_are_to_be_installed_exist():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line for line in commands() if line.startswith("pip install") and "[" in line]
    assert lines
    for line in lines:
        # From the clone: on PyPI somebody else's package has the name.
        (extra,) = re.findall(r"^\.\[(\w+)\]$", shlex.split(line)[-1])
        assert extra in project["optional-dependencies"]


def test_there_is_no_other_command():
    tried = "papermill|python benchmarks|python -m clusterlib.notebooks|pytest|clusterlib|make"
    others = [line for line in commands() if not re.match(tried, line)]
    assert {" ".join(line.split()[:2]) for line in others} <= set(NOT_HERE)
