from dataclasses import replace

import numpy as np
import pytest

from core.risk import operating
from core.risk.operating import expected_auc, gain_from_image, operating_characteristics
from core.risk.published import LEE_2024
from core.risk.reference_cohort import BASE_RATE, even_cohort
from core.risk.shrink import shrink
from core.study.paper import EXPECTED_AUC

# clinical-reference 5.6: sensitivity, specificity, PPV and NPV by threshold, simulated
PRINTED = {
    "clinical": {
        0.10: (0.94, 0.16, 0.22, 0.91),
        0.15: (0.74, 0.53, 0.28, 0.89),
        0.20: (0.57, 0.72, 0.34, 0.87),
        0.25: (0.48, 0.79, 0.36, 0.86),
        0.30: (0.41, 0.84, 0.39, 0.85),
        0.40: (0.21, 0.94, 0.49, 0.83),
    },
    "integrated": {
        0.10: (0.90, 0.40, 0.27, 0.94),
        0.15: (0.79, 0.59, 0.33, 0.92),
        0.20: (0.69, 0.71, 0.38, 0.90),
        0.25: (0.60, 0.80, 0.42, 0.89),
        0.30: (0.51, 0.86, 0.47, 0.87),
        0.40: (0.35, 0.93, 0.55, 0.85),
    },
}


@pytest.mark.parametrize("kind", PRINTED)
def test_characteristics_are_those_of_the_simulated_cohort(kind):
    for threshold, printed in PRINTED[kind].items():
        found = operating_characteristics(getattr(LEE_2024, kind), threshold, BASE_RATE)
        # The printed ones come from a simulation and are rounded to 0.005; few are flagged at 0.40,
        # which the predictive value there feels.
        assert (found.sensitivity, found.specificity) == pytest.approx(printed[:2], abs=0.02)
        assert (found.ppv, found.npv) == pytest.approx(printed[2:], abs=0.03)


def test_predictive_values_follow_from_the_base_rate():
    found = operating_characteristics(LEE_2024.clinical, 0.2, 0.30)
    tp, fp = 0.3 * found.sensitivity, 0.7 * (1 - found.specificity)
    tn, fn = 0.7 * found.specificity, 0.3 * (1 - found.sensitivity)
    assert found.ppv == pytest.approx(tp / (tp + fp))
    assert found.npv == pytest.approx(tn / (tn + fn))


def test_threshold_of_recalibrated_risks_flags_the_same_patients():
    # Odds 1/4 (risk 0.20) times (3/7) / (114/455): the same patients are flagged at base rate 0.30.
    odds = 0.25 * (3 / 7) / (114 / 455)
    moved = operating_characteristics(LEE_2024.clinical, odds / (1 + odds), 0.30)
    own = operating_characteristics(LEE_2024.clinical, 0.20, BASE_RATE)
    assert (moved.sensitivity, moved.specificity) == pytest.approx(
        (own.sensitivity, own.specificity)
    )


def test_threshold_that_flags_nobody_has_no_positive_predictive_value():
    found = operating_characteristics(LEE_2024.image, 1 - 1e-9, BASE_RATE)
    assert (found.sensitivity, found.specificity, found.ppv) == (0, 1, None)
    assert found.npv == pytest.approx(1 - BASE_RATE)


@pytest.mark.parametrize(
    ("model", "auc"),
    [
        (LEE_2024.image, EXPECTED_AUC["image"]),
        (LEE_2024.clinical, EXPECTED_AUC["clinical"]),
        (LEE_2024.integrated, EXPECTED_AUC["integrated"]),
        (LEE_2024.clinical_without_fibrinogen, 0.686),
        (LEE_2024.integrated_without_fibrinogen, 0.768),
    ],
)
def test_expected_auc_is_that_of_the_simulated_cohort(model, auc):
    assert expected_auc(model) == pytest.approx(auc, abs=0.005)  # simulation and node error


def test_shrunk_image_score_has_about_the_auc_it_was_shrunk_for():
    # Two normal classes are presumed by the shrinkage, a mixture over GCS by the cohort.
    assert expected_auc(shrink(LEE_2024, 0.61).image) == pytest.approx(0.61, abs=0.015)


def test_model_of_another_source_has_no_reference_cohort():
    own = replace(LEE_2024.clinical, source="fitted to 300 patients of a hospital")
    assert expected_auc(own) is None
    assert operating_characteristics(own, 0.2, 0.2) is None


@pytest.mark.parametrize(
    "model", [LEE_2024.image, LEE_2024.clinical, LEE_2024.clinical_without_fibrinogen]
)
def test_four_times_the_nodes_move_no_characteristic(model, monkeypatch):
    def found():
        operating._ranked.cache_clear()
        return [
            (at.sensitivity, at.specificity)
            for at in (operating_characteristics(model, t / 100, BASE_RATE) for t in range(5, 61))
        ]

    coarse = found()
    monkeypatch.setattr(operating, "even_cohort", lambda: even_cohort(4 * 8192))
    fine = found()
    operating._ranked.cache_clear()
    # shown as whole percentages
    np.testing.assert_allclose(coarse, fine, atol=0.005)


def test_weak_image_score_adds_nothing_to_the_clinical_model_and_the_papers_does():
    assert gain_from_image(LEE_2024) > 0.05
    assert abs(gain_from_image(shrink(LEE_2024, 0.61))) < 0.01
