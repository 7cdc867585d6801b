"""The table contracts: which columns each stage promises, what they hold and what they mean.

A contract is a pandera model with a line a column; the data dictionary is made of the same
lines. More columns are welcome in a table, and those named here are promised, but where a line
says ``OPTIONAL``. `check` reports every fault of a table at once.
"""

import functools
import re
from numbers import Real
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from clusterlib.problems import Problems

__all__ = ["check", "contract", "describe"]

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
WHEN = r"\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?|--\d{2}-\d{2}"
NUMBER = r"\d+(\.\d+)?"
PUBLISHED = r"^\d{4}(-\d{2}(-\d{2})?)?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SHA256 = r"^[0-9a-f]{64}$"
# A string that is not empty; one that has something on its first lines.
SOME, FILLED = r"\S", r"\s*\S"

FACT_KINDS = "date month quarter year period quantity percentage money".split()
ACTOR_TYPES = (
    "public authority,agency,industry body,cluster,firm,research,programme,person,place"
).split(",")
HELIX = "government,industry,academia,civil society,intermediary,".split(",")
VERDICTS = ["more", "less", "too little evidence"]
STRENGTHS = ["stated", "counted", "doubtful"]
PASSAGE_KINDS = ["headline", "body", "caption"]

SHARE, DIFFERENCE, COHERENCE = (0, 1), (-1, 1), (-2, 2)
OPTIONAL = {"required": False, "nullable": True}
# Faults that the message of an error lists; all of them are in its table.
MOST = 20
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
    "relied_on": "whether the code agrees with the reference well enough (alpha of 0.4 or more)",
    "by": "what is compared with one another: doc (texts), initiative, country or lang",
    "doc_a": "the first text of the pair",
    "doc_b": "the second text of the pair",
}
# Meanings that several tables share.
UNIT = "the text, or another unit that is compared"
CATEGORY = "the topic, theme or code"
CATEGORY_KIND = "which of the three it is: topic, theme or code"
FLOOR = "difference that translations of the same sentences show; less means nothing"
DIFFERS = "share in the first text less share in the second, from -1 to 1"
CONTRAST = "more (in the first), less, or too little evidence"
UNIT_SHARE = "part of the unit's passages that are of the theme, from 0 to 1"
SCORE = "how well the passage fits the code; compare with the threshold of the same row only"
THRESHOLD = "score above which the passage is coded"
CODED = "whether the passage has the code"
PASSAGE_TEXT = "the passage after repair; its source is documents.text from start to end"
VECTOR = "a number of the vector of the passage, which means nothing by itself"
WHOLE_TEXT = "the whole text as loaded; all places count its code points"
BIAS_BY_CHANCE = "language bias that random groups of the size stay below in 95 of 100 cases"
GROUP_VERDICT = "by its stability: stable, a pattern or too little evidence"
ALIKE = (
    "how much more alike two passages of the {} from different texts are than any two "
    "(difference of mean cosines)"
)
RETURN = "how well the {} come back in samples of the corpus, on average{}: 0 never, 1 always"


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


def column(meaning: str = "", *checks: pa.Check, **promises: Any) -> Any:
    """Make the field of a column; without a meaning of its own it has that of `COMMON`."""
    field = pa.Field(description=meaning or None, **promises)
    field.checks += checks
    return field


class Table(pa.DataFrameModel):
    """A contract, under the names that its class gives, with commas between two."""

    def __init_subclass__(cls, names: str = "") -> None:
        super().__init_subclass__()  # type: ignore[no-untyped-call]
        MODELS.update(dict.fromkeys(names.split(", "), cls) if names else {})
        for annotation, field in cls.__fields__.values():
            field.description = field.description or COMMON.get(field.name)
            if annotation.arg is str and IS_UNICODE not in field.checks:
                field.checks = [*field.checks, IS_UNICODE]

    @classmethod
    def promised(cls) -> list[str]:
        """Return the columns that a table cannot lack."""
        return [name for name, (_, field) in cls.__fields__.items() if field.required]


class Spans(Table):
    """A table of places in texts."""

    @pa.dataframe_check(error="start ≤ end")
    @classmethod
    def _are_ordered(cls, table: pd.DataFrame) -> "pd.Series[bool]":
        if not {"start", "end"} <= set(table):
            return pd.Series(True, index=table.index)  # a missing column has a fault of its own
        return (table["start"] <= table["end"]).fillna(True)


