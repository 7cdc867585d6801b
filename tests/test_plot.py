import base64
import io

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
