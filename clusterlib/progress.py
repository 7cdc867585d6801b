"""Progress bars on long work, where a person watches."""

import os
import sys
from typing import Any

from tqdm import tqdm

# Work that is done sooner shows no bar.
PATIENCE = 2.0
QUIET = "CLUSTERLIB_QUIET"


def bar(**options: Any) -> "tqdm[Any]":
    """Return a progress bar that stays silent in reruns, tests and pipes.

    Parameters
    ----------
    **options
        As `tqdm.tqdm` takes them.
    """
    return tqdm(**options, delay=PATIENCE, disable=not _watched(), leave=False)


def _watched() -> bool:
    """Tell whether a person watches: a terminal, or a notebook that nobody reruns."""
    if QUIET in os.environ or "PYTEST_VERSION" in os.environ:
        return False
    return sys.stderr.isatty() or "ipykernel" in sys.modules
