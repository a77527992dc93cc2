"""The training patients of a study, and how a model is fitted to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.errors import ClinicalDataError
from core.progress import Progress
from core.risk.image_variables import NDL
from core.risk.logistic import variable_label
from core.stats.imputation import Imputation, impute
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit
from core.study.design import CANDIDATES, TERMS, with_gcs_indicators
from core.study.plan import N_IMPUTATIONS, Plan

_IMPUTED = (*CANDIDATES, NDL)
"""Variables that are imputed from each other and the outcome."""
_NEEDED = tuple(
    name for name, columns in CANDIDATES.items() if set(columns) <= set(TERMS["integrated"])
)
"""Those without which there are no models."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingPatients:
    """Columns and outcomes (0 or 1), and both again with unknown values imputed, if that is asked.

    ``imputation`` is None where models are fitted to patients of whom all is known.
    """

    design: pd.DataFrame
    outcome: pd.Series
    imputation: Imputation | None

    def fit(self, terms: Sequence[str], *, needed: Sequence[str] = ()) -> LogisticFit:
        """Fit of some columns; without imputation on patients of whom all ``needed`` is known too.

        Raises
        ------
        ClinicalDataError
            The model cannot be fitted.
        """
        columns = list(terms)
        if self.imputation is not None:
            return self.imputation.fit(lambda values: with_gcs_indicators(values)[columns])
        known = self.design[[*columns, *needed]].notna().all(axis=1)
        return fit_logistic(self.outcome[known], self.design.loc[known, columns])


def training_patients(
    frame: pd.DataFrame,
    design: pd.DataFrame,
    outcome: pd.Series,
    plan: Plan,
    progress: Progress,
) -> TrainingPatients:
    """Rows of a cohort frame, of its columns of a regression and of its outcome, as planned.

    Raises
    ------
    ClinicalDataError
        What a model needs is known of no patient.
    """
    _refuse_unknown(frame)
    if plan.missing == "complete-cases":
        return TrainingPatients(design, outcome, None)
    known = [name for name in _IMPUTED if frame[name].notna().any()]
    imputation = impute(
        outcome,
        frame[known],
        n_imputations=N_IMPUTATIONS,
        seed=plan.seed,
        progress=progress,
    )
    return TrainingPatients(design, outcome, imputation)


def _refuse_unknown(frame: pd.DataFrame) -> None:
    for name in (*_NEEDED, NDL):
        if frame[name].isna().all():
            raise ClinicalDataError(
                f"{variable_label(name)} is known of no training patient, expected of most.",
                f"Fill in the column {name}: all three models are fitted.",
            )
