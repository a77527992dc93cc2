"""Verbs that are killed at random moments, and what they leave."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil

from core.batch.results import RESULTS
from tests.faults.verbs import Verb, clear, refuse_cut_files, visible

ROOT = Path(__file__).parents[2]
LATEST = 1.1
"""When a call is killed at the latest, as a share of the duration of one that is not killed."""


@dataclass(frozen=True, slots=True)
class Kills:
    """What became of a verb: how often it was killed, and how often it was done before."""

    verb: str
    seconds: float
    killed: int
    done_before: int


def called(arguments: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    """The program, begun."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "core", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def killed(verb: Verb, count: int, seed: int = 0, latest: float = LATEST) -> Kills:
    """A verb killed so many times and gone on with, then left alone.

    Raises
    ------
    ValueError
        A file was cut, something was there twice, a process was left, the last call failed, or a
        table of results is another than that of a call that was not killed.
    """
    random = Random(f"{verb.name} {seed}")
    clear(verb.out)
    began = time.monotonic()
    _finished(verb.call)
    seconds = time.monotonic() - began
    expected, results = _names(verb), _results(verb)
    clear(verb.out)
    kills = 0
    for _ in range(count):
        if _names(verb) == expected:
            clear(verb.out)  # begin again: it was done, and there is nothing left to kill
        call = verb.again if verb.out.exists() else verb.call
        kills += _kill(call, random.uniform(0, latest * seconds))
        refuse_cut_files(verb.out)
        verb.once(verb.out)
    if _names(verb) != expected:
        _finished(verb.again)
    if _names(verb) != expected:
        raise ValueError(f"{verb.name} left {_names(verb)}, expected {expected}")
    if _results(verb) != results:
        raise ValueError(f"{verb.name} left other results than a call that was not killed")
    refuse_cut_files(verb.out)
    verb.once(verb.out)
    return Kills(verb.name, seconds, kills, count - kills)


def _names(verb: Verb) -> list[str]:
    return sorted(str(path.relative_to(verb.out)) for path in visible(verb.out))


def _results(verb: Verb) -> list[bytes]:
    return [path.read_bytes() for path in visible(verb.out) if path.name == RESULTS]


def _kill(call: tuple[str, ...], after_s: float) -> bool:
    """Whether the call was still at work then; none of its processes is left."""
    with called(call) as program:
        try:
            program.wait(after_s)
        except subprocess.TimeoutExpired:
            workers = psutil.Process(program.pid).children(recursive=True)
            program.send_signal(signal.SIGKILL)
            program.communicate()
            _, left = psutil.wait_procs(workers, timeout=20)
            if left:
                raise ValueError(f"{len(left)} workers outlived their batch") from None
            return True
        _refuse_failure(program)
        return False


def _finished(call: tuple[str, ...]) -> None:
    with called(call) as program:
        _refuse_failure(program)


def _refuse_failure(program: "subprocess.Popen[bytes]") -> None:
    _, said = program.communicate()
    if program.returncode:
        raise ValueError(f"exit code {program.returncode}: {said.decode()[-2000:]}")
