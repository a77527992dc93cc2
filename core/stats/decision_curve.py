"""Decision curve: what acting on a predicted risk is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.domain import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCurve:
    """Net benefit in true positives per patient (thresholds,); treating none has 0 throughout."""

    thresholds: FloatArray
    model: FloatArray
    treat_all: FloatArray


def decision_curve(
    labels: ArrayLike, probabilities: ArrayLike, thresholds: ArrayLike
) -> DecisionCurve:
    """Net benefit of acting on "risk >= threshold", and of acting on all (Vickers 2006).

    doi 10.1177/0272989X06295361.  thresholds: risks in [0, 1), at which a reader would act.
    """
    positive, p = np.asarray(labels, dtype=bool), np.asarray(probabilities, dtype=np.float64)
    at = np.array(thresholds, dtype=np.float64)
    if not ((at >= 0) & (at < 1)).all():
        raise ValueError("A threshold outside [0, 1) found; its odds must be finite.")
    flagged = p >= at[:, np.newaxis]  # (thresholds, n)
    price = at / (1 - at)
    true, false = (flagged & positive).mean(axis=1), (flagged & ~positive).mean(axis=1)
    base_rate = positive.mean()
    return DecisionCurve(at, true - price * false, base_rate - price * (1 - base_rate))
