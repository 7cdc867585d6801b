"""The language of texts and vectors: identification, and how much of it a space still shows."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed

# Headings and menus mislead an identifier, so the longest lines speak for the text.
SAMPLE = 700
FEWEST_LETTERS = 20
WORD = re.compile(r"[^\W\d_]{2,}")


def identify(text: str) -> str:
    """Identify the language of a text.

    Parameters
    ----------
    text : str
        Ideally some sentences; headings alone mislead.

    Returns
    -------
    str
        A BCP 47 code, ``"nb"`` for Norwegian, ``"und"`` where there are too
        few letters to tell.

    Examples
    --------
    >>> identify("Klyngen skal bidra til at regionen blir klimapositiv.")
    'nb'
    """
    import py3langid

    lines = sorted(set(text.splitlines()), key=lambda line: (-len(line), line))
    sample = "\n".join(lines[:20])[:SAMPLE]
    if sum(map(len, WORD.findall(sample))) < FEWEST_LETTERS:
        return "und"
    found = str(py3langid.classify(sample)[0])
    return "nb" if found == "no" else found


def audit(vectors: pd.DataFrame, passages: pd.DataFrame, random_state: int = 0) -> pd.DataFrame:
    """Measure how much of the language can still be told from the vectors.

    Parameters
    ----------
    vectors : pandas.DataFrame
        As `clusterlib.embed.vectors` returns it.
    passages : pandas.DataFrame
        Needs passage and lang; rows in any order.
    random_state : int
        Seed of folds, clustering and permutations.

    Returns
    -------
    pandas.DataFrame
        One row a measure: measure, value, chance (what the measure would be if
        vectors had nothing to do with language), and passages, their number.
        ``classifier``: share of passages whose language a linear classifier
        (ridge) tells, five-fold. ``neighbour``: share whose nearest neighbour is in the
        same language. ``clusters``: normalised mutual information of k-means,
        with as many groups as languages, and language.

    Raises
    ------
    ValueError
        If there are fewer than two languages, or fewer than two passages of one.

    Notes
    -----
    Where each language speaks of its own subject, as in a corpus with one text
    a language, all three stay above chance however well language is removed.
    On translations of the same sentences they should not.
    """
    langs = passages.set_index("passage")["lang"].reindex(vectors.index).to_numpy(str)
    names, counts = np.unique(langs, return_counts=True)
    if len(names) < 2 or counts.min() < 2:
        told = ", ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True))
        raise ValueError(f"an audit needs two languages with two passages each; found {told}")
    rows = embed.matrix(vectors)
    measures = {
        "classifier": (_classified(rows, langs, random_state), counts.max() / len(langs)),
        "neighbour": (
            float((langs[neighbours(rows)] == langs).mean()),
            float((counts * (counts - 1)).sum() / (len(langs) * (len(langs) - 1))),
        ),
        "clusters": _clustered(rows, langs, random_state),
    }
    table = pd.DataFrame(
        [(name, value, chance, len(langs)) for name, (value, chance) in measures.items()],
        columns=["measure", "value", "chance", "passages"],
    )
    return table.round({"value": 3, "chance": 3})


def neighbours(rows: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each row the index of its nearest other row, by cosine.

    Parameters
    ----------
    rows : numpy.ndarray
        Unit rows, shape (n, dim).

    Returns
    -------
    numpy.ndarray
        Shape (n,); among equals the first.
    """
    nearest = np.empty(len(rows), np.intp)
    for start in range(0, len(rows), 2048):
        likeness = rows[start : start + 2048] @ rows.T
        places = np.arange(len(likeness))
        likeness[places, places + start] = -np.inf
        nearest[start : start + 2048] = np.round(likeness, 6).argmax(axis=1)
    return nearest


def _classified(rows: NDArray[np.float32], langs: NDArray[np.str_], random_state: int) -> float:
    from sklearn.linear_model import RidgeClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = min(5, int(np.unique(langs, return_counts=True)[1].min()))
    model = RidgeClassifier(alpha=0.1)
    split = StratifiedKFold(folds, shuffle=True, random_state=random_state)
    return float((cross_val_predict(model, rows, langs, cv=split) == langs).mean())


