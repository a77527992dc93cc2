from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from app.opening import Opening, OpenStudy, Wanted
from app.tabs import Tabs
from core.domain import ClinicalFindings
from core.progress import Progress
from core.queue import WorkQueue


class World:
    """Sessions that live or not, and a clock that is moved by hand."""

    def __init__(self, kept_bytes: int) -> None:
        self.alive: set[str] = set()
        self.now_s = 0.0
        self.tabs = Tabs(self.alive.__contains__, kept_bytes=kept_bytes, clock=lambda: self.now_s)

    def opened(self, session: str, token: str | None = None):
        self.alive.add(session)
        return self.tabs.attach(token, session)

    def after(self, seconds: float) -> tuple[str, ...]:
        self.now_s += seconds
        return self.tabs.let_go()


@pytest.fixture
def world(study: OpenStudy) -> World:
    """Room for two studies of closed tabs, not for three."""
    return World(kept_bytes=2 * study.nbytes)


def test_bytes_of_arrays_that_two_assessments_share_count_once(study: OpenStudy) -> None:
    made = study.assessment
    arrays = (made.volume.hu, made.segmentation.mask, made.activation)
    assert study.nbytes == sum(array.nbytes for array in arrays) + study.pictures.nbytes
    edited = replace(made, activation=np.ones_like(made.activation))
    assert replace(study, assessment=edited).nbytes == study.nbytes + made.activation.nbytes


def test_reload_finds_study_model_and_what_was_entered(
    world: World, study: OpenStudy, tmp_path
) -> None:
    tab = world.opened("first")
    tab.open(study)
    tab.findings, tab.model_folder = ClinicalFindings(gcs=7), tmp_path
    world.alive.remove("first")
    again = world.opened("second", tab.token)
    assert again.token == tab.token
    assert again.study is not None
    assert again.study.assessment is study.assessment
    assert again.study.clinical.gcs == 7
    assert again.model_folder == tmp_path


def test_duplicated_tab_is_a_tab_of_its_own(world: World, study: OpenStudy) -> None:
    tab = world.opened("first")
    tab.open(study)
    twin = world.opened("second", tab.token)
    assert twin.token != tab.token
    assert twin.study is study
    twin.open(None)
    assert tab.study is study


def test_unknown_token_is_a_new_tab_that_shows_nothing(world: World) -> None:
    assert world.opened("first", "guessed").study is None
    assert world.opened("second", "guessed").token != "guessed"


def test_open_tab_keeps_its_study_however_long(world: World, study: OpenStudy) -> None:
    tab = world.opened("first")
    tab.open(study)
    for _ in range(3):
        assert world.after(10_000) == ()
    assert tab.study is study


def test_session_of_a_closed_tab_is_closed_once(world: World, study: OpenStudy) -> None:
    tab = world.opened("first")
    tab.open(study)
    world.after(1)
    world.alive.remove("first")
    assert world.after(2) == ()  # a reload may still come
    assert world.after(4) == ("first",)
    assert world.after(1) == ()
    assert world.opened("second", tab.token).study is study


def test_closed_tabs_keep_what_there_is_room_for_the_latest_first(
    world: World, study: OpenStudy
) -> None:
    tabs = []
    for name in "abc":
        tab = world.opened(name)
        tab.open(study)
        tabs.append(tab)
        world.after(1)
        world.alive.remove(name)
        world.after(1)
    world.after(20)
    assert [tab.study is None for tab in tabs] == [True, False, False]


def test_last_closed_study_is_kept_whatever_its_size(study: OpenStudy) -> None:
    world = World(kept_bytes=1)
    tab = world.opened("first")
    tab.open(study)
    world.alive.remove("first")
    world.after(20)
    assert tab.study is study
    world.after(3_600)  # for minutes, not for ever
    assert tab.study is None


def test_study_that_came_after_its_tab_was_closed_is_there_for_a_reload(
    world: World, study: OpenStudy
) -> None:
    queue = WorkQueue()
    tab = world.opened("first")
    may_end: Future[None] = Future()

    def work(progress: Progress) -> OpenStudy:
        may_end.result()
        progress("done", 1.0)
        return study

    ticket = queue.submit(work)
    tab.expect(Opening(ticket, wanted=Wanted(())))
    world.alive.remove("first")
    world.after(20)
    may_end.set_result(None)
    ticket.result()
    world.after(1)
    assert world.opened("second", tab.token).study is study
    queue.close()


def test_another_choice_cancels_what_was_on_its_way(world: World, study: OpenStudy) -> None:
    queue = WorkQueue()
    tab = world.opened("first")
    first, second = (queue.submit(partial(lambda study, _progress: study, study)) for _ in range(2))
    tab.expect(Opening(first, wanted=Wanted(())))
    tab.expect(Opening(second, wanted=Wanted(())))
    assert second.result() is study
    assert tab.opening is not None
    assert tab.opening.ticket is second
    queue.close()
