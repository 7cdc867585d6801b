"""Figures draw all of their table, and can be read: large, dark, and not by colour alone."""

import base64
import io
import itertools
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from colours import contrast, linear
from conftest import ROOT, cases, refused
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image

import clusterlib as cl
from clusterlib.plot.passages import spread
from clusterlib.problems import InputError

DOCS = ["bg", "de", "fr", "nb", "nl"]
# Points as matplotlib counts them, at the DPI of the figures.
SMALLEST = 8
# WCAG 2.2, success criterion 1.4.3, for text that is not large.
CONTRAST = 4.5
# Part of the box around a text that a colour has to fill to count as its background.
BEHIND = 0.05
# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color
# vision deficiency", IEEE TVCG 15(6): the matrices of full severity, for linear RGB.
VISION = cases("vision")
# Difference in CIELAB (CIE 1976) that two colours keep; one that is just seen is about 2.3.
APART = 12


def lab(colour, vision):
    seen = np.clip(np.asarray(VISION[vision]) @ linear(to_rgb(colour)), 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = (np.asarray(to_xyz) @ seen) / [0.9505, 1.0, 1.089]
    x, y, z = (t ** (1 / 3) if t > (6 / 29) ** 3 else t * 841 / 108 + 4 / 29 for t in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def table(name):
    """Return a table of those that are drawn here."""
    given = DRAWN[name]
    index = [tuple(one) for one in given["index"]] if "index" in given else None
    return pd.DataFrame(given["data"], index, given["columns"])


DRAWN = cases("drawn")
LEAVES, MERGES, COUNTS = table("leaves"), table("merges"), table("grid")
# What draws a table, and a table that it draws.
TABLES = {
    "strips": (cl.plot.strips, table("strips")),
    "planes": (cl.plot.planes, table("planes")),
    "regions": (
        lambda plane: cl.plot.regions(plane, by="lang"),
        table("planes").assign(theme="a", label="fairs"),
    ),
    "curve": (lambda trials: cl.plot.curve(trials, "n_topics"), table("curve")),
    "dendrogram": (lambda leaves: cl.plot.dendrogram(leaves, MERGES), LEAVES),
    "grid": (lambda counts: cl.plot.grid(counts, counts.astype(float), counts / 14), COUNTS),
    "timeline": (cl.plot.timeline, table("timeline")),
    "intervals": (cl.plot.intervals, table("intervals")),
    "trends": (cl.plot.trends, table("trends")),
}


@pytest.fixture(params=TABLES)
def figure(request):
    draw, table = TABLES[request.param]
    figure = draw(table).get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    return figure


def texts(figure):
    """Return every text that is drawn; matplotlib keeps labels for ticks beyond the edge."""
    unseen = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            first, last = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not first <= tick.get_loc() <= last:
                    unseen |= {tick.label1, tick.label2}
    drawn = [text for text in figure.findobj(Text) if text.get_visible() and text not in unseen]
    return [text for text in drawn if text.get_text().strip()]


def test_every_function_that_draws_is_tried_here():
    assert set(TABLES) == set(cl.plot.__all__) - {"COLOURS", "DPI", "MARKS", "Picture", "show"}


def test_text_is_large_enough_and_stands_out_from_what_is_behind_it(figure):
    written = texts(figure)
    assert written and figure.dpi == cl.plot.DPI
    boxes = [text.get_window_extent() for text in written]
    for text in figure.findobj(Text):
        text.set_alpha(0)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255
    for text, box in zip(written, boxes, strict=True):
        assert text.get_fontsize() >= SMALLEST, text.get_text()
        x_min, low, right, high = (max(0, round(edge)) for edge in box.extents)
        behind = pixels[low : max(high, low + 1), x_min : max(right, x_min + 1)].reshape(-1, 3)
        colours, number = np.unique(behind.round(2), axis=0, return_counts=True)
        for colour in colours[number >= BEHIND * number.sum()]:
            ratio = contrast(to_rgb(text.get_color()), colour)
            assert ratio >= CONTRAST, f"{text.get_text()!r}: {ratio:.2f} on {colour}"


def test_no_text_is_cut_off_or_covers_another(figure):
    boxes = {text: text.get_window_extent() for text in texts(figure)}
    for text, box in boxes.items():
        assert min(box.extents) > -1, text.get_text()
        assert box.x1 <= figure.bbox.x1 + 1, text.get_text()
        assert box.y1 <= figure.bbox.y1 + 1, text.get_text()
    for (one, a), (two, b) in itertools.combinations(boxes.items(), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(wide, high) < 2, f"{one.get_text()!r} and {two.get_text()!r}"


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart_with_any_colour_vision(vision):
    palettes = [[colour for colour, _ in cl.plot.MARKS], list(cl.plot.COLOURS.values())]
    for palette in palettes:
        for one, two in itertools.combinations(palette, 2):
            distance = np.linalg.norm(lab(one, vision) - lab(two, vision))
            assert distance >= APART, f"{one} and {two}: {distance:.1f}"
    # Marks differ by shape as well.
    shapes = [shape for _, shape in cl.plot.MARKS]
    assert len(set(shapes)) == len(shapes) >= len(DOCS)


def test_the_figure_of_the_readme_is_that_of_the_notebook_and_can_be_read_in_a_column():
    committed = (ROOT / "docs" / "codes.png").read_bytes()
    notebook = nbformat.read(ROOT / "notebooks" / "08-compare-the-initiatives.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if "front=True" in cell.source]
    (output,) = [one for one in cell.outputs if "image/png" in one["data"]]
    assert base64.b64decode(output["data"]["image/png"]) == committed, "run `make refresh`"
    readme = Path(ROOT / "README.md").read_text(encoding="utf-8")
    assert f"![{output['metadata']['image/png']['alt']}](docs/codes.png)" in readme
    # A page that is 850 pixels wide, at 96 to an inch, shrinks what is wider.
    width = Image.open(io.BytesIO((ROOT / "docs" / "codes.png").read_bytes())).width
    beside = COUNTS.where(COUNTS > 10).astype(float)
    figure = cl.plot.grid(COUNTS, beside).get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    smallest = min(text.get_fontsize() for text in texts(figure)) * cl.plot.DPI / 96
    assert smallest * min(1, 850 / width) >= SMALLEST


def test_no_label_of_a_map_covers_another_or_leaves_the_frame():
    """Plant groups of the same place, and long labels at the edges."""
    draw = np.random.default_rng(0)
    labels = [f"a long label of the {word} group" for word in "first second third fourth".split()]
    plane = pd.DataFrame({"x": draw.normal(0, 1, 80), "y": draw.normal(0, 1, 80)})
    plane = plane.assign(topic=np.repeat(list("abcd"), 20), label=np.repeat(labels, 20))
    plane.loc[plane["topic"] == "d", "x"] = 4 + draw.normal(0, 0.01, 20)
    plane["doc"] = np.tile(["one", "two"], 40)
    ax = cl.plot.regions(plane)
    FigureCanvasAgg(ax.get_figure(root=True)).draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert [text.get_text().replace("\n", " ") for text in ax.texts] == labels
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    frame = ax.get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)
    refused(InputError, "x: the column is missing", cl.plot.regions, plane.drop(columns="x"))


def test_passages_of_topics_and_themes_lie_on_a_plane_whatever_their_order(passages, vectors):
    for room in (cl.topics, cl.themes):
        plane = room.fit(passages, vectors, 4).plane()
        again = room.fit(passages.sample(frac=1, random_state=0), vectors, 4).plane()
        pd.testing.assert_frame_equal(plane, again)
        assert plane["passage"].tolist() == sorted(passages["passage"])
        assert 0.6 < plane["trustworthiness"].iloc[0] < 0.9
        two = room.fit(passages, vectors, 2).plane()
        assert two["y"].std() > 0.9


def test_strips_draws_every_span_and_a_picture_carries_its_words(documents):
    spans = cl.clean.spans(documents)
    before = spans.copy()
    ax = cl.plot.strips(spans)
    assert spans.equals(before)
    assert sum(len(bars.get_paths()) for bars in ax.collections) == len(spans)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["bg", "de", "fr", "nb", "nl"]
    data, metadata = cl.plot.show(ax, "Five strips.")._repr_mimebundle_()
    assert data["text/plain"] == "Five strips."
    assert metadata["image/png"]["alt"] == "Five strips."
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).width > 500
    refused(ValueError, "alt is empty", cl.plot.show, ax, " ")
    # The same table gives the same pixels.
    again = cl.plot.show(cl.plot.strips(spans), "Five strips.")._repr_mimebundle_()
    assert again[0] == data
    assert cl.plot.strips(spans, ax) is ax


def test_timeline_draws_a_row_for_each_fact_under_its_text(facts, documents):
    dates = cl.facts.dated(facts)
    before = dates.copy()
    ax = cl.plot.timeline(dates.assign(event="signed"))
    assert dates.equals(before)
    wanted = []
    for doc, rows in dates.groupby("doc"):
        wanted += [doc, *("signed, " + rows["when"])]
    assert [label.get_text() for label in ax.get_yticklabels()] == wanted
    drawn = [line for line in ax.get_lines() if line.get_ydata()[0] in range(len(wanted))]
    assert len(drawn) == len(dates)
    # A text has one colour, whichever texts have facts.
    every = cl.plot.timeline(dates, docs=documents["doc"]).get_lines()
    one = cl.plot.timeline(dates[dates["doc"] == "nl"], docs=documents["doc"]).get_lines()
    # Lines between texts are grey.
    colours = [line.get_color() for line in every if line.get_color() != "#999999"]
    assert one[0].get_color() == colours[list(dates["doc"]).index("nl")]
    assert len(set(colours)) == dates["doc"].nunique()


def test_a_tree_names_every_leaf_and_a_grid_every_row():
    ax = cl.plot.dendrogram(LEAVES, MERGES)
    named = [label.get_text().removeprefix("initiative ") for label in ax.get_yticklabels()]
    assert named == ["fr", "nb", "bg", "de", "nl"]
    assert len(ax.lines) == 4
    index = pd.MultiIndex.from_tuples([("x", "a"), ("y", "b")])
    ax = cl.plot.grid(pd.DataFrame({"de": [1, 0], "fr": [0, 3]}, index=index))
    assert [text.get_text() for text in ax.texts] == ["1", "3"]
    # Lines break where a period has no texts, and stop before those without a date.
    line = cl.plot.trends(table("trends")).lines[2]
    assert np.isnan(line.get_ydata()).tolist() == [False, True, False]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["x · a", "y · b"]
    # A grid sets other counts beside those that it has.
    counts = pd.DataFrame({"de": [2, 0], "fr": [1, 3]}, index=["jobs", "storage"])
    beside = pd.DataFrame({"de": [None, 4], "fr": [None, 3]}, index=counts.index, dtype=float)
    drawn = [text.get_text() for text in cl.plot.grid(counts, beside).texts]
    assert drawn == ["2", "1", "(4)", "3", "(3)"]


# Of each of these every column is drawn; that of merges stands beside its leaves.
CHECKED = {name: TABLES[name] for name in "strips planes curve dendrogram intervals trends".split()}
CHECKED["merges"] = (lambda merges: cl.plot.dendrogram(LEAVES, merges), MERGES)


@pytest.mark.parametrize("name", CHECKED)
def test_a_figure_names_every_column_that_it_lacks(name):
    draw, table = CHECKED[name]
    assert draw(table) is not None
    for column in table:
        refused(ValueError, column, draw, table.drop(columns=column))
        refused(InputError, f"{column}: ", draw, table.assign(**{column: [[]] * len(table)}))


def test_a_label_that_finds_no_room_is_left_out_and_others_keep_off_the_marks():
    first, second, third = spread([(0.0, 0.0, 20.0, 10.0)] * 3, (0.0, 0.0, 25.0, 22.0))
    assert first == (0.0, 0.0, 20.0, 10.0) and second == (0.0, 10.0, 20.0, 20.0) and third is None
    marks = np.array([[5.0, 5.0], [6.0, 5.5], [50.0, 50.0]])
    ((x0, y0, x1, y1),) = spread([(0.0, 0.0, 20.0, 10.0)], (0.0, 0.0, 100.0, 100.0), marks)
    assert not ((marks > (x0, y0)) & (marks < (x1, y1))).all(axis=1).any()
    assert (x1 - x0, y1 - y0) == (20, 10) and y0 < 20


def test_a_legend_of_long_names_stays_in_the_figure():
    rows = pd.DataFrame({"unit": [f"{doc}-and-its-initiative" for doc in DOCS], "category": "jobs"})
    ax = cl.plot.intervals(rows.assign(share=0.2, low=0.1, high=0.4))
    figure = ax.get_figure(root=True)
    box = ax.get_legend().get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
