"""Agreement of predicted risks with outcomes, in numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit, logit

from core.domain import FloatArray, QualityFinding
from core.stats.logistic import fit_logistic
from core.stats.wald import Z_95


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibration intercept and slope with 95 % intervals, and Brier scores.

    ``intercept`` is the log-odds that must be added to every risk so that as many events are
    expected as occurred: 0 is right, below 0 the risks are too high.  ``slope`` 1 is right, below 1
    the risks are too extreme.  ``scaled_brier`` is 1 for certainty and 0 for no better than the
    base rate.
    """

    intercept: float
    intercept_ci95: tuple[float, float]
    slope: float
    slope_ci95: tuple[float, float]
    brier: float
    scaled_brier: float
    findings: tuple[QualityFinding, ...] = ()


def measure_calibration(labels: ArrayLike, probabilities: ArrayLike) -> Calibration:
    """Calibration of predicted risks, each above 0 and below 1 (Van Calster 2019).

    doi 10.1186/s12916-019-1466-7.  Risks that are all alike have no slope and are refused.
    """
    y, p = np.asarray(labels, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    if not ((p > 0) & (p < 1)).all():
        raise ValueError("A risk of 0, 1 or beyond found, whose log-odds are not finite.")
    log_odds: FloatArray = logit(p)
    recalibrated = fit_logistic(y, pd.DataFrame({"log_odds": log_odds}))
    (slope,) = recalibrated.ci95[1:].tolist()
    intercept, margin = _intercept(y, log_odds)
    brier, base_rate = float(np.mean((p - y) ** 2)), float(y.mean())
    return Calibration(
        intercept,
        (intercept - margin, intercept + margin),
        float(recalibrated.coefficients[1]),
        (slope[0], slope[1]),
        brier,
        1 - brier / (base_rate * (1 - base_rate)),
        recalibrated.findings,
    )


def _intercept(y: FloatArray, log_odds: FloatArray) -> tuple[float, float]:
    """Intercept of a logistic regression with the log-odds as offset; half its 95 % interval."""

    def missed_events(intercept: float) -> float:
        return float((y - expit(intercept + log_odds)).sum())

    # Its score is monotone: a root search cannot diverge, as Newton's steps can.  Between these
    # ends the mean risk passes the base rate for certain.
    target = float(logit(y.mean()))
    intercept = float(brentq(missed_events, target - log_odds.max(), target - log_odds.min()))
    p = expit(intercept + log_odds)
    return intercept, Z_95 / float(np.sqrt((p * (1 - p)).sum()))
