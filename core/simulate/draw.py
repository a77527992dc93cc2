"""Random numbers with a given mean and standard deviation within given bounds."""

import numpy as np
from scipy.optimize import root
from scipy.special import ndtr, ndtri

from core.domain import FloatArray
from core.risk.table1 import MeanSd

Bounds = tuple[float, float]

# So far below any measurement that a log-normal has nothing there.
_NEARLY_ZERO = 1e-9


def draw_log_normal(
    moments: MeanSd, bounds: Bounds, count: int, rng: np.random.Generator
) -> FloatArray:
    """Values of a log-normal that is cut at its bounds, and has the mean and SD in spite of that.

    Raises ValueError where no such distribution exists: bounds too narrow for the SD.
    """
    logs = np.log(np.maximum(bounds, _NEARLY_ZERO))
    mu, sigma = _parameters(moments, logs)
    low, high = ndtr((logs - mu) / sigma)
    values: FloatArray = np.exp(mu + sigma * ndtri(rng.uniform(low, high, count)))
    return values


def draw_beta(moments: MeanSd, bounds: Bounds, count: int, rng: np.random.Generator) -> FloatArray:
    """Values of a beta distribution stretched over its bounds."""
    low, high = bounds
    mean, sd = (moments.mean - low) / (high - low), moments.sd / (high - low)
    concentration = mean * (1 - mean) / sd**2 - 1
    if concentration <= 0:
        raise _too_narrow(moments)
    values = rng.beta(mean * concentration, (1 - mean) * concentration, count)
    return np.asarray(low + (high - low) * values)


def _parameters(moments: MeanSd, log_bounds: FloatArray) -> tuple[float, float]:
    """Mean and SD of the logarithm, before the cut."""
    variance = np.log1p((moments.sd / moments.mean) ** 2)

    def error(guess: FloatArray) -> FloatArray:
        mean, sd = _cut_moments(guess[0], np.exp(guess[1]), log_bounds)
        return np.array([mean / moments.mean - 1, sd / moments.sd - 1])

    uncut = [np.log(moments.mean) - variance / 2, np.log(variance) / 2]
    with np.errstate(over="ignore", invalid="ignore"):  # far from the solution, or without one
        solution = root(error, uncut)
    if not solution.success:
        raise _too_narrow(moments)
    return float(solution.x[0]), float(np.exp(solution.x[1]))


def _cut_moments(mu: float, sigma: float, log_bounds: FloatArray) -> tuple[float, float]:
    """Mean and SD of a log-normal that is cut at its bounds."""
    low, high = (log_bounds - mu) / sigma
    first, second = (
        np.exp(k * mu + (k * sigma) ** 2 / 2)
        * (ndtr(high - k * sigma) - ndtr(low - k * sigma))
        / (ndtr(high) - ndtr(low))
        for k in (1, 2)
    )
    return first, np.sqrt(second - first**2)


def _too_narrow(moments: MeanSd) -> ValueError:
    return ValueError(
        f"Nothing between these bounds has mean {moments.mean:g} and SD {moments.sd:g}, expected "
        "bounds that are further apart than the SD needs."
    )
