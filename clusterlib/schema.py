"""The table contracts: which columns each stage promises, and what may stand in them.

More columns are welcome; those named here are promised. `check` reports every
fault of a table at once.
"""

import functools
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
WHEN = r"\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?|--\d{2}-\d{2}"
NUMBER = r"\d+(\.\d+)?"
PUBLISHED = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class TableError(ValueError):
    """A table breaks its contract.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row per fault: column, check, row (index label) and value.
    """

    def __init__(self, table: str, faults: pd.DataFrame) -> None:
        self.faults = faults
        shown = [
            f"  {column}: {check}" + ("" if pd.isna(row) else f", found {value!r:.80} in row {row}")
            for column, check, row, value in faults.head(20).astype(object).to_numpy().tolist()
        ]
        more = [f"  … and {len(faults) - 20} more (see .faults)"] if len(faults) > 20 else []
        head = f"the table {table!r} has {len(faults)} fault(s):"
        super().__init__("\n".join([head, *shown, *more]))


def _text(pattern: str = "", unique: bool = False, nullable: bool = False) -> "pa.Column":
    """Make a column of strings, which may have to match a regular expression."""
    import pandera.pandas as pa

    checks = [pa.Check.str_matches(pattern)] if pattern else []
    checks.append(pa.Check(_is_unicode, name="is Unicode, without halves of surrogate pairs"))
    return pa.Column(str, checks=checks, unique=unique, nullable=nullable)


def _is_unicode(values: "pd.Series[str]") -> "pd.Series[bool]":
    """Tell which strings can be written as UTF-8; only a column of objects can hold others."""
    if values.dtype != object:
        return pd.Series(True, index=values.index)
    return values.map(lambda value: not any("\ud800" <= char <= "\udfff" for char in value))


def _place() -> "pa.Column":
    """Make a column of offsets or counts: whole numbers from zero."""
    import pandera.pandas as pa

    return pa.Column(int, checks=pa.Check.ge(0))


def _span_inside() -> "pa.Check":
    """Make a check that a span does not end before it starts."""
    import pandera.pandas as pa

    def holds(table: pd.DataFrame) -> "pd.Series[bool]":
        # A missing column has a fault of its own.
        known = {"start", "end"} <= set(table.columns)
        return table["start"] <= table["end"] if known else pd.Series(True, index=table.index)

    return pa.Check(holds, name="start ≤ end")


def _documents() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            "doc": _text(unique=True, pattern=r"\s*\S"),
            "initiative": _text(nullable=True),
            "country": _text(nullable=True),
            "lang": _text(pattern=LANGUAGE),
            "title": _text(nullable=True),
            "published": _text(pattern=PUBLISHED, nullable=True),
            "source": _text(),
            "sha256": _text(pattern=r"^[0-9a-f]{64}$"),
            "text": _text(),
        }
    )


def _texts() -> "pa.DataFrameSchema":
    return _documents().select_columns(["doc", "lang", "text"])


def _texts_to_embed() -> "pa.DataFrameSchema":
    return _passages().select_columns(["passage", "lang"]).add_columns({"text": _text()})


def _coded_passages() -> "pa.DataFrameSchema":
    return _passages().select_columns(["passage", "lang"])


def _codes() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    columns = {name: _text(pattern=r"\S") for name in ("passage", "code")}
    numbers = {name: pa.Column(float) for name in ("score", "threshold")}
    unique = ["passage", "code"]
    return pa.DataFrameSchema({**columns, **numbers, "coded": pa.Column(bool)}, unique=unique)


def _members() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    columns = {"passage": _text(unique=True), "theme": _text(pattern=r"\S")}
    return pa.DataFrameSchema(
        {**columns, "margin": pa.Column(float, checks=pa.Check.in_range(0, 1))}
    )


