import base64
import hashlib
import html
import importlib.metadata
import json
import re
import zipfile
from collections import Counter

import nbformat
import numpy as np
import openpyxl
import pandas as pd
import pytest
import reports
from conftest import ROOT, fill, refused
from lxml.html import fragment_fromstring

import clusterlib as cl
from clusterlib.claims.claim import EvidenceIndex
from clusterlib.export import findings, pages, site

FORMULAS = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "'quoted", "''", "＝1", "plain", "", "a=b"]


def test_pages_hold_the_one_script_and_no_address_they_would_fetch(index):
    paths = sorted(index.parent.rglob("*.html"))
    tables = sorted(path.stem for path in (index.parent / "tables").glob("*.html"))
    assert tables == sorted(set(reports.tables()) - {"documents"})
    notebooks = list((ROOT / "notebooks").glob("*.ipynb"))
    assert len(paths) == 1 + 7 + len(notebooks) + 1 + len(tables)
    digest = base64.b64encode(hashlib.sha256(pages.SCRIPT.encode()).digest()).decode()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        with_table = path == index or path.stem in tables
        assert re.findall(r"<script\b[^>]*>(.*?)</script>", text, re.DOTALL) == (
            [pages.SCRIPT] if with_table else []
        )
        assert not re.search(r"<(iframe|object|embed|link|form|base)\b", text)
        policy = html.unescape(re.search(r'Policy" content="([^"]*)"', text)[1])
        assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}'; ")
        for source in re.findall(r"<[^>]*\ssrc=\"([^\"]*)", text):
            assert source.startswith("data:image/")
    reports.assert_links_land(index)


def test_claims_stand_in_their_sections_with_words_and_strength(index):
    text = index.read_text(encoding="utf-8")
    assert text.index('id="findings"') < text.index('id="figures"') < text.index('id="notebooks"')
    # Those that are doubtful are in the table of claims alone.
    given = reports.tables()["claims"]
    doubtful = given["strength"].eq("doubtful")
    names = {pages.slug(name): weak for name, weak in zip(given["claim"], doubtful, strict=True)}
    assert {name: f'id="claim-{name}"' not in text for name in names} == names
    assert f"{(~doubtful).sum() - 1} of {(~doubtful).sum()} sentences hold" in text
    assert f"{doubtful.sum()} more sentences" in text
    assert text.count("</span> does not hold</span>") == 2  # the legend and the claim
    assert '<blockquote><span lang="ar" dir="rtl">' in text
    table = (index.parent / "tables" / "claims.html").read_text(encoding="utf-8")
    assert all(f'id="claim-{name}"' in table for name in names)


def test_the_first_page_has_25_findings_at_most_and_none_on_one_text():
    def claims(names, strength="counted", holds=True):
        return [findings.Finding(name, "", "", holds, strength, ()) for name in names]

    apart = [f"apart-{n}" for n in range(30)]
    given = [*claims(["corpus-size", "text-1-money"]), *claims(["weak"], "doubtful")]
    given += [*claims(["false"], "doubtful", False), *claims(apart)]
    shown = [finding.name for finding in findings.choose_findings(given, False)]
    assert shown == ["false", *apart[:24]]
    assert len(findings.choose_findings(given, True)) == len(given)


def test_a_report_without_claims_has_no_findings_and_one_of_nothing_is_a_page(tmp_path, passages):
    text = cl.export.report([], tmp_path / "a").read_text(encoding="utf-8")
    assert "What five cluster initiatives say" in text
    assert '<h2 id="findings"' not in text and "that results depend on" not in text
    table = pd.read_parquet(tmp_path / "a" / "tables" / "passages.parquet")
    pd.testing.assert_frame_equal(table, passages)
    # It says what else it depends on.
    file = fill(tmp_path, {"own <b>.csv": "a,b\n"}) / "own <b>.csv"
    settings = {"Encoder": "<i>some</i>, revision 1"}
    index = cl.export.report([], tmp_path / "b", {}, settings=settings, files=[file])
    text = index.read_text(encoding="utf-8")
    assert importlib.metadata.version("pandas") in text
    assert "<dt>Encoder</dt>" in text and "&lt;i&gt;some&lt;/i&gt;, revision 1" in text
    assert "own &lt;b&gt;.csv" in text and hashlib.sha256(file.read_bytes()).hexdigest() in text
    assert "and of each table that results depend on" in text


