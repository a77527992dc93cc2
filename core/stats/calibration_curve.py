"""Calibration curve: observed frequency by predicted risk."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.stats.proportion import wilson_interval


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Patients of similar predicted risk: its mean, and how many of them had the outcome."""

    predicted: float
    observed: float
    ci95: tuple[float, float]
    n: int
    events: int


def calibration_curve(
    labels: ArrayLike, probabilities: ArrayLike, *, n_bins: int = 10
) -> tuple[CalibrationBin, ...]:
    """Bins between quantiles of the risk, lowest first, observed with Wilson's 95 % interval.

    Patients of the same risk are never parted, so that ties may leave fewer bins.
    """
    y, p = np.asarray(labels, dtype=bool), np.asarray(probabilities, dtype=np.float64)
    edges = np.quantile(p, np.linspace(0, 1, n_bins + 1)[1:-1])
    bin_of = np.searchsorted(edges, p, side="left")
    return tuple(_bin(y[bin_of == i], p[bin_of == i]) for i in np.unique(bin_of))


def _bin(y: np.ndarray, p: np.ndarray) -> CalibrationBin:
    n, events = len(y), int(y.sum())
    return CalibrationBin(float(p.mean()), events / n, wilson_interval(events, n), n, events)