class Documents(Table, names="documents"):
    doc: str = column(str_matches=FILLED, unique=True)
    initiative: str = column(nullable=True)
    country: str = column(nullable=True)
    lang: str = column(str_matches=LANGUAGE)
    title: str = column(nullable=True)
    published: str = column(str_matches=PUBLISHED, nullable=True)
    source: str
    sha256: str = column(str_matches=SHA256)
    text: str = column(WHOLE_TEXT)
    file: Any = column("name of the file", **OPTIONAL)
    line: Any = column(
        "line or row of the file that holds the text, where it holds several", **OPTIONAL
    )
    format: Any = column("format of the file", **OPTIONAL)
    encoding: Any = column("encoding of the file", **OPTIONAL)
    lang_identified: Any = column("language that the text itself shows", **OPTIONAL)


class Texts(Table, names="texts"):
    doc: str = column(str_matches=FILLED, unique=True)
    lang: str = column(str_matches=LANGUAGE)
    text: str = column(WHOLE_TEXT)


class Reference(Table, names="reference"):
    lang: str = column(str_matches=LANGUAGE)
    text: str = column("a sentence that has nothing to do with the corpus", str_matches=FILLED)


class Ledger(Spans, names="ledger"):
    doc: str
    rule: str = column("rule of cleaning that was applied")
    text: str = column("what stood there before")
    replacement: str = column("what stands there now; empty if it was removed")
    reason: str = column("why, in words")
    start: int = column(ge=0)
    end: int = column(ge=0)


class Passages(Spans, names="passages"):
    passage: str = column(unique=True)
    doc: str
    lang: str = column(str_matches=LANGUAGE)
    position: int = column(ge=0)
    start: int = column(ge=0)
    end: int = column(ge=0)
    kind: str = column("headline, body or caption", isin=PASSAGE_KINDS)
    text: str = column(PASSAGE_TEXT, str_matches=FILLED)


class PassagesToGroup(Table, names="passages to group"):
    passage: str = column(unique=True)
    doc: str
    lang: str = column(str_matches=LANGUAGE)
    text: str = column(PASSAGE_TEXT, str_matches=FILLED)


class PassagesToCode(Table, names="passages to code"):
    passage: str = column(unique=True)
    text: str


class CodedPassages(Spans, names="coded passages"):
    passage: str = column(unique=True)
    lang: str = column(str_matches=LANGUAGE)


class TextsToEmbed(CodedPassages, names="texts to embed"):
    text: str = column("the text that the encoder reads")


class Vectors(Table, names="vectors"):
    passage: str = column("name of the passage", unique=True)
    rest: Any = column(VECTOR, alias=REST, **OPTIONAL)


class Topics(Table, names="topics"):
    topic: str = column(unique=True)
    label: str
    size: int = column("passages whose first topic it is", ge=0)
    share: float = column("part of the corpus that the topic makes up, from 0 to 1", in_range=SHARE)
    stability: float = column(in_range=SHARE)
    language_bias: float = column(in_range=SHARE)
    coherence: float = column(ALIKE.format("topic"), in_range=COHERENCE)
    bias_by_chance: Any = column(BIAS_BY_CHANCE, **OPTIONAL)
    verdict: Any = column(GROUP_VERDICT, **OPTIONAL)


class TopicTerms(Table, names="topic terms, topic_terms"):
    topic: str
    lang: str
    term: str = column("a word or phrase of the topic, in its own language")
    english: str = column("English for the term; empty where none is sure")
    kind: str = column("term, or name if it is one", isin=["term", "name"])
    weight: float = column("how much more frequent the term is in the topic than elsewhere", gt=0)
    confidence: float = column("how sure the English is, from 0 to 1", in_range=SHARE)
    rank: int = column("place of the term in its topic and language", ge=0)


class TopicWeights(Table, names="topic weights, topic_weights"):
    passage: str
    topic: str
    weight: float = column(
        "part of the passage that is of the topic; sums to 1 for a passage", in_range=SHARE
    )


class TopicPassages(Table, names="topic_passages"):
    passage: str = column(unique=True)
    doc: str
    lang: str
    topic: str = column("the topic that has the greatest weight in the passage")
    weight: float = column("part of the passage that is of this topic, from 0 to 1", in_range=SHARE)
    margin: float = column("by how much it leads the second topic of the passage")
    clear: bool = column("whether the margin is 0.6 or more")