def _themes() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    columns = {"theme": _text(unique=True, pattern=r"\S"), "label": _text(pattern=r"\S")}
    part = pa.Check.in_range(0, 1)
    measures = {name: pa.Column(float, checks=part) for name in ("stability", "language_bias")}
    return pa.DataFrameSchema({**columns, "size": _place(), **measures})


def _reference() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    return pa.DataFrameSchema({"lang": _text(pattern=LANGUAGE), "text": _text(pattern=r"\s*\S")})


def _ledger() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    columns = {name: _text() for name in ("doc", "rule", "text", "replacement", "reason")}
    places = {name: _place() for name in ("start", "end")}
    return pa.DataFrameSchema({**columns, **places}, checks=_span_inside())


def _passages() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            "passage": _text(unique=True),
            "doc": _text(),
            "lang": _text(pattern=LANGUAGE),
            "position": _place(),
            "start": _place(),
            "end": _place(),
            "kind": pa.Column(str, checks=pa.Check.isin(["headline", "body", "caption"])),
            "text": _text(pattern=r"\s*\S"),
        },
        checks=_span_inside(),
    )


def _facts() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    kinds = "date month quarter year period quantity percentage money".split()
    return pa.DataFrameSchema(
        {
            "doc": _text(),
            "passage": _text(),
            "kind": pa.Column(str, checks=pa.Check.isin(kinds)),
            "value": _text(pattern=rf"^({WHEN}|{NUMBER})$"),
            "value_end": _text(pattern=rf"^({WHEN}|{NUMBER})?$"),
            **{name: _text() for name in ("unit", "unit_english")},
            "approximate": pa.Column(bool),
            "hedge": _text(),
            **{name: _place() for name in ("start", "end")},
            "quote": _text(pattern=r"\s*\S"),
        },
        checks=_span_inside(),
    )


def _actors() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    types = "public authority,agency,industry body,cluster,firm,research,programme,person,place"
    helix = ["government", "industry", "academia", "civil society", "intermediary", ""]
    return pa.DataFrameSchema(
        {
            "actor": _text(unique=True, pattern=r"\s*\S"),
            "name": _text(pattern=r"\s*\S"),
            "type": pa.Column(str, checks=pa.Check.isin(types.split(","))),
            "helix": pa.Column(str, checks=pa.Check.isin(helix), nullable=True, required=False),
            "aliases": _text(),
        }
    )


def _mentions() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    columns = {name: _text() for name in ("doc", "passage", "actor", "type", "helix", "quote")}
    places = {name: _place() for name in ("start", "end")}
    return pa.DataFrameSchema({**columns, **places}, checks=_span_inside())


def _share() -> "pa.Column":
    """Make a column of numbers from 0 to 1."""
    import pandera.pandas as pa

    return pa.Column(float, checks=pa.Check.in_range(0, 1))


def _topic_weights() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    return pa.DataFrameSchema({"passage": _text(), "topic": _text(), "weight": _share()})


def _topic_terms() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    texts = {name: _text() for name in ("topic", "lang", "term", "english")}
    kind = pa.Column(str, checks=pa.Check.isin(["term", "name"]))
    numbers = {"weight": pa.Column(float, checks=pa.Check.gt(0)), "confidence": _share()}
    return pa.DataFrameSchema({**texts, "kind": kind, **numbers, "rank": _place()})


def _topics() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    numbers = {name: _share() for name in ("share", "stability", "language_bias")}
    coherence = pa.Column(float, checks=pa.Check.in_range(-2, 2))
    return pa.DataFrameSchema(
        {"topic": _text(unique=True), "label": _text(), **numbers, "coherence": coherence}
    )


def _shares() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    texts = {name: _text(pattern=r"\S") for name in ("doc", "theme", "kind")}
    numbers = {name: _share() for name in ("share", "low", "high")}
    unique = ["doc", "theme"]
    return pa.DataFrameSchema({**texts, "passages": _place(), **numbers}, unique=unique)


