"""Recalibration of a risk model to a hospital: its intercept, or intercept and slope.

Van Calster 2019, doi 10.1186/s12916-019-1466-7.  What was learned of the single terms stays.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit

from core.domain import FloatArray
from core.errors import ClinicalDataError
from core.risk.logistic import LogisticModel
from core.stats.calibration import measure_calibration
from core.stats.logistic import fit_logistic

Method = Literal["intercept", "slope"]
METHODS: dict[Method, str] = {"intercept": "intercept", "slope": "intercept and slope"}


@dataclass(frozen=True, slots=True, eq=False)
class Recalibrated:
    """A model after recalibration; ``slope`` is what its coefficients were multiplied by."""

    model: LogisticModel
    intercept_change: float
    slope: float


def recalibrate(
    model: LogisticModel, outcome: FloatArray, design: pd.DataFrame, *, method: Method, of: str
) -> Recalibrated:
    """The model, recalibrated to the outcomes (n,) of patients.

    design: a column for each of the model's terms, complete.  of: whose patients they are, as the
    source says after the counts.

    Raises
    ------
    ClinicalDataError
        All outcomes are the same, or the risks rank these patients no better than chance.
    """
    x = deviations(model, design)
    score = x @ model.coefficients
    if method == "intercept":
        change = measure_calibration(outcome, expit(model.intercept + score)).intercept
        intercept, slope, z = model.intercept + change, 1.0, np.ones((len(x), 1))
    else:
        fit = fit_logistic(outcome, pd.DataFrame({"score": score}))
        intercept, slope = fit.coefficients.tolist()
        z = np.column_stack([np.ones(len(x)), score])
    _refuse_no_rank(model, slope)
    n, events = len(outcome), int(outcome.sum())
    new = replace(
        model,
        intercept=intercept,
        terms=tuple(replace(t, coefficient=t.coefficient * slope) for t in model.terms),
        covariance=_covariance(model, x, z, slope, expit(intercept + slope * score)),
        base_rate=events / n,
        source=f"Recalibrated ({METHODS[method]}) to {n} patients ({events} expansions) of {of}; "
        f"before: {model.source}",
        n_patients=n,
        n_events=events,
    )
    return Recalibrated(new, intercept - model.intercept, slope)


def deviations(model: LogisticModel, design: pd.DataFrame) -> FloatArray:
    """Distance of each patient from the reference of each term (n, terms)."""
    return np.column_stack([design[term.name] - term.reference for term in model.terms])


def risks(model: LogisticModel, design: pd.DataFrame) -> FloatArray:
    """Risk of each patient at the model's own base rate (n,)."""
    p: FloatArray = expit(model.intercept + deviations(model, design) @ model.coefficients)
    return p


def _covariance(
    model: LogisticModel, x: FloatArray, z: FloatArray, slope: float, risk: FloatArray
) -> FloatArray:
    """Covariance of the new intercept and coefficients (1 + terms, 1 + terms), by the delta method.

    The site's parameters (intercept; slope) have the inverse information of their own regression on
    z (n, 1 or 2), and answer to an error of the old coefficients as that regression would: where
    old coefficients err, intercept and slope make up for it on average.  Old and new patients are
    independent.  The uncertainty of the old intercept is gone with it.
    """
    weighted = z * (risk * (1 - risk))[:, np.newaxis]
    of_site = np.linalg.inv(weighted.T @ z)
    site_by_old = -slope * of_site @ (weighted.T @ x)  # (1 or 2, terms)
    by_site = np.zeros((1 + x.shape[1], z.shape[1]))
    by_site[0, 0] = 1.0
    by_site[1:, 1:] = model.coefficients[:, np.newaxis]
    by_old = by_site @ site_by_old
    by_old[1:] += slope * np.eye(x.shape[1])
    covariance: FloatArray = (
        by_old @ model.covariance[1:, 1:] @ by_old.T + by_site @ of_site @ by_site.T
    )
    return covariance


def _refuse_no_rank(model: LogisticModel, slope: float) -> None:
    if slope <= 0:
        raise ClinicalDataError(
            f"The {model.kind} model ranks these patients no better than chance (slope "
            f"{slope:.2f}), above 0 expected.",
            "Recalibrate the intercept only, or fit models of your own (leave out --recalibrate).",
        )
