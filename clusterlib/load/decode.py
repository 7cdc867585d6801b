"""From bytes to text, whatever the encoding, without losing or inventing a character."""

import codecs
import itertools
import re

from clusterlib.language import WORD, identify
from clusterlib.letters import letters

CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([-\w]{3,20})""", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that European pages use, the commoner first; DOS and Macintosh ones would only
# add false matches.
LEGACY = (
    "cp1252 cp1251 cp1250 cp1253 cp1254 cp1257 koi8_r koi8_u "
    "iso8859_15 iso8859_2 iso8859_5 iso8859_7 iso8859_9 iso8859_13 iso8859_1"
).split()
# What any language may use besides letters and ASCII.
SIGNS = frozenset("«»‘’‚“”„‹›–—…•·°§€£©®²³½ªº\xa0\u2009\u00ad")
SAMPLE = 65_536
# Below this share of usual characters, what charset-normalizer allows is not believed.
PLAUSIBLE = 0.9


class DecodeError(ValueError):
    """The bytes are not text in any encoding that is tried."""


def decode(data: bytes, html: bool = False) -> tuple[str, str]:
    """Decode bytes.

    A byte order mark decides; then UTF-8, then the charset that an HTML page
    declares, then UTF-16 without a mark, then the legacy encoding that
    charset-normalizer finds most plausible.

    Parameters
    ----------
    data : bytes
        The whole file.
    html : bool
        Look for a declared charset.

    Returns
    -------
    text, encoding : str
        Line ends are kept as they are; a byte order mark is not part of the text.

    Raises
    ------
    DecodeError
        The bytes look binary, or no encoding fits.

    Examples
    --------
    >>> decode("три клъстера".encode("utf-16"))
    ('три клъстера', 'utf-16')
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    if b"\0" in data:
        encoding = _utf16_without_mark(data)
        return _strict(data, encoding), encoding
    declared = CHARSET.search(data[:4096]) if html else None
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "utf-8"):
        try:
            return data.decode(encoding), encoding.lower()
        except (UnicodeDecodeError, LookupError):
            continue
    encoding = _legacy(data)
    return _strict(data, encoding), encoding


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DecodeError(
            f"it begins like {encoding} but byte {error.start} does not fit"
        ) from None


def _utf16_without_mark(data: bytes) -> str:
    """Tell big from little endian by where the zero bytes of ASCII characters stand."""
    even, odd = data[0:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    zeros, total = even + odd, min(len(data), SAMPLE)
    lopsided = max(even, odd) > 20 * min(even, odd)
    if len(data) % 2 == 0 and lopsided and zeros > total / 20:
        return "utf-16-be" if even > odd else "utf-16-le"
    raise DecodeError("it holds zero bytes: binary content, not text")


def _legacy(data: bytes) -> str:
    """Choose among the encodings that charset-normalizer allows.

    Legacy encodings differ in a few letters, so the one is best whose letters
    are those of the language that the decoded text is in.
    """
    import charset_normalizer

    # Lines without a byte above 127 fit every candidate and say nothing.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    allowed = {
        name
        for match in charset_normalizer.from_bytes(telling, cp_isolation=LEGACY)
        for name in (match.encoding, *match.could_be_from_charset)
    }
    fitting = [name for name in LEGACY if _fits(data, name)]
    marks = {name: _plausibility(telling.decode(name, errors="ignore")) for name in fitting}
    likely = [name for name in fitting if name in allowed and marks[name] >= PLAUSIBLE] or fitting
    if not likely:
        raise DecodeError("no text encoding fits; save it as UTF-8")
    return max(likely, key=lambda name: marks[name])


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _plausibility(text: str) -> float:
    """Return the share of characters beyond ASCII that the text's language uses."""
    alphabetic = [char for char in text.lower() if char.isalpha()]
    special = [char for char in text.lower() if ord(char) > 127]
    usual = letters().get(identify(text), frozenset())
    latin = sum(char.isascii() for char in alphabetic)
    if min(usual, default="a") > "ɏ" and latin > len(alphabetic) / 2:
        return 0.0  # a language of another alphabet, in mostly Latin letters
    share: float = sum(char in usual | SIGNS for char in special) / max(len(special), 1)
    # Letters of the wrong alphabet come out in mixed case: "Ç éäÝá".
    words = WORD.findall(text)
    odd = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(text))
    odd += sum(word[0].islower() and word[1:].isupper() for word in words)
    return float(round(share - odd / max(len(words), 1), 3))
