"""Load in parts: which files there are, what each of them holds, and all of them together.

Only the second takes long, and needs no other file; so a run does it in many processes. What is
declared of a text, its language and its date, is held against what the text shows.
"""

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from clusterlib import schema
from clusterlib.load import formats
from clusterlib.load.duplicates import Copy, find_copies
from clusterlib.load.files import COLUMNS, PACKED, File, Source, choose, find, name_columns
from clusterlib.load.formats import Record
from clusterlib.load.languages import (
    COVERED,
    NONE,
    WITHOUT_SPACES,
    are_alike,
    find_others,
    identify,
    is_covered,
    to_code,
)
from clusterlib.load.lines import FEW_WORDS, TOP, find_byline, find_date, find_headline, to_iso
from clusterlib.problems import Problems
from clusterlib.spelling import find_mixed, mend

# So many words stand in a remark.
MOST_WORDS = 5
# A page states its date near its top or at its very end, not in between.
BOTTOM = 4
# Day or month first? With points, Europe writes the day first; with strokes it depends.
EITHER = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")


# A kind of fault, and what is to be said.
Remark = tuple[str, str]


def _remarks_on_language(record: Record, lang: str, identified: str) -> Iterator[Remark]:
    """Say how the language that is used differs from what is declared and from what is there."""
    declared = record.metadata.get("lang")
    if declared is not None and to_code(declared) is None:
        message = f"lang is {declared!r}; expected the name or the code of a language such as 'fr'"
        yield "not a language", f"{message}; using {identified!r}{record.declared()}"
    primary = lang.split("-")[0]
    if identified != "und" and not are_alike(primary, identified):
        message = f"declared as {lang!r}, but the text reads like {identified!r}; {lang!r} is used"
        yield "language disagrees", message + record.declared()
    for other, sentences in sorted(find_others(record.text, lang).items()):
        message = f"{len(sentences)} sentence(s) read like {other!r}, not {lang!r}, beginning "
        message += f"{sentences[0][:60]!r}; as passages they have that language"
        yield "several languages", message
    if not is_covered(lang):
        message = f"the language is {lang!r}, none of the {len(COVERED)} that are covered: "
        message += "no facts are looked for"
        if primary in WITHOUT_SPACES:
            message += ", and words are not told apart, since it is written without spaces"
        yield "language not covered", message


def _remarks_on_date(record: Record, iso: str | None, stated: str | None) -> Iterator[Remark]:
    """Say how the date that is declared differs from a date, and from that of the text."""
    declared, place = record.metadata.get("published"), record.declared()
    if declared is None:
        return
    if iso is None:
        expected = "expected a date such as 2023-10-31 or 2023-10"
        yield "unclear date", f"published is {declared!r}; {expected}{place}"
        return
    parts = EITHER.match(declared)
    if parts and max(int(parts[1]), int(parts[2])) <= 12 and int(parts[1]) != int(parts[2]):
        message = f"published is {declared!r}, read with the day first; write {iso} to be sure"
        yield "unclear date", message + place
    if stated and not (stated.startswith(iso) or iso.startswith(stated)):
        message = f"published is {iso}, but the text states {stated}; {iso} is used{place}"
        yield "date disagrees", message


def _stated_date(text: str, lang: str) -> str | None:
    """Return the date that a text states at its edges, in ISO form."""
    lines = [line for line in text.splitlines() if line.strip()]
    edge = lines[:TOP] + lines[max(TOP, len(lines) - BOTTOM) :]
    if stated := next((date.iso for line in edge if (date := find_date(line, lang))), None):
        return stated
    dates, ended = set[str](), [line.rstrip()[-1:] in ".!?" for line in lines]
    for place, line in enumerate(lines[:TOP]):
        # A place and a date alone stand next to the title and above the text.
        byline, titled = find_byline(line, lang), place > 0 or ended[1:2] == [False]
        if byline and byline.iso and (byline.worded or titled):
            dates.add(byline.iso)
        if ended[place] and len(line.split()) > FEW_WORDS:
            break
    # Several are those of events.
    return dates.pop() if len(dates) == 1 else None