class TopicLanguages(Table, names="topic_languages"):
    topic: str = column(unique=True)
    rest: Any = column(
        "part of the topic's passages in the language that the column is named after, from 0 to 1",
        alias=REST,
        **OPTIONAL,
    )


class Trials(Table, names="trials"):
    n_topics: Any = column("number of topics that was tried", IS_NUMBER, required=False)
    n_themes: Any = column("number of themes that was tried", IS_NUMBER, required=False)
    stability: Any = column(RETURN.format("groups", ""), IS_NUMBER, nullable=True)
    weakest: Any = column("stability of the group that comes back least", IS_NUMBER, nullable=True)
    null: Any = column(
        "stability that passages without any structure would reach", IS_NUMBER, nullable=True
    )
    chosen: Any = column("whether this number was taken", IS_TRUTH)


class TopicCurve(Trials, names="topic_curve"):
    stability: Any = column(RETURN.format("topics", " over passages"), IS_NUMBER, nullable=True)
    weakest: Any = column("stability of the topic that comes back least", IS_NUMBER, nullable=True)
    stable: Any = column("whether this number of topics is stable", IS_TRUTH)


class ThemeCurve(Trials, names="theme_curve"):
    stability: Any = column(RETURN.format("themes", ""), IS_NUMBER, nullable=True)
    weakest: Any = column("stability of the theme that comes back least", IS_NUMBER, nullable=True)
    stable: Any = column("whether this number of themes is stable", IS_TRUTH)


class ThemesMembers(Table, names="themes members, theme_members"):
    passage: str = column(unique=True)
    theme: str = column(str_matches=SOME)
    margin: float = column(
        "0: as near to the next theme; 1: at the centre of its own", in_range=SHARE
    )
    clear: Any = column("whether the margin is 0.1 or more", **OPTIONAL)


class ThemesSummary(Table, names="themes summary, themes"):
    theme: str = column(str_matches=SOME, unique=True)
    label: str = column(str_matches=SOME)
    size: int = column(ge=0)
    stability: float = column(in_range=SHARE)
    language_bias: float = column(in_range=SHARE)
    coherence: float = column(ALIKE.format("theme"), in_range=COHERENCE)
    bias_by_chance: Any = column(BIAS_BY_CHANCE, **OPTIONAL)
    verdict: Any = column(GROUP_VERDICT, **OPTIONAL)
    central: Any = column("the passage that the label is from", **OPTIONAL)


class Leaves(Table, names="leaves"):
    leaf: str = column("name of the theme", unique=True)
    label: str


class Merges(Table, names="merges, theme_tree"):
    merge: str = column("name of the group that the two make together")
    left: str = column("one of the two themes, or groups of them, that are joined")
    right: str = column("the other one")
    height: Any = column(
        "distance at which they are joined; similar themes are joined low", IS_NUMBER
    )
    size: Any = column("passages of both together", **OPTIONAL)


class Facts(Spans, names="facts"):
    doc: str
    passage: str
    kind: str = column(
        "date, month, quarter, year, period, quantity, percentage or money", isin=FACT_KINDS
    )
    value: str = column(
        "the value: a date as ISO 8601, a number in plain digits",
        str_matches=rf"^({WHEN}|{NUMBER})$",
    )
    value_end: str = column(
        "the end of a range; empty without one", str_matches=rf"^({WHEN}|{NUMBER})?$"
    )
    unit: str = column("what is counted, as the text says it; the currency; %")
    unit_english: str = column("English for the unit; empty where it is not known")
    approximate: bool = column("whether the text says about, nearly or the like")
    hedge: str = column("the words that say so")
    start: int = column(ge=0)
    end: int = column(ge=0)
    quote: str = column(str_matches=FILLED)


class Dated(Table, names="dated"):
    doc: str
    when: str = column("the date as it is shown")
    first: str = column("first day that the date may mean")
    last: str = column("last day that the date may mean")


class Actors(Table, names="actors"):
    actor: str = column("identifier of the actor", str_matches=FILLED, unique=True)
    name: str = column("name of the actor", str_matches=FILLED)
    type: str = column(
        "public authority, agency, industry body, cluster, firm, research, programme, person or "
        "place",
        isin=ACTOR_TYPES,
    )
    helix: str = column(
        "government, industry, academia, civil society or intermediary", isin=HELIX, **OPTIONAL
    )
    aliases: str = column("every form the name takes in texts, with a bar between two")


