"""The contract of every table: a line a column, with what it holds and, in short, what it means.

More columns are welcome in a table; `data/columns.csv` says what some of them mean. A table of
which a function reads only a part has a contract for that part.
"""

import pandas as pd

from clusterlib.schema.columns import (
    Coherence,
    Count,
    Difference,
    Filled,
    Language,
    Number,
    Rows,
    Share,
    Some,
    Spans,
    Table,
    Truth,
    column,
)

WHEN = r"\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?|--\d{2}-\d{2}"
# What stands for the period of texts without a date.
UNDATED = "no date"
NUMBER = r"-?\d+(\.\d+)?"
FACT_KINDS = "date month quarter year period quantity percentage money".split()
ACTOR_TYPES = (
    "public authority,agency,industry body,cluster,firm,research,programme,person,place"
).split(",")
HELIX = "government,industry,academia,civil society,intermediary,".split(",")
PASSAGE_KINDS = ["headline", "body", "caption"]


class Documents(Table, names="documents"):
    doc: Filled = column(unique=True)
    initiative: str = column(nullable=True)
    country: str = column(nullable=True)
    lang: Language
    title: str = column(nullable=True)
    published: str = column(str_matches=r"^\d{4}(-\d{2}(-\d{2})?)?$", nullable=True)
    source: str
    sha256: str = column(str_matches=r"^[0-9a-f]{64}$")
    text: str


class DatedTexts(Table, names="dated texts"):
    doc: Filled = column(unique=True)
    published: str = column(str_matches=r"^\d{4}(-\d{2}(-\d{2})?)?$", nullable=True)


class Texts(Table, names="texts"):
    doc: Filled = column(unique=True)
    lang: Language
    text: str


class StopWords(Table, names="stop words"):
    word: Filled = column("a word that no label shall hold")
    lang: Filled = column("language of the word")


class Reference(Table, names="reference"):
    lang: Language
    text: Filled = column("a sentence that has nothing to do with the corpus")


class Ledger(Spans, names="ledger"):
    doc: str
    rule: str = column("rule of cleaning that was applied")
    text: str = column("what stood there before")
    replacement: str = column("what stands there now; empty if it was removed")
    reason: str = column("why, in words")
    start: Count
    end: Count


class Passages(Spans, names="passages"):
    passage: str = column(unique=True)
    doc: str
    lang: Language
    position: Count
    start: Count
    end: Count
    kind: str = column("headline, body or caption", isin=PASSAGE_KINDS)
    text: Filled


class PassagesToGroup(Table, names="passages to group"):
    passage: str = column(unique=True)
    doc: str
    lang: Language
    text: Filled


class PassagesToCode(Table, names="passages to code"):
    passage: str = column(unique=True)
    text: str


class CodedPassages(Spans, names="coded passages"):
    passage: str = column(unique=True)
    lang: Language


class TextsToEmbed(CodedPassages, names="texts to embed"):
    text: str = column("the text that the encoder reads")


class Vectors(Table, names="vectors"):
    passage: str = column("name of the passage", unique=True)


class Topics(Table, names="topics"):
    topic: str = column(unique=True)
    label: Some
    size: Count = column("passages whose first topic it is")
    share: Share = column("part of the corpus that the topic makes up, from 0 to 1")
    stability: Share
    language_bias: Share
    coherence: Coherence


class TopicTerms(Table, names="topic terms, topic_terms"):
    topic: str
    lang: str
    term: str = column("a word or phrase of the topic, in its own language")
    english: str = column("English for the term; a name that has none as it is; else empty")
    kind: str = column("term, or name if it is one", isin=["term", "name"])
    weight: float = column("how much more frequent the term is in the topic than elsewhere", gt=0)
    confidence: Share = column("how sure the English is, from 0 to 1; of a name as it is, 0")
    rank: Count = column("place of the term in its topic and language")


class TopicWeights(Table, names="topic weights, topic_weights"):
    passage: str
    topic: str
    weight: Share = column("part of the passage that is of the topic; sums to 1 for a passage")


