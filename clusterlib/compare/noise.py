"""The noise floor: what the same measure shows between translations of the same sentences.

For the codebook of the package there are parallel sentences that carry each of its codes; for all
else the calibration sentences are taken as if they were passages: each fifth is embedded with
offsets from the other four, so that nothing of a sentence is in its own offset.
"""

import functools
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import ncx2, norm

from clusterlib import codes as coding
from clusterlib import embed, load, schema
from clusterlib.codes import windows
from clusterlib.codes.book import from_csv
from clusterlib.compare.shares import TOO_LITTLE, Assigned, read, shares
from clusterlib.embed import LanguageCenterer, cache
from clusterlib.embed.encoder import EncoderKey
from clusterlib.language import cosine_distances, nearest_first

# A sentence belongs to what its nearest passages belong to.
NEAREST = 5
# Parts that the calibration sentences are split into; the offsets of one are from the others.
FOLDS = 5
# A spread in place of none, and how many spreads from nothing the other side is out of sight.
TINY, FAR = 1e-9, 30.0
# Faults that an error shows.
SHOWN = 10

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Translations:
    """What translations of the same sentences belong to, by language.

    Those of sentences not written for a category, and whether those written for a code have it.
    """

    rows: dict[str, Rows] = field(default_factory=dict)
    carrying: dict[str, Rows] = field(default_factory=dict)


def floors(
    assigned: pd.DataFrame,
    passages: pd.DataFrame,
    vectors: pd.DataFrame | None = None,
    codebook: object = None,
    encoder: embed.Encoder | None = None,
    by: str = "doc",
) -> pd.DataFrame:
    """Measure how far translations of the same sentences differ.

    Parameters
    ----------
    assigned, passages, by
        As for `shares`.
    vectors : pandas.DataFrame, optional
        Of the passages; needed for topics and themes.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        That the codes were given by, as `clusterlib.codes.apply` takes it; by default that of the
        seeds. Labels and dimensions that the codes carry tell another codebook; other probes alone
        do not.
    encoder : Encoder, optional
        The one that the vectors are from.

    Returns
    -------
    pandas.DataFrame
        One row a category and pair of units: category, unit_a, unit_b and floor, the difference
        that sentences and their translations, as many as the shorter unit has passages, stay below
        in 95 of 100 cases. Zero for units of the same language; missing where a language has no
        sentences.

    Raises
    ------
    ValueError
        If vectors are needed and missing, or the codebook lacks a code or calls it otherwise; as
        `shares` says.

    Notes
    -----
    For the codebook of the seeds, in languages that ``code_sentences.csv`` has, a
    sample has as many sentences that were written for the code as the two units have on average;
    what is given to these is pooled over all codes. For other codebooks and languages the sample is
    of calibration sentences, on other subjects, which are coded alike oftener: the floor is too low
    rather than too high. To a topic or theme a calibration sentence belongs as its five nearest
    passages do.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage": ["a-1", "b-1"], "doc": ["a", "b"], "lang": "de"})
    >>> coded = passages[["passage"]].assign(code="x", coded=[True, False])
    >>> floors(coded, passages).values.tolist()
    [['x', 'a', 'b', 0.0]]
    """
    assignment = read(assigned, passages, by)
    langs = sorted(set(assignment.passages["lang"]))
    # Of one language nothing has to be compared with its translation.
    langs = langs if len(langs) > 1 else []
    translations = Translations()
    if assignment.kind != "code":
        if vectors is None:
            raise ValueError(f"vectors are needed to find the {assignment.kind} of other sentences")
        sentences = embed_heldout(langs, encoder)
        translations = Translations(_nearest(assignment, vectors, *sentences))
    elif langs:
        book = match_codebook(assigned, codebook)
        translations = _code_translations(langs, assignment.names, book, encoder)
    return _table(assignment, translations)


def _code_translations(
    langs: list[str], names: list[str], book: pd.DataFrame, encoder: embed.Encoder | None
) -> Translations:
    """Code sentences that were written for the codes, or else the calibration sentences."""
    written = pd.read_csv(load.seeds() / "code_sentences.csv")
    if set(book["code"]) == set(written["code"]) and set(langs) <= set(written["lang"]):
        # Held here, since a key does not keep its encoder.
        encoder = encoder or embed.load_encoder()
        given = _code_written(EncoderKey.of(encoder), tuple(langs), book.to_csv(index=False))
    else:
        given = _code_heldout(langs, book, encoder).assign(written="")
    given = given.astype({"coded": float}).sort_values(["lang", "written", "row"])
    # Each code has as many sentences as another, so each loses as many that were written for it.
    others = given[given["code"] != given["written"]].groupby(["lang", "code"])["coded"]
    of_code = {key: rows.to_numpy() for key, rows in others}
    known = sorted(set(given["lang"]))
    rows = {lang: np.stack([of_code[lang, name] for name in names], axis=1) for lang in known}
    carrying = given[given["code"] == given["written"]].groupby("lang")["coded"]
    return Translations(rows, {str(lang): rows.to_numpy() for lang, rows in carrying})


