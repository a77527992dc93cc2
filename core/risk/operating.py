"""What a risk threshold means: sensitivity, specificity and predictive values at a base rate."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from core.domain import ModelKind
from core.risk.cohort import BASE_RATE


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """How a model separates patients at one threshold of its risk."""

    threshold: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """Accuracy of "risk >= threshold" as a test for expansion, at one base rate."""

    sensitivity: float
    specificity: float
    ppv: float
    npv: float


@dataclass(frozen=True, slots=True)
class OperatingTable:
    """Operating points by rising threshold, of risks calibrated to ``base_rate``."""

    points: tuple[OperatingPoint, ...]
    base_rate: float

    def at(self, threshold: float, base_rate: float) -> OperatingCharacteristics | None:
        """Characteristics at a threshold of risks that were moved to the user's base rate.

        Moving the intercept moves every risk, so the threshold is first taken back to the table's
        own scale; there, linear between rows.  None outside the table: nothing is extrapolated.
        """
        own = float(expit(logit(threshold) + logit(self.base_rate) - logit(base_rate)))
        # The way to the log-odds scale and back may miss the first or last row by a rounding error.
        own = round(own, 12)
        thresholds = [point.threshold for point in self.points]
        if not thresholds[0] <= own <= thresholds[-1]:
            return None
        sensitivity = float(np.interp(own, thresholds, [p.sensitivity for p in self.points]))
        specificity = float(np.interp(own, thresholds, [p.specificity for p in self.points]))
        true_positive, false_negative = base_rate * sensitivity, base_rate * (1 - sensitivity)
        true_negative = (1 - base_rate) * specificity
        false_positive = (1 - base_rate) * (1 - specificity)
        return OperatingCharacteristics(
            sensitivity,
            specificity,
            ppv=true_positive / (true_positive + false_positive),
            npv=true_negative / (true_negative + false_negative),
        )


def _table(*rows: tuple[float, float, float]) -> OperatingTable:
    return OperatingTable(tuple(OperatingPoint(*row) for row in rows), BASE_RATE)


# Simulated from the reconstructed models of Lee 2024 with nDL's within-class SD 8: not observed.
LEE_2024_OPERATING: dict[ModelKind, OperatingTable] = {
    "clinical": _table(
        (0.10, 0.94, 0.16),
        (0.15, 0.74, 0.53),
        (0.20, 0.57, 0.72),
        (0.25, 0.48, 0.79),
        (0.30, 0.41, 0.84),
        (0.40, 0.21, 0.94),
    ),
    "integrated": _table(
        (0.10, 0.90, 0.40),
        (0.15, 0.79, 0.59),
        (0.20, 0.69, 0.71),
        (0.25, 0.60, 0.80),
        (0.30, 0.51, 0.86),
        (0.40, 0.35, 0.93),
    ),
}
