"""Views: whole, escaped, the same each time, and readable in every theme."""

import functools
import html
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from colours import contrast
from conftest import refused
from lxml import etree
from matplotlib.colors import to_rgb

import clusterlib as cl
from clusterlib import cards
from clusterlib.export import pages

# JupyterLab's themes: text and page, and the rows of tables that are shaded.
THEMES = {"light": ("#212121", ["#ffffff", "#f5f5f5"]), "dark": ("#ffffff", ["#111111", "#212121"])}
# Those of the report.
THEMES |= {"report": ("#1c1c1c", ["#ffffff"]), "report, dark": ("#e8e8e8", ["#16191d"])}


@pytest.fixture(scope="module")
def read(documents, coding, facts, mentions):
    """Return what gives the reading of texts and passages, with all that is marked in them."""
    return functools.partial(cl.view.reading, codes=coding, facts=facts, mentions=mentions)


def parsed(page):
    """Read a view, of which every element is closed in order."""
    return etree.fromstring(f"<div>{page.replace('<br>', '<br/>')}</div>")


def written(page):
    """Return the text of the paragraphs of a view, without the letters of marks."""
    return "".join(parsed(page).xpath("//p//text()[not(ancestor::sup or ancestor::style)]"))


def test_a_reading_holds_every_letter_of_the_passages(
    documents, translated, coding, facts, mentions, read
):
    for doc, part in translated.groupby("doc"):
        one = documents[documents["doc"] == doc]
        page = read(one, translated)._repr_html_()
        text = one["text"].item()
        cells = written(page)
        for row in part.itertuples():
            assert text[row.start : row.end] in cells
            assert row.english in cells
        plain = re.sub("<sup>.</sup>|<[^>]*>", "", page[page.index("<tbody>") :])
        outside = " ".join(html.unescape(plain).split())
        assert text.split()[0] in outside
        times = facts["kind"].isin(["date", "month", "quarter", "year", "period"])
        count = (times & (facts["doc"] == doc)).sum()
        assert page.count("<sup>t</sup>") == count + (count > 0)
        assert page.count("<sup>a</sup>") == 1 + (mentions["doc"] == doc).sum()
        labels = cl.codes.read().set_index("code")["label"]
        given = coding[coding["coded"] & coding["passage"].isin(part["passage"])]
        for code, count in given["code"].value_counts().items():
            assert page.count(f">{html.escape(labels[code])}<sup>") == count
        assert f'lang="{one["lang"].item()}"' in page


def test_marks_that_overlap_each_keep_their_letter():
    text = "About 300 firms of Cluster X met in 2020."
    documents = pd.DataFrame({"doc": ["a"], "lang": "en", "text": text})
    passages = pd.DataFrame({"passage": ["a-1"], "doc": "a", "start": 0, "end": len(text)})
    rows = {"kind": ["quantity", "date", "quantity"], "start": [0, 28, 6], "end": [15, 40, 28]}
    facts = pd.DataFrame(rows).assign(doc="a", value="300", value_end="", unit="")
    facts = facts.assign(unit_english="", approximate=True, hedge="About")
    mentions = pd.DataFrame({"doc": ["a"], "start": 10, "end": 32, "actor": '<"x">'})
    view = cl.view.reading(documents, passages, facts=facts, mentions=mentions)
    page = view._repr_html_()
    assert text in written(page)
    assert [page.count(f"<sup>{letter}</sup>") for letter in "nta"] == [3, 2, 2]
    assert "&lt;&quot;x&quot;&gt;" in page and '<"x">' not in page
    assert str(view).endswith('Cluster X[n: 300 “About”] met[a: <"x">] in 2020[t: 300 “About”].')


# What a view is made of, whatever the texts hold.
ELEMENTS = "div style p table thead tbody tr th td blockquote span b mark sup br i details summary"
ATTRIBUTES = {"class", "lang", "dir", "title", "style"}