class TopicPassages(Table, names="topic_passages"):
    passage: str = column(unique=True)
    doc: str
    lang: str
    topic: str = column("the topic that has the greatest weight in the passage")
    weight: Share = column("part of the passage that is of this topic, from 0 to 1")
    margin: float = column("by how much it leads the second topic of the passage")
    clear: bool = column("whether the margin is 0.8 or more")


class TopicLanguages(Table, names="topic_languages"):
    topic: str = column(unique=True)


class Trials(Table, names="trials, topic_curve, theme_curve"):
    n_topics: Number = column("number of topics that was tried", required=False)
    n_themes: Number = column("number of themes that was tried", required=False)
    stability: Number = column(nullable=True)
    weakest: Number = column("stability of the group that comes back least", nullable=True)
    null: Number = column(nullable=True)
    chosen: Truth = column("whether this number was taken")


class ThemesMembers(Table, names="themes members, theme_members"):
    passage: str = column(unique=True)
    theme: Some
    margin: Share = column("0: as near to the next theme; 1: at the centre of its own")


class ThemesSummary(Table, names="themes summary, themes"):
    theme: Some = column(unique=True)
    label: Some
    size: Count
    stability: Share
    language_bias: Share
    coherence: Coherence


class Leaves(Table, names="leaves"):
    leaf: str = column("name of the theme", unique=True)
    label: str


class Merges(Table, names="merges, theme_tree"):
    merge: str = column("name of the group that the two make together")
    left: str = column("one of the two themes, or groups of them, that are joined")
    right: str = column("the other one")
    height: Number = column("distance at which they are joined; similar themes are joined low")


class Facts(Spans, names="facts"):
    doc: str
    passage: str
    kind: str = column(isin=FACT_KINDS)
    value: str = column(str_matches=rf"^({WHEN}|{NUMBER})$")
    value_end: str = column(str_matches=rf"^({WHEN}|{NUMBER})?$")
    unit: str = column("what is counted, as the text says it; the currency; %")
    unit_english: str = column("English for the unit; empty where it is not known")
    approximate: bool = column("whether the text says about, nearly or the like")
    hedge: str = column("the words that say so")
    start: Count
    end: Count
    quote: Filled


class Dated(Table, names="dated"):
    doc: str
    when: str = column("the date as it is shown")
    first: str = column("first day that the date may mean")
    last: str = column("last day that the date may mean")


class Actors(Table, names="actors"):
    actor: Filled = column("identifier of the actor", unique=True)
    name: Filled = column("name of the actor")
    type: str = column(isin=ACTOR_TYPES)
    helix: str = column(isin=HELIX, required=False, nullable=True)
    aliases: str = column("every form the name takes in texts, with a bar between two")


class Mentions(Spans, names="mentions"):
    doc: str
    passage: str
    actor: str = column("identifier of the actor")
    type: str = column("type of the actor")
    helix: str = column("helix of the actor")
    quote: str
    start: Count
    end: Count


class Codes(Table, names="codes", unique=("passage", "code")):
    passage: Some
    code: Some
    score: float
    threshold: float
    coded: bool


# Without a look for rows that stand twice: a corpus has millions of these.
class ScoredCodes(Table, names="scored codes"):
    passage: str
    code: str
    coded: Truth
    score: float
    threshold: float


class Codings(Table, names="codings", unique=("passage", "code")):
    passage: str
    code: str
    coded: Truth


class Agreement(Table, names="agreement"):
    code: str
    passages: Count = column("passages that both have judged")
    machine: Count = column("passages that the machine gives the code")
    reading: Count = column("passages that the reading gives the code")
    both: Count = column("passages that both give the code")
    alpha: float = column("Krippendorff's alpha: 1 full agreement, 0 chance", nullable=True)
    low: float = column(nullable=True)
    high: float = column(nullable=True)
    note: str = column("how few cases alpha rests on, if they are fewer than five")
    relied_on: bool = column()


class Shares(Table, names="shares", unique=("unit", "category")):
    unit: Some
    category: Some
    kind: Some
    passages: Count = column("passages of the unit")
    share: Share
    low: Share
    high: Share


