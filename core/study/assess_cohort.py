"""A cohort's studies read by the networks, for the nDL scores and volumes that its table lacks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from core.cohort.expansion import ExpansionDefinition
from core.cohort.outcome import outcome
from core.cohort.table import (
    CohortProblem,
    CohortRow,
    CohortTable,
    refuse_if_unusable,
    without_name,
)
from core.domain import Severity
from core.errors import StudyUnusableError
from core.models.folder import Model
from core.progress import Progress, one_of, silent
from core.study.readings import StudyReading, read_study

Scan = Literal["study", "follow_up"]
SCANS: tuple[Scan, ...] = ("study", "follow_up")
"""Columns of a cohort's studies."""

Turn = Callable[[Callable[[Progress], StudyReading], Progress], StudyReading]
"""Does the work of one study, as ``core.queue.WorkQueue.do`` when its turn has come."""

_ReadStudy = Callable[[Path, str, Progress], StudyReading]
_MEASURED = ("ndl", "l5_hu", "volume_ml", "follow_up_volume_ml")


def at_once(work: Callable[[Progress], StudyReading], progress: Progress) -> StudyReading:
    """Do the work now, where nobody else uses the device."""
    return work(progress)


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """A model that read studies of a cohort; ``scored`` are the rows whose nDL is its own."""

    model: Model
    scored: frozenset[int]


def assess_cohort(
    table: CohortTable,
    model: Model,
    folder: Path,
    *,
    definition: ExpansionDefinition | None = None,
    turn: Turn = at_once,
    progress: Progress = silent,
) -> tuple[CohortTable, Reader]:
    """The cohort with nDL, L5 and volumes from studies of patients who lack them, and their reader.

    A baseline is read where there is no nDL score; baseline and follow-up where the outcome hangs
    on volumes that are not both known, and then both are the networks'.  The nDL of a simulated
    patient with a study is drawn, not read, and gives way.  A study that cannot be assessed is a
    warning of the table.  Readings are kept in the folder: ended early, the same call goes on.
    ``turn`` does each study's work when it is its turn, where others use the device as well.

    Raises
    ------
    ClinicalDataError
        The table has something to mend.
    UsageError
        The folder cannot be written to.
    """
    refuse_if_unusable(table)

    def read(study: Path, patient: str, watched: Progress) -> StudyReading:
        return turn(partial(read_study, study, patient, model, folder), watched)

    rows = [_without_drawn_ndl(row) for row in table.rows]
    scans = {row.number: _scans_to_read(row, definition) for row in rows}
    waiting = [row for row in rows if scans[row.number]]
    completed: dict[int, CohortRow] = {}
    problems = list(table.problems)
    for done, row in enumerate(waiting):
        watched = one_of(progress, done, len(waiting), "Patient")
        readings, found = _read_row(row, scans[row.number], read, watched)
        completed[row.number] = _with_readings(row, readings)
        problems += found
    scored = (
        row.number for row in waiting if row.ndl is None and completed[row.number].ndl is not None
    )
    assessed = replace(
        table,
        columns=tuple(dict.fromkeys((*table.columns, *_MEASURED))),
        rows=tuple(completed.get(row.number, row) for row in rows),
        problems=tuple(problems),
    )
    return assessed, Reader(model, frozenset(scored))


def _without_drawn_ndl(row: CohortRow) -> CohortRow:
    return replace(row, ndl=None) if row.simulated and row.study else row


def _scans_to_read(row: CohortRow, definition: ExpansionDefinition | None) -> tuple[Scan, ...]:
    if row.study is None:
        return ()
    volumes_unknown = None in (row.volume_ml, row.follow_up_volume_ml)
    if row.follow_up and volumes_unknown and outcome(row, definition) is None:
        return SCANS
    return ("study",) if row.ndl is None else ()


def _read_row(
    row: CohortRow, scans: tuple[Scan, ...], read: _ReadStudy, progress: Progress
) -> tuple[dict[Scan, StudyReading], list[CohortProblem]]:
    """Readings of a patient's scans that can be assessed, and what is to say of each."""
    readings: dict[Scan, StudyReading] = {}
    problems = []
    for done, scan in enumerate(scans):
        path: Path = getattr(row, scan)
        watched = one_of(progress, done, len(scans))
        try:
            readings[scan] = found = read(path, row.patient, watched)
        except StudyUnusableError as error:
            message = f"The study cannot be assessed. {without_name(error.message, path)}"
            problems.append(_warning(row, scan, message, error.remedy))
        else:
            problems += [_warning(row, scan, f.message, f.remedy) for f in found.findings]
    return readings, problems


def _with_readings(row: CohortRow, readings: dict[Scan, StudyReading]) -> CohortRow:
    """The row with what was read; two ways of measuring never meet in one patient's growth."""
    baseline, follow_up = readings.get("study"), readings.get("follow_up")
    if baseline is None:
        return row
    found = replace(
        row,
        ndl=baseline.ndl if row.ndl is None else row.ndl,
        l5_hu=baseline.l5_hu if row.l5_hu is None else row.l5_hu,
    )
    volume_ml = baseline.volume_ml or None  # without a hematoma there is no baseline to grow from
    if follow_up is not None:
        return replace(found, volume_ml=volume_ml, follow_up_volume_ml=follow_up.volume_ml)
    if row.volume_ml is None and row.follow_up_volume_ml is None:
        return replace(found, volume_ml=volume_ml)
    return found


def _warning(row: CohortRow, scan: Scan, message: str, remedy: str) -> CohortProblem:
    return CohortProblem(row.number, scan, message, remedy, Severity.WARNING)
