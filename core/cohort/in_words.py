"""A cohort in words: the problems of its table, who is in it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from core.cohort.describe import CohortDescription, Count, Summary
from core.cohort.table import CohortProblem


def problem_lines(problems: Iterable[CohortProblem]) -> list[str]:
    """Problems one a line; the same problem of a column in many rows is one line."""
    lines = []
    for (severity, column, message, remedy), alike in groupby(sorted(problems, key=_kind), _kind):
        rows = [str(problem.row) for problem in alike if problem.row is not None]
        place = ", ".join(filter(None, (column, _rows(rows))))
        lines.append(f"{severity.capitalize()}: {place or 'table'}: {message} {remedy}")
    return lines


def patients_in_words(description: CohortDescription) -> str:
    """How many patients, known outcomes and expansions."""
    rate = description.outcome_rate
    share = "" if rate is None else f" ({_percent(rate)})"
    patients = "simulated patients" if description.simulated else "patients"
    return (
        f"{description.patients} {patients}, {description.outcome_known} with a known outcome, "
        f"{description.expanded} expanded{share}"
    )


def summary_in_words(summary: Summary) -> str:
    """Mean ± SD, or count and its share of the known values; a dash where none is known."""
    if not summary.n:
        return "\N{EM DASH}"
    if isinstance(summary, Count):
        return f"{summary.count} ({_percent(summary.count / summary.n)})"
    sd = "\N{EM DASH}" if summary.sd is None else f"{summary.sd:.3g}"
    return f"{summary.mean:.4g} ± {sd}"


def _percent(share: float) -> str:
    """An observed share; unlike a predicted risk it can be 0 or 1."""
    return f"{100 * share:.1f} %"


def _kind(problem: CohortProblem) -> tuple[str, ...]:
    return problem.severity, problem.column or "", problem.message, problem.remedy


def _rows(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return f"{'row' if len(rows) == 1 else 'rows'} {', '.join(rows)}"
