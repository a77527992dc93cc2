"""What is to be done, and what all studies have in common.

Goes to every process: nothing here imports networks or pixels.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from core.batch.line import BatchLine
from core.cohort.table import CohortRow

if TYPE_CHECKING:
    from core.models.runtime import DeviceName, EngineName

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
