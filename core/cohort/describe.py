"""Who is in a cohort: counts, means and standard deviations, by outcome."""

from dataclasses import dataclass

import pandas as pd

from core.cohort.expansion import ExpansionDefinition
from core.cohort.frame import DESCRIBED, OUTCOME, cohort_frame
from core.cohort.table import CohortTable
from core.risk.variables import Variable


@dataclass(frozen=True, slots=True)
class Numbers:
    """Mean and sample SD of the ``n`` known values, None where there are too few."""

    n: int
    missing: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the ``n`` known values are the level."""

    n: int
    missing: int
    count: int


Summary = Numbers | Count


@dataclass(frozen=True, slots=True)
class VariableDescription:
    """One variable, or one ``level`` of it, in all patients and by outcome."""

    name: str
    label: str
    unit: str
    level: str | None
    all: Summary
    expanded: Summary
    not_expanded: Summary


@dataclass(frozen=True, slots=True)
class CohortDescription:
    """The patients of a cohort; ``outcome_rate`` is the share of those whose outcome is known."""

    simulated: bool
    patients: int
    outcome_known: int
    expanded: int
    outcome_rate: float | None
    variables: tuple[VariableDescription, ...]


def describe(
    table: CohortTable, definition: ExpansionDefinition | None = None
) -> CohortDescription:
    """Description of a cohort, its outcome as ``core.cohort.outcome`` finds it."""
    frame = cohort_frame(table, definition)
    known = frame[OUTCOME].dropna().astype(bool)
    names = [name for name in DESCRIBED if name in table.columns]
    return CohortDescription(
        simulated=table.simulated,
        patients=len(frame),
        outcome_known=len(known),
        expanded=int(known.sum()),
        outcome_rate=float(known.mean()) if len(known) else None,
        variables=tuple(
            description for name in names for description in _described(DESCRIBED[name], frame)
        ),
    )


def _described(variable: Variable, frame: pd.DataFrame) -> list[VariableDescription]:
    """One description of a number or of yes, one for each level of a choice."""
    column, outcome = frame[variable.name], frame[OUTCOME]
    groups = column, column[outcome.fillna(False)], column[~outcome.fillna(True)]
    levels: tuple[str | None, ...] = variable.choices or (None,)
    return [
        VariableDescription(
            variable.name,
            variable.label,
            variable.unit,
            level,
            *(_summary(variable, level, group) for group in groups),
        )
        for level in levels
    ]


def _summary(variable: Variable, level: str | None, values: "pd.Series[float]") -> Summary:
    known = values.dropna()
    n, missing = len(known), len(values) - len(known)
    if variable.kind in {"boolean", "choice"}:
        wanted = True if level is None else level
        return Count(n, missing, int((known == wanted).sum()))
    return Numbers(
        n,
        missing,
        mean=float(known.mean()) if n else None,
        sd=float(known.std(ddof=1)) if n > 1 else None,
    )
