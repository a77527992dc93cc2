"""What Lee 2024 (doi 10.1007/s00234-024-03298-y) printed: Tables 1 and 3, and the model fit.

Table 2 is in ``core.risk.table2``.  Volumes are in mL, which the paper's "mm3" must be.
"""

from dataclasses import dataclass

from core.domain import ModelKind


@dataclass(frozen=True, slots=True)
class PrintedUnivariable:
    """One row of Table 1: descriptives without and with expansion, and the odds ratio per unit."""

    without: str
    with_expansion: str
    odds_ratio: float | None = None
    ci95: tuple[float, float] | None = None
    p: str | None = None


@dataclass(frozen=True, slots=True)
class PrintedShare:
    """A share of test patients as printed: how many of how many, with its Wilson interval."""

    successes: int
    n: int
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PrintedPerformance:
    """One row of Table 3."""

    accuracy: PrintedShare
    sensitivity: PrintedShare
    specificity: PrintedShare
    auc: float
    auc_ci95: tuple[float, float]


TABLE_1: dict[str, PrintedUnivariable] = {
    "sex": PrintedUnivariable("262 : 193", "75 : 39", 1.42, (0.92, 2.18), "0.112"),
    "age_years": PrintedUnivariable("63 ± 14", "58 ± 14", 0.98, (0.96, 0.99), "< 0.001"),
    "gcs_mild": PrintedUnivariable("310", "53", 1.00),
    "gcs_moderate": PrintedUnivariable("65", "28", 2.52, (1.48, 4.28), "< 0.001"),
    "gcs_severe": PrintedUnivariable("40", "29", 4.24, (2.42, 7.42), "< 0.001"),
    "sbp_mmhg": PrintedUnivariable("166 ± 37", "162 ± 40", 1.00, (0.99, 1.00), "0.285"),
    "dbp_mmhg": PrintedUnivariable("92 ± 21", "91 ± 20", 1.00, (0.99, 1.01), "0.547"),
    "fibrinogen_mg_dl": PrintedUnivariable("330 ± 107", "305 ± 129", 1.00, (1.00, 1.00), "0.034"),
    "inr": PrintedUnivariable("1.09 ± 0.60", "1.27 ± 0.66", 1.44, (1.04, 2.00), "0.026"),
    "platelets_10e9_l": PrintedUnivariable("211 ± 75", "192 ± 106", 1.00, (1.00, 1.00), "0.037"),
    "antiplatelet": PrintedUnivariable("95 (21%)", "27 (24%)", 1.08, (0.66, 1.78), "0.756"),
    "onset_to_ct_h": PrintedUnivariable("6.2 ± 6.7", "5.7 ± 6.5", 1.00, (1.00, 1.00), "0.518"),
    "aptt_s": PrintedUnivariable("31.1 ± 6.1", "35.4 ± 35.7", 1.02, (0.99, 1.06), "0.141"),
    "volume_ml": PrintedUnivariable("18.1 ± 22.7", "37.0 ± 34.6", 1.02, (1.01, 1.04), "< 0.001"),
}
"""By variable; GCS by its groups."""

TABLE_3: dict[ModelKind, PrintedPerformance] = {
    "image": PrintedPerformance(
        PrintedShare(72, 107, (0.579, 0.755)),
        PrintedShare(17, 21, (0.600, 0.923)),
        # Printed [63.5, 88.7] is the interval of the AUC in the wrong cell; this is Wilson's.
        PrintedShare(55, 86, (0.534, 0.733)),
        0.76,
        (0.64, 0.89),
    ),
    "clinical": PrintedPerformance(
        PrintedShare(80, 107, (0.658, 0.820)),
        PrintedShare(17, 21, (0.600, 0.923)),
        PrintedShare(63, 86, (0.631, 0.815)),
        0.81,
        (0.69, 0.93),
    ),
    "integrated": PrintedPerformance(
        PrintedShare(87, 107, (0.729, 0.876)),
        PrintedShare(16, 21, (0.549, 0.894)),
        PrintedShare(71, 86, (0.732, 0.891)),
        0.83,
        (0.72, 0.95),
    ),
}

AIC: dict[ModelKind, float] = {"clinical": 400.72, "integrated": 369.93}
LIKELIHOOD_RATIO = 32.79
"""AIC difference + 2, of the integrated against the clinical model on 1 degree of freedom."""

EXPECTED_AUC: dict[ModelKind, float] = {"image": 0.742, "clinical": 0.694, "integrated": 0.770}
"""As clinical-reference 5.6 simulated it; ``core.risk.operating`` works the same out by itself."""
