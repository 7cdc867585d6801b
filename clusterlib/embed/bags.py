"""Texts as bags of words, cut and counted by pyarrow."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

BETWEEN = r"[^\p{L}\p{M}\p{N}]+"
NOTHING = "…"


def counts(texts: Sequence[str]) -> Counter[str]:
    """Count the words of texts, in small letters.

    >>> sorted(counts(["Die Region, die zahlt.", "…"]).items())
    [('die', 2), ('region', 1), ('zahlt', 1), ('…', 1)]
    """
    found = _words(texts)[1].value_counts()
    pairs = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
    return Counter(dict(pairs))


def distinct(texts: Sequence[str]) -> list[str]:
    """Return the words of texts, each once, sorted."""
    return sorted(_words(texts)[1].unique().to_pylist())


def places(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text, each with where it starts and where it ends.

    >>> places("Die Region zahlt.")
    [('die', 0, 3), ('region', 4, 10), ('zahlt', 11, 16)]
    """
    cut = pc.split_pattern_regex(_array([text]), pattern=BETWEEN).flatten()
    names = pc.utf8_lower(pc.utf8_normalize(cut, form="NFC")).to_pylist()
    found, end = [], 0
    for word, name in zip(cut.to_pylist(), names, strict=True):
        if word:
            start = text.index(word, end)
            end = start + len(word)
            found.append((name, start, end))
    return found


def matrix(texts: Sequence[str], known: Mapping[str, int]) -> "csr_matrix":
    """Return how often each text has each word.

    Parameters
    ----------
    texts : sequence of str
        Made of words that are known.
    known : mapping of str to int
        The column of each word.

    Returns
    -------
    scipy.sparse.csr_matrix
        float32, shape (texts, words), entries in the order of the text: sums do
        not depend on the order of columns.
    """
    from scipy.sparse import csr_matrix

    starts, words = _words(texts)
    encoded = words.dictionary_encode()
    column = np.array([known[word] for word in encoded.dictionary.to_pylist()], np.int32)
    places = column[encoded.indices.to_numpy()] if len(column) else column
    ones = np.ones(len(places), np.float32)
    return csr_matrix((ones, places, starts), shape=(len(texts), len(known)))


def _words(texts: Sequence[str]) -> tuple[NDArray[np.int64], Any]:
    """Return where the words of each text start, and all words."""
    plain = pc.utf8_normalize(_array(texts), form="NFC")
    cut = pc.split_pattern_regex(pc.utf8_lower(plain), pattern=BETWEEN)
    words, owner = cut.flatten(), pc.list_parent_indices(cut)
    full = pc.not_equal(words, "")
    words, owner = words.filter(full), owner.filter(full).to_numpy()
    sizes = np.bincount(owner, minlength=len(texts)) if len(owner) else np.zeros(len(texts), int)
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        # A text without letters and digits is one word of its own.
        owner = np.concatenate([owner, empty])
        words = pa.concat_arrays([words, pa.array([NOTHING] * len(empty), pa.large_string())])
        order = np.argsort(owner, kind="stable")
        words, sizes[empty] = words.take(pa.array(order)), 1
    return np.concatenate([[0], np.cumsum(sizes)]), words


def _array(texts: Sequence[str]) -> Any:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        # Half a surrogate pair is no character; few texts have one, so only then is it looked for.
        return pa.array([text.encode("utf-8", "replace") for text in texts], pa.large_string())
