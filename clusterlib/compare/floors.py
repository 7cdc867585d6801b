"""The noise floor: what the same measure shows between translations of the same sentences."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, resample
from clusterlib.compare.assigned import Assigned, read
from clusterlib.compare.book import fitting
from clusterlib.compare.heldout import coded, heldout
from clusterlib.compare.shares import DRAWS
from clusterlib.language import cosine_distances, nearest_first

# A sentence belongs to what its nearest passages belong to.
NEAREST = 5

Rows = NDArray[np.float64]


def floors(
    assigned: pd.DataFrame,
    passages: pd.DataFrame,
    vectors: pd.DataFrame | None = None,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    by: str = "doc",
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure how far translations of the same sentences differ.

    Parameters
    ----------
    assigned, passages, by, random_state
        As for `shares`.
    vectors : pandas.DataFrame, optional
        Of the passages; needed for topics and themes.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        That the codes were given by, as `clusterlib.codes.apply` takes it; by
        default that of the seeds. Labels and dimensions that the codes carry tell
        another codebook; other probes alone do not.
    encoder : Encoder, optional
        The one that the vectors are from.

    Returns
    -------
    pandas.DataFrame
        One row a theme and pair of units: theme, doc_a, doc_b and floor, the
        difference that 95 of 100 samples of calibration sentences, as many as
        the shorter unit has passages, stay below. Zero for two units of the
        same language; missing where a language has no calibration sentences.

    Raises
    ------
    ValueError
        If vectors are needed and missing, or the codebook lacks a code or calls
        it otherwise; as `shares` says.

    Notes
    -----
    The calibration sentences of each fifth are embedded with offsets from the
    other four fifths. Codes are given to them as to passages; to a topic or
    theme a sentence belongs as its five nearest passages do.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage": ["a-1", "b-1"], "doc": ["a", "b"], "lang": "de"})
    >>> coded = passages[["passage"]].assign(code="x", coded=[True, False])
    >>> floors(coded, passages).values.tolist()
    [['x', 'a', 'b', 0.0]]
    """
    own = read(assigned, passages, by)
    langs = sorted(set(own.passages["lang"]))
    # Of one language nothing has to be compared with its translation.
    langs = langs if len(langs) > 1 else []
    if own.kind == "code":
        known = _coded(langs, own.names, fitting(assigned, codebook), encoder) if langs else {}
    elif vectors is None:
        raise ValueError(f"vectors are needed to find the {own.kind} of other sentences")
    else:
        known = _nearest(own, vectors, *heldout(langs, encoder))
    return _table(own, known, random_state)


def _coded(
    langs: list[str], names: list[str], book: pd.DataFrame, encoder: embed.Encoder | None
) -> dict[str, Rows]:
    """Return by language which codes the sentences are given."""
    found = coded(langs, book, encoder)
    wide = found.pivot(index=["lang", "row"], columns="code", values="coded")
    return {str(lang): part[names].to_numpy(float) for lang, part in wide.groupby(level="lang")}


def _nearest(
    own: Assigned, vectors: pd.DataFrame, sentences: pd.DataFrame, held: pd.DataFrame
) -> dict[str, Rows]:
    """Return by language what the passages that are nearest to the sentences belong to."""
    if not len(sentences):
        return {}
    among = embed.matrix(vectors.loc[own.passages["passage"]])
    near = [
        nearest_first(distances, NEAREST)
        for _, distances in cosine_distances(embed.matrix(held), among, decimals=6)
    ]
    found: Rows = own.rows[np.concatenate(near)].mean(axis=1)
    langs = sentences["lang"].to_numpy(str)
    return {lang: found[langs == lang] for lang in sorted(set(langs.tolist()))}


def _table(own: Assigned, known: dict[str, Rows], seed: int) -> pd.DataFrame:
    """Compare the units as if each had said the calibration sentences, in its languages."""
    parts = []
    for a, b in combinations(own.units, 2):
        mixed = [own.passages.loc[own.passages["unit"] == unit, "lang"] for unit in (a, b)]
        floor = _floor(mixed, known, len(own.names), seed)
        parts.append(pd.DataFrame({"theme": own.names, "doc_a": a, "doc_b": b, "floor": floor}))
    empty = pd.DataFrame(columns=["theme", "doc_a", "doc_b"], dtype="str").assign(floor=0.0)
    return pd.concat(parts, ignore_index=True) if parts else empty


def _floor(mixed: list["pd.Series[str]"], known: dict[str, Rows], count: int, seed: int) -> Rows:
    """Return for each theme what differences of samples stay below."""
    one, two = (langs.value_counts(normalize=True) for langs in mixed)
    apart = one.sub(two, fill_value=0.0)
    apart = apart[apart.round(9) != 0]
    if not set(apart.index) <= set(known):
        return np.full(count, np.nan)
    if not len(apart):
        return np.zeros(count)
    differences = sum(share * known[str(lang)] for lang, share in apart.sort_index().items())
    rows = np.asarray(differences, dtype=np.float64)
    size = min(map(len, mixed))
    drawn = resample.counts(size, len(rows), DRAWS, seed) @ rows / size
    return np.round(np.quantile(np.abs(drawn), 0.95, axis=0), 4) + 0.0
