"""Risk of expansion after the public table of Yu 2024: the only one here that rests on outcomes.

Logistic regressions fitted for HEscope to the 871 patients (252 expansions) published with Yu F. et
al., Eur Radiol 2024, doi 10.1007/s00330-024-10921-2: equation A from the first CT alone (AUC 0.696
[0.66, 0.74]), equation D with GCS and time as well.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from core.domain import ClinicalFindings, Contribution
from core.risk.logistic import wald_interval
from core.risk.variables import gcs_group

INTERCEPT = -2.1189
LOG1P_VOLUME = 0.2261
IRREGULAR = 1.2208
BLEND = 0.5274


def expansion_risk_from_image(volume_ml: float, irregular: bool, blend: bool) -> float:
    """Probability of expansion from hematoma volume, irregular shape and blend sign.

    The soft label from which the bundled expansion head is distilled; its base rate is 28.9 %.
    """
    if not volume_ml >= 0:
        raise ValueError(f"Hematoma volume {volume_ml} mL found, 0 or more expected.")
    log_odds = (
        INTERCEPT + LOG1P_VOLUME * math.log1p(volume_ml) + IRREGULAR * irregular + BLEND * blend
    )
    return float(expit(log_odds))


BASE_RATE = 252 / 871
EQUATION_D_AUC, EQUATION_D_AUC_CI95 = 0.747, (0.71, 0.78)
EQUATION_D_HELD_OUT_AUC = 0.732
"""Of the same terms, fitted on one part of the patients and tested on the others."""
EQUATION_D_SOURCE = "Equation D, fitted to the outcomes of 871 patients (Yu 2024)"

# Intercept, log(1 + volume), irregular, blend, log(1 + time), GCS 9-12, GCS 3-8.
_D = np.array([-2.0867, 0.0518, 1.1210, 0.6575, -0.1711, 1.1081, 1.3338])
_D_REFERENCE = np.array([1, math.log1p(15), 0, 0, math.log1p(3), 0, 0])
_D_COVARIANCE = np.zeros((7, 7))
_D_COVARIANCE[np.triu_indices(7)] = [
    *(0.139130, -0.029019, 0.012707, 0.009414, -0.033255, -0.015792, -0.015903),
    *(0.013419, -0.010341, -0.007070, -0.000061, -0.004582, -0.004699),
    *(0.036358, 0.002905, 0.000377, 0.000737, -0.003980),
    *(0.041482, -0.001926, 0.002737, 0.006266),
    *(0.022326, 0.003707, 0.004455),
    *(0.036068, 0.024151),
    0.072978,
]
_D_COVARIANCE += np.triu(_D_COVARIANCE, k=1).T


@dataclass(frozen=True, slots=True)
class OutcomeRisk:
    """Probability of expansion by equation D with its 95 % interval, or the reason for none.

    Contributions are measured from a reference patient near the table's medians: 15 mL without
    signs, 3 h from onset, GCS 13-15; ``intercept`` is the log-odds of that patient.
    """

    p: float | None
    ci95: tuple[float, float] | None
    intercept: float | None = None
    contributions: tuple[Contribution, ...] = ()
    reason: str | None = None


def expansion_risk(
    clinical: ClinicalFindings, volume_ml: float, *, irregular: bool, blend: bool, base_rate: float
) -> OutcomeRisk:
    """Risk of one patient by equation D, its intercept moved from 28.9 % to the base rate."""
    if not volume_ml >= 0:
        raise ValueError(f"Hematoma volume {volume_ml} mL found, 0 or more expected.")
    gcs, hours = clinical.gcs, clinical.onset_to_ct_h
    if gcs is None or hours is None or volume_ml == 0:
        needed = {"Hematoma": volume_ml or None, "Glasgow Coma Scale": gcs, "Onset to CT": hours}
        unknown = ", ".join(name for name, value in needed.items() if value is None)
        return OutcomeRisk(None, None, reason=f"Not known, but needed: {unknown}.")
    group = gcs_group(gcs)
    signs, groups = (irregular, blend), (group == "moderate", group == "severe")
    x = np.array([1, math.log1p(volume_ml), *signs, math.log1p(hours), *groups], np.float64)
    moved = _D.copy()
    moved[0] += logit(base_rate) - logit(BASE_RATE)
    shares = ((x - _D_REFERENCE) * moved).tolist()
    named = (
        ("volume_ml", "Volume, mL", volume_ml, shares[1]),
        ("irregular", "Irregular shape", float(irregular), shares[2]),
        ("blend", "Blend sign", float(blend), shares[3]),
        ("onset_to_ct_h", "Onset to CT, h", hours, shares[4]),
        ("gcs", "Glasgow Coma Scale", float(gcs), shares[5] + shares[6]),
    )
    log_odds = float(x @ moved)
    return OutcomeRisk(
        float(expit(log_odds)),
        wald_interval(log_odds, x, _D_COVARIANCE),
        float(_D_REFERENCE @ moved),
        tuple(
            Contribution(term, label, value, share, math.exp(share))
            for term, label, value, share in named
        ),
    )
