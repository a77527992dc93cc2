"""Work that waits its turn: assessments share a device, and each wants the whole of it.

One piece at a time, first come first served, in a thread of its own.  Who handed a piece in may
look at where it stands, cancel it, or go away: it is done all the same, and its result is there for
whoever holds the ticket.
"""

import os
import statistics
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.memory import give_back
from core.progress import Cancelled, Progress, silent

Result = TypeVar("Result")

_USUAL_OF = 5  # the last pieces, by whose duration the next ones are foretold
_FORETELLING = 0.2  # below this share of a piece, the rest cannot be foretold from it
_NICENESS = 10  # at 19, one busy program at the side holds up an assessment for minutes
_LOOK_S = 0.2  # between two looks at where a piece stands


def about(seconds: float) -> str:
    """Time to come, in words.

    >>> about(6.4)
    'about 6 s'
    """
    return f"about {max(1, round(seconds))} s"


def foretold_s(elapsed_s: float, done: float) -> float | None:
    """Seconds to the end of work by its own pace; None while too little of it is done."""
    return elapsed_s * (1 - done) / done if done >= _FORETELLING else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a piece of work stands.

    ``before`` counts the pieces that go first; ``stage`` is None until it is under way, ``done`` in
    [0, 1].  ``left_s`` is the time to its turn, then to its end; None while nothing foretells it.
    """

    before: int
    stage: str | None
    done: float
    left_s: float | None

    @property
    def what(self) -> str:
        """The stage, or who goes first."""
        if self.stage is not None:
            return self.stage
        return f"{self.before} before you" if self.before else "Next"

    @property
    def in_words(self) -> str:
        """The stage, or who goes first; then the time left, where it can be foretold."""
        if self.stage is not None:
            return f"{self.what} …" + ("" if self.left_s is None else f" {about(self.left_s)} left")
        return self.what + ("" if self.left_s is None else f", {about(self.left_s)}")


class Ticket(Generic[Result]):
    """A piece of work that a queue has taken, and its result; any thread may hold it."""

    def __init__(self, queue: "WorkQueue", work: Callable[[Progress], Result]) -> None:
        self._queue = queue
        self._work: Callable[[Progress], Result] | None = work
        self._unwanted = threading.Event()
        self._under_way: _UnderWay | None = None
        self.future: Future[Result] = Future()

    def standing(self) -> Standing:
        """Where the piece stands now."""
        return self._queue.standing(self)

    def cancel(self) -> None:
        """End the piece: at once while it waits, else at its next report of progress."""
        self._unwanted.set()
        self.future.cancel()

    def ended(self, within_s: float = 0.0) -> bool:
        """Whether the piece has ended in whatever way; waits for that so long, seconds."""
        if not self.future.done():  # one that was cancelled while it waited wakes nobody
            wait_for([self.future], within_s)
        return self.future.done()

    @property
    def succeeded(self) -> bool:
        """Whether the piece has ended with a result."""
        future = self.future
        return future.done() and not future.cancelled() and future.exception() is None

    def result(self) -> Result:
        """What the work returned or raised; waits for it.

        Raises
        ------
        Cancelled
            The piece was cancelled.
        """
        try:
            return self.future.result()
        except CancelledError as error:
            raise Cancelled from error

    @property
    def under_way(self) -> "_UnderWay | None":
        """How far the piece is, None while it waits."""
        return self._under_way

    def run(self) -> Result:
        """Do the work; called by the queue."""
        work, self._work = self._work, None  # what it holds, uploads say, goes with its end
        began = time.monotonic()
        self._under_way = _UnderWay(began, "", 0.0)

        def report(stage: str, done: float) -> None:
            if self._unwanted.is_set():
                raise Cancelled
            self._under_way = _UnderWay(began, stage, done)

        if work is None:
            raise RuntimeError("A ticket's work is done once.")
        try:
            return work(report)
        finally:
            del work
            give_back()


@dataclass(frozen=True, slots=True)
class _UnderWay:
    began: float
    stage: str
    done: float

    def left_s(self, usual_s: float | None) -> float | None:
        """Seconds to the end, by its own pace or else by the usual one."""
        elapsed_s = time.monotonic() - self.began
        own_s = foretold_s(elapsed_s, self.done)
        if own_s is not None or usual_s is None:
            return own_s
        return max(0.0, usual_s - elapsed_s)


class WorkQueue:
    """The one lock of a device: pieces of work in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # of what follows
        self._tickets: list[Ticket[Any]] = []  # not ended, in order
        self._durations_s: deque[float] = deque(maxlen=_USUAL_OF)
        self._executor = ThreadPoolExecutor(1, "assessment", let_the_screen_go_first)

    def submit(self, work: Callable[[Progress], Result]) -> Ticket[Result]:
        """Put work at the end of the queue; it is given a progress that hears of a cancellation."""
        ticket: Ticket[Result] = Ticket(self, work)
        with self._lock:
            self._tickets.append(ticket)
            ticket.future = self._executor.submit(ticket.run)
        ticket.future.add_done_callback(lambda _: self._ended(ticket))
        return ticket

    def do(self, work: Callable[[Progress], Result], progress: Progress = silent) -> Result:
        """Result of work that waits its turn; ``progress`` hears of both, and may end both."""
        ticket = self.submit(work)
        try:
            while not ticket.ended(_LOOK_S):
                standing = ticket.standing()
                progress(standing.what, standing.done)
            return ticket.result()
        finally:
            ticket.cancel()  # of one that has ended: nothing

    def standing(self, ticket: Ticket[Any]) -> Standing:
        """Where a ticket stands now."""
        with self._lock:
            ahead = self._ahead_of(ticket)
            usual_s = statistics.fmean(self._durations_s) if self._durations_s else None
        mine = ticket.under_way
        if mine is not None:
            return Standing(0, mine.stage, mine.done, mine.left_s(usual_s))
        return Standing(len(ahead), None, 0.0, _seconds_to_turn(ahead, usual_s))

    def close(self) -> None:
        """Cancel all that is left; nothing more is taken."""
        with self._lock:
            left = list(self._tickets)
        for ticket in left:
            ticket.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _ahead_of(self, ticket: Ticket[Any]) -> list[Ticket[Any]]:
        if ticket not in self._tickets:
            return []
        return self._tickets[: self._tickets.index(ticket)]

    def _ended(self, ticket: Ticket[Any]) -> None:
        with self._lock:
            self._tickets.remove(ticket)
            if ticket.succeeded and ticket.under_way is not None:
                self._durations_s.append(time.monotonic() - ticket.under_way.began)


def _seconds_to_turn(ahead: list[Ticket[Any]], usual_s: float | None) -> float | None:
    """Seconds until all those ahead are done, None if one of them cannot be foretold."""
    left = [
        usual_s if other.under_way is None else other.under_way.left_s(usual_s) for other in ahead
    ]
    known = [seconds for seconds in left if seconds is not None]
    return sum(known) if len(known) == len(left) else None


def let_the_screen_go_first() -> None:
    """Yield the processor to what people look at: this thread, and those that it starts.

    An engine keeps the threads that it starts when it is loaded: what is loaded ahead is loaded so.
    Linux alone has a niceness for each thread; elsewhere they are equals.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
