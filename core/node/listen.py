"""A node at work: it receives, assesses and sends back, each in a thread of its own."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from core.errors import UsageError
from core.node.receive import Receiver
from core.node.retention import delete_until
from core.node.send import Sender
from core.node.settings import NodeSettings
from core.node.state import State
from core.node.store import Store

_LOOK_S = 0.5
_NO_ROOM_S = 60.0


def listen(
    store: Store,
    settings: NodeSettings,
    assess: Callable[[State, threading.Event], None],
    *,
    listening: Callable[[int], None],
) -> None:
    """Be a node until interrupted; ``listening`` is told the port.

    assess: assesses the studies that are due until the event; it may load what it needs first,
    while studies come in already.

    Raises
    ------
    UsageError
        Another node works on the store, or the address cannot be listened to.
    HescopeError
        The model cannot be loaded.
    """
    state = State(store, audited=settings.audited)
    work = _Together()
    receiver = Receiver(store, state, settings)
    with _alone(store):
        store.sweep()
        port = receiver.start()
        try:  # ended at any moment from here on, it ends what it has begun
            listening(port)
            work.begin(lambda: assess(state, work.ended))
            work.begin(lambda: Sender(store, state, settings).send_until(work.ended))
            work.begin(lambda: delete_until(work.ended, store, state, settings))
            work.wait()
        finally:
            receiver.stop()
            work.end()


class _Together:
    """Threads that end together; what one of them raised is raised where they are waited for."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._faults: list[BaseException] = []

    def begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._run, args=(work,))
        self._threads.append(thread)
        thread.start()

    def wait(self) -> None:
        while not self.ended.wait(_LOOK_S):  # Ctrl-C is heard between two looks
            pass
        raise self._faults[0]

    def end(self) -> None:
        self.ended.set()
        for thread in self._threads:
            if thread.ident is not None:  # started
                thread.join()

    def _run(self, work: Callable[[], None]) -> None:
        while not self.ended.is_set():
            try:
                work()
            except sqlite3.OperationalError:  # the disk is full: it begins anew where it was
                self.ended.wait(_NO_ROOM_S)
            except BaseException as error:  # noqa: BLE001  raised again by wait
                self._faults.append(error)
                self.ended.set()


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    try:
        with FileLock(store.folder / "lock", mode=0o600, blocking=False):
            yield
    except Timeout as error:
        raise UsageError(
            "A node that works on this store found.", "End it, or name another --store."
        ) from error
