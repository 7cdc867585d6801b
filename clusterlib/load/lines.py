"""Lines of pages that are no text: the phrases that pages carry, and the dates that they state.

`data/boilerplate.csv` has one phrase a row with the rule that it stands for
(navigation, share, published, …), its language, and how it matches a line:
as the ``whole`` of it, at its ``start``, at its ``end``, anywhere ``within``,
within a short line that is no sentence (``label``), or before a ``name``.
"""

import datetime
import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from babel import Locale

from clusterlib.inputs import read_data
from clusterlib.load.languages import COVERED, locale_of
from clusterlib.spelling import is_common

DIGIT = re.compile(r"\d")
LETTER = re.compile(r"[^\W\d_]")
# A page states its date, and who wrote its text, in so many lines at its top.
TOP = 12
# So many words may follow a phrase of two or more words that makes up a line.
MOST_EXTRA = 2
# Words of pages in any language: a French page may say "Connect with us".
EVERYWHERE = ("en", "und")


def fold(line: str) -> str:
    """Fold a line for comparison: case, spaces, and what is not a letter at its ends."""
    first = LETTER.search(line)
    if first is None:
        return ""
    last = next(index for index in range(len(line), 0, -1) if LETTER.match(line[index - 1]))
    return " ".join(line[first.start() : last].split()).casefold()


@functools.cache
def _whole() -> dict[str, str]:
    rules: dict[str, str] = {}
    for row in read_data("boilerplate"):
        if row["match"] in {"whole", "end"}:
            rules.setdefault(fold(row["phrase"]), row["rule"])
    return rules


@functools.cache
def patterns(lang: str, match: str) -> re.Pattern[str]:
    """Return one expression for all phrases of a language, a group for each rule."""
    phrases = defaultdict(set)
    primary = lang.split("-")[0]
    for row in read_data("boilerplate"):
        of_lang = row["lang"] in {primary, *EVERYWHERE} or primary == "und"
        if of_lang and row["match"] == match:
            phrases[row["rule"]].add(row["phrase"])
    groups = []
    for rule in sorted(phrases):
        longest_first = sorted(phrases[rule], key=lambda phrase: (-len(phrase), phrase))
        words = "|".join(_expression(phrase, rule) for phrase in longest_first)
        groups.append(f"(?P<{rule.replace('-', '_')}>{words})")
    body = "|".join(groups) or r"(?!)"
    start = rf"^\W*(?:{body})"
    form = {"start": start, "name": start, "end": rf"(?<!\w)(?:{body})[\W\d]*$"}
    return re.compile(form.get(match, rf"(?<!\w)(?:{body})"), re.IGNORECASE)


def _expression(phrase: str, rule: str) -> str:
    """Return the expression of a phrase; before a date its colon is optional."""
    words, colon = phrase.rstrip(": "), phrase.rstrip().endswith(":")
    tail = r"\s*:" if colon and rule != "published" else r"(?!\w)"
    return re.escape(words).replace(r"\ ", r"\s+") + tail


def is_phrase(text: str) -> bool:
    """Tell whether a text is one phrase of the list, in any language."""
    return fold(text) in _whole()


def coverage(line: str) -> float:
    """Return the share of a line's words that are phrases of the list, one after another."""
    words = [fold(word) for word in line.split()]
    words = [word for word in words if word]
    covered = position = 0
    while position < len(words):
        lengths = range(min(4, len(words) - position), 0, -1)
        phrases = (size for size in lengths if " ".join(words[position:][:size]) in _whole())
        size = next(phrases, 0)
        covered += size
        position += max(size, 1)
    return covered / max(len(words), 1)


def rule_of(line: str, lang: str) -> str | None:
    """Name the rule whose phrase makes up a short line that may be a label, or None."""
    words = fold(line).split(" ")
    fewest = min(2, len(words))
    for length in range(len(words), max(fewest, len(words) - MOST_EXTRA) - 1, -1):
        if rule := _whole().get(" ".join(words[:length])):
            return rule
    return rule_at("start", line, lang) or rule_at("within", line, lang)


