"""Writes cohort.csv files and the files they point to."""

from pathlib import Path

from core.cohort.read import read_cohort_table
from core.cohort.table import CohortProblem, CohortTable


def write_table(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A cohort.csv of these lines, the first being the header."""
    path = folder / "cohort.csv"
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path


def read_lines(folder: Path, *lines: str, encoding: str = "utf-8") -> CohortTable:
    return read_cohort_table(write_table(folder, *lines, encoding=encoding))


def problems_of(table: CohortTable, column: str | None) -> list[CohortProblem]:
    return [problem for problem in table.problems if problem.column == column]
