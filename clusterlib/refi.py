"""What REFI-QDA projects share, written and read: identifiers, and how codes are named in them.

After the REFI-QDA standard 1.5 (www.qdasoftware.org), sections 5, 8 and 11.
"""

import re
import uuid
from collections import Counter

import pandas as pd

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
# Whose the machine's codings are, if nobody else is named.
CODER = "clusterlib"
# Folders of what is not of the analyst's codebook, by whose names they are told when read again.
THEMES, FACTS, ACTORS = "Found: themes", "Found: facts", "Found: actors"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "clusterlib")
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def guid(*parts: object) -> str:
    """Return an identifier that follows from its parts alone."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(map(str, parts))))


def plain(text: object) -> str:
    """Return a text without the characters that XML does not allow."""
    return _FORBIDDEN.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def names(book: pd.DataFrame) -> dict[str, str]:
    """Return the name of each code: its label, with the code where others are labelled alike.

    Programs know codes by their names, and some drop the second of two that have the same.
    """
    rows = zip(book["code"].astype(str), book["label"], strict=True)
    labels = {code: " ".join(plain(label).split()) for code, label in rows}
    count = Counter(label.casefold() for label in labels.values())
    return {
        code: f"{label} ({code})" if count[label.casefold()] > 1 else label
        for code, label in labels.items()
    }
