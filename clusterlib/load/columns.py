"""What columns of tables are called, by their users and here."""

from collections.abc import Iterable, Mapping

from clusterlib.load.files import File
from clusterlib.problems import Problems

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


def name_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """Return what columns of documents are called in a user's tables, checked.

    >>> name_columns({"text": "tekst", "date": "data"})
    {'text': 'tekst', 'published': 'data'}
    """
    named = {ALIASES.get(name, name): column for name, column in columns.items()}
    if strange := sorted(set(named) - set(COLUMNS)):
        fields = ", ".join([*ALIASES, *COLUMNS])
        raise ValueError(f"columns={strange[0]!r}: no field of a text; expected one of {fields}")
    return named


def field_of(column: str, file: File) -> str:
    """Return what a column of a table is here, or nothing where a user names another for it."""
    name = column.lower()
    by_user = {theirs.lower(): ours for ours, theirs in file.columns.items()}
    ours = ALIASES.get(name, name)
    return by_user.get(name) or ("" if ours in file.columns else ours)


def required(file: File) -> list[str]:
    """Return the columns that a table must have."""
    return [file.columns.get("text", "text"), *(v for k, v in file.columns.items() if k != "text")]


# What to do where columns have names of their own.
NAMED = "; name yours by --text, --id, --title and so on, or columns="


def missing_columns(names: Iterable[str], file: File) -> list[str]:
    """Return the columns that a table lacks of those that it must have."""
    present = {name.lower() for name in names}
    fields = {field_of(name, file) for name in present}
    return [
        name
        for name in required(file)
        if name.lower() not in present and not (name == "text" and "text" in fields)
    ]


def listed_columns(names: Iterable[str]) -> str:
    """Return names of columns as a fault has them.

    >>> listed_columns(["text"]), listed_columns(["tekst", "id"])
    ("a column 'text'", "the columns 'tekst' and 'id'")
    """
    quoted = [repr(name) for name in names]
    if len(quoted) == 1:
        return f"a column {quoted[0]}"
    return f"the columns {', '.join(quoted[:-1])} and {quoted[-1]}"


def have_columns(names: list[str], file: File, problems: Problems, line: int | None = None) -> bool:
    """Tell whether a table has the columns that it must have; a fault lists those it has."""
    if not (missing := missing_columns(names, file)):
        return True
    asked = ", ".join(map(repr, missing))
    message = f"no column {asked}; found {', '.join(names) or 'nothing'}{NAMED}"
    problems.error(file.name, "missing column", message, line)
    return False


def have_named(rows: Iterable[object], file: File, problems: Problems) -> bool:
    """Tell whether objects have the columns that a user names, in some row each."""
    if not file.columns:
        return True
    keys = dict.fromkeys(str(key) for row in rows if isinstance(row, dict) for key in row)
    return have_columns(list(keys), file, problems)
