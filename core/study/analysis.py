"""The paper's analysis of a cohort: selection, three models, and their test (Lee 2024, Methods)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.cohort.frame import OUTCOME
from core.domain import FloatArray, ModelKind
from core.errors import ClinicalDataError
from core.progress import Progress, silent
from core.stats.calibration import Calibration, measure_calibration
from core.stats.delong import AucComparison, AucEstimate, auc_with_interval, compare_auc
from core.stats.forward_selection import Selection, forward_selection
from core.stats.likelihood_ratio import LikelihoodRatio, likelihood_ratio_test
from core.stats.logistic_fit import LogisticFit
from core.stats.roc import sensitivity_specificity, youden_threshold
from core.stats.univariable import UnivariableFit, fit_each_variable
from core.study.design import (
    CANDIDATES,
    GCS_COLUMNS,
    TERMS,
    TEST,
    TRAIN,
    design_frame,
    refuse_few,
    split_of,
)
from core.study.plan import Plan
from core.study.training import TrainingPatients, training_patients


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """One model on the test patients: outcome and risk (n,), at a threshold of the training."""

    patients: pd.Index
    outcome: FloatArray
    risk: FloatArray
    threshold: float
    auc: AucEstimate
    calibration: Calibration

    @property
    def flagged(self) -> np.ndarray:
        """Whether each risk reaches the threshold."""
        return self.risk >= self.threshold

    @property
    def sensitivity(self) -> float:
        """Share of the expansions that are flagged."""
        return sensitivity_specificity(self.outcome, self.risk, self.threshold).sensitivity


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that the paper's tables and figures are made of."""

    plan: Plan
    frame: pd.DataFrame
    split: pd.Series
    training: TrainingPatients
    univariable: dict[str, UnivariableFit]
    selection: Selection | None
    fits: dict[ModelKind, LogisticFit]
    added: LikelihoodRatio | None
    tested: dict[ModelKind, Tested]
    comparison: AucComparison


def analyse(
    frame: pd.DataFrame,
    given_split: pd.Series | None,
    plan: Plan,
    progress: Progress = silent,
) -> Analysis:
    """The whole analysis of a cohort frame whose every patient has an outcome.

    Raises
    ------
    ClinicalDataError
        A split has too few patients with either outcome, or a model cannot be fitted.
    """
    design, outcome = design_frame(frame), frame[OUTCOME].astype("float64")
    split = split_of(frame[OUTCOME].astype(bool), given_split, seed=plan.seed)
    refuse_few(outcome, split)
    in_training = split == TRAIN
    training = training_patients(
        frame[in_training], design[in_training], outcome[in_training], plan, progress
    )
    fits = _fits(training)
    return Analysis(
        plan,
        frame,
        split,
        training,
        _univariable(design, outcome),
        _selection(training, plan.entry_p),
        fits,
        _added(fits),
        tested := _tested(design, outcome, split, fits),
        compare_auc(tested["clinical"].outcome, tested["integrated"].risk, tested["clinical"].risk),
    )


def _univariable(design: pd.DataFrame, outcome: pd.Series) -> dict[str, UnivariableFit]:
    variables = {name: (name,) for name in design.columns if name not in GCS_COLUMNS}
    known = {name: c for name, c in variables.items() if design[name].notna().any()}
    fits = fit_each_variable(outcome, design, known | {"gcs": GCS_COLUMNS})
    return {fit.variable: fit for fit in fits}


def _selection(training: TrainingPatients, entry_p: float) -> Selection | None:
    """Forward selection among the paper's candidates on the patients in whom all are known."""
    columns = [column for group in CANDIDATES.values() for column in group]
    complete = training.design[columns].notna().all(axis=1)
    outcome, predictors = training.outcome[complete], training.design.loc[complete, columns]
    try:
        return forward_selection(outcome, predictors, CANDIDATES, entry_p=entry_p)
    except ClinicalDataError:
        return None


def _fits(training: TrainingPatients) -> dict[ModelKind, LogisticFit]:
    """The three models; clinical and integrated on the same patients, so that they compare."""
    return {
        "image": training.fit(TERMS["image"]),
        "clinical": training.fit(TERMS["clinical"], needed=TERMS["integrated"]),
        "integrated": training.fit(TERMS["integrated"]),
    }


def _added(fits: dict[ModelKind, LogisticFit]) -> LikelihoodRatio | None:
    smaller, larger = fits["clinical"], fits["integrated"]
    if smaller.log_likelihood is None or larger.log_likelihood is None:
        return None
    return likelihood_ratio_test(smaller, larger)


def _tested(
    design: pd.DataFrame,
    outcome: pd.Series,
    split: pd.Series,
    fits: dict[ModelKind, LogisticFit],
) -> dict[ModelKind, Tested]:
    """All models on the test patients in whom everything is known, as in the paper's Table 3."""
    complete = design[list(TERMS["integrated"])].notna().all(axis=1)
    training, test = complete & (split == TRAIN), complete & (split == TEST)
    y = outcome[test].to_numpy()
    tested = {}
    for kind, fit in fits.items():
        known = fit.probabilities(design[training])
        risk = fit.probabilities(design[test])
        threshold = youden_threshold(outcome[training].to_numpy().astype(int), known)
        tested[kind] = Tested(
            outcome.index[test],
            y,
            risk,
            threshold,
            auc_with_interval(y, risk),
            measure_calibration(y, risk),
        )
    return tested
