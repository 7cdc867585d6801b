"""The stages of a run: what each fits on the whole, and what it makes of a part."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from clusterlib import axes, clean, codes, compare, embed, facts, load, themes, topics
from clusterlib.axes import by_digest
from clusterlib.claims.automatic import automatic
from clusterlib.codes import scoring, windows
from clusterlib.embed.calibration import primary
from clusterlib.load import parts
from clusterlib.load.files import COLUMNS, name_columns
from clusterlib.problems import InputWarning
from clusterlib.run.store import RunError, Store, Tables

# Passages of a language without calibration text that stand for it, and how many are enough.
REFERENCE, ENOUGH = 500, 10
# Passages that are coded at a time.
BLOCK = 2000
PACKAGE_BOOK = (
    "no codebook was named: the codes are those of the package, written for energy and industry "
    "clusters; on other subjects name one of your own"
)
# What comparisons and claims need of the codes, whose rows are the most.
CODED = ["passage", "code", "label", "score", "threshold", "coded"]
# The tables that claims rest on, beside the codes.
EVIDENCE = {
    "load": ["documents"],
    "clean": ["passages", "ledger"],
    "facts": ["facts"],
    "topics": ["topics", "topic_curve", "topic_weights", "topic_passages"],
    "themes": ["themes", "theme_curve", "theme_members"],
    "compare": ["shares", "contrasts", "gaps", "nearest"],
}
# What a model says of the whole: tables, and the attributes that they are.
OF_MODEL = {
    "topic": {
        "topics": "summary",
        "topic_terms": "terms",
        "topic_languages": "languages",
        "topic_curve": "curve",
    },
    "theme": {"themes": "summary", "theme_tree": "tree", "theme_curve": "curve"},
}
# Files of one part, and what was wrong with the source as a whole.
Files: TypeAlias = tuple[pd.DataFrame, pd.DataFrame]
# The encoder, and text of the corpus in languages that calibration does not know.
Prepared: TypeAlias = tuple[embed.Encoder, pd.DataFrame]
# Topics or themes, and the tables of the whole.
Grouped: TypeAlias = tuple[topics.Topics | themes.Themes, Tables]


@dataclass(frozen=True)
class Options:
    """What a run can be told; the same options on the same texts give the same bytes.

    Attributes
    ----------
    source : tuple of str
        As `clusterlib.load.documents` takes it; empty for the seeds.
    languages : tuple of str
        Keep texts in these primary languages only; empty keeps all.
    codebook : str or None
        A codebook; by default that of the seeds.
    topics, themes : int or None
        How many; None finds the number.
    encoder : str
        ``"default"``, ``"int8"``, a folder, or ``"name@revision"`` on the hub.
    seed : int
        Of all that is drawn.
    max_mb : float
        Larger files are faults.
    sample : int
        Topics and themes are fitted on so many passages at most; the others are assigned to them.
    part : int
        Characters of source text in one part of a table.
    reading : str or None
        Passages of these texts that a person has coded, as `clusterlib.codes.read_sheet` takes
        them: it teaches the codes, corrects their shares, and says which to rely on.
    duplicates : {"keep", "drop"}
        What becomes of texts that repeat another, whole or nearly.
    columns : tuple of (str, str)
        What fields of a text are called in tables, as `clusterlib.load.documents` takes them.
    by : str or None
        The column of documents by which texts are compared, and passages grouped in the report.

    Examples
    --------
    >>> Options(("my-texts",), encoder="int8").seed
    0
    """

    source: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    codebook: str | None = None
    topics: int | None = None
    themes: int | None = None
    encoder: str = "default"
    seed: int = 0
    max_mb: float = 50
    sample: int = 20_000
    part: int = 1_000_000
    reading: str | None = None
    duplicates: str = "keep"
    columns: tuple[tuple[str, str], ...] = ()
    by: str | None = None

    @property
    def book(self) -> Path | None:
        """The codebook, as codes are asked for it."""
        return Path(self.codebook) if self.codebook else None

    def validate(self) -> None:
        """Refuse a codebook, reading or encoder that cannot be used, before any work is done."""
        name_columns(dict(self.columns))
        if self.by and self.by not in COLUMNS:
            fields = ", ".join(COLUMNS)
            raise ValueError(f"texts have no column {self.by!r}; there are {fields}")
        codes.read(self.book)
        if self.reading:
            codes.read_sheet(Path(self.reading), self.book)
        self.load_encoder()

    @cache  # noqa: B019 -- a run has one set of options
    def load_encoder(self) -> embed.Encoder:
        """Return the encoder that is named, loaded once."""
        if self.encoder in ("default", "int8"):
            return embed.load_encoder(precision="int8" if self.encoder == "int8" else "float32")
        name, _, revision = self.encoder.partition("@")
        return embed.load_encoder(Path(name) if Path(name).is_dir() else name, revision or None)

    def provenance(self) -> tuple[dict[str, str], list[Path]]:
        """Return what a reader has to know of the options, and the tables that they name."""
        # Imported here: runs in other processes have no use for templates.
        from clusterlib.export.site import package_data

        encoder, by_stability = self.load_encoder(), "the number that describes them best"
        book = self.book or Path(load.seeds()) / "codebook.csv"
        settings = {
            "Encoder": f"{encoder.name}, revision {encoder.revision}",
            "Seed": str(self.seed),
            "Topics": str(self.topics or by_stability),
            "Themes": str(self.themes or by_stability),
            "Sample": f"{self.sample:,} passages at most, on which these are fitted",
            "Codebook": book.name if self.book else "that of the package",
        }
        return settings, [book, *([Path(self.reading)] if self.reading else []), *package_data()]

    @cache  # noqa: B019 -- as above
    def read_sheet(self) -> pd.DataFrame | None:
        """Return the reading, a row a passage and code; what it is warned of, `validate` says."""
        if not self.reading:
            return None
        with warnings.catch_warnings(action="ignore", category=InputWarning):
            return codes.read_sheet(Path(self.reading), self.book)


@dataclass(frozen=True)
class Stage:
    """A stage: the stages that it reads, and the options that it depends on.

    ``whole`` sees all parts and returns what ``part`` needs (in a stage without inputs, a list with
    an item for each part) or, in a stage without ``part``, the tables of each part. ``counted``
    names an input and its table, whose rows tell how far the parts are.
    """

    name: str
    inputs: tuple[str, ...]
    options: tuple[str, ...]
    whole: Callable[[Store, Options], Any] | None = None
    part: Callable[[Store, Options, Any, int], Tables] | None = None
    counted: tuple[str, str] = ("clean", "passages")


def list_files(store: Store, options: Options) -> list[Files]:
    """List the files of the source, in parts of about as many bytes as a part has characters."""
    files, faults = parts.list_files(list(options.source) or load.seeds())
    sizes = pd.Series([Path(path).stat().st_size for path in files["path"]], dtype="int64")
    divided = _divide(files, sizes, options.part)
    return [(part, faults if n == 0 else faults[:0]) for n, part in enumerate(divided)]


def read_files(store: Store, options: Options, model: list[Files], part: int) -> Tables:
    """Read the files of one part; a file is never divided."""
    files, missed = model[part]
    texts, faults = parts.read_files(files, options.max_mb, dict(options.columns))
    return {"texts": texts, "faults": pd.concat([missed, faults], ignore_index=True)}


def join_texts(store: Store, options: Options) -> list[Tables]:
    """Join the texts of all files, and divide them into parts of whole documents."""
    documents, faults = parts.join(
        store.whole("read", "texts"), store.whole("read", "faults"), options.duplicates
    )
    if options.languages:
        langs = primary(documents)
        wanted = langs.isin(options.languages)
        if len(documents) and not wanted.any():
            raise RunError(
                f"no text can be used: their languages are {', '.join(sorted(set(langs)))}, none "
                f"of those chosen ({', '.join(options.languages)})"
            )
        rows = documents.loc[~wanted, ["file", "line"]]
        message = "its language " + documents.loc[~wanted, "lang"] + " is none of those chosen"
        rows = rows.assign(severity="warning", fault="language not chosen", message=message)
        faults = pd.concat([faults, rows], ignore_index=True)
        documents = documents[wanted]
    if documents.empty:
        raise RunError(_why_no_text(faults))
    faults = faults.astype({"line": "Int64"} | {c: "str" for c in faults.columns.drop("line")})
    first, *others = _divide(documents, documents["text"].str.len(), options.part)
    return [{"documents": first, "faults": faults}, *({"documents": part} for part in others)]


def _divide(table: pd.DataFrame, sizes: "pd.Series[int]", size: int) -> list[pd.DataFrame]:
    """Cut a table where rows of that size together are full; an empty one is one part."""
    places = (sizes.cumsum() // size).to_numpy()
    return [part.reset_index(drop=True) for _, part in table.groupby(places)] or [table]


def _why_no_text(faults: pd.DataFrame) -> str:
    # An error, which sorts before a warning, says why there is no text; a warning does not.
    faults = faults.sort_values("severity", kind="stable")
    whys = [f": {row.file}: {row.message}" for row in faults.head(1).itertuples()]
    more = [f" (and {len(faults) - 1} more)"] if len(faults) > 1 else []
    return "".join(["no text can be used", *whys, *more])


def clean_part(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Clean the texts of one part."""
    passages, ledger = clean.tables(store.read("load", "documents", part))
    return {"passages": passages, "ledger": ledger}


