"""Univariable logistic regressions: the right half of a paper's first table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike

from core.errors import ClinicalDataError
from core.stats.logistic import fit_complete_cases
from core.stats.logistic_fit import LogisticFit


@dataclass(frozen=True, slots=True)
class UnivariableFit:
    """Fit on the columns of one variable alone, or the reason why there is none."""

    variable: str
    fit: LogisticFit | None
    reason: str | None = None


def fit_each_variable(
    outcome: ArrayLike, predictors: pd.DataFrame, variables: Mapping[str, Sequence[str]]
) -> tuple[UnivariableFit, ...]:
    """One fit per variable, each on all patients in whom that variable is known.

    variables: columns of each; a group such as GCS has one column per level but the reference.
    """
    return tuple(
        _fit(outcome, predictors[list(columns)], variable)
        for variable, columns in variables.items()
    )


def _fit(outcome: ArrayLike, columns: pd.DataFrame, variable: str) -> UnivariableFit:
    try:
        return UnivariableFit(variable, fit_complete_cases(outcome, columns))
    except ClinicalDataError as error:
        return UnivariableFit(variable, None, error.message)