class Mentions(Spans, names="mentions"):
    doc: str
    passage: str
    actor: str = column("identifier of the actor")
    type: str = column("type of the actor")
    helix: str = column("helix of the actor")
    quote: str
    start: int = column(ge=0)
    end: int = column(ge=0)


class Codes(Table, names="codes"):
    passage: str = column(str_matches=SOME)
    code: str = column(str_matches=SOME)
    score: float = column(SCORE)
    threshold: float = column(THRESHOLD)
    coded: bool = column(CODED)

    class Config:
        unique = ("passage", "code")


# Without a look for rows that stand twice: a corpus has millions of these.
class ScoredCodes(Table, names="scored codes"):
    passage: str
    code: str
    coded: Any = column(CODED, IS_TRUTH)
    score: float = column(SCORE)
    threshold: float = column(THRESHOLD)


class Codings(Table, names="codings"):
    passage: str
    code: str
    coded: Any = column(CODED, IS_TRUTH)

    class Config:
        unique = ("passage", "code")


class CountedCodes(Table, names="counted codes"):
    doc: str
    code: str
    coded: Any = column(CODED, IS_TRUTH)


class Shares(Table, names="shares"):
    doc: str = column(UNIT, str_matches=SOME)
    theme: str = column(CATEGORY, str_matches=SOME)
    kind: str = column(CATEGORY_KIND, str_matches=SOME)
    passages: int = column("passages of the unit", ge=0)
    share: float = column(UNIT_SHARE, in_range=SHARE)
    low: float = column(in_range=SHARE)
    high: float = column(in_range=SHARE)

    class Config:
        unique = ("doc", "theme")


class DrawnShares(Table, names="drawn shares"):
    doc: str = column(UNIT)
    theme: str = column(CATEGORY)
    share: Any = column(UNIT_SHARE, IS_NUMBER)
    low: Any = column("", IS_NUMBER)
    high: Any = column("", IS_NUMBER)

    class Config:
        unique = ("doc", "theme")


class Contrasts(Table, names="contrasts"):
    theme: str = column(CATEGORY)
    kind: str = column(CATEGORY_KIND)
    doc_a: str
    doc_b: str
    difference: float = column(DIFFERS, in_range=DIFFERENCE)
    low: float = column(in_range=DIFFERENCE)
    high: float = column(in_range=DIFFERENCE)
    floor: float = column(FLOOR, in_range=SHARE, nullable=True)
    verdict: str = column(CONTRAST, isin=VERDICTS)
    share_a: Any = column("share of the theme in the first text", **OPTIONAL)
    share_b: Any = column("share of the theme in the second text", **OPTIONAL)


class DrawnContrasts(Table, names="drawn contrasts"):
    theme: str = column(CATEGORY)
    doc_a: str
    doc_b: str
    difference: Any = column(DIFFERS, IS_NUMBER)
    verdict: str = column(CONTRAST)


class Floors(Table, names="floors"):
    theme: str = column(CATEGORY)
    doc_a: str
    doc_b: str
    floor: float = column(FLOOR, in_range=SHARE, nullable=True)


class Similarity(Table, names="similarity"):
    doc_a: str
    doc_b: str
    similarity: float = column(
        "how alike the two are: 0 nothing in common, 1 as alike as two passages of one text"
    )
    floor: float = column("by how much the languages alone can move the similarity", nullable=True)


class Nearest(Table, names="nearest"):
    doc: str
    nearest: str = column("the text that this one is most like")
    second: str = column("the text that it is next most like")
    lead: float = column("similarity to the nearest less similarity to the second", nullable=True)
    floor: float = column("by how much the languages alone can move the lead", nullable=True)
    verdict: str = column("the nearest text, or too little evidence")
    passage: str = column("the passage of the text that is most like one of the nearest text")
    passage_of_nearest: str = column("the passage of the nearest text that it is like")


class Gaps(Table, names="gaps"):
    doc: str
    code: str
    high: float = column(
        "share of the code that so few passages still allow (upper end of the 95 % interval)"
    )
    passage: str = column("the passage that comes nearest to the code")
    text: str = column("the words of that passage")
    english: str = column("its English translation, for reading", **OPTIONAL)
    score: float = column(SCORE.replace("the passage", "that passage"))
    threshold: float = column("score above which it would be coded")
    short: float = column("what the score lacks of the threshold")
    noise: float = column(
        "score that a sentence may lack beside its own translations; less is no absence"
    )
    verdict: str = column("absent, or too little evidence")


