"""Documents say what is: their Python runs, their links lead somewhere, their figures are ours."""

import inspect
import json
import operator
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT, fill_database
from documents import DOCUMENTS, FENCED, NOTEBOOKS

import clusterlib as cl

sys.path.insert(0, str(ROOT / "benchmarks"))
import check

sys.path.remove(str(ROOT / "benchmarks"))


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "```python" in DOCUMENTS[name]])
def test_python_in_a_document_runs_on_a_folder_of_texts(name, tmp_path, monkeypatch):
    (tmp_path / "my-texts").mkdir()
    for path in cl.load.seeds().glob("*.txt"):
        shutil.copy(path, tmp_path / "my-texts")
    (tmp_path / "my-tables").mkdir()
    shutil.copy(cl.load.seeds() / "codebook.csv", tmp_path / "my-tables")
    for companion in ("codebook.csv", "english.csv"):
        shutil.copy(cl.load.seeds() / companion, tmp_path / f"my-{companion}")
    project = (ROOT / "tests" / "refi" / "taguette.sql").read_text(encoding="utf-8")
    fill_database(tmp_path / "project.sqlite3", project)
    monkeypatch.chdir(tmp_path)
    names, read_qdpx = {}, cl.codes.read_qdpx

    def code_and_read(path, passages, documents, codebook, **options):
        """Read a project that somebody has coded, if as the machine does."""
        cl.export.qdpx(path, documents, passages, codes=names["codes"], codebook=codebook)
        return read_qdpx(path, passages, documents, codebook, "clusterlib", **options)

    monkeypatch.setattr(cl.codes, "read_qdpx", code_and_read)
    for language, block in FENCED.findall(DOCUMENTS[name]):
        if language == "python":
            exec(compile(f"import clusterlib as cl\n{block}", name, "exec"), names)
    assert len(names["documents"]) == 5
    if "english" in names:
        assert names["passages"]["english"].notna().all()
    for written in re.findall(r'"([\w-]+\.(?:qdpx|xlsx))"', DOCUMENTS[name]):
        assert (tmp_path / written).stat().st_size > 1000


def anchors(text):
    """Return what the headings of a Markdown text are called in links, as GitHub does it."""
    heads = re.findall(r"^#+ (.+)$", FENCED.sub("", text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere_paths_exist_and_pictures_have_words(name):
    for path in re.findall(
        r"`((?:clusterlib|tests|benchmarks|seeds|docs)/[^`\s*]+)`", DOCUMENTS[name]
    ):
        assert (ROOT / path).exists(), path
    folder = ROOT / ("notebooks" if name in NOTEBOOKS else Path(name).parent)
    for words, link in re.findall(r"(!\[[^\]]*)?\]\(([^)\s]+)", DOCUMENTS[name]):
        target, _, anchor = link.partition("#")
        assert "://" in target or (folder / target).exists(), link
        assert not words or len(words) > 40, link
        if anchor and "://" not in target and not target.endswith((".html", ".ipynb")):
            text = (folder / target).read_text(encoding="utf-8") if target else DOCUMENTS[name]
            assert anchor in anchors(text), link


def shown_in(name):
    """Return what a notebook shows as words, without marks of emphasis."""
    words = []
    for cell in NOTEBOOKS[name].cells if name in NOTEBOOKS else []:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            words.append(data.get("text/markdown") or data.get("text/plain", ""))
    return "\n".join(words).replace("**", "")


def test_what_the_readme_says_of_the_texts_is_what_the_notebooks_compute():
    quoted = [line[2:] for line in DOCUMENTS["README.md"].splitlines() if line.startswith("> ")]
    assert len(quoted) >= 5
    names = ("08-compare-the-initiatives", "09-commentary")
    shown = [line for name in names for line in shown_in(name).splitlines()]
    assert [line for line in quoted if line not in shown] == []
    # A claim says what bears it out, and none that is doubtful is a finding.
    assert sum(line.endswith(("[stated]", "[counted]")) for line in quoted) >= 3
    assert not any("[doubtful]" in line for line in quoted)


def test_the_grid_of_the_readme_is_that_of_the_seeds():
    cells = cl.compare.grid(cl.load.documents())
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", DOCUMENTS["README.md"], re.MULTILINE)
    assert len(rows) >= 5
    for attribute, values in rows:
        wanted = cells.loc[cells["attribute"] == attribute].set_index("doc")["value"]
        assert values.split(" | ") == wanted[["bg", "de", "fr", "nb", "nl"]].tolist(), attribute


def test_the_table_of_the_readme_is_that_of_the_measured_figures():
    assert f"\n{check.table(check.quoted())}\n" in DOCUMENTS["README.md"]
    assert set(check.quoted()["command"]) <= set(check.COMMANDS)


def rows(name, width):
    """Return the cells of the tables of a document that have so many columns."""
    lines = re.findall(r"^\| (.+) \|$", DOCUMENTS[name], flags=re.MULTILINE)
    return [cells for line in lines if len(cells := line.split(" | ")) == width]


def test_the_figures_of_the_model_card_stand_where_it_says():
    everything = {name: f"{text} {shown_in(name)}" for name, text in DOCUMENTS.items()}
    measured = [row for width in (3, 5) for row in rows("docs/model-card.md", width)]
    measured = [row for row in measured if row[-1].startswith("`")]
    assert len(measured) >= 10
    for _, *values, source in measured:
        for value in values:
            number = value.removesuffix(" %")
            pattern = rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)"
            assert re.search(pattern, everything[source.strip("`")]), (value, source)


def test_the_data_card_has_every_data_file_with_its_rows():
    listed = {row[0].strip("`"): row[1] for row in rows("docs/data-card.md", 4)}
    folders = ("seeds", "clusterlib/data", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).glob("*.csv")]
    for path in sorted(set(files)):
        assert listed[path.relative_to(ROOT).as_posix()] == str(len(pd.read_csv(path))), path
    texts = cl.clean.passages(cl.load.documents())["doc"].value_counts()
    counts = [str(texts[doc]) for doc in ("bg", "nl", "fr", "de", "nb")]
    assert (
        f"of {', '.join(counts[:-1])} and {counts[-1]} passages" in DOCUMENTS["docs/data-card.md"]
    )


def test_what_is_said_of_the_project_agrees_everywhere():
    """The citation, the metadata for archives, the package and the log of changes."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    for name in ("name", "version", "description", "readme"):
        assert meta[name] == project[name]
    assert citation["version"] == project["version"] == cl.__version__
    assert f"## {cl.__version__}\n" in DOCUMENTS["CHANGELOG.md"]
    assert citation["license"] == project["license"] == meta["license"].rpartition("/")[2]


def test_the_paper_lists_what_it_cites():
    paper = DOCUMENTS["paper/paper.md"].split("\n---\n", 1)[1]
    library = (ROOT / "paper" / "paper.bib").read_text(encoding="utf-8")
    assert set(re.findall(r"@(\w+)", paper)) <= set(re.findall(r"@\w+\{(\w+),", library))


def test_calls_that_are_promised_to_stay_are_there():
    chapter = DOCUMENTS["docs/use.md"].partition("## What may change\n")[2]
    calls = re.findall(r"^cl\.([\w.]+)\((.+)\)$", chapter, flags=re.MULTILINE)
    assert len(calls) >= 10
    for name, arguments in calls:
        names = list(inspect.signature(operator.attrgetter(name)(cl)).parameters)
        assert names[: arguments.count(",") + 1] == arguments.split(", "), name
