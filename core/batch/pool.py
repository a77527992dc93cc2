"""Studies handed out to workers, whatever these are: one at a time each, until none is left."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.batch.line import BatchLine
from core.batch.work import Done, Heard, StudyTask
from core.errors import HescopeError, ModelInvalidError, UsageError

_ENDED = (
    "Found the process that assessed this study ended twice, killed or out of memory. "
    "Assess it alone, or with fewer --workers."
)

Answer = str | BatchLine | HescopeError | None
"""SHA-256 of the model once it is loaded, then lines; what ends the batch; None of a dead one."""


class Worker(Protocol):
    """A process somewhere, and the study that it has; ``task`` is None while it loads the model."""

    task: StudyTask | None

    def take(self, task: StudyTask) -> None:
        """Have the process assess a study."""

    def answer(self) -> Answer:
        """What the process has to say."""

    def end(self) -> None:
        """End the process; a study under way leaves nothing unfinished."""


AnyWorker = TypeVar("AnyWorker", bound=Worker)


@dataclass(frozen=True, slots=True)
class Workers(Generic[AnyWorker]):
    """How many there are, how to start one, and which of some have an answer within a second."""

    count: int
    start: Callable[[], AnyWorker]
    ready: Callable[[Sequence[AnyWorker]], Sequence[AnyWorker]]


def hand_out(
    tasks: Sequence[StudyTask], workers: Workers[AnyWorker], heard: Heard
) -> Iterator[Done]:
    """Each task with its line, as they come.

    A worker that ends is replaced.  Its study is tried once more at the end, when the memory that
    it may have lacked is free, and then refused.

    Raises
    ------
    ModelInvalidError
        The model cannot be used, or another one lies in its folder now.
    UsageError
        The folder cannot be written to, or no worker comes as far as loading the model.
    """
    round_ = _Round(tasks)
    at_work = [workers.start() for _ in range(min(workers.count, len(tasks)))]
    try:
        while at_work:
            for worker in workers.ready(at_work):
                task, answer = worker.task, worker.answer()
                yield from round_.heard(task, answer)
                if answer is not None and round_.left:
                    worker.take(round_.left.popleft())
                    continue
                worker.end()
                at_work.remove(worker)
                if task is not None and round_.left:
                    at_work.append(workers.start())
            heard()
        round_.refuse_unfinished()
    finally:
        for worker in at_work:
            worker.end()


class _Round:
    """The studies that are left, and what is known of those that ended their worker."""

    def __init__(self, tasks: Sequence[StudyTask]) -> None:
        self.left = deque(tasks)
        self._tried: set[str] = set()
        self._model: str | None = None

    def heard(self, task: StudyTask | None, answer: Answer) -> Iterator[Done]:
        """What an answer leads to: a line, or none yet."""
        if isinstance(answer, HescopeError):
            raise answer
        if isinstance(answer, str):
            self._refuse_other_model(answer)
        elif task is not None and answer is not None:
            yield task, answer
        elif task is not None and task.row.patient in self._tried:
            yield task, BatchLine(task.row.patient, assessed=False, reason=_ENDED)
        elif task is not None:
            self._tried.add(task.row.patient)
            self.left.append(task)

    def refuse_unfinished(self) -> None:
        """Raise UsageError where studies are left and no worker."""
        if self.left:
            raise UsageError(
                "Found every worker ended while it loaded the model, memory for it expected.",
                "Name fewer --workers, or end other programs; --resume keeps what is done.",
            )

    def _refuse_other_model(self, sha256: str) -> None:
        if self._model not in (None, sha256):
            raise ModelInvalidError(
                "Found another model in the folder than when the batch began, the same expected.",
                "Begin the batch anew with the model that is meant.",
            )
        self._model = sha256
