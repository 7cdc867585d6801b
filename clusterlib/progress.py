"""Progress bars on long work, where a person watches."""

import os
import sys
import threading
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
