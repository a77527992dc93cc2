"""Wald's interval and p value, from the normal distribution."""

from scipy.special import ndtr, ndtri

from core.domain import FloatArray

Z_95 = float(ndtri(0.975))


def two_sided_p(z: FloatArray) -> FloatArray:
    """Two-sided p value of an estimate that lies z standard errors from nothing."""
    p: FloatArray = 2 * ndtr(-abs(z))
    return p