def _clustered(
    rows: NDArray[np.float32], langs: NDArray[np.str_], random_state: int
) -> tuple[float, float]:
    """Return NMI of clusters with language, and its mean over permuted languages."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import normalized_mutual_info_score as nmi

    groups = KMeans(len(np.unique(langs)), n_init=10, random_state=random_state).fit_predict(rows)
    draw = np.random.default_rng(random_state)
    chance = float(np.mean([nmi(draw.permutation(langs), groups) for _ in range(20)]))
    return float(nmi(langs, groups)), chance


def pairs(vectors: pd.DataFrame, passages: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """List the closest passages of different languages.

    Parameters
    ----------
    vectors, passages : pandas.DataFrame
        Calibrated vectors, and the passages they are of.
    most : int
        How many pairs, the closest first; a passage occurs in one pair only.

    Returns
    -------
    pandas.DataFrame
        passage_a, passage_b and cosine (two decimals).
    """
    names = vectors.index.to_numpy(str)
    langs = passages.set_index("passage")["lang"].reindex(names).to_numpy(str)
    rows = embed.matrix(vectors)
    likeness = np.round(rows @ rows.T, 4)
    first, second = np.where((langs[:, None] != langs[None, :]) & (names[:, None] < names[None, :]))
    order = np.lexsort((names[second], names[first], -likeness[first, second]))
    found: list[tuple[str, str, float]] = []
    used: set[str] = set()
    for place in order:
        pair = (str(names[first[place]]), str(names[second[place]]))
        if len(found) < most and not used & set(pair):
            used |= set(pair)
            found.append((*pair, float(likeness[first[place], second[place]])))
    return pd.DataFrame(found, columns=["passage_a", "passage_b", "cosine"]).round({"cosine": 2})


def project(vectors: pd.DataFrame) -> pd.DataFrame:
    """Lay vectors out in a plane by their two largest principal components.

    Parameters
    ----------
    vectors : pandas.DataFrame
        At least two rows.

    Returns
    -------
    pandas.DataFrame
        Index passage; x and y, three decimals, and share, the part of all
        variance that the plane shows. A component points to where its
        largest coordinate is positive.
    """
    rows = embed.matrix(vectors).astype(np.float64)
    rows -= rows.mean(axis=0)
    left, sizes, _ = np.linalg.svd(rows, full_matrices=False)
    plane = left[:, :2] * sizes[:2]
    largest = np.abs(np.round(plane, 6)).argmax(axis=0)
    plane *= np.sign(plane[largest, [0, 1]])
    share = round(float((sizes[:2] ** 2).sum() / (sizes**2).sum()), 3)
    table = pd.DataFrame(np.round(plane, 3) + 0.0, index=vectors.index, columns=["x", "y"])
    return table.assign(share=share)


def check_translations(
    passages: pd.DataFrame, english: pd.DataFrame, encoder: embed.Encoder | None = None
) -> pd.DataFrame:
    """Check that each English translation is nearest to its own original.

    Parameters
    ----------
    passages : pandas.DataFrame
        The originals: passage, lang and text.
    english : pandas.DataFrame
        passage and english.
    encoder : Encoder, optional
        As `clusterlib.embed.vectors` takes it.

    Returns
    -------
    pandas.DataFrame
        One row a translation: passage, cosine with its original, rank of the
        original among all originals (1 is nearest), nearest, and suspect: the
        original is not the nearest, or the cosine lies far below the others'
        (under the first quartile by three times the quartiles' distance).
    """
    originals = embed.vectors(passages, encoder)
    texts = english[["passage", "english"]].rename(columns={"english": "text"}).assign(lang="en")
    translated = embed.vectors(texts, encoder)
    likeness = np.round(embed.matrix(translated) @ embed.matrix(originals).T, 4)
    own = originals.index.get_indexer(translated.index)
    if (own < 0).any():
        strange = ", ".join(translated.index[own < 0][:5])
        raise ValueError(f"translations of passages that do not exist: {strange}")
    cosine = likeness[np.arange(len(own)), own]
    rank = (likeness > cosine[:, None]).sum(axis=1) + 1
    low, high = np.quantile(cosine, [0.25, 0.75])
    return pd.DataFrame(
        {
            "passage": translated.index.to_numpy(str),
            "cosine": cosine.round(2),
            "rank": rank,
            "nearest": originals.index.to_numpy(str)[likeness.argmax(axis=1)],
            "suspect": (rank > 1) | (cosine < low - 3 * (high - low)),
        }
    )
