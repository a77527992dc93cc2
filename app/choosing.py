"""What the user must answer before a study can be opened: which series, or whether at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.dicom import suitable_series, thumbnail
from core.domain import Asked, Series
from core.errors import HescopeError
from core.pipeline import as_asked


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A series that can be taken; ``picture`` (rows, columns) is None where none can be drawn.

    The best one of a single patient is suggested; of several patients none is.
    """

    asked: Asked
    name: str
    acquired_at: datetime | None
    n_slices: int
    reasons: tuple[str, ...]
    picture: NDArray[np.uint8] | None
    suggested: bool = False


class ChoiceNeededError(HescopeError):
    """Several series, or images of several patients: the user chooses."""

    def __init__(self, choices: tuple[Choice, ...], n_patients: int) -> None:
        of_whom = f"{n_patients} patients" if n_patients > 1 else "one patient"
        super().__init__(
            f"Found {len(choices)} series that could serve, of {of_whom}; one is needed.",
            "Choose the baseline non-contrast head CT.",
        )
        self.choices = choices


def choose_or_ask(found: Sequence[Series], asked: Asked) -> Series:
    """The series to take, where there is one alone or the user has chosen.

    Raises
    ------
    ChoiceNeededError
        There are several series that could serve, or images of several patients.
    StudyUnusableError
        There is no head CT.
    """
    numbers = {series.patient_number for series in found}
    suitable = suitable_series(found)
    if asked.series_uid is not None or not suitable or (len(suitable) == 1 and len(numbers) == 1):
        return as_asked(found, asked)
    choices = tuple(
        Choice(
            Asked(judged.series.uid, judged.series.patient_number, asked.child),
            _name(judged.series, of_several=len(numbers) > 1),
            judged.series.patient.acquired_at,
            judged.series.n_slices,
            judged.reasons,
            thumbnail(judged.series),
            suggested=judged is suitable[0] and len(numbers) == 1,
        )
        for judged in suitable
    )
    raise ChoiceNeededError(choices, len(numbers))


def _name(series: Series, *, of_several: bool) -> str:
    """Description of the series, and which patient's it is, by number."""
    name = series.description or "Series without description"
    return f"Patient {series.patient_number}: {name}" if of_several else name
