"""What a process that runs are forked from has at hand: imports, and what a first run learns.

A test of runs starts some forty of them. Each takes three seconds when it is forked from a process
that has run before, and twice as long when it is not.
"""

import contextlib
import tempfile
from pathlib import Path

from conftest import TEXTS

from clusterlib import run

with contextlib.suppress(ImportError):
    import distributed.cli.dask_scheduler
    import distributed.cli.dask_worker  # noqa: F401
with tempfile.TemporaryDirectory() as folder:
    run.run(run.Options(tuple(TEXTS), topics=2, themes=2, part=4000), Path(folder))
