"""The volumes of a cohort's hematomas, measured on its masks."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.cohort.table import CohortProblem, CohortRow, CohortTable
from core.dicom import find_series, read_volume
from core.domain import BoolArray, Geometry, Segmentation, Severity
from core.errors import StudyUnusableError
from core.imaging.measures import abc2_ml, volume_ml
from core.progress import Progress, silent

Measure = Callable[[BoolArray, Geometry], float]

MEASURES: dict[str, Measure] = {"segmentation": volume_ml, "ellipsoid": abc2_ml}
"""How a volume, mL, is measured on a mask: by its voxels, or as 0.523 x D1 x D2 x D3 (Lee 2024)."""

_HEMATOMA = 1


def measure_volumes(
    table: CohortTable, measure: Measure, progress: Progress = silent
) -> CohortTable:
    """The table with both volumes of each patient as measured on the masks.

    Given volumes give way even where there is no mask: between two ways of measuring, their
    difference would pass for growth.  A mask that cannot be measured is a problem of the table.
    """
    rows, problems = [], list(table.problems)
    for done, row in enumerate(table.rows):
        progress("Measuring masks", done / len(table.rows))
        baseline_ml, baseline_problem = _measured(row, "mask", measure)
        follow_up_ml, follow_up_problem = _measured(row, "follow_up_mask", measure)
        rows.append(replace(row, volume_ml=baseline_ml, follow_up_volume_ml=follow_up_ml))
        problems += [p for p in (baseline_problem, follow_up_problem) if p]
    columns = dict.fromkeys((*table.columns, "volume_ml", "follow_up_volume_ml"))
    return replace(table, columns=tuple(columns), rows=tuple(rows), problems=tuple(problems))


def read_mask(path: Path) -> Segmentation:
    """Hematoma of a NIfTI mask: 1 is hematoma; other labels are something else.

    Raises
    ------
    StudyUnusableError
        The file cannot be read, or has labels of which none is 1.
    """
    (series,) = find_series(path)
    volume = read_volume(series)
    mask = volume.hu == _HEMATOMA
    if volume.hu.any() and not mask.any():
        raise StudyUnusableError(
            f"The mask {path.name} has labels up to {volume.hu.max()}, expected 1 for hematoma.",
            "Export the mask again with 1 for hematoma and 0 elsewhere.",
        )
    return Segmentation(mask, volume.geometry)


def _given_way(row: CohortRow, column: str) -> CohortProblem | None:
    """That a volume of the table is not used, where there is one."""
    given = column.replace("mask", "volume_ml")
    if getattr(row, given) is None:
        return None
    return CohortProblem(
        row.number,
        given,
        "The volume is not used: all are measured on masks, and there is no mask for it.",
        f"Add {column}, or take the volumes as given.",
        Severity.WARNING,
    )


def _measured(
    row: CohortRow, column: str, measure: Measure
) -> tuple[float | None, CohortProblem | None]:
    """Volume of a mask of the row, mL, None without one, and what is wrong with it."""
    path: Path | None = getattr(row, column)
    if path is None:
        return None, _given_way(row, column)
    try:
        segmentation = read_mask(path)
    except StudyUnusableError as error:
        return None, CohortProblem(row.number, column, error.message, error.remedy)
    if column == "mask" and not segmentation.mask.any():
        return None, CohortProblem(
            row.number,
            column,
            "The baseline mask is empty, expected a hematoma.",
            "Outline the hematoma, or leave the patient out.",
        )
    return measure(segmentation.mask, segmentation.geometry), None
