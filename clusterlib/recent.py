"""The last few results of what is slow to make and asked for time and again."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

Result = TypeVar("Result")

# A study, its variants and a codebook that is being changed are as many as are looked at in turn.
MOST = 16

_known: dict[Hashable, Any] = {}


def result(key: Hashable, make: Callable[[], Result]) -> Result:
    """Return what is known by a key, or make it and keep it in place of the oldest.

    Parameters
    ----------
    key : hashable
        All that the result depends on; its first part says what is made.
    make : callable
        Makes the result. Who asks for it must not change it.

    Examples
    --------
    >>> result(("a number", 1), lambda: 7), result(("a number", 1), lambda: 8)
    (7, 7)
    """
    if key not in _known:
        made = make()
        while len(_known) >= MOST:
            del _known[next(iter(_known))]
        _known[key] = made
    return cast(Result, _known[key])


def forget() -> None:
    """Forget all results.

    >>> number = result(("another number", 1), lambda: 7)
    >>> forget()
    >>> result(("another number", 1), lambda: 8)
    8
    """
    _known.clear()
