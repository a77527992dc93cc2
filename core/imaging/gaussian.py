"""Weights that turn samples along one axis into a Gaussian mean and its second derivative there."""

from dataclasses import dataclass

import numpy as np

from core.domain import FloatArray

SIGMAS = 4.0
"""Where the Gaussian is cut off, as scipy's filters do."""

_ROUNDING = 1e-6  # a sample 4 sigma away counts in whichever direction it was rounded


@dataclass(frozen=True, slots=True, eq=False)
class GaussianWeights:
    """Of each sample (columns) at each place asked for (rows).

    ``second`` gives sigma squared times the second derivative of the Gaussian mean.
    """

    smooth: FloatArray
    second: FloatArray


def gaussian_weights(
    at_mm: FloatArray, sigma_mm: float, *, step_mm: float, count: int
) -> GaussianWeights:
    """Weights of ``count`` samples at 0, step, 2 step … mm for places on the same axis.

    Beyond the ends the last sample goes on (scipy's mode "nearest").  Steps longer than sigma do
    not sample the Gaussian well enough.
    """
    reach_mm = SIGMAS * sigma_mm
    lowest, highest = (at_mm.min() - reach_mm) / step_mm, (at_mm.max() + reach_mm) / step_mm
    sample = np.arange(np.floor(lowest), np.ceil(highest) + 1, dtype=np.intp)
    u = (sample * step_mm - at_mm[:, None]) / sigma_mm
    smooth = np.where(np.abs(u) <= SIGMAS + _ROUNDING, np.exp(-(u**2) / 2), 0.0)
    smooth /= smooth.sum(axis=1, keepdims=True)
    # Less the sampled variance, not 1: a constant has no second derivative.
    variance = (smooth * u**2).sum(axis=1, keepdims=True)
    second = (u**2 - variance) * smooth
    place = sample.clip(0, count - 1)
    return GaussianWeights(_by_place(smooth, place, count), _by_place(second, place, count))


def _by_place(weights: FloatArray, place: np.ndarray, count: int) -> FloatArray:
    summed = np.zeros((count, len(weights)))
    np.add.at(summed, place, weights.T)
    return summed.T
