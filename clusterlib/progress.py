"""Progress bars on long work, where a person watches."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

from tqdm import tqdm

QUIET = "CLUSTERLIB_QUIET"


class Bar(tqdm):
    """A bar with a lock of its own, and without tqdm's monitor thread.

    tqdm's lock is shared by all processes that are forked from one, and nobody can take it any
    more once a process is killed that holds it; a bar takes it even where it is silent.
    """

    monitor_interval = 0


Bar.set_lock(threading.RLock())


def bar(**options: Any) -> Bar:
    """Return a bar for work of over two seconds; in reruns, tests and pipes it is silent."""
    # The stream of a kernel is no terminal, and yet a person may watch it.
    silent = True if QUIET in os.environ else False if "ipykernel" in sys.modules else None
    return Bar(**{"delay": 2, "disable": silent, "leave": False, "miniters": 1, **options})


@contextlib.contextmanager
def ticking(name: str) -> Iterator[None]:
    """Show the seconds that pass while work goes on that has no rows to count."""
    with bar(desc=name, bar_format="{desc}: {elapsed}") as shown:
        over = threading.Event()

        def tick() -> None:
            if not over.wait(2):
                while not over.wait(1):
                    shown.refresh()

        thread = threading.Thread(target=tick, daemon=True)
        if not shown.disable:
            thread.start()
        try:
            yield
        finally:
            over.set()
            if thread.ident:
                thread.join()
