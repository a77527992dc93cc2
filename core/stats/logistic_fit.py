"""What a logistic regression found."""

from dataclasses import dataclass, field, fields
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit

from core.domain import FloatArray, QualityFinding

Method = Literal["maximum likelihood", "Firth", "multiple imputation"]


@dataclass(frozen=True, slots=True)
class FittedOddsRatio:
    """Odds ratio of one term per unit of its column."""

    name: str
    value: float
    ci95: tuple[float, float]
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """Coefficients of a logistic regression on the log-odds scale, with their uncertainty.

    Arrays begin with the intercept, then follow ``names``: coefficients and p are (1 + terms,),
    covariance (1 + terms, 1 + terms), ci95 (1 + terms, 2).  Interval and p are Wald's; those of
    Firth are the penalized profile likelihood's, and those of multiple imputation Rubin's t.
    ``n`` and ``events`` are the patients used.  ``log_likelihood`` is the maximum, which only
    maximum likelihood has: None otherwise.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    ci95: FloatArray
    p: FloatArray
    n: int
    events: int
    log_likelihood: float | None
    method: Method
    findings: tuple[QualityFinding, ...] = ()

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def standard_errors(self) -> FloatArray:
        """Standard errors (1 + terms,)."""
        return np.sqrt(self.covariance.diagonal())

    @property
    def odds_ratios(self) -> tuple[FittedOddsRatio, ...]:
        """Odds ratios per unit, in the order of the terms, without the intercept."""
        return tuple(
            FittedOddsRatio(name, float(np.exp(b)), (float(low), float(high)), float(p))
            for name, b, (low, high), p in zip(
                self.names, self.coefficients[1:], np.exp(self.ci95[1:]), self.p[1:], strict=True
            )
        )

    @property
    def aic(self) -> float | None:
        """Akaike's information criterion, None where there is no maximum of the likelihood."""
        if self.log_likelihood is None:
            return None
        return 2 * len(self.coefficients) - 2 * self.log_likelihood

    def log_odds(self, predictors: pd.DataFrame) -> FloatArray:
        """Log-odds of each patient (n,), nan where one of the fit's columns is missing."""
        x = predictors[list(self.names)].to_numpy(dtype=np.float64, na_value=np.nan)
        log_odds: FloatArray = self.coefficients[0] + x @ self.coefficients[1:]
        return log_odds

    def probabilities(self, predictors: pd.DataFrame) -> FloatArray:
        """Probability of the outcome for each patient (n,), nan where a column is missing."""
        probabilities: FloatArray = expit(self.log_odds(predictors))
        return probabilities