def _contrasts() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    texts = {name: _text() for name in ("theme", "kind", "doc_a", "doc_b")}
    between = pa.Check.in_range(-1, 1)
    numbers = {name: pa.Column(float, checks=between) for name in ("difference", "low", "high")}
    floor = pa.Column(float, checks=pa.Check.in_range(0, 1), nullable=True)
    verdicts = pa.Check.isin(["more", "less", "too little evidence"])
    return pa.DataFrameSchema(
        {**texts, **numbers, "floor": floor, "verdict": pa.Column(str, checks=verdicts)}
    )


def _claims() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    texts = {name: _text(pattern=r"\S") for name in ("section", "text")}
    strengths = pa.Check.isin(["stated", "counted", "doubtful"])
    return pa.DataFrameSchema(
        {
            "claim": _text(unique=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
            **texts,
            "holds": pa.Column(bool),
            "strength": pa.Column(str, checks=strengths),
            "evidence": pa.Column(object, checks=pa.Check(_has_rows, name="holds a row or more")),
        }
    )


def _has_rows(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values.map(lambda rows: len(rows) > 0)


def _evidence() -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    texts = {"doc": _text(), "quote": _text(pattern=r"\s*\S")}
    places = {name: _place() for name in ("start", "end")}
    return pa.DataFrameSchema({**texts, **places}, checks=_span_inside())


@functools.cache
def contract(table: str) -> "pa.DataFrameSchema":
    """Return the pandera schema of a table.

    Parameters
    ----------
    table : str
        ``"documents"``, ``"texts"`` (what cleaning needs of them), ``"ledger"``,
        ``"passages"``, ``"texts to embed"`` (what an encoder needs of them),
        ``"reference"`` (texts that offsets are taken from), ``"facts"``,
        ``"actors"``, ``"mentions"``, ``"coded passages"`` (what coding needs of
        them), ``"codes"``, ``"themes members"``, ``"themes summary"``,
        ``"shares"``, ``"contrasts"``, ``"claims"`` or ``"evidence"`` (of a claim).

    Returns
    -------
    pandera.pandas.DataFrameSchema

    Examples
    --------
    >>> "sha256" in contract("documents").columns
    True
    """
    makers = {
        "documents": _documents,
        "texts": _texts,
        "texts to embed": _texts_to_embed,
        "reference": _reference,
        "ledger": _ledger,
        "passages": _passages,
        "topics": _topics,
        "topic terms": _topic_terms,
        "topic weights": _topic_weights,
        "facts": _facts,
        "actors": _actors,
        "mentions": _mentions,
        "coded passages": _coded_passages,
        "codes": _codes,
        "themes members": _members,
        "themes summary": _themes,
        "shares": _shares,
        "contrasts": _contrasts,
        "claims": _claims,
        "evidence": _evidence,
    }
    return makers[table]()


def check(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table unchanged if it keeps its contract.

    Parameters
    ----------
    table : pandas.DataFrame
        The table to check.
    name : str
        Which contract it should keep.

    Returns
    -------
    pandas.DataFrame
        The same object.

    Raises
    ------
    TableError
        With every fault: missing columns, wrong types, forbidden values.

    Examples
    --------
    >>> check(pd.DataFrame({"doc": ["a"]}), "ledger")
    Traceback (most recent call last):
    ...
    clusterlib.schema.TableError: the table 'ledger' has 6 fault(s):
    ...
    """
    import pandera.errors

    try:
        contract(name).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        missing = cases["check"].astype(str) == "column_in_dataframe"
        faults = pd.DataFrame(
            {
                "column": cases["column"].where(~missing, cases["failure_case"]),
                "check": cases["check"].astype(str).where(~missing, "the column is missing"),
                "row": cases["index"],
                "value": cases["failure_case"].where(~missing, None),
            }
        )
        raise TableError(name, faults.drop_duplicates().reset_index(drop=True)) from None
    return table
