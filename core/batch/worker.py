"""What a worker process of a batch, or of the node, does.

Nothing is imported before the process has said how many threads it wants.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import parent_process

_FIRST_TO_GO = "1000"


def serve(connection: Connection, threads: int) -> None:
    """Answer a ``core.batch.work.Work``, then each of its tasks, until the connection closes.

    The answer to the work is the SHA-256 of its model, that to a task what the work says, that to
    either the HescopeError that ends all.
    """
    _end_with_parent()
    _be_the_one_that_is_ended()
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        _answer(connection, threads)


def _answer(connection: Connection, threads: int) -> None:
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read when libraries are loaded, and by OpenVINO
    work = connection.recv()

    from core.memory import collect_rarely  # noqa: PLC0415

    collect_rarely()
    import torch  # noqa: PLC0415  after the above

    from core.errors import HescopeError  # noqa: PLC0415

    torch.set_num_threads(1)  # else the last digits would depend on the number of workers
    try:
        sha256, answer = work.load()
        connection.send(sha256)
        while True:
            connection.send(answer(connection.recv()))
    except HescopeError as error:
        connection.send(error)


def _end_with_parent() -> None:
    """No worker outlives who started it: asked to end it tidies up; if that is killed it goes.

    Ctrl-C reaches all of them; who started them ends them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parent = parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _be_the_one_that_is_ended() -> None:
    """Where memory runs out, the system ends a worker, no other program."""
    if sys.platform == "linux":
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write(_FIRST_TO_GO)