class Grid(Spans, names="grid"):
    initiative: str = column(nullable=True)
    attribute: str = column("what is asked of the text, such as initiator or money")
    value: str = column("a short answer in English, or not stated", str_matches=SOME)
    doc: str
    start: pd.Int64Dtype = column(ge=0, nullable=True)
    end: pd.Int64Dtype = column(ge=0, nullable=True)
    quote: str


class Claims(Table, names="claims"):
    claim: str = column("name of the claim", str_matches=SLUG, unique=True)
    section: str = column("section of the commentary that it stands in", str_matches=SOME)
    text: str = column("the sentence", str_matches=SOME)
    holds: bool = column("whether its condition is true of the data")
    strength: str = column(
        "stated (the quoted words say it), counted (coded by a machine, with codes that are relied "
        "on) or doubtful",
        isin=STRENGTHS,
    )
    evidence: object = column("its quotations with their places", HAS_ROWS)


class Evidence(Spans, names="evidence"):
    doc: str
    quote: str = column(str_matches=FILLED)
    start: int = column(ge=0)
    end: int = column(ge=0)
    claim: Any = column("name of the claim that the quotation is evidence of", **OPTIONAL)
    strength: Any = column("stated, counted or doubtful, as of a claim", **OPTIONAL)


class Survival(Table, names="survival"):
    claim: str = column("name of the claim", unique=True)
    rest: Any = column(
        "what becomes of the claim under the change that the column names: it holds, fails, or "
        "needs it (quotes the text that is left out)",
        alias=REST,
        **OPTIONAL,
    )


class Faults(Table, names="faults"):
    file: str = column("name of the file")
    line: Any = column("line or row of the file; empty where the whole file is meant")
    severity: str = column("error (could not be used) or warning (used, with a remark)")
    fault: str = column("kind of the fault")
    message: str = column("what was found, and what was expected")


class Remarks(Table, names="remarks, left_out"):
    stage: str = column("stage of the run that left something out")
    remark: str = column("what was left out, and by which rule")


class DrawnSpans(Table, names="spans"):
    doc: str
    start: Any = column("", IS_NUMBER)
    end: Any = column("", IS_NUMBER)
    fate: str = column("what became of it", isin=[*PASSAGE_KINDS, "removed", "layout"])


class Planes(Table, names="planes"):
    panel: str = column("name of the panel that the point is drawn in")
    lang: str
    x: Any = column("place from left to right", IS_NUMBER)
    y: Any = column("place from bottom to top", IS_NUMBER)


class Places(Table, names="places"):
    doc: str = column(unique=True)
    x: Any = column("place from left to right", IS_NUMBER)
    y: Any = column("place from bottom to top", IS_NUMBER)


class Misplaced(Table, names="misplaced"):
    doc_a: str
    doc_b: str
    distance: Any = column("how far the two are from one another", IS_NUMBER)
    drawn: Any = column("how far apart they are drawn", IS_NUMBER)


DTYPES = {
    "string[pyarrow]": "text",
    "int64": "whole number",
    "Int64": "whole number",
    "float64": "number",
}
DTYPES |= {"bool": "yes/no", "object": "table"}
CHECKS = {IS_NUMBER: "number", IS_TRUTH: "yes/no"}


class Contract(pa.DataFrameSchema):
    """A schema that is shown as a line a column, as ``lang (text): language of the text``."""

    def __str__(self) -> str:
        lines = [str(self.name)]
        for name, kind, nullable, required, meaning in _describe(self).itertuples(index=False):
            kind += ", may be missing" if nullable else ""
            kind += "" if required else ", not needed"
            lines.append(f"  {name} ({kind}): {meaning}")
        return "\n".join(lines)

    __repr__ = __str__

    @classmethod
    def get_backend(cls, check_obj: Any = None, check_type: type | None = None) -> Any:
        # pandera knows backends of its own classes only.
        return pa.DataFrameSchema.get_backend(check_obj, check_type)


