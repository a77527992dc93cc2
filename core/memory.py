"""Memory that goes back to the computer once a study is let go."""

import ctypes
import sys


def give_back() -> None:
    """Return to the operating system what was freed.

    glibc keeps the freed memory of arrays for the next ones, up to gigabytes; other systems'
    allocators return it by themselves.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none and needs none
        if trim is not None:
            trim(0)
