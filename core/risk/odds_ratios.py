"""Odds ratios of a logistic model's terms."""

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtr

from core.risk.image_variables import ALL_VARIABLES
from core.risk.logistic import Log1pTerm, LogisticModel, Term, variable_label
from core.risk.variables import GCS_RANGES
from core.stats.wald import Z_95


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """Odds ratio of one term for the change that ``contrast`` names, with 95 % interval."""

    term: str
    label: str
    contrast: str
    value: float
    ci95: tuple[float, float]
    p: float


def odds_ratios(
    model: LogisticModel, *, per: Literal["step", "unit"] = "step"
) -> tuple[OddsRatio, ...]:
    """Odds ratios in the order of the terms: per useful step, or per unit as papers print them."""
    return tuple(
        _odds_ratio(term, variance**0.5, term.step if per == "step" else 1.0)
        for term, variance in zip(model.terms, model.covariance.diagonal()[1:], strict=True)
    )


def _odds_ratio(term: Term, standard_error: float, step: float) -> OddsRatio:
    log_odds = term.coefficient * step
    margin = Z_95 * standard_error * abs(step)
    return OddsRatio(
        term.name,
        variable_label(term.variable),
        _contrast(term, step),
        math.exp(log_odds),
        (math.exp(log_odds - margin), math.exp(log_odds + margin)),
        2 * float(ndtr(-abs(term.coefficient) / standard_error)),
    )


def _contrast(term: Term, step: float) -> str:
    if term.variable == "gcs" and term.level in GCS_RANGES:
        return f"{GCS_RANGES[term.level]} vs {GCS_RANGES['mild']}"
    if term.level is not None:
        return term.level
    variable = ALL_VARIABLES[term.variable]
    if variable.kind == "boolean":
        return "yes vs no"
    if isinstance(term, Log1pTerm):
        high = (1 + term.reference) * math.exp(step) - 1
        return f"{high:.3g} vs {variable.quantity(term.reference)}"
    return f"{step:+g} {variable.unit}".rstrip()
