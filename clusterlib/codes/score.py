"""Score every passage by every code, and count what is coded."""

from __future__ import annotations

import pandas as pd

from clusterlib import embed, schema, threads
from clusterlib.codes import runs
from clusterlib.codes.coder import SHARE, Coder, aligned


def apply(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    share: float = SHARE,
    parts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Code passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        Needs passage, lang and text; doc if known.
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it for these passages.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `read` takes it; by default the codebook of the seeds.
    encoder : Encoder, optional
        The one that the vectors are from; by default multilingual-e5-small.
    share : float
        Largest share of the neutral calibration sentences, in English and the
        languages of the passages, that a code may be given; 0.05 or less.
    parts : pandas.DataFrame, optional
        As the function `parts` returns it for these passages; by default with
        reference calibration.

    Returns
    -------
    pandas.DataFrame
        One row a passage and code, sorted by passage and in the order of the
        codebook: passage, doc, lang, code, dimension, label, score, threshold
        (four decimals) and coded: whether the score is above the threshold.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault of the codebook.
    clusterlib.problems.InputError
        If the passages break their contract.
    ValueError
        If there are no passages, passages have no vector, the vectors are another encoder's, or the
        share is not above 0 and at most 0.05.

    Notes
    -----
    A code is described by its probes, label, definition and when to use it, all
    in English. A ridge regression learns from the descriptions of all codes
    which directions of the space tell a code from the others and from neutral
    English sentences; no passage takes part in that. What the passages have in
    common is set aside first, and so is what the neutral sentences have in
    common: in a corpus about clusters, all of it is a little about companies.

    A passage that speaks of several things is as a whole like none of them. So its
    score is the mean of two: that of the passage, and that of its two best parts.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> found = apply(passages, cl.embed.vectors(passages))
    >>> found.query("passage == 'bg-001' and coded")["code"].tolist()
    ['storage', 'electric-mobility', 'renewables', 'energy-infrastructure']
    """
    own, rows = aligned(passages, vectors)
    if not len(own):
        raise ValueError("there are no passages to code")
    encoder = encoder or embed.load_encoder()
    if rows.shape[1] != encoder.dim:
        told = f"{rows.shape[1]} dimensions; those of {encoder.name!r} have {encoder.dim}"
        raise ValueError(f"the vectors have {told}: pass the encoder that they are from")
    langs = frozenset(embed.languages(own).tolist())
    known = pd.DataFrame(rows, index=own["passage"])
    parts = runs.parts(own, encoder) if parts is None else parts
    # More threads cost more time than they save, and change last digits.
    with threads.one():
        return Coder.of(known, parts, langs, codebook, encoder, share).apply(own, known, parts)


def by_initiative(codes: pd.DataFrame) -> pd.DataFrame:
    """Count the passages of each text that carry each code.

    Parameters
    ----------
    codes : pandas.DataFrame
        As `apply` returns it, with doc.

    Returns
    -------
    pandas.DataFrame
        One row a code, in the order of the codebook: dimension, code, relied_on
        where it is known, and a column a doc.

    Raises
    ------
    clusterlib.problems.InputError
        If doc, code or coded is missing.

    Examples
    --------
    >>> rows = {"code": "jobs", "dimension": "aim", "doc": list("aab"), "coded": [1, 1, 0]}
    >>> by_initiative(pd.DataFrame(rows)).values.tolist()
    [['aim', 'jobs', 2, 0]]
    """
    schema.check(codes, "counted codes")
    keys = [name for name in ("dimension", "code", "relied_on") if name in codes]
    counted = codes.groupby([*keys, "doc"], sort=False)["coded"].sum().unstack(fill_value=0)
    counted = counted[sorted(counted.columns)].astype(int).rename_axis(columns=None)
    return counted.reset_index()
