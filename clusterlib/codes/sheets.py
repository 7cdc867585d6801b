"""Sheets for coding by hand: written without a trace of the machine, read back with all faults."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import inputs, schema
from clusterlib.codes import book as books
from clusterlib.problems import InputWarning, Problems, warn

COLUMNS = ("passage", "codes")
# How faults call it.
SHEET, SUBJECT = "sheet", "the sheet"
# How likely a passage was to be drawn; and so many likely passages of each code are to be seen.
PROBABILITY, SEEN = "inclusion_probability", 5
# Rows without a code that end a sheet are remarked on if they are so many, and such a part of it.
UNFILLED, PART = 10, 0.2


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
        Where to write it as CSV that spreadsheets open; there a text that looks like a formula
        begins with an apostrophe.
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
    through the groups and in them through the codes that the machine finds likeliest. Passages
    likely of a code that too few would be drawn of are drawn with a higher probability; none with
    less than half of what it would have without.

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
        inputs.write(empty, path)
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
    within, count = np.bincount(groups, lack)[groups], np.bincount(groups)[groups]
    relative = np.divide(lack * count, within, out=np.ones(len(lack)), where=within > 0)
    sizes *= 1 - part + part * relative
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
        A file as any spreadsheet saves it, or a table: passage and codes (``code | code``); note
        and inclusion_probability if there are any.
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
        twice, unknown codes, a sheet without any code, probabilities that are none.

    Warns
    -----
    clusterlib.problems.InputWarning
        If the sheet ends in ten rows or more without a code or note, a fifth of it: a passage
        without a code counts as read.

    Examples
    --------
    >>> import clusterlib as cl
    >>> coding = read_sheet(cl.load.seeds() / "coding.csv")
    >>> coding.query("passage == 'bg-002' and coded")["code"].tolist()
    ['electric-mobility', 'renewables', 'agreement']
    """
    book = books.read(codebook)  # type: ignore[arg-type]
    problems = Problems(of_cells=True)
    table = inputs.read(source, SHEET, problems)
    is_broken = bool(problems.count_errors())
    if is_broken and not len(table.columns):
        problems.raise_errors(SUBJECT)
    table = table.apply(lambda column: column.str.strip())
    expected = None if passages is None else set(passages["passage"])
    for name in (name for name in COLUMNS if name not in table):
        problems.error(SHEET, "missing column", f"the column {name!r} is missing", column=name)
    if {*COLUMNS} <= {*table}:
        # A missing passage may stand on a row that is broken.
        absent = set() if is_broken or expected is None else expected - set(table["passage"])
        for passage in sorted(absent):
            message = f"the passage {passage!r} is missing"
            problems.error(SHEET, "missing passage", message, None, "passage", passage)
        for fault in _faults(table, expected, sorted(book["code"])):
            problems.error(SHEET, *fault)
    if PROBABILITY in table:
        # Spreadsheets of some countries write a comma.
        written = table[PROBABILITY]
        values = pd.to_numeric(written.str.replace(",", "."), errors="coerce")
        table[PROBABILITY] = values
        for line, value in written[~((values > 0) & (values <= 1))].items():
            message = f"{value!r} is no probability above 0 and at most 1"
            problems.error(SHEET, "no probability", message, line, PROBABILITY, value)
    problems.raise_errors(SUBJECT)
    if "note" not in table:
        table["note"] = ""
    is_filled = (table["codes"].str.strip(" |") + table["note"]) != ""
    rest = table[~is_filled[::-1].cummax()[::-1]]
    if len(rest) >= max(UNFILLED, PART * len(table)):
        message = f"from {rest['passage'].iloc[0]!r} to the end, {len(rest)} rows have no code; "
        message += "fill them, remove those that nobody has read, "
        message += "or note in the last that it was read"
        problems.warn(SHEET, "not filled", message, int(rest.index[0]))
        warn(InputWarning(problems.table()), stacklevel=2)
    shown = [name for name in ("passage", "codes", "note", PROBABILITY) if name in table]
    sheet_rows: pd.DataFrame = table[shown].sort_values("passage")
    coding = sheet_rows.merge(book[["code", "dimension"]], how="cross")
    given = coding["codes"].map(_split)
    coding["coded"] = [code in codes for code, codes in zip(coding["code"], given, strict=True)]
    return coding[["passage", "code", "dimension", "coded", *shown[2:]]]


def _faults(
    table: pd.DataFrame, expected: set[str] | None, codes: list[str]
) -> Iterator[books.Fault]:
    """Yield what is wrong with the rows of a sheet."""
    first: dict[str, object] = {}
    for line, passage, given in table[list(COLUMNS)].itertuples(name=None):
        seen = first.setdefault(passage, line)
        if not passage:
            yield "missing value", "the passage has no name", line, "passage", None
        elif seen != line:
            message = f"{passage!r} is coded on line {seen} already"
            yield "duplicate passage", message, line, "passage", passage
        elif expected is not None and passage not in expected:
            message = f"there is no passage {passage!r}"
            yield "unknown passage", message, line, "passage", passage
        for code in sorted({*_split(given)} - {*codes}):
            near = difflib.get_close_matches(code, codes, 1)
            hint = f"; is it {near[0]!r}?" if near else ""
            message = f"the codebook has no code {code!r}{hint}"
            yield "unknown code", message, line, "codes", code
    if not table["codes"].str.strip(" |").any():
        yield "empty", "no passage has a code; is this the filled sheet?", None, "", None


def _split(codes: str) -> list[str]:
    return [part.strip() for part in codes.split("|") if part.strip()]
