"""Language and date of a text: what is declared, against what the text itself shows."""

import re

from clusterlib.alphabets import find_mixed, mend
from clusterlib.load import dates
from clusterlib.load.formats import Record
from clusterlib.load.languages import (
    ALIKE,
    COVERED,
    NONE,
    WITHOUT_SPACES,
    find_others,
    identify,
    is_covered,
    to_code,
)
from clusterlib.problems import Problems

# So many words stand in a remark.
MOST_WORDS = 5
# A page states its date near its top or at its very end, not in between.
TOP, BOTTOM = 12, 4
# Day or month first? With points, Europe writes the day first; with strokes it depends.
EITHER = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")


def language(record: Record, problems: Problems) -> tuple[str, str]:
    """Return the language to use and the one identified; a disagreement becomes a fault."""
    lang, identified = _language(record, problems)
    others = find_others(record.text, lang)
    for other, sentences in sorted(others.items()):
        message = f"{len(sentences)} sentence(s) read like {other!r}, not {lang!r}"
        message += f", beginning {sentences[0][:60]!r}; as passages they have that language"
        problems.warn(record.file, "several languages", message, record.line)
    return lang, identified


def note_language(record: Record, lang: str, problems: Problems) -> None:
    """Note a language for which there are no lists of words, and what that means."""
    if is_covered(lang):
        return
    message = f"the language is {lang!r}, none of the {len(COVERED)} that are covered: "
    message += "no facts are looked for"
    if lang.split("-")[0] in WITHOUT_SPACES:
        message += ", and words are not told apart, since it is written without spaces"
    problems.warn(record.file, "language not covered", message, record.line)


def _language(record: Record, problems: Problems) -> tuple[str, str]:
    identified = identify(mend(record.text))
    declared = record.metadata.get("lang")
    if declared is None:
        return identified, identified
    lang = to_code(declared)
    if lang is None:
        message = f"lang is {declared!r}; expected the name or the code of a language such as 'fr'"
        message += f"; using {identified!r}{record.declared()}"
        problems.warn(record.file, "not a language", message, record.line)
    if lang is None or lang in NONE:
        return identified, identified
    primary = lang.split("-")[0]
    alike = any({primary, identified} <= group for group in ALIKE)
    if identified not in (primary, "und") and not alike:
        message = f"declared as {lang!r}, but the text reads like {identified!r}; {lang!r} is used"
        problems.warn(record.file, "language disagrees", message + record.declared(), record.line)
    return lang, identified


def publication_date(record: Record, lang: str, problems: Problems) -> str | None:
    """Return the declared date, else the one that the text states, else None.

    Parameters
    ----------
    record : Record
        ``metadata`` may hold a date as ``published``.
    lang : str
        The language of the text.
    problems : Problems
        Takes dates that cannot be read, or that disagree.

    Returns
    -------
    str or None
        In ISO form, as precise as it is stated.
    """
    lines = [line for line in record.text.splitlines() if line.strip()]
    edge = lines[:TOP] + lines[max(TOP, len(lines) - BOTTOM) :]
    stated = next((date.iso for line in edge if (date := dates.find(line, lang))), None)
    declared = record.metadata.get("published")
    if declared is None:
        return stated
    iso = dates.to_iso(declared, lang)
    place = record.declared()
    if iso is None:
        message = f"published is {declared!r}; expected a date such as 2023-10-31 or 2023-10{place}"
        problems.warn(record.file, "unclear date", message, record.line)
        return stated
    parts = EITHER.match(declared)
    if parts and max(int(parts[1]), int(parts[2])) <= 12 and int(parts[1]) != int(parts[2]):
        message = f"published is {declared!r}, read with the day first; write {iso} to be sure"
        problems.warn(record.file, "unclear date", message + place, record.line)
    if stated and not (stated.startswith(iso) or iso.startswith(stated)):
        message = f"published is {iso}, but the text states {stated}; {iso} is used{place}"
        problems.warn(record.file, "date disagrees", message, record.line)
    return iso


def note_mixed_words(record: Record, lang: str, problems: Problems) -> None:
    """Note words whose letters are of two alphabets, where nothing tells which is meant."""
    mixed = [word.text for word in find_mixed(record.text, lang) if not word.new]
    if words := list(dict.fromkeys(mixed)):
        some = ", ".join(map(repr, words[:MOST_WORDS])) + (" …" if words[MOST_WORDS:] else "")
        message = f"{len(words)} word(s) mix letters of two alphabets, and nothing tells which"
        problems.warn(record.file, "mixed alphabets", f"{message}: {some}", record.line)
