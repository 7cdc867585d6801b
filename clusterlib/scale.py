"""Do the parts of a run in many processes, on this machine or on a Dask cluster.

Tables are the same as in one process: a part is done by the same function, and written
to the same file, wherever it is done, and however often. Machines of a cluster need the
source and the output folder under the same path.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clusterlib.progress import QUIET
from clusterlib.run import RunError

if TYPE_CHECKING:
    from clusterlib.run import Mapper

ADVICE = 'pip install "clusterlib[scale]"'
# A part is tried so often on workers that die; how long a scheduler is waited for.
TRIES, PATIENCE = 3, "10s"


@contextmanager
def cluster(workers: int = 0, scheduler: str | None = None) -> Iterator[Mapper]:
    """Use a cluster while the context lasts.

    Parameters
    ----------
    workers : int
        Start so many processes on this machine.
    scheduler : str, optional
        Use the cluster at this address (``tcp://host:8786``) instead.

    Yields
    ------
    callable
        Takes the place of `map` in `clusterlib.run.run`.

    Raises
    ------
    RunError
        If the scheduler cannot be reached or vanishes, or workers keep dying
        over one part.

    Examples
    --------
    >>> with cluster(1) as mapper:
    ...     sorted(mapper(len, ["one", "three"]))
    [3, 5]
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise RunError(f"more processes need Dask: {ADVICE}") from None
    settings = {
        "distributed.comm.timeouts.connect": PATIENCE,
        "distributed.scheduler.allowed-failures": TRIES,
        # A worker that takes the place of another has its imports done.
        "distributed.worker.multiprocessing-method": "forkserver",
    }
    with dask.config.set(settings):
        # What is wrong is said once, by the error.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if scheduler:
            try:
                client = Client(scheduler, timeout=PATIENCE)
            except (OSError, ValueError) as error:
                raise RunError(f"no scheduler answers at {scheduler}: {error}") from None
            yield _mapper(client, scheduler)
            client.close()
            return
        # The bar of the stage counts for all: those of workers would write over it.
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=":0", env={QUIET: "1"}
            ) as local,
            Client(local) as client,
        ):
            yield _mapper(client, "on this machine")


def _mapper(client: Any, place: str) -> Mapper:
    from distributed import KilledWorker, as_completed
    from distributed.client import FutureCancelledError

    def do(function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        if not tasks:
            return
        try:
            # Not pure: what is done is to write files, which no result stands for.
            futures = client.map(function, tasks, pure=False)
            for future in as_completed(futures):
                yield future.result()
        except KilledWorker as error:
            raise RunError(
                f"workers died {TRIES} times over one part ({error.task}), for want of memory or "
                "over a text that breaks a parser; finished parts are kept"
            ) from None
        except (FutureCancelledError, OSError, TimeoutError) as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise RunError(
                f"the scheduler {place} is gone; finished parts are kept: start one and run again"
            ) from None

    return do
