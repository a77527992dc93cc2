"""The files that a cohort's table points to."""

import os
from pathlib import Path

import pandas as pd

from core.cohort.cells import Column
from core.cohort.table import CohortProblem
from core.dicom.nifti import is_nifti
from core.domain import Severity

_MASKS = ("mask", "follow_up_mask")


def find_files(cells: "pd.Series[str]", folder: Path) -> Column:
    """Paths of a column, None where blank or refused, and what is wrong with its cells.

    A baseline study is expected of every patient; the other files are optional.
    """
    column = str(cells.name)
    needed = column == "study" and cells.any()
    paths: list[Path | None] = []
    problems: list[CohortProblem] = []
    for number, text in zip(cells.index.tolist(), cells, strict=True):
        path = folder / text.replace("\\", "/")  # tables are written on Windows and read elsewhere
        problem = _problem(number, column, path) if text else None
        paths.append(path if text and problem is None else None)
        if problem:
            problems.append(problem)
        elif needed and not text:
            problems.append(_no_study(number))
    return Column(tuple(paths), tuple(problems))


def _problem(number: int, column: str, path: Path) -> CohortProblem | None:
    if not os.path.exists(path):  # False, not an error, for what cannot be a path
        return CohortProblem(
            number,
            column,
            "There is no file or folder at this path.",
            "Give it relative to the folder of the table, or leave the cell blank.",
        )
    if column in _MASKS and not is_nifti(path):
        return CohortProblem(
            number,
            column,
            "The mask is no NIfTI file, expected .nii or .nii.gz.",
            "Export the mask as NIfTI on the grid of its CT.",
        )
    return None


def _no_study(number: int) -> CohortProblem:
    return CohortProblem(
        number,
        "study",
        "The patient has no baseline study; models with images leave the patient out.",
        "Add the path of the study.",
        Severity.WARNING,
    )
