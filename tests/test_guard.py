"""The guard of notebooks: what it names, what it lets pass, and that nbval reads the same file."""

import re

import nbformat
import pandas as pd
import pytest
from conftest import ROOT, labelled
from nbformat import v4
from nbval.plugin import get_sanitize_patterns

from clusterlib import notebooks
from clusterlib.notebooks import find_faults

SANITISE = notebooks.SANITISE.read_text(encoding="utf-8")


def of(text="", kind="text/plain", source="f()", **cell):
    output = v4.new_output("execute_result", {kind: text}, execution_count=1)
    return v4.new_notebook(
        cells=[v4.new_code_cell(source, **{"execution_count": 1, "outputs": [output], **cell})]
    )


# What an output shows that differs between runs, or nothing where a rerun repeats it.
OUTPUTS = pd.read_csv(ROOT / "tests" / "cases" / "outputs.csv", keep_default_na=False)


@pytest.mark.parametrize(("name", "text"), OUTPUTS.to_numpy().tolist())
def test_what_differs_between_runs_is_named_and_sanitised(name, text):
    faults = find_faults(of(text))
    assert any(f"shows {name}, " in fault for fault in faults) if name else faults == []
    stream = v4.new_output("stream", text=text)
    assert find_faults(of(outputs=[stream])) == find_faults(of(text, "text/html"))
    assert find_faults(of(text), SANITISE) == []
    # nbval finds the same expressions in the file, and replaces as much.
    sanitised = text
    for expression, replacement in get_sanitize_patterns(SANITISE):
        sanitised = re.sub(expression, replacement, sanitised)
    assert find_faults(of(sanitised)) == []
    assert (sanitised == text) == (not name)


@labelled("cells")
def test_what_is_no_text_is_named_too(case):
    notebook = of("42", **nbformat.from_dict(case["cell"]))
    assert find_faults(notebook) == [f"code cell 1: {case['fault']}"]


def test_cells_without_code_pictures_and_other_tags_are_no_fault():
    assert find_faults(of("iVBORw0KGgo 12:30:59", "image/png")) == []
    assert find_faults(of(metadata={"tags": ["parameters"]})) == []
    notebook = of("42")
    notebook.cells[:0] = [v4.new_markdown_cell("at 12:30:59"), v4.new_code_cell(" ")]
    assert find_faults(notebook) == []


def test_a_folder_without_notebooks_is_not_in_order(tmp_path, capsys):
    assert notebooks.main(["check", str(tmp_path)]) == 1
    assert capsys.readouterr().out == "0 notebook(s), 0 fault(s)\n"
