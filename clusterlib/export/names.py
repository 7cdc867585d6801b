"""Names for files and anchors, and names of languages, from whatever the user's tables hold."""

import hashlib
import re
import unicodedata


def slug(name: str) -> str:
    """Return a name that is safe in a file name and an address, another one for each name.

    Parameters
    ----------
    name : str
        Any string.

    Returns
    -------
    str
        Lower-case ASCII letters, digits and hyphens: the name itself if it is
        such, else what is left of it with a part of its hash.

    Examples
    --------
    >>> slug("nl-target")
    'nl-target'
    >>> slug("../Énergie & <b>")
    'energie-b-7c43ed73'
    """
    # A name that ends like a hash gets one, too: else it could pass for another's.
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name) and not re.search(r"-[0-9a-f]{8}$", name):
        return name
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:40].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kept or 'text'}-{digest}"


def direction(code: str) -> str:
    """Return the direction in which a language is written, ``"auto"`` if it is not known.

    Examples
    --------
    >>> direction("nl"), direction("ar"), direction("xx")
    ('ltr', 'rtl', 'auto')
    """
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "auto"
