"""What the model reads of texts: windows of tokens, and batches of windows of like length."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

Window = tuple[int, list[int]]

# The model was trained with 512 positions.
WINDOW: Final = 512
# A text of more than about 32,000 tokens is a scraping accident, not a
# passage: its vector would say little and cost minutes.
MOST_WINDOWS: Final = 64
BATCH: Final = 8
# Windows of so few tokens, such as single words, run twice as fast in larger batches.
SHORT: Final = 16
SHORT_BATCH: Final = 32
# Attention over long texts is what costs memory, so batches of them are smaller.
BATCH_TOKENS: Final = 1024


def equal_parts(ids: list[int], most: int) -> Iterator[list[int]]:
    """Cut ids into as few parts of at most `most` as will do, as equal as can be."""
    parts = max(1, -(-len(ids) // most))
    for i in range(parts):
        yield ids[len(ids) * i // parts : len(ids) * (i + 1) // parts]


def batches(windows: list[Window]) -> Iterator[list[Window]]:
    """Group windows of like length, the longest first, so that little is padding."""
    order = sorted(windows, key=lambda window: -len(window[1]))
    start = 0
    while start < len(order):
        longest = len(order[start][1])
        most = SHORT_BATCH if longest <= SHORT else BATCH
        size = max(1, min(most, BATCH_TOKENS // longest))
        yield order[start : start + size]
        start += size


def padded(batch: list[list[int]], pad: int) -> dict[str, NDArray[np.int64]]:
    """Return what the graph wants to know of texts: ids of one length, and which of them count."""
    ids = np.full((len(batch), max(map(len, batch))), pad, np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
    return {"ids": ids, "mask": mask}