def test_texts_are_escaped_everywhere():
    evil = "<script>alert('x')</script>\"&amp;"
    documents = pd.DataFrame({"doc": [evil], "lang": "en", "text": evil, "title": evil})
    passages = pd.DataFrame({"passage": [evil], "doc": evil, "start": 8, "end": 13})
    passages["english"] = evil
    book = pd.DataFrame({"code": ["a", "b"], "label": ["A & B", "Less < more"]})
    book = book.assign(definition="x", probes="y|z")
    codes = pd.DataFrame({"passage": evil, "code": ["a", "b"], "coded": True})
    page = cl.view.reading(documents, passages, codes=codes, codebook=book)._repr_html_()
    sentences = passages.assign(key=evil, text=evil, lang=evil)
    numbers = pd.DataFrame({"key": [evil], evil: 0.5})
    page += cl.view.evidence(numbers, sentences, "key")._repr_html_()
    page += cl.view.table(numbers)._repr_html_()
    assert "<script" not in page and "Less &lt; more" in page
    elements = list(parsed(page).iter())
    assert {element.tag for element in elements} <= {*ELEMENTS.split()}
    assert {name for element in elements for name in element.attrib} <= ATTRIBUTES


def test_codes_have_the_labels_of_their_table_or_of_the_codebook_or_are_refused(
    documents, passages
):
    show = functools.partial(cl.view.reading, documents, passages)
    names = passages.loc[passages["doc"] == "fr", "passage"].head(2).tolist()
    codes = pd.DataFrame({"passage": names * 2, "code": ["coins"] * 2 + ["money"] * 2})
    codes = codes.assign(coded=[1, 0, 1, 0], label=["Coins"] * 2 + ["Cash"] * 2, dimension="thing")
    view = show(codes=codes)
    assert 'Marked: <span class="cl-chip cl-c0">thing<' in view.html
    assert [line for line in str(view).splitlines() if "#" in line] == ["  # Coins · Cash"]
    plain = show(codes=codes.drop(columns="dimension").iloc[::-1])
    assert 'Marked: <span class="cl-chip cl-c0">code<' in plain.html
    assert "# Cash · Coins" in str(plain)
    named = pd.DataFrame({"passage": ["fr-001"], "code": ["coins"], "coded": True})
    money, labelled = named.assign(code="money"), named.assign(label="Coins", dimension="thing")
    book = pd.DataFrame({"code": ["coins", "x"], "label": ["A", "B"], "definition": "x"})
    book, seeds = book.assign(probes="y|z"), cl.load.seeds() / "codebook.csv"
    assert "# Money and investment" in str(show(codes=money))
    assert "# A" in str(show(codes=labelled, codebook=book))
    # What no passage has need not be known.
    assert "#" not in str(show(codes=named.assign(coded=False)))
    for codes, codebook, fault in (
        (named, None, r"of the seeds.*no code 'coins'.*pass the codebook"),
        (money.assign(dimension="thing"), None, "of 'money' is 'resource', not 'thing'"),
        (labelled, seeds, r"^the codebook is not that of the codes: it has no"),
        (named.drop(columns="coded"), None, "coded: the column is missing"),
    ):
        refused(ValueError, fault, show, codes=codes, codebook=codebook)


def test_a_number_opens_on_its_sentences(translated, coding):
    sentences = coding[coding["coded"]].merge(translated, on="passage")
    counted = sentences.groupby(["code", "doc"]).size().rename("passages").reset_index()
    counted = counted.assign(share=-0.0)
    view = cl.view.evidence(counted, sentences, ["code", "doc"])
    page, plain = view._repr_html_(), str(view)
    assert page.count("<details>") == len(counted)
    assert page.count("<blockquote>") == plain.count("\n    = ") == len(sentences)
    first, row = counted.iloc[0], sentences.iloc[0]
    told = f"<summary>{first['code']}, {first['doc']}: passages {first['passages']}, share 0<"
    assert told in page
    assert f"{row['passage']}, {row['doc']} {row['start']}–{row['end']}" in plain
    empty = cl.view.evidence(pd.DataFrame({"doc": ["xx"]}), sentences, "doc")
    assert "No sentence." in empty._repr_html_()
    fault = "numbers has no 'a'; sentences has no 'a'"
    refused(ValueError, fault, cl.view.evidence, counted, sentences, "a")


def in_report(html, folder):
    """Return head and body of the page that the report makes of an output."""
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    nbformat.write(notebook, folder / "a.ipynb")
    pages.write_notebooks([folder / "a.ipynb"], folder / "out")
    head, _, body = (folder / "out" / "a.html").read_text(encoding="utf-8").partition("<body>")
    assert cards.SHEET in head
    assert "<style" not in body
    return head, body