def test_claims_that_come_from_parquet_are_read_and_faults_of_them_stop_the_report(index):
    table, given = pd.read_parquet(index.parent / "tables" / "claims.parquet"), reports.tables()

    def read(claims):
        return findings.read_findings(EvidenceIndex(given | {"claims": claims}))

    assert read(table) == read(given["claims"])
    twice = pd.concat([given["claims"].head(1)] * 2, ignore_index=True).assign(strength="sure")
    refused(ValueError, r"(?s)strength 'sure'.*taken by an earlier", read, twice)
    row = given["claims"].set_index("claim").loc["nl-one", "evidence"][0]
    for change, message in (
        ({"start": 1}, "is not at 1 to"),
        ({"start": -3, "end": -1}, "is not at"),
        ({"start": 4, "end": 4, "quote": ""}, "is not at 4 to 4"),
        ({"doc": "nobody"}, "of 'nobody'"),
    ):
        row.update(change)
        refused(ValueError, f"nl-one.*{message}", read, given["claims"])


def test_quotations_are_marked_however_they_overlap():
    text = "".join(chr(97 + number % 26) for number in range(60))
    random = np.random.default_rng(0)
    blocks = [(0, 13), (15, 40), (40, 60)]
    for _ in range(200):
        spans = [tuple(sorted(random.choice(60, 2, replace=False).tolist())) for _ in range(6)]
        shown = ""
        for (start, end), block in zip(
            blocks, findings.mark_spans(text, spans, blocks), strict=True
        ):
            assert re.sub("<[^>]+>", "", block) == text[start:end]
            assert block.count("<mark") == block.count("</mark>")
            shown += block
        visible = "".join(text[start:end] for start, end in blocks)
        anchors = Counter(re.findall(r'id="(q-\d+-\d+)"', shown))
        for start, end in set(spans):
            quoted = "".join(text[max(start, b) : min(end, e)] for b, e in blocks)
            assert anchors[f"q-{start}-{end}"] == bool(quoted)
            assert words_of(shown, f"q-{start}-{end}") == quoted
        assert re.sub("<[^>]+>", "", shown) == visible


def words_of(markup, name):
    """Return what stands in the marks of a class, however deep."""
    return "".join(fragment_fromstring(markup, "div").xpath(f"//mark[@class='{name}']//text()"))


def test_names_of_files_are_safe_and_differ():
    given = ["nl", "NL", "n l", "n/l", "..", "", "é", "e", "e-12345678", "<b>", "x" * 300, "الطاقة"]
    names = [pages.slug(name) for name in given]
    assert len(set(names)) == len(given)
    assert all(re.fullmatch("[a-z0-9][a-z0-9-]{0,60}", name) for name in names)
    assert pages.slug(names[2]) != names[2]


def test_formulas_are_neutral_in_csv_and_come_back(tmp_path):
    numbers = [-1.5] * len(FORMULAS)
    table = pd.DataFrame({"=text": FORMULAS, "number": numbers, "label": pd.Categorical(FORMULAS)})
    listing = cl.export.tables({"formulas": table}, tmp_path)
    assert listing.to_dict("records") == [{"name": "formulas", "rows": 12, "columns": 3}]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "formulas.parquet"), table)
    read = pd.read_csv(tmp_path / "formulas.csv", keep_default_na=False)
    assert not any(str(cell).startswith(tuple("=+-@\t\r＝")) for cell in read["'=text"])
    assert read["'=text"].str.replace("^'", "", regex=True).to_list() == FORMULAS
    assert read["number"].to_list() == numbers
    assert read["label"].to_list() == read["'=text"].to_list()


def test_lists_are_json_in_csv_an_index_is_kept_and_a_bad_name_refused(tmp_path):
    evidence = [[{"doc": "nl", "start": 3, "quote": "=é"}], []]
    table = pd.DataFrame({"claim": ["a", "b"], "evidence": evidence})
    vectors = pd.DataFrame([[0.5]], index=pd.Index(["nl-001"], name="passage"))
    cl.export.tables({"claims": table, "vectors": vectors}, tmp_path)
    assert pd.read_csv(tmp_path / "claims.csv")["evidence"].map(json.loads).to_list() == evidence
    again = pd.read_parquet(tmp_path / "claims.parquet")
    assert again["evidence"].map(list).to_list() == evidence
    cl.export.tables({"claims": again}, tmp_path / "twice")
    both = [folder / "claims.csv" for folder in (tmp_path, tmp_path / "twice")]
    assert both[0].read_bytes() == both[1].read_bytes()
    assert pd.read_parquet(tmp_path / "vectors.parquet").columns.to_list() == ["passage", "0"]
    refused(ValueError, "no name for a file", cl.export.tables, {"../up": vectors}, tmp_path)