@functools.cache
def contract(name: str) -> Contract:
    """Return the pandera schema of a table, which prints what each column means.

    Parameters
    ----------
    name : str
        The name of a table, such as ``"documents"`` or ``"facts"``; of the form in
        which a function needs it, such as ``"texts to embed"`` (what an encoder reads),
        ``"passages to group"`` (topics), ``"scored codes"`` (gaps) or ``"drawn shares"``
        (a figure); or that under which a run exports it, such as ``"theme_members"``.
        Any other name is refused with a list of all.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Shown as a line a column: its type, and what it means.

    Raises
    ------
    ValueError
        If there is no such contract, with those that there are.

    Examples
    --------
    >>> print(contract("texts to embed"))
    texts to embed
      passage (text): name of the passage: its text and its number in it, such as nl-003
      lang (text): language of the text, as a BCP 47 tag such as fr or nb
      text (text): the text that the encoder reads
    >>> "sha256" in contract("documents").columns
    True
    """
    if name not in MODELS:
        names = ", ".join(map(repr, sorted(MODELS)))
        raise ValueError(f"there is no contract {name!r}; expected one of {names}")
    schema = MODELS[name].to_schema()
    return Contract(schema.columns, checks=schema.checks, unique=schema.unique, name=name)


def describe(name: str) -> pd.DataFrame:
    """Return what a contract says of each column.

    Parameters
    ----------
    name : str
        As for `contract`.

    Returns
    -------
    pandas.DataFrame
        One row a column: column (``*`` stands for all that are not named), type (text,
        whole number, number, yes/no, table or any), nullable, required and description.

    Raises
    ------
    ValueError
        If there is no such contract, with those that there are.

    Examples
    --------
    >>> describe("codes").set_index("column").loc["coded", ["type", "description"]].tolist()
    ['yes/no', 'whether the passage has the code']
    """
    return _describe(contract(name))


def _describe(schema: Contract) -> pd.DataFrame:
    rows = []
    for name, column in schema.columns.items():
        words = [CHECKS[check] for check in column.checks if check in CHECKS]
        kind = DTYPES[str(column.dtype)] if column.dtype else next(iter(words), "any")
        rows.append((name, kind, column.nullable, column.required, column.description))
    return pd.DataFrame(rows, columns=["column", "type", "nullable", "required", "description"])


def meaning(column: str, table: str) -> str:
    """Return what a column of a table means, or nothing where nobody has described it."""
    columns = contract(table).columns if table in MODELS else {}
    described = columns.get(column) or columns.get(REST)
    return str(described.description) if described else COMMON.get(column, "")


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
    clusterlib.problems.InputError
        With every fault: missing columns, wrong types, forbidden values.
    ValueError
        If there is no contract of that name.

    Examples
    --------
    >>> check(pd.DataFrame({"doc": ["a"]}), "ledger")
    Traceback (most recent call last):
    ...
    clusterlib.problems.InputError: the table 'ledger' has 6 fault(s):
    ...
    """
    schema = contract(name)
    # pandera cannot tell rows apart that have one name; then they are numbered.
    numbered = table if table.index.is_unique else table.reset_index(drop=True)
    try:
        schema.validate(_wrap_unhashable(numbered, schema), lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases[["column", "check", "index", "failure_case"]]
    else:
        return table
    problems = Problems(of_cells=True)
    for column, promise, row, value in cases.astype(object).to_numpy().tolist():
        if str(promise) == "column_in_dataframe":
            note_cell(problems, name, str(value), "the column is missing")
        else:
            cell = value.value if isinstance(value, _Unhashable) else value
            note_cell(problems, name, str(column), str(promise), row, cell)
    problems.raise_errors(f"the table {name!r}", most=MOST)
    return table


def note_cell(
    problems: Problems,
    table: str,
    column: str,
    promise: str,
    row: object = None,
    value: object = None,
) -> None:
    """Note that a column of a table, or a cell of it, breaks its promise."""
    if pd.isna(row):  # type: ignore[call-overload]
        problems.error(table, "broken contract", f"{column}: {promise}", column=column)
    else:
        message = f"{column}: {promise}, found {value!r:.80} in row {row}"
        problems.error(table, "broken contract", message, row, column, value)


class _Unhashable:
    """A list or the like, for pandera: no text, and unlike others."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


def _wrap_unhashable(table: pd.DataFrame, schema: Contract) -> pd.DataFrame:
    """Wrap what pandas and pandera cannot tell apart."""
    if not table.columns.is_unique:
        return table
    wrapped = {
        name: pd.Series([_wrap(value) for value in table[name]], table.index, dtype=object)
        for name, column in schema.columns.items()
        if name in table and table[name].dtype == object and str(column.dtype) != "object"
    }
    return table.assign(**wrapped)


def _wrap(value: object) -> object:
    try:
        hash(value)
    except TypeError:
        return _Unhashable(value)
    return value
