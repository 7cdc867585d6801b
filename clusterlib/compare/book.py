"""Whether codes were given by a codebook, as far as their table tells."""

import pandas as pd

from clusterlib import codes

# Faults that an error shows.
SHOWN = 10


def fitting(given: pd.DataFrame, codebook: object = None) -> pd.DataFrame:
    """Read a codebook that codes were given by, and refuse another.

    Parameters
    ----------
    given : pandas.DataFrame
        code; label and dimension if known.
    codebook : str, pathlib.Path or pandas.DataFrame, optional
        As `clusterlib.codes.read` takes it.

    Returns
    -------
    pandas.DataFrame
        As `clusterlib.codes.read` returns it.

    Raises
    ------
    ValueError
        With every code that the codebook lacks, or that has another label or
        dimension there. What the codes do not carry, such as their probes, is
        not compared.

    Examples
    --------
    >>> fitting(pd.DataFrame({"code": ["money", "coins"], "label": ["Cash", "Coins"]}))
    Traceback (most recent call last):
    ...
    ValueError: the codebook of the seeds, which is taken where none is given, is not that of the
    codes: it has no code 'coins'; its label of 'money' is 'Money and investment', not 'Cash'; pass
    the codebook that the passages were coded by
    """
    book = codes.read(codebook)  # type: ignore[arg-type]
    own = given.drop_duplicates("code").set_index("code")
    there = book.set_index("code")
    faults = [f"it has no code {code!r}" for code in sorted(set(own.index) - set(there.index))]
    both = sorted(set(own.index) & set(there.index))
    for name in ("label", "dimension"):
        if name in own:
            words = own.loc[both, name].astype(object).fillna("")
            pairs = zip(both, there.loc[both, name], words, strict=True)
            faults += [
                f"its {name} of {code!r} is {known!r}, not {found!r}"
                for code, known, found in pairs
                if known != found
            ]
    if faults:
        taken = "the codebook of the seeds, which is taken where none is given,"
        head = taken if codebook is None else "the codebook"
        more = [f"{len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        told = "; ".join([*faults[:SHOWN], *more])
        way = "pass the codebook that the passages were coded by"
        raise ValueError(f"{head} is not that of the codes: {told}; {way}")
    return book
