"""Studies assessed side by side by processes of this machine.

Each process loads the model once and holds one study at a time: memory is that of so many single
assessments.  What reads, what computes and what writes overlap, since no process waits for another.
"""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

import psutil

from core.batch.pool import Answer, Workers, hand_out
from core.batch.work import BatchWork, Done, Heard, Pool, StudyTask, Work
from core.batch.worker import serve

Task = TypeVar("Task")
Answered = TypeVar("Answered")
AnyProcess = TypeVar("AnyProcess", bound="Process[Any, Any]")

_MEMORY_BYTES = 2 * 1024**3  # of a worker at its peak, with 40 slices of 512 pixels
_LOOK_S = 1.0
_GRACE_S = 5.0
# Another start method would copy threads and locks of this process into the worker.
_CONTEXT = multiprocessing.get_context("spawn")


def processor_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_workers() -> int:
    """As many workers as there are cores, and memory for."""
    room = psutil.virtual_memory().available // _MEMORY_BYTES
    return max(1, min(processor_cores(), room))


def processes(workers: int) -> Pool:
    """Pool of so many processes of this machine."""
    return partial(_assessed, workers)


def _assessed(
    most: int, tasks: Sequence[StudyTask], work: BatchWork, heard: Heard
) -> Iterator[Done]:
    count = min(most, len(tasks)) or 1
    threads = max(1, processor_cores() // count)
    return hand_out(tasks, Workers(count, partial(_started, work, threads), ready), heard)


def _started(work: BatchWork, threads: int) -> "Process[StudyTask, Answer]":
    return Process(work, threads)


class Process(Generic[Task, Answered]):
    """A worker; see ``core.batch.pool``."""

    def __init__(self, work: Work[Task], threads: int) -> None:
        self.connection, its_own = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=serve, args=(its_own, threads), daemon=True)
        self._process.start()
        its_own.close()
        self.task: Task | None = None
        self._busy = True
        self._send(work)

    def take(self, task: Task) -> None:
        """Have the process answer a task."""
        self.task, self._busy = task, True
        self._send(task)

    def answer(self) -> Answered | None:
        """What the process has to say; None where it has ended."""
        self._busy = False
        try:
            answer: Answered = self.connection.recv()
        except (EOFError, OSError):
            return None
        return answer

    def end(self) -> None:
        """End the process; what is under way leaves nothing unfinished."""
        self.connection.close()  # one that waits for a study ends by this
        if self._busy:
            self._process.terminate()
        self._process.join(_GRACE_S)
        self._process.kill()
        self._process.join()

    def _send(self, message: object) -> None:
        with suppress(OSError):  # of one that has ended, ``answer`` tells
            self.connection.send(message)


def ready(workers: Sequence[AnyProcess]) -> list[AnyProcess]:
    """Those that have something to say within a second."""
    speaking = wait([worker.connection for worker in workers], _LOOK_S)
    return [worker for worker in workers if worker.connection in speaking]
