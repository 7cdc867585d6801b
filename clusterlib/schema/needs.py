"""What a function needs of a table that anybody may have made: the columns that it reads."""

from clusterlib.schema.column import Column, Contract, number, one_of, share, text, truth
from clusterlib.schema.contracts import PASSAGES

GIVEN = {"code": text(), "coded": truth()}
CODING = {"passage": text(), **GIVEN}
# As they are told of the table that they are a part of.
OF = {
    "passages to group": "passages",
    "codings": "codes",
    "scored codes": "codes",
    "counted codes": "codes",
    "floors": "contrasts",
    "drawn shares": "shares",
    "drawn contrasts": "contrasts",
}
PAIR = {name: text() for name in ("unit_a", "unit_b")}
GROUPED = ("passage", "doc", "lang", "text")
POINT = {name: number() for name in ("x", "y")}

NEEDS = {
    "passages to group": Contract({name: PASSAGES[name] for name in GROUPED}),
    "passages to code": Contract({"passage": text(unique=True), "text": text()}),
    "codings": Contract(CODING, unique=("passage", "code")),
    "counted codes": Contract({"doc": text(), **GIVEN}),
    # Without a look for rows that stand twice: a corpus has millions of these.
    "scored codes": Contract(
        {**CODING, **{name: Column(float) for name in ("score", "threshold")}},
    ),
    "floors": Contract({"category": text(), **PAIR, "floor": share(nullable=True)}),
    "dated": Contract({name: text() for name in ("doc", "when", "first", "last")}),
    "spans": Contract(
        {
            "doc": text(),
            **{name: number() for name in ("start", "end")},
            "fate": one_of(",".join([*PASSAGES["kind"].allowed, "removed", "layout"])),
        }
    ),
    "planes": Contract({"panel": text(), "lang": text(), **POINT}),
    "places": Contract({"unit": text(unique=True), **POINT}),
    "misplaced": Contract({**PAIR, "distance": number(), "drawn": number()}),
    "trials": Contract(
        {
            **{name: number(required=False) for name in ("n_topics", "n_themes")},
            **{name: number(nullable=True) for name in ("stability", "weakest", "null")},
            "chosen": truth(),
        }
    ),
    "leaves": Contract({"leaf": text(unique=True), "label": text()}),
    "merges": Contract(
        {**{name: text() for name in ("merge", "left", "right")}, "height": number()}
    ),
    "drawn shares": Contract(
        {
            **{name: text() for name in ("unit", "category")},
            **{name: number() for name in ("share", "low", "high")},
        },
        unique=("unit", "category"),
    ),
    "drawn contrasts": Contract(
        {"category": text(), **PAIR, "difference": number(), "verdict": text()}
    ),
}
