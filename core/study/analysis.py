"""The paper's analysis of a cohort: selection, three models, and their test (Lee 2024, Methods)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.cohort.frame import OUTCOME
from core.domain import MODEL_KINDS, FloatArray, ModelKind
from core.errors import ClinicalDataError
from core.stats.calibration import Calibration, measure_calibration
from core.stats.delong import AucComparison, AucEstimate, auc_with_interval, compare_auc
from core.stats.forward_selection import Selection, forward_selection
from core.stats.likelihood_ratio import LikelihoodRatio, likelihood_ratio_test
from core.stats.logistic import fit_logistic
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

    frame: pd.DataFrame
    split: pd.Series
    univariable: dict[str, UnivariableFit]
    selection: Selection | None
    fits: dict[ModelKind, LogisticFit]
    added: LikelihoodRatio | None
    tested: dict[ModelKind, Tested]
    comparison: AucComparison


def analyse(frame: pd.DataFrame, given_split: pd.Series | None, *, seed: int) -> Analysis:
    """The whole analysis of a cohort frame whose every patient has an outcome.

    Raises
    ------
    ClinicalDataError
        A split has too few patients with either outcome, or a model cannot be fitted.
    """
    design, outcome = design_frame(frame), frame[OUTCOME].astype("float64")
    split = split_of(frame[OUTCOME].astype(bool), given_split, seed=seed)
    refuse_few(outcome, split)
    training = split == TRAIN
    fits = _fits(design[training], outcome[training])
    return Analysis(
        frame,
        split,
        _univariable(design, outcome),
        _selection(design[training], outcome[training]),
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


def _selection(design: pd.DataFrame, outcome: pd.Series) -> Selection | None:
    """Forward selection among the paper's candidates on the patients in whom all are known."""
    columns = [column for group in CANDIDATES.values() for column in group]
    complete = design[columns].notna().all(axis=1)
    try:
        return forward_selection(outcome[complete], design.loc[complete, columns], CANDIDATES)
    except ClinicalDataError:
        return None


def _fits(design: pd.DataFrame, outcome: pd.Series) -> dict[ModelKind, LogisticFit]:
    """The three models; clinical and integrated on the same patients, so that they compare."""
    fits = {}
    for kind in MODEL_KINDS:
        needed = TERMS["image"] if kind == "image" else TERMS["integrated"]
        complete = design[list(needed)].notna().all(axis=1)
        fits[kind] = fit_logistic(outcome[complete], design.loc[complete, list(TERMS[kind])])
    return fits


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
