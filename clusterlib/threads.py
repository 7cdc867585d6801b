"""One thread for numpy's libraries, where more would cost time and change last digits."""

import functools
import sys
from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController


def one() -> AbstractContextManager[object]:
    """Have the libraries that are loaded compute in one thread within a ``with``.

    Examples
    --------
    >>> import numpy, threadpoolctl
    >>> with one():
    ...     print({library["num_threads"] for library in threadpoolctl.threadpool_info()})
    {1}
    """
    # A library comes with a module, and to look for libraries takes milliseconds.
    limit: AbstractContextManager[object] = _libraries(len(sys.modules)).limit(limits=1)
    return limit


@functools.lru_cache(maxsize=1)
def _libraries(modules: int) -> ThreadpoolController:
    return ThreadpoolController()
