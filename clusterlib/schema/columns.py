"""What a column of a table may be: its type, the checks of its cells, and what it means.

The contracts of tables are written in these words.
"""

import re
from numbers import Real
from typing import Annotated, Any

import pandas as pd
import pandera.pandas as pa
from pandera.api.dataframe.model_components import FieldInfo

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
# The name of a column that stands for all that are not described one by one.
REST = "*"
MODELS: dict[str, type["Table"]] = {}

# What a column means where its table says nothing else, and in tables without a contract.
COMMON = {
    "doc": "short name of the text, unique in the corpus",
    "initiative": "the industrial cluster that the text is about",
    "country": "country of the initiative, as an ISO 3166 code",
    "region": "region of the initiative",
    "lang": "language of the text, as a BCP 47 tag such as fr or nb",
    "title": "title of the text",
    "published": "date of publication as far as it is known: year, month or day",
    "source": "who published the text, or where it is from",
    "sha256": "fingerprint of the file, in hexadecimal",
    "text": "the text",
    "passage": "name of the passage: its text and its number in it, such as nl-003",
    "position": "number of the passage in its text, from 1",
    "start": "first character, counted in code points of the source text from 0",
    "end": "place after the last character, counted like start",
    "english": "English translation, for reading",
    "quote": "the words as they stand in the source, from start to end",
    "theme": "name of the theme",
    "topic": "name of the topic",
    "code": "name of the code in the codebook",
    "dimension": "dimension of the codebook that the code belongs to",
    "label": "what it is called, for readers",
    "size": "number of passages",
    "stability": "how well the group comes back in samples of the corpus: 0 never, 1 always",
    "language_bias": "how far the group follows one language rather than the corpus: "
    "0 not at all, 1 entirely",
    "low": "lower end of the 95 % interval",
    "high": "upper end of the 95 % interval",
    "share": "part of the whole, from 0 to 1",
    "weight": "how much, relative to the others of the same kind",
    "parent": "the code above this one in the codebook",
    "definition": "what the code means",
    "use_when": "when the code is to be given",
    "not_when": "when it is not to be given, and what is given instead",
    "probes": "sentences that the code is recognised by, with a bar between two",
    "note": "remark of whoever coded",
    "relied_on": "whether the code agrees with the reference well enough (the interval of alpha "
    "begins at 0.4 or more)",
    "passages_read": "passages of the unit that a person has read",
    "inclusion_probability": "how likely the passage was to be drawn into the sample that was read",
    "probability": "how likely the passage has the code, as the sample that was read teaches",
    "by": "what is compared with one another: doc (texts), initiative, country or lang",
    "unit_a": "the first text of the pair",
    "by_hand": "what was done by hand: merged, renamed or both",
    "unit_b": "the second text of the pair",
}

# Meanings that several tables share.
UNIT = "the text, or another unit that is compared"
CATEGORY = "the topic, theme or code"
CATEGORY_KIND = "which of the three it is: topic, theme or code"
FLOOR = "difference that translations of the same sentences show; less means nothing"
DIFFERS = "share in the first text less share in the second, from -1 to 1"
CONTRAST = "more (in the first), less, or too little evidence"
UNIT_SHARE = "part of the unit's passages that are of the category, from 0 to 1"
SCORE = "how well the passage fits the code; compare with the threshold of the same row only"
THRESHOLD = "score above which the passage is coded"
CODED = "whether the passage has the code"
PASSAGE_TEXT = "the passage after repair; its source is documents.text from start to end"
VECTOR = "a number of the vector of the passage, which means nothing by itself"
WHOLE_TEXT = "the whole text as loaded; all places count its code points"
BIAS_BY_CHANCE = "language bias that random groups of the size stay below in 95 of 100 cases"
GROUP_VERDICT = "by its stability: stable, a pattern or too little evidence"
LABEL = "what the {} is called: its heading or, where none fits, two or three distinctive words"
HEADING = "subject heading that the {} is most like beyond the corpus; empty where none fits"
HEADING_SCORE = (
    "how much more the passages of the {} are like the heading than those of the corpus "
    "(difference of mean cosines)"
)
HEADING_BY_CHANCE = (
    "what the best heading of random groups of the size stays below in 95 of 100 cases"
)
ALIKE = (
    "how much more alike two passages of the {} from different texts are than any two "
    "(difference of mean cosines)"
)
RETURN = "how well the {} come back in samples of the corpus, on average{}: 0 never, 1 always"
LANGUAGE_SHARE = (
    "part of the topic's passages in the language that the column is named after, from 0 to 1"
)
UNDER_CHANGE = (
    "what becomes of the claim under the change that the column names: it holds, fails, or needs "
    "it (quotes the text that is left out)"
)
STRENGTH = (
    "stated (the quoted words say it), counted (coded by a reader, or by a machine that is relied "
    "on) or doubtful"
)


