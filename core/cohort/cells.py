"""From the text of a column to its values, with what people really write into tables."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.cohort.table import CohortProblem
from core.domain import ClinicalFindings, Severity
from core.errors import ClinicalDataError
from core.risk.clinical_input import implausible, read_value
from core.risk.variables import VARIABLES, UnitSlip, Value, Variable

# Not "none": of a drug it would mean "no".
_UNKNOWN_WORDS = frozenset(
    {"unknown", "n/a", "na", "n.a.", "#n/a", "nan", "null", "missing", "-", ".", "?"}
)


@dataclass(frozen=True, slots=True)
class _Slip:
    """A way to write a number that leaves none, and what to do about it."""

    pattern: re.Pattern[str]
    found: str
    remedy: str


_SLIPS = (
    _Slip(
        re.compile(r"[+-]?[\d.]*\d,\d+"),
        "has a comma; a decimal point, and no mark for thousands, is expected.",
        "Replace the decimal commas of this column by points.",
    ),
    _Slip(
        re.compile(r"[<>≤≥].*"),
        "is a limit; the value itself is expected.",
        "Write what was measured, or leave the cell blank: a value in its place would be a guess.",
    ),
    _Slip(
        # 2024-05-03, 03.05.2024, 3/5/24; 5-Mar, 03. Mai; Mar-05
        re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}.*|\d{1,2}[-.] ?[^\W\d]{3}.*|[^\W\d]{3}-\d{2}"),
        "is a date; a number is expected.",
        "Spreadsheets turn numbers into dates: format the column as text and enter it again.",
    ),
)


@dataclass(frozen=True, slots=True)
class Column:
    """Values of a column, None where unknown or refused, and what is wrong with its cells."""

    values: tuple[Value | Path | None, ...]
    problems: tuple[CohortProblem, ...]


def read_column(variable: Variable, cells: "pd.Series[str]") -> Column:
    """Values of a column; the index of ``cells`` is the row of the spreadsheet.

    Where most numbers would be right in another unit, the column has that one problem, and its
    numbers in that unit are refused together.
    """
    foreign = _rows_in_another_unit(variable, cells)
    values: list[Value | None] = []
    problems: list[CohortProblem] = []
    if foreign and variable.unit_slip:
        problems.append(_another_unit(variable, variable.unit_slip, len(foreign)))
    for row, text in zip(cells.index.tolist(), cells, strict=True):
        value, problem = _read_cell(variable, row, text, foreign=row in foreign)
        values.append(value)
        if problem:
            problems.append(problem)
    return Column(tuple(values), tuple(problems))


def _read_cell(
    variable: Variable, row: int, text: str, *, foreign: bool
) -> tuple[Value | None, CohortProblem | None]:
    """Value of a cell and what is wrong with it; ``foreign`` is a number in another unit."""
    if text.lower() in _UNKNOWN_WORDS:
        return None, CohortProblem(
            row,
            variable.name,
            f"{_name(variable)} is a word for unknown; it is taken as unknown.",
            "Leave the cell blank.",
            Severity.WARNING,
        )
    for slip in _SLIPS if variable.kind in {"number", "integer"} else ():
        if slip.pattern.fullmatch(text):
            return None, CohortProblem(
                row, variable.name, f"{_name(variable)} {slip.found}", slip.remedy
            )
    if foreign:
        return None, None
    try:
        value = read_value(variable, text)
    except ClinicalDataError as error:
        return None, CohortProblem(row, variable.name, error.message, error.remedy)
    return value, _implausible(variable, row, value)


def _implausible(variable: Variable, row: int, value: Value | None) -> CohortProblem | None:
    if variable.name not in VARIABLES:
        return None
    for finding in implausible(ClinicalFindings(**{variable.name: value})):  # type: ignore[arg-type]
        return CohortProblem(row, variable.name, finding.message, finding.remedy, finding.severity)
    return None


def _rows_in_another_unit(variable: Variable, cells: "pd.Series[str]") -> frozenset[int]:
    """Rows whose numbers are unusual, but would not be in another unit, if they are the most."""
    slip, usual = variable.unit_slip, variable.plausible_range or variable.hard_range
    if slip is None or usual is None:
        return frozenset()
    numbers = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce")
    foreign = ~numbers.between(*usual) & (numbers * slip.factor).between(*usual)
    if 2 * foreign.sum() <= numbers.notna().sum():
        return frozenset()
    return frozenset(cells.index[foreign].tolist())


def _another_unit(variable: Variable, slip: UnitSlip, count: int) -> CohortProblem:
    return CohortProblem(
        None,
        variable.name,
        f"{_name(variable)} has {count} value(s) that suit {slip.unit}, most of the column; "
        f"{variable.unit} is expected.",
        f"Multiply the column by {slip.factor:g}, once its unit is certain.",
    )


def _name(variable: Variable) -> str:
    return f"{variable.label} ({variable.name})"
