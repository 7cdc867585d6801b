"""Languages: the one that a text shows, and the code of one that somebody names."""

import functools
import re
import unicodedata
from collections.abc import Sequence

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# Languages with lists of words for facts, abbreviations and labels, and calibration sentences.
COVERED = frozenset(
    "bg cs da de el en es et fi fr ga hr hu is it lt lv nb nl pl pt ro sk sl sr sv tr uk".split()
)
# Languages that share the lists of a close one.
SHARED = {"no": "nb", "nn": "nb", "bs": "hr", "sh": "sr"}
WITHOUT_SPACES = frozenset("bo dz ja km lo my th yue zh".split())
# Headings and menus mislead an identifier, so the longest lines speak for the text.
SAMPLE = 700
WORD = re.compile(r"[^\W\d_]{2,}")
FEWEST_LETTERS = 20
# What somebody says in another language does not make a page one of that language.
QUOTED = re.compile('“[^“”]{40,}”|„[^„“”]{40,}[“”]|«[^«»]{40,}»|»[^«»]{40,}«|"[^"]{40,}"')
# A sentence of another language: so many words, of which few are usual ones of the text's own,
# and more of the other; where those of the other are not listed, fewer still of the own.
FEWEST_WORDS, OWN_SHARE, MORE, OWN_ALONE = 6, 0.18, 0.05, 0.1
SENTENCE = re.compile(r"(?<=[.!?…])[\s”“»\"]+|[\r\n]+")
# Written almost alike, or one the variety of the other: a disagreement says nothing.
ALIKE = ({"nb", "nn", "no"}, {"hr", "sr", "bs", "sh"}, {"id", "ms"})
TAG = re.compile(r"([a-z]{2,3})((?:[-_][a-z0-9]{2,8})*)(?:[.@][\w.@-]+)?", re.IGNORECASE)
# Codes that say that there is no one language; "nan" is an empty cell more often than Min Nan.
NONE = ("und", "mul", "mis", "zxx", "nan")
# The written standard that a macrolanguage stands for here.
STANDARD = {"no": "nb"}
# The languages in which names of languages are looked up: CLDR lists those of some 600 in each.
NAMED_IN = (
    "en",
    *sorted(COVERED - {"en"}),
    *"sr_Latn ar be bs ca cy eu fa gl he hi id ja ko lb mk mt nn no ru sq vi zh".split(),
)
# Usual names that CLDR does not have.
OTHER_NAMES = {"castilian": "es", "castellano": "es", "hochdeutsch": "de", "mandarin": "zh"}
# What stands beside the name, as in "język polski" or "Modern Greek".
NOUNS = frozenset(
    "language jazyk език sprog sprache γλωσσα lengua idioma keel kieli langue teanga jezik nyelv "
    "tungumal lingua kalba valoda sprak taal jezyk limba језик dili dil мова язык llengua "
    "modern standard high".split()
)


@functools.cache
def locale_of(code: str) -> Locale | None:
    """Return what Babel knows of a language, or nothing of a code that is none."""
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def is_covered(lang: str) -> bool:
    """Tell whether facts are looked for in a language, or in a text of which none is known."""
    primary = lang.split("-")[0]
    return SHARED.get(primary, primary) in COVERED or primary in NONE


def are_alike(one: str, other: str) -> bool:
    """Tell whether two languages are the same, or too close for a disagreement to say anything."""
    return one == other or any({one, other} <= group for group in ALIKE)


def identify(text: str) -> str:
    """Identify the language of a text.

    Parameters
    ----------
    text : str
        Ideally some sentences; headings alone mislead.

    Returns
    -------
    str
        A BCP 47 code, ``"nb"`` for Norwegian, ``"und"`` where there are too
        few letters to tell.

    Examples
    --------
    >>> identify("Klyngen skal bidra til at regionen blir klimapositiv.")
    'nb'
    """
    outside = QUOTED.sub(" ", text)
    if 4 * len(outside) > len(text) and len(outside) > 3 * FEWEST_LETTERS:
        text = outside
    lines = sorted(set(text.splitlines()), key=lambda line: (-len(line), line))
    sample = "\n".join(lines[:20])[:SAMPLE]
    if sum(map(len, WORD.findall(sample))) < FEWEST_LETTERS:
        return "und"
    return _classify(sample)


# Cleaning looks again at the sentences that loading has looked at.
@functools.lru_cache(maxsize=10_000)
def _classify(text: str) -> str:
    import py3langid

    lang = str(py3langid.classify(text)[0])
    return STANDARD.get(lang, lang)