def _are_numbers(values: "pd.Series[Any]") -> "pd.Series[bool] | bool":
    """Tell which values are numbers, whole or not; yes and no are none."""
    types = pd.api.types
    if types.is_numeric_dtype(values) and not types.is_bool_dtype(values):
        return True
    numbers = [isinstance(value, Real) and not isinstance(value, bool) for value in values]
    return pd.Series(numbers, values.index, dtype=bool)


def _are_unicode(values: "pd.Series[Any]") -> "pd.Series[bool] | bool":
    """Tell which strings can be written as UTF-8; only a column of objects can hold others."""
    return values.dtype != object or values.map(
        # What is no string at all has that fault and not this one.
        lambda value: not isinstance(value, str) or not re.search("[\ud800-\udfff]", value)
    )


def _have_rows(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values.map(lambda table: hasattr(table, "__len__") and len(table) > 0)


IS_NUMBER = pa.Check(_are_numbers, name="is a number")
# It may be written as 1 or 0.
IS_TRUTH = pa.Check(lambda values: values.isin([True, False]), name="is True or False")
IS_UNICODE = pa.Check(_are_unicode, name="is Unicode, without halves of surrogate pairs")
HAS_ROWS = pa.Check(_have_rows, name="holds a row or more")


# A string that is not empty; one that has something on its first lines.
Some = Annotated[str, pa.Field(str_matches=r"\S")]
Filled = Annotated[str, pa.Field(str_matches=r"\s*\S")]
Language = Annotated[str, pa.Field(str_matches=LANGUAGE)]
Count = Annotated[int, pa.Field(ge=0)]
Share = Annotated[float, pa.Field(in_range=(0, 1))]
Difference = Annotated[float, pa.Field(in_range=(-1, 1))]
Coherence = Annotated[float, pa.Field(in_range=(-2, 2))]
# Those that any dtype may hold.
Number = Annotated[Any, FieldInfo(IS_NUMBER)]
Truth = Annotated[Any, FieldInfo(IS_TRUTH)]
Rows = Annotated[object, FieldInfo(HAS_ROWS)]
# A column that is described where it is there, and may hold anything.
Extra = Annotated[Any, pa.Field(required=False, nullable=True)]


def column(meaning: str | None = None, **promises: Any) -> Any:
    """Make the field of a column; without a meaning of its own it has that of `COMMON`."""
    return pa.Field(description=meaning, **promises)


class Table(pa.DataFrameModel):
    """A contract, under the names that its class gives, with commas between two."""

    def __init_subclass__(cls, names: str = "", unique: tuple[str, ...] = ()) -> None:
        cls.Config = type("Config", (pa.DataFrameModel.Config,), {"unique": unique or None})
        super().__init_subclass__()  # type: ignore[no-untyped-call]
        MODELS.update(dict.fromkeys(names.split(", "), cls) if names else {})
        for annotation, field in cls.__fields__.values():
            field.description = field.description or COMMON.get(field.name)
            checks = [IS_UNICODE] if annotation.arg is str else []
            for promise in getattr(annotation.raw_annotation, "__metadata__", ()):
                checks = [*promise.checks, *checks]
                if promise.required_explicit:
                    field.required, field.required_explicit = promise.required, True
                    field.nullable, field.nullable_explicit = promise.nullable, True
            field.checks = [*(one for one in checks if one not in field.checks), *field.checks]

    @classmethod
    def build_schema_(cls, **options: Any) -> pa.DataFrameSchema:
        """Build the schema as pandera does, but for looking whether a column is an index of Dask.

        To look, it imports Dask, which takes most of a second.
        """
        columns = {}
        for annotation, field in cls.__fields__.values():
            promises = field.column_properties(
                None if annotation.arg is Any else annotation.arg,
                nullable=annotation.nullable,
                required=not annotation.is_optional_field,
                checks=cls.__checks__.get(field.name, []),
                name=field.name,
            )
            columns[field.name] = pa.Column(**promises)
        return pa.DataFrameSchema(columns, checks=cls.__root_checks__, **options)


class Spans(Table):
    """A table of places in texts."""

    @pa.dataframe_check(error="start ≤ end")
    @classmethod
    def _are_ordered(cls, table: pd.DataFrame) -> "pd.Series[bool]":
        if not {"start", "end"} <= set(table):
            return pd.Series(True, index=table.index)  # a missing column has a fault of its own
        return (table["start"] <= table["end"]).fillna(True)
