"""Check the calibration sentences; write or compare what is taken from them.

python benchmarks/calibration.py check     whether translations meet
python benchmarks/calibration.py compare   recompute what ships: offsets, form, vectors; compare
python benchmarks/calibration.py write     recompute what ships, and write it
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from space import translations_found

import clusterlib as cl
from clusterlib import subjects
from clusterlib.codes import windows
from clusterlib.codes.book import descriptions
from clusterlib.embed import cache
from clusterlib.embed.calibration import calibration, measure_form, measure_offsets, primary
from clusterlib.embed.encoder import EncoderKey
from clusterlib.topics.english import vocabulary

DATA = Path(cl.__file__).parent / "data"
FILE, FORM = DATA / "offsets.parquet", DATA / "form.parquet"
PRECISIONS = ("float32", "int8")
# Of the other languages, so many must find a sentence's translation for it to pass.
QUORUM = 0.8


def check() -> int:
    table = calibration()
    rows = cl.embed.matrix(cl.embed.vectors(table, calibrate="corpus"))
    found = translations_found(rows, table["lang"].to_numpy())
    print(found.mean().rename("translations found").round(3).to_frame().T.to_string())
    places = zip(table.groupby("lang").cumcount(), table["lang"], strict=True)
    texts = table.assign(found=[found.loc[place, lang] for place, lang in places])
    failures = texts[texts["found"] < QUORUM]
    for row in failures.itertuples():
        print(f"{row.lang}, row {row.row}: {row.found:.0%} of languages: {row.text}")
    print(f"{len(table) - len(failures)} of {len(table)} sentences pass")
    return int(len(failures) > 0)


def computed() -> pd.DataFrame:
    parts = []
    for precision in PRECISIONS:
        encoder = cl.embed.load_encoder(precision=precision)
        table = measure_offsets(EncoderKey.of(encoder)).by_language()
        part = numbered(np.stack(list(table.values())))
        names = {"name": encoder.name, "revision": encoder.revision, "lang": list(table)}
        parts.append(pd.concat([pd.DataFrame(names, dtype="str"), part], axis=1))
    return pd.concat(parts, ignore_index=True)


def computed_form() -> NDArray[np.float64]:
    return measure_form(EncoderKey.of(cl.embed.load_encoder()))


def numbered(rows: NDArray[np.floating]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[f"v{number:03d}" for number in range(rows.shape[1])])


def shipped_texts() -> dict[str, list[str]]:
    """Return by kind what a first run would have to embed; of "spans", the runs of words."""
    langs = {*primary(cl.load.documents()), "en"}
    table = calibration()
    table = table[table["lang"].isin(langs)]
    english = table.loc[table["lang"] == "en", "text"]
    # The noise floor of codes rests on these.
    written = pd.read_csv(cl.load.seeds() / "code_sentences.csv")
    written = written[written["lang"].isin(langs - {"en"})]
    spans = [*table["text"], *written["text"]]
    passages = [*spans, *vocabulary(), *subjects.texts()]
    queries = [*english, *descriptions(cl.codes.read())["text"]]
    texts = {"passage": passages, "query": queries, "spans": spans}
    return {kind: sorted(set(chosen)) for kind, chosen in texts.items()}


def shipped_vectors() -> dict[str, dict[bytes, np.ndarray]]:
    """Embed the package's own texts, and spans of them, with nothing taken from the cache."""
    encoder = cl.embed.load_encoder()
    texts = shipped_texts()
    vectors: dict[bytes, np.ndarray] = {}
    for kind in ("passage", "query"):
        keys = [cache.key_of(text, encoder, kind) for text in texts[kind]]
        rows = encoder.encode(texts[kind], kind)
        vectors |= dict(zip(keys, rows[:, None], strict=True))
    spans = [windows.spans(text) for text in texts["spans"]]
    keys = [cache.key_of_spans(*pair, encoder) for pair in zip(texts["spans"], spans, strict=True)]
    parts = encoder.encode_spans(texts["spans"], spans)[1]
    return {"texts": vectors, "spans": dict(zip(keys, parts, strict=True))}


def compare() -> int:
    shipped, fresh = pd.read_parquet(FILE), computed()
    same = shipped[["name", "revision", "lang"]].equals(fresh[["name", "revision", "lang"]])
    remade = {key: rows for kind in shipped_vectors().values() for key, rows in kind.items()}
    vectors = cache.shipped([*remade])
    same = same and len(vectors) == len(remade) == len(cache.read_shipped(cache.SHIPPED))
    if not same:
        print("what ships is of other texts; run: python benchmarks/calibration.py write")
        return 1
    numbers = [table.select_dtypes("float32").to_numpy() for table in (shipped, fresh)]
    worst = float(np.abs(numbers[0] - numbers[1]).max())
    print(f"largest difference of {numbers[0].size} offsets: {worst:.1e}")
    form = float(np.abs(cl.embed.form() - computed_form()).max())
    print(f"largest difference of the form: {form:.1e}")
    moved = max(float(np.abs(vectors[key] - row).max()) for key, row in remade.items())
    print(f"largest difference of {len(vectors)} vectors: {moved:.1e}")
    # Of spans, four digits are kept.
    return int(max(worst, form, moved / 10) > 1e-5)


def held_out() -> int:
    """Print how well translations meet in sentences that the offsets have not seen."""
    table = calibration()
    seen, unseen = table.query("row % 2 == 1"), table.query("row % 2 == 0")
    for name, options in {"none": {"calibrate": None}, "reference": {"reference": seen}}.items():
        rows = cl.embed.matrix(cl.embed.vectors(unseen, **options))
        figures = translations_found(rows, unseen["lang"].to_numpy()).mean()
        print(
            f"{name}: P@1 {figures.mean():.4f} over {len(figures)} languages, "
            f"lowest {figures.min():.4f} ({figures.idxmin()})"
        )
        vectors = pd.DataFrame(rows, index=pd.Index(unseen["passage"], name="passage"))
        print(cl.language.audit(vectors, unseen, groups="row").to_string(index=False))
    return 0


def packed(vectors: dict[str, dict[bytes, NDArray[np.float32]]]) -> dict[str, NDArray[np.generic]]:
    """Return vectors as the package keeps them, in the order of their keys."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for kind, dtype in {"texts": np.float32, "spans": np.float16}.items():
        keys = sorted(vectors[kind])
        rows = [vectors[kind][key] for key in keys]
        arrays[f"{kind} keys"] = np.array(keys, f"S{cache.KEY}")
        arrays[f"{kind} ends"] = np.cumsum([len(part) for part in rows])
        arrays[f"{kind} rows"] = np.concatenate(rows).astype(dtype)
    return arrays


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["check", "compare", "write", "held-out"])
    chosen = parser.parse_args()
    if chosen.command == "write":
        np.savez(cache.SHIPPED, **packed(shipped_vectors()))
        cache.read_shipped.cache_clear()
        computed().to_parquet(FILE, index=False)
        numbered(computed_form().astype(np.float32)).to_parquet(FORM, index=False)
        for file in (cache.SHIPPED, FILE, FORM):
            print(f"{file.name}: {file.stat().st_size} bytes")
        return 0
    return {"check": check, "compare": compare, "held-out": held_out}[chosen.command]()


if __name__ == "__main__":
    sys.exit(main())
