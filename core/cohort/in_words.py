"""The problems of a cohort's table as lines of text."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from core.cohort.table import CohortProblem


def problem_lines(problems: Iterable[CohortProblem]) -> list[str]:
    """Problems one a line; the same problem of a column in many rows is one line."""
    lines = []
    for (severity, column, message, remedy), alike in groupby(sorted(problems, key=_kind), _kind):
        rows = [str(problem.row) for problem in alike if problem.row is not None]
        place = ", ".join(filter(None, (column, _rows(rows))))
        lines.append(f"{severity.capitalize()}: {place or 'table'}: {message} {remedy}")
    return lines


def _kind(problem: CohortProblem) -> tuple[str, ...]:
    return problem.severity, problem.column or "", problem.message, problem.remedy


def _rows(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return f"{'row' if len(rows) == 1 else 'rows'} {', '.join(rows)}"
