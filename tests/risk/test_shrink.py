import numpy as np
import pytest
from scipy.special import expit

from core.risk.published import LEE_2024
from core.risk.reference_cohort import BASE_RATE, reference_cohort
from core.risk.shrink import shrink, shrinkage

# AUC 0.65: ndtri 0.385320, times sqrt(2) 0.544925, over 0.93
FACTOR_65 = 0.585941


def test_factor_is_the_one_computed_by_hand():
    # ndtri is written to six decimals
    assert shrinkage(0.65) == pytest.approx(FACTOR_65, abs=2e-6)


@pytest.mark.parametrize("auc", [0.76, 0.9, 1.0])
def test_score_as_good_as_the_papers_is_left_alone(auc):
    assert shrink(LEE_2024, auc) is LEE_2024


@pytest.mark.parametrize("auc", [0.5, 0.4, 1.1, float("nan")])
def test_score_that_does_not_rank_expansions_is_refused(auc):
    with pytest.raises(ValueError, match=r"\(0.5, 1\]"):
        shrinkage(auc)


def test_only_the_ndl_coefficient_and_its_errors_shrink():
    before, after = LEE_2024.integrated, shrink(LEE_2024, 0.65).integrated
    assert after.coefficients[:4].tolist() == before.coefficients[:4].tolist()
    assert after.coefficients[4] == pytest.approx(0.0965 * FACTOR_65, abs=1e-6)
    np.testing.assert_array_equal(after.covariance[:5, :5], before.covariance[:5, :5])
    assert after.covariance[5, 3] / before.covariance[5, 3] == pytest.approx(FACTOR_65, abs=1e-5)
    assert after.covariance[5, 5] / before.covariance[5, 5] == pytest.approx(FACTOR_65**2, abs=1e-5)


@pytest.mark.parametrize("name", ["image", "integrated", "integrated_without_fibrinogen"])
def test_mean_risk_stays_at_the_base_rate(name):
    model, cohort = getattr(shrink(LEE_2024, 0.65), name), reference_cohort()
    mean = cohort.weight @ expit(cohort.log_odds(model, model.intercept))
    # the root is found to 1e-10
    assert mean == pytest.approx(BASE_RATE, abs=1e-9)


def test_intercept_of_a_flatter_model_moves_towards_the_base_rate():
    # logit(114 / 569), where a model without any slope would have it
    assert LEE_2024.image.intercept < shrink(LEE_2024, 0.65).image.intercept < -1.3840


def test_source_says_what_was_done():
    assert shrink(LEE_2024, 0.65).image.source.endswith(
        "nDL coefficient shrunk x0.59 because the image score's AUC is 0.65"
    )


def test_clinical_models_are_left_alone():
    after = shrink(LEE_2024, 0.65)
    assert after.clinical is LEE_2024.clinical
    assert after.clinical_without_fibrinogen is LEE_2024.clinical_without_fibrinogen