def check_reading(store: Store, options: Options) -> None:
    """Refuse a reading of other texts as soon as passages are known."""
    if (reading := options.read_sheet()) is None:
        return
    known = store.whole("clean", "passages", ["passage"])["passage"]
    strange = sorted(set(reading["passage"]) - set(known))
    if strange:
        raise RunError(
            f"{options.reading} has {len(strange)} passage(s) that are not of these texts, such as "
            f"{strange[0]!r}; write the sheet from the table passages of a run without it"
        )


def prepare(store: Store, options: Options) -> Prepared:
    """Return the encoder, and text of the corpus in languages that calibration does not know."""
    calibrated = set(embed.calibration()["lang"])
    others = []
    # Part by part, since the texts of a large corpus need not be held at once.
    for part in store.filled("clean", "passages"):
        passages = store.read("clean", "passages", part, ["passage", "lang", "text"])
        passages = passages.assign(lang=primary(passages))
        others.append(passages[~passages["lang"].isin(calibrated)])
    reference = by_digest(pd.concat(others)).groupby("lang").head(REFERENCE)
    many = reference.groupby("lang")["text"].transform("size") >= ENOUGH
    return options.load_encoder(), reference[many].reset_index(drop=True)


def embed_part(store: Store, options: Options, model: Prepared, part: int) -> Tables:
    """Embed the passages of one part."""
    encoder, reference = model
    passages = store.read("clean", "passages", part)
    rows = reference if len(reference) else None
    # The reading that gives the parts of a passage, which codes ask for, gives its vector too.
    windows.read(passages["text"].tolist(), encoder)
    vectors = embed.vectors(passages, encoder, reference=rows)
    if "calibration" not in vectors:
        vectors["calibration"] = "reference"
    corpus = np.isin(embed.languages(passages), reference["lang"].unique())
    vectors.loc[corpus, "calibration"] = "corpus"
    return {"vectors": vectors.reset_index()}


