"""The parts of a passage: short runs of words, since a long sentence speaks of several things."""

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed

# Words in a run, and after how many words the next one begins: chosen by benchmarks/codes.py.
WORDS, STEP = 6, 3
# Runs of one passage. A passage with more words than these hold is no sentence.
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
        One row a part, in the order of the passages: whole (the passage), and
        vectors as `clusterlib.embed.vectors` returns them. A part is a run of six
        words, the next begins three words later, and the last ends with the
        passage; of more than 64, so many are taken at even distances.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents()).head(2)
    >>> parts(passages)["whole"].value_counts(sort=False).tolist()
    [4, 8]
    """
    texts = cut(passages)
    with warnings.catch_warnings():
        # What calibration lacks was said when the passages were embedded.
        warnings.filterwarnings("ignore", "no calibration text", UserWarning)
        vectors = embed.vectors(texts, encoder, calibrate, reference)
    return vectors.assign(whole=texts["whole"].to_numpy())


def cut(passages: pd.DataFrame) -> pd.DataFrame:
    """Cut passages into runs of words.

    >>> text = "one two three four five six seven eight"
    >>> cut(pd.DataFrame({"passage": ["a"], "lang": "en", "text": text}))["text"].tolist()
    ['one two three four five six', 'three four five six seven eight']
    """
    rows = [
        (f"{passage}/{number}", passage, lang, run)
        for passage, lang, text in zip(
            passages["passage"], passages["lang"], passages["text"], strict=True
        )
        for number, run in enumerate(_runs(text))
    ]
    return pd.DataFrame(rows, columns=["passage", "whole", "lang", "text"], dtype="str")


def best_two(scores: Rows, starts: NDArray[np.intp]) -> Rows:
    """Return the mean of the two highest scores of each group of rows, by column.

    >>> best_two(np.array([[1.0], [5.0], [3.0], [7.0]]), np.array([0, 3])).tolist()
    [[4.0], [7.0]]
    """
    sizes = np.diff(np.append(starts, len(scores)))
    first = np.maximum.reduceat(scores, starts)
    highest = scores == np.repeat(first, sizes, axis=0)
    rest = np.maximum.reduceat(np.where(highest, -np.inf, scores), starts)
    # Two that are equally high, or one alone, are their own mean.
    several = (np.add.reduceat(highest, starts, dtype=np.intp) > 1) | (sizes == 1)[:, None]
    return np.asarray((first + np.where(several, first, rest)) / 2)


def _runs(text: str) -> list[str]:
    words = text.split()
    last = max(0, len(words) - WORDS)
    starts = [*range(0, last, STEP), last]
    if len(starts) > MOST:
        starts = np.linspace(0, last, MOST).astype(int).tolist()
    return [" ".join(words[start : start + WORDS]) for start in starts]
