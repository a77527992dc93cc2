"""Separation: a combination of predictors that never contradicts the outcome."""

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit

from core.domain import FloatArray
from core.stats.design import Design, standardized

_STEPS = 15
_SETTLED_LOG_ODDS = 1e-6


def is_separated(design: Design) -> bool:
    """Whether maximum likelihood has no finite solution, by complete or quasi-complete separation.

    Konis 2007 (thesis, Oxford): data are separated if some direction b has x'b >= 0 for every
    patient with the outcome and x'b <= 0 for every other, and is not 0 for all of them.
    """
    x = np.column_stack([design.x[:, 0], standardized(design.x[:, 1:])])
    return not _has_maximum(x, design.y) and _separates(x, design.y)


def _has_maximum(x: FloatArray, y: FloatArray) -> bool:
    """Whether Newton's method settles on a maximum of the likelihood: quick, where there is one.

    Where there is none, each step moves the log-odds of some patient by about 1, for ever.
    """
    coefficients = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = expit(x @ coefficients)
        try:
            step = np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (y - p))
        except np.linalg.LinAlgError:
            return False
        coefficients += step
        if np.abs(x @ step).max() < _SETTLED_LOG_ODDS:
            return True
    return False


def _separates(x: FloatArray, y: FloatArray) -> bool:
    """Whether some direction does, by linear programming."""
    signed = np.where(y == 1, 1.0, -1.0)[:, np.newaxis] * x
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(x)), bounds=(-1, 1))
    # Each patient may violate its bound by the solver's tolerance of 1e-7; a true separation sums
    # to the standardized width of at least one patient.
    return bool(-found.fun > 1e-5 * len(x))
