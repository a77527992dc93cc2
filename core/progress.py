"""How long work tells its caller where it is, and hears that it should stop."""

import time
from typing import Protocol


class Progress(Protocol):
    """Called at each step; may raise ``Cancelled`` to end the work, which leaves nothing half done.

    ``stage`` names what is going on, ``done`` is the fraction of the whole in [0, 1].
    """

    def __call__(self, stage: str, done: float) -> None:
        """Report the stage under way and the fraction done."""


class Cancelled(Exception):  # noqa: N818  not an error: the user asked for it
    """The user ended the work."""


def silent(stage: str, done: float) -> None:
    """Progress that nobody watches."""


def part(progress: Progress, begin: float, end: float, name: str = "") -> Progress:
    """Progress of a piece of the work, which is the whole from ``begin`` to ``end``.

    name: what stands before each of its stages.
    """

    def report(stage: str, done: float) -> None:
        progress(name + stage, begin + (end - begin) * done)

    return report


def one_of(progress: Progress, place: int, count: int, noun: str = "") -> Progress:
    """Progress of one of ``count`` equal pieces, the first having place 0.

    noun: what the pieces are; each stage is then headed "Patient 1 of 9: ".
    """
    name = f"{noun} {place + 1} of {count}: " if noun else ""
    return part(progress, place / count, (place + 1) / count, name)


class Stages:
    """Names and times the stages of a piece of work, and reports each as it begins."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress = progress
        self._count = count
        self._began: list[tuple[str, float]] = []

    def begin(self, name: str) -> None:
        """Begin the next stage; the one before it ends here."""
        self._began.append((name, time.perf_counter()))
        self._progress(name, (len(self._began) - 1) / self._count)

    def seconds(self) -> dict[str, float]:
        """Seconds of each stage begun so far, the last one up to now."""
        ends = [at for _, at in self._began[1:]] + [time.perf_counter()]
        return {name: end - at for (name, at), end in zip(self._began, ends, strict=True)}
