"""Numbers, lists and what a study holds, as a sentence has them."""

from collections.abc import Iterable

from clusterlib.claims.evidence import scored
from clusterlib.compare.study import Study

AMOUNTS = ("money", "percentage", "quantity")
SMALL = "no one two three four five six seven eight nine ten eleven twelve".split()


def number(value: float | str) -> str:
    """Write a number: small ones in words, millions as such, the others in digits.

    Parameters
    ----------
    value : float or str
        As a table has it.

    Returns
    -------
    str

    Examples
    --------
    >>> [number(value) for value in (3, "30", "14.5", "165000000")]
    ['three', '30', '14.5', '165 million']
    """
    amount = float(value)
    if amount in range(len(SMALL)):
        return SMALL[int(amount)]
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(amount) >= size:
            return f"{round(amount / size, 2):g} {word}"
    return f"{amount:g}" if abs(amount) < 10_000 else f"{amount:,.0f}"


def listed(items: Iterable[str]) -> str:
    """Join words: ``a, b and c``.

    Parameters
    ----------
    items : iterable of str
        In the order in which they are to be named.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["networks", "production", "storage"])
    'networks, production and storage'
    """
    from babel.lists import format_list

    return str(format_list(list(items), locale="en_GB"))


def day(value: str) -> str:
    """Write a point in time as facts have it.

    Parameters
    ----------
    value : str
        A day, month, quarter or year.

    Returns
    -------
    str

    Examples
    --------
    >>> [day(value) for value in ("2022-03-30", "2023-04", "2024-Q2", "1988")]
    ['30 March 2022', 'April 2023', 'the second quarter of 2024', '1988']
    """
    import datetime

    from babel.dates import format_date

    year, _, rest = value.partition("-")
    if rest.startswith("Q"):
        return f"the {('first', 'second', 'third', 'fourth')[int(rest[1]) - 1]} quarter of {year}"
    if not rest:
        return year
    pattern = "d MMMM y" if "-" in rest else "MMMM y"
    date = datetime.date.fromisoformat(value if "-" in rest else f"{value}-01")
    return str(format_date(date, pattern, locale="en_GB"))


def times(count: int, noun: str, many: str = "") -> str:
    """Count things."""
    amount = number(count) if count in range(len(SMALL)) else f"{count:,}"
    return f"{amount} {noun if count == 1 else many or noun + 's'}"


def value(kind: str, low: str, high: str, unit: str, hedge: str) -> str:
    """Write the value of a fact."""
    write = _digits if kind in AMOUNTS else _moment
    text = " to ".join(write(end) for end in (low, high) if end)
    text += " per cent" if kind == "percentage" else f" {unit}" if unit else ""
    return f"{text} (in the text: “{hedge}”)" if hedge else text


def _digits(amount: str) -> str:
    """Write a number as one writes it before a unit: small ones in digits as well."""
    return f"{float(amount):g}" if abs(float(amount)) < len(SMALL) else number(amount)


def _moment(point: str) -> str:
    """Write a point in time, which may be a day without its year."""
    # 2000 has a 29th of February.
    return day(f"2000{point[1:]}").removesuffix(" 2000") if point.startswith("--") else day(point)


def language(code: str) -> str:
    """Return the English name of a language."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def counted(study: Study, doc: str, code: str) -> str:
    """Say how many passages of a document carry a code.

    Parameters
    ----------
    study, doc, code
        The study, one of its documents, and the code.

    Returns
    -------
    str
        Such as ``"five of 20 passages"``.

    Examples
    --------
    >>> import clusterlib as cl
    >>> counted(cl.study.of(cl.load.documents(), by_reader=True), "fr", "storage")
    'five of 20 passages'
    """
    rows = scored(study, doc, code)
    return f"{number(int(rows['coded'].sum()))} of {number(len(rows))} passages"


def country(code: str) -> str:
    """Return the English name of a country."""
    from babel import Locale

    return str(Locale("en").territories.get(code.upper(), code))
