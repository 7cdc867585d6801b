"""Numbers and lists as a sentence has them."""

from collections.abc import Iterable

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
        if amount >= size:
            return f"{round(amount / size, 2):g} {word}"
    return f"{amount:g}" if amount < 10_000 else f"{amount:,.0f}"


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
