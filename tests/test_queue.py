import os
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from core.progress import Cancelled, Progress
from core.queue import Ticket, WorkQueue

SOON_S = 20.0  # nothing here takes a tenth of a second; a stuck test shall end all the same


@pytest.fixture
def queue() -> Iterator[WorkQueue]:
    opened = WorkQueue()
    yield opened
    opened.close()


class Held:
    """Work that goes on until it is told to end."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()

    def __call__(self, progress: Progress) -> str:
        progress("holding", 0.5)
        self.began.set()
        while not self.may_end.wait(0.01):
            progress("holding", 0.5)
        return "held"


@pytest.fixture
def held(queue: WorkQueue) -> Iterator[tuple[Held, Ticket[str]]]:
    work = Held()
    ticket = queue.submit(work)
    assert work.began.wait(SOON_S)
    yield work, ticket
    work.may_end.set()


def named(order: list[str], name: str) -> Callable[[Progress], str]:
    def work(_progress: Progress) -> str:
        order.append(name)
        return name

    return work


def test_first_come_first_served(queue: WorkQueue, held: tuple[Held, Ticket[str]]) -> None:
    order: list[str] = []
    tickets = [queue.submit(named(order, name)) for name in "abc"]
    held[0].may_end.set()
    assert [ticket.result() for ticket in tickets] == order == ["a", "b", "c"]


def test_one_piece_at_a_time(queue: WorkQueue) -> None:
    at_work, most = [], []

    def work(_progress: Progress) -> None:
        at_work.append(1)
        most.append(len(at_work))
        at_work.pop()

    for ticket in [queue.submit(work) for _ in range(50)]:
        ticket.result()
    assert set(most) == {1}


def test_who_waits_sees_how_many_go_first(queue: WorkQueue, held: tuple[Held, Ticket[str]]) -> None:
    first, second = (queue.submit(named([], name)) for name in "ab")
    assert (held[1].standing().before, held[1].standing().stage) == (0, "holding")
    assert [ticket.standing().before for ticket in (first, second)] == [1, 2]
    assert second.standing().stage is None
    held[0].may_end.set()
    second.result()
    assert second.standing().before == 0


def test_time_to_the_turn_is_foretold_once_something_is_known(
    queue: WorkQueue, held: tuple[Held, Ticket[str]]
) -> None:
    nothing_known, behind = (queue.submit(named([], name)) for name in "ab")
    # The held piece says that it is half done: as long again, by its own pace.
    assert (nothing_known.standing().left_s or -1) >= 0
    assert behind.standing().left_s is None  # no piece has ended yet, so none is usual
    held[0].may_end.set()
    behind.result()
    again = Held()
    running = queue.submit(again)
    assert again.began.wait(SOON_S)
    last = [queue.submit(named([], name)) for name in "cd"][1]
    assert last.standing().left_s is not None
    again.may_end.set()
    running.result()


def test_cancelled_while_it_waits_is_never_begun(
    queue: WorkQueue, held: tuple[Held, Ticket[str]]
) -> None:
    order: list[str] = []
    unwanted, wanted = queue.submit(named(order, "a")), queue.submit(named(order, "b"))
    unwanted.cancel()
    assert unwanted.ended()
    assert wanted.standing().before == 1  # the place of the cancelled one is free at once
    held[0].may_end.set()
    wanted.result()
    assert order == ["b"]
    with pytest.raises(Cancelled):
        unwanted.result()


def test_cancelled_under_way_ends_at_its_next_report(
    queue: WorkQueue, held: tuple[Held, Ticket[str]]
) -> None:
    held[1].cancel()
    assert held[1].ended(SOON_S)
    with pytest.raises(Cancelled):
        held[1].result()
    assert queue.submit(named([], "next")).result() == "next"


def test_failure_is_the_holders_alone(queue: WorkQueue) -> None:
    def fail(_progress: Progress) -> None:
        raise ValueError("broken")

    failed = queue.submit(fail)
    assert queue.submit(named([], "next")).result() == "next"
    with pytest.raises(ValueError, match="broken"):
        failed.result()


def test_closed_queue_ends_what_is_left(queue: WorkQueue, held: tuple[Held, Ticket[str]]) -> None:
    waiting = queue.submit(named([], "a"))
    queue.close()
    assert held[1].ended(SOON_S)
    assert waiting.ended(SOON_S)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a niceness for each thread")
def test_work_yields_to_the_screen(queue: WorkQueue) -> None:
    def niceness(_progress: Progress) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert queue.submit(niceness).result() > os.getpriority(os.PRIO_PROCESS, 0)
