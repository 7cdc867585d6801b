"""The contract of every table."""

from dataclasses import replace

from clusterlib.schema.column import Column, Contract, between, one_of, place, rows, share, text

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
WHEN = r"\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?|--\d{2}-\d{2}"
NUMBER = r"\d+(\.\d+)?"
PUBLISHED = r"^\d{4}(-\d{2}(-\d{2})?)?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# A string that is not empty; one that has something on its first lines.
SOME, FILLED = r"\S", r"\s*\S"

SPAN = {"start": place(), "end": place()}
DOCUMENTS = {
    "doc": text(FILLED, unique=True),
    "initiative": text(nullable=True),
    "country": text(nullable=True),
    "lang": text(LANGUAGE),
    "title": text(nullable=True),
    "published": text(PUBLISHED, nullable=True),
    "source": text(),
    "sha256": text(r"^[0-9a-f]{64}$"),
    "text": text(),
}
PASSAGES = {
    "passage": text(unique=True),
    "doc": text(),
    "lang": text(LANGUAGE),
    "position": place(),
    **SPAN,
    "kind": one_of("headline,body,caption"),
    "text": text(FILLED),
}
NAMED = {name: PASSAGES[name] for name in ("passage", "lang")}
KINDS = "date,month,quarter,year,period,quantity,percentage,money"
TYPES = "public authority,agency,industry body,cluster,firm,research,programme,person,place"
HELIX = "government,industry,academia,civil society,intermediary,"
# A heading is an empty string where none fits; its score is missing where there is no list.
LABELLED = {
    "label": text(SOME),
    "heading": replace(text(), required=False),
    **{
        name: replace(between(-2, 2, nullable=True), required=False)
        for name in ("heading_score", "heading_by_chance")
    },
}

CONTRACTS = {
    "documents": Contract(DOCUMENTS),
    "texts": Contract({name: DOCUMENTS[name] for name in ("doc", "lang", "text")}),
    "texts to embed": Contract({**NAMED, "text": text()}, span=True),
    "reference": Contract({"lang": text(LANGUAGE), "text": text(FILLED)}),
    "ledger": Contract(
        {
            **{name: text() for name in ("doc", "rule", "text", "replacement", "reason")},
            **SPAN,
        },
        span=True,
    ),
    "passages": Contract(PASSAGES, span=True),
    "topics": Contract(
        {
            "topic": text(unique=True),
            **LABELLED,
            "size": place(),
            **{name: share() for name in ("share", "stability", "language_bias")},
            "coherence": between(-2, 2),
        }
    ),
    "topic terms": Contract(
        {
            **{name: text() for name in ("topic", "lang", "term", "english")},
            "kind": one_of("term,name"),
            "weight": Column(float, above=0),
            "confidence": share(),
            "rank": place(),
        }
    ),
    "topic weights": Contract({"passage": text(), "topic": text(), "weight": share()}),
    "facts": Contract(
        {
            "doc": text(),
            "passage": text(),
            "kind": one_of(KINDS),
            "value": text(rf"^({WHEN}|{NUMBER})$"),
            "value_end": text(rf"^({WHEN}|{NUMBER})?$"),
            **{name: text() for name in ("unit", "unit_english")},
            "approximate": Column(bool),
            "hedge": text(),
            **SPAN,
            "quote": text(FILLED),
        },
        span=True,
    ),
    "actors": Contract(
        {
            "actor": text(FILLED, unique=True),
            "name": text(FILLED),
            "type": one_of(TYPES),
            "helix": one_of(HELIX, nullable=True, required=False),
            "aliases": text(),
        }
    ),
    "mentions": Contract(
        {
            **{name: text() for name in ("doc", "passage", "actor", "type", "helix", "quote")},
            **SPAN,
        },
        span=True,
    ),
    "coded passages": Contract(NAMED, span=True),
    "codes": Contract(
        {
            **{name: text(SOME) for name in ("passage", "code")},
            **{name: Column(float) for name in ("score", "threshold")},
            "coded": Column(bool),
        },
        unique=("passage", "code"),
    ),
    "themes members": Contract(
        {"passage": text(unique=True), "theme": text(SOME), "margin": share()}
    ),
    "themes summary": Contract(
        {
            "theme": text(SOME, unique=True),
            **LABELLED,
            "size": place(),
            **{name: share() for name in ("stability", "language_bias")},
            "coherence": between(-2, 2),
        }
    ),
    "shares": Contract(
        {
            **{name: text(SOME) for name in ("doc", "theme", "kind")},
            "passages": place(),
            **{name: share() for name in ("share", "low", "high")},
        },
        unique=("doc", "theme"),
    ),
    "contrasts": Contract(
        {
            **{name: text() for name in ("theme", "kind", "doc_a", "doc_b")},
            **{name: between(-1, 1) for name in ("difference", "low", "high")},
            "floor": share(nullable=True),
            "verdict": one_of("more,less,too little evidence"),
        }
    ),
    "claims": Contract(
        {
            "claim": text(SLUG, unique=True),
            **{name: text(SOME) for name in ("section", "text")},
            "holds": Column(bool),
            "strength": one_of("stated,counted,doubtful"),
            "evidence": rows(),
        }
    ),
    "evidence": Contract({"doc": text(), "quote": text(FILLED), **SPAN}, span=True),
}
