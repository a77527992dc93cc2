from collections.abc import Iterable, Sequence

import pytest

from core.batch.line import BatchLine
from core.batch.pool import Answer, Workers, hand_out
from core.batch.work import StudyTask
from core.cohort.table import CohortRow
from core.errors import ModelInvalidError, UsageError

LOADED = "a" * 64


class Script:
    """A worker that answers as it was told to; "line" stands for the line of its study."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.task: StudyTask | None = None
        self.ended = False
        self._answers = iter(answers)

    def take(self, task: StudyTask) -> None:
        self.task = task

    def answer(self) -> Answer:
        answer = next(self._answers)
        if answer == "line":
            assert self.task is not None
            return BatchLine(self.task.row.patient, assessed=True)
        return answer

    def end(self) -> None:
        self.ended = True


def tasks(count: int) -> list[StudyTask]:
    return [StudyTask(CohortRow(n + 2, f"P{n}"), None) for n in range(count)]


def run(
    scripts: Sequence[Sequence[Answer]], count: int, workers: int = 1
) -> tuple[list[BatchLine], list[Script]]:
    started: list[Script] = []

    def start() -> Script:
        started.append(Script(scripts[len(started)]))
        return started[-1]

    pool = Workers(workers, start, lambda at_work: at_work[:1])
    try:
        lines = [line for _, line in hand_out(tasks(count), pool, lambda: None)]
    finally:
        assert all(worker.ended for worker in started)
    return lines, started


def test_worker_that_ends_is_replaced_and_its_study_tried_again_at_the_end() -> None:
    lines, started = run([[LOADED, "line", None], [LOADED, "line", "line", "line"]], 4)
    assert [line.patient for line in lines] == ["P0", "P2", "P3", "P1"]
    assert all(line.assessed for line in lines)
    assert len(started) == 2


def test_study_that_ends_two_workers_is_refused_and_the_others_are_not() -> None:
    lines, _ = run([[LOADED, None], [LOADED, "line", None], [LOADED]], 2)
    assert [(line.patient, line.assessed) for line in lines] == [("P1", True), ("P0", False)]
    assert "out of memory" in lines[1].reason


def test_workers_that_never_load_end_the_batch_with_a_word() -> None:
    with pytest.raises(UsageError, match="every worker ended while it loaded the model"):
        run([[None], [None]], 3, workers=2)


def test_model_that_was_exchanged_meanwhile_is_refused() -> None:
    with pytest.raises(ModelInvalidError, match="another model in the folder"):
        run([[LOADED, None], ["b" * 64]], 2)


def test_what_ends_the_batch_is_raised() -> None:
    with pytest.raises(UsageError, match=r"full\."):
        run([[LOADED, "line", UsageError("The disk is full.", "Free some.")]], 3)


def test_no_more_workers_than_studies() -> None:
    lines, started = run([[LOADED, "line"]], 1, workers=8)
    assert (len(lines), len(started)) == (1, 1)
    assert run([], 0, workers=8) == ([], [])
