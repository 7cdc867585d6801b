"""Give memory back to the system, which allocators keep for a process that may want it again."""

import ctypes
import sys

import pyarrow as pa  # type: ignore[import-untyped]


def release() -> None:
    """Give back what this process holds and does not use."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
