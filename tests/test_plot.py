import base64
import io

import pandas as pd
import pytest
from PIL import Image

import clusterlib as cl


def test_strips_draws_every_span_and_leaves_its_table_alone(documents):
    spans = cl.clean.spans(documents)
    before = spans.copy()
    ax = cl.plot.strips(spans)
    assert spans.equals(before)
    assert sum(len(bars.get_paths()) for bars in ax.collections) == len(spans)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["bg", "de", "fr", "nb", "nl"]
    assert cl.plot.strips(spans, ax) is ax


def test_a_picture_carries_its_words(documents):
    ax = cl.plot.strips(cl.clean.spans(documents))
    data, metadata = cl.plot.show(ax, "Five strips.")._repr_mimebundle_()
    assert data["text/plain"] == "Five strips."
    assert metadata["image/png"]["alt"] == "Five strips."
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).width > 500
    with pytest.raises(ValueError, match="alt is empty"):
        cl.plot.show(ax, " ")


def test_the_same_table_gives_the_same_pixels(documents):
    spans = cl.clean.spans(documents)
    pictures = [cl.plot.show(cl.plot.strips(spans), "Strips.").png for _ in range(2)]
    assert pictures[0] == pictures[1]


@pytest.fixture(scope="module")
def dated(documents, passages):
    return cl.facts.dated(cl.facts.find(documents, passages))


def test_timeline_draws_a_row_for_each_fact(dated):
    before = dated.copy()
    ax = cl.plot.timeline(dated)
    assert dated.equals(before)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [f"{row.doc}   {row.when}" for row in dated.itertuples()]
    drawn = [line for line in ax.get_lines() if line.get_ydata()[0] in range(len(dated))]
    assert len(drawn) == len(dated)


def test_a_text_has_one_colour_whichever_texts_have_facts(dated, documents):
    every = cl.plot.timeline(dated, docs=documents["doc"]).get_lines()
    one = cl.plot.timeline(dated[dated["doc"] == "nl"], docs=documents["doc"]).get_lines()
    assert one[0].get_color() == every[list(dated["doc"]).index("nl")].get_color()
    assert len({line.get_color() for line in every[: len(dated)]}) == dated["doc"].nunique()


def test_dots_writes_every_count_and_draws_it_by_area():
    counts = pd.DataFrame({"fr": [0, 4], "nl": [1, 16]}, index=["industry", "academia"])
    ax = cl.plot.dots(counts)
    assert [text.get_text() for text in ax.texts] == ["0", "1", "4", "16"]
    sizes = [dots.get_sizes()[0] for dots in ax.collections[:4]]
    assert sizes[3] == 16 * sizes[1] == 4 * sizes[2]


def test_a_tree_names_every_leaf_and_a_grid_every_row():
    leaves = pd.DataFrame({"leaf": ["a", "b", "c"], "label": ["A", "B", "C"]})
    rows = [("m1", "a", "c", 1.0), ("m2", "b", "m1", 2.0)]
    ax = cl.plot.dendrogram(
        leaves, pd.DataFrame(rows, columns=["merge", "left", "right", "height"])
    )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["B", "A", "C"]
    assert len(ax.lines) == 2
    index = pd.MultiIndex.from_tuples([("x", "a"), ("y", "b")])
    ax = cl.plot.grid(pd.DataFrame({"de": [1, 0], "fr": [0, 3]}, index=index))
    assert [text.get_text() for text in ax.texts] == ["1", "3"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["x · a", "y · b"]


NUMBERS = {"share": 0.2, "low": 0.1, "high": 0.4}
LEAVES = pd.DataFrame({"leaf": ["a", "b"], "label": "one"})
MERGES = pd.DataFrame({"merge": ["m"], "left": "a", "right": "b", "height": 1.5})
POINTS = pd.DataFrame({"doc": ["de", "fr"], "panel": "before", "lang": "de", "x": [0, 1], "y": 0.5})
PAIRS = pd.DataFrame({"doc_a": ["de"], "doc_b": "fr", "distance": 2, "drawn": 1.5})
DRAWN = {
    "strips": (
        cl.plot.strips,
        pd.DataFrame({"doc": ["de"], "start": 0, "end": 9, "fate": "body"}),
    ),
    "planes": (cl.plot.planes, POINTS[["panel", "lang", "x", "y"]]),
    "curve": (
        lambda trials: cl.plot.curve(trials, "n_themes"),
        pd.DataFrame(
            {"n_themes": [2], "stability": 0.8, "weakest": 0.6, "null": 0.5, "chosen": True}
        ),
    ),
    "leaves": (lambda leaves: cl.plot.dendrogram(leaves, MERGES), LEAVES),
    "merges": (lambda merges: cl.plot.dendrogram(LEAVES, merges), MERGES),
    "intervals": (cl.plot.intervals, pd.DataFrame({"doc": ["de"], "theme": "jobs", **NUMBERS})),
    "verdicts": (
        cl.plot.verdicts,
        pd.DataFrame(
            {"theme": ["jobs"], "doc_a": "de", "doc_b": "fr", "difference": 0.3, "verdict": "more"}
        ),
    ),
    "points": (lambda points: cl.plot.places(points, PAIRS), POINTS[["doc", "x", "y"]]),
    "misplaced": (lambda pairs: cl.plot.places(POINTS, pairs), PAIRS),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_names_every_column_that_it_lacks(name):
    draw, table = DRAWN[name]
    assert draw(table) is not None
    for column in table:
        with pytest.raises(ValueError, match=column):
            draw(table.drop(columns=column))
        with pytest.raises(cl.problems.InputError, match=f"{column}: "):
            draw(table.assign(**{column: [[]] * len(table)}))
