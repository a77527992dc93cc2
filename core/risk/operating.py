"""What a risk threshold means, and how well a model ranks: expected, not observed.

Worked out in the reference cohort of Lee 2024, whose outcomes are taken to come at the risks that
the model itself gives.  For the published models this repeats what their class-conditional
distributions yield; for one whose image score was shrunk it is the only honest assumption.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import expit, logit

from core.domain import FloatArray
from core.risk.estimate import RiskModels
from core.risk.logistic import LogisticModel
from core.risk.published import is_lee_2024
from core.risk.reference_cohort import even_cohort


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """Accuracy of "risk >= threshold" as a test for expansion, at one base rate.

    A predictive value is None where nobody, or everybody, is flagged.
    """

    sensitivity: float
    specificity: float
    ppv: float | None
    npv: float | None


def operating_characteristics(
    model: LogisticModel, threshold: float, base_rate: float
) -> OperatingCharacteristics | None:
    """Characteristics at a threshold of risks that were moved to the user's base rate.

    None for a model that is not from Lee 2024: no cohort of its patients is known here.
    """
    if not is_lee_2024(model):
        return None
    # Moving the intercept moves every risk: the threshold is taken back to the model's own scale.
    own = logit(threshold) + logit(model.base_rate) - logit(base_rate)
    ranked = _ranked(model)
    sensitivity = 1 - float(np.interp(own, ranked.log_odds, ranked.expanded_below, 0, 1))
    specificity = float(np.interp(own, ranked.log_odds, ranked.stable_below, 0, 1))
    true_positive, false_negative = base_rate * sensitivity, base_rate * (1 - sensitivity)
    true_negative = (1 - base_rate) * specificity
    false_positive = (1 - base_rate) * (1 - specificity)
    return OperatingCharacteristics(
        sensitivity,
        specificity,
        ppv=_share(true_positive, false_positive),
        npv=_share(true_negative, false_negative),
    )


def expected_auc(model: LogisticModel) -> float | None:
    """ROC area that a large cohort would show; None for a model that is not from Lee 2024."""
    if not is_lee_2024(model):
        return None
    ranked = _ranked(model)
    return float(np.diff(ranked.expanded_below, prepend=0) @ ranked.stable_below)


def gain_from_image(models: RiskModels) -> float | None:
    """Expected AUC of the integrated model less that of the clinical one; None as above."""
    integrated, clinical = expected_auc(models.integrated), expected_auc(models.clinical)
    return None if integrated is None or clinical is None else integrated - clinical


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Patients of the reference cohort by rising log-odds, (nodes,) each.

    Shares of the expanded and of the stable patients up to the middle of each node.
    """

    log_odds: FloatArray
    expanded_below: FloatArray
    stable_below: FloatArray


@lru_cache(maxsize=32)
def _ranked(model: LogisticModel) -> _Ranked:
    cohort = even_cohort()
    log_odds = cohort.log_odds(model, model.intercept)
    order = np.argsort(log_odds)
    risk, weight = expit(log_odds[order]), cohort.weight[order]
    return _Ranked(log_odds[order], _below(weight * risk), _below(weight * (1 - risk)))


def _below(weight: FloatArray) -> FloatArray:
    """Share of the weight up to the middle of each node."""
    shares: FloatArray = (np.cumsum(weight) - weight / 2) / weight.sum()
    return shares


def _share(part: float, other: float) -> float | None:
    return part / (part + other) if part + other > 0 else None