@functools.lru_cache(maxsize=16)
def _code_written(key: EncoderKey, langs: tuple[str, ...], csv: str) -> pd.DataFrame:
    """Code the sentences that were written for codes, as a corpus of their own."""
    table = pd.read_csv(load.seeds() / "code_sentences.csv")
    table = table[table["lang"].isin(langs)].reset_index(drop=True)
    vectors = embed.vectors(table, key.encoder)
    parts = coding.parts(table, key.encoder)
    given = coding.apply(table, vectors, from_csv(csv), key.encoder, parts=parts)
    written = table.rename(columns={"code": "written"})[["passage", "written", "row"]]
    return given[["passage", "lang", "code", "coded"]].merge(written, on="passage")


def _nearest(
    assignment: Assigned, vectors: pd.DataFrame, sentences: pd.DataFrame, held: pd.DataFrame
) -> dict[str, Rows]:
    """Return by language what the passages that are nearest to the sentences belong to."""
    if not len(sentences):
        return {}
    among = embed.matrix(vectors.loc[assignment.passages["passage"]])
    near = [
        nearest_first(distances, NEAREST)
        for _, distances in cosine_distances(embed.matrix(held), among, decimals=6)
    ]
    shares: Rows = assignment.rows[np.concatenate(near)].mean(axis=1)
    langs = sentences["lang"].to_numpy(str)
    return {lang: shares[langs == lang] for lang in sorted(set(langs.tolist()))}


