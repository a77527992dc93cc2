"""Logistic regression with missing values imputed several times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import t
from statsmodels.imputation.mice import MICEData

from core.domain import FloatArray, QualityFinding, Severity
from core.errors import ClinicalDataError
from core.progress import Progress, silent
from core.stats.design import outcome_values
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit

_OUTCOME = "outcome"
# About ten donors: Morris 2014, doi 10.1186/1471-2288-14-75.
_DONORS = 10
# Cycles until the chain has forgotten its start, and between two imputations that are used.
_BURN_IN, _CYCLES_BETWEEN = 10, 5


@dataclass(frozen=True, slots=True, eq=False)
class Imputation:
    """Patients several times over, each time with other values in place of the unknown ones.

    ``findings`` say how many values were unknown.
    """

    outcome: FloatArray
    completed: tuple[pd.DataFrame, ...]
    findings: tuple[QualityFinding, ...]

    def fit(self, terms: Callable[[pd.DataFrame], pd.DataFrame]) -> LogisticFit:
        """Logistic fit to each of the completed tables, pooled by Rubin's rules.

        terms: the fit's columns from complete variables, such as GCS groups from GCS.
        """
        fits = [fit_logistic(self.outcome, terms(variables)) for variables in self.completed]
        return _pooled(fits, self.findings)


def impute(
    outcome: ArrayLike,
    variables: pd.DataFrame,
    *,
    n_imputations: int = 20,
    seed: int,
    progress: Progress = silent,
) -> Imputation:
    """Unknown values imputed several times over.

    Chained equations with predictive mean matching, so that an imputed value is one that another
    patient has.  variables: numbers or booleans, named as Python names, each known in some patient.
    The outcome helps to impute and is never imputed: leave out who has none.

    Raises
    ------
    ClinicalDataError
        An outcome is unknown.
    """
    y = outcome_values(outcome)
    if np.isnan(y).any():
        raise ClinicalDataError(
            f"{int(np.isnan(y).sum())} of {len(y)} outcomes are missing, none expected.",
            "Leave these patients out: an outcome is not imputed.",
        )
    values = {
        name: variables[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in variables
    }
    chain = MICEData(pd.DataFrame(values | {_OUTCOME: y}), k_pmm=_DONORS, rng=seed)
    chain.update_all(_BURN_IN)
    completed = []
    for done in range(n_imputations):
        progress("Imputing", done / n_imputations)
        chain.update_all(_CYCLES_BETWEEN)
        completed.append(chain.data[list(values)].copy())
    return Imputation(y, tuple(completed), _imputed(variables))


def _pooled(fits: Sequence[LogisticFit], imputed: tuple[QualityFinding, ...]) -> LogisticFit:
    """One fit by Rubin's rules (Rubin 1987), its intervals and p by his t distribution."""
    m = len(fits)
    coefficients = np.array([fit.coefficients for fit in fits])  # (m, 1 + terms)
    within = np.mean([fit.covariance for fit in fits], axis=0)
    between = (1 + 1 / m) * np.atleast_2d(np.cov(coefficients.T))
    mean, covariance = coefficients.mean(axis=0), within + between
    error = np.sqrt(covariance.diagonal())
    share_missing = between.diagonal() / covariance.diagonal()
    # A term that no imputation touches has no between-variance, hence a normal distribution.
    with np.errstate(divide="ignore"):
        freedom = (m - 1) / share_missing**2
    margin = t.ppf(0.975, freedom) * error
    p: FloatArray = 2 * t.sf(np.abs(mean) / error, freedom)
    return LogisticFit(
        fits[0].names,
        mean,
        covariance,
        ci95=np.column_stack([mean - margin, mean + margin]),
        p=p,
        n=fits[0].n,
        events=fits[0].events,
        log_likelihood=None,
        method="multiple imputation",
        findings=(*imputed, *dict.fromkeys(each for fit in fits for each in fit.findings)),
    )


def _imputed(variables: pd.DataFrame) -> tuple[QualityFinding, ...]:
    counts = variables.isna().sum()
    missing = [f"{name} in {count}" for name, count in counts.items() if count]
    if not missing:
        return ()
    return (
        QualityFinding(
            "imputed",
            Severity.INFO,
            f"Of {len(variables)} patients these values were imputed: {', '.join(missing)}.",
            "Compare with the fit on complete cases.",
        ),
    )
