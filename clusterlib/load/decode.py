"""From bytes to text, whatever the encoding, without losing or inventing a character."""

import codecs
import re

CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([-\w]{3,20})""", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that European pages use; DOS and Macintosh ones would only add false matches.
LEGACY = [
    *(f"cp125{digit}" for digit in (0, 1, 2, 3, 4, 7)),
    *(f"iso8859_{part}" for part in (1, 2, 5, 7, 9, 13, 15)),
    "koi8_r",
    "koi8_u",
]
SAMPLE = 65_536


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
    import charset_normalizer

    # Lines without a byte above 127 fit every candidate and say nothing.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    best = charset_normalizer.from_bytes(telling[:SAMPLE], cp_isolation=LEGACY).best()
    if best is None:
        raise DecodeError("no text encoding fits; save it as UTF-8")
    for encoding in (best.encoding, *best.could_be_from_charset):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return str(encoding)
    raise DecodeError("no text encoding fits the whole of it; save it as UTF-8")
