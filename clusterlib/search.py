"""Search a corpus: words in their context, and passages by their meaning, in any language.

Passages and vectors come in; tables of what is found go out, each row with its place.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import pandas as pd

from clusterlib import axes, embed, subjects
from clusterlib.spelling import lemma_of
from clusterlib.topics.words import TOKEN

Kind = Literal["wildcard", "lemma", "regex"]
# Finds the places of a query in the text of a language.
Finder = Callable[[str, str], Iterator[tuple[int, int]]]


def words(
    passages: pd.DataFrame, query: str, kind: Kind = "wildcard", width: int = 50
) -> pd.DataFrame:
    r"""Find words and show them in their context: a concordance.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage, doc, lang, start, end and text; english, if there are translations.
    query : str
        Words with ``*`` for any letters and ``?`` for one (``"batter*"``), whatever the case.
    kind : {"wildcard", "lemma", "regex"}
        With ``"lemma"`` the query is one word, whose inflected forms are found; with ``"regex"`` a
        regular expression.
    width : int
        Characters of context on either side.

    Returns
    -------
    pandas.DataFrame
        One row a place, in the order of the passages: passage, doc, lang, left, match, right,
        start, end and english, if there is any. Where cleaning changed the text of a passage,
        start and end are those of the passage.

    Raises
    ------
    ValueError
        If the query is empty, no regular expression, or more than one word for a lemma.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> words(passages, "batterie*", width=12)[["passage", "left", "match"]].values.tolist()[0]
    ['de-002', 'pfungskette ', 'Batterie']
    >>> words(passages, "klynge", kind="lemma")["match"].tolist()
    ['klyngen', 'klyngen', 'klyngen', 'Klyngen']
    """
    find = _finder(query, kind)
    rows = []
    for passage in passages.to_dict("records"):
        text, start, end = str(passage["text"]), passage["start"], passage["end"]
        for first, last in find(text, str(passage["lang"])):
            row = {"left": text[max(0, first - width) : first], "match": text[first:last]}
            row |= {"right": text[last : last + width]}
            if len(text) == end - start:
                row |= {"start": start + first, "end": start + last}
            rows.append(passage | row)
    columns = "passage doc lang left match right start end".split()
    more = ["english"] if "english" in passages else []
    return pd.DataFrame(rows, columns=[*columns, *more]).astype({"start": "int", "end": "int"})


def meaning(
    passages: pd.DataFrame,
    vectors: pd.DataFrame,
    query: str,
    lang: str = "en",
    most: int = 10,
    encoder: embed.Encoder | None = None,
) -> pd.DataFrame:
    """Find the passages that are nearest to a sentence in meaning, in whatever language.

    Parameters
    ----------
    passages, vectors : pandas.DataFrame
        As for `words`, and as `clusterlib.embed.vectors` returns them.
    query : str
        A word or a sentence; a sentence is found better.
    lang : str
        The language of the query, BCP 47.
    most : int
        So many passages at most.
    encoder : Encoder, optional
        The one that the vectors are from; by default multilingual-e5-small.

    Returns
    -------
    pandas.DataFrame
        The passages, the nearest first, with their cosine to the query, once what all passages, and
        all short queries, have in common is taken off. There is always a nearest passage: what is
        not in the corpus is not seen from the cosine alone.

    Raises
    ------
    ValueError
        If the query is empty, or a passage has no vector.

    Examples
    --------
    >>> import clusterlib as cl
    >>> passages = cl.clean.passages(cl.load.documents())
    >>> vectors = cl.embed.vectors(passages)
    >>> meaning(passages, vectors, "cooperation with universities", most=2)["passage"].tolist()
    ['nb-017', 'de-026']
    """
    if not query.strip():
        raise ValueError("the query is empty; give a word or a sentence")
    asked = pd.DataFrame({"passage": ["query"], "lang": lang, "text": query})
    ordered, rows = embed.aligned(passages, vectors)
    # Short texts are alike in being short: queries lose what headings have in common.
    usual = subjects.vectors(encoder).mean(axis=0)
    wanted = axes.unit(embed.matrix(embed.vectors(asked, encoder)) - usual)[0]
    cosines = np.round(axes.unit(rows - rows.mean(axis=0)) @ wanted, 4)
    # Of equals, the order of names stays.
    nearest = ordered.assign(cosine=cosines).sort_values(
        "cosine", ascending=False, kind="stable", ignore_index=True
    )
    columns = "passage doc lang cosine start end text english".split()
    return nearest[[name for name in columns if name in nearest]].head(most)


def _finder(query: str, kind: Kind) -> Finder:
    """Return what finds a query in a text."""
    if not query.strip():
        raise ValueError("the query is empty; give a word, such as 'batter*'")
    if kind == "lemma":
        if len(query.split()) > 1:
            raise ValueError(f"{query!r} is more than one word; a lemma is one")
        return functools.partial(_find_lemma, query)
    if kind == "regex":
        try:
            pattern = re.compile(query, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{query!r} is no regular expression: {error}") from None
    else:
        parts = [re.escape(part).replace(r"\*", r"\w*") for part in query.split()]
        joined = r"\W+".join(part.replace(r"\?", r"\w") for part in parts)
        pattern = re.compile(rf"(?<!\w){joined}(?!\w)", re.IGNORECASE)
    return lambda text, lang: (
        match.span() for match in pattern.finditer(text) if match.end() > match.start()
    )


def _find_lemma(query: str, text: str, lang: str) -> Iterator[tuple[int, int]]:
    """Yield the places of words that have the dictionary form of the query."""
    language = lang.partition("-")[0]
    wanted = {query.casefold(), lemma_of(query, language).casefold()}
    for match in TOKEN.finditer(text):
        if lemma_of(match.group(), language).casefold() in wanted:
            yield match.span()
