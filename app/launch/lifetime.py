"""The server ends when nobody looks any more, or when it is told to."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime import Runtime, RuntimeState
from streamlit.web.server.starlette import starlette_server

# A reload takes a second or two; a laptop that wakes up finds its server again within this time.
GRACE_SECONDS = 10.0
_LOOK_SECONDS = 0.5
_LAST_ANSWERS_SECONDS = 5
_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def end_with_last_tab(grace_seconds: float = GRACE_SECONDS) -> None:
    """Return after the server was told to end: once there was a tab and, for a while, none is."""
    while not _has_tab():
        time.sleep(_LOOK_SECONDS)
    seen = time.monotonic()
    while time.monotonic() - seen < grace_seconds:
        time.sleep(_LOOK_SECONDS)
        if _has_tab():
            seen = time.monotonic()
    end_server()


def end_server() -> None:
    """Tell the server to end, as its own signal handler does."""
    if hasattr(signal, "pthread_kill"):
        # To the thread that waits for the network, or it would sleep on.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        signal.raise_signal(signal.SIGTERM)


def bound_the_end() -> None:
    """Let the server end in time though an answer is not fetched: a page that was left never does.

    Streamlit has no option for it and would wait for ever.
    """
    usual = starlette_server._get_uvicorn_config_kwargs

    def bounded() -> dict[str, object]:
        return {**usual(), "timeout_graceful_shutdown": _LAST_ANSWERS_SECONDS}

    starlette_server._get_uvicorn_config_kwargs = bounded


@contextmanager
def end_quietly() -> Iterator[None]:
    """Context in which the server was told to end, and its program goes on to its own end.

    The server hands the signal that ended it on, once it has ended; it would kill the program
    before locks and folders are tidied.
    """
    before = {ending: signal.signal(ending, lambda *_: None) for ending in _ENDINGS}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)


def _has_tab() -> bool:
    state = Runtime.instance().state if Runtime.exists() else None
    return state is RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED
