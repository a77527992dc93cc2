"""Reads cohort.csv and says at once all that is wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.cohort.cells import Column, read_column
from core.cohort.checks import check_columns, check_rows
from core.cohort.columns import FILES, PATIENT, VALUES
from core.cohort.files import find_files
from core.cohort.sheet import read_sheet
from core.cohort.table import CohortProblem, CohortRow, CohortTable
from core.domain import ClinicalFindings
from core.risk.variables import VARIABLES


def read_cohort_table(path: Path) -> CohortTable:
    """Cohort of a CSV file, with every problem of its form, columns, cells and rows.

    No value is filled in for another: what is blank, refused or a word for unknown is None.  Rows
    without a pseudonym, and rows with too many or too few cells, are problems and no rows.

    Raises
    ------
    UsageError
        The file cannot be opened.
    ClinicalDataError
        It is no table with a column ``patient``.
    """
    sheet = read_sheet(path)
    names = tuple(sheet.cells.columns)
    named = sheet.cells[PATIENT] != ""
    problems = [*sheet.problems, *map(_no_patient, sheet.cells.index[~named].tolist())]
    cells = sheet.cells[named]
    problems += check_columns(cells)
    columns: dict[str, Column] = {}
    for name in names:
        if name in VALUES:
            columns[name] = read_column(VALUES[name], cells[name])
        elif name in FILES:
            columns[name] = find_files(cells[name], path.parent)
    patients = zip(cells.index.tolist(), cells[PATIENT], strict=True)
    rows = tuple(
        _row(number, patient, {name: column.values[at] for name, column in columns.items()})
        for at, (number, patient) in enumerate(patients)
    )
    problems += [problem for column in columns.values() for problem in column.problems]
    problems += check_rows(rows)
    return CohortTable(path, (PATIENT, *columns), rows, _in_order(problems))


def _row(number: int, patient: str, values: Mapping[str, Any]) -> CohortRow:
    clinical = {name: value for name, value in values.items() if name in VARIABLES}
    others = {name: value for name, value in values.items() if name not in VARIABLES}
    return CohortRow(number, patient, clinical=ClinicalFindings(**clinical), **others)


def _in_order(problems: list[CohortProblem]) -> tuple[CohortProblem, ...]:
    """Those of the table and its columns first, then row by row."""
    return tuple(sorted(problems, key=lambda problem: problem.row or 0))


def _no_patient(number: int) -> CohortProblem:
    return CohortProblem(
        number,
        PATIENT,
        "The row names no patient; it is not read.",
        "Give it the patient's pseudonym, or delete it.",
    )
