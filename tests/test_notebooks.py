"""The guard: what a notebook must be before its outputs are worth comparing."""

import ast
import asyncio
import base64
import io
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from PIL import Image

import clusterlib as cl
from clusterlib import notebooks

# Collected beside the notebooks, whose conftest has the same name as that of the tests.
ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def test_a_rerun_can_repeat_it(notebook):
    """Cells were run in order, and show no error, nothing volatile and no mark for nbval."""
    assert notebooks.find_faults(notebook) == []
    assert not any("execution" in cell.metadata for cell in code(notebook))


def test_code_is_short_and_defines_nothing(notebook):
    first, *others = code(notebook)
    kinds = {type(node) for node in ast.parse(first.source).body}
    assert kinds <= {ast.Import, ast.ImportFrom}
    for cell in code(notebook):
        assert len(cell.source.splitlines()) <= 12
        assert not cell.source.rstrip().endswith(";")
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    for cell in others:
        body = ast.parse(cell.source).body
        assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in body)
    assert any("cl.load.documents(" in cell.source for cell in code(notebook))


def test_figures_have_words_and_the_width_that_was_checked(notebook):
    """For those who do not see them, and at the resolution that sizes of text are meant for."""
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    for output in outputs:
        if "image/png" in output.get("data", {}):
            assert len(output.metadata["image/png"]["alt"]) > 40
            image = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
            assert image.width <= 10.5 * cl.plot.DPI


FIGURE = """\
from matplotlib.figure import Figure

import clusterlib as cl

ax = Figure(figsize=(2, 1)).add_subplot()
cl.plot.show(ax, "An empty pair of axes.")"""


def change_pixel(cell):
    data = cell.outputs[0].data
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGBA")
    image.putpixel((7, 5), (1, 2, 3, 255))
    stream = io.BytesIO()
    image.save(stream, "png")
    data["image/png"] = base64.b64encode(stream.getvalue()).decode()


def test_a_changed_pixel_and_a_changed_number_fail_and_are_named(tmp_path):
    """Compare with a rerun: a figure and a number, each as it was and then changed."""
    path = write_notebook(tmp_path / "sample.ipynb", *[FIGURE, "6 * 7"] * 2)
    executed = asyncio.run(notebooks.execute(Path(path)))
    change_pixel(executed.cells[2])
    executed.cells[3].outputs[0].data["text/plain"] = "43"
    nbformat.write(executed, path)
    shutil.copy(ROOT / "notebooks" / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "--nbval", "-rA", "-p", "no:cacheprovider", "."]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    for number, outcome in enumerate(("PASSED", "PASSED", "FAILED", "FAILED")):
        assert f"{outcome} sample.ipynb::Cell {number}" in ended.stdout, ended.stdout
    assert all(words in ended.stdout for words in ("1 pixel(s)", "x=7, y=5", "43"))


def write_notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(metadata=notebooks.METADATA, cells=cells), path)
    return str(path)


# It says that it has begun, and takes its time.
LONG = "import pathlib, time\n\npathlib.Path('begun').touch()\ntime.sleep(300)"
# It fails when that has begun.
BAD = (
    "import pathlib, time\n\nwhile not pathlib.Path('begun').exists():\n    time.sleep(0.05)\n1 / 0"
)


def test_a_failing_cell_stops_the_run_and_is_named(tmp_path, capsys, monkeypatch):
    # A notebook that is stopped while its kernel ends by itself would leave nbclient unsure
    # whether it has ended, and to complain of that when this process does.
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)
    long = write_notebook(tmp_path / "long.ipynb", LONG)
    bad = write_notebook(tmp_path / "bad.ipynb", "1", BAD)
    assert notebooks.main(["run", "--out", str(tmp_path / "out"), long, bad]) == 1
    printed = capsys.readouterr().err
    assert "failed: bad.ipynb, code cell 2" in printed
    assert "ZeroDivisionError" in printed
    assert not (tmp_path / "out" / "index.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_an_interrupted_cell_ends_the_run(tmp_path):
    path = write_notebook(tmp_path / "long.ipynb", LONG)
    command = [sys.executable, "-m", "clusterlib.notebooks", "refresh", path]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        # The kernel, too, may say that it is stopped.
        assert process.communicate(timeout=60)[1].splitlines()[-1] == "stopped"
    assert process.returncode == 130


TABLE = """\
import pandas as pd

import clusterlib as cl

cl.export.tables({"numbers": pd.DataFrame({"number": [6 * 7]})}, "../built/tables")"""

# A kernel that an interruption leaves behind ends by itself; its handle is collected before.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*Popen:pytest.PytestUnraisableExceptionWarning",
    "ignore:subprocess .* is still running:ResourceWarning",
)


def test_tables_that_notebooks_write_are_in_the_report_and_older_ones_are_not(tmp_path, capsys):
    built, source = tmp_path / "built", tmp_path / "notebooks"
    source.mkdir()
    cl.export.tables({"stale": pd.DataFrame({"a": [1]})}, built / "tables")
    paths = [write_notebook(source / f"{name}.ipynb", TABLE) for name in "ba"]
    command = ["run", "--out", str(built / "report"), "--tables", str(built / "tables")]
    assert notebooks.main([*command, *paths]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["[1/2] b", "[2/2] a"]
    names = sorted(path.name for path in (built / "report" / "tables").iterdir())
    assert names == ["numbers.csv", "numbers.html", "numbers.parquet", "tables.xlsx"]
    assert (built / "report" / "notebooks" / "a.html").is_file()


@pytest.mark.parametrize("langs", [("pl", "de"), ("de",)])
def test_notebook_10_runs_on_other_texts(tmp_path, langs, monkeypatch):
    """Texts of its own, in other languages, with parameters as papermill puts them in."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    sentences = cl.embed.calibration()
    for place, lang in enumerate(langs):
        texts = sentences[sentences["lang"] == lang]["text"].tolist()
        for half in (0, 1):
            lines = texts[half * 30 + place : half * 30 + place + 25]
            (tmp_path / f"{lang}-{half}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    (notebook,) = (path for path in PATHS if path.stem.startswith("10"))
    scope = {}
    for cell in code(nbformat.read(notebook, as_version=4)):
        exec(cell.source, scope)
        if "parameters" in cell.metadata.get("tags", []):
            assert {"source", "columns", "codebook", "most"} <= set(scope)
            scope["source"] = str(tmp_path)
    assert len(scope["documents"]) == 2 * len(langs)
    assert set(scope["documents"]["lang"]) == set(langs)
    assert scope["commentary"].claims[0].name == "corpus-size"
