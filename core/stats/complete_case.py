"""Logistic regression on the patients of whom everything is known."""

import pandas as pd
from numpy.typing import ArrayLike

from core.stats.design import outcome_values
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit


def fit_complete_cases(outcome: ArrayLike, predictors: pd.DataFrame) -> LogisticFit:
    """Logistic fit on the patients without a missing value; ``n`` tells how many they are.

    outcome: (n,) of 0, 1 and unknown, in the order of the predictors' rows.
    """
    values = pd.Series(outcome_values(outcome), index=predictors.index)
    complete = (values.notna() & predictors.notna().all(axis=1)).to_numpy()
    return fit_logistic(values[complete], predictors[complete])
