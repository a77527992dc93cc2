"""Multivariable logistic regression, checked before and after."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.discrete.discrete_model import Logit

from core.domain import QualityFinding, Severity
from core.errors import ClinicalDataError
from core.stats.design import Design, checked_design, few_events, outcome_values
from core.stats.firth import fit_firth, profile_interval, profile_p
from core.stats.logistic_fit import LogisticFit
from core.stats.separation import is_separated
from core.stats.wald import Z_95, two_sided_p


def fit_logistic(outcome: ArrayLike, predictors: pd.DataFrame) -> LogisticFit:
    """Logistic regression by maximum likelihood, or by Firth's where outcomes are separated.

    outcome: (n,) of 0 and 1.  predictors: one column a term, numbers or booleans, complete.  A
    finding tells of few events and of separation.

    Raises
    ------
    ClinicalDataError
        A value is missing, a column has nothing of its own to say, or the fit does not converge.
    """
    design = checked_design(outcome, predictors)
    if is_separated(design):
        return _firth(design, (*few_events(design), _separation(design)))
    return _maximum_likelihood(design, few_events(design))


def _maximum_likelihood(design: Design, findings: tuple[QualityFinding, ...]) -> LogisticFit:
    # Convergence is checked below: an error is seen, a warning is not.  An exponential that
    # overflows is a probability of 0, as it should be.
    with np.errstate(over="ignore"):
        fit = Logit(design.y, design.x).fit(disp=False, warn_convergence=False)
    if not fit.mle_retvals["converged"]:
        raise ClinicalDataError(
            f"The logistic regression on {', '.join(design.names)} did not converge.",
            "Look for extreme values in these columns, or enter fewer of them.",
        )
    coefficients, covariance = np.asarray(fit.params), np.asarray(fit.cov_params())
    errors = np.sqrt(covariance.diagonal())
    return LogisticFit(
        design.names,
        coefficients,
        covariance,
        ci95=np.column_stack([coefficients - Z_95 * errors, coefficients + Z_95 * errors]),
        p=two_sided_p(coefficients / errors),
        n=len(design.y),
        events=design.events,
        log_likelihood=float(fit.llf),
        method="maximum likelihood",
        findings=findings,
    )


def _firth(design: Design, findings: tuple[QualityFinding, ...]) -> LogisticFit:
    fit = fit_firth(design)
    places = range(len(fit.coefficients))
    return LogisticFit(
        design.names,
        fit.coefficients,
        fit.covariance,
        ci95=np.array([profile_interval(design, fit, place) for place in places]),
        p=np.array([profile_p(design, fit, place) for place in places]),
        n=len(design.y),
        events=design.events,
        log_likelihood=None,
        method="Firth",
        findings=findings,
    )


def _separation(design: Design) -> QualityFinding:
    return QualityFinding(
        "separation",
        Severity.WARNING,
        f"A combination of {', '.join(design.names)} separates the outcomes, so that maximum "
        "likelihood has no finite odds ratio; Firth's penalized likelihood was used.",
        "Read the intervals, not the odds ratios alone; collect more patients or enter less.",
    )


def fit_complete_cases(outcome: ArrayLike, predictors: pd.DataFrame) -> LogisticFit:
    """Logistic fit on the patients without a missing value; ``n`` tells how many they are.

    outcome: (n,) of 0, 1 and unknown, in the order of the predictors' rows.
    """
    values = pd.Series(outcome_values(outcome), index=predictors.index)
    complete = (values.notna() & predictors.notna().all(axis=1)).to_numpy()
    return fit_logistic(values[complete], predictors[complete])
