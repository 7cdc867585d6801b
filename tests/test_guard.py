"""The guard of notebooks: what it names, what it lets pass, and that nbval reads the same file."""

import re

import pytest
from nbformat import v4
from nbval.plugin import get_sanitize_patterns

from clusterlib import notebooks
from clusterlib.notebooks import find_faults

SANITISE = notebooks.SANITISE.read_text(encoding="utf-8")
VOLATILE = [
    ("an address in memory", "<matplotlib.lines.Line2D at 0x7f3a5c1d2e90>"),
    ("an address in memory", "[<object object at 0x10a4B2c40>]"),
    ("a temporary file of the kernel", "/tmp/ipykernel_812/1234.py:3: UserWarning: no"),
    ("a temporary file of the kernel", r"C:\Temp\ipykernel_9\77.py:1: FutureWarning"),
    ("a path of one machine", "'/home/ana/texts/a.txt'"),
    ("a path of one machine", "saved to /Users/ana/a.csv"),
    ("a path of one machine", r"C:\Users\ana\a.csv"),
    ("a path of one machine", r"WindowsPath('C:\\Users\\ana')"),
    ("a path of one machine", "/tmp/tmpab12/a.csv"),
    ("a time of day", "2026-11-29 07:19:31"),
    ("a time of day", "begun 2026-11-29T07:19:31.123"),
    ("a duration", "CPU times: user 3 s, sys: 0 s, total: 3 s"),
    ("a duration", "Wall time: 4.1 s"),
    ("a duration", "1.37 µs ± 3 per loop"),
    ("a duration", "100%|██████| 10/10 [00:03<00:00, 3.10it/s]"),
    ("an identifier made at random", '<table id="T_3fa0c">'),
    ("an identifier made at random", "model_id 1b4e28ba-2fa1-41d2-883f-0016d3cca427"),
    ("a negative zero", "a   -0.0   0.1"),
    ("a negative zero", "array([-0, 1])"),
]
REPEATED = [
    "nl-003 and fr-0 are passages",
    "difference -0.03, low -0.05, 10-0.5",
    "founded on 2021-03-04, 16:9, 1:30",
    "Open daily 9:00 to 17:30",
    "colour 0xff, rows 0x1A",
    "the path docs/use.md and tmp/a.txt; and/or/home",
    "14.5 megatonnes, 12 m, 3 min, 40 ms2",
    "T_cell, T_3fa0c1 and Table_1",
    "sha 9c9536a",
]


def of(text="", kind="text/plain", source="f()", **cell):
    output = v4.new_output("execute_result", {kind: text}, execution_count=1)
    return v4.new_notebook(
        cells=[v4.new_code_cell(source, **{"execution_count": 1, "outputs": [output], **cell})]
    )


@pytest.mark.parametrize(("name", "text"), VOLATILE)
def test_what_differs_between_runs_is_named_and_sanitised(name, text):
    assert any(f"shows {name}, " in fault for fault in find_faults(of(text))), text
    stream = v4.new_output("stream", text=text)
    assert find_faults(of(outputs=[stream])) == find_faults(of(text, "text/html"))
    assert find_faults(of(text), SANITISE) == []
    # nbval finds the same expressions in the file, and replaces as much.
    for expression, replacement in get_sanitize_patterns(SANITISE):
        text = re.sub(expression, replacement, text)
    assert find_faults(of(text)) == []


@pytest.mark.parametrize("text", REPEATED)
def test_what_a_rerun_repeats_is_no_fault(text):
    assert find_faults(of(text)) == []
    assert all(re.sub(regex, new, text) == text for regex, new in get_sanitize_patterns(SANITISE))


ERROR = v4.new_output("error", ename="KeyError", evalue="'a'", traceback=["at 0x7f3a5c1d2e90"])
WARNING = v4.new_output("stream", name="stderr", text="UserWarning")
WIDGET = v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"a": "b"}})


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ({"outputs": [ERROR]}, "ends in KeyError"),
        ({"outputs": [WARNING]}, "writes a warning, or other text to stderr"),
        ({"outputs": [WIDGET]}, "shows a widget, which has other names in each run"),
        ({"execution_count": None}, "was not run, so not from the top, once, in order"),
        ({"execution_count": 3}, "runs as 3, so not from the top, once, in order"),
        ({"source": "# NBVAL_SKIP"}, "has a mark that keeps it from being compared"),
        ({"metadata": {"tags": ["nbval-skip"]}}, "has a mark that keeps it from being compared"),
    ],
)
def test_what_is_no_text_is_named_too(cell, fault):
    assert find_faults(of("42", **cell)) == [f"code cell 1: {fault}"]


def test_cells_without_code_pictures_and_other_tags_are_no_fault():
    assert find_faults(of("iVBORw0KGgo 12:30:59", "image/png")) == []
    assert find_faults(of(metadata={"tags": ["parameters"]})) == []
    notebook = of("42")
    notebook.cells[:0] = [v4.new_markdown_cell("at 12:30:59"), v4.new_code_cell(" ")]
    assert find_faults(notebook) == []


def test_a_folder_without_notebooks_is_not_in_order(tmp_path, capsys):
    assert notebooks.main(["check", str(tmp_path)]) == 1
    assert capsys.readouterr().out == "0 notebook(s), 0 fault(s)\n"
