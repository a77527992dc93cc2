"""The cells of a CSV file as spreadsheets write it."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.cohort.columns import COLUMNS, PATIENT
from core.cohort.table import CohortProblem
from core.domain import Severity
from core.errors import ClinicalDataError, UsageError
from core.given import content_of

_HEADER_ROW = 1


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Cells as text, stripped; the index of ``cells`` is the row of the spreadsheet."""

    cells: pd.DataFrame
    problems: tuple[CohortProblem, ...]


def read_sheet(path: Path) -> Sheet:
    """Cells of a comma- or semicolon-separated file in UTF-8.

    Rows without any text are no rows.  A row with more or fewer cells than the header is left out,
    for its values may stand in the wrong columns.

    Raises
    ------
    UsageError
        The file cannot be opened.
    ClinicalDataError
        It is no table with a header row that names the column ``patient``.
    """
    text, problems = _text(path)
    records = _records(path, text)
    header = _without_blank_end(records.pop(_HEADER_ROW, []))
    if PATIENT not in header:
        raise _no_table(
            path, f"has no column {PATIENT} in its first row, expected names of columns there"
        )
    if not records:
        raise _no_table(path, "has no row below its header, expected one for each patient")
    rows = {number: _fitted(record, len(header)) for number, record in records.items()}
    for number, row in rows.items():
        if len(row) != len(header):
            problems.append(_wrong_length(number, len(row), len(header)))
    fitting = {number: row for number, row in rows.items() if len(row) == len(header)}
    cells = pd.DataFrame(list(fitting.values()), pd.Index(fitting, dtype=int), header, dtype=str)
    problems += _doubtful_names(header)
    return Sheet(cells.loc[:, ~cells.columns.duplicated() & (cells.columns != "")], tuple(problems))


def _text(path: Path) -> tuple[str, list[CohortProblem]]:
    try:
        content = content_of(path)
    except OSError as error:
        raise UsageError(
            f"The table {path.name} cannot be read: {error.strerror}.",
            "Check its path and that you may read it.",
        ) from error
    if b"\0" in content:
        raise _no_table(path, "is no plain text in UTF-8, expected a CSV file")
    try:
        return content.decode("utf-8-sig"), []  # Excel begins UTF-8 with a mark
    except UnicodeDecodeError as error:
        foreign = CohortProblem(
            content.count(b"\n", 0, error.start) + 1,
            None,
            "The file is not UTF-8 from this row on; letters beyond A to Z are lost.",
            'Save it as "CSV UTF-8".',
        )
        return content.decode("utf-8-sig", errors="replace"), [foreign]


def _records(path: Path, text: str) -> dict[int, list[str]]:
    """Stripped cells of every row that has any, by the row of the spreadsheet."""
    separator = max(",;", key=text.partition("\n")[0].count)
    try:
        # newline="" leaves line breaks within quotes to the csv module
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:  # a quote that is never closed makes one endless cell
        raise _no_table(path, "holds a cell without end, expected closed quotes") from error
    stripped = [[cell.strip() for cell in record] for record in records]
    return {number: record for number, record in enumerate(stripped, _HEADER_ROW) if any(record)}


def _without_blank_end(record: list[str]) -> list[str]:
    last = max((at for at, cell in enumerate(record) if cell), default=-1)
    return record[: last + 1]


def _fitted(record: list[str], width: int) -> list[str]:
    """The record without the blank cells that spreadsheets add beyond the last column."""
    return record[:width] + _without_blank_end(record[width:])


def _wrong_length(number: int, found: int, expected: int) -> CohortProblem:
    return CohortProblem(
        number,
        None,
        f"The row has {found} cells, the header {expected}; it is not read.",
        "Look for a decimal comma, a separator or a quote within a cell; put text with a "
        "separator in quotes.",
    )


def _doubtful_names(header: list[str]) -> list[CohortProblem]:
    problems = []
    for at, name in enumerate(header):
        if not name:
            problems.append(
                CohortProblem(
                    _HEADER_ROW,
                    None,
                    f"Column {at + 1} has no name; it is not read.",
                    "Name it or delete it.",
                    Severity.WARNING,
                )
            )
        elif name in header[:at] and name in COLUMNS:
            problems.append(
                CohortProblem(
                    _HEADER_ROW,
                    name,
                    f"Column {at + 1} has the name of an earlier one; only that is read.",
                    "Delete one of the two.",
                )
            )
    return problems


def _no_table(path: Path, complaint: str) -> ClinicalDataError:
    return ClinicalDataError(
        f"{path.name} {complaint}.",
        'Save the spreadsheet as "CSV UTF-8", separated by comma or semicolon, with a first row '
        f"like {PATIENT},study,expanded,age_years,gcs,fibrinogen_mg_dl.",
    )
