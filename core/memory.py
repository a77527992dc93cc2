"""Memory that goes back to the computer once a study is let go."""

import ctypes
import gc
import sys

_RARELY = (50, 100)  # collections of one generation before there is one of the next
_USUAL = gc.get_threshold()


def collect_rarely() -> None:
    """Have collections wait while a program starts: what modules make stays, and is looked at in
    vain again and again, for a second in seven of ``assess``.

    ``leave_modules_alone`` ends it, where much is to come.
    """
    gc.set_threshold(_USUAL[0], *_RARELY)


def leave_modules_alone() -> None:
    """Have later collections pass over what is there now: modules, which stay to the end.

    To be called once everything is imported.  A full collection with torch in memory takes a third
    of a second before, milliseconds after.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_USUAL)


def leave_all_alone() -> None:
    """Have the end of the program, which is near, collect nothing: another second."""
    gc.freeze()


def give_back() -> None:
    """Return to the operating system what nobody holds any more.

    A page holds its study in a circle of references, which only a collection breaks.  glibc keeps
    freed memory for the next arrays, up to gigabytes; other systems' allocators return it.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none and needs none
        if trim is not None:
            trim(0)
