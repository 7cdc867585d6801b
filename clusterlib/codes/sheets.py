"""Sheets for coding by hand: written without a trace of the machine, read back with all faults."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import cells, schema
from clusterlib.codes import book as books
from clusterlib.problems import Problems

COLUMNS = ("passage", "codes")
# How faults call it.
SHEET, SUBJECT = "sheet", "the sheet"
# How likely a passage was to be drawn; and so many likely passages of each code are to be seen.
PROBABILITY, SEEN = "inclusion_probability", 5


def sheet(
    passages: pd.DataFrame,
    codes: pd.DataFrame | None = None,
    n: int | None = None,
    path: str | Path | None = None,
    by: str = "doc",
    random_state: int = 0,
) -> pd.DataFrame:
    """Make an empty coding sheet: texts without scores, to be filled in by a person.

    Parameters
    ----------
    passages : pandas.DataFrame
        passage and text; doc, lang and english if known.
    codes : pandas.DataFrame, optional
        As `apply` returns it for these passages, so that the sample has some of each code.
    n : int, optional
        How many passages are drawn; by default the sheet has all.
    path : str or pathlib.Path, optional
        Where to write it as CSV, in the encoding that spreadsheets recognise. There a text that a
        spreadsheet would take for a formula begins with an apostrophe.
    by : str
        What will be compared: of each value of this column about as many are drawn as of the
        others, or all, if it has fewer.
    random_state : int
        Another one draws another sample.

    Returns
    -------
    pandas.DataFrame
        The columns of passages, and codes and note, both empty. Codes are written as
        ``code | code``; no code at all is an answer too. Of a sample, inclusion_probability: how
        likely it was drawn, by which `clusterlib.compare.shares` weighs it.

    Raises
    ------
    clusterlib.problems.InputError
        If passage or text is missing, or a passage stands there twice; or the codes lack a column.
    ValueError
        If n is not a number of these passages, there is no column ``by``, or passages have no
        score.
    TypeError
        If the codes are the name of a file.

    Notes
    -----
    The sample is systematic, with unequal probabilities (Madow 1949, doi:10.1214/aoms/1177729988),
    through the groups and in them through the codes that the machine finds likeliest. Passages that
    are likely of a code are drawn with a higher probability, if else too few of them would be; none
    with less than half of what it would have without.

    Examples
    --------
    >>> sheet(pd.DataFrame({"passage": ["a-001"], "text": ["A fair."]})).columns.tolist()
    ['passage', 'text', 'codes', 'note']
    """
    if isinstance(codes, str | Path):
        raise TypeError(f"codes={str(codes)!r}; expected a table; name the file by path=")
    schema.check(passages, "passages to code")
    names = [name for name in ("passage", "doc", "lang", "text", "english") if name in passages]
    table = passages.sort_values("passage", ignore_index=True)
    empty = table[names].assign(codes="", note="")
    if n is not None:
        chosen, probability = _draw(table, codes, n, by, random_state)
        empty = empty.assign(**{PROBABILITY: probability})[chosen].reset_index(drop=True)
    if path is not None:
        cells.write(empty, path)
    return empty


def _draw(
    passages: pd.DataFrame, codes: pd.DataFrame | None, n: int, by: str, random_state: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Draw n passages; return which, and how likely each was to be drawn."""
    if not 0 < n <= len(passages):
        raise ValueError(f"n={n}; expected 1 to {len(passages)}, the number of passages")
    if by not in passages:
        raise ValueError(f"the passages have no column {by!r} to draw by")
    groups = pd.factorize(passages[by].astype(str), sort=True)[0]
    sizes = (1 / np.bincount(groups))[groups]
    likeliest, lack = np.zeros(len(passages)), np.zeros(len(passages))
    if codes is not None:
        schema.check(codes, "scored codes")
        scores = codes.pivot(index="passage", columns="code", values="score")
        scores = scores.reindex(passages["passage"])
        if scores.isna().any(axis=None):
            raise ValueError("the codes lack some of the passages")
        given = codes.groupby("code")["coded"].sum().reindex(scores.columns)
        likely = np.maximum(given.to_numpy(int), SEEN)
        rank = scores.rank(ascending=False, method="first").to_numpy() / likely
        likeliest = rank.argmin(axis=1)
        short = np.maximum(0, SEEN - n / len(passages) * likely)
        lack = ((rank <= 1) * short / likely).sum(axis=1)
    # At most half of the sample makes up for codes that would be seen too seldom.
    part = min(0.5, lack.sum() / n)
    within = np.bincount(groups, lack)[groups]
    sizes *= (
        1
        - part
        + part
        * np.divide(
            lack * np.bincount(groups)[groups], within, out=np.ones(len(lack)), where=within > 0
        )
    )
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        rest = np.where(certain, 0, sizes)
        probability = np.where(certain, 1.0, (n - certain.sum()) * rest / max(rest.sum(), 1e-12))
        if (probability <= 1).all():
            break
        certain |= probability >= 1
    probability = np.round(probability, 6)
    draw = np.random.default_rng(random_state)
    order = np.lexsort((draw.permutation(len(passages)), likeliest, groups))
    # Equal steps along the sum of the probabilities, which rounding keeps from being whole.
    reached = np.cumsum(probability[order])
    steps = np.floor(np.round(reached / reached[-1] * n, 9) + draw.random())
    chosen = np.zeros(len(passages), dtype=bool)
    chosen[order] = np.diff(steps, prepend=0) > 0
    return chosen, probability.astype(np.float64)


