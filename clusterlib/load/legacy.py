"""Which of the encodings from before Unicode a text is in, told by its letters."""

import functools
import itertools
import re

from clusterlib.language import WORD, identify
from clusterlib.letters import letters

# Encodings that European pages use, the commoner first; DOS and Macintosh ones would only
# add false matches.
LEGACY = (
    "cp1252 cp1251 cp1250 cp1253 cp1254 cp1257 koi8_r koi8_u "
    "iso8859_15 iso8859_2 iso8859_5 iso8859_7 iso8859_9 iso8859_13 iso8859_1"
).split()
# What any language may use besides letters and ASCII; İ in lower case is i and a dot above.
SIGNS = frozenset("«»‘’‚“”„‹›–—…•·°§€£©®™²³½ºª¿¡×±\xa0\u2009\u00ad\u0307")
# A sign that stands inside a word, or letters of two alphabets in one: the wrong encoding.
BROKEN_WORD = re.compile(
    r"[^\W\d_][«»‚“”„‹›…•°§€£©®™²³½ºª¿¡×±\xa0][a-zß-ɏͰ-ӿ]|[a-zß-ɏ][Ͱ-ӿ]|[Ͱ-ӿ][a-zß-ɏ]",
    re.IGNORECASE,
)
# Taken for one another in a single sentence, or written in two alphabets.
TWINS = {"bs": "hr", "sr": "hr", "nn": "nb", "gl": "pt"}
SAMPLE = 65_536
# Below this share of known letters an encoding is not believed.
PLAUSIBLE = 0.9


def guess(data: bytes) -> str | None:
    """Choose the legacy encoding that makes a plausible text of the bytes.

    Legacy encodings differ in a few letters, so the one is best whose letters
    are those of the language that the decoded text is in.

    Parameters
    ----------
    data : bytes
        A text that is not UTF-8.

    Returns
    -------
    str or None
        The name of a codec; None where every encoding makes nonsense of it.

    Examples
    --------
    >>> guess("Енергийният клъстер расте.".encode("cp1251"))
    'cp1251'
    """
    import charset_normalizer

    # Lines without a byte above 127 fit every candidate and say nothing.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    fitting = [name for name in LEGACY if _fits(data, name)]
    marks = {name: _marks(telling.decode(name, errors="ignore")) for name in fitting}
    likely = [name for name in fitting if marks[name][1] >= PLAUSIBLE]
    if not likely:
        return None
    allowed = {
        name
        for match in charset_normalizer.from_bytes(telling, cp_isolation=LEGACY)
        for name in (match.encoding, *match.could_be_from_charset)
    }
    believed = [name for name in likely if name in allowed] or likely
    return max(believed, key=lambda name: marks[name])


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _marks(text: str) -> tuple[float, float]:
    """Return two shares of the characters beyond ASCII, less a penalty for impossible words.

    The first counts the letters of the text's own language; the second those
    of any language in its alphabet, for names and words of other languages.
    """
    special = [char for char in text.lower() if ord(char) > 127]
    lang = identify(text)
    usual, known = _letters(lang) | _letters(TWINS.get(lang, lang)), _known()
    # Letters of the wrong alphabet come out in mixed case: "Ç éäÝá". Words in ASCII say nothing.
    words = [word for word in WORD.findall(text) if not word.isascii()]
    odd = sum(a.islower() and b.isupper() for word in words for a, b in itertools.pairwise(word))
    odd += sum(word[0].islower() and word[1:].isupper() for word in words)
    odd += len(BROKEN_WORD.findall(text))
    penalty = odd / max(len(words), 1)
    own, any_language = (
        sum(char in chars | SIGNS for char in special) / max(len(special), 1)
        for chars in (usual, known)
    )
    return round(own - penalty, 3), round(any_language - penalty, 3)


def _letters(lang: str) -> frozenset[str]:
    return letters().get(lang, frozenset())


@functools.cache
def _known() -> frozenset[str]:
    """Return the letters of all languages."""
    return frozenset().union(*letters().values())
