"""What a text does not mention, with the passage that comes nearest to it."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

from clusterlib import embed, schema
from clusterlib.compare.noise import code_heldout, match_codebook
from clusterlib.compare.shares import TOO_LITTLE, shares

ABSENT = "absent"
# Whose sentences those of a corpus in one language are put beside: English ones, or else these.
OTHER = {"en": "de"}


def gaps(
    codes: pd.DataFrame,
    passages: pd.DataFrame,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    by: str = "doc",
    reading: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List what texts do not mention: each code that no passage of a text carries.

    Parameters
    ----------
    codes : pandas.DataFrame
        As `clusterlib.codes.apply` returns it: passage, code, score, threshold and coded; label if
        known.
    passages : pandas.DataFrame
        Those that were coded: passage, doc, lang, start, end and text; english if there are
        translations.
    codebook, encoder
        As for `floors`.
    by, reading
        As for `shares`.

    Returns
    -------
    pandas.DataFrame
        One row a unit and code without a coded passage, in the order of the codebook: unit (the
        value of ``by``), code, label (if known), high (share of the code that the number of
        passages still allows), passage (the nearest), its text, english, score and threshold, short
        (what the score lacks), noise (what a sentence in the language of that passage lacks in
        score beside its translations, in 95 of 100 cases at most; where all texts are in one
        language, beside the English ones, or the German ones of English) and verdict: ``"absent"``,
        or ``"too little evidence"`` where the nearest passage lacks no more than the noise or the
        code is marked as not to be relied on.

    Raises
    ------
    clusterlib.problems.InputError
        If the codes lack a column.
    ValueError
        As `floors` raises it of a codebook, and `shares` of the passages.

    Notes
    -----
    Absent means: no passage says it in words that the machine can tell. A reader should look at the
    nearest passage before believing that.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> codes = cl.codes.apply(passages, cl.embed.vectors(passages))
    >>> absent = gaps(codes, passages).query("unit == 'bg' and verdict == 'absent'")
    >>> absent["code"].tolist()
    ['government', 'research', 'cross-border', 'money']
    """
    schema.check(codes, "scored codes")
    most = shares(codes, passages, by, reading=reading).set_index(["unit", "category"])["high"]
    places = {code: place for place, code in enumerate(dict.fromkeys(codes["code"]))}
    columns = [name for name in ("passage", "text", "english") if name in passages]
    texts = passages[columns].assign(unit=passages[by].astype(str))
    table = _nearest(codes, texts).merge(texts, on=["unit", "passage"], validate="many_to_one")
    noise = _noise(codes, passages, codebook, encoder) if len(table) else {}
    table["high"] = [most[pair] for pair in zip(table["unit"], table["code"], strict=True)]
    table["short"] = (table["threshold"] - table["score"]).round(4)
    langs = dict(zip(passages["passage"], embed.languages(passages), strict=True))
    pairs = zip(table["code"], table["passage"].map(langs), strict=True)
    table["noise"] = [noise.get((code, lang), np.nan) for code, lang in pairs]
    clear = (table["short"] > table["noise"]) & table.get("relied_on", True)
    table["verdict"] = pd.Series(ABSENT, index=table.index).where(clear, TOO_LITTLE)
    table["place"] = table["code"].map(places)
    table = table.sort_values(["unit", "place"], ignore_index=True)
    order = ["unit", "code", "label", "high", "passage", "relied_on", "text", "english"]
    columns = [name for name in order if name in table]
    return table[[*columns, "score", "threshold", "short", "noise", "verdict"]]


def _nearest(codes: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Return the row of the highest score of each unit and code without a coded passage."""
    units = passages.set_index("passage")["unit"].astype("category")
    scores = codes.assign(unit=units.loc[codes["passage"]].array)
    groups = scores.groupby(["unit", "code"], observed=True)
    best = scores["score"] == groups["score"].transform("max")
    scores = scores[best & ~groups["coded"].transform("any")].astype({"unit": "str"})
    # Of equal scores, the first passage by name.
    return scores.sort_values("passage").drop_duplicates(["unit", "code"])


def _noise(
    codes: pd.DataFrame, passages: pd.DataFrame, codebook: object, encoder: embed.Encoder | None
) -> dict[Hashable, float]:
    """Return by code and language what scores lack beside those of translations."""
    langs = sorted(set(embed.languages(passages).tolist()))
    if len(langs) == 1:
        langs.append(OTHER.get(langs[0], "en"))
    scored = code_heldout(langs, match_codebook(codes, codebook), encoder)
    wide = scored.pivot(index=["code", "row"], columns="lang", values="score")
    count = len(wide.columns) - 1
    if count < 1:
        return {}
    others = wide.rsub(wide.sum(axis=1), axis=0) / count
    lacking = (others - wide).clip(lower=0).groupby("code").quantile(0.95).round(4).stack()
    return lacking.to_dict()
