"""What topics and themes are called: a subject heading or, where none fits, their words.

In come vectors and terms of groups, out go labels with the score of their heading.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import embed, schema, subjects
from clusterlib.topics import english, words

# Words of a label, and how sure the English of each is: below, one in six or three is right
# (benchmarks/README.md).
WORDS, SURE = 3, 0.3
NO_TERMS = "no sure words"


def label_groups(
    rows: NDArray[np.floating],
    labels: "pd.Series[str]",
    names: list[str],
    clear: NDArray[np.bool_],
    words: Callable[[list[str]], dict[str, str]],
    encoder: embed.Encoder | None = None,
) -> pd.DataFrame:
    """Label groups: label, heading, heading_score and heading_by_chance, a row a name.

    See `clusterlib.subjects.name_groups`. The label is the heading, or two with a semicolon between
    them, with a word more where several groups have the same, and words alone where there is none;
    ``words`` returns those of groups.

    >>> groups = pd.Series(["a", "a", "b"])
    >>> table = label_groups(
    ...     np.eye(3), groups, ["a", "b"], np.ones(3, bool), lambda names: {"a": "rain, sun"}
    ... )
    >>> table["label"].tolist()
    ['rain, sun', 'no sure words']
    """
    places = pd.Index(names).get_indexer(pd.Index(labels))
    table = subjects.name_groups(rows, places, len(names), clear, encoder)
    heading = dict(zip(names, table["heading"], strict=True))
    count = Counter(heading.values())
    wordy = [name for name, own in heading.items() if count[own] > 1 or not own]
    chosen = words(wordy) if wordy else {}
    label = {name: own.replace(" | ", "; ") for name, own in heading.items()}
    for name in wordy:
        best = chosen.get(name, NO_TERMS)
        # One word tells apart; more would fill a picture.
        word = f": {best.split(', ')[0]}" if best != NO_TERMS else ""
        label[name] = label[name] + word if heading[name] else best
    table.insert(0, "label", pd.Series(list(label.values()), dtype="str"))
    return table.astype({"heading": "str"})


def find_terms(
    passages: pd.DataFrame,
    weights: pd.DataFrame,
    encoder: embed.Encoder | None = None,
    stop: words.Stop = None,
) -> pd.DataFrame:
    """Return the terms of each topic and language, as `english.gloss` sets English beside them."""
    ranked = words.rank(passages, weights, stop)
    return schema.check(english.gloss(ranked, passages, encoder), "topic terms")


def word_labels(
    passages: pd.DataFrame,
    weights: pd.DataFrame,
    glossed: Callable[[], pd.DataFrame],
    stop: words.Stop = None,
) -> dict[str, str]:
    """Return two or three distinctive English words or phrases by topic.

    Where all passages have a translation, the words are taken from those and pool the languages;
    else from the glosses of terms. A reader's own stop words are none of them.
    """
    if passages.get("english", pd.Series([""])).fillna("").str.strip().ne("").all():
        read = passages.assign(text=passages["english"], lang="en")
        ranked = words.rank(read, weights, stop)
        named = ranked.assign(english=ranked["term"], confidence=1.0)
    else:
        named = glossed()
        unwanted = words.readers_stop_words(stop, "en")
        named = named[~named["english"].str.lower().isin(unwanted)]
        # English is sure of itself, so that it would speak for the passages of all languages.
        langs = dict(zip(passages["passage"], embed.languages(passages), strict=True))
        parts = weights["weight"].groupby([weights["topic"], weights["passage"].map(langs)]).sum()
        parts.index.names = ["topic", "lang"]
        named = named.merge(parts.rename("part").reset_index(), on=["topic", "lang"])
        named["weight"] *= named["part"]
    return {str(topic): join_words(part) for topic, part in named.groupby("topic")}


def join_words(terms_of_topic: pd.DataFrame) -> str:
    """Return the English of a topic's best terms: three words or phrases, none a part of another.

    Words that name no subject stand only where there is no other.
    """
    table = terms_of_topic
    is_sure = (table["english"] != "") & (table["confidence"] >= SURE)
    candidates = table[(table["kind"] == "term") & is_sure]
    if candidates.empty:
        return NO_TERMS
    strength = candidates["weight"] * candidates["confidence"]
    scores = strength.groupby(candidates["english"]).sum().round(3)
    ordered = sorted(scores.index, key=lambda word: (-scores[word], word))
    chosen: list[str] = []
    for word in [word for word in ordered if not english.is_general(word)] or ordered:
        if len(chosen) < WORDS and not any(_same(word, other) for other in chosen):
            chosen.append(word)
    return ", ".join(chosen)


def _same(one: str, other: str) -> bool:
    """Tell whether two English terms share a word, its ending aside."""
    stems = [{part.rstrip("s")[:6] for part in term.split()} for term in (one, other)]
    return bool(stems[0] & stems[1])
