"""Logistic models of hematoma expansion and the risk they give for one patient.

A model is centred: its intercept is the log-odds of a reference patient, and each term measures a
deviation from that patient, so that the contributions a reader sees have a meaning of their own.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit, logit

from core.domain import (
    ClinicalFindings,
    Contribution,
    EstimateKind,
    FloatArray,
    ImageFindings,
    RiskEstimate,
)
from core.risk.image_variables import ALL_VARIABLES, IMAGE_VARIABLES
from core.risk.variables import VARIABLES, Value, gcs_group
from core.stats.wald import Z_95


@dataclass(frozen=True, slots=True)
class Term:
    """One coefficient: log-odds per unit of a variable, or for being in a level of it.

    ``variable`` is a name of ``core.risk.image_variables.ALL_VARIABLES``.  A term with a ``level``
    is an indicator (for ``gcs``: a group of ``gcs_group``).  At ``reference`` it adds nothing.
    ``step`` is the change for which an odds ratio is worth reading.
    """

    variable: str
    coefficient: float
    reference: float = 0.0
    level: str | None = None
    step: float = 1.0

    @property
    def name(self) -> str:
        """Name of the term, unique in its model."""
        return self.variable if self.level is None else f"{self.variable}_{self.level}"

    def deviation(self, value: Value) -> float:
        """Distance of a patient's value from the reference, in units of the coefficient."""
        if self.level is None:
            return float(value) - self.reference
        group = gcs_group(float(value)) if self.variable == "gcs" else value
        return float(group == self.level) - self.reference


@dataclass(frozen=True, slots=True)
class Log1pTerm(Term):
    """A term in log(1 + value); ``reference`` is a value, ``step`` a distance of logarithms."""

    def deviation(self, value: Value) -> float:
        """Distance of log(1 + value) from that of the reference."""
        return math.log1p(float(value)) - math.log1p(self.reference)


@dataclass(frozen=True, slots=True, eq=False)
class LogisticModel:
    """A fitted or published logistic model with the uncertainty of its coefficients.

    ``covariance`` is (1 + terms, 1 + terms), the centred intercept first.  ``base_rate`` is the
    share of expansions in the cohort for which ``intercept`` holds.  ``source`` is shown beside
    every number the model gives.  Patients and events are None where they are not published.
    """

    kind: EstimateKind
    intercept: float
    terms: tuple[Term, ...]
    covariance: FloatArray = field(repr=False)
    base_rate: float
    source: str
    n_patients: int | None = None
    n_events: int | None = None

    def __post_init__(self) -> None:
        covariance = np.array(self.covariance, dtype=np.float64)
        covariance.setflags(write=False)
        object.__setattr__(self, "covariance", covariance)

    @property
    def coefficients(self) -> FloatArray:
        """Coefficients in the order of the terms (terms,)."""
        return np.array([term.coefficient for term in self.terms])

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables the model needs, each once."""
        return tuple(dict.fromkeys(term.variable for term in self.terms))


def variable_label(variable: str) -> str:
    """Label of a term's variable for the reader."""
    return ALL_VARIABLES[variable].label


def predict(
    model: LogisticModel, clinical: ClinicalFindings, image: ImageFindings, base_rate: float
) -> RiskEstimate:
    """Probability of expansion with its 95 % interval and contributions, or the reason for none.

    The intercept moves by logit(base_rate) - logit(model.base_rate).  The interval is Wald's on the
    log-odds, x' V x; it does not hold the uncertainty of the base rate itself.
    """
    if image.out_of_scope is not None:
        return RiskEstimate(model.kind, None, None, model.source, reason=image.out_of_scope)
    known = {name: getattr(clinical, name) for name in VARIABLES}
    known |= {name: getattr(image, name) for name in IMAGE_VARIABLES}
    values = {name: known[name] for name in model.variables if known[name] is not None}
    missing = [variable_label(name) for name in model.variables if name not in values]
    if missing:
        reason = f"Not known, but needed by the {model.kind} model: {', '.join(missing)}."
        return RiskEstimate(model.kind, None, None, model.source, reason=reason)
    deviations = np.array([term.deviation(values[term.variable]) for term in model.terms])
    intercept = model.intercept + float(logit(base_rate) - logit(model.base_rate))
    log_odds = intercept + float(deviations @ model.coefficients)
    x = np.concatenate([[1.0], deviations])
    return RiskEstimate(
        model.kind,
        p=float(expit(log_odds)),
        ci95=wald_interval(log_odds, x, model.covariance),
        source=model.source,
        intercept=intercept,
        contributions=_contributions(model, values, deviations),
    )


def wald_interval(log_odds: float, x: FloatArray, covariance: FloatArray) -> tuple[float, float]:
    """95 % interval of a risk: Wald's on the log-odds, whose variance is x' V x."""
    margin = Z_95 * math.sqrt(x @ covariance @ x)
    return float(expit(log_odds - margin)), float(expit(log_odds + margin))


def _contributions(
    model: LogisticModel, values: dict[str, Value], deviations: FloatArray
) -> tuple[Contribution, ...]:
    """One contribution per variable: the indicators of GCS are one finding, not two."""
    contributions = []
    shares = deviations * model.coefficients
    for variable in model.variables:
        mine = [i for i, term in enumerate(model.terms) if term.variable == variable]
        log_odds = float(shares[mine].sum())
        value = values[variable]
        number = float(deviations[mine[0]]) if isinstance(value, str) else float(value)
        contributions.append(
            Contribution(variable, variable_label(variable), number, log_odds, math.exp(log_odds))
        )
    return tuple(contributions)