class SharesByTime(Table, names="shares by time", unique=("period", "category")):
    period: Filled = column("2024, 2024Q3 or 2024-07; 'no date' of texts without one")
    category: Some
    kind: Some
    documents: Count = column("texts of the period; there may be none")
    passages: Count = column("passages of these texts")
    share: Number = column("part of these passages that are of the category", nullable=True)
    low: Number = column(nullable=True)
    high: Number = column(nullable=True)


class DrawnShares(Table, names="drawn shares", unique=("unit", "category")):
    unit: str
    category: str
    share: Number
    low: Number
    high: Number


class Contrasts(Table, names="contrasts"):
    category: str
    kind: str
    unit_a: str
    unit_b: str
    difference: Difference
    low: Difference
    high: Difference
    p_value: Share
    p_adjusted: Share = column("the p-value, adjusted for the number of contrasts")
    floor: Share = column(nullable=True)
    verdict: str = column(isin=["more", "less", "too little evidence"])


class Floors(Table, names="floors"):
    category: str
    unit_a: str
    unit_b: str
    floor: Share = column(nullable=True)


class Similarity(Table, names="similarity"):
    unit_a: str
    unit_b: str
    similarity: float
    floor: float = column("by how much the languages alone can move the similarity", nullable=True)


class Nearest(Table, names="nearest"):
    unit: str
    nearest: str = column("the text that this one is most like")
    second: str = column("the text that it is next most like")
    lead: float = column("similarity to the nearest less similarity to the second", nullable=True)
    floor: float = column("by how much the languages alone can move the lead", nullable=True)
    verdict: str = column("the nearest text, or too little evidence")
    passage: str = column("the passage of the text that is most like one of the nearest text")
    passage_of_nearest: str = column("the passage of the nearest text that it is like")
    repeated: Share = column("share of its passages that stand in the nearest text word for word")


class Gaps(Table, names="gaps"):
    unit: str
    code: str
    high: float
    passage: str = column("the passage that comes nearest to the code")
    text: str = column("the words of that passage; not where a run writes it", required=False)
    score: float
    threshold: float = column("score above which it would be coded")
    short: float = column("what the score lacks of the threshold")
    noise: float
    verdict: str = column("absent, or too little evidence")


class Grid(Spans, names="grid"):
    initiative: str = column(nullable=True)
    attribute: str = column("what is asked of the text, such as initiator or money")
    value: Some = column("a short answer in English, or not stated")
    doc: str
    start: pd.Int64Dtype = column(ge=0, nullable=True)
    end: pd.Int64Dtype = column(ge=0, nullable=True)
    quote: str


class Claims(Table, names="claims"):
    claim: str = column("name of the claim", str_matches=r"^[a-z0-9]+(-[a-z0-9]+)*$", unique=True)
    section: Some = column("section of the commentary that it stands in")
    text: Some = column("the sentence")
    holds: bool = column("whether its condition is true of the data")
    strength: str = column(isin=["stated", "counted", "doubtful"])
    evidence: Rows = column("its quotations with their places")


class Evidence(Spans, names="evidence"):
    doc: str
    quote: Filled
    start: Count
    end: Count


class Survival(Table, names="survival"):
    claim: str = column("name of the claim", unique=True)


class Faults(Table, names="faults"):
    file: str = column("name of the file")
    severity: str = column("error (could not be used) or warning (used, with a remark)")
    fault: str = column("kind of the fault")
    message: str = column("what was found, and what was expected")


class Remarks(Table, names="remarks, left_out"):
    stage: str = column("stage of the run that left something out")
    remark: str = column("what was left out, and by which rule")


class DrawnSpans(Table, names="spans"):
    doc: str
    start: Number
    end: Number
    fate: str = column("what became of it", isin=[*PASSAGE_KINDS, "removed", "layout"])


class Regions(Table, names="regions"):
    x: Number = column("place from left to right")
    y: Number = column("place from bottom to top")


class Maps(Regions, names="topic_map, theme_map"):
    passage: str = column(unique=True)
    doc: str
    lang: str
    label: str = column("what the topic or theme is called")
    trustworthiness: Share = column("how far neighbours on the map are neighbours in the space")


class Planes(Regions, names="planes"):
    panel: str = column("name of the panel that the point is drawn in")
    lang: str
