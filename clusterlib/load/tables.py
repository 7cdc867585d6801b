"""Tables of texts: one text a row, from JSONL, CSV or Parquet."""

import datetime
import hashlib
import io
import json
import math
import numbers
from collections.abc import Iterable, Iterator

import pandas as pd

from clusterlib.load.decode import decode
from clusterlib.load.delimited import parse
from clusterlib.load.faults import Faults
from clusterlib.load.files import File
from clusterlib.load.record import ALIASES, COLUMNS, Record


def jsonl(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    """Read a file of one JSON object a line."""
    text, encoding = decode(data)
    rows: list[tuple[int, object]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except json.JSONDecodeError as error:
            message = f"not JSON: {error.msg} at column {error.colno}"
            faults.error(file.name, "not JSON", message, number)
        except (ValueError, RecursionError) as error:
            faults.error(file.name, "not JSON", f"not JSON that can be read: {error}", number)
    if not text.strip():
        faults.error(file.name, "empty", "holds no text")
    yield from _rows(file, rows, encoding, faults)


def delimited(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    """Read a CSV file, or one with semicolons, tabs or bars."""
    text, encoding = decode(data)
    before = len(faults.rows)
    table = parse(text, file.name, faults)
    if not table.names and len(faults.rows) > before:
        return
    if not _names_text(table.names, file, faults, line=1):
        return
    if not table.rows and len(faults.rows) == before:
        faults.error(file.name, "empty", "has a header but no rows")
    yield from _rows(file, table.rows, encoding, faults)


def parquet(file: File, data: bytes, faults: Faults) -> Iterator[Record]:
    """Read a Parquet file; rows are numbered from 1."""
    try:
        table = pd.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:
        faults.error(file.name, "broken file", f"not readable as Parquet: {error}")
        return
    if not _names_text([str(name).lower() for name in table.columns], file, faults):
        return
    if table.empty:
        faults.error(file.name, "empty", "has columns but no rows")
    rows = enumerate(table.astype(object).to_dict("records"), start=1)
    yield from _rows(file, rows, "parquet", faults)


def holds_texts(file: File) -> bool:
    """Tell whether a table is one of texts, by its columns alone.

    A table with a column ``passage`` (a translation, codes, facts) speaks of
    passages of texts that are elsewhere.
    """
    suffix = file.path.suffix.lower()
    names: list[str] = []
    try:
        if suffix == ".csv":
            with file.path.open("rb") as opened:
                head = opened.readline(65_536).decode("utf-8-sig", errors="replace")
            names = parse(head, file.name, Faults()).names
        elif suffix == ".parquet":
            from pyarrow.parquet import read_schema  # type: ignore[import-untyped]

            names = [name.lower() for name in read_schema(file.path).names]
    except (OSError, ValueError):
        return True
    return "passage" not in names and any(ALIASES.get(name, name) == "text" for name in names)


def _names_text(names: list[str], file: File, faults: Faults, line: int | None = None) -> bool:
    if any(ALIASES.get(name, name) == "text" for name in names):
        return True
    message = f"no column 'text'; found {', '.join(names) or 'nothing'}"
    faults.error(file.name, "missing column", message, line)
    return False


def _rows(
    file: File, rows: Iterable[tuple[int, object]], encoding: str, faults: Faults
) -> Iterator[Record]:
    """Turn rows of a table into records; `text` is taken as it is, the rest is stripped."""
    unused: set[str] = set()
    for line, row in rows:
        if not isinstance(row, dict):
            faults.error(file.name, "not a row", "expected an object with a 'text'", line)
            continue
        known = _known(row, unused)
        text = known.pop("text", None)
        if not isinstance(text, str):
            faults.error(file.name, "no text", f"expected text, found {text!r:.60}", line)
            continue
        said = {key: word for key, value in known.items() if (word := _word(value))}
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield Record(file.name, line, text, digest, "row", said | {"encoding": encoding})
    if unused:
        message = f"columns that are not used: {', '.join(sorted(unused))}"
        faults.warn(file.name, "not used", message)


def _known(row: dict[object, object], unused: set[str]) -> dict[str, object]:
    """Take the columns that documents have; of two that mean the same, the exact name wins."""
    known: dict[str, object] = {}
    exact_first = sorted(row, key=lambda key: (str(key).lower() in ALIASES, str(key)))
    for key in exact_first:
        name = ALIASES.get(str(key).lower(), str(key).lower())
        if name not in COLUMNS or (known.get(name) is not None and _word(row[key])):
            unused.add(str(key))
        elif known.get(name) is None:
            known[name] = row[key]
    return known


def _word(value: object) -> str:
    """Return a cell as a word: dates in ISO form, whole numbers without a point."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime.date):  # pandas' and Python's datetimes are dates, too
        return "" if isinstance(value, type(pd.NaT)) else value.isoformat()[:10]
    if isinstance(value, numbers.Real):
        number = float(value)
        return "" if math.isnan(number) else f"{value:.0f}" if number.is_integer() else str(value)
    return ""
