"""One text with what is said of it, as it passes from a file to the documents table."""

from dataclasses import dataclass, field

COLUMNS = (
    "doc initiative country region lang lang_identified title published "
    "source file line format encoding sha256 text"
).split()
# What columns and keys of other people's tables are called, and what they are here.
ALIASES = {
    "id": "doc",
    "language": "lang",
    "date": "published",
    "url": "source",
    "content": "text",
    "body": "text",
}


@dataclass(frozen=True)
class Record:
    """One text with what its file, or the registry, says of it.

    ``registered`` names the place in a registry, if one describes the file.
    """

    file: str
    line: int | None
    text: str
    sha256: str
    format: str
    said: dict[str, str] = field(default_factory=dict)
    registered: str = ""

    def declared(self) -> str:
        """Return where faults of what is declared can be mended, as a remark."""
        return f" (declared in {self.registered})" if self.registered else ""