def _table(assignment: Assigned, translations: Translations) -> pd.DataFrame:
    """Compare the units as if each had said the same sentences, in its languages."""
    langs = dict(list(assignment.passages.groupby("unit")["lang"]))
    means = {unit: assignment.of(unit).mean(axis=0) for unit in assignment.units}
    rows: list[tuple[str, str, str, float]] = []
    for a, b in combinations(assignment.units, 2):
        floor = _floor([langs[a], langs[b]], translations, (means[a] + means[b]) / 2)
        rows += [(name, a, b, value) for name, value in zip(assignment.names, floor, strict=True)]
    types = {"category": "str", "unit_a": "str", "unit_b": "str", "floor": "float"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _floor(mixed: list["pd.Series[str]"], translations: Translations, shares: Rows) -> Rows:
    """Return for each category what differences of samples stay below."""
    one, two = (langs.value_counts(normalize=True) for langs in mixed)
    apart = one.sub(two, fill_value=0.0)
    apart = apart[apart.round(9) != 0].sort_index()
    if not set(apart.index) <= set(translations.rows):
        return np.full(len(shares), np.nan)
    if not len(apart):
        return np.zeros(len(shares))
    rows = _differences(apart, translations.rows)
    mean, variance = rows.mean(axis=0), rows.var(axis=0)
    if translations.carrying:
        carrying = _differences(apart, translations.carrying)
        mean = shares * carrying.mean() + (1 - shares) * mean
        variance = shares * carrying.var() + (1 - shares) * variance
    spread = np.maximum(np.sqrt(variance / min(map(len, mixed))), TINY)
    # The size of a normal variable: its square is distributed as chi-square, off the centre.
    away = np.abs(mean) / spread
    near = np.sqrt(ncx2.ppf(0.95, 1, np.minimum(away, FAR) ** 2))
    bound = np.where(away > FAR, away + norm.ppf(0.95), near)
    return np.asarray(np.round(bound * spread, 4) + 0.0)


def _differences(apart: "pd.Series[float]", by_language: dict[str, Rows]) -> Rows:
    """Return what each sentence gives the one unit more than its translations give the other."""
    return np.asarray(sum(share * by_language[str(lang)] for lang, share in apart.items()))


def embed_heldout(
    langs: list[str], encoder: embed.Encoder | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Embed the calibration sentences, each fifth with offsets from the other four."""
    encoder = encoder or embed.load_encoder()
    table = _sentences(langs)
    return table, _centered(cache.encode(table["text"].tolist(), encoder), table)


def _code_heldout(
    langs: list[str], book: pd.DataFrame, encoder: embed.Encoder | None
) -> pd.DataFrame:
    """Code the calibration sentences as passages, each fifth with offsets of the others."""
    if not len(_sentences(langs)):
        return pd.DataFrame(columns=["passage", "lang", "code", "score", "coded", "row"])
    # Held here, since a key does not keep its encoder.
    encoder = encoder or embed.load_encoder()
    key = EncoderKey.of(encoder)
    return _code_sentences(key, tuple(sorted(langs)), book.to_csv(index=False))


@functools.lru_cache(maxsize=16)
def _code_sentences(key: EncoderKey, langs: tuple[str, ...], csv: str) -> pd.DataFrame:
    table, book, encoder = _sentences([*langs]), from_csv(csv), key.encoder
    texts = table["text"].tolist()
    groups = windows.read(texts, encoder)
    sizes = [len(group) for group in groups]
    vectors = _centered(cache.encode(texts, encoder), table)
    parts = _centered(np.concatenate(groups), table.loc[table.index.repeat(sizes)])
    parts = parts.assign(whole=parts.index).reset_index(drop=True)
    given = coding.apply(table, vectors, book, encoder, parts=parts)
    return given.assign(row=given["passage"].map(table.set_index("passage")["row"]))


def _sentences(langs: list[str]) -> pd.DataFrame:
    table = embed.calibration()
    return table[table["lang"].isin(langs)].reset_index(drop=True)


def _centered(vectors: NDArray[np.float32], texts: pd.DataFrame) -> pd.DataFrame:
    """Remove from vectors of sentences, or of their parts, the offsets of the other folds."""
    langs, folds = texts["lang"].to_numpy(str), (texts["row"] % FOLDS).to_numpy()
    centered = vectors.copy()
    for fold in np.unique(folds):
        inside = folds == fold
        centerer = LanguageCenterer().fit(vectors[~inside], langs[~inside])
        centered[inside] = centerer.transform(vectors[inside], langs[inside])
    return pd.DataFrame(centered, index=texts["passage"])


def match_codebook(given: pd.DataFrame, codebook: object = None) -> pd.DataFrame:
    """Read the codebook that codes were given by; refuse another, naming each code that differs."""
    book = coding.read(codebook)  # type: ignore[arg-type]
    expected = given.drop_duplicates("code").set_index("code")
    there = book.set_index("code")
    faults = [f"it has no code {code!r}" for code in sorted(set(expected.index) - set(there.index))]
    both = sorted(set(expected.index) & set(there.index))
    for name in ("label", "dimension"):
        if name in expected:
            words = expected.loc[both, name].astype(object).fillna("")
            for code, actual, wanted in zip(both, there.loc[both, name], words, strict=True):
                if actual != wanted:
                    faults.append(f"its {name} of {code!r} is {actual!r}, not {wanted!r}")
    if faults:
        taken = "the codebook of the seeds, which is taken where none is given,"
        head = taken if codebook is None else "the codebook"
        faults[SHOWN:] = [f"{len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        message = "; ".join(faults)
        way = "pass the codebook that the passages were coded by"
        raise ValueError(f"{head} is not that of the codes: {message}; {way}")
    return book


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
    codes, passages : pandas.DataFrame
        As `clusterlib.codes.apply` returns it, and the passages that were coded.
    codebook, encoder
        As for `floors`.
    by, reading
        As for `shares`.

    Returns
    -------
    pandas.DataFrame
        One row a unit (the value of ``by``) and code without a coded passage, in the order of the
        codebook, as the contract ``gaps`` has it. The noise is what a sentence in the language of
        the nearest passage lacks in score beside its translations, in 95 of 100 cases at most;
        where all texts are in one language, beside the English ones, or the German ones of English.
        The verdict is ``"absent"``, or ``"too little evidence"`` where the passage lacks no more
        than the noise, the code is marked as not to be relied on (relied_on), or nobody has read
        whether it is (no such column).

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
    >>> marked = cl.codes.marked(codes, cl.codes.read_sheet(cl.load.seeds() / "coding.csv"))
    >>> gaps(marked, passages).query("unit == 'bg' and verdict == 'absent'")["code"].tolist()
    ['research']
    """
    schema.check(codes, "scored codes")
    most = shares(codes, passages, by, reading=reading).rename(columns={"category": "code"})
    columns = [name for name in ("passage", "text", "english") if name in passages]
    texts = passages[columns].assign(unit=passages[by].astype(str))
    table = _misses(codes, texts).merge(texts, on=["unit", "passage"], validate="many_to_one")
    table = table.merge(most[["unit", "code", "high"]], on=["unit", "code"])
    noise = _noise(codes, passages, codebook, encoder) if len(table) else {}
    table["short"] = (table["threshold"] - table["score"]).round(4)
    langs = dict(zip(passages["passage"], embed.languages(passages), strict=True))
    pairs = zip(table["code"], table["passage"].map(langs), strict=True)
    table["noise"] = [noise.get((code, lang), np.nan) for code, lang in pairs]
    clear = (table["short"] > table["noise"]) & table.get("relied_on", False)
    table["verdict"] = pd.Series(ABSENT, index=table.index).where(clear, TOO_LITTLE)
    places = {code: place for place, code in enumerate(dict.fromkeys(codes["code"]))}
    table["place"] = table["code"].map(places)
    table = table.sort_values(["unit", "place"], ignore_index=True)
    order = ["unit", "code", "label", "high", "passage", "relied_on", "text", "english"]
    columns = [name for name in order if name in table]
    return table[[*columns, "score", "threshold", "short", "noise", "verdict"]]


def _misses(codes: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
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
    scored = _code_heldout(langs, match_codebook(codes, codebook), encoder)
    wide = scored.pivot(index=["code", "row"], columns="lang", values="score")
    count = len(wide.columns) - 1
    if count < 1:
        return {}
    others = wide.rsub(wide.sum(axis=1), axis=0) / count
    lacking = (others - wide).clip(lower=0).groupby("code").quantile(0.95).round(4).stack()
    return lacking.to_dict()
