"""A cohort as a data frame, for statistics."""

import pandas as pd

from core.cohort.columns import VALUES
from core.cohort.expansion import ExpansionDefinition
from core.cohort.outcome import outcome
from core.cohort.table import CohortTable
from core.risk.variables import VARIABLES

OUTCOME = "expanded"

DESCRIBED = {
    name: variable for name, variable in VALUES.items() if name not in {OUTCOME, "simulated"}
}
"""The variables of a frame beside its outcome."""

_DTYPES = {"boolean": "boolean", "choice": "string"}


def cohort_frame(table: CohortTable, definition: ExpansionDefinition | None = None) -> pd.DataFrame:
    """Values of a cohort, one row a patient, one column a variable, and ``expanded``.

    The outcome is that of ``core.cohort.outcome``.  Numbers are float64 with NaN for unknown; yes
    and no are "boolean" and choices "string", with NA for unknown.
    """
    columns = {
        name: pd.Series(
            [getattr(row.clinical if name in VARIABLES else row, name) for row in table.rows],
            dtype=_DTYPES.get(variable.kind, "float64"),
        )
        for name, variable in DESCRIBED.items()
    }
    outcomes = pd.Series([outcome(row, definition) for row in table.rows], dtype="boolean")
    patients = pd.Index([row.patient for row in table.rows], name="patient")
    return pd.DataFrame(columns | {OUTCOME: outcomes}).set_index(patients)