def test_a_view_is_the_same_each_time_and_the_report_keeps_its_looks_without_style_elements(
    documents, translated, read, tmp_path
):
    view = read(documents, translated)
    assert read(documents, translated.sample(frac=1, random_state=1)).html == view.html
    assert not re.search(r"<script| id=|javascript:|https?://|url\(", view.html)
    _, body = in_report(view.html, tmp_path)
    # Every class that a rule looks for is still there, and so is what a mark says when pointed at.
    names = set(re.findall(r'class="cl-(\w+)', view.html))
    assert names == set(re.findall(r'class="cl-(\w+)', body))
    assert body.count(' title="') == view.html.count(' title="') > 50


def test_the_report_keeps_the_looks_of_cards(passages, vectors, tmp_path):
    themes = cl.themes.fit(passages, vectors, n_themes=4)
    head, body = in_report(themes._repr_html_(), tmp_path)
    assert ".cl-card {border:" in head
    # Where there is no room for columns there are none.
    narrow = cards.SHEET.partition("@media (max-width: 40em)")[2]
    assert re.search(r"\.cl-read td \{display: block; width: auto !important\}", narrow)
    assert body.count('<section class="cl-card">') == body.count("</section>") == 4


# The letter or number, colour and line of each mark and group in the style sheet, and its tint.
MARKS = re.findall(r"\.cl-(\w) {.*color: (#\w+); .*style: (\w+)}", cards.SHEET)
GROUPS = re.findall(r"\.cl-c(\d) {.*4px (?=(\w+) (#\w+))", cards.SHEET)
GROUPS = [(place, colour, line) for place, line, colour in GROUPS]
THIN = 0.24


def test_tints_are_of_the_colours_of_their_lines():
    tints = re.findall(r"rgba\((\d+), (\d+), (\d+), ([\d.]+)\).*(#\w{6})", cards.SHEET)
    assert len(tints) == len(MARKS) + len(GROUPS)
    for *tint, opacity, colour in tints:
        assert np.allclose(np.array(tint, float) / 255, to_rgb(colour)) and float(opacity) == THIN


def over(top, alpha, below):
    return alpha * np.array(top) + (1 - alpha) * np.array(below)


@pytest.mark.parametrize("theme", THEMES)
def test_text_keeps_its_contrast_in_every_theme(theme):
    text, grounds = THEMES[theme]
    opacity = float(re.search(r"cl-soft {.*opacity: ([\d.]+)", cards.SHEET)[1])
    marks, groups = ([to_rgb(look[1]) for look in looks] for looks in (MARKS, GROUPS))
    for page in map(to_rgb, grounds):
        tints = [page, *(over(colour, THIN, page) for colour in groups)]
        # Marks may lie in marks.
        single = [over(mark, THIN, page) for mark in marks]
        nested = [over(mark, THIN, one) for mark in marks for one in single]
        for ground in [*tints, *nested]:
            assert contrast(to_rgb(text), ground) >= 4.5
        for ground in tints:
            faint = [over(colour, opacity, page) for colour in (to_rgb(text), ground)]
            assert contrast(*faint) >= 4.5


def test_groups_are_told_without_a_style_sheet(documents, translated, coding):
    page = cl.view.reading(documents, translated, codes=coding)._repr_html_()
    legend = page.partition("Marked: ")[2].partition("</p>")[0]
    number = dict(re.findall(r">([\w-]+)<sup>(\d)</sup>", legend))
    book = cl.codes.read()
    assert set(number) == set(book["dimension"])
    for label, dimension in book[["label", "dimension"]].to_numpy().tolist():
        for mark in re.findall(rf">{html.escape(label)}<sup>(\d)</sup>", page):
            assert mark == number[dimension]
    # Every colour has a line or a letter of its own.
    looks = [look[1:] for look in GROUPS]
    assert len(set(looks)) == len(looks) == cards.GROUPS
    letters, _, lines = zip(*MARKS, strict=True)
    assert len(set(letters)) == len(set(lines)) == len(cards.INLINE)
    assert [*letters] == [letter for letter, _ in cards.INLINE.values()]
