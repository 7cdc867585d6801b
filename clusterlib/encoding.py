"""From bytes to text, whatever the encoding, without losing or inventing a character."""

import codecs
import re

from clusterlib.problems import InputError, refusal

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
# Those that European pages use. Text that looks more like one of the others is refused.
LEGACY = (
    "cp1252 cp1251 cp1250 cp1253 cp1254 cp1257 koi8_r koi8_u "
    "iso8859_15 iso8859_2 iso8859_5 iso8859_7 iso8859_9 iso8859_13 iso8859_1"
).split()
OTHERS = (
    "cp932 cp949 gb18030 big5 euc_kr shift_jis_2004 euc_jis_2004 "
    "cp437 cp850 cp852 cp866 mac_roman mac_latin2 mac_cyrillic"
).split()
WELL_FORMED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
SAMPLE = 65_536


def decode(data: bytes, file: str = "(bytes)", html: bool = False) -> tuple[str, str]:
    """Decode the bytes of a whole file; return the text and its encoding.

    A byte order mark, which is no part of the text, decides; then UTF-8, then the charset that an
    HTML page declares (as browsers understand its name), then UTF-16 without a mark, then the
    legacy encoding that chardet takes it for, if pages are in it. A file that is UTF-8 except for
    a few bytes is refused, not guessed at, as is one that looks binary. Line ends are kept as
    they are.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, file), encoding
    if b"\0" in data:
        encoding = _utf16_without_mark(data, file)
        return _strict(data, encoding, file), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(data, error, file)
    declared = _declared(data) if html else None
    if declared and _fits(data, declared):
        return data.decode(declared), declared
    if guess := _guess(data):
        return data.decode(guess), guess
    raise _refusal(file, "unknown encoding", "no text encoding fits; save it as UTF-8")


def _refusal(file: str, fault: str, message: str, line: int | None = None) -> InputError:
    return refusal(file, fault, f"not readable as text: {message}", line=line)


def _strict(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count("\n".encode(encoding)[-1:], 0, error.start) + 1
        message = f"it begins like {encoding}, but byte {error.start} does not fit"
        raise _refusal(file, "broken encoding", message, line) from None


def _refuse_broken_utf8(data: bytes, error: UnicodeDecodeError, file: str) -> None:
    """Raise if most of what is beyond ASCII is UTF-8: a legacy text hardly ever looks so."""
    runs = BEYOND_ASCII.findall(data)
    good = sum(len(WELL_FORMED.findall(run)) for run in runs)
    bad = sum(len(WELL_FORMED.sub(b"", run)) for run in runs)
    if good <= bad:
        return
    message = (
        f"UTF-8 except for {bad or 1} byte(s), the first being byte {error.start} "
        f"(0x{data[error.start]:02x}); "
        "repair it at its source, for a guess would falsify the text"
    )
    line = data.count(b"\n", 0, error.start) + 1
    raise _refusal(file, "broken encoding", message, line) from None


def _declared(data: bytes) -> str | None:
    """Return the codec of the charset that a page declares, if it is one that pages are in."""
    charset = CHARSET.search(data[:4096])
    if not charset:
        return None
    try:
        name = codecs.lookup(charset[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    name = AS_BROWSERS_DO.get(name, name)
    return name if DECLARABLE.fullmatch(name) else None


def _utf16_without_mark(data: bytes, file: str) -> str:
    """Tell big from little endian by where the zero bytes of ASCII characters stand."""
    even, odd = data[0:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    zeros, total = even + odd, min(len(data), SAMPLE)
    lopsided = max(even, odd) > 20 * min(even, odd)
    if len(data) % 2 == 0 and lopsided and zeros > total / 20:
        return "utf-16-be" if even > odd else "utf-16-le"
    raise _refusal(file, "binary", "it holds zero bytes: binary content, not text")


def _guess(data: bytes) -> str | None:
    """Return the legacy encoding that the bytes look like, if it is one that pages are in."""
    import chardet

    # Lines without a byte above 127 fit every candidate and say nothing.
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    guess = chardet.detect(sample, compat_names=False, include_encodings=LEGACY + OTHERS)
    name = (guess["encoding"] or "").replace("-", "_")
    return name if name in LEGACY and _fits(data, name) else None


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
