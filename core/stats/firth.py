"""Firth's penalized likelihood, which stays finite where the outcomes are separated.

Firth 1993, doi 10.1093/biomet/80.1.27; for separation, with profile intervals, Heinze and Schemper
2002, doi 10.1002/sim.1047.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, log_expit
from scipy.stats import chi2

from core.domain import FloatArray
from core.errors import ClinicalDataError
from core.stats.design import Design

_MAX_STEPS = 1000  # of a few patients the maximum may lie on a long flat ridge
_MAX_HALVINGS = 40
# Change of a patient's log-odds, because far from the maximum scoring overshoots.
_LONGEST_STEP = 5.0
# Penalized log-likelihood that a step promises to gain: it moves no coefficient by a
# millionth of its standard error.
_CONVERGED = 1e-13
_DEVIANCE_95 = float(chi2.ppf(0.95, 1))


@dataclass(frozen=True, slots=True, eq=False)
class FirthFit:
    """Maximum of the penalized likelihood: coefficients (1 + terms,), inverse information."""

    coefficients: FloatArray
    covariance: FloatArray
    penalized_log_likelihood: float


def fit_firth(
    design: Design, *, fixed: Sequence[int] = (), start: FloatArray | None = None
) -> FirthFit:
    """Firth's fit; ``fixed`` coefficients, by their place, stay at ``start`` (zeros by default).

    The penalty is always that of the whole design, so that fits with and without fixed
    coefficients can be compared by their penalized likelihoods.
    """
    free = np.setdiff1d(np.arange(design.x.shape[1]), fixed)
    b = np.zeros(design.x.shape[1]) if start is None else start.astype(np.float64)
    height = _penalized_log_likelihood(design, b)
    # Where every risk is 0 or 1 to the last bit there is no information, and no way to climb.
    for _ in range(_MAX_STEPS if np.isfinite(height) else 0):
        step, gain = _step(design, b, free)
        b, height = _climb(design, b, step, height)
        if gain < _CONVERGED:
            covariance = np.linalg.inv(_information(design, b)).astype(np.float64)
            return FirthFit(b, covariance, height)
    raise ClinicalDataError(
        f"Firth's likelihood found no maximum within {_MAX_STEPS} steps with "
        f"{', '.join(design.names)}, one expected.",
        "Look for extreme values in these columns, or enter fewer of them.",
    )


def profile_interval(design: Design, fit: FirthFit, place: int) -> tuple[float, float]:
    """95 % interval of one coefficient: the values that the penalized likelihood does not reject.

    fit: of the same design with nothing fixed.
    """
    estimate, width = fit.coefficients[place], np.sqrt(fit.covariance[place, place])

    def excess(value: float) -> float:
        return _deviance(design, fit, place, value) - _DEVIANCE_95

    ends = []
    for direction in (-width, width):
        far = 1.0
        while excess(estimate + far * direction) < 0:
            far *= 1.5
        ends.append(float(brentq(excess, estimate, estimate + far * direction)))
    return ends[0], ends[1]


def profile_p(design: Design, fit: FirthFit, place: int) -> float:
    """P value of one coefficient being 0, by the penalized likelihood ratio."""
    return float(chi2.sf(_deviance(design, fit, place, 0.0), 1))


def _deviance(design: Design, fit: FirthFit, place: int, value: float) -> float:
    """Twice the penalized log-likelihood lost when one coefficient is held at a value."""
    # Along the ridge of the likelihood, for a coefficient moved alone can lose all of it.
    ridge = fit.covariance[:, place] / fit.covariance[place, place]
    start = fit.coefficients + (value - fit.coefficients[place]) * ridge
    held = fit_firth(design, fixed=[place], start=start)
    return 2 * (fit.penalized_log_likelihood - held.penalized_log_likelihood)


def _step(design: Design, b: FloatArray, free: NDArray[np.intp]) -> tuple[FloatArray, float]:
    """Scoring step of the free coefficients, bounded in log-odds (1 + terms,), and its gain."""
    x, p = design.x, expit(design.x @ b)
    weight = p * (1 - p)
    leverage = weight * np.einsum("ij,ji->i", x, np.linalg.solve(_information(design, b), x.T))
    score = x.T @ (design.y - p + leverage * (0.5 - p))
    # The penalty adds to the curvature what it adds to the data: without it, the step of a patient
    # of leverage near 1 is twice too long and leads to and fro.
    curvature = (x.T * (weight * (1 + leverage))) @ x
    step = np.zeros_like(b)
    step[free] = np.linalg.solve(curvature[np.ix_(free, free)], score[free])
    gain = float(score @ step)
    longest = float(np.abs(x @ step).max())
    return step * (_LONGEST_STEP / longest if longest > _LONGEST_STEP else 1.0), gain


def _climb(
    design: Design, b: FloatArray, step: FloatArray, height: float
) -> tuple[FloatArray, float]:
    """The end of the longest halving of a step that does not lose likelihood, and its height."""
    for _ in range(_MAX_HALVINGS):
        reached = _penalized_log_likelihood(design, b + step)
        # Near the maximum the likelihood is flat to the last bit.
        if reached >= height - 1e-10:
            return b + step, reached
        step = step / 2
    return b, height


def _information(design: Design, b: FloatArray) -> FloatArray:
    p = expit(design.x @ b)
    information: FloatArray = design.x.T @ ((p * (1 - p))[:, np.newaxis] * design.x)
    return information


def _penalized_log_likelihood(design: Design, b: FloatArray) -> float:
    sign = 2 * design.y - 1
    log_likelihood = log_expit(sign * (design.x @ b)).sum()
    return float(log_likelihood + np.linalg.slogdet(_information(design, b))[1] / 2)
