"""Equations of the public table of Yu 2024: the only ones here that rest on outcomes throughout.

Logistic regressions fitted for HEscope to the 871 patients (252 expansions) published with Yu F. et
al., Eur Radiol 2024, doi 10.1007/s00330-024-10921-2: equation A from the first CT alone (AUC 0.696
[0.66, 0.74]), equation D with GCS and time as well; those that use L5 are in ``core.risk.l5``.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from core.domain import FloatArray

N_PATIENTS, N_EXPANDED = 871, 252
BASE_RATE = N_EXPANDED / N_PATIENTS
N_HELD_OUT, N_HELD_OUT_EXPANDED = 316, 79
"""Patients of the second and third split, for a fit to the first."""

INTERCEPT = -2.1189
LOG1P_VOLUME = 0.2261
IRREGULAR = 1.2208
BLEND = 0.5274


def expansion_risk_from_image(volume_ml: float, irregular: bool, blend: bool) -> float:
    """Probability of expansion from hematoma volume, irregular shape and blend sign (equation A).

    Its base rate is 28.9 %.
    """
    if not volume_ml >= 0:
        raise ValueError(f"Hematoma volume {volume_ml} mL found, 0 or more expected.")
    log_odds = (
        INTERCEPT + LOG1P_VOLUME * math.log1p(volume_ml) + IRREGULAR * irregular + BLEND * blend
    )
    return float(expit(log_odds))


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """Log-odds of expansion by terms of the table; the intercept comes first.

    ``coefficients`` is (1 + terms,), ``covariance`` (1 + terms, 1 + terms).  ``held_out_auc`` is of
    the same terms, fitted to the first split of the patients, on the others (DeLong's interval).
    """

    name: str
    terms: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray
    held_out_auc: float
    held_out_auc_ci95: tuple[float, float]


def symmetric(*upper: tuple[float, ...]) -> FloatArray:
    """Matrix whose rows are given from the diagonal on."""
    matrix = np.zeros((len(upper), len(upper)))
    matrix[np.triu_indices(len(upper))] = np.concatenate(upper)
    return matrix + np.triu(matrix, k=1).T


D = Equation(
    "D",
    ("log1p_volume", "irregular", "blend", "log1p_time", "gcs_moderate", "gcs_severe"),
    np.array([-2.0867, 0.0518, 1.1210, 0.6575, -0.1711, 1.1081, 1.3338]),
    symmetric(
        (0.139130, -0.029019, 0.012707, 0.009414, -0.033255, -0.015792, -0.015903),
        (0.013419, -0.010341, -0.007070, -0.000061, -0.004582, -0.004699),
        (0.036358, 0.002905, 0.000377, 0.000737, -0.003980),
        (0.041482, -0.001926, 0.002737, 0.006266),
        (0.022326, 0.003707, 0.004455),
        (0.036068, 0.024151),
        (0.072978,),
    ),
    held_out_auc=0.732,
    held_out_auc_ci95=(0.669, 0.795),
)