def identify_other(sentence: str, lang: str) -> str | None:
    """Return the language of a sentence if it is clearly another than that of its text, or None."""
    primary = lang.split("-")[0]
    words = sentence.casefold().split()
    if len(words) < FEWEST_WORDS or not (usual := _usual_words(primary)):
        return None
    usual_share = sum(map(usual.__contains__, words)) / len(words)
    if usual_share > OWN_SHARE:
        return None
    other = _classify(sentence)
    if are_alike(primary, other):
        return None
    usual = _usual_words(other)
    share = sum(map(usual.__contains__, words)) / len(words)
    return other if (share >= usual_share + MORE if usual else usual_share <= OWN_ALONE) else None


def identify_others(paragraph: list[str], lang: str) -> list[str | None]:
    """Return for each sentence of a paragraph its language, or None where it is that of the text.

    A paragraph says more than a sentence: what it is as a whole its sentences are, but for those
    that are clearly of the text's language. A short one goes with that before it.
    """
    whole = identify_other(" ".join(paragraph), lang) if len(paragraph) > 1 else None
    others: list[str | None] = []
    for sentence in paragraph:
        if sentence.count(" ") + 1 < FEWEST_WORDS:
            others.append(others[-1] if others else whole)
        elif whole:
            others.append(None if identify_other(sentence, whole) == lang.split("-")[0] else whole)
        else:
            others.append(identify_other(sentence, lang))
    return others


def settle(texts: Sequence[str], others: Sequence[str | None], lang: str) -> list[str]:
    """Return the language of each part of a text, given those that are not of the text's own.

    Where all long ones are of another, the language of the text is what somebody states, and stays.
    """
    sure = any(
        other is None and text.count(" ") + 1 >= FEWEST_WORDS
        for text, other in zip(texts, others, strict=True)
    )
    return [(sure and other) or lang for other in others]


def find_others(text: str, lang: str) -> dict[str, list[str]]:
    """Return the sentences of other languages than that of a text, by language.

    None of a text that is wholly in another: there the language that is declared counts.
    """
    others: dict[str, list[str]] = {}
    count = 0
    for line in text.splitlines():
        sentences = SENTENCE.split(line)
        for sentence, other in zip(sentences, identify_others(sentences, lang), strict=True):
            if other:
                others.setdefault(other, []).append(sentence.strip())
            elif sentence.count(" ") + 1 >= FEWEST_WORDS:
                count += 1
    return others if count else {}


@functools.cache
def _usual_words(lang: str) -> frozenset[str]:
    """Return the words of a language that belong to no subject; none if they are not listed."""
    import stopwordsiso

    listed = {"nb": "no", "nn": "no"}.get(lang, lang)
    return (
        frozenset(stopwordsiso.stopwords(listed)) if stopwordsiso.has_lang(listed) else frozenset()
    )


@functools.cache
def to_code(name: str) -> str | None:
    """Return the BCP 47 code of a language that is named in any usual way."""
    if code := _of_tag(name.strip(" '\"")) or _names().get(_fold(name)):
        return code
    parts = [part for part in re.split(r"[()\[\];,/|]|\s[-–]\s", name) if part.strip()]
    if len(parts) > 1:
        codes = [code for part in parts if (code := to_code(part))]
        one = len({code.split("-")[0] for code in codes}) == 1
        return codes[0] if one and to_code(parts[0]) else None
    words = _fold(name).split()
    rest = " ".join(word for word in words if word not in NOUNS)
    return _names().get(rest)


def _of_tag(tag: str) -> str | None:
    """Return a code in its usual form, if its language exists."""
    match = TAG.fullmatch(tag)
    if match is None:
        return None
    primary, rest = match[1].lower(), re.split("[-_]", match[2].lower())[1:]
    # CLDR gives codes of three letters, and withdrawn ones, as they are written today.
    primary, *usual = str(get_global("language_aliases").get(primary, primary)).split("_")
    if primary not in Locale("en").languages and primary not in get_global("likely_subtags"):
        return None
    forms = {2: str.upper, 4: str.title}
    parts = [forms.get(len(part), str.lower)(part) for part in rest or usual]
    return "-".join([STANDARD.get(primary, primary), *parts])


@functools.cache
def _names() -> dict[str, str]:
    codes = dict(OTHER_NAMES)
    for locale in NAMED_IN:
        names = Locale.parse(locale).languages.items()
        # Irish calls Romanian and Romansh alike.
        for code, name in sorted(names, key=lambda item: (item[0] not in NAMED_IN, item)):
            primary, *rest = code.split("_")
            codes.setdefault(_fold(name), "-".join([STANDARD.get(primary, primary), *rest]))
    return codes


def _fold(name: str) -> str:
    """Drop case and accents, and what is no letter at the ends."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[_()\s]+", " ", bare.replace("ı", "i")).strip(" .:*'\"").split())
