"""The processes that assess a node's studies: the same as a batch's, and by default as many."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.batch.processes import Process, processor_cores, ready
from core.errors import HescopeError, UsageError
from core.models.runtime import DeviceName, EngineName, choose_runtime
from core.node.settings import NodeSettings
from core.node.state import State
from core.node.store import Store

MOST_ATTEMPTS = 5
"""After so many assessments in which the program was ended, the study is refused."""

Assessing = Process[str, "str | bool | HescopeError"]
"""A process that is sent the UIDs of studies."""


@dataclass(frozen=True, slots=True)
class NodeWork:
    """A store and its settings; model, device and engine as ``core.batch.work.BatchWork`` has them.

    See ``core.batch.work.Work``: a task is the StudyInstanceUID of a study that is being assessed.
    """

    store: Store
    settings: NodeSettings
    model: Path
    device: DeviceName = "auto"
    engine: EngineName = "auto"

    def load(self) -> tuple[str, Callable[[str], bool]]:
        """SHA-256 of the model, and what assesses a study."""
        from core.memory import leave_modules_alone  # noqa: PLC0415  in a process alone, as below
        from core.models.folder import load_model  # noqa: PLC0415
        from core.node.work import Worker  # noqa: PLC0415

        model = load_model(self.model, choose_runtime(self.device, self.engine))
        state = State(self.store, audited=self.settings.audited)
        leave_modules_alone()
        return model.identity.sha256, Worker(self.store, state, self.settings, model).assess


def assess_until(ended: threading.Event, state: State, work: NodeWork, workers: int) -> None:
    """Assess studies as they become due, so many side by side.

    Raises
    ------
    ModelInvalidError
        The model cannot be used.
    UsageError
        Every process ended while it loaded the model.
    """
    state.put_back_interrupted(most=MOST_ATTEMPTS)
    threads = max(1, processor_cores() // workers)
    pool = _Pool(state, lambda: Assessing(work, threads), workers)
    try:
        while not ended.is_set():
            pool.look()
    finally:
        pool.end()


class _Pool:
    """Processes that each have a study, wait for one, or load the model."""

    def __init__(self, state: State, start: Callable[[], Assessing], count: int) -> None:
        self._state, self._start = state, start
        self._at_work = [start() for _ in range(count)]
        self._loaded: list[Assessing] = []
        self._free: list[Assessing] = []

    def look(self) -> None:
        """Hear the processes, for a second at most; those that are free get what is due."""
        for process in ready(self._at_work):
            self._hear(process)
        while self._free and (due := self._state.take_due()):
            self._free.pop().take(due.header.study_uid)

    def end(self) -> None:
        """End all; the next start puts back what they had."""
        for process in self._at_work:
            process.end()

    def _hear(self, process: Assessing) -> None:
        study_uid, answer = process.task, process.answer()
        process.task = None
        if isinstance(answer, HescopeError):
            raise answer
        if answer is None:
            self._replace(process, study_uid)
            return
        if process not in self._loaded:
            self._loaded.append(process)
        self._free.append(process)

    def _replace(self, ended: Assessing, study_uid: str | None) -> None:
        """Put another process in the place of one that ended, and its study at the end."""
        ended.end()
        for processes in (self._at_work, self._free, self._loaded):
            if ended in processes:
                processes.remove(ended)
                came_to_work = processes is self._loaded
        if study_uid:
            self._state.put_back_interrupted(most=MOST_ATTEMPTS, only=study_uid)
        if came_to_work:
            self._at_work.append(self._start())
        if not self._at_work:
            raise UsageError(
                "Found every process ended while it loaded the model, memory for it expected.",
                "Name fewer --workers, or end other programs.",
            )
