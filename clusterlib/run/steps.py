"""What the stages of a run do: what each fits on the whole, and what it makes of a part."""

import functools
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from clusterlib import clean, codes, compare, embed, facts, themes, topics
from clusterlib.claims.automatic import automatic
from clusterlib.embed.calibration import primary
from clusterlib.embed.static import WordEncoder, sample_of
from clusterlib.resample import by_digest
from clusterlib.run.options import FAST, Options
from clusterlib.run.store import RunError, Store, Tables

# The encoder, and own text of the languages that calibration does not know.
Prepared: TypeAlias = tuple[embed.Encoder, pd.DataFrame]
# Passages of a language without calibration text that stand for it.
OWN = 500
# Passages that are coded at a time.
BLOCK = 2000
OWN_BOOK = (
    "no codebook was named: the codes are those of the package, written for energy and industry "
    "clusters; on other subjects name one of your own"
)
# What comparisons and claims need of the codes, whose rows are the most.
CODED = ["passage", "code", "label", "score", "threshold", "coded"]


def encoder_of(store: Store, options: Options) -> embed.Encoder:
    """Return the encoder of a run."""
    base = options.base()
    if options.encoder != FAST:
        return base
    table, maps = store.read("words", "words", 0), store.read("words", "maps", 0)
    about = store.read("words", "about", 0)
    langs = frozenset(about["langs"].iloc[0].split())
    return WordEncoder(base, table, maps.to_numpy(), about["digest"].iloc[0], langs)


