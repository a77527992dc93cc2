"""A cohort as read from cohort.csv: one row a patient, and what is wrong with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.domain import ClinicalFindings, Severity
from core.errors import ClinicalDataError


@dataclass(frozen=True, slots=True)
class CohortProblem:
    """Something to mend in a cohort's table; a refusal must be, before the table is used.

    ``row`` is that of a spreadsheet, the header being row 1; None is the whole column or table.
    ``column`` is None where the problem is the whole row's.  No text of a cell is repeated, for it
    may be a patient's name.
    """

    row: int | None
    column: str | None
    message: str
    remedy: str
    severity: Severity = Severity.REFUSAL


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One patient; None is unknown, and a value that was refused is unknown too.

    ``number`` is the row of the spreadsheet.  The fields are the columns of
    ``core.cohort.columns``; paths are ready to be opened.
    """

    number: int
    patient: str
    study: Path | None = None
    mask: Path | None = None
    follow_up: Path | None = None
    follow_up_mask: Path | None = None
    volume_ml: float | None = None
    follow_up_volume_ml: float | None = None
    expanded: bool | None = None
    ivh_follow_up: bool | None = None
    ivh_volume_ml: float | None = None
    ivh_follow_up_volume_ml: float | None = None
    irregular: bool | None = None
    blend: bool | None = None
    ndl: float | None = None
    l5_hu: float | None = None
    split: Literal["train", "test"] | None = None
    simulated: bool | None = None
    clinical: ClinicalFindings = ClinicalFindings()


@dataclass(frozen=True, slots=True)
class CohortTable:
    """The patients of a cohort.csv; ``columns`` are those that were read."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[CohortRow, ...]
    problems: tuple[CohortProblem, ...]

    @property
    def simulated(self) -> bool:
        """Whether any patient is simulated, so that every result must say so."""
        return any(row.simulated for row in self.rows)

    @property
    def refusals(self) -> tuple[CohortProblem, ...]:
        """Problems that must be mended before the table is used."""
        return tuple(p for p in self.problems if p.severity is Severity.REFUSAL)


def refuse_if_unusable(table: CohortTable) -> None:
    """Raise ClinicalDataError where a problem of the table must be mended before its use.

    A refused value reads as unknown: to go on would turn slips into missing values unseen.
    """
    if table.refusals:
        raise ClinicalDataError(
            f"{table.path.name} has {len(table.refusals)} problem(s) that must be mended, "
            "expected none.",
            "Each is listed with its row and remedy by `cohort check` and on the page Cohort.",
        )


def without_name(message: str, study: Path) -> str:
    """The message without the name of the study's file: results are handed on, and it may name."""
    return message.replace(study.name, "of this row") if study.is_file() else message
