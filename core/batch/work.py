"""What is to be done, and what all studies have in common.

Goes to every process: nothing here imports networks or pixels.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from core.batch.line import BatchLine
from core.cohort.table import CohortRow

if TYPE_CHECKING:
    from core.models.runtime import DeviceName, EngineName

Task_contra = TypeVar("Task_contra", contravariant=True)


class Work(Protocol[Task_contra]):
    """What a worker process is sent first."""

    def load(self) -> tuple[str, Callable[[Task_contra], object]]:
        """SHA-256 of the model once it is loaded, and what answers a task, never with None.

        Runs in the process.  A HescopeError ends all.
        """


Heard = Callable[[], None]
"""Called about once a second while studies are being assessed; may raise ``Cancelled``."""


@dataclass(frozen=True, slots=True)
class BatchWork:
    """A model folder, where and on which engine its networks run, and the folder of results.

    ``resume`` keeps what the same model and version made of the same images and findings, where all
    its files are still there.  ``child``: a patient under 19 is assessed too, and the line's
    findings say so.
    """

    model: Path
    folder: Path
    device: "DeviceName" = "auto"
    engine: "EngineName" = "auto"
    resume: bool = False
    child: bool = False

    def load(self) -> "tuple[str, Callable[[StudyTask], BatchLine]]":
        """What ``Work`` says: a patient's line answers a task."""
        from core.batch.study import load_assessor  # noqa: PLC0415  networks, in a worker alone

        assessor = load_assessor(self)
        return assessor.model.identity.sha256, assessor.line


@dataclass(frozen=True, slots=True)
class StudyTask:
    """A patient to assess; ``study`` is None where none was found."""

    row: CohortRow
    study: Path | None


Done: TypeAlias = tuple[StudyTask, BatchLine]
Pool: TypeAlias = Callable[[Sequence[StudyTask], BatchWork, Heard], Iterator[Done]]
"""Who assesses: each task with its line, as they come.

A task always leads to a line.  What no study can mend is raised: a model that is invalid
(ModelInvalidError), a folder that cannot be written to (UsageError).
"""