def cleaned(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Clean the texts of one part."""
    passages, ledger = clean.tables(store.read("load", "documents", part))
    return {"passages": passages, "ledger": ledger}


def worded(store: Store, options: Options) -> list[Tables]:
    """Embed the words of all passages, for the fast encoder."""
    samples = [sample_of(passages) for passages in store.each("clean", "passages") if len(passages)]
    if not samples:
        raise RunError("no passages are left after cleaning; see the table ledger")
    whole = sum(samples[1:], start=samples[0])
    fast = embed.words(pd.DataFrame(), options.base(), whole)
    maps = pd.DataFrame(fast.maps, columns=fast.table.columns[1:])
    about = pd.DataFrame({"digest": [fast.digest], "langs": [" ".join(sorted(fast.langs))]})
    return [{"words": fast.table, "maps": maps, "about": about}]


def prepared(store: Store, options: Options) -> Prepared:
    """Return the encoder, and own text of the languages that calibration does not know."""
    encoder = encoder_of(store, options)
    known = set(embed.calibration()["lang"])
    found = []
    for passages in store.each("clean", "passages"):
        rest = passages[~primary(passages).isin(known)]
        found.append(rest.assign(lang=primary(rest))[["passage", "lang", "text"]])
    own = by_digest(pd.concat(found)).groupby("lang").head(OWN)
    many = own.groupby("lang")["text"].transform("size") >= 10
    return encoder, own[many].reset_index(drop=True)


def embedded(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Embed the passages of one part."""
    encoder, own = model
    passages = store.read("clean", "passages", part)
    vectors = embed.vectors(passages, encoder, reference=own if len(own) else None)
    if "calibration" not in vectors:
        vectors["calibration"] = "reference"
    corpus = np.isin(embed.languages(passages), own["lang"].unique())
    vectors.loc[corpus, "calibration"] = "corpus"
    return {"vectors": vectors.reset_index()}


def found(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Find the facts of one part."""
    documents = store.read("load", "documents", part)
    return {"facts": facts.find(documents, store.read("clean", "passages", part))}


def sampled(store: Store, options: Options) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the passages that stages are fitted on, with their vectors; each asks for them."""
    keys = tuple(store.entry(stage)["key"] for stage in ("clean", "embed"))
    return _sampled(store.root, options.sample, keys)


@functools.lru_cache(maxsize=1)
def _sampled(root: Path, most: int, keys: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    store = Store(root)
    names = store.whole("clean", "passages", ["passage"])
    kept = set(by_digest(names)["passage"].head(most))
    passages, vectors = [], []
    for part in store.filled("clean", "passages"):
        own, rows = store.read("clean", "passages", part), _vectors(store, part)
        passages.append(own[own["passage"].isin(kept)])
        vectors.append(rows[rows.index.isin(kept)])
    return pd.concat(passages, ignore_index=True), pd.concat(vectors)


def _vectors(store: Store, part: int) -> pd.DataFrame:
    return store.read("embed", "vectors", part).set_index("passage")


def topics_fitted(store: Store, options: Options) -> tuple[topics.Topics, Tables]:
    """Fit topics on the sample."""
    encoder = encoder_of(store, options)
    passages, vectors = sampled(store, options)
    fitted = topics.fit(passages, vectors, options.topics, options.seed, encoder)
    tables = {
        "topics": fitted.summary,
        "topic_terms": fitted.terms,
        "topic_languages": fitted.languages,
        "topic_curve": fitted.curve,
    }
    return fitted, tables


def topics_assigned(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Give the passages of one part their topics."""
    fitted, tables = model
    weights, own = fitted.assign(store.read("clean", "passages", part), _vectors(store, part))
    return {"topic_weights": weights, "topic_passages": own, **_once(tables, part)}


def themes_fitted(store: Store, options: Options) -> tuple[themes.Themes, Tables]:
    """Fit themes on the sample."""
    encoder = encoder_of(store, options)
    passages, vectors = sampled(store, options)
    fitted = themes.fit(passages, vectors, options.themes, options.seed, encoder)
    tables = {"themes": fitted.summary, "theme_tree": fitted.tree, "theme_curve": fitted.curve}
    return fitted, tables


def themes_assigned(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Give the passages of one part their themes."""
    fitted, tables = model
    members = fitted.assign(store.read("clean", "passages", part), _vectors(store, part))
    return {"theme_members": members, **_once(tables, part)}


def _once(tables: Tables, part: int) -> Tables:
    """Return tables of the whole with the first part, and none with any other."""
    return tables if part == 0 else {}


def codes_fitted(store: Store, options: Options) -> tuple[codes.CodeScorer, Prepared]:
    """Learn the codes, and what the passages of the sample have in common."""
    langs = set[str]()
    for own in store.each("clean", "passages"):
        langs |= set(embed.languages(own).tolist())
    passages, vectors = sampled(store, options)
    encoder, own = prepared(store, options)
    parts = _cut(codes.exemplary(passages), (encoder, own))
    scorer = codes.fit(vectors, parts, frozenset(langs), options.book, encoder)
    return scorer, (encoder, own)


def codes_applied(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Code the passages of one part."""
    scorer, known = model
    passages, vectors = store.read("clean", "passages", part), _vectors(store, part)
    # The parts of a passage are several vectors: those of all would be held at once.
    blocks = [passages[start : start + BLOCK] for start in range(0, max(1, len(passages)), BLOCK)]
    tables = [
        codes.apply(block, vectors, options.book, parts=_cut(block, known), scorer=scorer)
        for block in blocks
    ]
    return {"codes": pd.concat(tables, ignore_index=True)}


def _cut(passages: pd.DataFrame, known: Prepared) -> pd.DataFrame:
    encoder, own = known
    return codes.parts(passages, encoder, reference=own if len(own) else None)


def coded(store: Store, options: Options) -> pd.DataFrame:
    """Return the codes of all passages, marked by the reading if there is one."""
    found, reading = store.whole("codes", "codes", CODED), options.read()
    if reading is None:
        return found
    strange = sorted(set(reading["passage"]) - set(found["passage"]))
    if strange:
        raise ValueError(
            f"{options.reading} has {len(strange)} passage(s) that are not of these texts, such as "
            f"{strange[0]!r}; write the sheet from the table passages of this run"
        )
    return codes.marked(found, reading)


def compared(store: Store, options: Options) -> list[Tables]:
    """Compare the texts in all that they are assigned to."""
    documents = store.whole("load", "documents")
    passages = store.whole("clean", "passages")
    vectors = store.whole("embed", "vectors").set_index("passage")
    assigned = {
        "topics": store.whole("topics", "topic_weights"),
        "themes": store.whole("themes", "theme_members"),
        "codes": coded(store, options),
    }
    encoder = encoder_of(store, options)
    return [
        compare.together(
            documents, passages, vectors, assigned, options.book, encoder, options.seed
        )
    ]


def claimed(store: Store, options: Options) -> list[Tables]:
    """Say in sentences what the tables bear out."""
    made = {
        "documents": "load",
        "passages": "clean",
        "ledger": "clean",
        "facts": "facts",
        "shares": "compare",
        "contrasts": "compare",
        "gaps": "compare",
        "nearest": "compare",
        **dict.fromkeys(("topics", "topic_curve", "topic_weights", "topic_passages"), "topics"),
        **dict.fromkeys(("themes", "theme_curve", "theme_members"), "themes"),
    }
    tables = {name: store.whole(stage, name) for name, stage in made.items()}
    tables["codes"] = coded(store, options)
    said = automatic(tables)
    remarks = said.remarks
    told = [OWN_BOOK] if options.book is None else []
    if "relied_on" in tables["codes"]:
        told.append(_against(tables["codes"]))
    remarks = pd.concat([pd.DataFrame({"stage": "codes", "remark": told}), remarks])
    return [{"claims": said.table, "left_out": remarks.reset_index(drop=True)}]


def _against(marked: pd.DataFrame) -> str:
    """Say which codes the reading does not bear out."""
    known = marked.drop_duplicates("code").set_index("code")["relied_on"]
    left = ", ".join(known.index[~known])
    return (
        f"{known.sum()} of {len(known)} codes agree well enough with the reading; "
        f"not relied on, and never told as a difference: {left or 'none'}"
    )