def inverse_probabilities(
    reading: pd.DataFrame, passages: "pd.Series[str]", units: NDArray[np.str_] | None = None
) -> NDArray[np.float64]:
    """Return for each passage the weight of its reading, NaN where there is none."""
    is_read = passages.isin(reading["passage"])
    if PROBABILITY in reading:
        drawn = reading.groupby("passage")[PROBABILITY].first()
        probability = passages.map(drawn)
    else:
        groups = np.zeros(len(passages)) if units is None else units
        probability = is_read.astype(float).groupby(groups).transform("mean")
    return (1 / probability.where(is_read)).to_numpy(np.float64)


def read_sheet(
    source: str | Path | pd.DataFrame, codebook: object = None, passages: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read a coding sheet that a person has filled in.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        passage and codes (``code | code``); note if there is one. A file as any spreadsheet saves
        it.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `read` takes it.
    passages : pandas.DataFrame, optional
        Those that should have been coded, each once.

    Returns
    -------
    pandas.DataFrame
        One row a passage and code: passage, code, dimension, coded and note; and
        inclusion_probability, if the sheet has it.

    Raises
    ------
    clusterlib.problems.InputError
        With every fault: columns that are missing, passages that are unknown, missing or coded
        twice, codes that the codebook does not have, a sheet without any code, probabilities that
        are none.

    Examples
    --------
    >>> import clusterlib as cl
    >>> coding = read_sheet(cl.load.seeds() / "coding.csv")
    >>> coding.query("passage == 'bg-002' and coded")["code"].tolist()
    ['electric-mobility', 'renewables', 'agreement']
    """
    book = books.read(codebook)  # type: ignore[arg-type]
    problems = Problems(of_cells=True)
    table = cells.read(source, SHEET, problems)
    broken = problems.count_errors()
    if broken and not len(table.columns):
        problems.raise_errors(SUBJECT)
    table = table.apply(lambda column: column.str.strip())
    absent = [name for name in COLUMNS if name not in table]
    for name in absent:
        problems.error(SHEET, "missing column", f"the column {name!r} is missing", column=name)
    if not absent:
        expected = None if passages is None else set(passages["passage"])
        _check_passages(table, expected, problems)
        # A passage may stand on a row that is broken.
        for passage in sorted((expected or set()) - set(table["passage"])) if not broken else []:
            message = f"the passage {passage!r} is missing"
            problems.error(SHEET, "missing passage", message, column="passage", value=passage)
        _check_codes(table, set(book["code"]), problems)
    probability = _read_probabilities(table, problems)
    problems.raise_errors(SUBJECT)
    table = table.assign(**probability).sort_values("passage", ignore_index=True)
    given = [set(_split(codes)) for codes in table["codes"]]
    notes = table["note"] if "note" in table else pd.Series("", index=table.index)
    rows = [
        (passage, code, dimension, code in coded, note)
        for passage, coded, note in zip(table["passage"], given, notes, strict=True)
        for code, dimension in zip(book["code"], book["dimension"], strict=True)
    ]
    coding = pd.DataFrame(rows, columns=["passage", "code", "dimension", "coded", "note"])
    if probability:
        coding[PROBABILITY] = table[PROBABILITY].repeat(len(book)).to_numpy()
    return coding


def _read_probabilities(table: pd.DataFrame, problems: Problems) -> dict[str, "pd.Series[float]"]:
    """Return the column of probabilities, as spreadsheets of any country write it."""
    if PROBABILITY not in table:
        return {}
    values = pd.to_numeric(table[PROBABILITY].str.replace(",", "."), errors="coerce")
    for line in table.index[~((values > 0) & (values <= 1))].tolist():
        value = table.loc[line, PROBABILITY]
        message = f"{value!r} is no probability above 0 and at most 1"
        problems.error(SHEET, "no probability", message, line, PROBABILITY, value)
    return {PROBABILITY: values}


def _check_passages(table: pd.DataFrame, expected: set[str] | None, problems: Problems) -> None:
    seen: dict[str, int] = {}
    for line, passage in zip(table.index.tolist(), table["passage"].tolist(), strict=True):
        if not passage:
            problems.error(SHEET, "missing value", "the passage has no name", line, "passage")
        elif passage in seen:
            message = f"{passage!r} is coded on line {seen[passage]} already"
            problems.error(SHEET, "duplicate passage", message, line, "passage", passage)
        elif expected is not None and passage not in expected:
            message = f"there is no passage {passage!r}"
            problems.error(SHEET, "unknown passage", message, line, "passage", passage)
        seen.setdefault(passage, line)


def _check_codes(table: pd.DataFrame, codes: set[str], problems: Problems) -> None:
    import difflib

    for line, cell in zip(table.index.tolist(), table["codes"].tolist(), strict=True):
        for code in sorted(set(_split(cell)) - codes):
            near = difflib.get_close_matches(code, sorted(codes), 1)
            hint = f"; is it {near[0]!r}?" if near else ""
            message = f"the codebook has no code {code!r}{hint}"
            problems.error(SHEET, "unknown code", message, line, "codes", code)
    if not table["codes"].str.strip(" |").any():
        problems.error(SHEET, "empty", "no passage has a code; is this the filled sheet?")


def _split(codes: str) -> list[str]:
    return [part.strip() for part in codes.split("|") if part.strip()]
