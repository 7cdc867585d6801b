"""Kernels that start with the libraries imported, so that ten notebooks import them once.

A server process imports what every notebook needs; each kernel is a fork of it, with a
namespace of its own. Importing costs more than most notebooks compute.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

PRELOADED = """
    IPython ipykernel.kernelapp matplotlib.backends.backend_agg babel.dates onnxruntime pandas
    pandera.backends.pandas.builtin_checks pandera.pandas
    sklearn.decomposition sklearn.metrics sklearn.mixture
    clusterlib.claims clusterlib.clean clusterlib.codes clusterlib.compare clusterlib.embed
    clusterlib.export clusterlib.facts clusterlib.load clusterlib.plot clusterlib.themes
    clusterlib.topics clusterlib.view scipy.cluster.hierarchy scipy.spatial.distance
""".split()
# Elsewhere system libraries do not survive a fork, or there is none.
FORKS = sys.platform == "linux"


class _Fork:
    """A forked kernel, as jupyter_client handles processes: like a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self.process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(cast(int, self.pid), number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the server."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel; of the command, only what follows the module's name is used."""
        warm()
        arguments = (cmd[cmd.index("-f") :], str(kwargs["cwd"]), dict(kwargs["env"]))
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=_serve, args=arguments)
        process.start()
        self.process: Any = _Fork(process)
        self.pid = process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


class ForkKernelManager(KernelManager):
    """Manages a kernel that is a fork."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        kernel = {"kernel_id": self.kernel_id, "kernel_spec": self.kernel_spec}
        self.provisioner = ForkProvisioner(parent=self, **kernel)


class AsyncForkKernelManager(ForkKernelManager, AsyncKernelManager):
    """The same for those who do not wait."""


def manager() -> type[AsyncKernelManager]:
    """Return what starts kernels on this system: forks on Linux, fresh processes elsewhere."""
    return AsyncForkKernelManager if FORKS else AsyncKernelManager


def warm() -> None:
    """Start the server, unless it runs, so that it imports while the caller does other things."""
    if FORKS:
        # The server takes its environment with it when it starts.
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
        forkserver.ensure_running()


def _serve(arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
    """Be a kernel, in the forked process."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # an interruption of the run is not one of the kernel
    os.chdir(folder)
    os.environ.update(environment)
    sys.argv = ["ipykernel_launcher", *arguments]
    # A kernel whose server is gone stops.
    watch = f"--IPKernelApp.parent_handle={os.getppid()}"
    IPKernelApp.launch_instance(argv=[*arguments, watch])
