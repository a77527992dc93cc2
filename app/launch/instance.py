"""One HEscope per user and computer: a second start opens the first.

The operating system holds the lock and lets go of it when the program ends in whatever way, so a
lock that was left behind locks nothing.
"""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.launch.errors import CannotStartError
from app.launch.health import answers

_START_SECONDS = 60


class Instance:
    """The lock of this user's HEscope on this computer, and beside it its address."""

    def __init__(self, folder: Path) -> None:
        # A home folder may be shared by several computers.
        name = f"running-on-{platform.node()}"
        self._address = folder / f"{name}.url"
        self._lock = FileLock(folder / f"{name}.lock", mode=0o600)

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether this is the first HEscope; if so, it is until the end of the context."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        self._address.unlink(missing_ok=True)
        try:
            yield True
        finally:
            self._address.unlink(missing_ok=True)
            self._lock.release()

    def publish(self, url: str) -> None:
        """Let later starts of the same user know the address."""
        descriptor = os.open(self._address, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(url)

    def running_url(self) -> str:
        """Address of the HEscope that runs; waits for one that is just starting.

        Raises
        ------
        CannotStartError
            It does not answer.
        """
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            url = self._address.read_text(encoding="ascii") if self._address.is_file() else ""
            if url and answers(url):
                return url
            time.sleep(0.2)
        raise CannotStartError(
            "Found a HEscope that runs but does not answer; expected one that does.",
            "End it in the task manager of this computer, then start HEscope again.",
        )
