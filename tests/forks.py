"""What a process that runs are forked from has at hand: imports, and what a first run learns.

A test of runs starts some forty of them. Each takes three seconds when it is forked from a process
that has run before, and twice as long when it is not. The first run is the one that nothing
disturbs.
"""

import contextlib
import gc
import json
import os

from clusterlib import cli

with contextlib.suppress(ImportError):
    import distributed.cli.dask_scheduler
    import distributed.cli.dask_worker  # noqa: F401
cli.app(json.loads(os.environ["FIRST_RUN"]))
# A look for garbage in a fork would copy what it shares with this process.
gc.freeze()
