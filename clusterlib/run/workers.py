"""Do the parts of a run in many processes: on this machine by joblib, on others by Dask."""

import functools
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeAlias

import joblib
from joblib.externals.loky import get_reusable_executor

from clusterlib.progress import QUIET
from clusterlib.run.store import RunError

# Does work for every item and yields results as they are ready, in any order.
Mapper: TypeAlias = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
# A part is tried so often on workers that die; how long a scheduler is waited for.
TRIES, PATIENCE = 3, "10s"


@contextmanager
def start_workers(workers: int = 0, scheduler: str | None = None) -> Iterator[Mapper]:
    """Do parts in other processes while the context lasts.

    Parameters
    ----------
    workers : int
        So many processes on this machine, by joblib.
    scheduler : str, optional
        Use the Dask cluster at this address (``tcp://host:8786``) instead; its machines need the
        source and the output folder under the same path.

    Yields
    ------
    callable
        Takes the place of `map` in `run`.

    Raises
    ------
    RunError
        If the scheduler cannot be reached or vanishes, or workers keep dying over one part.

    Examples
    --------
    >>> with start_workers(2) as mapper:
    ...     sorted(mapper(len, ["one", "three"]))
    [3, 5]
    """
    if not scheduler and not workers:
        yield map
        return
    if not scheduler:
        try:
            yield functools.partial(_map_on_machine, workers)
        finally:
            # Else they would wait for more work for five minutes, and the run with them.
            get_reusable_executor(reuse=True).shutdown(kill_workers=True)
        return
    try:
        import dask
        from distributed import Client
    except ImportError:
        advice = 'pip install "dask[dataframe,distributed]"'
        raise RunError(f"a scheduler needs Dask: {advice}") from None
    settings = {
        "distributed.comm.timeouts.connect": PATIENCE,
        "distributed.scheduler.allowed-failures": TRIES,
    }
    with dask.config.set(settings):
        # What is wrong is said once, by the error.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            client = Client(scheduler, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise RunError(f"no scheduler answers at {scheduler}: {error}") from None
        yield functools.partial(_map_on_cluster, client, scheduler)
        client.close()


def _map_on_machine(
    workers: int, function: Callable[[Any], Any], tasks: Sequence[Any]
) -> Iterator[Any]:
    waiting, suspect = dict(enumerate(tasks)), dict[int, int]()
    while waiting:
        # What workers were at when one died is done last and alone, until it is known which.
        chosen = [place for place in waiting if place not in suspect] or list(waiting)[:1]
        parallel = joblib.Parallel(
            workers,
            "loky",
            return_as="generator_unordered",
            batch_size=1,
            max_nbytes=None,
            initializer=_prepare_worker,
            initargs=(os.getpid(),),
        )
        calls = [joblib.delayed(_call)(function, place, waiting[place]) for place in chosen]
        try:
            for place, result in _start(parallel, calls):
                del waiting[place]
                yield result
        except BrokenProcessPool:
            # All workers end with the one that died.
            for place in [place for place in chosen if place in waiting][:workers]:
                suspect[place] = suspect.get(place, 0) + 1
                if suspect[place] == TRIES:
                    raise _workers_died(f"part {place}") from None
                waiting[place] = waiting.pop(place)


def _start(parallel: Any, calls: list[Any]) -> Iterator[Any]:
    """Return results to come; an interruption would break joblib while it starts, so it waits."""
    # In other threads none arrives, and in the background of a shell they are ignored.
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored or threading.current_thread() is not threading.main_thread():
        return iter(parallel(calls))
    held: list[object] = []
    handler = signal.signal(signal.SIGINT, lambda *caught: held.append(caught))
    try:
        results = parallel(calls)
    finally:
        signal.signal(signal.SIGINT, handler)
    if held:
        results.throw(KeyboardInterrupt)
    return iter(results)


def _prepare_worker(parent: int) -> None:
    # The bar of the stage counts for all: those of workers would write over it.
    os.environ[QUIET] = "1"
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End a worker whose run was killed, which would wait five minutes for more."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _call(function: Callable[[Any], Any], place: int, task: Any) -> tuple[int, Any]:
    return place, function(task)


def _map_on_cluster(
    client: Any, scheduler: str, function: Callable[[Any], Any], tasks: Sequence[Any]
) -> Iterator[Any]:
    from distributed import KilledWorker, as_completed
    from distributed.client import FutureCancelledError

    try:
        # Not joblib's own backend, which waits for ever where workers die or the scheduler does.
        # Not pure: what is done is to write files, which no result stands for.
        for future in as_completed(client.map(function, tasks, pure=False)):
            yield future.result()
    except KilledWorker as error:
        raise _workers_died(error.task) from None
    except (FutureCancelledError, OSError, TimeoutError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise RunError(
            f"the scheduler {scheduler} is gone; finished parts are kept: start one and run again"
        ) from None


def _workers_died(part: object) -> RunError:
    return RunError(
        f"workers died {TRIES} times over one part ({part}), for want of memory or "
        "over a text that breaks a parser; finished parts are kept"
    )
