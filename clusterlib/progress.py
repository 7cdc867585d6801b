"""Progress bars on long work, where a person watches."""

import os
import sys
import threading
from typing import Any

from tqdm import tqdm

# Work that is done sooner shows no bar.
PATIENCE = 2.0
QUIET = "CLUSTERLIB_QUIET"


class Bar(tqdm):
    """A bar with a lock that processes do not share.

    Of tqdm's own lock all processes that are forked from one have the same, which nobody can take
    any more once one is killed that holds it; a bar takes it even where it is silent. Its thread
    that looks after bars that stand still, which a fork may interrupt, is not needed.
    """

    monitor_interval = 0


Bar.set_lock(threading.RLock())


def bar(**options: Any) -> Bar:
    """Return a progress bar that stays silent in reruns, tests and pipes.

    Parameters
    ----------
    **options
        As `tqdm.tqdm` takes them.
    """
    silent = not _watched()
    # With every step the clock is looked at, so that none is waited for by a thread.
    return Bar(**options, delay=PATIENCE, disable=silent, leave=False, miniters=1)


def _watched() -> bool:
    """Tell whether a person watches: a terminal, or a notebook that nobody reruns."""
    if QUIET in os.environ or "PYTEST_VERSION" in os.environ:
        return False
    return sys.stderr.isatty() or "ipykernel" in sys.modules
