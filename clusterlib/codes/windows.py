"""The parts of a passage: windows of a few words, since a long sentence speaks of several things.

A passage is read once, and what the model made of the words of a window is its vector (late
chunking). Of an encoder that only takes texts, each window is a text of its own.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed
from clusterlib.embed import cache
from clusterlib.embed.calibration import checked
from clusterlib.embed.encoder import Span, SpanEncoder

# Words in a window, after how many words the next one begins, and what its score weighs beside that
# of the passage: chosen by benchmarks/codes.py.
WORDS, STEP, WEIGHT = 6, 3, 0.7
# Windows of one passage. A passage with more words than these hold is no sentence.
MOST = 64

Rows = NDArray[np.float64]


def parts(
    passages: pd.DataFrame,
    encoder: embed.Encoder | None = None,
    calibrate: embed.Calibration | None = "reference",
    reference: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Embed the parts of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage, lang and text.
    encoder, calibrate, reference
        As for `clusterlib.embed.vectors`; what the passages were embedded with.

    Returns
    -------
    pandas.DataFrame
        One row a part, in the order of the passages: whole (the passage), and unit vectors, from
        which the mean of the parts of the calibration sentences of its language is removed. A part
        is a window of six words, the next begins three words later, and the last ends with the
        passage; of more than 64, so many are taken at even distances.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents()).head(2)
    >>> parts(passages)["whole"].value_counts(sort=False).tolist()
    [4, 8]
    """
    encoder = encoder or embed.load_encoder()
    langs, groups = embed.languages(passages), read(passages["text"].tolist(), encoder)
    sizes = [len(group) for group in groups]
    # What has one passage only is not set against itself.
    names, counts = np.unique(langs, return_counts=True)
    several = set(names[counts > 1].tolist()) if calibrate else set()
    referenced = offsets(encoder, langs, reference) if calibrate == "reference" else {}
    rows = np.concatenate(groups) if groups else np.empty((0, encoder.dim), np.float32)
    centered = embed.center(rows, np.repeat(langs, sizes), several, referenced)
    whole = np.repeat(passages["passage"].to_numpy(), sizes)
    numbers = [number for size in sizes for number in range(size)]
    index = [f"{name}/{number}" for name, number in zip(whole, numbers, strict=True)]
    columns = [f"v{number:03d}" for number in range(encoder.dim)]
    table = pd.DataFrame(centered, index=pd.Index(index, name="passage"), columns=columns)
    return table.assign(whole=pd.Series(whole, index=table.index, dtype="str"))


def read(texts: Sequence[str], encoder: embed.Encoder) -> list[NDArray[np.float32]]:
    """Return the vectors of the windows of each text, as the encoder makes them."""
    parts = [spans(text) for text in texts]
    if isinstance(encoder, SpanEncoder):
        return cache.encode_spans(texts, parts, encoder)
    words = [text.split() for text in texts]
    windows = [" ".join(row[a:b]) for row, part in zip(words, parts, strict=True) for a, b in part]
    ends = np.cumsum([len(part) for part in parts])[:-1]
    return np.split(cache.encode(windows, encoder), ends) if windows else []


def offsets(
    encoder: embed.Encoder, langs: NDArray[np.str_], reference: pd.DataFrame | None = None
) -> dict[str, NDArray[np.float32]]:
    """Return the mean of the windows of calibration sentences, or reference text, by language."""
    table = embed.calibration()[["lang", "text"]]
    if reference is not None:
        texts = checked(reference)[["lang", "text"]]
        table = pd.concat([table[~table["lang"].isin(texts["lang"])], texts])
    by_language = {}
    for lang, texts in table[table["lang"].isin(langs)].groupby("lang"):
        rows = np.concatenate(read(texts["text"].tolist(), encoder))
        by_language[str(lang)] = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    return by_language


def best_two(scores: Rows, starts: NDArray[np.intp]) -> Rows:
    """Return the mean of the two highest scores of each group of rows, by column."""
    sizes = np.diff(np.append(starts, len(scores)))
    first = np.maximum.reduceat(scores, starts)
    highest = scores == np.repeat(first, sizes, axis=0)
    rest = np.maximum.reduceat(np.where(highest, -np.inf, scores), starts)
    # Two that are equally high, or one alone, are their own mean.
    several = (np.add.reduceat(highest, starts, dtype=np.intp) > 1) | (sizes == 1)[:, None]
    return np.asarray((first + np.where(several, first, rest)) / 2)


def spans(text: str) -> list[Span]:
    """Return first and last + 1 of the words of each window."""
    words = len(text.split())
    last = max(0, words - WORDS)
    starts = [*range(0, last, STEP), last]
    if len(starts) > MOST:
        starts = np.linspace(0, last, MOST).astype(int).tolist()
    return [(start, min(start + WORDS, words)) for start in starts]
