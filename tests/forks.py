"""What runs are forked from, in half the time: imports, and what a first run has learned.

That first run is the one that nothing disturbs.
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
