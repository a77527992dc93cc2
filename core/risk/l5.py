"""Equations E, F and G: risk of expansion from L5, the quantity of ``core.imaging.laplacian``.

Fitted to the public table of ``core.risk.yu2024``.  What is known: in its 871 patients L5 ranks
expansions better than volume and the readers' signs do, on patients who were held out as well, and
within each third of volume and of time to CT.  What is not: it is one published table.  It holds
L5 standardised (z), and mean and standard deviation of the raw values are not printed; they were
recovered by matching quantiles of L5 with those of 95 other patients, weighted to the same volumes.
No patient is known with both images and outcome, and a second public table, which has no such
feature, neither confirms nor refutes the equations.  An error in the mean shifts the log-odds of
all patients alike (by 0.25 at the ends of its interval): calibration suffers, ranking does not, and
recalibration at a site removes it.  An error in the standard deviation stretches them, and with
them the weight of L5 beside GCS and shape: at the ends of its interval the AUC of F and G moves by
less than 0.004.  Risk does not go on rising with L5: of 23 patients above -11.3 HU, half of them
with hematomas below 3 mL, 13 expanded (57 %), where E expects 83 %.
"""

import numpy as np
from scipy.special import expit

from core.domain import FloatArray
from core.risk.yu2024 import Equation, symmetric
from core.stats.wald import Z_95

L5_MEAN_HU, L5_SD_HU = -18.3, 3.5
"""Of the patients on whom the table standardised L5, as recovered."""

L5_MEAN_SE_HU = (-17.4 + 19.1) / (2 * Z_95)
L5_SD_SE_HU = (4.3 - 2.7) / (2 * Z_95)
"""Of those two: from their bootstrap 95 % intervals, -19.1 to -17.4 and 2.7 to 4.3 HU.

Taken as normal and independent: how the two errors hang together is not known.
"""

E = Equation(
    "E",
    ("z",),
    np.array([-1.0183, 0.9487]),
    symmetric((0.007092, -0.002128), (0.008907,)),
    held_out_auc=0.795,
    held_out_auc_ci95=(0.738, 0.852),
)
F = Equation(
    "F",
    ("z", "gcs_moderate", "gcs_severe", "log1p_time"),
    np.array([-1.6154, 0.8517, 1.1222, 1.4224, -0.0967]),
    symmetric(
        (0.075290, -0.002636, -0.028499, -0.030217, -0.034211),
        (0.009019, -0.000693, -0.000983, 0.000526),
        (0.036389, 0.023761, 0.003841),
        (0.071278, 0.005011),
        (0.022461,),
    ),
    held_out_auc=0.820,
    held_out_auc_ci95=(0.767, 0.873),
)
F_WITHOUT_TIME = Equation(
    "F without time",
    ("z", "gcs_moderate", "gcs_severe"),
    np.array([-1.7638, 0.8545, 1.1394, 1.4449]),
    symmetric(
        (0.023181, -0.001847, -0.022645, -0.022582),
        (0.009000, -0.000765, -0.001069),
        (0.035721, 0.022893),
        (0.070000,),
    ),
    held_out_auc=0.820,
    held_out_auc_ci95=(0.767, 0.873),
)
G = Equation(
    "G",
    ("z", "irregular", "gcs_moderate", "gcs_severe", "log1p_time"),
    np.array([-1.9073, 0.7705, 0.9765, 0.9994, 1.1232, -0.0889]),
    symmetric(
        (0.081908, -0.002041, -0.010745, -0.028151, -0.028534, -0.035659),
        (0.009384, -0.001701, -0.000552, -0.000754, 0.000389),
        (0.030858, -0.002790, -0.008289, 0.000080),
        (0.037796, 0.025015, 0.003968),
        (0.077097, 0.005532),
        (0.023290,),
    ),
    held_out_auc=0.830,
    held_out_auc_ci95=(0.780, 0.880),
)
G_WITHOUT_TIME = Equation(
    "G without time",
    ("z", "irregular", "gcs_moderate", "gcs_severe"),
    np.array([-2.0445, 0.7723, 0.9772, 1.0152, 1.1449]),
    symmetric(
        (0.027317, -0.001451, -0.010631, -0.022067, -0.020073),
        (0.009366, -0.001722, -0.000598, -0.000804),
        (0.030832, -0.002803, -0.008260),
        (0.037109, 0.024054),
        (0.075592,),
    ),
    held_out_auc=0.830,
    held_out_auc_ci95=(0.780, 0.880),
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
