"""Risk of expansion from the first CT alone, after the public table of Yu 2024.

Equation A: logistic regression fitted for HEscope to the 871 patients (252 expansions) published
with Yu F. et al., Eur Radiol 2024, doi 10.1007/s00330-024-10921-2.  AUC 0.696 [0.66, 0.74].
"""

import math

from scipy.special import expit

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
