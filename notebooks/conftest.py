"""Compare figures as nbval compares text: pixel by pixel, naming where they differ."""

import base64
import copy
import io

import numpy as np
from nbval.plugin import IPyNbCell, IPyNbFile
from PIL import Image

compare_text = IPyNbCell.compare_outputs


def pixels(data):
    raw = base64.b64decode("".join(data))
    return np.asarray(Image.open(io.BytesIO(raw)).convert("RGBA"), dtype=np.float64)


def described(whose, output, other):
    """Replace a picture by words that are equal exactly when the pixels are."""
    image, reference = pixels(output["data"]["image/png"]), pixels(other["data"]["image/png"])
    if image.shape != reference.shape:
        return f"{whose} figure of {image.shape[1]} × {image.shape[0]} pixels"
    places = np.argwhere((image != reference).any(axis=2))
    if not len(places):
        return "the same figure"
    row, column = places[0]
    rms = float(np.sqrt(((image - reference) ** 2).mean()))
    value = tuple(int(channel) for channel in image[row, column])
    return (
        f"{whose} figure differs in {len(places)} pixel(s), RMS {rms:.3g}; "
        f"the first at x={column}, y={row} is {value}"
    )


def compare_outputs(self, test, ref, skip_compare=None):
    test, ref = copy.deepcopy(list(test)), copy.deepcopy(list(ref))
    with_figure = [
        [output for output in outputs if "image/png" in output.get("data", {})]
        for outputs in (test, ref)
    ]
    for new, old in zip(*with_figure, strict=False):
        words = described("new", new, old), described("committed", old, new)
        new["data"]["image/png"], old["data"]["image/png"] = words
    return compare_text(self, test, ref, skip_compare)


def pytest_collectstart(collector):
    if isinstance(collector, IPyNbFile):
        collector.skip_compare = tuple(key for key in collector.skip_compare if key != "image/png")
        IPyNbCell.compare_outputs = compare_outputs


def pytest_collection_modifyitems(items):
    """Begin with the last notebooks, which take longest."""
    items.sort(key=lambda item: item.path.name, reverse=True)
