"""The node's processes: real ones, and others that end when they are told to."""

import multiprocessing
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import HescopeError, ModelInvalidError, UsageError
from core.node import pool
from core.node.pool import NodeWork, assess_until
from core.node.receive import take_in
from core.node.settings import NodeSettings
from core.node.state import State, StudyHeader, StudyState
from core.node.store import Store
from tests.node.conftest import write_study
from tests.node.real import wait_until

LOADED = "a" * 64


class Script:
    """A process that answers as it was told to; None is its end."""

    def __init__(self, answers: Iterable[str | bool | HescopeError | None]) -> None:
        self.task: str | None = None
        self.took: list[str] = []
        self.ended = False
        self._answers = iter(answers)

    def take(self, task: str) -> None:
        self.task = task
        self.took.append(task)

    def answer(self) -> str | bool | HescopeError | None:
        return next(self._answers)

    def end(self) -> None:
        self.ended = True


@pytest.fixture
def run(
    state: State, store: Store, settings: NodeSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[object]:
    """Has processes answer as scripted, one a look, until the scripts are at their end."""
    started: list[Script] = []

    def run(*scripts: list[str | bool | HescopeError | None], workers: int = 1) -> list[Script]:
        left = [Script(script) for script in scripts]
        ended = threading.Event()
        looks = sum(map(len, scripts))

        def start(*_: object) -> Script:
            started.append(left.pop(0))
            return started[-1]

        def ready(at_work: list[Script]) -> list[Script]:
            nonlocal looks
            looks -= 1
            if not looks:
                ended.set()
            return at_work[:1]

        monkeypatch.setattr(pool, "Assessing", start)
        monkeypatch.setattr(pool, "ready", ready)
        assess_until(ended, state, NodeWork(store, settings, Path("model")), workers)
        return started

    yield run
    assert all(script.ended for script in started)


def due(state: State, *study_uids: str) -> None:
    for study_uid in study_uids:
        state.received(StudyHeader(study_uid), wait_s=0.0)


def states(state: State) -> dict[str, StudyState]:
    return {one.header.study_uid: one.state for one in state.studies()}


def test_a_process_that_is_free_gets_the_study_whose_turn_it_is(run, state: State) -> None:
    due(state, "1.1", "1.2")
    (process,) = run([LOADED, True, True])
    assert process.took == ["1.1", "1.2"]


def test_a_process_that_ends_is_replaced_and_its_study_comes_behind_the_others(
    run, state: State
) -> None:
    due(state, "1.1", "1.2")
    first, second = run([LOADED, None], [LOADED, True, True])
    assert (first.took, second.took) == (["1.1"], ["1.2", "1.1"])


def test_a_study_that_ends_every_process_is_refused(run, state: State) -> None:
    due(state, "1.1")
    run(*[[LOADED, None]] * 5, [LOADED])
    assert states(state) == {"1.1": StudyState.REFUSED}


def test_processes_that_end_while_they_load_end_the_node(run, state: State) -> None:
    with pytest.raises(UsageError, match="memory"):
        run([None], [None, True], workers=2)


def test_a_model_that_cannot_be_used_ends_the_node(run, state: State) -> None:
    with pytest.raises(ModelInvalidError):
        run([ModelInvalidError("Altered.", "Get it again."), True])


@contextmanager
def assessing(state: State, work: NodeWork, workers: int) -> Iterator[None]:
    ended = threading.Event()
    thread = threading.Thread(target=assess_until, args=(ended, state, work, workers))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_studies_are_assessed_once_though_processes_are_killed(
    store: Store, state: State, settings: NodeSettings, untrained_model: Path, tmp_path: Path
) -> None:
    for number in range(3):
        for file in write_study(tmp_path / str(number)).iterdir():
            take_in(file.read_bytes(), store, state, wait_s=0.0)
    with assessing(state, NodeWork(store, settings, untrained_model, "cpu"), workers=2):
        wait_until(lambda: StudyState.ASSESSING in states(state).values(), within_s=120)
        for process in multiprocessing.active_children():
            process.kill()
        wait_until(lambda: set(states(state).values()) == {StudyState.DONE}, within_s=240)
    assert multiprocessing.active_children() == []
    assert len({one.result for one in state.studies()}) == 3
    said = [entry.event for entry in state.trail()]
    assert sum('"what":"assessed"' in event for event in said) == 3
