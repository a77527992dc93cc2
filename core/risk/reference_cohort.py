"""The patients of Lee 2024 as a weighted grid, for intercepts that hit the cohort's base rate.

Class-conditional distributions of Table 1, age, GCS and fibrinogen independent within class, nDL
normal given class and GCS: the assumptions of the reconstruction, and their limits, are those of
the published models.  Quadrature instead of simulation makes the result exact and repeatable.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from core.domain import BoolArray, FloatArray
from core.risk.logistic import LogisticModel, Term
from core.risk.table1 import EXPANDED, STABLE, MeanSd, OutcomeClass
from core.risk.variables import GcsGroup

NDL_MEAN = 20.0
N_PATIENTS, N_EXPANDED = STABLE.n + EXPANDED.n, EXPANDED.n
BASE_RATE = N_EXPANDED / N_PATIENTS

NDL_SD = 8.0
"""Of nDL within class and GCS group: the one that fits odds ratio, LRT, AIC and AUC best."""
# nDL's rise with GCS is the only link that turns the clinical GCS terms into the integrated ones.
_NDL_RISE: dict[GcsGroup, float] = {"mild": 0.0, "moderate": 3.1, "severe": 8.4}
# For normal classes of equal spread the log-odds slope is gap / SD^2.
_NDL_GAP = 0.0965 * NDL_SD**2
# Root of x^4 = x + 1: its powers fill a cube most evenly (Roberts 2018, the R sequences).
_PLASTIC_3 = 1.2207440846057596


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceCohort:
    """Nodes of the quadrature, (nodes,) each; weights add up to 1."""

    weight: FloatArray
    expanded: BoolArray
    age_years: FloatArray
    gcs: NDArray[np.str_]
    fibrinogen_mg_dl: FloatArray
    ndl: FloatArray

    def deviation(self, term: Term) -> FloatArray:
        """Deviation of every node from a term's reference (nodes,)."""
        column: FloatArray = getattr(self, term.variable)
        value = column if term.level is None else (column == term.level).astype(np.float64)
        return value - term.reference

    def log_odds(self, model: LogisticModel, intercept: float) -> FloatArray:
        """Log-odds of every node by a model with the given intercept (nodes,)."""
        log_odds = np.full(self.weight.shape, intercept)
        for term in model.terms:
            log_odds += term.coefficient * self.deviation(term)
        return log_odds


def reference_cohort(order: int = 16) -> ReferenceCohort:
    """Cohort of Lee 2024 by Gauss-Hermite quadrature of the given order in age, fibrinogen, nDL."""
    z, w = np.polynomial.hermite_e.hermegauss(order)
    axes = np.stack(np.meshgrid(z, z, z, indexing="ij")).reshape(3, -1)
    return _cohort(axes, np.einsum("i,j,k->ijk", w, w, w).ravel() / w.sum() ** 3)


def even_cohort(n: int = 8192) -> ReferenceCohort:
    """Cohort of Lee 2024 by ``n`` equal nodes per outcome and GCS group, for shares and ranks.

    A threshold is no smooth function: Gauss-Hermite nodes, few in each single variable, would
    misplace it.  The R3 sequence fills every variable, and every pair of them, evenly.
    """
    step = _PLASTIC_3 ** -np.arange(1, 4)
    share = np.modf(0.5 + np.arange(1, n + 1) * step[:, np.newaxis])[0]  # (3, n)
    return _cohort(ndtri(share), np.full(n, 1 / n))


def _cohort(z: FloatArray, node_weight: FloatArray) -> ReferenceCohort:
    """Cohort from standard normal age, log fibrinogen and nDL (3, nodes) of every group."""
    z_age, z_fibrinogen, z_ndl = z
    parts = []
    for outcome, group in _groups():
        share = _share(outcome, group)
        parts.append(
            (
                share * node_weight,
                np.full(z_age.shape, outcome is EXPANDED),
                outcome.measured["age_years"].mean + outcome.measured["age_years"].sd * z_age,
                np.full(z_age.shape, group),
                _log_normal(outcome.measured["fibrinogen_mg_dl"], z_fibrinogen),
                mean_ndl(outcome, group) + NDL_SD * z_ndl,
            )
        )
    return ReferenceCohort(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def mean_ndl(outcome: OutcomeClass, group: GcsGroup) -> float:
    """Mean nDL of the patients with one outcome and GCS group; that of all is NDL_MEAN."""
    everyone = sum(_share(*part) * _ndl_above_mild_stable(*part) for part in _groups())
    return NDL_MEAN + _ndl_above_mild_stable(outcome, group) - everyone


def _groups() -> list[tuple[OutcomeClass, GcsGroup]]:
    return [(outcome, group) for outcome in (STABLE, EXPANDED) for group in outcome.gcs]


def _share(outcome: OutcomeClass, group: GcsGroup) -> float:
    """Share of all patients who have that outcome and GCS group."""
    return outcome.n / N_PATIENTS * outcome.gcs[group] / sum(outcome.gcs.values())


def _ndl_above_mild_stable(outcome: OutcomeClass, group: GcsGroup) -> float:
    return _NDL_RISE[group] + (_NDL_GAP if outcome is EXPANDED else 0.0)


def solve_intercept(model: LogisticModel, cohort: ReferenceCohort) -> float:
    """Centred intercept at which the cohort's mean risk is the model's base rate, log-odds."""
    deviation = cohort.log_odds(model, 0.0)

    def excess(intercept: float) -> float:
        return float(cohort.weight @ expit(intercept + deviation)) - model.base_rate

    return float(brentq(excess, -20.0, 20.0, xtol=1e-10))


def _log_normal(moments: MeanSd, z: FloatArray) -> FloatArray:
    """Log-normal values at standard normal ``z``, from mean and SD on the natural scale."""
    variance = np.log1p((moments.sd / moments.mean) ** 2)
    values: FloatArray = np.exp(np.log(moments.mean) - variance / 2 + np.sqrt(variance) * z)
    return values
