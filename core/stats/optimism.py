"""Optimism of a model that is judged on the patients it was fitted to."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.domain import FloatArray
from core.errors import ClinicalDataError
from core.progress import Progress, silent
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit
from core.stats.roc import roc_auc

Procedure = Callable[[FloatArray, pd.DataFrame], LogisticFit]
"""All that leads from outcomes and predictors to a fit, selection of variables included."""

# Beyond this share of failed resamples the mean would describe the lucky draws only.
_FAILED_LIMIT = 0.1


@dataclass(frozen=True, slots=True)
class OptimismCorrection:
    """AUC and calibration slope as they appear, and as new patients would show them."""

    apparent_auc: float
    auc: float
    apparent_slope: float
    slope: float
    n_resamples: int
    """Resamples in which the procedure led to a fit."""


def correct_optimism(
    outcome: ArrayLike,
    predictors: pd.DataFrame,
    procedure: Procedure,
    *,
    n_resamples: int = 200,
    seed: int,
    progress: Progress = silent,
) -> OptimismCorrection:
    """Harrell's bootstrap correction of AUC and calibration slope (doi 10.1002/sim.4780150402).

    One row a patient.  The procedure is repeated in each resample; the mean of what its fit loses
    from there to all patients is the optimism.

    Raises
    ------
    ClinicalDataError
        The procedure fails in more than a tenth of the resamples.
    """
    y = np.asarray(outcome, dtype=np.float64)
    apparent = _performance(procedure(y, predictors), y, predictors)
    random = np.random.default_rng(seed)
    lost = []
    for done in range(n_resamples):
        progress("Bootstrap", done / n_resamples)
        rows = random.integers(len(y), size=len(y))
        drawn, drawn_y = predictors.iloc[rows], y[rows]
        try:
            fit = procedure(drawn_y, drawn)
            lost.append(_performance(fit, drawn_y, drawn) - _performance(fit, y, predictors))
        except ClinicalDataError:
            continue
    if len(lost) < (1 - _FAILED_LIMIT) * n_resamples:
        raise ClinicalDataError(
            f"{n_resamples - len(lost)} of {n_resamples} bootstrap samples could not be fitted, at "
            f"most {_FAILED_LIMIT:.0%} expected.",
            "Enter fewer variables, or collect more patients.",
        )
    corrected = apparent - np.mean(lost, axis=0)
    (apparent_auc, apparent_slope), (auc, slope) = apparent.tolist(), corrected.tolist()
    return OptimismCorrection(apparent_auc, auc, apparent_slope, slope, len(lost))


def _performance(fit: LogisticFit, y: FloatArray, predictors: pd.DataFrame) -> FloatArray:
    """AUC and calibration slope of a fit on patients."""
    log_odds = fit.log_odds(predictors)
    recalibrated = fit_logistic(y, pd.DataFrame({"log_odds": log_odds}))
    return np.array([roc_auc(y, log_odds), recalibrated.coefficients[1]])
