"""Risk of expansion from L5, the image quantity of ``core.imaging.laplacian``.

Logistic regressions fitted for HEscope to the 871 patients (252 expansions) published with Yu F. et
al., Eur Radiol 2024, doi 10.1007/s00330-024-10921-2: equation E from L5 alone, F with GCS and time
from onset to CT, G with a reader's irregular shape as well.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from core.domain import FloatArray

L5_MEAN_HU, L5_SD_HU = -18.3, 3.5
"""Of the patients on whom the table standardised L5."""


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """Log-odds of expansion by the table's terms; the intercept comes first, 28.9 % the base rate.

    ``coefficients`` is (1 + terms,), ``covariance`` (1 + terms, 1 + terms).
    """

    terms: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray


def _symmetric(*upper: tuple[float, ...]) -> FloatArray:
    """Matrix whose rows are given from the diagonal on."""
    matrix = np.zeros((len(upper), len(upper)))
    matrix[np.triu_indices(len(upper))] = np.concatenate(upper)
    return matrix + np.triu(matrix, k=1).T


E = Equation(
    ("z",),
    np.array([-1.0183, 0.9487]),
    _symmetric((0.007092, -0.002128), (0.008907,)),
)
F = Equation(
    ("z", "gcs_moderate", "gcs_severe", "log1p_time"),
    np.array([-1.6154, 0.8517, 1.1222, 1.4224, -0.0967]),
    _symmetric(
        (0.075290, -0.002636, -0.028499, -0.030217, -0.034211),
        (0.009019, -0.000693, -0.000983, 0.000526),
        (0.036389, 0.023761, 0.003841),
        (0.071278, 0.005011),
        (0.022461,),
    ),
)
G = Equation(
    ("z", "irregular", "gcs_moderate", "gcs_severe", "log1p_time"),
    np.array([-1.9073, 0.7705, 0.9765, 0.9994, 1.1232, -0.0889]),
    _symmetric(
        (0.081908, -0.002041, -0.010745, -0.028151, -0.028534, -0.035659),
        (0.009384, -0.001701, -0.000552, -0.000754, 0.000389),
        (0.030858, -0.002790, -0.008289, 0.000080),
        (0.037796, 0.025015, 0.003968),
        (0.077097, 0.005532),
        (0.023290,),
    ),
)


def z_of_l5(l5_hu: FloatArray | float) -> FloatArray:
    """L5 standardised as in the table, of any shape; nan stays nan.

    >>> z_of_l5(-14.8).round(6).item()
    1.0
    """
    return np.asarray((np.asarray(l5_hu, np.float64) - L5_MEAN_HU) / L5_SD_HU)


def expansion_risk_from_l5(l5_hu: FloatArray | float) -> FloatArray:
    """Probability of expansion by equation E, of the shape of ``l5_hu``; nan stays nan.

    The soft label from which the bundled expansion head is distilled; its base rate is 28.9 %.
    """
    intercept, per_z = E.coefficients
    return np.asarray(expit(intercept + per_z * z_of_l5(l5_hu)))
