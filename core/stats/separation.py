"""Separation: a combination of predictors that never contradicts the outcome."""

import numpy as np
from scipy.optimize import linprog

from core.stats.design import Design, standardized


def is_separated(design: Design) -> bool:
    """Whether maximum likelihood has no finite solution, by complete or quasi-complete separation.

    Konis 2007 (thesis, Oxford): data are separated if some direction b has x'b >= 0 for every
    patient with the outcome and x'b <= 0 for every other, and is not 0 for all of them.
    """
    sign = np.where(design.y == 1, 1.0, -1.0)[:, np.newaxis]
    x = sign * np.column_stack([design.x[:, 0], standardized(design.x[:, 1:])])
    found = linprog(-x.sum(axis=0), A_ub=-x, b_ub=np.zeros(len(x)), bounds=(-1, 1))
    # Each patient may violate its bound by the solver's tolerance of 1e-7; a true separation sums
    # to the standardized width of at least one patient.
    return bool(-found.fun > 1e-5 * len(x))