def test_notebook_pages_keep_only_what_is_harmless():
    given = '<h1>a</h1><h4 onclick="x()">b</h4><a href="javascript:x()">c</a><h2>d</h2><h1>e</h1>'
    cleaned = pages.clean(given, set())
    assert re.findall(r"<h\d", cleaned) == ["<h1", "<h2", "<h2", "<h2"]
    assert "javascript" not in cleaned and "onclick" not in cleaned
    assert pages.clean('<img src="https://example.org/a.png" alt="a">', set()) == '<img alt="a">'


@pytest.mark.parametrize("marks, shown", [("0100 0001", "b h"), ("0000 0000", "d h")])
def test_the_figures_of_the_first_page_are_those_that_notebooks_mark(tmp_path, marks, shown):
    names = iter("abcdefgh")
    paths = []
    for place, cell_marks in enumerate(marks.split()):
        cells = []
        for mark in cell_marks:
            metadata = {"alt": f"figure {next(names)}"} | ({"front": True} if mark == "1" else {})
            output = nbformat.v4.new_output(
                "display_data", {"image/png": reports.PIXEL}, metadata={"image/png": metadata}
            )
            cells.append(nbformat.v4.new_code_cell("value", outputs=[output]))
            cells.append(nbformat.v4.new_markdown_cell("*A caption.*"))
        paths.append(tmp_path / f"{place}.ipynb")
        nbformat.write(nbformat.v4.new_notebook(cells=cells), paths[-1])
    text = cl.export.report(paths, tmp_path / "report", {}).read_text(encoding="utf-8")
    assert re.findall('alt="figure (.)"', text) == shown.split()


@pytest.fixture(scope="module")
def run_tables(documents, passages, facts):
    """Return tables as a run has them: texts, codes, themes and facts."""
    names = passages["passage"]
    codes = pd.DataFrame({"passage": names, "code": "storage", "coded": passages["position"] < 3})
    members = pd.DataFrame({"passage": names, "theme": "theme-1", "margin": 0.5})
    themes = pd.DataFrame({"theme": ["theme-1"], "label": "All", "size": len(names)})
    tables = {"documents": documents, "passages": passages, "codes": codes, "facts": facts}
    return {**tables, "themes": themes, "theme_members": members}


def test_a_report_has_what_other_programs_read_and_is_the_same_each_time(
    run_tables, facts, tmp_path
):
    notebook = [ROOT / "notebooks" / "00-start-here.ipynb"]
    first, second = (
        cl.export.report(notebook, tmp_path / name, run_tables).parent for name in "ab"
    )
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes(), file
    text = (first / "index.html").read_text(encoding="utf-8")
    assert "with codes, themes and facts at their places" in text
    for name in ("tables.xlsx", "project.qdpx", "codebook.qdc"):
        assert f'href="tables/{name}"' in text
    book = openpyxl.load_workbook(first / "tables" / "tables.xlsx", read_only=True)
    assert sorted(book.sheetnames) == ["codes", "dictionary", *sorted({*run_tables} - {"codes"})]
    with zipfile.ZipFile(first / "tables" / "project.qdpx") as archive:
        project = archive.read("project.qde").decode()
    placed = run_tables["codes"]["coded"].sum(), *map(len, (run_tables["theme_members"], facts))
    assert project.count("<CodeRef") == sum(placed)
    assert "theme-1: All" in (first / "tables" / "codebook.qdc").read_text(encoding="utf-8")


def test_what_other_programs_cannot_be_given_is_told(run_tables, tmp_path, monkeypatch):
    cl.export.report([], tmp_path, run_tables)
    monkeypatch.setattr(site, "MOST_ROWS", 150)
    monkeypatch.setattr(site, "MOST_PASSAGES", 95)
    files, notes = site.write_files(run_tables, tmp_path / "tables")
    assert list(files) == ["tables.xlsx", "codebook.qdc"]
    assert notes[0] == (
        "tables.xlsx has 150 rows at most, and not passages (96 rows) and theme_members (96 rows)"
    )
    assert notes[1].startswith("there is no project.qdpx: it is for 95 passages at most")
    assert not (tmp_path / "tables" / "project.qdpx").exists()
    strange = {"codes": run_tables["codes"].assign(code="wind"), "history": run_tables["themes"]}
    monkeypatch.undo()
    text = cl.export.report([], tmp_path, run_tables | strange).read_text(encoding="utf-8")
    for name in ("project.qdpx", "codebook.qdc"):
        assert f"there is no {name}: the codebook has no &#39;wind&#39;" in text
    assert "there is no tables.xlsx: 1 table(s) do not fit" in text