def rule_at(match: str, line: str, lang: str) -> str | None:
    """Name the rule of a phrase that a line carries at its start, its end or within, or None."""
    phrase = patterns(lang, match).search(line)
    return str(phrase.lastgroup).replace("_", "-") if phrase else None


WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
SEPARATOR = re.compile(r"\s*[|•·>»/›→]\s*|\s{2,}|\t")
DASH = re.compile(r"\s[-–]\s")
QUOTED = re.compile(r"«([^«»]*)»|»([^«»]*)«")
# So many words without a sentence end are still running text, not a label.
LONG = 22
# Fewest words, on average, of the items of a list; a menu has shorter ones.
LIST_WORDS = 3.5
# Phrases at the start of a line count only where the line is short like a label.
LABEL_WORDS = 15


def is_row_of_links(text: str, words: int, raw: str) -> bool:
    """Tell a row of menu items: short parts, or parts and words of the phrase list.

    ``raw`` is the line before repair, with tabs and gaps between its parts.
    """
    parts = _parts(raw)
    if len(parts) >= 3 and words <= LIST_WORDS * len(parts):
        return True
    if len(parts) >= 2 and words <= LONG:
        return any(is_phrase(part) for part in parts)
    return 3 <= words <= LABEL_WORDS and coverage(text) >= 0.6


def _parts(raw: str) -> list[str]:
    """Return what stands between the marks of a row; quotation marks and a remark divide none."""
    bare = raw.strip()
    if "«" in bare:
        bare = QUOTED.sub(r"\1\2", bare)
    pieces = [piece.strip() for piece in DASH.split(bare)]
    if any(piece[:1].islower() for piece in pieces[1:]):
        pieces = [bare]
    return [part for piece in pieces for part in SEPARATOR.split(piece) if part.strip()]


def is_language_switch(text: str) -> bool:
    """Tell a line that only names languages, in whatever language."""
    parts = [part for part in re.split(r"[\s|/,•·()\-]+", text.casefold()) if part]
    names, codes = _language_names()
    named = bool(parts) and all(part in names or part in codes for part in parts)
    return named and (len(parts) > 1 or parts[0] in names)


@functools.cache
def _language_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return names (in English and in themselves) and codes of Europe's languages, from CLDR."""
    codes = [*COVERED, *"bs ca cy eu gl lb mk mt nn no ru sq".split()]
    english = Locale("en").languages
    names = {english[code] for code in codes}
    names |= {Locale(code).languages.get(code, "") for code in codes}
    words = {word for name in names for word in name.casefold().split()}
    return frozenset(words), frozenset([*codes, "ua", "gr", "cz", "dk", "se", "si", "gb", "rs"])