def _remarks_on_words(record: Record, lang: str) -> Iterator[Remark]:
    """Name words whose letters are of two alphabets, where nothing tells which is meant."""
    mixed = [word.text for word in find_mixed(record.text, lang) if not word.new]
    if words := list(dict.fromkeys(mixed)):
        some = ", ".join(map(repr, words[:MOST_WORDS])) + (" …" if words[MOST_WORDS:] else "")
        message = f"{len(words)} word(s) mix letters of two alphabets, and nothing tells which"
        yield "mixed alphabets", f"{message}: {some}"


FILES = ["file", "path", "metadata", "registered", "sha256"]
KINDS = {"line": "Int64"} | {name: "str" for name in (*COLUMNS, "registered") if name != "line"}


def list_files(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the files of a source that are to be read, and the faults of the others.

    Of each: file (its name) and path; metadata (what a registry says of it, as JSON), registered
    (where it does) and sha256 (that it expects).
    """
    problems = Problems()
    rows = [
        (one.file.name, str(one.file.path), json.dumps(one.metadata), one.place, one.sha256)
        for one in choose(find(source, problems), problems)
    ]
    return pd.DataFrame(rows, columns=FILES, dtype="str"), problems.table()


def read_files(
    files: pd.DataFrame, max_mb: float | None, columns: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read some of the files that `list_files` lists, each for itself.

    Texts are as documents, with the id that is declared if there is one, and registered.
    """
    problems, rows = Problems(), []
    named = name_columns(columns or {})
    for row in files.astype(object).to_dict("records"):
        path = Path(row["path"])
        file = File(row["file"], path, path.parent, columns=named)
        expected = None if pd.isna(row["sha256"]) else row["sha256"]
        records = formats.read(file, problems, max_mb, expected)
        if stated := json.loads(row["metadata"]):
            many = len(records) > 1
            records = [_described(record, stated, row["registered"], many) for record in records]
        rows += [_row(record, problems) for record in records]
    texts = pd.DataFrame(rows, columns=[*COLUMNS, "registered"]).astype(KINDS)
    return texts, problems.table()


def _described(record: Record, stated: dict[str, str], place: str, many: bool) -> Record:
    """Add what the registry says; of a table with many rows, its id leads theirs."""
    both = record.metadata | stated
    if many:
        both["doc"] = f"{stated['doc']}-{record.metadata.get('doc') or f'{record.line:06d}'}"
    return replace(record, metadata=both, registered=place)


def _row(record: Record, problems: Problems) -> dict[Hashable, object]:
    stated = record.metadata
    identified = identify(mend(record.text))
    declared = to_code(stated["lang"]) if "lang" in stated else None
    lang = identified if declared is None or declared in NONE else declared
    date = _stated_date(record.text, lang)
    published = to_iso(stated.get("published", ""), lang)
    title = stated.get("title", "")
    if not title and record.line is None:
        title = find_headline(record.text, lang)
    for fault, message in (
        *_remarks_on_language(record, lang, identified),
        *_remarks_on_date(record, published, date),
        *_remarks_on_words(record, lang),
    ):
        problems.warn(record.file, fault, message, record.line)
    return {
        **{name: stated.get(name) for name in ("doc", "initiative", "country", "region")},
        "title": title or None,
        "lang": lang,
        "lang_identified": identified,
        "published": published or date,
        "source": stated.get("source", record.file),
        "file": record.file,
        "line": record.line,
        "format": record.format,
        "encoding": stated["encoding"],
        "sha256": record.sha256,
        "text": record.text,
        "registered": record.registered,
    }


def join(
    texts: pd.DataFrame, faults: pd.DataFrame, duplicates: str = "keep"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the texts of all files their ids, and note which occur twice.

    Texts and faults are those of `read_files`, in the order in which files are listed, and faults
    those of `list_files`, too; what comes out is what `clusterlib.load.documents` returns.
    """
    problems = Problems()
    columns = ["file", "line", "doc", "registered"]
    records = [
        Record(file, _whole(line), "", "", "", {} if pd.isna(doc) else {"doc": doc}, registered)
        for file, line, doc, registered in texts[columns].astype(object).to_numpy().tolist()
    ]
    docs = _names(records)
    refused = _note_ids(records, docs, problems)
    # Of a text that keeps no id nothing else is remarked.
    columns = ["file", "line", "severity"]
    kept = [
        severity == "error" or (file, _whole(line)) not in refused
        for file, line, severity in faults[columns].astype(object).to_numpy().tolist()
    ]
    problems.add(faults.loc[kept])
    table = texts.assign(doc=pd.Series(docs, texts.index, dtype="str"))[COLUMNS]
    table = table.drop_duplicates("doc").sort_values("doc", ignore_index=True)
    copies = list(find_copies(table["text"].tolist()))
    _note_copies(table, copies, "; it is left out" if duplicates == "drop" else "", problems)
    if duplicates == "drop":
        table = table.drop(index=[copy.place for copy in copies]).reset_index(drop=True)
    return schema.check(table, "documents"), problems.table()


def _whole(line: Any) -> int | None:
    return None if pd.isna(line) else int(line)


def _note_ids(
    records: list[Record], docs: list[str], problems: Problems
) -> set[tuple[str, int | None]]:
    """Note which files lead the ids of their rows; return the places whose id is taken already."""
    led: set[str] = set()
    firsts: dict[str, Record] = {}
    refused: set[tuple[str, int | None]] = set()
    for record, doc in zip(records, docs, strict=True):
        stated = record.metadata.get("doc", doc)
        if stated != doc and record.file not in led:
            led.add(record.file)
            message = f"another file gives the same ids: its id {stated!r} is now {doc!r}, "
            problems.warn(record.file, "ids by file", f"{message}and so on")
        if (first := firsts.setdefault(doc, record)) is not record:
            refused.add((record.file, record.line))
            place = first.file if first.line is None else f"{first.file}, line {first.line}"
            message = f"the id {doc!r} is taken by {place}; ids must differ{record.declared()}"
            problems.error(record.file, "duplicate id", message, record.line)
    return refused


def _names(records: list[Record]) -> list[str]:
    """Lengthen the ids of all files that clash, so that no file's id depends on the order."""
    levels = dict.fromkeys((record.file for record in records), 0)
    while True:
        names = [_name(record, levels[record.file]) for record in records]
        shared = Counter(names)
        # Two files that number their rows from 1; a registry chooses its ids, which stay.
        stated = {(name, r.file) for name, r in zip(names, records, strict=True) if _states_id(r)}
        files = Counter(name for name, _ in stated)
        clashing = {
            record.file
            for record, name in zip(records, names, strict=True)
            if (
                files[name] > 1 and not record.registered
                if _states_id(record)
                else shared[name] > 1
            )
            and levels[record.file] < 2
        }
        if not clashing:
            return names
        for file in clashing:
            levels[file] += 1


def _states_id(record: Record) -> bool:
    return "doc" in record.metadata


def _name(record: Record, level: int) -> str:
    short = record.file.removesuffix(PACKED).rsplit(".", 1)[0].replace("/", "-")
    long = record.file.replace("/", "-").replace(".", "-")
    if doc := record.metadata.get("doc"):
        return doc if record.registered or not level else f"{(short, long)[level - 1]}-{doc}"
    name = (short, long, record.file)[level]
    return name if record.line is None else f"{name}-{record.line:06d}"


def _note_copies(table: pd.DataFrame, copies: list[Copy], fate: str, problems: Problems) -> None:
    """Note texts that occur more than once, and what becomes of them."""
    rows = table[["doc", "file", "line"]].astype(object).to_numpy().tolist()
    for copy in copies:
        (doc, file, line), first = rows[copy.place], rows[copy.first][0]
        fault, message = "duplicate text", f"the text of {doc!r} is the same as that of {first!r}"
        if not copy.whole:
            fault = "near duplicate"
            message = f"{doc!r} and {first!r} share {copy.shared:.0%} of their words, in runs "
            message += f"beginning {copy.beginning!r}"
        problems.warn(file, fault, message + fate, _whole(line))
