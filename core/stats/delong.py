"""DeLong's interval of an ROC area and paired test of two (doi 10.2307/2531595).

Computed from midranks, in n log n time: Sun and Xu 2014, doi 10.1109/LSP.2014.2337313.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from core.domain import FloatArray
from core.stats.wald import Z_95, two_sided_p


@dataclass(frozen=True, slots=True)
class AucEstimate:
    """ROC area with standard error; no interval where one class ranks wholly above the other."""

    auc: float
    standard_error: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class AucComparison:
    """Difference of two ROC areas, first minus second; z and p are None where it cannot vary."""

    difference: float
    ci95: tuple[float, float]
    z: float | None
    p: float | None


def auc_with_interval(labels: ArrayLike, scores: ArrayLike) -> AucEstimate:
    """ROC area of a score with DeLong's 95 % interval, cut at 0 and 1."""
    areas, covariance = _areas(labels, np.asarray(scores, dtype=np.float64)[np.newaxis])
    auc, error = float(areas[0]), math.sqrt(covariance[0, 0])
    interval = max(0.0, auc - Z_95 * error), min(1.0, auc + Z_95 * error)
    return AucEstimate(auc, error, interval if error > 0 else None)


def compare_auc(labels: ArrayLike, first: ArrayLike, second: ArrayLike) -> AucComparison:
    """DeLong's paired test of two scores of the same patients."""
    scores = np.stack([np.asarray(first, np.float64), np.asarray(second, np.float64)])  # (2, n)
    auc, covariance = _areas(labels, scores)
    difference = float(auc[0] - auc[1])
    # Two scores of the same ranks leave a rounding error, which may be below zero.
    error = math.sqrt(max(0.0, covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
    interval = difference - Z_95 * error, difference + Z_95 * error
    if error < 1e-9:
        return AucComparison(difference, interval, None, None)
    z = difference / error
    return AucComparison(difference, interval, z, float(two_sided_p(np.array(z))))


def _areas(labels: ArrayLike, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ROC areas (k,) of the scores (k, n) and their covariance (k, k)."""
    positive = np.asarray(labels, dtype=bool)
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if min(n_positive, n_negative) < 2:
        raise ValueError(
            f"{n_positive} positive and {n_negative} negative labels found; "
            "two of each are the least that have a variance."
        )
    if np.isnan(scores).any():
        raise ValueError("A score that is not a number found; leave such patients out.")
    of_all = rankdata(scores, axis=1)
    # Share of the other class that each patient outranks, ties counting half.
    above = (of_all[:, positive] - rankdata(scores[:, positive], axis=1)) / n_negative
    below = 1 - (of_all[:, ~positive] - rankdata(scores[:, ~positive], axis=1)) / n_positive
    covariance = np.atleast_2d(np.cov(above)) / n_positive
    covariance = covariance + np.atleast_2d(np.cov(below)) / n_negative
    return above.mean(axis=1), covariance
