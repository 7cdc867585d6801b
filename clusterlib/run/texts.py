"""From a source to the texts of a run: files are read in parts, and joined to one table."""

from pathlib import Path

import pandas as pd

from clusterlib import load
from clusterlib.embed.calibration import primary
from clusterlib.load import parts
from clusterlib.run.options import Options
from clusterlib.run.store import RunError, Store, Tables

# Files of one part, and what was wrong with the source as a whole.
Located = tuple[pd.DataFrame, pd.DataFrame]


def located(store: Store, options: Options) -> list[Located]:
    """List the files of the source, in parts of about as many bytes as a part has characters."""
    files, faults = parts.list_files(list(options.source) or load.seeds())
    sizes = pd.Series([Path(path).stat().st_size for path in files["path"]], dtype="int64")
    divided = _divided(files, sizes, options.part)
    return [(part, faults if number == 0 else faults[:0]) for number, part in enumerate(divided)]


def read(store: Store, options: Options, model: list[Located], part: int) -> Tables:
    """Read the files of one part; a file is never divided."""
    files, missed = model[part]
    texts, faults = parts.read_files(files, options.max_mb)
    return {"texts": texts, "faults": pd.concat([missed, faults], ignore_index=True)}


def loaded(store: Store, options: Options) -> list[Tables]:
    """Join the texts of all files, and divide them into parts of whole documents."""
    documents, faults = parts.join(store.whole("read", "texts"), store.whole("read", "faults"))
    if options.languages:
        langs = primary(documents)
        wanted = langs.isin(options.languages)
        if len(documents) and not wanted.any():
            known, chosen = ", ".join(sorted(set(langs))), ", ".join(options.languages)
            raise RunError(
                f"no text can be used: their languages are {known}, none of those chosen ({chosen})"
            )
        left = documents[~wanted]
        told = pd.DataFrame({"file": left["file"], "line": left["line"], "severity": "warning"})
        told["fault"] = "language not chosen"
        told["message"] = "its language " + left["lang"] + " is none of those chosen"
        faults = pd.concat([faults, told], ignore_index=True)
        documents = documents[wanted]
    if documents.empty:
        raise RunError(_nothing(faults))
    faults = faults.astype({"line": "Int64"} | {c: "str" for c in faults.columns.drop("line")})
    divided = _divided(documents, documents["text"].str.len(), options.part)
    return [
        {"documents": part, "faults": faults if number == 0 else faults[:0]}
        for number, part in enumerate(divided)
    ]


def _divided(table: pd.DataFrame, sizes: "pd.Series[int]", size: int) -> list[pd.DataFrame]:
    """Cut a table where rows of that size together are full; an empty one is one part."""
    places = (sizes.cumsum() // size).to_numpy()
    return [part.reset_index(drop=True) for _, part in table.groupby(places)] or [table]


def _nothing(faults: pd.DataFrame) -> str:
    # An error, which sorts before a warning, says why there is no text; a warning does not.
    faults = faults.sort_values("severity", kind="stable")
    first = faults.iloc[0] if len(faults) else None
    why = "" if first is None else f": {first['file']}: {first['message']}"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"no text can be used{why}{more}"
