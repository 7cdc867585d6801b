"""A report of the seeds and of hostile texts, with claims made up for the tests."""

import hashlib

import nbformat
import pandas as pd
from conftest import ROOT
from lxml import html

import clusterlib as cl
from clusterlib import notebooks
from clusterlib.claims.claim import EvidenceIndex

SCRIPT = "<script>document.title = 'owned'; fetch('https://example.org/')</script>"
IMAGE = "<img src=x onerror=\"document.title='owned'\">"
TEMPLATE = "{{7*7}} {% raw %} ${7*7}"
LONG = "Donaudampfschifffahrtsgesellschaft" * 14
ODD = "../odd\"><b>&'{{doc}} Ünï/é"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
HOSTILE = f"""\
{SCRIPT} The cluster signs an agreement with the region on hydrogen.

The partners say {IMAGE} that {TEMPLATE} is no template. A word of theirs is {LONG}.

=HYPERLINK("https://example.org","click") is what the last sentence of the page begins with."""
ARABIC = """\
أعلنت المنطقة عن شراكة جديدة مع مجموعة الطاقة لتطوير الهيدروجين الأخضر.

تضم المجموعة 23 شركة، وقال المدير إن العمل يبدأ في عام 2025."""


def documents():
    seeds = cl.load.documents()
    rows = [
        _document(ODD, "en", HOSTILE, f"Initiative {SCRIPT}{IMAGE}"),
        _document("ar", "ar", ARABIC, "مجموعة الطاقة"),
    ]
    return pd.concat([seeds, pd.DataFrame(rows)], ignore_index=True)


def _document(doc, lang, text, initiative):
    row = {"doc": doc, "lang": lang, "text": text, "initiative": initiative}
    digest = hashlib.sha256(text.encode()).hexdigest()
    return row | {"source": IMAGE, "title": TEMPLATE, "sha256": digest}


def tables():
    texts = documents()
    passages, ledger = cl.clean.tables(texts)
    english = pd.read_csv(ROOT / "seeds" / "english.csv")[["passage", "english"]]
    passages = passages.merge(english, on="passage", how="left")
    return {
        "documents": texts,
        "passages": passages,
        "ledger": ledger,
        "claims": claims(texts, passages),
        **themes(passages),
        "notes": pd.DataFrame({"note": ["=1+1", "@x", "'quoted", "plain"], "n": [-1, 2, 3, 4]}),
    }


def themes(passages):
    """Return two themes, one of them with a long name, and a map of them."""
    long = f"{LONG[:40]} and what has to be decided about it"
    labels = {"theme-1": "weather and climate", "theme-2": long}
    names = [f"theme-{1 + place % 2}" for place in range(len(passages))]
    members = passages[["passage", "doc", "lang"]].assign(theme=names, margin=0.1)
    plane = members.assign(label=members["theme"].map(labels), trustworthiness=0.8)
    places = pd.Series(range(len(plane)))
    summary = pd.DataFrame({"theme": [*labels], "label": [*labels.values()], "size": 50})
    weak = {"stability": 0.4, "language_bias": 0.1, "bias_by_chance": 0.2}
    return {
        "themes": summary.assign(**weak),
        "theme_curve": pd.DataFrame({"n_themes": [2], "chosen": True, "stable": False}),
        "theme_members": members[["passage", "theme", "margin"]],
        "theme_map": plane.assign(x=places % 9, y=places // 9),
    }


def claims(texts, passages):
    index, rows = EvidenceIndex({"documents": texts, "passages": passages}), []

    def add(name, section, sentence, spans, strength="stated", holds=True):
        places = [dict(zip(("doc", "start", "end"), span, strict=True)) for span in spans]
        evidence = [index.describe(one | {"quote": index.at(*one.values())}) for one in places]
        rows.append((name, section, sentence, holds, strength, evidence))

    firsts = []
    for doc, part in passages.groupby("doc"):
        section = f"What the text {doc} says"
        first, second, *others = part[["doc", "start", "end"]].itertuples(index=False, name=None)
        firsts.append(first)
        middle = (doc, first[1] + 5, first[2] - 5)
        within = (doc, second[1], (second[1] + second[2]) // 2)
        across = (doc, (first[1] + first[2]) // 2, within[2])
        add(f"{doc}-one", section, f"The text {doc} opens with what it is about.", [first])
        add(f"{doc}-two", section, "Part of its first passage is enough.", [middle, within])
        add(f"{doc}-across", section, "Words of two passages.", [across, second], "counted")
        add(f"{doc}-all", section, "It says much.", [first, second, *others], "doubtful")
    add(f"odd {SCRIPT}", "What all share", f"A claim with {IMAGE} and {TEMPLATE}.", firsts)
    add("bare", "What all share", "Nothing is quoted for this.", [], "counted")
    add("gone", "What all share", "All of them name a bank.", firsts[:1], "stated", False)
    columns = ["claim", "section", "text", "holds", "strength", "evidence"]
    return pd.DataFrame(rows, columns=columns)


def hostile_notebook():
    """Return a notebook whose outputs carry what sources may hold."""
    wide = pd.DataFrame({f"column {number}": [LONG[:60]] for number in range(12)})
    outputs = [
        {"text/html": f"<div>{SCRIPT}{IMAGE}<b onclick='x()'>bold</b></div>"},
        {"text/html": cl.view.table(wide)._repr_html_()},
        {"text/markdown": f"Words **of a source**: {SCRIPT} {IMAGE} {TEMPLATE} {LONG}"},
        {"text/plain": SCRIPT + LONG},
        {"application/javascript": "document.title = 'owned'"},
        {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"},
        {"image/png": PIXEL},
    ]
    cells = [
        nbformat.v4.new_markdown_cell(f"# Hostile {SCRIPT}\n\nWhat `outputs` may hold {IMAGE}.")
    ]
    for data in outputs:
        metadata = {"image/png": {"alt": f"A pixel {SCRIPT}"}} if "image/png" in data else {}
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("value", outputs=[output], execution_count=1))
        cells.append(nbformat.v4.new_markdown_cell(f"*A caption {IMAGE}.* And text."))
    return nbformat.v4.new_notebook(metadata=notebooks.METADATA, cells=cells)


def write(folder):
    """Write the report into a folder and return its index."""
    hostile = folder.parent / "99-hostile.ipynb"
    nbformat.write(hostile_notebook(), hostile)
    paths = [*sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")), hostile]
    return cl.export.report(paths, folder, tables())


def assert_links_land(index):
    """Follow every link of the pages beside an index, but those to other sites."""
    pages = {path.resolve(): html.parse(path) for path in index.parent.rglob("*.html")}
    for path, page in pages.items():
        for href in page.xpath("//a/@href[not(contains(., '://'))]"):
            target, _, anchor = href.partition("#")
            place = (path.parent / target).resolve() if target else path
            assert place.is_file(), href
            assert not anchor or anchor in pages[place].xpath("//@id"), href
