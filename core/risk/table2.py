"""Table 2 of Lee 2024 (doi 10.1007/s00234-024-03298-y) as printed: odds ratios per unit."""

from dataclasses import dataclass

from core.domain import ModelKind


@dataclass(frozen=True, slots=True)
class PrintedOddsRatio:
    """Odds ratio with 95 % interval and p value, in the paper's own rounding."""

    value: float
    ci95: tuple[float, float]
    p: str


LEE_2024_TABLE_2: dict[ModelKind, dict[str, PrintedOddsRatio]] = {
    "image": {"ndl": PrintedOddsRatio(1.12, (1.08, 1.15), "<0.001")},
    "clinical": {
        "age_years": PrintedOddsRatio(0.98, (0.96, 1.00), "0.021"),
        "gcs_moderate": PrintedOddsRatio(2.85, (1.50, 5.42), "0.001"),
        "gcs_severe": PrintedOddsRatio(4.30, (2.26, 8.17), "<0.001"),
        "fibrinogen_mg_dl": PrintedOddsRatio(1.00, (1.00, 1.00), "0.147"),
    },
    "integrated": {
        "age_years": PrintedOddsRatio(0.98, (0.96, 1.00), "0.044"),
        "gcs_moderate": PrintedOddsRatio(2.11, (1.06, 4.20), "0.033"),
        "gcs_severe": PrintedOddsRatio(1.92, (0.92, 3.98), "0.081"),
        "fibrinogen_mg_dl": PrintedOddsRatio(1.00, (1.00, 1.00), "0.114"),
        "ndl": PrintedOddsRatio(1.10, (1.07, 1.14), "<0.001"),
    },
}
"""By model and name of the term (``Term.name``)."""
