import pytest

from core.risk.cohort import BASE_RATE
from core.risk.operating import LEE_2024_OPERATING

# clinical-reference 5.6: PPV and NPV as printed
PRINTED = {
    "clinical": {
        0.10: (0.22, 0.91),
        0.15: (0.28, 0.89),
        0.20: (0.34, 0.87),
        0.25: (0.36, 0.86),
        0.30: (0.39, 0.85),
        0.40: (0.49, 0.83),
    },
    "integrated": {
        0.10: (0.27, 0.94),
        0.15: (0.33, 0.92),
        0.20: (0.38, 0.90),
        0.25: (0.42, 0.89),
        0.30: (0.47, 0.87),
        0.40: (0.55, 0.85),
    },
}


@pytest.mark.parametrize("kind", PRINTED)
def test_predictive_values_at_the_cohorts_rate_are_the_printed_ones(kind):
    table = LEE_2024_OPERATING[kind]
    assert [point.threshold for point in table.points] == list(PRINTED[kind])
    for threshold, (ppv, npv) in PRINTED[kind].items():
        found = table.at(threshold, BASE_RATE)
        share_flagged = BASE_RATE * found.sensitivity + (1 - BASE_RATE) * (1 - found.specificity)
        # Sensitivity and specificity are rounded to 0.005: so much may the true and the flagged
        # share be off, and the printed value by its own rounding.
        slack = 0.005 + 0.005 * (BASE_RATE * (1 - ppv) + (1 - BASE_RATE) * ppv) / share_flagged
        assert found.ppv == pytest.approx(ppv, abs=slack)
        slack = 0.005 + 0.005 / (1 - share_flagged)
        assert found.npv == pytest.approx(npv, abs=slack)


def test_values_between_rows_are_linear():
    found = LEE_2024_OPERATING["integrated"].at(0.225, BASE_RATE)
    # rounding to twelve decimals is the only loss
    assert found.sensitivity == pytest.approx(0.645, abs=1e-9)
    assert found.specificity == pytest.approx(0.755, abs=1e-9)


@pytest.mark.parametrize("threshold", [0.05, 0.099, 0.401, 0.9])
def test_nothing_is_extrapolated(threshold):
    assert LEE_2024_OPERATING["clinical"].at(threshold, BASE_RATE) is None


def test_threshold_of_recalibrated_risks_is_taken_back_to_the_tables_scale():
    # Odds 1/4 (risk 0.20) times (3/7) / (114/455): the same patients are flagged at base rate 0.30.
    odds = 0.25 * (3 / 7) / (114 / 455)
    found = LEE_2024_OPERATING["clinical"].at(odds / (1 + odds), 0.30)
    assert found.sensitivity == pytest.approx(0.57, abs=1e-9)
    assert found.specificity == pytest.approx(0.72, abs=1e-9)
    # 0.3 * 0.57 / (0.3 * 0.57 + 0.7 * 0.28) and 0.7 * 0.72 / (0.7 * 0.72 + 0.3 * 0.43)
    assert found.ppv == pytest.approx(0.171 / 0.367, abs=1e-9)
    assert found.npv == pytest.approx(0.504 / 0.633, abs=1e-9)
