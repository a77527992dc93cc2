"""The same studies on a Ray cluster, for many machines that share a file system.

Ray is no part of HEscope's requirements: ``pip install --group cluster``.
"""

import os
import socket
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.batch.pool import Answer, Workers, hand_out
from core.batch.work import BatchWork, Done, Heard, Pool, StudyTask
from core.errors import HescopeError, UsageError

_LOOK_S = 1.0
_PATIENCE_S = 10.0
_PROGRAM = Path(__file__).parents[2]


def ray_cluster(address: str) -> Pool:
    """Pool of a process a core of a cluster; program, model and studies have the same paths there.

    Raises
    ------
    UsageError
        Ray is not installed, or there is no cluster at the address.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the cluster
    try:
        import ray  # noqa: PLC0415  large, and only here
    except ImportError as error:
        raise UsageError(
            "Found no Ray, expected it for --ray.", "Install it: pip install --group cluster."
        ) from error
    environment = {
        "PYTHONPATH": str(_PROGRAM),
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    try:
        if ":" in address:  # Ray would ask again for minutes
            host, _, port = address.removeprefix("ray://").rpartition(":")
            socket.create_connection((host, int(port)), _PATIENCE_S).close()
        ray.init(address, log_to_driver=False, runtime_env={"env_vars": environment})
    except (OSError, ValueError) as error:
        raise UsageError(
            f"Found no Ray cluster at {address}.", "Start one (`ray start --head`), or mend it."
        ) from error
    return partial(_assessed, ray)


def _assessed(
    ray: Any, tasks: Sequence[StudyTask], work: BatchWork, heard: Heard
) -> Iterator[Done]:
    count = int(ray.cluster_resources().get("CPU", 1))
    yield from hand_out(
        tasks, Workers(count, partial(_Actor, ray, work), partial(_ready, ray)), heard
    )
    ray.shutdown()


class _Assessor:
    """What runs on the cluster."""

    def __init__(self) -> None:
        self._assessor: Any = None

    def load(self, work: BatchWork) -> str | HescopeError:
        from core.batch.study import load_assessor  # noqa: PLC0415  networks, on the cluster only

        try:
            self._assessor = load_assessor(work)
        except HescopeError as error:
            return error
        return str(self._assessor.model.identity.sha256)

    def line(self, task: StudyTask) -> Answer:
        try:
            answer: Answer = self._assessor.line(task)
        except HescopeError as error:
            return error
        return answer


class _Actor:
    """A worker; see ``core.batch.pool``."""

    def __init__(self, ray: Any, work: BatchWork) -> None:
        self._ray = ray
        self._actor = ray.remote(num_cpus=1)(_Assessor).remote()
        self.task: StudyTask | None = None
        self.answering = self._actor.load.remote(work)

    def take(self, task: StudyTask) -> None:
        self.task = task
        self.answering = self._actor.line.remote(task)

    def answer(self) -> Answer:
        try:
            answer: Answer = self._ray.get(self.answering)
        except self._ray.exceptions.RayError:
            return None
        return answer

    def end(self) -> None:
        self._ray.kill(self._actor)


def _ready(ray: Any, workers: Sequence[_Actor]) -> list[_Actor]:
    answering = [worker.answering for worker in workers]
    answered, _ = ray.wait(answering, num_returns=1, timeout=_LOOK_S)
    return [worker for worker in workers if worker.answering in answered]
