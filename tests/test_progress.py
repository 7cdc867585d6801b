import multiprocessing
import os
import signal
import subprocess
import sys

from clusterlib.progress import Bar, bar


def test_progress_is_silent_in_reruns():
    code = "from clusterlib.progress import bar\nfor _ in bar(iterable=range(3)): pass"
    environment = os.environ | {"CLUSTERLIB_QUIET": "1"}
    command, every = [sys.executable, "-c", code], subprocess.STDOUT
    assert subprocess.check_output(command, env=environment, stderr=every) == b""


def _killed_with_the_lock():
    with Bar.get_lock():
        os.kill(os.getpid(), signal.SIGKILL)


def _show():
    for _ in bar(iterable=range(3)):
        pass


def test_a_process_that_is_killed_holds_up_no_other():
    _show()
    context = multiprocessing.get_context("fork")
    for work, code in ((_killed_with_the_lock, -signal.SIGKILL), (_show, 0)):
        process = context.Process(target=work)
        process.start()
        process.join(timeout=60)
        stuck = process.is_alive()
        process.kill()
        assert not stuck and process.exitcode == code