YEAR = r"(?:19|20)\d{2}"
NUMERIC = re.compile(
    rf"(?P<y1>{YEAR})[-./](?P<m1>\d{{1,2}})(?:[-./](?P<d1>\d{{1,2}}))?(?!\d)"
    rf"|(?P<d2>\d{{1,2}})[-./]\s?(?P<m2>\d{{1,2}})[-./]\s?(?P<y2>{YEAR})(?!\d)"
)
WORDED = re.compile(
    rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+)?(?:(?:d'|ta’)\s*|(?:de|of)\s+)?"
    rf"(?P<m1>[^\W\d]{{3,12}})\.?,?\s+(?:(?P<d2>\d{{1,2}}),\s+)?(?:(?:de|del)\s+)?(?P<y1>{YEAR})"
    rf"|(?P<y2>{YEAR})\.?\s+(?:m\.\s+)?(?P<m2>[^\W\d]{{3,12}})\.?(?:\s+(?P<d3>\d{{1,2}})\.?)?(?!\d)"
)
# What may stand around the date of a date line: a weekday before it; "г.", "kl.", "Uhr" after.
BEFORE = re.compile(r"^[\W_]*(?:[^\W\d]{1,12}\.?[\W_]*)?$")
AFTER = re.compile(r"^[\W_]*(?:[^\W\d]{1,4}\.?[\W_]*){0,2}$")
CLOCK = re.compile(r"\b\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?::\d{2})?h?\b")
LONGEST = 120
# A date line has few words; after its date a separator comes, before a name or a place.
MOST_WORDS = 16
FEW_WORDS = 8
ENDS_APART = re.compile(r"\s[-–—]\s*$|[|·•/]\s*$")
APART = re.compile(r"[\s,]*(?:[^\W\d]{1,3}\.?)?\s*(?:[-–—]\s|[|·•])")


@dataclass(frozen=True)
class PageDate:
    """A date that a line states: its place in the line, in ISO form as far as it is said."""

    start: int
    end: int
    iso: str
    alone: bool


def find_date(line: str, lang: str) -> PageDate | None:
    """Find the date that a line gives as metadata, not as part of a sentence.

    ``alone`` tells that nothing but the date and its label stands on the line; else ``start:end``
    is a label and date glued before a headline.
    """
    if ("1" not in line and "2" not in line) or len(line) > 2 * LONGEST:
        return None
    label = patterns(lang, "start").match(line)
    labelled = label.end() if label and label.lastgroup == "published" else 0
    date = NUMERIC.search(line, labelled) or WORDED.search(line, labelled)
    if not date:
        return None
    before, after = line[labelled : date.start()], CLOCK.sub("", line[date.end() :])
    alone = len(line) <= LONGEST and BEFORE.match(before) and AFTER.match(after)
    glued = labelled and not before.strip(" :\t\xa0")
    if line[-1:] in "!?" or not (alone or glued):
        return None
    iso = _numeric(date) if date.re is NUMERIC else _worded(date, lang)
    if iso is None:
        return None
    return PageDate(0, len(line) if alone else date.end(), iso, alone=bool(alone))


def is_date_line(line: str, lang: str) -> bool:
    """Tell a line that gives dates of the page and little else."""
    if not DIGIT.search(line):
        return False
    words = len(line.split())
    if words > MOST_WORDS or (words > FEW_WORDS - 2 and line.rstrip()[-1:] in ".!?"):
        return False
    stated = find_date(line, lang)
    if stated is not None:
        rest = line[stated.end :]
        few = len(rest.split()) <= 3
        return stated.alone or few or bool(APART.match(rest) or CLOCK.search(rest))
    date = NUMERIC.search(line) or WORDED.search(line)
    if date is None:
        label = patterns(lang, "start").match(line)
        timed = label and label.lastgroup == "published" and CLOCK.search(line)
        return bool(timed) and len(line.split()) <= FEW_WORDS
    opens = date.start() == 0 and APART.match(CLOCK.sub("", line[date.end() :]))
    closes = AFTER.match(CLOCK.sub("", line[date.end() :])) and ENDS_APART.search(
        line[: date.start()]
    )
    return bool(opens or (closes and len(line.split()) <= FEW_WORDS))


# A name goes before a mark, perhaps an article or a weekday, and a date.
MARKED = r"\s*[,;|(/·•–—-]\s*(?:[^\W\d]+[.,)]*\s+){0,2}\(?"
MARKED_NUMERIC, MARKED_WORDED = (
    re.compile(f"{MARKED}(?:{date.pattern})") for date in (NUMERIC, WORDED)
)
# The parts of a byline, and the names in one of them.
PARTS = re.compile(r"\s*[,;|/·•]\s*|\s+[–—-]\s+")
BOTH = re.compile(
    r"\s+(?:&|and|och|og|und|en|et|e|ed|y|i|a|и|і|та|és|ja|ir|un|și|ve|και|agus|with|mit|med|met"
    r"|avec|con|com)\s+"
)
# Small words inside names: "Ústí nad Labem", "Anke de Vries".
SMALL = frozenset(
    "al am an auf aan bei da das de del della den der des di do dos du el la las le les lo los "
    "nad nam on op pod pri sub sul sur ter upon van ved vid von гр м".split()
)
NAME_WORDS = 5
ROLE_WORDS = 5


class Byline(NamedTuple):
    """What a line says that says who wrote a text, or where: its date, and whether in words.

    ``iso`` is empty if a word such as "by" stands there without a date; ``worded`` is false if a
    name and a date stand there without such a word, as in "Turku, 3 May 2024".
    """

    iso: str
    worded: bool


def find_byline(line: str, lang: str) -> Byline | None:
    """Find out who wrote a text, or where, if a line says it: "By Ann Lee, 3 May 2024"."""
    line = line.strip()
    if len(line) > LONGEST:
        return None
    word = patterns(lang, "name").match(line)
    if word is None and DIGIT.search(line):
        label = patterns(lang, "start").match(line)
        word = label if label and label.lastgroup == "byline" else None
    head = line[word.end() :] if word else line
    if not DIGIT.search(head):
        named = bool(word) and line[-1] not in ".:!?" and _is_names(head, lang, fewest=2)
        return Byline("", True) if named else None
    numeric = MARKED_NUMERIC.search(head)
    date = numeric or MARKED_WORDED.search(head)
    if date is None or not AFTER.match(CLOCK.sub("", head[date.end() :])):
        return None
    # What stands before a colon is the label of something else: "Photo: Ann Lee, 3 May 2009".
    if ":" in head[: date.start()]:
        return None
    if not _is_names(head[: date.start()], lang, fewest=1):
        return None
    iso = _numeric(date) if numeric else _worded(date, lang)
    return Byline(iso, word is not None) if iso else None


def _is_names(text: str, lang: str, fewest: int) -> bool:
    """Tell names of so many words at least, and perhaps what they are, from other words."""
    first, *rest = PARTS.split(text.strip())
    if any(len(part.split()) > ROLE_WORDS for part in rest):
        return False
    return all(_is_name(name.split(), lang, fewest) for name in BOTH.split(first))


def _is_name(words: Sequence[str], lang: str, fewest: int) -> bool:
    """Tell a name: capitals, but for small words; several in a title may all be usual words."""
    large = [word for word in words if word.strip(".").casefold() not in SMALL]
    if not fewest <= len(large) <= len(words) <= NAME_WORDS:
        return False
    if not all(word[0].isupper() or word[:2] in ("l'", "d'", "l’", "d’", "'s") for word in large):
        return False
    titled = len(large) > 1 and (lang == "en" or fewest > 1)
    return not (titled and all(is_common(word, lang) for word in large))


# A headline has no more characters, stands in the first lines, and with so many words is a title.
HEADLINE, TITLE_LINES, TITLE_WORDS = 200, 40, 4
# An item of a list, a row of a label and a value, a number, or a part of something longer.
NO_HEADLINE = re.compile(r"^\W*\d+[^\W\d]?\W|^[-–•*§]|^[^:]{1,30}:\s+(?:\S+\s*){1,4}$")


def find_headline(text: str, lang: str) -> str:
    """Return the headline above a text, or nothing; menus, dates and bylines are none.

    It is the first line of a text that begins with one of two or more words. Below a menu it is the
    first line of a few words above the first paragraph or, where there is none, the last of two.
    """
    lines = filter(None, map(str.strip, text.splitlines()))
    short, menu, event = list[str](), False, ""
    for line in list(itertools.islice(lines, TITLE_LINES))[:-1]:
        if (date := find_date(line, lang)) and not date.alone:
            line = line[date.end :].lstrip(" :-–")
        words = len(line.split())
        if words < 2 or _is_aside(line, words, lang):
            menu = menu or find_date(line, lang) is None
            byline = find_byline(line, lang)
            if byline and not byline.worded:
                event = event or line
            continue
        if len(line) > HEADLINE or line.endswith((".", ":", ";", ",", "…")):
            break
        if NO_HEADLINE.match(line):
            continue
        if words >= TITLE_WORDS and (menu or not short):
            return line
        short.append(line)
    # Where nothing else stands above the text, a place and a date head an event.
    return event if not short else short[-1] if menu else short[0]


def _is_aside(line: str, words: int, lang: str) -> bool:
    """Tell what cleaning sets aside by the form of a line alone."""
    if words > LABEL_WORDS:
        return rule_at("within", line, lang) is not None
    return (
        rule_of(line, lang) not in (None, "published")
        or is_date_line(line, lang)
        or is_row_of_links(line, words, line)
        or is_language_switch(line)
        or find_byline(line, lang) is not None
    )


MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
WEB = r"(?:https?://|www\.)\S+"
# A number of a telephone begins with + or 0, and goes before no unit; a date is none.
PHONE = (
    r"(?<![\w.,])(?!\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2})"
    r"(?:\+|\(?0\d)\d(?:[\s()/.-]{0,2}\d){6,14}(?![\s()/.-]{0,2}[\w%€$£])"
)
REACH = re.compile(f"{MAIL}|{WEB}|{PHONE}")
# So many words may stand beside addresses and numbers; without a label fewer.
MOST_BESIDE, FEW_BESIDE = 8, 6
LETTERS = re.compile(r"[^\W\d_]+")
# What may be the day of a date.
DAY = re.compile(r"(?<![\d ])\s*\b\d{1,2}\b(?!\s?\d)")


def is_contact(line: str) -> bool:
    """Tell a line of addresses and telephone numbers, with a label or a name before them."""
    if len(line) > LONGEST or not any(mark in line for mark in ("@", "ww", "//", "0", "+")):
        return False
    found = list(REACH.finditer(line))
    rest = REACH.sub(" ", line)
    if not found or LETTERS.search(line, found[-1].end()) or DAY.search(rest):
        return False
    beside = len(LETTERS.findall(rest))
    reached = sum(match.end() - match.start() for match in found)
    before = line[: found[0].start()].rstrip()
    marked = before.endswith((":", ",", ";", "|", "(", "–", "—", "-"))
    # Of a number behind a label only some are of telephones: "Account: 0123 4567 8901".
    if before.endswith(":") and not re.search(f"{MAIL}|{WEB}", line) and not is_phrase(before):
        return False
    few = beside <= (MOST_BESIDE if ":" in before else FEW_BESIDE)
    return few and (marked or 2 * reached >= len(line))


def to_iso(value: str, lang: str = "en") -> str | None:
    """Return a date that stands alone in ISO form, as precise as it is given."""
    value = value.strip()
    if re.fullmatch(YEAR, value):
        return value
    if match := NUMERIC.match(value):
        return _numeric(match)
    match = WORDED.search(value)
    return _worded(match, lang) if match else None


def _numeric(match: re.Match[str]) -> str | None:
    """Compose an ISO date; a day before a month, unless only the reverse is a date."""
    part = match.groupdict()
    year, month, day = (int(part[f"{name}1"] or part[f"{name}2"] or 1) for name in "ymd")
    has_day = bool(part["d1"] or part["d2"])
    if has_day and month > 12 and 0 < day <= 12:
        month, day = day, month
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    return date.isoformat() if has_day else f"{date:%Y-%m}"


def _worded(match: re.Match[str], lang: str) -> str | None:
    part = match.groupdict()
    word = (part["m1"] or part["m2"]).casefold()
    names = months(lang.split("-")[0])
    stems = (
        month for name, month in names.items() if name[-1] == "*" and word.startswith(name[:-1])
    )
    month, day = names.get(word) or next(stems, 0), part["d1"] or part["d2"] or part["d3"]
    try:
        date = datetime.date(int(part["y1"] or part["y2"]), month, int(day or 1))
    except ValueError:
        return None
    return date.isoformat() if day else f"{date:%Y-%m}"


@functools.cache
def months(lang: str) -> dict[str, int]:
    """Return the names of months in small letters; of an unknown language, those of all."""
    codes = [lang] if locale_of(lang) else sorted(COVERED)
    locales = map(Locale.parse, codes)
    return {name.casefold(): month for locale in locales for name, month in month_names(locale)}


def month_names(locale: Locale) -> list[tuple[str, int]]:
    """Return the names of months, with forms and abbreviations; one with a star is a stem."""
    rows = [row for row in read_data("months") if row["lang"] == locale.language]
    names = [(word, int(row["month"])) for row in rows for word in row["words"].split(" | ")]
    for context, width in itertools.product(("format", "stand-alone"), ("wide", "abbreviated")):
        pairs = ((name.rstrip("."), month) for month, name in locale.months[context][width].items())
        names += [(name, month) for name, month in pairs if len(name) > 2 and not name.isdigit()]
    return names
