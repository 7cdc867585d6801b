"""From bytes to text, whatever the encoding, without losing or inventing a character."""

import codecs
import re

from clusterlib.load.legacy import guess

CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([-\w]{3,20})""", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these names as the encodings of Windows that contain them.
AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
# Python knows codecs that no page is in (utf-7, idna, undefined): only these are believed.
DECLARABLE = re.compile(
    r"cp(125\d|874|866|932|949)|iso8859-\d+|koi8-[ru]|mac-cyrillic|gb18030|big5|euc_jp|iso2022_jp"
)
WELL_FORMED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
SAMPLE = 65_536


class DecodeError(ValueError):
    """The bytes are not text in any encoding that is tried.

    Attributes
    ----------
    fault : str
        ``"binary"``, ``"broken encoding"`` or ``"unknown encoding"``.
    line : int or None
        Where the first byte stands that does not fit, if there is one.
    """

    def __init__(self, fault: str, message: str, line: int | None = None) -> None:
        self.fault, self.line = fault, line
        super().__init__(message)


def decode(data: bytes, html: bool = False) -> tuple[str, str]:
    """Decode bytes.

    A byte order mark decides; then UTF-8, then the charset that an HTML page
    declares (as browsers understand its name), then UTF-16 without a mark, then
    the legacy encoding whose letters are those of the text's language. A file
    that is UTF-8 except for a few bytes is refused, not guessed at.

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
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        _refuse_broken_utf8(data)
    declared = _declared(data) if html else None
    for encoding in filter(None, (declared, guess(data))):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise DecodeError("unknown encoding", "no text encoding fits; save it as UTF-8")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count("\n".encode(encoding)[-1:], 0, error.start) + 1
        message = f"it begins like {encoding}, but byte {error.start} does not fit"
        raise DecodeError("broken encoding", message, line) from None


def _refuse_broken_utf8(data: bytes) -> None:
    """Raise if most of what is beyond ASCII is UTF-8: a legacy text hardly ever looks so."""
    runs = BEYOND_ASCII.findall(data)
    good = sum(len(WELL_FORMED.findall(run)) for run in runs)
    bad = sum(len(WELL_FORMED.sub(b"", run)) for run in runs)
    if good <= bad:
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start} (0x{data[error.start]:02x})"
        message = (
            f"UTF-8 except for {bad or 1} byte(s), the first being {place}; "
            "repair it at its source, for a guess would falsify the text"
        )
        line = data.count(b"\n", 0, error.start) + 1
        raise DecodeError("broken encoding", message, line) from None


def _declared(data: bytes) -> str | None:
    """Return the codec of the charset that a page declares, if it is one that pages are in."""
    found = CHARSET.search(data[:4096])
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    name = AS_BROWSERS_DO.get(name, name)
    return name if DECLARABLE.fullmatch(name) else None


def _utf16_without_mark(data: bytes) -> str:
    """Tell big from little endian by where the zero bytes of ASCII characters stand."""
    even, odd = data[0:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    zeros, total = even + odd, min(len(data), SAMPLE)
    lopsided = max(even, odd) > 20 * min(even, odd)
    if len(data) % 2 == 0 and lopsided and zeros > total / 20:
        return "utf-16-be" if even > odd else "utf-16-le"
    raise DecodeError("binary", "it holds zero bytes: binary content, not text")
