"""The patients of a cohort from whom a model can be made, and on whom it can be tested."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.cohort.expansion import ExpansionDefinition
from core.cohort.frame import OUTCOME, cohort_frame
from core.cohort.table import CohortTable, refuse_if_unusable
from core.domain import BoolArray, FloatArray
from core.errors import ClinicalDataError
from core.risk.image_variables import NDL
from core.risk.logistic import LogisticModel
from core.study.design import design_frame


def patients_with_outcome(
    table: CohortTable, definition: ExpansionDefinition | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """Cohort frame of the patients whose outcome is known, and the split that the table gives.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, no outcome, or none of these patients an nDL score.
    """
    refuse_if_unusable(table)
    frame = cohort_frame(table, definition)
    known = known_outcome(frame)
    if not frame.loc[known, NDL].notna().any():
        raise ClinicalDataError(
            "No patient has an nDL score.",
            "Have the studies read (`--assess`, or the switch on the page Cohort), or add a column "
            "ndl.",
        )
    split = pd.Series([row.split for row in table.rows], index=frame.index)
    return frame[known], split[known]


def known_outcome(frame: pd.DataFrame) -> BoolArray:
    """Whether the outcome of each patient of a cohort frame is known (n,).

    Raises
    ------
    ClinicalDataError
        None is.
    """
    known = frame[OUTCOME].notna().to_numpy(dtype=np.bool_)
    if not known.any():
        raise ClinicalDataError(
            "No patient has a known outcome, expected some with and some without expansion.",
            "Fill in expanded, or the volumes of both CTs.",
        )
    return known


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Patients as columns of a regression, with outcomes of 0 and 1; ``who`` they are, in words."""

    who: str
    design: pd.DataFrame
    outcome: pd.Series

    def known_to(self, model: LogisticModel) -> tuple[FloatArray, pd.DataFrame]:
        """Outcome and columns of those of whom all is known that a model needs."""
        columns = self.design[[term.name for term in model.terms]]
        complete = columns.notna().all(axis=1)
        return self.outcome[complete].to_numpy(), columns[complete]


def patients_of_split(frame: pd.DataFrame, split: pd.Series, part: str, *, who: str) -> Patients:
    """Training or test patients of a cohort frame."""
    members = split == part
    outcome = frame[OUTCOME].astype("float64")
    return Patients(who, design_frame(frame)[members], outcome[members])
