"""What a function needs of a table that anybody may have made: the columns that it reads."""

from clusterlib.schema.column import Column, Contract, share, text, truth

GIVEN = {"code": text(), "coded": truth()}
CODING = {"passage": text(), **GIVEN}
# As they are told of the table that they are a part of.
OF = {"codings": "codes", "scored codes": "codes", "counted codes": "codes", "floors": "contrasts"}

NEEDS = {
    "passages to code": Contract({"passage": text(unique=True), "text": text()}),
    "codings": Contract(CODING, unique=("passage", "code")),
    "counted codes": Contract({"doc": text(), **GIVEN}),
    # Without a look for rows that stand twice: a corpus has millions of these.
    "scored codes": Contract(
        {**CODING, **{name: Column(float) for name in ("score", "threshold")}},
    ),
    "floors": Contract(
        {**{name: text() for name in ("theme", "doc_a", "doc_b")}, "floor": share(nullable=True)}
    ),
    "dated": Contract({name: text() for name in ("doc", "when", "first", "last")}),
}