def find_facts(store: Store, options: Options, model: Any, part: int) -> Tables:
    """Find the facts of one part."""
    documents = store.read("load", "documents", part)
    return {"facts": facts.find(documents, store.read("clean", "passages", part))}


def read_part(store: Store, part: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the passages of one part and their vectors."""
    vectors = store.read("embed", "vectors", part).set_index("passage")
    return store.read("clean", "passages", part), vectors


def sample(store: Store, options: Options) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the passages that topics, themes and codes are fitted on, and their vectors."""
    names = by_digest(store.whole("clean", "passages", ["passage"]))["passage"]
    chosen, tables = set(names.head(options.sample)), []
    for part in store.filled("clean", "passages"):
        passages, vectors = read_part(store, part)
        rows = passages["passage"].isin(chosen)
        tables.append((passages[rows], vectors[vectors.index.isin(chosen)]))
    passages, vectors = map(pd.concat, zip(*tables, strict=True))
    return passages.reset_index(drop=True), vectors


def fit_groups(kind: str, store: Store, options: Options) -> Grouped | None:
    """Fit topics or themes on the sample, unless too few of its passages differ to carry any."""
    passages, vectors = sample(store, options)
    if passages.empty:
        return None
    _, rows = embed.aligned(passages, vectors)
    if len(axes.distinct(rows)[0]) < topics.FEWEST_PASSAGES:
        return None
    fit, number = (topics.fit, options.topics) if kind == "topic" else (themes.fit, options.themes)
    model = fit(passages, vectors, number, options.seed, options.load_encoder())
    tables = {name: getattr(model, attribute) for name, attribute in OF_MODEL[kind].items()}
    return model, tables | {f"{kind}_map": model.plane()}


def assign_groups(store: Store, options: Options, model: Grouped | None, part: int) -> Tables:
    """Give the passages of one part their groups; the first part has the tables of the whole."""
    if model is None:
        return {}
    fitted, of_whole = model
    if isinstance(fitted, topics.Topics):
        weights, members = fitted.assign(*read_part(store, part))
        tables = {"topic_weights": weights, "topic_passages": members}
    else:
        tables = {"theme_members": fitted.assign(*read_part(store, part))}
    return tables | (of_whole if part == 0 else {})


def fit_codes(store: Store, options: Options) -> tuple[codes.CodeScorer, Prepared]:
    """Learn the codes, and what the passages of the sample have in common."""
    langs = frozenset(embed.languages(store.whole("clean", "passages", ["lang"])).tolist())
    passages, vectors = sample(store, options)
    prepared = prepare(store, options)
    rows = _cut(scoring.exemplary(passages), prepared)
    return scoring.fit(vectors, rows, langs, options.book, prepared[0]), prepared


def apply_codes(
    store: Store, options: Options, model: tuple[codes.CodeScorer, Prepared], part: int
) -> Tables:
    """Code the passages of one part."""
    scorer, prepared = model
    passages, vectors = read_part(store, part)
    # The parts of a passage are several vectors: those of all would be held at once.
    blocks = [passages[start : start + BLOCK] for start in range(0, max(1, len(passages)), BLOCK)]
    tables = [
        codes.apply(block, vectors, options.book, parts=_cut(block, prepared), scorer=scorer)
        for block in blocks
    ]
    return {"codes": pd.concat(tables, ignore_index=True)}


def _cut(passages: pd.DataFrame, prepared: Prepared) -> pd.DataFrame:
    encoder, reference = prepared
    return codes.parts(passages, encoder, reference=reference if len(reference) else None)


def read_codes(machine: pd.DataFrame, reading: pd.DataFrame | None) -> pd.DataFrame:
    """Return the codes of all passages, by the reading where one was read, else the machine's."""
    if reading is None:
        return machine
    given = reading[["passage", "code", "coded"]].rename(columns={"coded": "given"})
    rows = machine[["passage", "code", "coded"]].merge(given, on=["passage", "code"], how="left")
    coded = rows["given"].where(rows["given"].notna(), rows["coded"])
    return machine.assign(coded=coded.to_numpy(bool))


def compare_texts(store: Store, options: Options) -> list[Tables]:
    """Compare the texts in all that they are assigned to."""
    documents, passages = store.whole("load", "documents"), store.whole("clean", "passages")
    vectors = store.whole("embed", "vectors").set_index("passage")
    reading = options.read_sheet()
    machine = store.whole("codes", "codes", CODED if reading is None else None)
    if reading is not None:
        machine = codes.marked(codes.teach(machine, reading, vectors), reading)
    assigned = {
        stage: store.whole(stage, table)
        for stage, table in (("topics", "topic_weights"), ("themes", "theme_members"))
        if table in store.entry(stage)["rows"]
    }
    assigned["codes"] = read_codes(machine, reading)
    settings = options.book, options.load_encoder(), options.seed, reading, options.by
    tables = compare.together(documents, passages, vectors, assigned, *settings)
    if reading is not None:
        # Readers are given the codes as the reading has taught them.
        tables["codes"] = machine
        coders = "machine", "reading"
        tables["agreement"] = codes.agreement(machine, reading, by="code", coders=coders)
    return [tables]


def write_claims(store: Store, options: Options) -> list[Tables]:
    """Say in sentences what the tables bear out."""
    tables = {
        name: store.whole(stage, name)
        for stage, names in EVIDENCE.items()
        for name in names
        if name in store.entry(stage)["rows"]
    }
    notes = [PACKAGE_BOOK] if options.book is None else []
    reading = options.read_sheet()
    stage, more = ("codes", []) if reading is None else ("compare", ["relied_on"])
    machine = store.whole(stage, "codes", [*CODED, *more])
    tables["codes"] = read_codes(machine, reading)
    if reading is not None:
        # Shares and contrasts are corrected; of a code that is not relied on, what was read stands.
        quoted = machine["relied_on"] | machine["passage"].isin(reading["passage"])
        coded = tables["codes"]["coded"] & quoted
        tables["codes"] = tables["codes"].assign(coded=coded, relied_on=True)
        read, count = reading["passage"].nunique(), machine["passage"].nunique()
        relied = machine.drop_duplicates("code").set_index("code")["relied_on"]
        doubtful = ", ".join(relied.index[~relied]) or "none"
        notes += [
            f"shares and contrasts of codes are corrected by {read:,} of {count:,} passages",
            f"{relied.sum()} of {len(relied)} codes agree well enough with the reading; "
            f"not relied on, and quoted only where a passage was read: {doubtful}",
        ]
    commentary = automatic(tables)
    remarks = [("codes", note) for note in notes]
    if "topics" not in tables:
        few = f"topics and themes are left out, with the map: they need {topics.FEWEST_PASSAGES} "
        few += f"passages with different texts, and here are {len(tables['passages'])} in all"
        remarks.insert(0, ("topics", few))
    left_out = pd.DataFrame(remarks, columns=["stage", "remark"])
    left_out = pd.concat([left_out, commentary.remarks], ignore_index=True)
    return [{"claims": commentary.table, "left_out": left_out}]


VECTORS, MODEL = ("clean", "embed"), ("encoder", "seed", "sample")
STAGES = (
    Stage(
        "read", (), ("source", "max_mb", "part", "columns"), list_files, read_files, ("", "files")
    ),
    Stage("load", ("read",), ("languages", "part", "duplicates"), join_texts),
    Stage("clean", ("load",), (), None, clean_part, ("load", "documents")),
    Stage("embed", ("clean",), ("encoder",), prepare, embed_part),
    Stage("facts", ("load", "clean"), (), None, find_facts),
    Stage("topics", VECTORS, (*MODEL, "topics"), partial(fit_groups, "topic"), assign_groups),
    Stage("themes", VECTORS, (*MODEL, "themes"), partial(fit_groups, "theme"), assign_groups),
    Stage("codes", VECTORS, ("encoder", "codebook", "sample"), fit_codes, apply_codes),
    Stage(
        "compare",
        ("load", *VECTORS, "topics", "themes", "codes"),
        ("encoder", "codebook", "seed", "reading", "by"),
        compare_texts,
    ),
    Stage("claims", (*EVIDENCE, "codes"), ("codebook", "reading"), write_claims),
)
